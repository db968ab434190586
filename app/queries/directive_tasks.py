"""A directive task by task: to how many units each was given, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, distinct, func, select

from ..db import db
from ..domain.tasks import OPEN, OUTSIDE, Workflow
from ..models import Task
from ._pages import Page, within
from .tasks import Seen

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class TaskOfDirective:
    """One task as it was written, of a regular one each period; only what units lead and what has begun counts."""

    title: str
    period_label: str
    units: int
    total: int
    done: int
    overdue: int
    awaiting: int
    first_due: date | None
    last_due: date | None


def tasks_of_directive(seen: Seen, directive_id: int, today: date, page: int = 1) -> Page[TaskOfDirective]:
    """Of the tasks a person may see, in the order in which they were given; two SELECTs."""
    mine = [seen, Task.directive_id == directive_id, Task.workflow != Workflow.MOVED]
    same = (Task.title, Task.period_label)
    kinds = select(*same).where(*mine).group_by(*same).subquery()
    total = db.session.scalar(select(func.count()).select_from(kinds)) or 0
    page = within(page, total, PAGE_SIZE)
    counts = and_(Task.lead, Task.workflow.not_in(OUTSIDE), Task.assigned_on <= today)
    late = and_(counts, Task.workflow.in_(OPEN), Task.due_current < today)
    rows = db.session.execute(
        select(
            *same,
            func.count(distinct(Task.unit_id)),
            *(
                func.sum(case((condition, 1), else_=0))
                for condition in (
                    counts,
                    and_(counts, Task.workflow == Workflow.DONE),
                    late,
                    and_(counts, Task.workflow == Workflow.AWAITING),
                )
            ),
            func.min(Task.due_current),
            func.max(Task.due_current),
        )
        .where(*mine)
        .group_by(*same)
        .order_by(func.min(Task.assigned_on), func.min(Task.id))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(TaskOfDirective(*row) for row in rows), total, page, PAGE_SIZE)
