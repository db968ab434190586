"""The tasks of the period in the minutes, as they stood on the day of the visit."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain import tasks
from ..domain.minutes_tasks import TaskLine, TaskPart
from ..domain.periods import Period
from ..domain.task_steps import Action
from ..models import Directive, Task, TaskReport
from .task_figures import assigned_in, last_hop_of

# Where a task's report is its word.
REPORTED = frozenset({tasks.Workflow.AWAITING, tasks.Workflow.DONE})


def told_tasks(unit_id: int, period: Period, day: date) -> TaskPart:
    """T of the period as it stood on the day of the visit; the unit's own plan is not «được giao»."""
    report = aliased(TaskReport)
    last_report = (
        select(func.max(TaskReport.id))
        .where(
            TaskReport.task_id == Task.id, TaskReport.action == Action.REPORT, TaskReport.effective_on <= day
        )
        .correlate(Task)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Task,
            TaskReport,
            report,
            Directive.number,
            Directive.issued_on,
            Directive.agency,
            Directive.title.label("directive_title"),
        )
        .select_from(Task)
        .join(TaskReport, last_hop_of(day))
        .outerjoin(report, report.id == last_report)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .where(
            *assigned_in(unit_id, period),
        )
        .order_by(TaskReport.due.is_(None), TaskReport.due, Task.id)
    ).all()
    pairs = [(row, _task_value(row[0], row[1])) for row in rows]
    counted = [(row, value) for row, value in pairs if value.counts]
    tally = [value for _row, value in counted]
    return TaskPart(
        counts=tasks.count(tally, day),
        due=tasks.done_due_rate(tally, day),
        as_of=day,
        lines=tuple(_task_line(row, value, day) for row, value in counted),
    )


def _task_value(task: Task, hop: TaskReport) -> tasks.Task:
    return tasks.Task(
        workflow=hop.workflow_after,
        due_original=task.due_original,
        due_current=hop.due,
        completed_on=hop.completed_on,
        lead=task.lead,
        own_plan=task.own_plan,
    )


def _task_line(row: Row[*tuple[Any, ...]], value: tasks.Task, day: date) -> TaskLine:
    """What was reported after the visit was still open on that day."""
    task, hop, report = row[0], row[1], row[2]
    later = value.workflow is tasks.Workflow.DONE and not value.done_by(day)
    workflow = tasks.Workflow.IN_PROGRESS if later else value.workflow
    completed = None if later else value.completed_on
    return TaskLine(
        text=task.title,
        directive=_directive(row),
        due=hop.due,
        workflow=workflow,
        timeliness=tasks.timeliness(workflow, hop.due, completed, day),
        completed_on=completed,
        result="" if later else _result(task, hop, report),
    )


def _directive(row: Row[*tuple[Any, ...]]) -> str:
    """«12/KH-UBND ngày 05/02/2022 của UBND phường»; without a number what it is about."""
    name = row.number or row.directive_title
    if not name:
        return ""
    dated = f" ngày {row.issued_on:%d/%m/%Y}" if row.issued_on else ""
    return f"{name}{dated}" + (f" của {row.agency}" if row.agency else "")


def _result(task: Task, hop: TaskReport, report: TaskReport | None) -> str:
    """The product and result of the last report by then; tasks that came with a list carry them themselves.

    A report that was taken or sent back says nothing.
    """
    if hop.workflow_after not in REPORTED:
        return ""
    if report is not None:
        number, dated, result = report.product_number, report.product_date, report.text
    elif task.completed_on == hop.completed_on:
        number, dated, result = task.product_number, task.product_date, task.result
    else:
        return ""
    product = f"{number} ({dated:%d/%m/%Y})" if dated else number
    return "\n".join(filter(None, (product, result)))
