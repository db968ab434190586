"""Reads about tasks: the list, and what its figures are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain import tasks
from ..domain.access import Principal
from ..domain.areas import ReformArea
from ..domain.periods import Period
from ..domain.task_board import Group
from ..domain.task_steps import (
    BESIDE,
    REQUESTS,
    Action,
)
from ..domain.tasks import OPEN, OUTSIDE, SOON_DAYS, Timeliness, Workflow
from ..models import Directive, Task, TaskReport, Unit
from ._pages import Page, within
from ._task_groups import in_group
from .reach import reach_of, there_on
from .task_figures import belongs_to, values_as_of

PAGE_SIZE = 30

# Which tasks a person may see, as `queries.access.visible_tasks` says.
Seen = ColumnElement[bool]


class Sort(StrEnum):
    """Orders of the list; ``URGENT`` puts what is open and due first on top."""

    URGENT = "han"
    NEWEST = "moi"
    UNIT = "don_vi"
    FINISHED = "xong"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What the list shows; ``words`` are folded for search."""

    words: str = ""
    unit_id: int | None = None
    directive_id: int | None = None
    workflow: Workflow | None = None
    timeliness: Timeliness | None = None
    sort: Sort = Sort.URGENT
    area: ReformArea | None = None
    group: Group | None = None
    # Only where the unit asked for something that nobody has answered yet.
    asked: bool = False
    # T of a year: not done before ``since``, given by ``until``. What is still owed belongs to every later year.
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as lists show it."""

    id: int
    title: str
    unit_id: int
    unit_name: str
    directive_id: int | None
    directive_number: str
    lead: bool
    own_plan: bool
    assigned_on: date
    due_original: date | None
    due_current: date | None
    workflow: Workflow
    progress: int
    completed_on: date | None
    version: int = 1
    area: ReformArea | None = None
    period_label: str = ""
    # How often the due date was moved, and the unit's request that nobody has answered yet.
    extensions: int = 0
    request: Action | None = None
    # Handed over at a merger: the unit it comes from, or the one that goes on with it.
    from_unit: str | None = None
    to_unit: str | None = None

    def timeliness(self, today: date) -> Timeliness | None:
        return tasks.timeliness(self.workflow, self.due_current, self.completed_on, today)

    def days_left(self, today: date) -> int | None:
        return tasks.days_left(self.workflow, self.due_current, today)


_source, _heir, _source_unit, _heir_unit = aliased(Task), aliased(Task), aliased(Unit), aliased(Unit)
# The last thing anybody did but for what is said beside: a request that stands there waits for its answer.
_last_word = (
    select(TaskReport.action)
    .where(TaskReport.task_id == Task.id, TaskReport.action.not_in(BESIDE))
    .order_by(TaskReport.id.desc())
    .limit(1)
    .scalar_subquery()
)


def waits_for_answer() -> ColumnElement[bool]:
    """The unit asked to be given more time or refused the task, and nobody has answered yet."""
    return and_(Task.workflow.in_(OPEN - {Workflow.AWAITING}), _last_word.in_(REQUESTS))


_COLUMNS = (
    Task.id,
    Task.title,
    Task.unit_id,
    Unit.name.label("unit_name"),
    Task.directive_id,
    func.coalesce(Directive.number, "").label("directive_number"),
    Task.lead,
    Task.own_plan,
    Task.assigned_on,
    Task.due_original,
    Task.due_current,
    Task.workflow,
    Task.progress,
    Task.completed_on,
    Task.version,
    Task.area,
    Task.period_label,
    select(func.count())
    .select_from(TaskReport)
    .where(TaskReport.task_id == Task.id, TaskReport.action == Action.EXTEND)
    .scalar_subquery()
    .label("extensions"),
    case((_last_word.in_(REQUESTS), _last_word)).label("request"),
    select(_source_unit.name)
    .join(_source, _source.unit_id == _source_unit.id)
    .where(_source.id == Task.handed_over_from_id)
    .scalar_subquery()
    .label("from_unit"),
    select(_heir_unit.name)
    .join(_heir, _heir.unit_id == _heir_unit.id)
    .where(_heir.handed_over_from_id == Task.id)
    .order_by(_heir.id)
    .limit(1)
    .scalar_subquery()
    .label("to_unit"),
)


def list_tasks(seen: Seen, wanted: TaskFilter, today: date, page: int = 1) -> Page[TaskRow]:
    """One page of the tasks a person may see; two SELECTs, whatever the number of rows."""
    conditions: list[ColumnElement[bool]] = [seen, *task_conditions(wanted, today)]
    total = db.session.execute(select(func.count()).select_from(Task).where(*conditions)).scalar_one()
    page = within(page, total, PAGE_SIZE)
    return Page(task_rows(conditions, wanted.sort, PAGE_SIZE, (page - 1) * PAGE_SIZE), total, page, PAGE_SIZE)


def task_values(*conditions: ColumnElement[bool]) -> list[tasks.Task]:
    """Tasks as the figures need them; one SELECT."""
    rows = db.session.execute(
        select(
            Task.workflow, Task.due_original, Task.due_current, Task.completed_on, Task.lead, Task.own_plan
        ).where(*conditions)
    )
    return [tasks.Task(*row) for row in rows]


def values_for_list(seen: Seen, wanted: TaskFilter, today: date | None = None) -> list[tasks.Task]:
    """What the figures above a list are made of: all tasks of the chosen unit, document and area, or all they see.

    ``today`` leaves out what is only given later: the periods of a regular task that have not begun.
    """
    conditions: list[ColumnElement[bool]] = [seen]
    if today is not None:
        conditions.append(Task.assigned_on <= today)
    if wanted.unit_id is not None:
        conditions.append(Task.unit_id == wanted.unit_id)
    if wanted.directive_id is not None:
        conditions.append(Task.directive_id == wanted.directive_id)
    if wanted.area is not None:
        conditions.append(Task.area == wanted.area)
    return task_values(*conditions, *_of_year(wanted))


def _of_year(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    """:func:`app.domain.tasks.in_period` for today's state of a task."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(or_(Task.completed_on.is_(None), Task.completed_on >= wanted.since))
    if wanted.until is not None:
        conditions.append(Task.assigned_on <= wanted.until)
    return conditions


