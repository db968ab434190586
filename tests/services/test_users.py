"""Accounts and sessions: signing in and out, passwords, and that a copied cookie is dead afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.domain.logins import Visitor
from app.domain.refusals import Conflict, Invalid, Missing
from app.models import AuditEvent, User, UserSession
from app.passwords import is_password
from app.queries.users import demo_accounts, list_users, signed_in
from app.services.logins import sign_in, sign_out, touch_session
from app.services.users import (
    add_user,
    change_password,
    new_password,
    reset_password,
    set_preferences,
    token_digest,
)
from tests import make

NOW = make.NOW
LIFETIME, IDLE = timedelta(hours=12), timedelta(hours=10)
NEW = "mot-mat-khau-moi"


@pytest.fixture
def user(app: Flask) -> User:
    return make.user(Role.MEMBER, name="thanhvien", title="Thành viên")


def enter(name: str = "thanhvien", password: str = make.PASSWORD, at=NOW) -> str:
    return sign_in(name, password, Visitor(name_key=name, browser="Firefox"), at, LIFETIME).token


def who(token: str, at=NOW):
    db.session.expire_all()
    return signed_in(token, token_digest(token), at, IDLE)


def sessions() -> int:
    return db.session.execute(select(func.count()).select_from(UserSession)).scalar_one()


def test_signing_in_opens_a_session_of_the_person(user):
    account = who(enter())
    assert (account.name, account.title, account.role) == ("thanhvien", "Thành viên", Role.MEMBER)
    assert db.session.execute(select(AuditEvent.action)).scalars().all() == ["user.sign_in"]


def test_the_database_never_holds_the_token_itself(user):
    token = enter()
    row = db.session.execute(select(UserSession)).scalar_one()
    assert row.token_sha256 == token_digest(token) != token
    assert len(token) >= 43
    assert enter() != token


@pytest.mark.parametrize(
    ("name", "password"),
    [("thanhvien", "sai"), ("ai-do", make.PASSWORD), ("", ""), ("THANHVIEN", make.PASSWORD)],
)
def test_every_kind_of_wrong_gets_the_same_sentence(user, name, password):
    with pytest.raises(Invalid) as refusal:
        enter(name, password)
    assert refusal.value.text == "Tên đăng nhập hoặc mật khẩu không đúng."
    assert sessions() == 0


def test_a_closed_account_cannot_sign_in_and_its_open_sessions_end(user):
    token = enter()
    user.active = False
    db.session.commit()
    assert who(token) is None
    with pytest.raises(Invalid):
        enter()


def test_a_copied_cookie_is_dead_after_signing_out(user):
    token, other = enter(), enter()
    sign_out(who(token).session_id, make.NOW)
    assert who(token) is None
    assert who(other) is not None, "the other browser stays signed in"


def test_a_session_ends_by_itself_and_when_nobody_uses_it(user):
    token = enter()
    assert who(token, NOW + IDLE - timedelta(seconds=1)) is not None
    assert who(token, NOW + IDLE) is None
    touch_session(who(token).session_id, NOW + timedelta(hours=9))
    assert who(token, NOW + timedelta(hours=11)) is not None
    assert who(token, NOW + LIFETIME) is None


def test_ended_sessions_are_swept_at_the_next_sign_in(user):
    enter()
    enter(at=NOW + LIFETIME + timedelta(seconds=1))
    assert sessions() == 1


def test_rights_are_read_anew_from_the_row(user):
    token = enter()
    user.role, user.unit_id = Role.OFFICER, make.unit().id
    db.session.commit()
    assert who(token).role is Role.OFFICER
    assert who(token).principal.unit_path == f"/{user.unit_id}/"


def test_a_new_password_ends_all_other_sessions(user):
    mine, other = enter(), enter()
    change_password(user.id, who(mine).session_id, make.PASSWORD, NEW, NOW)
    assert who(mine) is not None
    assert who(other) is None
    assert who(enter(password=NEW)) is not None
    with pytest.raises(Invalid):
        enter()


def test_a_new_password_needs_the_old_one(user):
    token = enter()
    with pytest.raises(Invalid) as refusal:
        change_password(user.id, who(token).session_id, "sai", NEW, NOW)
    assert refusal.value.field == "old"
    assert who(enter()) is not None


def test_a_reset_ends_every_session_and_asks_for_a_password_of_ones_own(user):
    token = enter()
    reset_password("thanhvien", NEW, NOW)
    assert who(token) is None
    account = who(enter(password=NEW))
    assert account.must_change_password
    change_password(user.id, account.session_id, NEW, "cua-rieng-toi", NOW)
    assert not who(enter(password="cua-rieng-toi")).must_change_password


def test_nobodys_password_can_be_reset(app):
    with pytest.raises(Missing):
        reset_password("khong-co", NEW, NOW)


def test_an_account_is_added_once_and_must_choose_a_password(app):
    unit = make.unit()
    added = add_user("canbo", "Công chức đầu mối", Role.OFFICER, unit.id, NEW, NOW)
    assert added.must_change_password
    assert is_password(added.password_hash, NEW)
    with pytest.raises(Conflict) as refusal:
        add_user("canbo", "Người khác", Role.MEMBER, None, NEW, NOW)
    assert refusal.value.field == "name"
    assert db.session.execute(select(AuditEvent.action)).scalars().all() == ["user.add"]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR])
def test_who_belongs_to_a_unit_needs_one(app, role):
    with pytest.raises(Invalid) as refusal:
        add_user("canbo", "Công chức", role, None, NEW, NOW)
    assert refusal.value.field == "unit"


def test_preferences_are_kept(user):
    set_preferences(user.id, "en", "dark")
    account = who(enter())
    assert (account.locale, account.theme) == ("en", "dark")


def test_a_one_time_password_can_be_read_out_on_the_telephone():
    passwords = {new_password() for _ in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        assert not set(password) & set("0O1lI")
        assert len(password) == 19


def test_lists_show_each_account_with_its_unit(app):
    unit = make.unit("Phường Cầu Tre")
    make.user(Role.OFFICER, unit=unit, name="b")
    make.user(Role.ADMIN, name="a", demo=True, title="Quản trị")
    assert [(user.name, of) for user, of in list_users()] == [("a", None), ("b", "Phường Cầu Tre")]
    assert demo_accounts() == [("a", "Quản trị")]
