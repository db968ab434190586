"""Tries at the door, counted and given back; known devices; codes used up. Parts of verbs.

``ask_password`` alone is a transaction of its own, for functions that hash between two transactions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, delete, insert, or_, select, text, update

from ..db import db, verb
from ..domain.identities import NONCE_REMEMBERED, Proof
from ..domain.logins import (
    DEVICE_KNOWN_FOR,
    DEVICES_KEPT,
    GRACE,
    REMEMBERED,
    Bucket,
    fills,
    inside,
    waiting_time,
)
from ..domain.refusals import Invalid, Limited, sentence
from ..models import KnownDevice, LoginAttempt, RecoveryCode, TotpStep, UsedProof, User, UserSession
from ..passwords import is_password
from ..totp import code_digest, is_totp, matching_step, oldest_step, tidy_code
from ..vault import UNREADABLE
from ._audit import note_event

# Any number will do, as long as nothing else in this database uses it for advisory locks.
_DOOR_LOCK = 7_301_2027


def token_digest(token: str) -> str:
    """What is stored of a token, 64 hex digits; tokens are random, so nothing slow is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def changed_rows(statement: Executable) -> int:
    """How many rows an UPDATE or DELETE met."""
    result = cast("CursorResult[Any]", db.session.execute(statement))
    return int(result.rowcount)


def take_try(buckets: Sequence[Bucket], now: datetime, user_id: int | None) -> list[int]:
    """Counts one try in all buckets before anything is compared, so that many at once cannot slip past;
    the ids give it back when it was right. :class:`Limited` when a bucket is full: that counts nothing.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _DOOR_LOCK})
    keys = [bucket.key for bucket in buckets]
    tries: dict[str, list[datetime]] = {key: [] for key in keys}
    rows = select(LoginAttempt.bucket, LoginAttempt.at)
    for key, at in db.session.execute(
        rows.where(LoginAttempt.bucket.in_(keys), LoginAttempt.at > now - REMEMBERED)
    ):
        tries[key].append(at)
    wait = max(waiting_time(bucket.limits, tries[bucket.key], now) for bucket in buckets)
    if wait > timedelta():
        raise Limited(
            sentence(
                "Đã thử sai quá nhiều lần. Hãy đợi %(minutes)s phút, hoặc dùng máy đã từng đăng nhập tài khoản "
                "này, hoặc nhờ quản trị mở."
            ),
            seconds=ceil(wait.total_seconds()),
            minutes=ceil(wait / timedelta(minutes=1)),
        )
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at <= now - REMEMBERED))
    if user_id and any(fills(bucket.limits, tries[bucket.key], now) for bucket in buckets):
        kinds = sorted({key.split(":")[0] for key in keys})
        note_event("user.limit_reached", "user", user_id, None, now, {"at": kinds})
    added = insert(LoginAttempt).returning(LoginAttempt.id)
    return list(db.session.scalars(added, [{"bucket": key, "at": now} for key in keys]))


def give_back(tries: Sequence[int]) -> None:
    """These tries, by the ids of :func:`take_try`, count no more: what was typed was right."""
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(list(tries))))


@verb
def _take_try_inside(user_id: int, now: datetime) -> tuple[str, list[int]]:
    tries = take_try(inside(user_id), now, user_id)
    stored = db.session.execute(select(User.password_hash).where(User.id == user_id)).scalar_one()
    return stored, tries


def ask_password(user_id: int, password: str, field: str, now: datetime) -> list[int]:
    """The password asked again of who is signed in; the slow comparison holds no transaction.

    Gives the try, which the verb that follows gives back.
    """
    stored, tries = _take_try_inside(user_id, now)
    if not is_password(stored, password):
        raise Invalid(sentence("Mật khẩu hiện tại không đúng."), field=field)
    return tries


def is_unlocked(unlocked_at: datetime | None, now: datetime) -> bool:
    """Whether an administrator has let the person in lately: the account's own bucket does not count then."""
    return unlocked_at is not None and unlocked_at <= now < unlocked_at + GRACE


