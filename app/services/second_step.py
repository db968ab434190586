"""Verbs about one's own second step: set it up, prove it, new recovery codes, take it off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from .. import totp
from ..db import db, verb
from ..domain.logins import inside
from ..domain.refusals import Conflict, Invalid, sentence
from ..models import RecoveryCode, User
from ..totp import setup_address as setup_address  # what the QR code holds, for the page
from ..vault import UNREADABLE
from ._audit import note_event
from ._door import ask_password, forget_second_step, give_back, take_try, use_code


def begin(user_id: int, password: str, now: datetime) -> None:
    """A secret that counts nothing until a code has proved that the telephone knows it."""
    # Asked before the password too: what is refused for another reason counts no try.
    if _is_on(user_id):
        raise Conflict(sentence("Xác thực hai bước đã bật."))
    _begin(user_id, ask_password(user_id, password, "password", now), now)


@verb
def _begin(user_id: int, tries: list[int], now: datetime) -> None:
    give_back(tries)
    user = _locked(user_id)
    if user.totp_since is not None:
        raise Conflict(sentence("Xác thực hai bước đã bật."))
    user.totp_secret = totp.new_secret()
    note_event("user.totp_begin", "user", user_id, user_id, now)


def confirm(user_id: int, code: str, now: datetime) -> list[str]:
    """Turns the second step on; gives the recovery codes, which are never shown again."""
    return _or_wrong(_try_confirm(user_id, code, now))


@verb
def _try_confirm(user_id: int, code: str, now: datetime) -> list[str] | None:
    user = _locked(user_id)
    if user.totp_since is not None or not user.totp_secret:
        raise Conflict(sentence("Hãy bắt đầu thiết lập lại từ đầu."))
    secret = user.totp_secret
    if not _right(
        user_id, now, lambda: totp.is_totp(totp.tidy_code(code)) and use_code(user_id, secret, code, now)
    ):
        return None
    user.totp_since = now
    note_event("user.totp_on", "user", user_id, user_id, now)
    return _new_codes(user_id)


def renew_codes(user_id: int, code: str, now: datetime) -> list[str]:
    """Ten new recovery codes; the old ones are dead."""
    return _or_wrong(_try_renew_codes(user_id, code, now))


@verb
def _try_renew_codes(user_id: int, code: str, now: datetime) -> list[str] | None:
    secret = _secret_in_use(user_id)
    if not _right(user_id, now, lambda: use_code(user_id, secret, code, now)):
        return None
    note_event("user.new_recovery_codes", "user", user_id, user_id, now)
    return _new_codes(user_id)


def take_off(user_id: int, password: str, code: str, now: datetime) -> None:
    """Takes the second step off: that needs the password and a code, as signing in does."""
    if not _is_on(user_id):
        raise Conflict(sentence("Xác thực hai bước chưa bật."))
    _or_wrong(_try_take_off(user_id, code, ask_password(user_id, password, "password", now), now))


@verb
def reseal(now: datetime) -> tuple[int, list[str]]:
    """Encrypts every secret with the newest key: how many, and the names of those that no key can read."""
    people = db.session.execute(
        select(User.id, User.name, User.totp_secret)
        .where(User.totp_secret.is_not(None))
        .order_by(User.name)
        .with_for_update()
    ).all()
    lost = [person.name for person in people if person.totp_secret == UNREADABLE]
    readable = [person for person in people if person.totp_secret != UNREADABLE]
    for person in readable:
        db.session.execute(update(User).where(User.id == person.id).values(totp_secret=person.totp_secret))
    if readable:
        note_event("user.totp_reseal", "user", None, None, now, {"users": len(readable)})
    return len(readable), lost


@verb
def _try_take_off(user_id: int, code: str, tries: list[int], now: datetime) -> list[str] | None:
    give_back(tries)
    secret = _secret_in_use(user_id)
    if not _right(user_id, now, lambda: use_code(user_id, secret, code, now)):
        return None
    forget_second_step(_locked(user_id))
    note_event("user.totp_off", "user", user_id, user_id, now)
    return []


def _right(user_id: int, now: datetime, used: Callable[[], bool]) -> bool:
    """Counts a try inside, and gives it back when the code was right."""
    tries = take_try(inside(user_id), now, user_id)
    if used():
        give_back(tries)
        return True
    return False


def _or_wrong(codes: list[str] | None) -> list[str]:
    if codes is None:
        raise Invalid(sentence("Mã không đúng, hoặc đã dùng rồi."), field="code")
    return codes


def _new_codes(user_id: int) -> list[str]:
    codes = totp.new_recovery_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.execute(
        insert(RecoveryCode),
        [{"user_id": user_id, "code_sha256": totp.code_digest(user_id, code)} for code in codes],
    )
    return codes


def _is_on(user_id: int) -> bool:
    return db.session.scalar(select(User.totp_since).where(User.id == user_id)) is not None


def _locked(user_id: int) -> User:
    return db.session.get_one(User, user_id, populate_existing=True, with_for_update=True)


def _secret_in_use(user_id: int) -> str:
    user = _locked(user_id)
    if user.totp_since is None or user.totp_secret is None:
        raise Conflict(sentence("Xác thực hai bước chưa bật."))
    return user.totp_secret
