"""Verbs at the door: sign in with a password, with the code of the second step, out; end sessions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from ..db import db, verb
from ..domain.identities import Proof
from ..domain.logins import CODE_WAITS, Visitor, at_the_door, at_the_provider
from ..domain.refusals import Invalid, Missing, sentence
from ..models import Identity, User, UserSession
from ..passwords import hash_password, is_outdated, is_password
from ._audit import note_event
from ._door import (
    changed_rows,
    end_sessions,
    give_back,
    is_known,
    is_unlocked,
    remember_device,
    take_try,
    token_digest,
    use_code,
    use_proof,
)


@dataclass(frozen=True, slots=True)
class Entered:
    """The token of a new session, or of one that still waits for the code of the second step."""

    token: str
    awaits_code: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What the database says about the name at the door; all empty for a name nobody has."""

    tries: list[int]
    user_id: int | None
    password_hash: str | None
    active: bool
    password_until: datetime | None
    second_step: bool


def sign_in(name: str, password: str, visitor: Visitor, now: datetime, lifetime: timedelta) -> Entered:
    """:class:`Invalid` with one sentence for every kind of wrong, after the same work;
    :class:`Limited` after too many wrong tries, before any work.

    The slow hash is computed between two transactions, so that nobody's score waits for it.
    """
    candidate = _knock(name, visitor, now)
    right = is_password(candidate.password_hash, password)
    if candidate.user_id is None or candidate.password_hash is None or not right or not candidate.active:
        raise Invalid(sentence("Tên đăng nhập hoặc mật khẩu không đúng."), field="password")
    if candidate.password_until is not None and candidate.password_until < now:
        raise Invalid(
            sentence("Mật khẩu dùng một lần đã hết hạn. Hãy đề nghị quản trị cấp mật khẩu mới."),
            field="password",
        )
    hashed = candidate.password_hash
    token = secrets.token_urlsafe(32)
    new_hash = hash_password(password) if is_outdated(hashed) else hashed
    _open_door(candidate.user_id, candidate, new_hash, token, visitor, now, lifetime)
    return Entered(token, candidate.second_step)


@verb
def _knock(name: str, visitor: Visitor, now: datetime) -> _Candidate:
    row = db.session.execute(
        select(
            User.id,
            User.password_hash,
            User.active,
            User.password_until,
            User.totp_since,
            User.unlocked_at,
        ).where(User.name == name)
    ).one_or_none()
    user_id = row.id if row else None
    known = is_known(user_id, visitor.device, now)
    unlocked = row is not None and is_unlocked(row.unlocked_at, now)
    buckets = at_the_door("password", visitor, known, unlocked)
    tries = take_try(buckets, now, user_id)
    if row is None:
        return _Candidate(tries, None, None, False, None, False)
    return _Candidate(
        tries, row.id, row.password_hash, row.active, row.password_until, row.totp_since is not None
    )


@verb
def _open_door(
    user_id: int,
    candidate: _Candidate,
    new_hash: str,
    token: str,
    visitor: Visitor,
    now: datetime,
    lifetime: timedelta,
) -> None:
    """The session, unless the account was closed or its password changed while the hash was computed."""
    still = changed_rows(
        update(User)
        .where(User.id == user_id, User.password_hash == candidate.password_hash, User.active)
        .values(password_hash=new_hash, signed_in_at=User.signed_in_at if candidate.second_step else now)
    )
    if not still:
        raise Invalid(sentence("Tên đăng nhập hoặc mật khẩu không đúng."), field="password")
    give_back(candidate.tries)
    if candidate.second_step:
        _add_session(user_id, token, visitor, now, now + CODE_WAITS, awaits_code=True)
    else:
        _enter(user_id, token, visitor, now, lifetime)


def sign_in_by_provider(
    prove: Callable[[], Proof], visitor: Visitor, now: datetime, lifetime: timedelta
) -> Entered:
    """As :func:`sign_in`, for who comes back from a provider of identities; ``prove`` asks the provider.

    One sentence for who is not linked and for whose account is closed.
    """
    tries = _knock_by_provider(visitor, now)
    proof = prove()
    token = secrets.token_urlsafe(32)
    return Entered(token, _open_by_provider(proof, tries, token, visitor, now, lifetime))


@verb
def _knock_by_provider(visitor: Visitor, now: datetime) -> list[int]:
    return take_try(at_the_provider(visitor), now, None)


@verb
def _open_by_provider(
    proof: Proof, tries: list[int], token: str, visitor: Visitor, now: datetime, lifetime: timedelta
) -> bool:
    """Whether the second step is still asked for: the provider's own does not stand for ours."""
    use_proof(proof, now)
    row = db.session.execute(
        select(Identity.id, User.id.label("user_id"), User.totp_since)
        .join(User, User.id == Identity.user_id)
        .where(Identity.issuer == proof.issuer, Identity.subject == proof.subject, User.active)
    ).one_or_none()
    if row is None:
        raise Invalid(
            sentence(
                "Chưa có tài khoản Soát nào dùng được nối với danh tính này. Hãy đề nghị quản trị nối giúp, mã định "
                "danh của bạn là «%(subject)s»."
            ),
            subject=proof.subject,
        )
    give_back(tries)
    db.session.execute(update(Identity).where(Identity.id == row.id).values(last_used_at=now))
    if row.totp_since is not None:
        _add_session(row.user_id, token, visitor, now, now + CODE_WAITS, awaits_code=True, identity_id=row.id)
        return True
    _note_entry(row.user_id, now)
    _enter(row.user_id, token, visitor, now, lifetime, row.id)
    return False


