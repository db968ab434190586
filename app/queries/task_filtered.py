"""Reads for one act on all tasks of a filter: which of them allow it, and a look at the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, select

from ..db import db
from ..domain.access import TABLE, Principal
from ..domain.access import Action as Deed
from ..domain.task_many import MANY, MOST_FILTERED, seal_of
from ..domain.task_steps import STEP_OF, Action, Side
from ..models import Task
from .access import decided_tasks, visible_tasks
from .task_requests import to_accept
from .tasks import TaskFilter, TaskRow, task_conditions, task_rows

LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Filtered:
    """What of a filter an act reaches: ``fit`` tasks of ``units`` units, ``left`` others that it does not.

    ``seal`` says which they are and how they stand; empty where there are more than one press takes.
    """

    fit: int
    units: int
    left: int
    seal: str = ""
    first: tuple[TaskRow, ...] = ()

    @property
    def too_many(self) -> bool:
        return self.fit > MOST_FILTERED


def within_reach(act: Action, wanted: TaskFilter, by: Principal, day: date) -> ColumnElement[bool]:
    """The tasks of the filter that are the person's to do this to, in a state that allows it."""
    if MANY[act] is Side.ASSIGNER:
        theirs = decided_tasks(by)
    elif by.role in TABLE[Deed.REPORT_TASKS] and by.unit_id is not None:
        theirs = to_accept(by.unit_id, day)
    else:
        return false()
    fits = [Task.workflow.in_(STEP_OF[act].start)]
    if act is Action.EXTEND:
        # More time is given only where there is a due date.
        fits.append(Task.due_current.is_not(None))
    return and_(theirs, *fits, *_shown(wanted, by, day))


def look_at_filtered(act: Action, wanted: TaskFilter, by: Principal, day: date) -> Filtered:
    """Four SELECTs, whatever the number of tasks."""
    reach = within_reach(act, wanted, by, day)
    shown = select(func.count()).select_from(Task).where(*_shown(wanted, by, day))
    fit, units = db.session.execute(
        select(func.count(), func.count(Task.unit_id.distinct())).where(reach)
    ).one()
    found = Filtered(fit, units, db.session.execute(shown).scalar_one() - fit)
    if found.too_many or not fit:
        return found
    versions = db.session.execute(select(Task.id, Task.version).where(reach).order_by(Task.id))
    seal = seal_of((row.id, row.version) for row in versions)
    return replace(found, seal=seal, first=task_rows([reach], wanted.sort, LOOKED_AT))


def _shown(wanted: TaskFilter, by: Principal, day: date) -> list[ColumnElement[bool]]:
    """What the board shows with this filter."""
    asked = [decided_tasks(by)] if wanted.asked else []
    return [visible_tasks(by), *asked, *task_conditions(wanted, day)]
