"""Many hops inside one transaction: who may make them is read again here, task by task; all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, select

from ..db import db
from ..domain.access import TABLE, Principal
from ..domain.access import Action as Deed
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, Refused, sentence
from ..domain.task_board import Undecided
from ..domain.task_many import One
from ..domain.task_steps import Action, Hop, Side, check_hop, next_workflow
from ..models import Task
from ..queries.access import decided_tasks, visible_tasks
from ._audit import note_events
from ._remedies import follow_remedy
from ._tasks import log_hop, take_hop, told_of


def take_hops(ones: Sequence[One], side: Side, by: Principal, now: datetime) -> None:
    """Raises :class:`Undecided` with the fault of each task that does not allow its hop, :class:`Missing` for what
    the person may not see and :class:`Forbidden` for what is not theirs to steer."""
    ids = [one.task_id for one in ones]
    # In one order, so that two people who decide on the same tasks wait for each other instead of both stopping.
    db.session.execute(select(Task.id).where(Task.id.in_(ids)).order_by(Task.id).with_for_update()).all()
    rows = db.session.execute(
        select(Task.id, Task.parent_id, _theirs(side, by).label("theirs"))
        .where(Task.id.in_(ids), visible_tasks(by))
        .order_by(Task.id)
    ).all()
    if len(rows) < len(ids):
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if not all(row.theirs for row in rows):
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    # A parent is done only when its children are: those come first.
    parents = {row.parent_id for row in rows}
    faults: dict[int, Refused] = {}
    for one in sorted(ones, key=lambda one: (one.task_id in parents, -one.task_id)):
        try:
            take_hop(one.task_id, one.hop, (side,), one.version, by, now)
        except (Invalid, Conflict, Forbidden) as fault:
            faults[one.task_id] = fault
    if faults:
        raise Undecided(faults)


def faults_of(tasks: Iterable[Task], hop: Hop, side: Side, now: datetime) -> dict[int, Refused]:
    """Why tasks do not allow a hop that asks nothing of their history, by id."""
    day = today(now)
    faults: dict[int, Refused] = {}
    for task in tasks:
        try:
            next_workflow(hop.action, task.workflow, (side,), begun=task.assigned_on <= day)
            check_hop(hop, task.due_current, day, task.assigned_on)
        except (Invalid, Conflict) as fault:
            faults[task.id] = fault
    return faults


def move_together(tasks: Sequence[Task], hop: Hop, side: Side, by: Principal, now: datetime) -> None:
    """The same hop for many locked tasks that allow it, in a few statements for all of them together."""
    events = []
    for task in tasks:
        before, due_before = task.workflow, task.due_current
        task.workflow = next_workflow(hop.action, before, (side,))
        task.version += 1
        if hop.action is Action.EXTEND:
            task.due_current = hop.due
        log_hop(task, hop, before, by, now, due_before)
        events.append((task.id, told_of(task, hop, before, due_before)))
    db.session.flush()
    note_events(f"task.{hop.action}", "task", events, by.id, now)
    for finding_id in sorted({task.finding_id for task in tasks if task.finding_id is not None}):
        follow_remedy(finding_id, hop.action, by.id, now)


def _theirs(side: Side, by: Principal) -> ColumnElement[bool]:
    if side is Side.ASSIGNER:
        return decided_tasks(by)
    if by.role not in TABLE[Deed.REPORT_TASKS] or by.unit_id is None:
        return false()
    return and_(Task.unit_id == by.unit_id)
