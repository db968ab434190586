"""/admin/users: the accounts, for the administrator."""

from __future__ import annotations

import pytest

from app.domain.access import Role
from tests import make
from tests.cast import words


def test_the_administrator_sees_every_account_with_role_unit_and_state(app, login):
    make.user(Role.OFFICER, unit=make.unit("Phường Cầu Tre"), name="canbo", title="Công chức đầu mối")
    make.user(Role.MEMBER, name="cu", title="Thành viên cũ", active=False)
    page = words(login(make.user(Role.ADMIN)).get("/admin/users"))
    for text in ("canbo", "Công chức đầu mối", "Phường Cầu Tre", "Thành viên cũ", "Đã khóa", "Đang dùng"):
        assert text in page


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.DEPUTY, Role.ADMIN}])
def test_nobody_else_does(app, login, role):
    browser = login(make.user(role, unit=make.unit()))
    assert browser.get("/admin/users").status_code == 403
    assert "/admin/users" not in browser.get("/").text


def test_a_hash_is_never_shown(app, login):
    assert "argon2" not in login(make.user(Role.ADMIN)).get("/admin/users").text


def test_the_page_takes_no_post(app, login, client):
    assert login(make.user(Role.ADMIN)).post("/admin/users").status_code == 405
    assert client.get("/admin/users").status_code == 303


def test_the_list_costs_the_same_for_one_account_and_for_thirty(app, login, count_statements):
    browser = login(make.user(Role.ADMIN))
    with count_statements() as one:
        browser.get("/admin/users")
    for _number in range(30):
        make.user(Role.OFFICER, unit=make.unit())
    with count_statements() as many:
        assert browser.get("/admin/users").status_code == 200
    assert len(one) == len(many)


def test_names_are_shown_as_text(app, login):
    make.user(Role.MEMBER, name="x", title="<b>đậm</b>")
    assert "<b>đậm</b>" not in login(make.user(Role.ADMIN)).get("/admin/users").text
