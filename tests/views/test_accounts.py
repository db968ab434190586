"""The pages of /admin/users: the ladder of each, and what an administrator may not do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.models import AuditEvent, User, UserSession
from tests import make
from tests.cast import fault_at, value_of, words

NEW = {"name": "canbo.cautre", "title": "Công chức đầu mối", "role": "officer", "post": "", "unit_q": ""}
POSTS = ("password", "close", "open", "unlock", "second-step/remove")
OTHERS = [role for role in Role if role not in {Role.ADMIN, Role.DEPUTY}]


@pytest.fixture
def admin_user(app):
    return make.user(Role.ADMIN, name="quantri")


@pytest.fixture
def admin(admin_user, login):
    return login(admin_user)


@pytest.fixture
def user(app):
    return make.user(Role.MEMBER, name="thanhvien", title="Thành viên")


def names(page) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page.text)


def fresh(user) -> User:
    return db.session.get_one(User, user.id, populate_existing=True)


def one_time_password(page) -> str:
    return re.search(r'<code class="secret large">([^<]+)</code>', page.text)[1]


# --- the list -----------------------------------------------------------------------------------------


def test_accounts_are_found_without_accents_by_role_and_state(admin):
    ward = make.unit("Phường Cầu Tre")
    make.user(Role.OFFICER, unit=ward, name="canbo", title="Công chức đầu mối")
    make.user(Role.HEAD, name="truongdoan", title="Trưởng đoàn", active=False)
    assert names(admin.get("/admin/users")) == ["canbo", "quantri", "truongdoan"]
    assert names(admin.get("/admin/users?q=cau tre")) == ["canbo"]
    assert names(admin.get("/admin/users?q=CONG chuc")) == ["canbo"]
    assert names(admin.get("/admin/users?role=head")) == ["truongdoan"]
    assert names(admin.get("/admin/users?state=open")) == ["canbo", "quantri"]
    assert names(admin.get("/admin/users?state=closed")) == ["truongdoan"]
    assert "Không có tài khoản nào khớp" in words(admin.get("/admin/users?q=%25"))


def test_an_administrator_sees_who_has_not_come_in_for_long(admin):
    make.user(Role.MEMBER, name="di-vang", signed_in_at=make.NOW)
    make.user(Role.MEMBER, name="chua-vao")
    make.user(Role.MEMBER, name="vua-vao", signed_in_at=datetime.now(UTC) - timedelta(days=44))
    make.user(Role.MEMBER, name="da-khoa", active=False)
    page = admin.get("/admin/users?state=idle")
    assert names(page) == ["chua-vao", "di-vang"]
    assert "Không đăng nhập quá 45 ngày" in words(page)
    assert "15/09/2022" in words(page)


@pytest.mark.parametrize("query", ["role=boss", "state=x", "page=x", "q=" + "a" * 101])
def test_a_strange_filter_is_told_and_never_breaks(admin, query):
    assert admin.get(f"/admin/users?{query}").status_code == 422
    assert admin.get("/admin/users?page=999999999999").status_code == 200


def test_the_list_asks_no_more_for_many_accounts(admin, count_statements):
    counts = []
    for more in (0, 60):
        for _ in range(more):
            make.user()
        with count_statements() as statements:
            admin.get("/admin/users?page=2")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 3


# --- a new account ---------------------------------------------------------------------------------------


def test_an_account_is_created_and_its_password_is_shown_once(admin, login):
    ward = make.unit("Phường Cầu Tre")
    page = admin.post("/admin/users/new", data={**NEW, "unit": ward.id})
    assert page.status_code == 200
    password = one_time_password(page)
    made = db.session.scalars(select(User).where(User.name == NEW["name"])).one()
    assert (made.role, made.unit_id, made.must_change_password) == (Role.OFFICER, ward.id, True)
    for address in (f"/admin/users/{made.id}", "/admin/users", f"/admin/users/{made.id}/edit"):
        assert password not in admin.get(address).text
    person = login(NEW["name"], password)
    assert person.get("/tasks").location == "/me"
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "user.add")).one()
    assert password not in str(event.data)


def test_units_are_found_in_the_form_without_scripts(admin):
    ward = make.unit("Phường Cầu Tre")
    page = admin.post("/admin/users/new", data={**NEW, "unit_q": "cau tre", "find": "unit"})
    assert page.status_code == 200
    assert f'value="{ward.id}"' in page.text
    assert value_of(page, "name") == NEW["name"]
    assert not db.session.scalars(select(User).where(User.name == NEW["name"])).first()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Cán bộ"}, "name"),
        ({"name": "quantri", "role": "member"}, "name"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"role": "deputy"}, "role"),
        ({"role": ""}, "role"),
        ({}, "unit"),
        ({"unit": "999999"}, "unit"),
        ({"unit": "abc"}, "unit"),
    ],
)
def test_what_cannot_be_taken_is_told_at_its_field_and_stays_typed(admin, change, field):
    page = admin.post("/admin/users/new", data={**NEW, **change})
    assert page.status_code in {409, 422}
    assert fault_at(page, field)
    if field != "title":
        assert value_of(page, "title") == NEW["title"]
    assert len(db.session.scalars(select(User)).all()) == 1


# --- corrections ----------------------------------------------------------------------------------------


def edit(admin, user, **change):
    row = fresh(user)
    form = {"title": row.title, "post": row.post, "role": row.role.value, "version": row.version}
    return admin.post(f"/admin/users/{user.id}/edit", data={**form, **change})


def test_a_new_role_holds_at_the_next_request(admin, user, login):
    person = login(user)
    ward = make.unit()
    assert person.get("/campaigns").status_code == 200
    page = admin.get(f"/admin/users/{user.id}/edit")
    assert value_of(page, "title") == "Thành viên"
    reply = edit(admin, user, role="officer", unit=ward.id, title="Công chức", name="khac")
    assert reply.location == f"/admin/users/{user.id}"
    assert person.get("/campaigns").status_code == 403
    row = fresh(user)
    assert (row.name, row.title, row.version) == ("thanhvien", "Công chức", 2)
    assert names(admin.get("/admin/users?q=cong chuc")) == ["thanhvien"]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "user.update")).one()
    assert event.data["before"] == {"title": "Thành viên", "role": "member", "unit_id": None}


def test_an_account_that_plans_without_an_office_says_that_it_plans_everywhere(admin):
    told = "lập cuộc kiểm tra ở mọi nơi"
    office = make.unit("Sở Nội vụ")
    for role, unit, plans in (
        (Role.HEAD, None, True),
        (Role.SECRETARY, None, True),
        (Role.HEAD, office, False),
        (Role.MEMBER, None, False),
        (Role.ADMIN, None, False),
    ):
        page = admin.get(f"/admin/users/{make.user(role, unit=unit).id}")
        assert (told in words(page)) is plans, role


def test_two_administrators_do_not_overwrite_each_other(admin, user):
    first = {"title": "Một", "role": "member", "version": 1}
    assert admin.post(f"/admin/users/{user.id}/edit", data=first).status_code == 303
    second = admin.post(f"/admin/users/{user.id}/edit", data={**first, "title": "Hai"})
    assert second.status_code == 409
    assert value_of(second, "title") == "Hai"
    assert fresh(user).title == "Một"


@pytest.mark.parametrize("field", ["password_hash", "active", "must_change_password", "totp_secret", "id"])
def test_fields_that_are_not_in_the_form_change_nothing(admin, user, field):
    before = getattr(fresh(user), field)
    assert edit(admin, user, **{field: "1"}).status_code == 303
    assert getattr(fresh(user), field) == before


# --- the last administrator -------------------------------------------------------------------------------


def test_the_last_administrator_can_neither_leave_nor_step_down(admin, admin_user):
    make.user(Role.ADMIN, active=False)
    assert admin.post(f"/admin/users/{admin_user.id}/close").status_code == 409
    page = edit(admin, admin_user, role="head")
    assert page.status_code == 409
    assert "quản trị duy nhất" in fault_at(page, "role")
    assert (fresh(admin_user).active, fresh(admin_user).role) == (True, Role.ADMIN)
    make.user(Role.ADMIN)
    assert edit(admin, admin_user, role="head").status_code == 303
    assert admin.get("/admin/users").status_code == 403


# --- what helps who cannot get in ----------------------------------------------------------------------------


def test_a_new_password_ends_every_session(admin, user, login):
    person = login(user)
    page = admin.post(f"/admin/users/{user.id}/password")
    password = one_time_password(page)
    assert person.get("/tasks").location.startswith("/login")
    assert login("thanhvien", password).get("/tasks").location == "/me"


def test_ones_own_password_is_not_reset_here(admin, admin_user):
    assert admin.post(f"/admin/users/{admin_user.id}/password").status_code == 409
    assert "Đặt lại mật khẩu" not in words(admin.get(f"/admin/users/{admin_user.id}"))


def test_closing_and_opening_an_account(admin, user, login):
    login(user)
    assert "Khóa tài khoản" in words(admin.get(f"/admin/users/{user.id}"))
    admin.post(f"/admin/users/{user.id}/close")
    assert not db.session.scalars(select(UserSession).where(UserSession.user_id == user.id)).all()
    assert "Đã khóa" in words(admin.get(f"/admin/users/{user.id}"))
    admin.post(f"/admin/users/{user.id}/open")
    login(user)


def test_an_unlock_lets_a_new_machine_in(admin, user, client):
    right = {"name": "thanhvien", "password": make.PASSWORD}
    for _ in range(5):
        client.post("/login", data={**right, "password": "sai"})
    assert client.post("/login", data=right).status_code == 429
    assert "phải đợi 5 phút" in words(admin.get(f"/admin/users/{user.id}"))
    assert admin.post(f"/admin/users/{user.id}/unlock").status_code == 303
    assert client.post("/login", data=right).status_code == 303


def test_there_is_no_second_step_to_remove(admin, user):
    assert admin.post(f"/admin/users/{user.id}/second-step/remove").status_code == 409


# --- the ladder ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", OTHERS)
def test_accounts_are_the_administrators_alone(user, login, role):
    unit = make.unit() if role in {Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR} else None
    person = login(make.user(role, unit=unit))
    for path in ("", "/new", f"/{user.id}", f"/{user.id}/edit"):
        assert person.get(f"/admin/users{path}").status_code == 403
    for path in ("new", f"{user.id}/edit", *(f"{user.id}/{post}" for post in POSTS)):
        assert person.post(f"/admin/users/{path}", data=NEW).status_code == 403
    assert fresh(user).version == 1


@pytest.mark.parametrize("path", ["", "/edit", *(f"/{post}" for post in POSTS)])
def test_an_account_that_is_not_there_is_404(admin, path):
    method = admin.get if path in {"", "/edit"} else admin.post
    assert method(f"/admin/users/4711{path}").status_code == 404


@pytest.mark.parametrize("post", POSTS)
def test_changes_need_a_post_and_its_token(admin, user, client, post):
    path = f"/admin/users/{user.id}/{post}"
    assert admin.get(path).status_code == 405
    assert admin.post(path, csrf=False).status_code == 400
    assert client.post(path).location.startswith("/login")
