"""Reads of what went before a task: the history of the rows it was handed over from, unit after unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select, union_all
from sqlalchemy.sql.selectable import CTE

from ..db import db
from ..domain.task_steps import Action
from ..domain.tasks import Workflow
from ..models import Task, TaskReport, Unit, User
from .remedies import VERDICTS, Line
from .task_pages import HOP_COLUMNS, HopRow


@dataclass(frozen=True, slots=True)
class PastHop:
    """One entry of the history of a row the task came from."""

    unit_name: str
    hop: HopRow


def _chain(task_ids: Collection[int]) -> CTE:
    """Each of these tasks (``heir``) with every row it was handed over from (``source``); no row twice."""
    chain = (
        select(Task.id.label("heir"), Task.handed_over_from_id.label("source"))
        .where(Task.id.in_(task_ids), Task.handed_over_from_id.is_not(None))
        .cte("chain", recursive=True)
    )
    return chain.union(
        select(chain.c.heir, Task.handed_over_from_id)
        .join(chain, chain.c.source == Task.id)
        .where(Task.handed_over_from_id.is_not(None))
    )


def past_of(task: Task) -> tuple[PastHop, ...]:
    """What happened at the units before this one, for everybody who may see the task; one SELECT, or none."""
    if task.handed_over_from_id is None:
        return ()
    chain = _chain([task.id])
    rows = db.session.execute(
        select(Unit.name.label("unit_name"), *HOP_COLUMNS)
        .join(chain, chain.c.source == TaskReport.task_id)
        .join(Task, Task.id == TaskReport.task_id)
        .join(Unit, Unit.id == Task.unit_id)
        .outerjoin(User, User.id == TaskReport.user_id)
        .order_by(TaskReport.id)
    )
    found = []
    for row in rows:
        facts = row._asdict()
        found.append(PastHop(facts.pop("unit_name"), HopRow(**facts)))
    return tuple(found)


def read_by_an_heir(task_id: int, seen: ColumnElement[bool]) -> bool:
    """Whether the person sees a task that goes on with this one; ``seen`` as ``access.visible_tasks``. One SELECT."""
    heirs = select(Task.id).where(Task.handed_over_from_id == task_id).cte("heirs", recursive=True)
    heirs = heirs.union(select(Task.id).join(heirs, Task.handed_over_from_id == heirs.c.id))
    return bool(db.session.scalar(select(exists().where(Task.id.in_(select(heirs.c.id)), seen))))


@dataclass(frozen=True, slots=True)
class SaidHop:
    """A report of the unit or a verdict of the other side, with its product if it is a report."""

    action: Action
    workflow_after: Workflow
    at: datetime
    text: str
    product_number: str
    product_date: date | None


def said_of(task_ids: Collection[int]) -> dict[int, list[SaidHop]]:
    """What was reported and said of each task in the order of saying, also of the rows it came from; one SELECT."""
    chain = _chain(task_ids)
    own = select(Task.id.label("heir"), Task.id.label("source")).where(Task.id.in_(task_ids))
    rows = union_all(own, select(chain.c.heir, chain.c.source)).subquery()
    hops = db.session.execute(
        select(
            rows.c.heir,
            TaskReport.action,
            TaskReport.workflow_after,
            TaskReport.at,
            TaskReport.text,
            TaskReport.product_number,
            TaskReport.product_date,
        )
        .join(rows, rows.c.source == TaskReport.task_id)
        .where(TaskReport.action.in_([Action.REPORT, *VERDICTS]))
        .order_by(TaskReport.id)
    )
    said: dict[int, list[SaidHop]] = {}
    for heir, *facts in hops:
        said.setdefault(heir, []).append(SaidHop(*facts))
    return said


def with_past(lines: Sequence[Line]) -> list[Line]:
    """The lines with the last report and the last verdict of the unit before, where there is none yet; one SELECT."""
    waiting = [line.task_id for line in lines if line.reported_at is None or line.verdict is None]
    chain = _chain(waiting)
    rows = db.session.execute(
        select(
            chain.c.heir,
            TaskReport.action,
            TaskReport.text,
            TaskReport.at,
            TaskReport.product_number,
            TaskReport.product_date,
            TaskReport.product_link,
        )
        .join(chain, chain.c.source == TaskReport.task_id)
        .where(TaskReport.action.in_([Action.REPORT, *VERDICTS]))
        .order_by(TaskReport.id)
    )
    last = {(row.heir, row.action is Action.REPORT): row for row in rows}
    told = []
    for line in lines:
        report, verdict = last.get((line.task_id, True)), last.get((line.task_id, False))
        if line.reported_at is None and report is not None:
            line = replace(
                line,
                reported_at=report.at,
                report=report.text,
                product_number=report.product_number,
                product_date=report.product_date,
                product_link=report.product_link,
            )
        if line.verdict is None and verdict is not None:
            line = replace(line, verdict=verdict.action, verdict_text=verdict.text, verdict_at=verdict.at)
        told.append(line)
    return told
