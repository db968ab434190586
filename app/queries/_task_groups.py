"""The group of the board in which a task stands, as a column; a test holds it to the domain's rule."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, case

from ..domain.task_board import Group
from ..domain.tasks import OUTSIDE, SOON_DAYS, Workflow
from ..models import Task


def group_word(today: date) -> ColumnElement[str]:
    """:func:`app.domain.task_board.group_of` in the database, asked in the same order."""
    due, soon = Task.due_current, today + timedelta(days=SOON_DAYS)
    return case(
        (Task.workflow.in_(OUTSIDE), Group.OUTSIDE.value),
        (Task.workflow == Workflow.DONE, Group.DONE.value),
        (Task.assigned_on > today, Group.UPCOMING.value),
        (due.is_(None), Group.NO_DUE.value),
        (due < today, Group.OVERDUE.value),
        (due <= soon, Group.DUE_SOON.value),
        else_=Group.IN_TIME.value,
    )


def in_group(group: Group, today: date) -> ColumnElement[bool]:
    """The tasks that stand in a group; those that wait for confirmation stand in that of their day too."""
    if group is Group.AWAITING:
        return Task.workflow == Workflow.AWAITING
    return group_word(today) == group.value
