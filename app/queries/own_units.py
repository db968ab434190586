"""What counts as the unit a person works in when it is inspected: more than the one written in the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import CompoundSelect, and_, func, select, union_all
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.units import COMMUNES, LIVES_ON, TERRITORIES
from ..models import Unit, UnitSuccession


def own_units(paths: Mapping[int, str]) -> dict[int, frozenset[int]]:
    """Unit → itself, what it is an office or a part of, the other offices of the same commune, and what was merged
    into any of these or took them over; by the path of each unit. One SELECT, none for no unit.

    A province is not in it: all its offices lie below it, and nobody works in all of them.
    """
    lines = {unit_id: _line(path) or (unit_id,) for unit_id, path in paths.items()}
    if not lines:
        return {}
    found: dict[int, set[int]] = {}
    for start, unit_id in db.session.execute(_reached(set(chain.from_iterable(lines.values())))):
        found.setdefault(start, set()).add(unit_id)
    return {
        unit_id: frozenset({unit_id}.union(*(found.get(above, ()) for above in line)))
        for unit_id, line in lines.items()
    }


@dataclass(frozen=True, slots=True)
class Inside:
    """An office inside a commune: what happens at the commune is not the office's."""

    office: str
    commune: str


def inside_commune(unit_id: int) -> Inside | None:
    """The office and its commune; ``None`` for every other unit. One SELECT."""
    office, commune = aliased(Unit), aliased(Unit)
    row = db.session.execute(
        select(office.name, commune.name)
        .join(commune, and_(office.path.startswith(commune.path), commune.id != office.id))
        .where(office.id == unit_id, office.kind.not_in(COMMUNES), commune.kind.in_(COMMUNES))
        .order_by(func.length(commune.path).desc())
        .limit(1)
    ).first()
    return None if row is None else Inside(*row)


def _line(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in path.split("/") if part)


def _reached(ids: set[int]) -> CompoundSelect[int, int]:
    """Pairs (unit of a line, unit that belongs to it), the unit itself among them."""
    local = select(Unit.id.label("start"), Unit.id.label("id")).where(
        Unit.id.in_(ids), Unit.kind.not_in(TERRITORIES)
    )
    # A commune and the offices inside it are one, however deep they lie.
    inside = local.where(Unit.kind.in_(COMMUNES)).cte("inside", recursive=True)
    inside = inside.union(
        select(inside.c.start, Unit.id)
        .join(inside, Unit.parent_id == inside.c.id)
        .where(Unit.kind.not_in(COMMUNES))
    )
    older = local.cte("older", recursive=True)
    older = older.union(
        select(older.c.start, UnitSuccession.from_unit_id)
        .join(older, UnitSuccession.to_unit_id == older.c.id)
        .where(UnitSuccession.type.in_(LIVES_ON))
    )
    newer = local.cte("newer", recursive=True)
    newer = newer.union(
        select(newer.c.start, UnitSuccession.to_unit_id)
        .join(newer, UnitSuccession.from_unit_id == newer.c.id)
        .where(UnitSuccession.type.in_(LIVES_ON))
    )
    return union_all(*(select(part.c.start, part.c.id) for part in (inside, older, newer)))
