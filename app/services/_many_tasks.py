"""Many hops inside one transaction: who may make them is read again here, task by task; all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, select

from ..db import db
from ..domain.access import TABLE, Principal
from ..domain.access import Action as Deed
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, Refused, sentence
from ..domain.task_board import Undecided
from ..domain.task_many import One
from ..domain.task_steps import Side
from ..models import Task
from ..queries.access import decided_tasks, visible_tasks
from ._tasks import take_hop


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


def _theirs(side: Side, by: Principal) -> ColumnElement[bool]:
    if side is Side.ASSIGNER:
        return decided_tasks(by)
    if by.role not in TABLE[Deed.REPORT_TASKS] or by.unit_id is None:
        return false()
    return and_(Task.unit_id == by.unit_id)
