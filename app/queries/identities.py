"""Reads about the identities that accounts are linked with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..db import db
from ..models import Identity


@dataclass(frozen=True, slots=True)
class IdentityLine:
    id: int
    issuer: str
    subject: str
    linked_at: datetime
    last_used_at: datetime | None


def identities_of(user_id: int) -> list[IdentityLine]:
    """The links of one account, oldest first; one SELECT."""
    rows = db.session.execute(
        select(Identity.id, Identity.issuer, Identity.subject, Identity.linked_at, Identity.last_used_at)
        .where(Identity.user_id == user_id)
        .order_by(Identity.id)
    )
    return [IdentityLine(*row) for row in rows]
