"""Verbs about regular tasks: end a series before its periods have begun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.periods import today
from ..domain.refusals import Conflict, Missing, sentence
from ..domain.task_steps import Action, Hop, Side
from ..domain.tasks import OPEN, Workflow
from ..models import Task
from ._tasks import take_hop


@verb
def cancel_rest(task_id: int, reason: str, sides: Iterable[Side], by: Principal, now: datetime) -> int:
    """Cancels the periods of this task's series at its unit that have not begun; how many there were.

    Each is a hop of its own, by the table of steps: who may not cancel one may cancel none. ``sides`` is what
    the person is to the task, and so to the others of its series: same unit, same assigner.
    """
    task = db.session.get(Task, task_id)
    if task is None or task.series_id is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    rest = db.session.execute(
        select(Task.id, Task.version)
        .where(
            Task.series_id == task.series_id,
            Task.unit_id == task.unit_id,
            Task.assigner_unit_id.is_not_distinct_from(task.assigner_unit_id),
            Task.assigned_on > today(now),
            Task.workflow.in_(OPEN | {Workflow.PAUSED}),
        )
        .order_by(Task.assigned_on, Task.id)
        .with_for_update()
    ).all()
    if not rest:
        raise Conflict(sentence("Không còn kỳ nào chưa bắt đầu."))
    held = tuple(sides)
    for row in rest:
        take_hop(row.id, Hop(Action.CANCEL, reason), held, row.version, by, now)
    return len(rest)
