"""/notices, the bell, one's own address and quiet hours, a unit's mailbox."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.models import AuditEvent, Notice, Unit, User
from tests import make
from tests.cast import fault_at, words

DAY = date(2022, 9, 15)


@pytest.fixture
def ward(app) -> Unit:
    return make.unit("Phường Cầu Tre")


@pytest.fixture
def officer(ward) -> User:
    return make.user(Role.OFFICER, unit=ward)


def bell(page: str) -> str:
    return page.split('class="button quiet icon-only bell"')[1].split("</a>")[0]


def test_nothing_to_tell_is_said(login, officer):
    page = login(officer).get("/notices")
    assert page.status_code == 200
    assert "Chưa có nhắc việc nào cho bạn." in words(page)
    assert "bell-count" not in page.text


def test_the_newest_digest_is_first_and_leads_to_its_tasks(login, officer, ward):
    task = make.task(ward, title="Niêm yết thủ tục", due_current=DAY)
    make.notice(officer, DAY - timedelta(days=3), left=2)
    newest = make.notice(officer, title=task.title, task_id=task.id)
    browser = login(officer)
    page = words(browser.get("/notices"))
    assert page.index("15/09/2022") < page.index("12/09/2022")
    assert "1 quá hạn" in page
    assert "1 sắp đến hạn" in page
    shown = browser.get(f"/notices/{newest.id}")
    assert "Niêm yết thủ tục" in words(shown)
    assert "hạn 14/09/2022, quá hạn 1 ngày" in words(shown)
    assert f'href="/tasks/{task.id}"' in shown.text


def test_opened_is_read_and_the_bell_counts_what_is_not(login, officer):
    first, _second = make.notice(officer), make.notice(officer, DAY - timedelta(days=1))
    browser = login(officer)
    assert ">2<" in bell(browser.get("/units").text)
    browser.get(f"/notices/{first.id}")
    assert db.session.get(Notice, first.id).read_at is None, "looking at an address writes nothing"
    reply = browser.post(f"/notices/{first.id}/read", data={"open": "1"})
    assert (reply.status_code, reply.location) == (303, f"/notices/{first.id}")
    assert ">1<" in bell(browser.get(f"/notices/{first.id}").text)
    assert words(browser.get("/notices")).count("Chưa đọc") == 1


def test_read_can_be_said_without_opening(login, officer):
    first, second = make.notice(officer), make.notice(officer, DAY - timedelta(days=1))
    browser = login(officer)
    reply = browser.post(f"/notices/{first.id}/read")
    assert (reply.status_code, reply.location) == (303, "/notices")
    read_at = db.session.get(Notice, first.id).read_at
    assert read_at
    browser.post(f"/notices/{first.id}/read")
    assert db.session.get(Notice, first.id).read_at == read_at
    assert db.session.get(Notice, second.id).read_at is None
    assert browser.post("/notices/read").status_code == 303
    assert db.session.get(Notice, second.id).read_at
    assert "bell-count" not in browser.get("/notices").text


@pytest.mark.parametrize(("method", "end"), [("get", ""), ("post", "/read")])
def test_a_digest_of_somebody_else_or_of_a_mailbox_is_not_there(login, officer, ward, method, end):
    theirs = make.notice(make.user(Role.OFFICER, unit=ward))
    db.session.add(Notice(unit_id=ward.id, day=DAY, lines=[], created_at=make.NOW))
    db.session.commit()
    browser = login(officer)
    for id_ in [*db.session.scalars(select(Notice.id)), 999_999]:
        assert getattr(browser, method)(f"/notices/{id_}{end}").status_code == 404
    assert db.session.get(Notice, theirs.id).read_at is None


@pytest.mark.parametrize("address", ["/notices/1/read", "/notices/read"])
def test_reading_is_a_post(login, officer, address):
    assert login(officer).get(address).status_code in {404, 405}
    assert login(officer).post("/notices").status_code == 405


def test_many_digests_have_pages_and_cost_as_much_as_one(login, officer, count_statements):
    make.notice(officer)
    browser = login(officer)
    with count_statements() as one:
        browser.get("/notices")
    for number in range(1, 45):
        make.notice(officer, DAY - timedelta(days=number))
    with count_statements() as many:
        page = browser.get("/notices?page=2")
    assert len(one) == len(many)
    assert "Trang 2/3" in words(page)
    for nonsense in ("x", "0", "-1", "99999999999", "²"):
        assert browser.get("/notices", query_string={"page": nonsense}).status_code == 200


def test_the_bell_costs_no_statement_of_its_own(login, officer, count_statements):
    browser = login(officer)
    with count_statements() as statements:
        browser.get("/me/reminders")
    assert sum("notices" in one for one in statements) == 1
    assert sum("user_sessions" in one for one in statements) == 1


WISHES = {"email": "canbo@haiphong.vi.du", "mail_digest": "y", "quiet_from": "21", "quiet_to": "6"}


def test_one_says_where_mail_goes_and_when_not(login, officer):
    browser = login(officer)
    reply = browser.post("/me/reminders", data=WISHES)
    assert (reply.status_code, reply.location) == (303, "/me/reminders")
    user = db.session.get(User, officer.id)
    assert (user.email, user.mail_digest, user.quiet_from, user.quiet_to) == (
        "canbo@haiphong.vi.du",
        True,
        21,
        6,
    )
    page = browser.get("/me/reminders")
    assert 'value="canbo@haiphong.vi.du"' in page.text
    assert "Đã lưu." in words(page)
    browser.post("/me/reminders", data={"email": "", "quiet_from": "", "quiet_to": ""})
    user = db.session.get(User, officer.id)
    assert (user.email, user.mail_digest, user.quiet_from, user.quiet_to) == ("", False, None, None)
    wishes = select(AuditEvent).where(AuditEvent.action == "user.wishes").order_by(AuditEvent.id)
    events = db.session.scalars(wishes).all()
    assert [event.data["after"]["email"] for event in events] == ["canbo@haiphong.vi.du", ""]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "canbo"}, "email"),
        ({"email": "cán.bộ@vi.du"}, "email"),
        ({"email": "a@b.vn\r\nBcc: c@d.vn"}, "email"),
        ({"email": "a" * 250 + "@b.vn"}, "email"),
        ({"quiet_to": "21"}, "quiet_to"),
        ({"quiet_to": ""}, "quiet_to"),
        ({"quiet_from": ""}, "quiet_to"),
        ({"quiet_from": "24"}, "quiet_from"),
        ({"quiet_from": "x"}, "quiet_from"),
    ],
)
@pytest.mark.parametrize("place", ["me", "unit"])
def test_what_cannot_be_taken_is_refused_at_its_field(login, officer, ward, place, wrong, field):
    who, address = (officer, "/me/reminders")
    if place == "unit":
        who, address = make.user(Role.ADMIN), f"/units/{ward.id}/reminders"
    reply = login(who).post(address, data=WISHES | wrong)
    assert reply.status_code == 422
    assert fault_at(reply, field)
    assert db.session.get(User, officer.id).email == ""
    assert db.session.get(Unit, ward.id).email == ""
    if "email" not in wrong:
        assert 'value="canbo@haiphong.vi.du"' in reply.text, "nothing typed is lost"


def test_an_administrator_gives_a_unit_its_mailbox(login, ward, officer):
    browser = login(make.user(Role.ADMIN))
    assert f'href="/units/{ward.id}/reminders"' in browser.get(f"/units/{ward.id}").text
    reply = browser.post(f"/units/{ward.id}/reminders", data=WISHES)
    assert (reply.status_code, reply.location) == (303, f"/units/{ward.id}")
    unit = db.session.get(Unit, ward.id)
    assert (unit.email, unit.quiet_from, unit.quiet_to) == ("canbo@haiphong.vi.du", 21, 6)
    assert "canbo@haiphong.vi.du" in words(browser.get(f"/units/{ward.id}"))
    assert "canbo@haiphong.vi.du" not in login(officer).get(f"/units/{ward.id}").text
    # Their people's own page says which hours hold without hours of their own.
    assert "21 giờ đến 6 giờ" in words(login(officer).get("/me/reminders"))


def test_a_mailbox_is_the_administrator_s(login, ward, officer):
    for method in ("get", "post"):
        assert getattr(login(officer), method)(f"/units/{ward.id}/reminders").status_code == 403
        assert getattr(login(make.user(Role.ADMIN)), method)("/units/999999/reminders").status_code == 404


def test_an_administrator_writes_an_address_on_an_account(login, officer, ward):
    browser = login(make.user(Role.ADMIN))
    form = {"title": officer.title, "role": "officer", "unit": str(ward.id), "version": "1", "email": "sai"}
    reply = browser.post(f"/admin/users/{officer.id}/edit", data=form)
    assert reply.status_code == 422
    assert fault_at(reply, "email")
    assert browser.post(f"/admin/users/{officer.id}/edit", data=form | {"email": "a@b.vn"}).status_code == 303
    assert db.session.get(User, officer.id).email == "a@b.vn"
    assert 'value="a@b.vn"' in browser.get(f"/admin/users/{officer.id}/edit").text
    new = {"name": "canbo2", "title": "Cán bộ", "role": "officer", "unit": str(ward.id), "email": "c@d.vn"}
    assert browser.post("/admin/users/new", data=new).status_code == 200
    assert db.session.scalars(select(User.email).where(User.name == "canbo2")).one() == "c@d.vn"
