"""How many of a unit's shortcomings were remedied in time, as of any day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, case, func, select, union

from ..db import db
from ..domain.inspections import FindingKind, FindingState, State
from ..domain.remedies import GONE
from ..domain.tasks import Workflow
from ..models import Finding, Inspection, Task, TaskReport
from .task_figures import last_hop_of


def remedied_rate(unit_id: int, own_id: int, day: date) -> tuple[int, int]:
    """Shortcomings of a unit's other inspections: remedied by their deadline / deadline come by that day.

    Deadline, remedy and whose it was are those that the tasks of the finding had on that day, so that no later
    extension, confirmation or handing over changes what was told of it. A finding without tasks tells its own.
    """
    touched = union(
        select(Finding.id).join(Inspection).where(Inspection.unit_id == unit_id),
        select(Finding.id).where(Finding.handed_to_unit_id == unit_id),
        select(Task.finding_id).where(Task.unit_id == unit_id, Task.finding_id.is_not(None)),
    ).subquery()
    of_tasks = (
        select(
            Task.finding_id,
            func.max(TaskReport.due).label("due"),
            func.max(TaskReport.completed_on).label("completed_on"),
            func.sum(case((TaskReport.workflow_after != Workflow.DONE, 1), else_=0)).label("open"),
            # Only a task that went over since then tells that the finding was another unit's.
            func.max(case((Task.workflow == Workflow.MOVED, Task.unit_id))).label("unit_id"),
        )
        .join_from(Task, TaskReport, last_hop_of(day))
        .where(Task.finding_id.in_(select(touched)), Task.lead, TaskReport.workflow_after.not_in(GONE))
        .group_by(Task.finding_id)
        .subquery()
        .c
    )
    due = func.coalesce(of_tasks.due, Finding.due_on)
    # A finding without tasks has its state from whoever wrote it down.
    done_on = case(
        (of_tasks.open == 0, of_tasks.completed_on),
        (and_(of_tasks.open.is_(None), Finding.state == FindingState.DA_KHAC_PHUC), Finding.remedied_on),
    )
    whose = case(
        (Finding.handed_to_unit_id.is_(None), Inspection.unit_id),
        else_=func.coalesce(of_tasks.unit_id, Finding.handed_to_unit_id),
    )
    row = db.session.execute(
        select(func.coalesce(func.sum(case((done_on <= due, 1), else_=0)), 0), func.count(Finding.id))
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .outerjoin(of_tasks.finding_id.table, of_tasks.finding_id == Finding.id)
        .where(
            Finding.id.in_(select(touched)),
            whose == unit_id,
            Inspection.id != own_id,
            Inspection.state != State.HUY,
            Finding.kind == FindingKind.TON_TAI,
            Finding.removed_at.is_(None),
            due <= day,
        )
    ).one()
    return int(row[0]), int(row[1])
