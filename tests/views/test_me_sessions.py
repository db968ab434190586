"""The page of one's own account: password, sessions."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.models import UserSession
from tests import make
from tests.cast import fault_at, words

TABLET = {"User-Agent": "Mozilla/5.0 (Linux; Android 14; SM-X200) Chrome/141.0 Safari/537.36"}
NEW = "mot-mat-khau-moi"


@pytest.fixture
def user(app):
    return make.user(Role.MEMBER, name="thanhvien")


def enter(client):
    client.post("/login", data={"name": "thanhvien", "password": make.PASSWORD}, headers=TABLET)
    return client


def ids() -> list[int]:
    return list(db.session.scalars(select(UserSession.id).order_by(UserSession.id)))


def test_each_browser_is_listed_with_the_address_it_came_from(user, login, client):
    here = login(user)
    client.environ_base["REMOTE_ADDR"] = "::ffff:203.0.113.7"
    enter(client)
    page = words(here.get("/me"))
    assert "Chrome, Android" in page
    assert "Máy này" in page
    assert "địa chỉ mạng 203.0.113.7" in page
    assert "địa chỉ mạng 127.0.0.1" in page


@pytest.mark.parametrize("address", ["không phải địa chỉ", "x" * 500, ""])
def test_what_is_no_address_is_not_kept(user, login, client, address):
    client.environ_base["REMOTE_ADDR"] = address
    enter(client)
    assert db.session.scalars(select(UserSession.address)).all() == [""]
    assert "địa chỉ mạng" not in words(client.get("/me"))


def test_one_session_is_ended_or_all_others(user, login, client):
    here = login(user)
    enter(client)
    first, second = ids()
    assert here.post(f"/me/sessions/{second}/end").location == "/me"
    assert client.get("/tasks").location.startswith("/login")
    assert here.post(f"/me/sessions/{second}/end").status_code == 404
    third = login(user)
    asked = here.post("/me/sessions/end-others")
    assert asked.status_code == 200
    assert "Kết thúc 1 phiên đăng nhập khác?" in words(asked)
    assert third.get("/tasks").status_code == 200, "a question ends nothing"
    assert here.post("/me/sessions/end-others", data={"sure": "1"}).location == "/me"
    assert third.get("/tasks").location.startswith("/login")
    assert ids() == [first]
    assert "Kết thúc các phiên khác" not in words(here.get("/me"))


def test_nobody_ends_the_session_of_another(user, login):
    login(user)
    stranger = login(make.user(Role.ADMIN))
    assert stranger.post(f"/me/sessions/{ids()[0]}/end").status_code == 404
    assert len(ids()) == 2


@pytest.mark.parametrize("path", ["/me/sessions/1/end", "/me/sessions/end-others"])
def test_sessions_end_by_a_post_with_a_token_of_who_is_signed_in(user, login, client, path):
    assert client.post(path).location.startswith("/login")
    here = login(user)
    assert here.get(path).status_code == 405
    assert here.post(path, csrf=False).status_code == 400


def test_a_one_time_password_must_be_replaced_before_anything_else(user, login):
    user.must_change_password = True
    db.session.commit()
    here = login(user)
    assert here.get("/tasks").location == "/me"
    form = {"old": make.PASSWORD, "new": make.PASSWORD, "again": make.PASSWORD}
    reply = here.post("/me/password", data=form)
    assert fault_at(reply, "new") == "Mật khẩu mới phải khác mật khẩu hiện tại."
    assert here.post("/me/password", data={**form, "new": NEW, "again": NEW}).location == "/me"
    assert here.get("/tasks").status_code == 200


def test_the_old_password_cannot_be_guessed_without_end(user, login):
    here = login(user)
    form = {"old": "sai", "new": NEW, "again": NEW}
    codes = [here.post("/me/password", data=form).status_code for _ in range(12)]
    assert codes == [422] * 10 + [429] * 2


def test_the_page_asks_no_more_for_many_sessions(user, login, count_statements):
    here = login(user)
    counts = []
    for more in (0, 5):
        for _ in range(more):
            login(user)
        with count_statements() as statements:
            here.get("/me")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4
