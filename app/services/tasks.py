"""Verbs about tasks: give them, and move one by one hop that the table of steps allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.periods import today
from ..domain.refusals import Conflict, Missing, sentence
from ..domain.series import Occurrence, occurrences
from ..domain.task_board import Decision, check_decisions
from ..domain.task_many import One
from ..domain.task_steps import Action, Hop, Side
from ..domain.tasks import NewTask, Workflow, check_new_task, check_units_of
from ..models import Task, User
from ..queries.access import visible_directives
from ..queries.directives import get_directive
from ..queries.reach import unit_lives
from ._audit import note_events
from ._corrections import held_directive
from ._many_tasks import take_hops
from ._tasks import given, log_hop, take_hop, task_row

# What the tasks of all periods share; the rest is the period's own.
_COPIED = tuple(
    column.key
    for column in Task.__table__.columns
    if column.key not in {"id", "period_label", "assigned_on", "due_original", "due_current"}
)

# The same task from the same person within so long is a page that was sent a second time, unless they say it is not.
_JUST_NOW = timedelta(minutes=10)


class JustGiven(Conflict):
    """The same person gave the same task a moment ago; ``task_id`` is one of those."""

    def __init__(self, task_id: int, units: int) -> None:
        super().__init__(
            sentence(
                "Bạn vừa giao chính nhiệm vụ này cho %(units)s đơn vị trong số đã chọn. Nếu vẫn muốn giao thêm "
                "lần nữa, hãy chọn «Vẫn giao» rồi gửi lại."
            ),
            field="again",
            units=units,
        )
        self.task_id = task_id


@verb
def assign_tasks(new: NewTask, by: Principal, now: datetime, again: bool = False) -> list[int]:
    """One row per unit, in charge first; the ids in that order. The first hop says who gave it.

    A regular task is one row per unit and period: the ids of the first period come first. Raises
    :class:`JustGiven` for what was sent twice, unless it is meant to be given ``again``.
    """
    check_new_task(new, today(now))
    if new.directive_id is not None and (
        held_directive(new.directive_id) is None
        or get_directive(new.directive_id, visible_directives(by)) is None
    ):
        raise Missing(sentence("Không có văn bản này."), field="directive")
    units = unit_lives({*new.lead_ids, *new.cooperating_ids})
    if units.keys() != {*new.lead_ids, *new.cooperating_ids}:
        raise Missing(sentence("Không có đơn vị này."), field="lead")
    check_units_of(new, units)
    if not again:
        _refuse_twice(new, by, now)
    rows = [task_row(new, unit_id, True, by, now) for unit_id in dict.fromkeys(new.lead_ids)]
    rows += [task_row(new, unit_id, False, by, now) for unit_id in dict.fromkeys(new.cooperating_ids)]
    db.session.add_all(rows)
    db.session.flush()
    if new.series is not None:
        rows += _later_periods(new, rows)
    ids = [row.id for row in rows]
    for row in rows:
        log_hop(row, Hop(Action.ASSIGN), None, by, now)
    note_events("task.assign", "task", ((row.id, given(row)) for row in rows), by.id, now)
    return ids


def _refuse_twice(new: NewTask, by: Principal, now: datetime) -> None:
    """A reply that got lost, or a page that was loaded again, must not give everything a second time."""
    # Two presses at the same moment: the second waits here, and then finds what the first gave.
    db.session.execute(select(User.id).where(User.id == by.id).with_for_update(key_share=True))
    first = next(iter(occurrences(new.series, new.assigned_on)), None) if new.series else None
    twins = db.session.execute(
        select(Task.id, Task.unit_id)
        .where(
            Task.created_by_id == by.id,
            Task.created_at > now - _JUST_NOW,
            Task.title == new.title,
            Task.directive_id == new.directive_id,
            Task.assigned_on == (first.assigned_on if first else new.assigned_on),
            Task.period_label == (first.label if first else ""),
            Task.workflow != Workflow.CANCELLED,
        )
        .order_by(Task.id)
    ).all()
    chosen = {*new.lead_ids, *new.cooperating_ids}
    given_twice = [row for row in twins if row.unit_id in chosen]
    if given_twice:
        raise JustGiven(given_twice[0].id, len({row.unit_id for row in given_twice}))


def _later_periods(new: NewTask, firsts: list[Task]) -> list[Task]:
    """The periods after the first, each a copy of its unit's first row, which gets its own period."""
    first, *later = occurrences(new.series, new.assigned_on) if new.series else ()
    for row in firsts:
        row.series_id = row.id
        _take_period(row, first)
    rows = []
    for period in later:
        for row in firsts:
            copy = Task(**{name: getattr(row, name) for name in _COPIED})
            _take_period(copy, period)
            rows.append(copy)
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _take_period(row: Task, period: Occurrence) -> None:
    row.period_label = period.label
    row.assigned_on = period.assigned_on
    row.due_original = row.due_current = period.due


@verb
def move_task(
    task_id: int, hop: Hop, sides: Iterable[Side], version: int, by: Principal, now: datetime
) -> Workflow:
    """One hop: the new state. The table of steps decides, :class:`Conflict` and :class:`Forbidden` say no."""
    return take_hop(task_id, hop, sides, version, by, now)


@verb
def decide_tasks(decisions: Sequence[Decision], by: Principal, now: datetime) -> None:
    """Confirms or returns many reports at once: all of them, or none and ``Undecided`` with each fault.

    Who may decide is read again here, task by task: :class:`Missing` and ``Forbidden`` say no to them all.
    """
    check_decisions(decisions)
    ones = [
        One(one.task_id, one.version, Hop(Action.CONFIRM if one.confirm else Action.RETURN, one.reason))
        for one in decisions
    ]
    take_hops(ones, Side.ASSIGNER, by, now)
