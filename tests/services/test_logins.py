"""At the door: limits that keep guessers out and let the real person in, and the second step."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from app import passwords, totp
from app.db import db
from app.domain.access import Role
from app.domain.logins import DEVICES_KEPT, GRACE, MINUTE, Visitor
from app.domain.refusals import Conflict, Invalid, Limited, Missing, Refused
from app.models import AuditEvent, KnownDevice, LoginAttempt, RecoveryCode, TotpStep, User, UserSession
from app.queries.users import second_step_of, sessions_of, signed_in
from app.services import logins, second_step
from app.services.logins import Entered, end_other_sessions, end_session, enter_code, sign_in
from app.services.users import (
    add_user,
    change_password,
    close_user,
    remove_second_step,
    reset_password,
    token_digest,
    unlock_user,
)
from tests import make

NOW = make.NOW
LIFETIME, IDLE = timedelta(hours=12), timedelta(hours=10)
HOME, THIEF = "address of the office", "address of the guesser"


@pytest.fixture
def user(app: Flask) -> User:
    return make.user(Role.HEAD, name="truongdoan", title="Trưởng đoàn")


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for each slow comparison that is made."""
    made: list[bool] = []

    def counting(stored: str | None, password: str) -> bool:
        made.append(stored is not None)
        return passwords.is_password(stored, password)

    monkeypatch.setattr(logins, "is_password", counting)
    return made


def visitor(name: str, address: str = THIEF, device: str = "") -> Visitor:
    return Visitor(name_key=f"key of {name}", address_key=address, device=device, browser="Firefox")


def enter(
    name: str = "truongdoan",
    password: str = make.PASSWORD,
    at: datetime = NOW,
    address: str = HOME,
    device: str = "d1",
) -> Entered:
    return sign_in(name, password, visitor(name, address, device), at, LIFETIME)


def guess(
    times: int, name: str = "truongdoan", at: datetime = NOW, address: str = THIEF, device: str = ""
) -> list[str]:
    """Wrong tries; how each was answered."""
    answers = []
    for number in range(times):
        try:
            enter(name, f"sai-{number}", at, address, device)
        except (Invalid, Limited) as refusal:
            answers.append(type(refusal).__name__)
    return answers


def count(table: type) -> int:
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def events() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def who(token: str, at: datetime = NOW):
    db.session.expire_all()
    return signed_in(token, token_digest(token), at, IDLE)


# --- limits -----------------------------------------------------------------------------------------


def test_a_thousand_wrong_tries_cost_few_hashes_and_the_real_person_still_gets_in(user, hashes):
    enter()
    hashes.clear()
    answers = guess(1000)
    assert answers == ["Invalid"] * 5 + ["Limited"] * 995
    assert len(hashes) == 5
    assert count(LoginAttempt) == 10, "one row in each of two buckets for every try that was taken"
    assert not enter().awaits_code, "the browser that signed in before"
    with pytest.raises(Limited) as refusal:
        enter(device="new tablet")
    assert 0 < refusal.value.seconds <= 300
    unlock_user("truongdoan", NOW)
    assert enter(device="new tablet", at=NOW + MINUTE)


def test_after_the_window_a_new_browser_gets_in_without_anybodys_help(user):
    guess(5)
    with pytest.raises(Limited):
        enter(device="new")
    assert enter(device="new", at=NOW + timedelta(minutes=5))


def test_guessing_all_day_from_many_addresses_stays_below_fifty(user, hashes):
    for minute in range(0, 24 * 60, 3):
        guess(2, at=NOW + minute * MINUTE, address=f"address {minute}")
    assert len(hashes) == 50


def test_one_address_cannot_try_every_name(user, hashes):
    for number in range(100):
        guess(1, name=f"nobody{number}")
    assert len(hashes) == 30
    assert enter(address=HOME, device="new"), "another address is not touched"


