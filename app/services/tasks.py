"""Verbs about tasks: give them, and move one by one hop that the table of steps allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.periods import today
from ..domain.refusals import Missing, sentence
from ..domain.task_steps import Action, Hop, Side
from ..domain.tasks import NewTask, Workflow, check_new_task
from ..models import Directive, Unit
from ._audit import note_events
from ._tasks import given, log_hop, take_hop, task_row


@verb
def assign_tasks(new: NewTask, by: Principal, now: datetime) -> list[int]:
    """One row per unit, in charge first; the ids in that order. The first hop says who gave it."""
    check_new_task(new, today(now))
    if new.directive_id is not None and db.session.get(Directive, new.directive_id) is None:
        raise Missing(sentence("Không có văn bản này."), field="directive")
    known = set(db.session.scalars(select(Unit.id).where(Unit.id.in_({*new.lead_ids, *new.cooperating_ids}))))
    if known != {*new.lead_ids, *new.cooperating_ids}:
        raise Missing(sentence("Không có đơn vị này."), field="lead")
    rows = [task_row(new, unit_id, True, by, now) for unit_id in dict.fromkeys(new.lead_ids)]
    rows += [task_row(new, unit_id, False, by, now) for unit_id in dict.fromkeys(new.cooperating_ids)]
    db.session.add_all(rows)
    db.session.flush()
    ids = [row.id for row in rows]
    for row in rows:
        log_hop(row, Hop(Action.ASSIGN), None, by, now)
    note_events("task.assign", "task", ((row.id, given(row)) for row in rows), by.id, now)
    return ids


@verb
def move_task(
    task_id: int, hop: Hop, sides: Iterable[Side], version: int, by: Principal, now: datetime
) -> Workflow:
    """One hop: the new state. The table of steps decides, :class:`Conflict` and :class:`Forbidden` say no."""
    return take_hop(task_id, hop, sides, version, by, now)
