"""Where a person may plan inspections: the area of the office they work in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ..db import db
from ..domain.units import LIVES_ON, office_of
from ..models import Unit, UnitSuccession, User


@dataclass(frozen=True, slots=True)
class PlannedArea:
    """The unit whose area it is, and the paths below which it lies: its own, and those of what was merged into it."""

    name: str
    paths: tuple[str, ...]

    def holds(self, unit: Unit) -> bool:
        return unit.path.startswith(self.paths)


def planned_area(user_id: int) -> PlannedArea | None:
    """A sở plans in its province, a phòng in its quận, an office of a ward in the ward.

    ``None`` without an office: who is placed nowhere plans everywhere; the administrator placed them so. At most
    three SELECTs.
    """
    path = db.session.execute(
        select(Unit.path).join(User, User.unit_id == Unit.id).where(User.id == user_id)
    ).scalar_one_or_none()
    if path is None:
        return None
    ids = [int(part) for part in path.split("/") if part]
    line = db.session.execute(
        select(Unit.id, Unit.kind, Unit.name).where(Unit.id.in_(ids)).order_by(func.length(Unit.path))
    ).all()
    top = office_of([(row.id, row.kind) for row in line])
    older = select(Unit.id).where(Unit.id == top).cte("older", recursive=True)
    older = older.union(
        select(UnitSuccession.from_unit_id)
        .join(older, UnitSuccession.to_unit_id == older.c.id)
        .where(UnitSuccession.type.in_(LIVES_ON))
    )
    paths = db.session.scalars(
        select(Unit.path).where(Unit.id.in_(select(older.c.id))).order_by(Unit.id)
    ).all()
    return PlannedArea(next(row.name for row in line if row.id == top), tuple(paths))


def outside(area: PlannedArea | None, units: Sequence[Unit]) -> list[str]:
    """The names of those that lie elsewhere."""
    return [] if area is None else [unit.name for unit in units if not area.holds(unit)]
