"""What a list would change of a figure that was already told, if it were carried into the days gone by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from sqlalchemy import select

from ..db import db
from ..domain.imports import ImportedTask
from ..domain.periods import Period
from ..domain.task_history import year_of
from ..domain.tasks import Rate, Task, Workflow, count, in_period
from ..models import Inspection
from .task_figures import assigned_in, values_as_of

# So many days are tried, of the units with most rows: it is only an example.
_UNITS, _TRIED = 3, 6


@dataclass(frozen=True, slots=True)
class Example:
    """A figure of a unit for a day gone by, done of what was given, as it was told and as it would be."""

    unit_id: int
    day: date
    before: Rate
    after: Rate


def example_of(rows: Sequence[tuple[int, ImportedTask]], today: date) -> Example | None:
    """A figure that would change; ``None``: none was found.

    ``rows`` are the tasks that would be added, with the ids of their units. The day of an inspection of the unit is
    told first, for its figure stands in the minutes; then yesterday.
    """
    first: dict[int, date] = {}
    for unit_id, line in rows:
        first[unit_id] = min(line.assigned_on, first.get(unit_id, line.assigned_on))
    most = Counter(unit_id for unit_id, line in rows if line.assigned_on < today)
    units = [unit_id for unit_id, _rows in most.most_common(_UNITS)]
    inspected = db.session.execute(
        select(Inspection.unit_id, Inspection.inspected_on, Inspection.period_from, Inspection.period_to)
        .where(Inspection.unit_id.in_(units), Inspection.inspected_on < today)
        .order_by(Inspection.inspected_on.desc(), Inspection.id)
    ).all()
    days = [(id_, day, Period(start, end)) for id_, day, start, end in inspected if day >= first[id_]]
    yesterday = today - timedelta(days=1)
    days += [(id_, yesterday, year_of(yesterday)) for id_ in units]
    for unit_id, day, period in islice(dict.fromkeys(days), _TRIED):
        before, after = _figures(unit_id, [line for id_, line in rows if id_ == unit_id], day, period)
        if before != after:
            return Example(unit_id, day, before, after)
    return None


def _figures(unit_id: int, lines: Sequence[ImportedTask], day: date, period: Period) -> tuple[Rate, Rate]:
    there = values_as_of(day, *assigned_in(unit_id, period))
    more = []
    for line in lines:
        task = _task(line, day)
        known = line.assigned_on <= day and not line.own_plan
        if known and in_period(line.assigned_on, task.completed_on, period.start, period.end):
            more.append(task)
    return count(there, day).done_rate, count([*there, *more], day).done_rate


def _task(line: ImportedTask, day: date) -> Task:
    """The row as the figures would have seen it at the end of a day."""
    done = line.completed_on is not None and line.completed_on <= day
    return Task(
        Workflow.DONE if done else Workflow.NOT_STARTED,
        line.due,
        line.due,
        line.completed_on if done else None,
        line.lead,
        line.own_plan,
    )