def test_unknown_names_count_the_same_and_cost_the_same(user, hashes, count_statements):
    with count_statements() as known:
        guess(5, "truongdoan", address="a")
    with count_statements() as unknown:
        guess(5, "khong-co", address="b")
    assert hashes == [True] * 5 + [False] * 5, "one comparison each, with a hash made up for nobody"
    noted = 2  # the fifth try at a real account also writes a line of the audit trail
    extra = [s for s in known if "audit_events" in s or "advisory" in s]
    assert len(known) - len(extra) == len(unknown) - len([s for s in unknown if "advisory" in s])
    assert len([s for s in extra if "audit_events" in s]) == noted
    assert guess(1, "truongdoan", address="c") == guess(1, "khong-co", address="c") == ["Limited"]


def test_a_known_browser_that_is_stolen_is_limited_too(user, hashes):
    enter()
    hashes.clear()
    assert guess(20, device="d1", address=HOME) == ["Invalid"] * 10 + ["Limited"] * 10
    assert len(hashes) == 10
    with pytest.raises(Limited):
        enter()
    assert enter(device="another"), "who has the password gets in at another browser"


def test_a_right_password_takes_its_try_back(user):
    for _ in range(20):
        enter(device="new each time"[: 3 + _ % 9])
    assert count(LoginAttempt) == 0


def test_a_browser_known_to_one_account_is_not_known_to_another(user):
    make.user(Role.MEMBER, name="thanhvien")
    enter("thanhvien", device="shared tablet")
    guess(5)
    with pytest.raises(Limited):
        enter(device="shared tablet")


def test_an_unlock_ends_by_itself_and_addresses_stay_limited(user):
    unlock_user("truongdoan", NOW)
    assert len([a for a in guess(40) if a == "Invalid"]) == 30
    guess(5, at=NOW + GRACE, address="x")
    with pytest.raises(Limited):
        enter(device="new", at=NOW + GRACE)


def test_old_tries_are_swept(user):
    guess(3)
    guess(1, at=NOW + timedelta(days=1, seconds=1))
    assert count(LoginAttempt) == 2


def test_reaching_a_limit_is_written_down_once_a_window(user):
    guess(100)
    assert events() == ["user.limit_reached"]


def test_a_person_who_is_signed_in_cannot_guess_the_password_without_end(user):
    token = enter().token
    session_id = who(token).session_id
    outcomes = []
    for number in range(30):
        with pytest.raises((Invalid, Limited)) as refusal:
            change_password(user.id, session_id, f"sai-{number}", "mot-mat-khau-moi", NOW)
        outcomes.append(refusal.type)
    assert outcomes.count(Invalid) == 10


def at_once(app: Flask, times: int, action) -> list[str]:
    """What came of it when this many did it at the same moment."""
    start = threading.Barrier(times)

    def one(_number: int) -> str:
        with app.app_context():
            start.wait()
            try:
                action()
                return "in"
            except Refused as refusal:
                return type(refusal).__name__

    db.session.commit()
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_twenty_guesses_at_once_are_not_more_than_five(app, user, hashes):
    outcomes = at_once(app, 20, lambda: enter(password="sai", device="new"))
    assert sorted(outcomes) == ["Invalid"] * 5 + ["Limited"] * 15
    assert len(hashes) == 5


# --- devices and sessions -----------------------------------------------------------------------------


def test_a_browser_is_remembered_once_and_few_are_kept(user):
    enter()
    enter()
    assert count(KnownDevice) == 1
    for number in range(DEVICES_KEPT + 5):
        enter(device=f"browser {number}", at=NOW + number * MINUTE)
    assert count(KnownDevice) == DEVICES_KEPT


def test_a_reset_and_a_closed_account_forget_the_browsers(user):
    admin = make.user(Role.ADMIN)
    enter()
    reset_password("truongdoan", "mot-lan", NOW)
    assert count(KnownDevice) == 0
    enter(password="mot-lan")
    close_user(user.id, admin.id, NOW)
    assert (count(KnownDevice), count(UserSession)) == (0, 0)


def test_a_new_password_of_ones_own_keeps_only_this_browser_known(user):
    enter(device="lost")
    session_id = who(enter(device="mine").token).session_id
    change_password(user.id, session_id, make.PASSWORD, "mot-mat-khau-moi", NOW, "mine")
    assert db.session.scalars(select(KnownDevice.token_sha256)).all() == ["mine"]
    with pytest.raises(Invalid) as refusal:
        change_password(user.id, session_id, "mot-mat-khau-moi", "mot-mat-khau-moi", NOW)
    assert refusal.value.field == "new"


