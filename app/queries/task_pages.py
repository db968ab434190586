"""Reads about one task: all that its page shows, with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from ..db import db
from ..domain import tasks
from ..domain.task_steps import (
    BESIDE,
    PUT_RIGHT,
    SENT_BACK,
    Action,
    last_decision,
    pending_request,
    undone,
)
from ..domain.tasks import Timeliness, Workflow
from ..models import Directive, Task, TaskReport, Unit, User


@dataclass(frozen=True, slots=True)
class HopRow:
    """One entry of a task's history and who made it."""

    id: int
    action: Action
    text: str
    product_number: str
    product_date: date | None
    product_link: str
    due_before: date | None
    due_after: date | None
    workflow_before: Workflow | None
    workflow_after: Workflow
    progress: int | None
    at: datetime
    who: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task with all its page shows."""

    task: Task
    unit: Unit
    directive: Directive | None
    assigner: str
    history: tuple[HopRow, ...] = ()
    # What happened at the units it was handed over from.
    earlier: tuple[HopRow, ...] = ()

    @property
    def request(self) -> Action | None:
        return pending_request(hop.action for hop in self.history)

    @property
    def decision(self) -> HopRow | None:
        """The last decision of the assigning side, if it may still be taken back."""
        place = last_decision([hop.action for hop in self.history])
        return None if place is None else self.history[place]

    @property
    def request_hop(self) -> HopRow | None:
        """The unit's request that waits for an answer, with its reason and the date it asks for."""
        waiting = [hop for hop in self.history if hop.action is self.request]
        return waiting[-1] if waiting else None

    @property
    def answers(self) -> tuple[HopRow, ...]:
        """What the unit was told last and has to know: why its report came back, why its request was declined,
        what of the task was put right since it did anything itself."""
        found = []
        if self.task.workflow is Workflow.REDO:
            gone = undone([hop.action for hop in self.history])
            back = [hop for hop in self.earlier if hop.action in SENT_BACK]
            back += [
                hop for place, hop in enumerate(self.history) if hop.action in SENT_BACK and place not in gone
            ]
            found += back[-1:]
        said = [hop for hop in self.history if hop.action not in BESIDE]
        if said and said[-1].action in {Action.DECLINE, Action.UNDO}:
            found.append(said[-1])
        news: dict[Action, HopRow] = {}
        for hop in reversed(self.history):
            if hop.action not in PUT_RIGHT:
                break
            news.setdefault(hop.action, hop)
        return (*found, *news.values())

    @property
    def last_report(self) -> int | None:
        """The unit's last report, which its files come with."""
        return next((hop.id for hop in reversed(self.history) if hop.action is Action.REPORT), None)

    @property
    def reporter(self) -> int | None:
        """Who made the last report: they do not confirm it."""
        return next((hop.user_id for hop in reversed(self.history) if hop.action is Action.REPORT), None)

    @property
    def extensions(self) -> int:
        """How often the due date was moved."""
        return sum(hop.action is Action.EXTEND for hop in self.history)

    @property
    def adjustments(self) -> int:
        """How often the assigning side put the due date right."""
        return sum(hop.action is Action.ADJUST for hop in self.history)

    @property
    def reported_at(self) -> datetime | None:
        """When the report that waits for confirmation, or was confirmed, was submitted."""
        reports = [hop.at for hop in self.history if hop.action is Action.REPORT]
        return reports[-1] if reports and self.task.workflow in {Workflow.AWAITING, Workflow.DONE} else None

    def timeliness(self, today: date) -> Timeliness | None:
        return tasks.timeliness(self.task.workflow, self.task.due_current, self.task.completed_on, today)


# What a :class:`HopRow` is made of; the person stands beside it by an outer join.
HOP_COLUMNS = (
    TaskReport.id,
    TaskReport.action,
    TaskReport.text,
    TaskReport.product_number,
    TaskReport.product_date,
    TaskReport.product_link,
    TaskReport.due_before,
    TaskReport.due_after,
    TaskReport.workflow_before,
    TaskReport.workflow_after,
    TaskReport.progress,
    TaskReport.at,
    func.coalesce(User.title, "").label("who"),
    TaskReport.user_id,
)


def task_page(task: Task, unit: Unit) -> TaskPage:
    """Everything the page of a task shows; three SELECTs at most."""
    directive = db.session.get(Directive, task.directive_id) if task.directive_id else None
    assigner = task.assigner_unit_id and db.session.get(Unit, task.assigner_unit_id)
    history = db.session.execute(
        select(*HOP_COLUMNS)
        .outerjoin(User, User.id == TaskReport.user_id)
        .where(TaskReport.task_id == task.id)
        .order_by(TaskReport.id)
    )
    hops = tuple(HopRow(**row._asdict()) for row in history)
    return TaskPage(task, unit, directive, assigner.name if assigner else "", hops)