def is_known(user_id: int | None, device: str, now: datetime) -> bool:
    """Whether this browser has signed in as this account; asked for unknown names too."""
    found = db.session.execute(
        select(KnownDevice.id).where(
            KnownDevice.token_sha256 == device,
            KnownDevice.user_id == (user_id or 0),
            KnownDevice.seen_at > now - DEVICE_KNOWN_FOR,
        )
    ).first()
    return found is not None


def remember_device(user_id: int, device: str, now: datetime) -> None:
    """Notes that the browser signed in as this account; of a new one's elders only the latest seen stay."""
    mine = KnownDevice.user_id == user_id
    if not changed_rows(
        update(KnownDevice).where(mine, KnownDevice.token_sha256 == device).values(seen_at=now)
    ):
        newest = (
            select(KnownDevice.id).where(mine).order_by(KnownDevice.seen_at.desc()).limit(DEVICES_KEPT - 1)
        )
        db.session.execute(
            delete(KnownDevice).where(
                mine,
                or_(
                    KnownDevice.seen_at < now - DEVICE_KNOWN_FOR,
                    KnownDevice.id.not_in(newest.scalar_subquery()),
                ),
            )
        )
        db.session.execute(
            insert(KnownDevice).values(token_sha256=device, user_id=user_id, created_at=now, seen_at=now)
        )


def end_sessions(user_id: int, *, but: int | None = None) -> int:
    """Ends all sessions of the account, ``but`` one, also those that wait for a code; how many."""
    ended = delete(UserSession).where(UserSession.user_id == user_id)
    return changed_rows(ended if but is None else ended.where(UserSession.id != but))


def use_code(user_id: int, secret: str, code: str, now: datetime) -> bool:
    """Uses up a code of the telephone or a recovery code; whether it was right and new."""
    code = tidy_code(code)
    if not is_totp(code):
        return _use_recovery_code(user_id, code, now)
    if secret == UNREADABLE:
        raise Invalid(
            sentence(
                "Máy chủ không còn đọc được khóa xác thực hai bước của tài khoản này, vì khóa ký của Soát đã đổi. Hãy "
                "dùng một mã khôi phục, hoặc đề nghị quản trị gỡ xác thực hai bước."
            ),
            field="code",
        )
    step = matching_step(secret, code, now)
    if step is None or db.session.get(TotpStep, (user_id, step)) is not None:
        return False
    db.session.execute(delete(TotpStep).where(TotpStep.user_id == user_id, TotpStep.step < oldest_step(now)))
    # Of two that send one code at once, the second meets the unique key and is run again.
    db.session.execute(insert(TotpStep).values(user_id=user_id, step=step))
    # A secret of before it was encrypted, or under an older key, is encrypted with the newest one.
    db.session.execute(update(User).where(User.id == user_id).values(totp_secret=secret))
    return True


def _use_recovery_code(user_id: int, code: str, now: datetime) -> bool:
    used = changed_rows(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_sha256 == code_digest(user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if used:
        note_event("user.use_recovery_code", "user", user_id, user_id, now)
    return bool(used)


def use_proof(proof: Proof, now: datetime) -> None:
    """Uses up a provider's proof. Of two that bring one at once, the second meets the unique key and is run again."""
    digest = token_digest(f"{proof.issuer}\0{proof.nonce}")
    if db.session.get(UsedProof, digest) is not None:
        raise Invalid(sentence("Lần đăng nhập này đã dùng rồi. Hãy bấm đăng nhập lại."))
    db.session.execute(delete(UsedProof).where(UsedProof.at < now - NONCE_REMEMBERED))
    db.session.execute(insert(UsedProof).values(nonce_sha256=digest, at=now))


def forget_second_step(user: User) -> None:
    """No secret, no codes: signing in asks for the password only."""
    user.totp_secret = user.totp_since = None
    for table in (RecoveryCode, TotpStep):
        db.session.execute(delete(table).where(table.user_id == user.id))
