"""An administrator ends sessions of an account from its page, one or all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.models import AuditEvent, UserSession
from tests import make
from tests.cast import words


@pytest.fixture
def people(app):
    return make.user(Role.ADMIN), make.user(Role.MEMBER)


def sessions(user):
    found = select(UserSession.id).where(UserSession.user_id == user.id).order_by(UserSession.id)
    return list(db.session.scalars(found))


def event(action):
    return db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)).one()


def test_one_session_is_ended_and_the_others_go_on(login, people):
    admin, person = people
    first, second = login(person), login(person)
    browser, page = login(admin), f"/admin/users/{person.id}"
    listed = words(browser.get(page))
    assert listed.count("dùng gần nhất") == 2
    assert listed.count("địa chỉ mạng 127.0.0.1") == 2
    one, other = sessions(person)
    assert browser.post(f"{page}/sessions/{one}/end").status_code == 303
    assert sessions(person) == [other]
    assert first.get("/me").status_code == 302 or first.get("/me").status_code == 303
    assert second.get("/me").status_code == 200
    noted = event("user.end_session_of")
    assert (noted.user_id, noted.object_id) == (admin.id, person.id)
    assert browser.post(f"{page}/sessions/{one}/end").status_code == 404


def test_all_sessions_are_ended(login, people):
    admin, person = people
    login(person), login(person)
    browser, page = login(admin), f"/admin/users/{person.id}"
    asked = browser.post(f"{page}/sessions/end")
    assert asked.status_code == 200
    assert f"Kết thúc 2 phiên đăng nhập của «{person.name}»?" in words(asked)
    assert len(sessions(person)) == 2, "a question ends nothing"
    assert browser.post(f"{page}/sessions/end", data={"sure": "1"}).status_code == 303
    assert sessions(person) == []
    assert event("user.end_sessions").data == {"sessions": 2}
    assert "Chưa đăng nhập ở máy nào" in words(browser.get(page))


def test_of_ones_own_account_the_one_that_asks_stays(login, people):
    admin, _person = people
    login(admin)
    browser, page = login(admin), f"/admin/users/{admin.id}"
    assert "Máy này" in words(browser.get(page))
    assert browser.post(f"{page}/sessions/end", data={"sure": "1"}).status_code == 303
    assert browser.get(page).status_code == 200
    assert len(sessions(admin)) == 1


def test_nobody_elses_session_and_no_other_method(login, people):
    admin, person = people
    browser = login(admin)
    (mine,) = sessions(admin)
    assert browser.post(f"/admin/users/{person.id}/sessions/{mine}/end").status_code == 404
    sure = {"sure": "1"}
    assert browser.post("/admin/users/999999/sessions/end", data=sure).status_code == 404
    assert browser.get(f"/admin/users/{person.id}/sessions/end").status_code == 405
    assert login(person).post(f"/admin/users/{admin.id}/sessions/end", data=sure).status_code == 403
    assert login(person).post(f"/admin/users/{admin.id}/sessions/{mine}/end").status_code == 403
    assert sessions(admin) == [mine]


def test_more_sessions_cost_no_more_statements(login, people, count_statements):
    admin, person = people
    browser, page = login(admin), f"/admin/users/{person.id}"
    browser.get(page)
    with count_statements() as few:
        browser.get(page)
    login(person), login(person)
    with count_statements() as many:
        browser.get(page)
    assert len(many) == len(few)
