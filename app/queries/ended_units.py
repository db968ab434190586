"""A unit that is no more, for the people who still work there in name: since when, and where it lives on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..db import db
from ..models import Unit
from .handovers import heirs_of


@dataclass(frozen=True, slots=True)
class Ended:
    name: str
    last: date
    heirs: tuple[str, ...]


def ended_unit(unit_id: int, day: date) -> Ended | None:
    """``None`` while the unit exists; one SELECT, two for one that has ended."""
    row = db.session.execute(select(Unit.name, Unit.valid_to).where(Unit.id == unit_id)).one_or_none()
    if row is None or row.valid_to is None or row.valid_to >= day:
        return None
    return Ended(row.name, row.valid_to, tuple(heir.name for heir in heirs_of(unit_id, day)))
