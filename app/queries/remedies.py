"""Reads from finding to fixed: what an inspection asks of its unit, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain import tasks
from ..domain.access import Principal
from ..domain.inspections import CampaignKind, FindingState, Severity, State
from ..domain.task_steps import Action as TaskAction
from ..domain.tasks import Timeliness, Workflow
from ..models import (
    Attachment,
    Campaign,
    Delegation,
    Directive,
    Finding,
    Inspection,
    Recommendation,
    Task,
    TaskReport,
    Unit,
)
from .access import visible_inspections


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was asked for, with its task, the unit's last report and its files."""

    task_id: int
    title: str
    detail: str
    unit_id: int
    unit_name: str
    finding: str | None
    finding_state: FindingState | None
    severity: Severity | None
    recommendation: str | None
    due_original: date | None
    due_current: date | None
    workflow: Workflow
    completed_on: date | None
    progress: int
    version: int
    reinspection_id: int | None
    reinspected_on: date | None
    asked_by_id: int | None
    asked_on: date | None
    reported_at: datetime | None
    report: str | None
    product_number: str | None
    product_date: date | None
    product_link: str | None
    verdict: TaskAction | None
    verdict_text: str | None
    verdict_at: datetime | None
    files: int

    def timeliness(self, today: date) -> Timeliness | None:
        return tasks.timeliness(self.workflow, self.due_current, self.completed_on, today)

    def days_left(self, today: date) -> int | None:
        return tasks.days_left(self.workflow, self.due_current, today)

    def handed_on(self, inspection_id: int) -> bool:
        """Whether a re-inspection other than this inspection looks after it now."""
        return self.reinspection_id not in {None, inspection_id}

    def settled(self, inspection_id: int) -> bool:
        return self.workflow in {Workflow.DONE, Workflow.CANCELLED} or self.handed_on(inspection_id)


# What the other side says of a remedy.
VERDICTS = (
    TaskAction.CONFIRM,
    TaskAction.RETURN,
    TaskAction.SETTLE,
    TaskAction.UNMET,
    TaskAction.CANCEL,
    TaskAction.REOPEN,
    TaskAction.UNDO,
)


def _asked_in(inspection_id: int) -> ColumnElement[bool]:
    """What its conclusion asked for, and what was handed to it; for tasks joined with their directive.

    A task that went to another unit is represented by its heir. What a re-inspection handed on to the next one
    stays on its board too: with those that came after it is what it handed on, and what their own conclusions
    asked for.
    """
    after = (
        select(Inspection.id)
        .where(Inspection.previous_id == inspection_id)
        .cte(f"after_{inspection_id}", recursive=True)
    )
    after = after.union(select(Inspection.id).join(after, Inspection.previous_id == after.c.id))
    later = select(after.c.id)
    handed_on = and_(
        Task.reinspection_id.in_(later),
        or_(Directive.inspection_id.is_(None), Directive.inspection_id.not_in(later)),
    )
    return and_(
        Task.lead,
        Task.workflow != Workflow.MOVED,
        or_(Task.recommendation_id.is_not(None), Task.finding_id.is_not(None)),
        or_(Directive.inspection_id == inspection_id, Task.reinspection_id == inspection_id, handed_on),
    )


def _unsettled_in(inspection_id: int) -> ColumnElement[bool]:
    return and_(
        _asked_in(inspection_id),
        Task.workflow.not_in([Workflow.DONE, Workflow.CANCELLED]),
        or_(Task.reinspection_id.is_(None), Task.reinspection_id == inspection_id),
    )


def unsettled_tasks(inspection_id: int) -> list[int]:
    """Ids of what an inspection still waits for: neither done nor called off nor handed on; one SELECT."""
    return list(
        db.session.scalars(
            select(Task.id)
            .outerjoin(Directive, Directive.id == Task.directive_id)
            .where(_unsettled_in(inspection_id))
            .order_by(Task.id)
        )
    )


def remedied_tasks(inspection_id: int) -> tasks.Rate:
    """Done among all that was asked for and not called off; one SELECT."""
    row = db.session.execute(
        select(
            func.coalesce(func.sum(case((Task.workflow == Workflow.DONE, 1), else_=0)), 0),
            func.count(Task.id),
        )
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .where(_asked_in(inspection_id), Task.workflow != Workflow.CANCELLED)
    ).one()
    return tasks.Rate(int(row[0]), int(row[1]))