def test_a_weak_hash_is_made_anew_when_its_owner_signs_in(user):
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=16, parallelism=2).hash(make.PASSWORD)
    db.session.commit()
    assert passwords.is_outdated(user.password_hash)
    with pytest.raises(Invalid):
        enter(password="sai")
    db.session.refresh(user)
    assert passwords.is_outdated(user.password_hash), "a wrong password changes nothing"
    enter()
    db.session.refresh(user)
    assert not passwords.is_outdated(user.password_hash)
    enter()


def test_a_password_reset_while_the_hash_is_computed_wins(user, monkeypatch):
    def reset_meanwhile(stored: str | None, password: str) -> bool:
        monkeypatch.undo()
        right = passwords.is_password(stored, password)
        reset_password("truongdoan", "mot-lan", NOW)
        return right

    monkeypatch.setattr(logins, "is_password", reset_meanwhile)
    with pytest.raises(Invalid):
        enter()
    assert count(UserSession) == 0


def test_a_one_time_password_does_not_work_for_ever(app):
    add_user("canbo", "Cán bộ", Role.MEMBER, None, "mot-lan", NOW)
    assert enter("canbo", "mot-lan", at=NOW + timedelta(days=6))
    with pytest.raises(Invalid) as refusal:
        enter("canbo", "mot-lan", at=NOW + timedelta(days=8))
    assert "hết hạn" in refusal.value.text
    with pytest.raises(Invalid) as refusal:
        enter("canbo", "sai", at=NOW + timedelta(days=8))
    assert "hết hạn" not in refusal.value.text


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(user):
    mine, lost, third = (enter(at=NOW + n * MINUTE).token for n in range(3))
    here = who(mine).session_id
    rows = sessions_of(user.id, NOW + 3 * MINUTE, IDLE)
    assert [row.browser for row in rows] == ["Firefox"] * 3
    end_session(user.id, who(lost).session_id, NOW)
    assert (who(lost), who(mine) is not None) == (None, True)
    assert end_other_sessions(user.id, here, NOW) == 1
    assert (who(third), who(mine) is not None) == (None, True)
    assert events()[-2:] == ["user.end_session", "user.end_other_sessions"]


def test_nobody_ends_anothers_session(user):
    other = make.user(Role.MEMBER)
    session_id = who(enter().token).session_id
    with pytest.raises(Missing):
        end_session(other.id, session_id, NOW)
    assert count(UserSession) == 1


def test_signing_in_takes_a_fixed_number_of_statements(user, count_statements):
    counts = []
    for number in range(4):
        if number == 3:
            for device in range(10):
                enter(device=f"another {device}")
            guess(20)
        with count_statements() as statements:
            enter()
        counts.append(len([s for s in statements if "advisory" not in s]))
    assert counts[0] == counts[3] + 2, "a browser never seen is written down"
    assert max(counts) <= 14


# --- the second step -------------------------------------------------------------------------------------


def set_up(user: User, at: datetime = NOW) -> tuple[str, list[str]]:
    """Turns the second step on; gives the secret and the recovery codes."""
    second_step.begin(user.id, make.PASSWORD, at)
    secret = second_step_of(user.id).secret
    assert secret
    return secret, second_step.confirm(user.id, totp.current_code(secret, at), at)


def code_step(token: str, code: str, at: datetime, device: str = "d1") -> str:
    return enter_code(token, code, visitor("truongdoan", HOME, device), at, LIFETIME)


def test_with_the_second_step_a_password_alone_opens_nothing(user):
    secret, _codes = set_up(user)
    later = NOW + MINUTE
    entered = enter(at=later)
    assert entered.awaits_code
    assert who(entered.token, later) is None
    assert sessions_of(user.id, later, IDLE) == []
    token = code_step(entered.token, totp.current_code(secret, later), later)
    assert token != entered.token, "the id of the session is a new one"
    assert who(token, later).has_second_step
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
    outcomes = at_once(app, 10, lambda: code_step(tokens.pop(), code, later))
    assert outcomes.count("in") == 1


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
