"""Verbs on many tasks at once: accept, extend or cancel those that were chosen, answer requests for more time,
and cancel all that a directive gave and that is not done yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Missing, sentence
from ..domain.task_many import MANY, Answer, One, check_many
from ..domain.task_steps import STEP_OF, Action, Hop, Side, check_hop, next_workflow
from ..models import Task
from ..queries.access import decided_tasks, visible_directives
from ..queries.directives import get_directive
from ._audit import note_events
from ._many_tasks import take_hops
from ._remedies import follow_remedy
from ._tasks import log_hop


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
    """Says yes or no to many requests for more time: to all of them, or to none."""
    ones = [One(one.task_id, one.version, one.hop) for one in answers]
    check_many(ones)
    take_hops(ones, Side.ASSIGNER, by, now)


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
    events = []
    for task in tasks:
        before = task.workflow
        task.workflow = next_workflow(hop.action, before, (Side.ASSIGNER,))
        task.version += 1
        log_hop(task, hop, before, by, now)
        events.append((task.id, {"from": before, "to": task.workflow, "text": reason}))
    db.session.flush()
    note_events(f"task.{hop.action}", "task", events, by.id, now)
    for finding_id in sorted({task.finding_id for task in tasks if task.finding_id is not None}):
        follow_remedy(finding_id, hop.action, by.id, now)
    return len(tasks)
