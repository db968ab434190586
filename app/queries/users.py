"""Reads about accounts, and who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from ..db import db, one_row
from ..domain.access import Principal, Role
from ..models import Unit, User, UserSession


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in person as the pages need them: plain values, read anew at every request.

    ``is_authenticated`` and the like are what Flask-Login asks of a user.
    """

    session_id: int
    token: str
    principal: Principal
    name: str
    title: str
    post: str
    unit_name: str
    locale: str
    theme: str
    must_change_password: bool
    seen_at: datetime
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def id(self) -> int:
        return self.principal.id

    @property
    def role(self) -> Role:
        return self.principal.role

    def get_id(self) -> str:
        return self.token


# Asked at every request: built once, since building a statement costs more than running it.
_SIGNED_IN = (
    select(
        UserSession.id.label("session_id"),
        UserSession.seen_at,
        User.id,
        User.name,
        User.title,
        User.post,
        User.role,
        User.locale,
        User.theme,
        User.must_change_password,
        User.unit_id,
        Unit.path,
        Unit.name.label("unit_name"),
    )
    .join(User, User.id == UserSession.user_id)
    .outerjoin(Unit, Unit.id == User.unit_id)
    .where(
        UserSession.token_sha256 == bindparam("digest"),
        UserSession.expires_at > bindparam("now"),
        UserSession.seen_at > bindparam("idle_since"),
        User.active,
    )
)


def signed_in(token: str, token_sha256: str, now: datetime, idle: timedelta) -> Account | None:
    """The account of a live session, in one SELECT; ``None`` when it ended or the account is closed."""
    row = one_row(_SIGNED_IN, digest=token_sha256, now=now, idle_since=now - idle)
    if row is None:
        return None
    return Account(
        session_id=row.session_id,
        token=token,
        principal=Principal(row.id, row.role, row.unit_id, row.path or ""),
        name=row.name,
        title=row.title,
        post=row.post,
        unit_name=row.unit_name or "",
        locale=row.locale,
        theme=row.theme,
        must_change_password=row.must_change_password,
        seen_at=row.seen_at,
    )


def find_user(name: str) -> User | None:
    return db.session.execute(select(User).where(User.name == name)).scalar_one_or_none()


def demo_accounts() -> list[tuple[str, str]]:
    """Names and titles of demonstration accounts that still work; empty in a real installation."""
    rows = db.session.execute(select(User.name, User.title).where(User.demo, User.active).order_by(User.id))
    return [(name, title) for name, title in rows]


def list_users() -> list[tuple[User, str | None]]:
    """All accounts with the name of their unit, by name."""
    rows = db.session.execute(
        select(User, Unit.name).outerjoin(Unit, Unit.id == User.unit_id).order_by(User.name)
    )
    return [(user, unit) for user, unit in rows]
