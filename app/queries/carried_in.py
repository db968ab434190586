"""What came of a list that was carried in: its tasks, and those that stand in the way of taking it back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.imports import ImportState
from ..domain.tasks import Workflow
from ..models import Attachment, ImportJob, Task, TaskReport, Unit
from .tasks import Seen

# So many of those in the way are named.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A task of the list with which something was done since; ``linked`` when this person may open it."""

    id: int
    title: str
    unit_name: str
    linked: bool


@dataclass(frozen=True, slots=True)
class CarriedIn:
    """What taking the list back would mean: its tasks, ``done`` among them, and ``acted`` of them in the way."""

    tasks: int
    units: int
    done: int
    acted: int
    first: tuple[InTheWay, ...] = ()


def of_list(job: ImportJob) -> ColumnElement[bool]:
    """The tasks that this list added: written in one transaction, which gave them all its one moment.

    Ids alone would not say it: on PostgreSQL others take ids in between.
    """
    which = [Task.created_by_id == job.user_id, Task.created_at == job.ended_at]
    if "first_id" in job.summary:
        which.append(Task.id.between(job.summary["first_id"], job.summary["last_id"]))
    return and_(*which, Task.handed_over_from_id.is_(None))


def acted_on(job: ImportJob) -> ColumnElement[bool]:
    """Whether anything was done with a task since its list was carried in: a hop, a file, a task below it."""
    # Asked once for all: no index leads from a task to those below it.
    child = aliased(Task)
    hop = select(TaskReport.id).where(TaskReport.task_id == Task.id, TaskReport.at != job.ended_at)
    file = select(Attachment.id).where(Attachment.task_id == Task.id, Attachment.removed_at.is_(None))
    parents = select(child.parent_id).where(child.parent_id.is_not(None))
    return or_(Task.version != 1, hop.exists(), file.exists(), Task.id.in_(parents))


def carried_in(job: ImportJob, seen: Seen) -> CarriedIn | None:
    """``None`` for a list that is not carried in, or has been taken back; two SELECTs at most."""
    if job.state is not ImportState.DONE:
        return None
    acted = acted_on(job)
    row = db.session.execute(
        select(
            func.count(Task.id),
            func.count(Task.unit_id.distinct()),
            func.count(Task.id).filter(Task.workflow == Workflow.DONE),
            func.count(Task.id).filter(acted),
        ).where(of_list(job))
    ).one()
    if not row[3]:
        return CarriedIn(*row)
    first = db.session.execute(
        select(Task.id, Task.title, Unit.name, seen)
        .join(Unit, Unit.id == Task.unit_id)
        .where(of_list(job), acted)
        .order_by(Task.id)
        .limit(_NAMED)
    )
    return CarriedIn(*row, tuple(InTheWay(id_, title, name, bool(mine)) for id_, title, name, mine in first))
