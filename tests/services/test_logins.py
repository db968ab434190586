"""At the door: limits that keep guessers out and let the real person in, browsers and sessions."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from app import passwords
from app.db import db
from app.domain.access import Role
from app.domain.logins import DEVICES_KEPT, GRACE, MINUTE
from app.domain.refusals import Invalid, Limited, Missing
from app.models import KnownDevice, LoginAttempt, User, UserSession
from app.queries.users import sessions_of
from app.services import logins
from app.services.logins import end_other_sessions, end_session
from app.services.users import (
    add_user,
    change_password,
    close_user,
    reset_password,
    unlock_user,
)
from tests import make
from tests.at_once import at_once
from tests.services.door import HOME, IDLE, NOW, count, enter, events, guess, who


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


def test_twenty_guesses_at_once_are_not_more_than_five(app, user, hashes):
    outcomes = at_once(app, *[lambda: enter(password="sai", device="new")] * 20)
    assert Counter(map(type, outcomes)) == {Invalid: 5, Limited: 15}
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
