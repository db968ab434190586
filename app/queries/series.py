"""Reads about regular tasks: the periods of one series at its unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..db import db
from ..domain import tasks
from ..domain.tasks import OPEN, Timeliness, Workflow
from ..models import Task


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One period of a regular task."""

    id: int
    period_label: str
    assigned_on: date
    due_current: date | None
    workflow: Workflow
    completed_on: date | None

    def begun(self, today: date) -> bool:
        return self.assigned_on <= today

    def cancellable(self, today: date) -> bool:
        """One of those that «hủy các kỳ còn lại» means."""
        return not self.begun(today) and self.workflow in OPEN | {Workflow.PAUSED}

    def timeliness(self, today: date) -> Timeliness | None:
        return tasks.timeliness(self.workflow, self.due_current, self.completed_on, today)


def periods_of_series(task: Task) -> list[PeriodRow]:
    """The periods of the task's series at its unit, the earliest first; one SELECT, none for other tasks."""
    if task.series_id is None:
        return []
    rows = db.session.execute(
        select(
            Task.id,
            Task.period_label,
            Task.assigned_on,
            Task.due_current,
            Task.workflow,
            Task.completed_on,
        )
        .where(
            Task.series_id == task.series_id,
            Task.unit_id == task.unit_id,
            Task.assigner_unit_id.is_not_distinct_from(task.assigner_unit_id),
        )
        .order_by(Task.assigned_on, Task.id)
    )
    return [PeriodRow(**row._asdict()) for row in rows]
