"""Verbs on many tasks at once: accept, extend or cancel those that were chosen, or all of a filter, answer requests
of units, and cancel all that a directive gave and that is not done yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Missing, sentence
from ..domain.task_board import Undecided
from ..domain.task_many import MANY, MOST_FILTERED, Answer, One, check_filtered, check_many
from ..domain.task_steps import STEP_OF, Action, Hop, Side, check_hop
from ..models import Task
from ..queries.access import decided_tasks, visible_directives
from ..queries.directives import get_directive
from ..queries.task_filtered import within_reach
from ..queries.tasks import TaskFilter
from ._many_tasks import faults_of, move_together, take_hops


@verb
def act_on_tasks(hop: Hop, versions: Sequence[tuple[int, int]], by: Principal, now: datetime) -> None:
    """The same hop for each task (id and version): all of them, or none."""
    if hop.action not in MANY:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    ones = [One(task_id, version, hop) for task_id, version in versions]
    check_many(ones)
    take_hops(ones, MANY[hop.action], by, now)


@verb
def answer_requests(answers: Sequence[Answer], by: Principal, now: datetime) -> None:
    """Says yes or no to many requests for more time and refusals: to all of them, or to none."""
    ones = [One(one.task_id, one.version, one.hop) for one in answers]
    check_many(ones)
    take_hops(ones, Side.ASSIGNER, by, now)


@verb
def act_on_filtered(
    hop: Hop, wanted: TaskFilter, seal: str, by: Principal, now: datetime, *, leave: bool = False
) -> int:
    """The same hop for all tasks of a filter that are the person's and allow it; how many: all of them, or none.

    ``seal`` is that of the tasks the page spoke of. ``leave``: those for which what was given does not fit (a new
    due date that is not later) are left as they are. Raises :class:`Undecided` with the fault of each of them.
    """
    if hop.action not in MANY:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    side, day = MANY[hop.action], today(now)
    tasks = db.session.scalars(
        select(Task)
        .where(within_reach(hop.action, wanted, by, day))
        .order_by(Task.id)
        .limit(MOST_FILTERED + 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not tasks:
        raise Conflict(sentence("Không có nhiệm vụ nào theo bộ lọc làm được việc này."))
    check_filtered([(task.id, task.version) for task in tasks], seal)
    # What is missing altogether is said once, not for each task.
    check_hop(hop, None, day)
    faults = faults_of(tasks, hop, side, now)
    moved = [task for task in tasks if task.id not in faults]
    if faults and not (leave and moved):
        raise Undecided(faults)
    move_together(moved, hop, side, by, now)
    return len(moved)


@verb
def cancel_of_directive(directive_id: int, reason: str, shown: int, by: Principal, now: datetime) -> int:
    """Cancels all tasks of a directive that are the person's to steer and not done; how many.

    ``shown``: how many the page said there are; when there are others by now, they are to be looked at first.
    """
    if get_directive(directive_id, visible_directives(by)) is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    tasks = db.session.scalars(
        select(Task)
        .where(
            Task.directive_id == directive_id,
            Task.workflow.in_(STEP_OF[Action.CANCEL].start),
            decided_tasks(by),
        )
        .order_by(Task.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not tasks:
        raise Forbidden(sentence("Văn bản này không có nhiệm vụ chưa xong nào do bên bạn giao."))
    if len(tasks) != shown:
        raise Conflict(
            sentence("Số nhiệm vụ chưa xong vừa thay đổi: nay là %(now)s. Hãy xem lại rồi bấm hủy lần nữa."),
            now=len(tasks),
        )
    hop = Hop(Action.CANCEL, reason)
    check_hop(hop, None, today(now))
    move_together(tasks, hop, Side.ASSIGNER, by, now)
    return len(tasks)
