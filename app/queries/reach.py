"""Which units a person may give tasks to, and choosing among them: there may be thousands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from ..db import db
from ..domain import access
from ..domain.access import TABLE, Principal
from ..domain.checklists import UnitLevel
from ..domain.tasks import UnitLife
from ..domain.units import UnitKind, level_of
from ..models import DelegationMember, Inspection, Unit
from .access import UNDECIDED, sits

_PROVINCES = frozenset({UnitKind.TINH, UnitKind.THANH_PHO_TW})
_COMMUNES = tuple(kind for kind in UnitKind if level_of(kind) is UnitLevel.XA)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a person may give tasks to: ``takes`` all of them, ``communes`` the xã, phường and đặc khu below their
    office, whose topmost unit is called ``name``."""

    takes: ColumnElement[bool]
    communes: ColumnElement[bool]
    name: str


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit to choose; ``commune``: one of those that «tất cả xã, phường, đặc khu» means."""

    id: int
    name: str
    commune: bool


def reach_of(principal: Principal, on: date | None = None) -> Reach:
    """Units inspected by a delegation in which the person plans, and those below their office that exist; one SELECT."""
    inspected = (
        select(Inspection.unit_id)
        .join(DelegationMember, DelegationMember.delegation_id == Inspection.delegation_id)
        .where(
            sits(principal),
            DelegationMember.role.in_(TABLE[access.Action.ASSIGN_TASKS]),
            Inspection.state.not_in(UNDECIDED),
        )
    )
    top = _topmost(principal) if principal.role in TABLE[access.Action.ASSIGN_TASKS] else None
    if top is None:
        return Reach(Unit.id.in_(inspected), false(), "")
    below = and_(
        Unit.path.startswith(top.path, autoescape=True),
        Unit.id.not_in([top.id, principal.unit_id]),
        there_on(on),
    )
    return Reach(
        takes=or_(Unit.id.in_(inspected), below),
        communes=and_(below, Unit.kind.in_(_COMMUNES)),
        name=top.name,
    )


def _topmost(principal: Principal) -> Unit | None:
    """The province for its own offices (UBND, Sở), else the person's own office.

    A ward stands below the province too, and so do the offices of a ward: they give no tasks to other wards.
    """
    ids = [int(part) for part in principal.unit_path.split("/") if part]
    if not ids:
        return None
    found = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    above = [found[id_] for id_ in ids if id_ in found]
    own = found.get(principal.unit_id or 0)
    if any(level_of(unit.kind) is not UnitLevel.SO for unit in above):
        return own
    return next((unit for unit in above if unit.kind in _PROVINCES), own)


def there_on(on: date | None) -> ColumnElement[bool]:
    """Whether a unit is there on that day; on ``None``, whether it has no end."""
    endless: ColumnElement[bool] = Unit.valid_to.is_(None)
    return endless if on is None else and_(Unit.valid_from <= on, or_(endless, Unit.valid_to >= on))


def count_units(reach: Reach) -> tuple[int, int]:
    """How many may be given tasks, and how many of them are communes of the office; one SELECT."""
    communes = func.coalesce(func.sum(case((reach.communes, 1), else_=0)), 0)
    row = db.session.execute(select(func.count(), communes).select_from(Unit).where(reach.takes)).one()
    return row[0], row[1]


def communes_of(reach: Reach) -> tuple[int, ...]:
    """The ids of all communes of the office, in Vietnamese order; one SELECT."""
    found = select(Unit.id).where(reach.communes).order_by(Unit.name_sort, Unit.id)
    return tuple(db.session.scalars(found))


def unit_lives(ids: Collection[int]) -> dict[int, UnitLife]:
    """Of these units those that there are, with their last days; one SELECT."""
    rows = db.session.execute(select(Unit.id, Unit.name, Unit.valid_to).where(Unit.id.in_(ids)))
    return {row.id: UnitLife(row.name, row.valid_to) for row in rows}


def choose_units(
    reach: Reach, words: str = "", most: int | None = None, *, among: Collection[int] | None = None
) -> list[UnitChoice]:
    """The units whose name has all the folded words, in Vietnamese order, ``among`` these ids; one SELECT."""
    conditions = [Unit.name_search.contains(word, autoescape=True) for word in words.split()]
    if among is not None:
        conditions.append(Unit.id.in_(among))
    rows = db.session.execute(
        select(Unit.id, Unit.name, reach.communes.label("commune"))
        .where(reach.takes, *conditions)
        .order_by(Unit.name_sort, Unit.id)
        .limit(most)
    )
    return [UnitChoice(row.id, row.name, bool(row.commune)) for row in rows]
