"""Reads for handing over: what a unit has open, and the units in which it lives on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select

from ..db import db
from ..domain.access import Principal
from ..domain.handovers import HANDED_OVER, Estate, GivenTask, Heir, OpenFinding, OpenTask
from ..domain.inspections import FindingKind, FindingState
from ..domain.units import SuccessionType
from ..models import Criterion, Directive, Finding, Inspection, Task, Unit, UnitSuccession
from ._task_titles import title_with_period
from .access import visible_units
from .repeats import SIGNED


def open_tasks_of(unit_id: int) -> tuple[ColumnElement[bool], ...]:
    """What the unit was given and goes on at its heirs."""
    return Task.unit_id == unit_id, Task.workflow.in_(HANDED_OVER)


def open_given_by(unit_id: int) -> tuple[ColumnElement[bool], ...]:
    """What the unit gave, to itself or to others, and nobody has confirmed yet."""
    return Task.assigner_unit_id == unit_id, Task.workflow.in_(HANDED_OVER)


def count_given(unit_id: int) -> int:
    """How many open tasks wait for the word of this unit; one SELECT."""
    return db.session.scalar(select(func.count(Task.id)).where(*open_given_by(unit_id))) or 0


def open_findings_of(unit_id: int) -> Select[int]:
    """Ids of the shortcomings that the unit still has to remedy: its own, and those handed to it."""
    return (
        select(Finding.id)
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .where(
            func.coalesce(Finding.handed_to_unit_id, Inspection.unit_id) == unit_id,
            Finding.kind == FindingKind.TON_TAI,
            Finding.state != FindingState.DA_KHAC_PHUC,
            Finding.removed_at.is_(None),
            Inspection.state.in_(SIGNED),
        )
    )


def open_work(unit_id: int) -> tuple[int, int]:
    """How many tasks and shortcomings the unit has open; one SELECT."""
    tasks = select(func.count(Task.id)).where(*open_tasks_of(unit_id)).scalar_subquery()
    findings = select(func.count()).select_from(open_findings_of(unit_id).subquery()).scalar_subquery()
    row = db.session.execute(select(tasks, findings)).one()
    return int(row[0]), int(row[1])


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A shortcoming that a unit has to remedy since the inspected one, named as it was, became it."""

    text: str
    criterion_code: str
    inspected_on: date
    unit_name: str
    due: date | None
    state: FindingState


def taken_over(unit_id: int, who: Principal) -> list[TakenOver]:
    """What came to the unit from others, for who may see its tasks; one SELECT."""
    rows = db.session.execute(
        select(
            Finding.text,
            func.coalesce(Criterion.code, ""),
            Inspection.inspected_on,
            Unit.name,
            Finding.due_on,
            Finding.state,
        )
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .join(Unit, Unit.id == Inspection.unit_id)
        .outerjoin(Criterion, Criterion.id == Finding.criterion_id)
        .where(
            Finding.handed_to_unit_id == unit_id,
            Finding.handed_to_unit_id.in_(visible_units(who)),
            Finding.removed_at.is_(None),
        )
        .order_by(Finding.due_on.is_(None), Finding.due_on, Finding.id)
    )
    return [TakenOver(*row) for row in rows]


def heirs_of(unit_id: int, day: date) -> tuple[Heir, ...]:
    """The units of that day in which the unit lives on, through those that ended since; one SELECT.

    The one that took the whole comes first, and of several the latest.
    """
    columns = (UnitSuccession.to_unit_id, UnitSuccession.effective_date, UnitSuccession.type)
    found = (
        select(*columns)
        .where(UnitSuccession.from_unit_id == unit_id, UnitSuccession.effective_date <= day)
        .cte("heirs", recursive=True)
    )
    further = (
        select(*columns)
        .join(found, UnitSuccession.from_unit_id == found.c.to_unit_id)
        .join(Unit, Unit.id == found.c.to_unit_id)
        .where(UnitSuccession.effective_date <= day, Unit.valid_to < day)
    )
    heirs = found.union(further)
    rows = db.session.execute(
        select(Unit.id, Unit.name, heirs.c.effective_date, heirs.c.type)
        .join(heirs, heirs.c.to_unit_id == Unit.id)
        .where(Unit.id != unit_id, Unit.valid_from <= day, or_(Unit.valid_to.is_(None), Unit.valid_to >= day))
        .order_by(Unit.name_sort, Unit.id)
    )
    best: dict[int, Heir] = {}
    for heir in sorted((Heir(*row) for row in rows), key=_rank):
        best.setdefault(heir.id, heir)
    return tuple(best.values())


def _rank(heir: Heir) -> tuple[bool, int]:
    return heir.type is SuccessionType.PART, -heir.day.toordinal()


def estate_of(unit: Unit, day: date) -> Estate:
    """What there is to hand over on that day, in the order of the deadlines; four SELECTs, of a unit that goes on three."""
    goes_on = unit.valid_to is None or unit.valid_to >= day
    tasks = db.session.execute(
        select(
            Task.id,
            Task.version,
            title_with_period(),
            func.coalesce(Directive.number, ""),
            Task.due_current,
            Task.workflow,
            Task.lead,
        )
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .where(*open_tasks_of(unit.id))
        .order_by(Task.due_current.is_(None), Task.due_current, Task.id)
    )
    findings = db.session.execute(
        select(
            Finding.id,
            Finding.version,
            Finding.text,
            func.coalesce(Criterion.code, ""),
            Inspection.inspected_on,
            Finding.due_on,
            Finding.state,
        )
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .outerjoin(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.id.in_(open_findings_of(unit.id)))
        .order_by(Finding.due_on.is_(None), Finding.due_on, Finding.id)
    )
    return Estate(
        goes_on=goes_on,
        heirs=heirs_of(unit.id, day),
        tasks=tuple(OpenTask(*row) for row in tasks),
        findings=tuple(OpenFinding(*row) for row in findings),
        given=() if goes_on else _given_by(unit.id),
    )


def _given_by(unit_id: int) -> tuple[GivenTask, ...]:
    rows = db.session.execute(
        select(Task.id, Task.version, Task.unit_id).where(*open_given_by(unit_id)).order_by(Task.id)
    )
    return tuple(GivenTask(*row) for row in rows)