def enter_code(token: str, code: str, visitor: Visitor, now: datetime, lifetime: timedelta) -> str:
    """The token of the session, a new one. :class:`Missing` when the password must be given again."""
    entered = _try_code(token, code, visitor, now, lifetime)
    if entered is None:
        raise Invalid(sentence("Mã không đúng, hoặc đã dùng rồi."), field="code")
    return entered


@verb
def _try_code(token: str, code: str, visitor: Visitor, now: datetime, lifetime: timedelta) -> str | None:
    """``None`` when the code is wrong: the try stays counted, so nothing is raised here."""
    row = db.session.execute(
        select(
            UserSession.id,
            UserSession.identity_id,
            User.id.label("user_id"),
            User.totp_secret,
            User.unlocked_at,
        )
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_sha256 == token_digest(token),
            UserSession.awaits_code,
            UserSession.expires_at > now,
            User.active,
            User.totp_since.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise Missing(sentence("Đã quá lâu kể từ khi nhập mật khẩu. Hãy đăng nhập lại."))
    known = is_known(row.user_id, visitor.device, now)
    named = replace(visitor, name_key=f"user {row.user_id}")
    buckets = at_the_door("code", named, known, is_unlocked(row.unlocked_at, now))
    tries = take_try(buckets, now, row.user_id)
    if not use_code(row.user_id, row.totp_secret, code, now):
        return None
    give_back(tries)
    db.session.execute(delete(UserSession).where(UserSession.id == row.id))
    new_token = secrets.token_urlsafe(32)
    _note_entry(row.user_id, now)
    _enter(row.user_id, new_token, visitor, now, lifetime, row.identity_id)
    return new_token


def _note_entry(user_id: int, now: datetime) -> None:
    """Whoever comes in is not away; with the password alone that stands in the statement that looks it up once more."""
    db.session.execute(update(User).where(User.id == user_id).values(signed_in_at=now))


def _enter(
    user_id: int,
    token: str,
    visitor: Visitor,
    now: datetime,
    lifetime: timedelta,
    identity_id: int | None = None,
) -> None:
    _add_session(user_id, token, visitor, now, now + lifetime, identity_id=identity_id)
    if visitor.device:
        remember_device(user_id, visitor.device, now)
    action = "user.sign_in" if identity_id is None else "user.sign_in_by_provider"
    note_event(action, "user", user_id, user_id, now)


def _add_session(
    user_id: int,
    token: str,
    visitor: Visitor,
    now: datetime,
    until: datetime,
    *,
    awaits_code: bool = False,
    identity_id: int | None = None,
) -> None:
    db.session.execute(delete(UserSession).where(UserSession.expires_at < now))
    db.session.execute(
        insert(UserSession).values(
            token_sha256=token_digest(token),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            expires_at=until,
            browser=visitor.browser[:200],
            address=visitor.address,
            awaits_code=awaits_code,
            identity_id=identity_id,
        )
    )


@verb
def sign_out(session_id: int, now: datetime) -> None:
    """The session ends; twice at the same moment is one line of the trail."""
    ended = delete(UserSession).where(UserSession.id == session_id).returning(UserSession.user_id)
    user_id = db.session.scalar(ended)
    if user_id is not None:
        note_event("user.sign_out", "user", user_id, user_id, now)


@verb
def touch_session(session_id: int, now: datetime) -> None:
    """Its person was here just now, so it has not been idle."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=now))


@verb
def end_session(user_id: int, session_id: int, now: datetime) -> None:
    """Ends one session of one's own; :class:`Missing` for anybody else's."""
    ended = changed_rows(
        delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    )
    if not ended:
        raise Missing(sentence("Phiên đăng nhập này đã kết thúc."))
    note_event("user.end_session", "user", user_id, user_id, now)


@verb
def end_other_sessions(user_id: int, session_id: int, now: datetime) -> int:
    """Ends all sessions of one's own but this one; how many."""
    ended = end_sessions(user_id, but=session_id)
    note_event("user.end_other_sessions", "user", user_id, user_id, now, {"sessions": ended})
    return ended


@verb
def end_session_of(user_id: int, session_id: int, by_id: int, now: datetime) -> None:
    """An administrator ends one session of an account; :class:`Missing` when it is no session of it any more."""
    ended = changed_rows(
        delete(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
    )
    if not ended:
        raise Missing(sentence("Phiên đăng nhập này đã kết thúc."))
    note_event("user.end_session_of", "user", user_id, by_id, now)


@verb
def end_sessions_of(user_id: int, by_id: int, now: datetime, *, but: int | None = None) -> int:
    """An administrator ends all sessions of an account, of their own all ``but`` this one; how many."""
    ended = end_sessions(user_id, but=but)
    note_event("user.end_sessions", "user", user_id, by_id, now, {"sessions": ended})
    return ended
