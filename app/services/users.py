"""Verbs about accounts: create, sign in and out, change one's password and preferences."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from ..db import db, verb
from ..domain.access import Role
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..models import User, UserSession
from ..passwords import hash_password, is_outdated, is_password
from ._audit import note_event


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_password() -> str:
    """A one-time password that can be read out on the telephone: no 0/O, 1/l."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@verb
def add_user(
    name: str,
    title: str,
    role: Role,
    unit_id: int | None,
    password: str,
    now: datetime,
    *,
    post: str = "",
    must_change: bool = True,
    demo: bool = False,
    by_id: int | None = None,
) -> User:
    """A new account; :class:`Conflict` when the name is taken."""
    if db.session.execute(select(User.id).where(User.name == name)).first():
        raise Conflict(sentence("Tên đăng nhập «%(name)s» đã có."), field="name", name=name)
    if role in {Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR} and unit_id is None:
        raise Invalid(sentence("Vai trò này cần một đơn vị."), field="unit")
    user = User(
        name=name,
        title=title,
        post=post,
        role=role,
        unit_id=unit_id,
        password_hash=hash_password(password),
        must_change_password=must_change,
        demo=demo,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    note_event(
        "user.add",
        "user",
        user.id,
        by_id,
        now,
        {"name": name, "title": title, "role": role, "unit_id": unit_id},
    )
    return user


@verb
def reset_password(name: str, password: str, now: datetime, by_id: int | None = None) -> None:
    """A new one-time password; every open session of the account ends."""
    user = db.session.execute(select(User).where(User.name == name)).scalar_one_or_none()
    if user is None:
        raise Missing(sentence("Không có tài khoản «%(name)s»."), name=name)
    user.password_hash = hash_password(password)
    user.must_change_password = True
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    note_event("user.reset_password", "user", user.id, by_id, now)


def sign_in(name: str, password: str, browser: str, now: datetime, lifetime: timedelta) -> str:
    """The token of a new session; :class:`Invalid` with one sentence for every kind of wrong.

    The slow hash is computed before the transaction, so that nobody's score waits for it.
    """
    user = db.session.execute(select(User).where(User.name == name)).scalar_one_or_none()
    if not is_password(user.password_hash if user else None, password) or user is None or not user.active:
        raise Invalid(sentence("Tên đăng nhập hoặc mật khẩu không đúng."), field="password")
    rehashed = hash_password(password) if is_outdated(user.password_hash) else None
    token = secrets.token_urlsafe(32)
    _open_session(user.id, token, browser, rehashed, now, lifetime)
    return token


@verb
def _open_session(
    user_id: int, token: str, browser: str, rehashed: str | None, now: datetime, lifetime: timedelta
) -> None:
    if rehashed:
        db.session.execute(update(User).where(User.id == user_id).values(password_hash=rehashed))
    db.session.execute(delete(UserSession).where(UserSession.expires_at < now))
    db.session.add(
        UserSession(
            token_sha256=token_digest(token),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
            browser=browser[:200],
        )
    )
    note_event("user.sign_in", "user", user_id, user_id, now)


@verb
def sign_out(session_id: int, now: datetime) -> None:
    ended = delete(UserSession).where(UserSession.id == session_id).returning(UserSession.user_id)
    user_id = db.session.scalar(ended)
    if user_id is not None:
        note_event("user.sign_out", "user", user_id, user_id, now)


@verb
def touch_session(session_id: int, now: datetime) -> None:
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=now))


@verb
def change_password(user_id: int, session_id: int, old: str, new: str, now: datetime) -> None:
    """A new password for oneself; all other sessions of the account end."""
    user = db.session.get_one(User, user_id, populate_existing=True)
    if not is_password(user.password_hash, old):
        raise Invalid(sentence("Mật khẩu hiện tại không đúng."), field="old")
    user.password_hash = hash_password(new)
    user.must_change_password = False
    db.session.execute(
        delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != session_id)
    )
    note_event("user.change_password", "user", user_id, user_id, now)


@verb
def set_preferences(user_id: int, locale: str, theme: str) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(locale=locale, theme=theme))
