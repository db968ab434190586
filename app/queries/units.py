"""Reads about units: find, list, and everything one unit's page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.access import Principal
from ..domain.inspections import CampaignKind, InspectionKind, State
from ..domain.units import SuccessionType, UnitKind
from ..models import Campaign, Delegation, Inspection, Unit, UnitSuccession
from ._pages import Page, within
from .access import visible_inspections

PAGE_SIZE = 50

_Parent = aliased(Unit, name="parent")


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What a list of units shows. ``words`` are folded for search; ``on`` keeps units that exist that day."""

    words: str = ""
    kind: UnitKind | None = None
    within: int | None = None
    on: date | None = None
    ended_by: date | None = None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as lists show it."""

    id: int
    name: str
    kind: UnitKind
    code: str | None
    parent_name: str | None
    valid_from: date
    valid_to: date | None

    def exists_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """The unit at the other end of a succession, and how it came to it."""

    unit_id: int
    name: str
    day: date
    type: SuccessionType
    legal_document: str
    note: str


def get_unit(unit_id: int) -> Unit | None:
    return db.session.get(Unit, unit_id)


def find_units(wanted: UnitFilter, page: int = 1, page_size: int = PAGE_SIZE) -> Page[UnitRow]:
    """One page of units and how many there are: the code and names that hold the words first, then
    Vietnamese order.

    Each word is looked for at the beginning of a word of the name, the parent's name or the code, so that
    «cau tre hai phong» finds the ward in its city. Two SELECTs, whatever the number of rows.
    """
    conditions = unit_conditions(wanted)
    count = select(func.count()).select_from(Unit).outerjoin(_Parent, _Parent.id == Unit.parent_id)
    total = db.session.execute(count.where(*conditions)).scalar_one()
    page = within(page, total, page_size)
    best_first = case((Unit.code == wanted.words, 0), (_holds(_own_text(), wanted.words), 1), else_=2)
    rows = db.session.execute(
        _rows()
        .where(*conditions)
        .order_by(best_first, Unit.name_sort, Unit.id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return Page(tuple(UnitRow(*row) for row in rows), total, page, page_size)


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Unit.id,
        Unit.name,
        Unit.kind,
        Unit.code,
        _Parent.name.label("parent_name"),
        Unit.valid_from,
        Unit.valid_to,
    ).outerjoin(_Parent, _Parent.id == Unit.parent_id)


def unit_conditions(wanted: UnitFilter) -> list[ColumnElement[bool]]:
    """What the list of units asks; words are looked for in the unit's, its parent's name and the code."""
    everything = (
        _own_text() + " " + func.coalesce(_Parent.name_search, "") + " " + func.coalesce(Unit.code, "")
    )
    conditions = [_holds(everything, word) for word in wanted.words.split()]
    if wanted.kind is not None:
        conditions.append(Unit.kind == wanted.kind)
    if wanted.within is not None:
        conditions.append(Unit.path.contains(f"/{wanted.within}/", autoescape=True))
        conditions.append(Unit.id != wanted.within)
    if wanted.on is not None:
        conditions.append(
            and_(Unit.valid_from <= wanted.on, or_(Unit.valid_to.is_(None), Unit.valid_to >= wanted.on))
        )
    if wanted.ended_by is not None:
        conditions.append(Unit.valid_to < wanted.ended_by)
    return conditions


def _own_text() -> ColumnElement[str]:
    return literal(" ") + Unit.name_search


def _holds(text: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Whether a word of the text begins here: folded text has one blank between words."""
    return text.contains(f" {words}", autoescape=True)


def units_by_ids(ids: Iterable[int]) -> list[UnitRow]:
    """The units with these ids, in Vietnamese order; ids that do not exist are left out. One SELECT."""
    rows = db.session.execute(_rows().where(Unit.id.in_(list(ids))).order_by(Unit.name_sort, Unit.id))
    return [UnitRow(*row) for row in rows]


def children_of(unit_id: int) -> list[UnitRow]:
    """The units right below this one, those of today and of old, in Vietnamese order; one SELECT."""
    rows = db.session.execute(_rows().where(Unit.parent_id == unit_id).order_by(Unit.name_sort, Unit.id))
    return [UnitRow(*row) for row in rows]


def path_of(unit: Unit) -> list[Unit]:
    """The units above this one, the topmost first; one SELECT."""
    ids = [int(part) for part in unit.path.split("/") if part and int(part) != unit.id]
    found = {u.id: u for u in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))} if ids else {}
    return [found[i] for i in ids if i in found]


def predecessors_of(unit_id: int) -> list[SuccessionRow]:
    """The units that became this one."""
    return _successions(UnitSuccession.to_unit_id == unit_id, UnitSuccession.from_unit_id)


def successors_of(unit_id: int) -> list[SuccessionRow]:
    """The units that this one became."""
    return _successions(UnitSuccession.from_unit_id == unit_id, UnitSuccession.to_unit_id)


def _successions(condition: ColumnElement[bool], other_end: object) -> list[SuccessionRow]:
    rows = db.session.execute(
        select(
            Unit.id,
            Unit.name,
            UnitSuccession.effective_date,
            UnitSuccession.type,
            UnitSuccession.legal_document,
            UnitSuccession.note,
        )
        .join(UnitSuccession, Unit.id == other_end)
        .where(condition)
        .order_by(UnitSuccession.effective_date, Unit.name_sort)
    )
    return [SuccessionRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """An inspection of a unit as the unit's page lists it."""

    id: int
    kind: InspectionKind
    campaign_kind: CampaignKind
    state: State
    inspected_on: date
    period_from: date
    period_to: date
    delegation_name: str


def inspections_of(unit_id: int, who: Principal) -> list[InspectionRow]:
    """The inspections of the unit that this person may open, newest first; one SELECT."""
    rows = db.session.execute(
        select(
            Inspection.id,
            Inspection.kind,
            Campaign.kind,
            Inspection.state,
            Inspection.inspected_on,
            Inspection.period_from,
            Inspection.period_to,
            Delegation.name,
        )
        .join(Delegation, Delegation.id == Inspection.delegation_id)
        .join(Campaign, Campaign.id == Delegation.campaign_id)
        .where(Inspection.unit_id == unit_id, Inspection.id.in_(visible_inspections(who)))
        .order_by(Inspection.inspected_on.desc(), Inspection.id.desc())
    )
    return [InspectionRow(*row) for row in rows]


def find_unit_by_code(code: str) -> Unit | None:
    """The unit with this code; where old and new units share it, the one that began last."""
    return db.session.scalars(
        select(Unit).where(Unit.code == code).order_by(Unit.valid_from.desc()).limit(1)
    ).first()