def _last(*actions: TaskAction) -> ColumnElement[int]:
    return (
        select(func.max(TaskReport.id))
        .where(TaskReport.task_id == Task.id, TaskReport.action.in_(actions))
        .correlate(Task)
        .scalar_subquery()
    )


def lines_of(inspection_id: int) -> list[Line]:
    """The board of what was asked for, the open ones first; one SELECT."""
    report, verdict = aliased(TaskReport), aliased(TaskReport)
    again, first = aliased(Inspection), aliased(Inspection)
    files = (
        select(func.count(Attachment.id))
        .where(Attachment.task_id == Task.id, Attachment.removed_at.is_(None))
        .correlate(Task)
        .scalar_subquery()
    )
    settled = case((Task.workflow.in_([Workflow.DONE, Workflow.CANCELLED]), 1), else_=0)
    rows = db.session.execute(
        select(
            Task.id.label("task_id"),
            Task.title,
            Task.detail,
            Task.unit_id,
            Unit.name.label("unit_name"),
            Finding.text.label("finding"),
            Finding.state.label("finding_state"),
            Finding.severity,
            Recommendation.text.label("recommendation"),
            Task.due_original,
            Task.due_current,
            Task.workflow,
            Task.completed_on,
            Task.progress,
            Task.version,
            Task.reinspection_id,
            again.inspected_on.label("reinspected_on"),
            Directive.inspection_id.label("asked_by_id"),
            first.inspected_on.label("asked_on"),
            report.at.label("reported_at"),
            report.text.label("report"),
            report.product_number,
            report.product_date,
            report.product_link,
            verdict.action.label("verdict"),
            verdict.text.label("verdict_text"),
            verdict.at.label("verdict_at"),
            files.label("files"),
        )
        .join(Unit, Unit.id == Task.unit_id)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .outerjoin(Finding, Finding.id == Task.finding_id)
        .outerjoin(Recommendation, Recommendation.id == Task.recommendation_id)
        .outerjoin(again, again.id == Task.reinspection_id)
        .outerjoin(first, first.id == Directive.inspection_id)
        .outerjoin(report, report.id == _last(TaskAction.REPORT))
        .outerjoin(verdict, verdict.id == _last(*VERDICTS))
        .where(_asked_in(inspection_id))
        .order_by(settled, Task.due_current.is_(None), Task.due_current, Task.id)
    )
    return [Line(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a task was made of; ``inspection_id`` only where the person may open it."""

    finding: str | None
    recommendation: str | None
    inspection_id: int | None
    campaign_kind: CampaignKind
    inspected_on: date
    reinspection_id: int | None
    reinspected_on: date | None
    reinspection_state: State | None


def asked_by_conclusion(task: Task) -> bool:
    """Whether it carries out a recommendation, or remedies a shortcoming, of a conclusion."""
    return task.recommendation_id is not None or task.finding_id is not None


def asked_with(task: Task, principal: Principal) -> Asked | None:
    """One SELECT for a task that remedies something, none for others."""
    if not asked_by_conclusion(task):
        return None
    own, again = aliased(Inspection), aliased(Inspection)
    seen = visible_inspections(principal)
    # While a re-inspection is a draft, its unit reads nothing of it here either.
    told = or_(again.id.in_(seen), again.unit_id != (principal.unit_id or 0))
    row = db.session.execute(
        select(
            Finding.text.label("finding"),
            Recommendation.text.label("recommendation"),
            case((own.id.in_(seen), own.id)).label("inspection_id"),
            Campaign.kind.label("campaign_kind"),
            own.inspected_on,
            case((again.id.in_(seen), again.id)).label("reinspection_id"),
            case((told, again.inspected_on)).label("reinspected_on"),
            case((told, again.state)).label("reinspection_state"),
        )
        .select_from(Task)
        .outerjoin(Finding, Finding.id == Task.finding_id)
        .outerjoin(Recommendation, Recommendation.id == Task.recommendation_id)
        .join(own, own.id == func.coalesce(Recommendation.inspection_id, Finding.inspection_id))
        .join(Delegation, Delegation.id == own.delegation_id)
        .join(Campaign, Campaign.id == Delegation.campaign_id)
        .outerjoin(again, again.id == Task.reinspection_id)
        .where(Task.id == task.id)
    ).one_or_none()
    return None if row is None else Asked(**row._asdict())
