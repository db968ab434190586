"""Reads for acts on many tasks: those chosen, those to accept, requests of units, what a directive leaves open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select

from ..db import db
from ..domain.task_many import MOST_AT_ONCE
from ..domain.task_steps import BESIDE, REQUESTS, STEP_OF, Action
from ..domain.tasks import OPEN, Workflow
from ..models import Task, TaskReport, Unit, User
from ._pages import Page
from ._task_titles import title_with_period
from .tasks import Seen, Sort, TaskRow, task_rows


@dataclass(frozen=True, slots=True)
class Request:
    """A unit asks for more time (until when) or refuses its task, and why."""

    id: int
    action: Action
    version: int
    title: str
    unit_name: str
    due_original: date | None
    due_current: date | None
    wanted: date | None
    text: str
    at: datetime
    who: str


def waiting_requests(decided: ColumnElement[bool], only: Collection[int] | None = None) -> Page[Request]:
    """Those that wait for this person's answer, the oldest first, so many as one press takes; two SELECTs."""
    last = (
        select(TaskReport.task_id, func.max(TaskReport.id).label("id"))
        .where(TaskReport.action.not_in(BESIDE))
        .group_by(TaskReport.task_id)
        .subquery()
    )
    where = [
        decided,
        Task.workflow.in_(OPEN - {Workflow.AWAITING}),
        TaskReport.action.in_(REQUESTS),
    ]
    if only is not None:
        where.append(Task.id.in_(only))
    waiting = (
        select(
            Task.id,
            TaskReport.action,
            Task.version,
            title_with_period(),
            Unit.name.label("unit_name"),
            Task.due_original,
            Task.due_current,
            TaskReport.due_after.label("wanted"),
            TaskReport.text,
            TaskReport.at,
            func.coalesce(User.title, "").label("who"),
        )
        .join(last, last.c.task_id == Task.id)
        .join(TaskReport, TaskReport.id == last.c.id)
        .join(Unit, Unit.id == Task.unit_id)
        .outerjoin(User, User.id == TaskReport.user_id)
        .where(*where)
    )
    total = db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    rows = db.session.execute(waiting.order_by(TaskReport.at, Task.id).limit(MOST_AT_ONCE))
    return Page(tuple(Request(**row._asdict()) for row in rows), total, 1, MOST_AT_ONCE)


def chosen_tasks(seen: Seen, theirs: ColumnElement[bool], ids: Collection[int]) -> tuple[TaskRow, ...]:
    """The chosen ones of those a person sees and may act on; one SELECT."""
    return task_rows([seen, theirs, Task.id.in_(ids)], Sort.URGENT, MOST_AT_ONCE)


def to_accept(unit_id: int, today: date) -> ColumnElement[bool]:
    """What a unit was given and has not accepted yet."""
    return and_(Task.unit_id == unit_id, Task.workflow == Workflow.NOT_STARTED, Task.assigned_on <= today)


def new_tasks(unit_id: int, today: date) -> tuple[TaskRow, ...]:
    """One SELECT."""
    return task_rows([to_accept(unit_id, today)], Sort.URGENT, MOST_AT_ONCE)


def count_new(unit_id: int, today: date) -> int:
    """One SELECT."""
    return db.session.scalar(select(func.count()).select_from(Task).where(to_accept(unit_id, today))) or 0


@dataclass(frozen=True, slots=True)
class Left:
    """What of a directive is a person's to cancel: tasks that are not done, and of how many units."""

    tasks: int
    units: int
    reported: int


def left_of_directive(directive_id: int, decided: ColumnElement[bool]) -> Left:
    """One SELECT."""
    reported = func.count(Task.id).filter(Task.workflow == Workflow.AWAITING)
    row = db.session.execute(
        select(func.count(Task.id), func.count(Task.unit_id.distinct()), reported).where(
            Task.directive_id == directive_id, Task.workflow.in_(STEP_OF[Action.CANCEL].start), decided
        )
    ).one()
    return Left(*row)
