"""Lists as a whole, for workbooks: first which rows and in which order, then the rows some hundreds at a time.

Between the parts the read transaction ends, so that a long list never keeps anybody's save waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from ..db import db
from ..domain import tasks
from ..domain.access import Principal
from ..domain.areas import ReformArea
from ..domain.imports import in_parts
from ..domain.tasks import DirectiveKind, Timeliness, Workflow
from ..models import Directive, DossierReport, Inspection, Task, Unit
from . import directives, dossiers, inspections, units
from .access import visible_inspections
from .tasks import Seen, TaskFilter, task_conditions, task_order

_AT_ONCE = 500


def _in_order(ids: Select[Any], rows_of: Callable[[ColumnElement[bool]], Any], key: Any) -> Iterator[Any]:
    """The rows of these ids in their order; one SELECT for the ids and one for each 500 rows."""
    wanted = list(db.session.scalars(ids))
    for part in in_parts(wanted, _AT_ONCE):
        found = {row.id: row for row in db.session.execute(rows_of(key.in_(part)))}
        db.session.commit()
        yield from (found[id_] for id_ in part if id_ in found)


@dataclass(frozen=True, slots=True)
class ExportedTask:
    """One task with all that its row in a workbook says."""

    id: int
    unit_name: str
    title: str
    detail: str
    directive_number: str
    directive_day: date | None
    directive_title: str
    period_label: str
    area: ReformArea | None
    lead: bool
    own_plan: bool
    assigned_on: date
    due_original: date | None
    due_current: date | None
    workflow: Workflow
    progress: int
    completed_on: date | None
    product_number: str
    product_date: date | None
    result: str

    def timeliness(self, today: date) -> Timeliness | None:
        return tasks.timeliness(self.workflow, self.due_current, self.completed_on, today)


def all_tasks(seen: Seen, wanted: TaskFilter, today: date) -> Iterator[ExportedTask]:
    """The tasks of the list as filtered and sorted there."""
    ids = (
        select(Task.id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(seen, *task_conditions(wanted, today))
        .order_by(*task_order(wanted.sort))
    )

    def rows_of(condition: ColumnElement[bool]) -> Any:
        return (
            select(
                Task.id,
                Unit.name.label("unit_name"),
                Task.title,
                Task.detail,
                func.coalesce(Directive.number, "").label("directive_number"),
                Directive.issued_on.label("directive_day"),
                func.coalesce(Directive.title, "").label("directive_title"),
                Task.period_label,
                Task.area,
                Task.lead,
                Task.own_plan,
                Task.assigned_on,
                Task.due_original,
                Task.due_current,
                Task.workflow,
                Task.progress,
                Task.completed_on,
                Task.product_number,
                Task.product_date,
                Task.result,
            )
            .join(Unit, Unit.id == Task.unit_id)
            .outerjoin(Directive, Directive.id == Task.directive_id)
            .where(condition)
        )

    return (ExportedTask(**row._asdict()) for row in _in_order(ids, rows_of, Task.id))


@dataclass(frozen=True, slots=True)
class ExportedDirective:
    """One directive; of its tasks only those count that the person may see."""

    id: int
    kind: DirectiveKind
    number: str
    issued_on: date | None
    title: str
    agency: str
    tasks: int
    done: int


def all_directives(wanted: directives.DirectiveList) -> Iterator[ExportedDirective]:
    """The directives of the list, as its page shows and counts them."""
    ids = select(Directive.id).where(*wanted.conditions).order_by(*directives.NEWEST_FIRST)

    def rows_of(condition: ColumnElement[bool]) -> Any:
        return select(
            Directive.id,
            Directive.kind,
            Directive.number,
            Directive.issued_on,
            Directive.title,
            Directive.agency,
            *wanted.counts,
        ).where(condition)

    return (ExportedDirective(**row._asdict()) for row in _in_order(ids, rows_of, Directive.id))


def all_reports(of_units: Select[int], wanted: dossiers.ReportFilter) -> Iterator[dossiers.ReportRow]:
    """The dossier reports of the list, each with its total row."""
    ids = (
        select(DossierReport.id)
        .join(Unit, Unit.id == DossierReport.unit_id)
        .where(*dossiers.report_conditions(of_units, wanted))
        .order_by(*dossiers.LATEST_FIRST)
    )
    rows = _in_order(ids, lambda condition: dossiers.report_rows().where(condition), DossierReport.id)
    return (dossiers.report_row(row) for row in rows)


def all_inspections(
    principal: Principal, wanted: inspections.InspectionFilter
) -> Iterator[inspections.InspectionRow]:
    """The inspections of the list; of each what this person may see."""
    ids = (
        select(Inspection.id)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.id.in_(visible_inspections(principal)), *inspections.inspection_conditions(wanted))
        .order_by(Inspection.inspected_on.desc(), Unit.name_sort, Inspection.id)
    )
    rows = _in_order(ids, lambda condition: inspections._rows(principal).where(condition), Inspection.id)
    return (inspections._row(principal, row) for row in rows)


def all_units(wanted: units.UnitFilter) -> Iterator[units.UnitRow]:
    """The units of the list, in Vietnamese order."""
    ids = (
        select(Unit.id)
        .outerjoin(units._Parent, units._Parent.id == Unit.parent_id)
        .where(*units.unit_conditions(wanted))
        .order_by(Unit.name_sort, Unit.id)
    )
    rows = _in_order(ids, lambda condition: units._rows().where(condition), Unit.id)
    return (units.UnitRow(*row) for row in rows)
