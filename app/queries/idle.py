"""Reads about accounts that nobody has used for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from ..db import db
from ..domain.access import Role
from ..models import User, UserSession


@dataclass(frozen=True, slots=True)
class IdleAccount:
    """An open account that nobody came in with for long; ``signed_in_at`` is empty when nobody ever did."""

    id: int
    name: str
    title: str
    signed_in_at: datetime | None


def is_idle(before: datetime) -> ColumnElement[bool]:
    """Open, and before that moment made, signed in with and let in again last; with no session that still runs."""
    running = exists().where(UserSession.user_id == User.id, UserSession.seen_at >= before)
    return and_(
        User.active,
        User.created_at < before,
        or_(User.signed_in_at.is_(None), User.signed_in_at < before),
        or_(User.opened_at.is_(None), User.opened_at < before),
        ~running,
    )


def idle_accounts(before: datetime) -> list[IdleAccount]:
    """The longest away first, who never came before all; one SELECT."""
    rows = db.session.execute(
        select(User.id, User.name, User.title, User.signed_in_at)
        .where(is_idle(before))
        .order_by(User.signed_in_at.is_not(None), User.signed_in_at, User.id)
    )
    return [IdleAccount(*row) for row in rows]


def open_admins() -> set[int]:
    """Ids of the administrators who may sign in: the last of them stays, however long away; one SELECT."""
    return set(db.session.scalars(select(User.id).where(User.active, User.role == Role.ADMIN)))
