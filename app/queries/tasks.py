"""Reads about tasks: the list with its figures, one task with its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
    PUT_RIGHT,
    REQUESTS,
    SENT_BACK,
    Action,
    last_decision,
    pending_request,
    undone,
)
from ..domain.tasks import OPEN, OUTSIDE, SOON_DAYS, Timeliness, Workflow
from ..models import Directive, Task, TaskReport, Unit, User
from ._pages import Page, within
from ._task_groups import in_group
from .reach import exists, reach_of
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


@dataclass(frozen=True, slots=True)
class HopRow:
    """One entry of a task's history and who made it."""

    id: int
    action: Action
    text: str
    product_number: str
    product_date: date | None
    product_link: str
    due_before: date | None
    due_after: date | None
    workflow_before: Workflow | None
    workflow_after: Workflow
    progress: int | None
    at: datetime
    who: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task with all its page shows."""

    task: Task
    unit: Unit
    directive: Directive | None
    assigner: str
    history: tuple[HopRow, ...] = ()
    # What happened at the units it was handed over from.
    earlier: tuple[HopRow, ...] = ()

    @property
    def request(self) -> Action | None:
        return pending_request(hop.action for hop in self.history)

    @property
    def decision(self) -> HopRow | None:
        """The last decision of the assigning side, if it may still be taken back."""
        place = last_decision([hop.action for hop in self.history])
        return None if place is None else self.history[place]

    @property
    def request_hop(self) -> HopRow | None:
        """The unit's request that waits for an answer, with its reason and the date it asks for."""
        waiting = [hop for hop in self.history if hop.action is self.request]
        return waiting[-1] if waiting else None

    @property
    def answers(self) -> tuple[HopRow, ...]:
        """What the unit was told last and has to know: why its report came back, why its request was declined,
        what of the task was put right since it did anything itself."""
        found = []
        if self.task.workflow is Workflow.REDO:
            gone = undone([hop.action for hop in self.history])
            back = [hop for hop in self.earlier if hop.action in SENT_BACK]
            back += [
                hop for place, hop in enumerate(self.history) if hop.action in SENT_BACK and place not in gone
            ]
            found += back[-1:]
        said = [hop for hop in self.history if hop.action not in BESIDE]
        if said and said[-1].action in {Action.DECLINE, Action.UNDO}:
            found.append(said[-1])
        news: dict[Action, HopRow] = {}
        for hop in reversed(self.history):
            if hop.action not in PUT_RIGHT:
                break
            news.setdefault(hop.action, hop)
        return (*found, *news.values())

    @property
    def last_report(self) -> int | None:
        """The unit's last report, which its files come with."""
        return next((hop.id for hop in reversed(self.history) if hop.action is Action.REPORT), None)

    @property
    def reporter(self) -> int | None:
        """Who made the last report: they do not confirm it."""
        return next((hop.user_id for hop in reversed(self.history) if hop.action is Action.REPORT), None)

    @property
    def extensions(self) -> int:
        """How often the due date was moved."""
        return sum(hop.action is Action.EXTEND for hop in self.history)

    @property
    def adjustments(self) -> int:
        """How often the assigning side put the due date right."""
        return sum(hop.action is Action.ADJUST for hop in self.history)

    @property
    def reported_at(self) -> datetime | None:
        """When the report that waits for confirmation, or was confirmed, was submitted."""
        reports = [hop.at for hop in self.history if hop.action is Action.REPORT]
        return reports[-1] if reports and self.task.workflow in {Workflow.AWAITING, Workflow.DONE} else None

    def timeliness(self, today: date) -> Timeliness | None:
        return tasks.timeliness(self.task.workflow, self.task.due_current, self.task.completed_on, today)


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


# What a :class:`HopRow` is made of; the person stands beside it by an outer join.
HOP_COLUMNS = (
    TaskReport.id,
    TaskReport.action,
    TaskReport.text,
    TaskReport.product_number,
    TaskReport.product_date,
    TaskReport.product_link,
    TaskReport.due_before,
    TaskReport.due_after,
    TaskReport.workflow_before,
    TaskReport.workflow_after,
    TaskReport.progress,
    TaskReport.at,
    func.coalesce(User.title, "").label("who"),
    TaskReport.user_id,
)


def task_page(task: Task, unit: Unit) -> TaskPage:
    """Everything the page of a task shows; three SELECTs at most."""
    directive = db.session.get(Directive, task.directive_id) if task.directive_id else None
    assigner = task.assigner_unit_id and db.session.get(Unit, task.assigner_unit_id)
    history = db.session.execute(
        select(*HOP_COLUMNS)
        .outerjoin(User, User.id == TaskReport.user_id)
        .where(TaskReport.task_id == task.id)
        .order_by(TaskReport.id)
    )
    hops = tuple(HopRow(**row._asdict()) for row in history)
    return TaskPage(task, unit, directive, assigner.name if assigner else "", hops)


def units_with_tasks(seen: Seen) -> list[tuple[int, str]]:
    """The units that have a task the person may see, in Vietnamese order; for the filter of the list."""
    return _names(select(Task.id).where(Task.unit_id == Unit.id, seen).exists())


def assignable_units(
    principal: Principal, on: date | None = None, *, existing: bool = False
) -> list[tuple[int, str]]:
    """Units the person may give tasks to: inspected by a delegation in which they plan, or below their office
    (:mod:`app.queries.reach`); two SELECTs. ``existing``: without those that are no more."""
    takes = reach_of(principal, on).takes
    return _names(takes, exists(on)) if existing else _names(takes)


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
