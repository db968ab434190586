"""``flask users …``: what an operator does at the machine itself."""

from __future__ import annotations

import pytest

from app.db import db
from app.domain.access import Role
from app.models import User
from tests import make


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["users", *words])


def test_accounts_are_added_listed_and_get_a_new_password(run):
    unit = make.unit("Phường Cầu Tre", code="11779")
    outcome = run("add", "canbo", "--role", "officer", "--unit", unit.code)
    assert outcome.exit_code == 0
    assert outcome.output.startswith("canbo: ")
    assert run("list").output == "canbo\tofficer\tđang dùng\t-\tcanbo\tPhường Cầu Tre\n"
    again = run("reset-password", "canbo")
    assert again.exit_code == 0
    assert again.output != outcome.output


def test_what_cannot_be_done_is_said_and_ends_with_one(run):
    make.user(Role.MEMBER, name="thanhvien")
    for words in (
        ("add", "Cán bộ", "--role", "member"),
        ("add", "thanhvien", "--role", "member"),
        ("add", "canbo", "--role", "officer"),
        ("add", "canbo", "--role", "officer", "--unit", "99999"),
        ("reset-password", "khong-co"),
        ("unlock", "khong-co"),
        ("remove-totp", "khong-co"),
        ("remove-totp", "thanhvien"),
    ):
        outcome = run(*words)
        assert outcome.exit_code == 1, words
        assert outcome.output.startswith("Error: "), words


def test_an_unlock_lets_a_new_machine_in(run, client):
    make.user(Role.ADMIN, name="quantri")
    right = {"name": "quantri", "password": make.PASSWORD}
    for _ in range(5):
        client.post("/login", data={**right, "password": "sai"})
    assert client.post("/login", data=right).status_code == 429
    assert run("unlock", "quantri").exit_code == 0
    assert client.post("/login", data=right).status_code == 303


def test_a_lost_second_step_is_taken_off(run):
    user = make.user(Role.ADMIN, name="quantri", totp_secret="JBSWY3DPEHPK3PXP", totp_since=make.NOW)
    assert "hai bước" in run("list").output
    assert run("remove-totp", "quantri").exit_code == 0
    assert db.session.get_one(User, user.id, populate_existing=True).totp_since is None
