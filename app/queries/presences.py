"""Who else is here now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..db import db
from ..domain.inspections import Side
from ..domain.presences import SEEN_FOR
from ..models import Presence, User


@dataclass(frozen=True, slots=True)
class Here:
    title: str
    criterion: str


def others_here(inspection_id: int, side: Side, user_id: int, now: datetime) -> Sequence[Here]:
    """The others of this side who are on a criterion, in the order of their names; one SELECT."""
    found = db.session.execute(
        select(User.title, Presence.criterion)
        .join(User, User.id == Presence.user_id)
        .where(
            Presence.inspection_id == inspection_id,
            Presence.side == side,
            Presence.user_id != user_id,
            Presence.at > now - SEEN_FOR,
            Presence.criterion != "",
            User.active,
        )
        .order_by(User.title, User.id)
    )
    return [Here(title, criterion) for title, criterion in found]
