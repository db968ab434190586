"""Verbs that put a task right after it was given: here, and at what was given along with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.task_corrections import Wording, carried_over
from ..domain.task_steps import Action, Hop, Side
from ..models import Task
from ..queries.access import decided_tasks
from ..queries.task_corrections import given_along
from ._audit import note_events
from ._corrections import keep_wording, reword, said_of, wording_of
from ._tasks import log_hop, take_hop


@verb
def correct_task(
    task_id: int,
    wording: Wording,
    sides: Iterable[Side],
    version: int,
    by: Principal,
    now: datetime,
    *,
    units: bool = False,
    periods: bool = False,
) -> int:
    """How many tasks were put right: this one, and with ``units`` or ``periods`` the open ones given along with it.

    There only what was corrected here becomes another. All of them, or none.
    """
    task = db.session.get(Task, task_id, populate_existing=True)
    before = wording_of(task) if task else wording
    ids = _held_along(task, by, units, periods) if task else []
    take_hop(task_id, Hop(Action.CORRECT, wording=wording), sides, version, by, now)
    others = db.session.scalars(
        select(Task).where(Task.id.in_(ids)).order_by(Task.id),
        execution_options={"populate_existing": True},
    ).all()
    _reword_along(others, before, wording, by, now)
    return 1 + len(others)


def _held_along(task: Task, by: Principal, units: bool, periods: bool) -> list[int]:
    """Held together with the task itself, in one order and before anything is noted in the trail, so that nobody
    waits for each other; what was closed meanwhile is left out."""
    if not (units or periods):
        return []
    wanted = select(Task.id).where(given_along(task, units=units, periods=periods), decided_tasks(by))
    ids = [task.id, *db.session.scalars(wanted.order_by(Task.id))]
    db.session.execute(select(Task.id).where(Task.id.in_(ids)).order_by(Task.id).with_for_update()).all()
    return list(db.session.scalars(wanted.where(Task.id.in_(ids)).order_by(Task.id)))


def _reword_along(
    tasks: Iterable[Task], before: Wording, after: Wording, by: Principal, now: datetime
) -> None:
    """One hop each; nobody asks these tasks for their history, for no request or report bears on their words."""
    said: list[tuple[int, dict[str, object]]] = []
    hops = []
    for task in tasks:
        new = carried_over(after, before, wording_of(task))
        old = reword(task, new, by)
        task.version += 1
        hops.append((log_hop(task, Hop(Action.CORRECT, wording=new), task.workflow, by, now), old, new))
        said.append((task.id, {"from": task.workflow, "to": task.workflow, **said_of(old, new)}))
    if not hops:
        return
    db.session.flush()
    for report, old, new in hops:
        keep_wording(report, old, new)
    note_events(f"task.{Action.CORRECT}", "task", said, by.id, now)
