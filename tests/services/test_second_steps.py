"""The second step: codes that open once, recovery codes, and who may take it off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import totp
from app.db import db
from app.domain.access import Role
from app.domain.logins import MINUTE
from app.domain.refusals import Conflict, Invalid, Limited, Missing, Refused
from app.models import AuditEvent, KnownDevice, RecoveryCode, TotpStep, User
from app.queries.users import second_step_of, sessions_of
from app.services import second_step
from app.services.logins import enter_code
from app.services.users import (
    remove_second_step,
    reset_password,
)
from tests import make
from tests.at_once import at_once
from tests.services.door import HOME, IDLE, LIFETIME, NOW, count, enter, events, visitor, who


@pytest.fixture
def user(app: Flask) -> User:
    return make.user(Role.HEAD, name="truongdoan", title="Trưởng đoàn")


# --- the second step -------------------------------------------------------------------------------------


def set_up(user: User, at: datetime = NOW) -> tuple[str, list[str]]:
    """Turns the second step on; gives the secret and the recovery codes."""
    second_step.begin(user.id, make.PASSWORD, at)
    secret = second_step_of(user.id).secret
    assert secret
    return secret, second_step.confirm(user.id, totp.current_code(secret, at), at)


def came_in(user: User) -> datetime | None:
    return db.session.get_one(User, user.id, populate_existing=True).signed_in_at


def code_step(token: str, code: str, at: datetime, device: str = "d1") -> str:
    return enter_code(token, code, visitor("truongdoan", HOME, device), at, LIFETIME)


def test_with_the_second_step_a_password_alone_opens_nothing(user):
    secret, _codes = set_up(user)
    later = NOW + MINUTE
    entered = enter(at=later)
    assert entered.awaits_code
    assert who(entered.token, later) is None
    assert sessions_of(user.id, later, IDLE) == []
    assert came_in(user) is None, "nobody has come in yet"
    token = code_step(entered.token, totp.current_code(secret, later), later)
    assert token != entered.token, "the id of the session is a new one"
    assert who(token, later).has_second_step
    assert came_in(user) == later
    assert who(entered.token, later) is None
    with pytest.raises(Missing):
        code_step(entered.token, totp.current_code(secret, later + MINUTE), later + MINUTE)


def test_a_code_works_once_however_it_is_written(user):
    secret, _codes = set_up(user)
    later = NOW + MINUTE
    code = totp.current_code(secret, later)
    code_step(enter(at=later).token, code, later)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for again in (code, f" {code} ", f"{code[:3]} {code[3:]}", wide):
        with pytest.raises(Invalid):
            code_step(enter(at=later).token, again, later)


def test_the_code_that_proved_the_telephone_does_not_open_the_door(user):
    secret, _codes = set_up(user)
    with pytest.raises(Invalid):
        code_step(enter().token, totp.current_code(secret, NOW), NOW)


def test_one_code_sent_ten_times_at_once_opens_once(app, user):
    secret, _codes = set_up(user)
    later = NOW + MINUTE
    tokens = [enter(at=later).token for _ in range(10)]
    code = totp.current_code(secret, later)
    outcomes = at_once(app, *[lambda: code_step(tokens.pop(), code, later)] * 10)
    assert sum(not isinstance(one, Refused) for one in outcomes) == 1


def test_a_clock_may_be_half_a_minute_off_and_no_more(user):
    secret, _codes = set_up(user)
    for off, good in ((-90, False), (-30, True), (0, True), (30, True), (90, False)):
        at = NOW + timedelta(hours=1 + off // 30)
        entered = enter(at=at)
        code = totp.current_code(secret, at + timedelta(seconds=off))
        if good:
            assert code_step(entered.token, code, at)
        else:
            with pytest.raises(Invalid):
                code_step(entered.token, code, at)


def test_a_recovery_code_opens_once_and_is_stored_as_a_digest(user):
    _secret, codes = set_up(user)
    assert len(set(codes)) == 10
    stored = set(db.session.scalars(select(RecoveryCode.code_sha256)))
    assert not stored & set(codes)
    assert code_step(enter().token, codes[3].upper().replace("-", " "), NOW)
    assert second_step_of(user.id).codes_left == 9
    with pytest.raises(Invalid):
        code_step(enter().token, codes[3], NOW)
    assert "user.use_recovery_code" in events()


def test_codes_are_limited_by_themselves(user):
    _secret, codes = set_up(user)
    entered = enter(device="new")
    outcomes = []
    for number in range(50):
        with pytest.raises((Invalid, Limited)) as refusal:
            code_step(entered.token, f"{number:06}", NOW, device="new")
        outcomes.append(refusal.type)
    assert outcomes.count(Invalid) == 5
    with pytest.raises(Limited):
        code_step(entered.token, codes[0], NOW, device="new")


def test_the_code_must_come_within_ten_minutes_of_the_password(user):
    secret, _codes = set_up(user)
    entered = enter()
    late = NOW + 10 * MINUTE
    with pytest.raises(Missing):
        code_step(entered.token, totp.current_code(secret, late), late)


def test_a_password_reset_ends_a_half_done_sign_in(user):
    secret, _codes = set_up(user)
    entered = enter()
    reset_password("truongdoan", "mot-lan", NOW)
    with pytest.raises(Missing):
        code_step(entered.token, totp.current_code(secret, NOW + MINUTE), NOW + MINUTE)


def test_a_browser_is_known_only_after_the_second_step(user):
    secret, _codes = set_up(user)
    entered = enter(device="guesser with the password")
    assert count(KnownDevice) == 0
    code_step(entered.token, totp.current_code(secret, NOW + MINUTE), NOW + MINUTE)
    assert count(KnownDevice) == 1


def test_setting_up_needs_the_password_and_a_right_code(user):
    with pytest.raises(Invalid) as refusal:
        second_step.begin(user.id, "sai", NOW)
    assert refusal.value.field == "password"
    with pytest.raises(Conflict):
        second_step.confirm(user.id, "123456", NOW)
    second_step.begin(user.id, make.PASSWORD, NOW)
    secret = second_step_of(user.id).secret
    right = totp.current_code(secret, NOW)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    with pytest.raises(Invalid):
        second_step.confirm(user.id, wrong, NOW)
    assert not enter().awaits_code, "an unproved secret asks for nothing"
    assert len(second_step.confirm(user.id, right, NOW)) == 10
    with pytest.raises(Conflict):
        second_step.begin(user.id, make.PASSWORD, NOW)
    assert events()[-1] == "user.totp_on"


def test_new_recovery_codes_need_a_code_and_end_the_old_ones(user):
    secret, old = set_up(user)
    with pytest.raises(Invalid):
        second_step.renew_codes(user.id, "000000x", NOW)
    new = second_step.renew_codes(user.id, totp.current_code(secret, NOW + MINUTE), NOW + MINUTE)
    assert not set(new) & set(old)
    assert second_step_of(user.id).codes_left == 10
    with pytest.raises(Invalid):
        code_step(enter().token, old[0], NOW)


def test_taking_it_off_needs_password_and_code(user):
    _secret, codes = set_up(user)
    with pytest.raises(Invalid):
        second_step.take_off(user.id, "sai", codes[0], NOW)
    with pytest.raises(Invalid):
        second_step.take_off(user.id, make.PASSWORD, "123", NOW)
    second_step.take_off(user.id, make.PASSWORD, codes[0], NOW)
    assert not enter().awaits_code
    assert (count(RecoveryCode), count(TotpStep)) == (0, 0)
    assert "user.totp_off" in events()


def test_an_administrator_takes_it_off_for_others_only(user):
    admin = make.user(Role.ADMIN, name="quantri")
    token = enter().token
    set_up(user)
    remove_second_step("truongdoan", NOW, admin.id)
    assert who(token) is None
    assert not enter().awaits_code
    set_up(admin)
    with pytest.raises(Conflict):
        remove_second_step("quantri", NOW, admin.id)
    with pytest.raises(Conflict):
        remove_second_step("truongdoan", NOW, admin.id)


def test_the_audit_trail_holds_no_secret(user):
    secret, codes = set_up(user)
    code_step(enter().token, codes[0], NOW)
    reset_password("truongdoan", "mat-khau-mot-lan", NOW)
    text = str([event.data for event in db.session.scalars(select(AuditEvent))])
    for hidden in (secret, codes[0], "mat-khau-mot-lan", make.PASSWORD):
        assert hidden not in text