def values_of_unit(unit_id: int, period: Period, day: date) -> list[tasks.Task]:
    """The tasks that belong to T of a unit in a period, carried-over ones included (section 7.2), as of a day."""
    return values_as_of(day, Task.unit_id == unit_id, belongs_to(period))


def get_task(task_id: int) -> tuple[Task, Unit] | None:
    """The task with its unit, for the loader that decides who may see it."""
    row = db.session.execute(
        select(Task, Unit).join(Unit, Unit.id == Task.unit_id).where(Task.id == task_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def units_with_tasks(seen: Seen) -> list[tuple[int, str]]:
    """The units that have a task the person may see, in Vietnamese order; for the filter of the list."""
    return _names(select(Task.id).where(Task.unit_id == Unit.id, seen).exists())


def assignable_units(
    principal: Principal, on: date | None = None, *, existing: bool = False
) -> list[tuple[int, str]]:
    """Units the person may give tasks to: inspected by a delegation in which they plan, or below their office
    (:mod:`app.queries.reach`); two SELECTs. ``existing``: without those that are no more."""
    takes = reach_of(principal, on).takes
    return _names(takes, there_on(on)) if existing else _names(takes)


def _names(*conditions: ColumnElement[bool]) -> list[tuple[int, str]]:
    rows = db.session.execute(select(Unit.id, Unit.name).where(*conditions).order_by(Unit.name_sort, Unit.id))
    return [(row.id, row.name) for row in rows]


def timeliness_is(timeliness: Timeliness, today: date, soon_days: int = SOON_DAYS) -> ColumnElement[bool]:
    """:func:`app.domain.tasks.timeliness` as a condition; a test holds the two together."""
    due, soon = Task.due_current, today + timedelta(days=soon_days)
    open_, done = Task.workflow.in_(OPEN), Task.workflow == Workflow.DONE
    match timeliness:
        case Timeliness.NO_DUE:
            return and_(Task.workflow.not_in(OUTSIDE), due.is_(None))
        case Timeliness.OVERDUE:
            return or_(and_(open_, due < today), and_(done, Task.completed_on > due))
        case Timeliness.DUE_SOON:
            return and_(open_, due >= today, due <= soon)
        case Timeliness.IN_TIME:
            return and_(open_, due > soon)
        case Timeliness.ON_TIME:
            return and_(done, Task.completed_on <= due)


def task_conditions(wanted: TaskFilter, today: date) -> list[ColumnElement[bool]]:
    """What the list shows, as conditions."""
    conditions: list[ColumnElement[bool]] = [
        Task.title_search.contains(word, autoescape=True) for word in wanted.words.split()
    ]
    if wanted.unit_id is not None:
        conditions.append(Task.unit_id == wanted.unit_id)
    if wanted.directive_id is not None:
        conditions.append(Task.directive_id == wanted.directive_id)
    if wanted.workflow is not None:
        conditions.append(Task.workflow == wanted.workflow)
    if wanted.timeliness is not None:
        conditions += [timeliness_is(wanted.timeliness, today), Task.assigned_on <= today]
    if wanted.area is not None:
        conditions.append(Task.area == wanted.area)
    if wanted.group is not None:
        conditions.append(in_group(wanted.group, today))
    if wanted.asked:
        conditions.append(waits_for_answer())
    return conditions + _of_year(wanted)


def task_order(sort: Sort) -> tuple[Any, ...]:
    """The columns to order by; «urgent» closes every order, so that no two pages show one task."""
    urgent = (
        case((Task.workflow.in_(OPEN), 0), (Task.workflow == Workflow.DONE, 1), else_=2),
        Task.due_current.is_(None),
        Task.due_current,
        Task.id,
    )
    orders: dict[Sort, tuple[Any, ...]] = {
        Sort.URGENT: urgent,
        Sort.NEWEST: (Task.assigned_on.desc(), Task.id.desc()),
        Sort.UNIT: (Unit.name_sort, Unit.id, *urgent),
        Sort.FINISHED: (Task.completed_on.is_(None), Task.completed_on.desc(), *urgent),
    }
    return orders[sort]


def task_rows(
    conditions: Iterable[ColumnElement[bool]], sort: Sort, limit: int, offset: int = 0
) -> tuple[TaskRow, ...]:
    """Tasks as lists show them; one SELECT."""
    order = task_order(sort)
    # First which rows, then what stands in them: what is looked up for each is looked up for one page only.
    shown = (
        select(Task.id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(shown, shown.c.id == Task.id)
        .join(Unit, Unit.id == Task.unit_id)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .order_by(*order)
    )
    return tuple(TaskRow(**row._asdict()) for row in rows)
