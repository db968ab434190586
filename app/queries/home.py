"""A unit's own home: what it has to do, its inspections, its documents. Nothing of any other unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from ..db import db
from ..domain.attachments import FileKind
from ..domain.home import Due, DueKind, OwnInspection, in_order, of_inspections
from ..domain.inspections import Direction, FindingKind, FindingState, Side, State
from ..domain.tasks import OPEN, Workflow
from ..models import (
    AreaScore,
    Attachment,
    Campaign,
    Criterion,
    Delegation,
    DossierReport,
    Finding,
    Inspection,
    MinutesRevision,
    Recommendation,
    ReportStatus,
    Task,
    User,
)
from ._task_titles import title_with_period
from .access import told_to_unit
from .gaps import count_lacking
from .late_dossiers import incomplete_entries

# More than this nobody works through at once; each list says where the rest is.
MOST = 30
_ENDED = frozenset({State.KET_THUC, State.HUY})


@dataclass(frozen=True, slots=True)
class Document:
    """Something the unit may take home: signed minutes, or a file that was given to it."""

    id: int
    at: datetime
    name: str = ""
    kind: FileKind | None = None
    minutes_of: OwnInspection | None = None


@dataclass(frozen=True, slots=True)
class Home:
    dues: list[Due]
    inspections: list[OwnInspection]
    documents: list[Document]
    # Tasks that the list leaves out, and those of them that are late.
    more: int = 0
    more_late: int = 0


def home_of(unit_id: int, today: date) -> Home:
    """Seven SELECTs, whatever the number of rows."""
    own = _inspections(unit_id)
    signed, opinions = _minutes(unit_id)
    own = {id_: replace(one, opinion=id_ in opinions) for id_, one in own.items()}
    tasks, every, every_late = _tasks(unit_id, today)
    dues = [
        *of_inspections(own.values()),
        *_dossiers(unit_id),
        *tasks,
        *_findings(unit_id),
        *_recommendations(unit_id),
    ]
    papers = [Document(id_, at, minutes_of=own[id_]) for id_, at in signed.items() if id_ in own]
    documents = sorted([*papers, *_files(unit_id)], key=lambda one: one.at, reverse=True)
    running = [one for one in own.values() if one.state not in _ENDED]
    late = sum(1 for due in tasks if due.due_on and due.due_on < today)
    return Home(in_order(dues, today), running, documents[:MOST], every - len(tasks), every_late - late)


def _inspections(unit_id: int) -> dict[int, OwnInspection]:
    """Those the unit was told of; what was called off is nobody's. What runs comes before what has ended."""
    criteria = (
        select(func.count()).select_from(Criterion).where(Criterion.version_id == Inspection.version_id)
    )
    answered = select(func.coalesce(func.sum(AreaScore.answered), 0)).where(
        AreaScore.inspection_id == Inspection.id, AreaScore.side == Side.SELF, AreaScore.round == 1
    )
    rows = db.session.execute(
        select(
            Inspection.id,
            Inspection.kind,
            Campaign.kind.label("campaign_kind"),
            Inspection.state,
            Inspection.scoring,
            Inspection.inspected_on,
            Inspection.self_due_on,
            Inspection.explain_due_on,
            Inspection.published_at.is_not(None).label("published"),
            criteria.correlate(Inspection).scalar_subquery().label("criteria"),
            answered.correlate(Inspection).scalar_subquery().label("self_answered"),
            count_lacking(Side.SELF, literal(1)).label("self_lacking"),
        )
        .join(Delegation, Delegation.id == Inspection.delegation_id)
        .join(Campaign, Campaign.id == Delegation.campaign_id)
        .where(Inspection.unit_id == unit_id, Inspection.state != State.HUY, told_to_unit())
        .order_by(Inspection.state == State.KET_THUC, Inspection.inspected_on.desc(), Inspection.id.desc())
        .limit(MOST)
    )
    return {row.id: OwnInspection(**row._asdict()) for row in rows}


def _minutes(unit_id: int) -> tuple[dict[int, datetime], set[int]]:
    """Inspection id → when its minutes were signed; and the inspections for whose minutes the unit has spoken."""
    rows = db.session.execute(
        select(MinutesRevision.inspection_id, MinutesRevision.signed_at, MinutesRevision.details)
        .join(Inspection, Inspection.id == MinutesRevision.inspection_id)
        .where(Inspection.unit_id == unit_id, Inspection.published_at.is_not(None))
        .order_by(MinutesRevision.revision)
    ).all()
    signed = {row.inspection_id: row.signed_at for row in rows if row.signed_at is not None}
    return signed, {row.inspection_id for row in rows if (row.details or {}).get("opinion")}


def _dossiers(unit_id: int) -> list[Due]:
    """Reports that are still the unit's to finish and send; due on the day of the visit they are for."""
    rows = db.session.execute(
        select(
            DossierReport.id,
            DossierReport.period_from,
            DossierReport.period_to,
            Inspection.inspected_on,
            incomplete_entries(DossierReport.id).label("incomplete"),
        )
        .outerjoin(Inspection, and_(Inspection.id == DossierReport.inspection_id, told_to_unit()))
        .where(DossierReport.unit_id == unit_id, DossierReport.status == ReportStatus.DRAFT)
        .order_by(DossierReport.period_to.desc(), DossierReport.id.desc())
        .limit(MOST)
    )
    return [
        Due(
            DueKind.DOSSIERS,
            row.id,
            row.inspected_on,
            f"{row.period_from:%d/%m/%Y}–{row.period_to:%d/%m/%Y}",
            left=row.incomplete,
        )
        for row in rows
    ]


def _tasks(unit_id: int, today: date) -> tuple[list[Due], int, int]:
    """Open tasks, the earliest due first, how many there are, and how many of them are late.

    Those that wait for confirmation are the other side's, and periods of regular tasks that have not begun are
    nobody's yet.
    """
    late = func.sum(case((Task.due_current < today, 1), else_=0)).over()
    rows = db.session.execute(
        select(
            Task.id,
            title_with_period(),
            Task.due_current,
            Task.workflow,
            func.count().over().label("every"),
            late.label("late"),
        )
        .where(
            Task.unit_id == unit_id,
            Task.workflow.in_(OPEN - {Workflow.AWAITING}),
            Task.assigned_on <= today,
        )
        .order_by(Task.due_current.is_(None), Task.due_current, Task.id)
        .limit(MOST)
    ).all()
    dues = [
        Due(DueKind.TASK, row.id, row.due_current, row.title, new=row.workflow is Workflow.NOT_STARTED)
        for row in rows
    ]
    return dues, rows[0].every if rows else 0, int(rows[0].late) if rows else 0


def _published(unit_id: int) -> list[ColumnElement[bool]]:
    """Of this unit, told to it, and not over."""
    return [
        Inspection.unit_id == unit_id,
        Inspection.published_at.is_not(None),
        Inspection.state.not_in(list(_ENDED)),
    ]


def _told(written: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """During the second round the unit sees what was there when the first was published to it."""
    return or_(Inspection.state != State.THAM_DINH_LAN_2, written <= Inspection.published_at)


def _findings(unit_id: int) -> list[Due]:
    """Shortcomings to be remedied by a day, unless a task says so already."""
    as_task = select(Task.id).where(Task.finding_id == Finding.id).exists()
    rows = db.session.execute(
        select(Inspection.id, Finding.text, Finding.due_on)
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .where(
            *_published(unit_id),
            _told(Finding.created_at),
            Finding.kind == FindingKind.TON_TAI,
            Finding.state != FindingState.DA_KHAC_PHUC,
            Finding.due_on.is_not(None),
            Finding.handed_to_unit_id.is_(None),
            Finding.removed_at.is_(None),
            ~as_task,
        )
        .order_by(Finding.due_on, Finding.id)
        .limit(MOST)
    )
    return [Due(DueKind.FINDING, row.id, row.due_on, row.text) for row in rows]


def _recommendations(unit_id: int) -> list[Due]:
    """What the delegation asked for by a day, unless a task or the finding it hangs on says so already."""
    as_task = select(Task.id).where(Task.recommendation_id == Recommendation.id).exists()
    rows = db.session.execute(
        select(Inspection.id, Recommendation.text, Recommendation.due_on)
        .join(Inspection, Inspection.id == Recommendation.inspection_id)
        .outerjoin(Finding, Finding.id == Recommendation.finding_id)
        .where(
            *_published(unit_id),
            _told(Recommendation.created_at),
            Recommendation.direction == Direction.TO_UNIT,
            Recommendation.due_on.is_not(None),
            Recommendation.removed_at.is_(None),
            Finding.due_on.is_(None),
            ~as_task,
        )
        .order_by(Recommendation.due_on, Recommendation.id)
        .limit(MOST)
    )
    return [Due(DueKind.RECOMMENDATION, row.id, row.due_on, row.text) for row in rows]


def _files(unit_id: int) -> list[Document]:
    """Files the delegation showed with its results, and those others put to the unit's tasks."""
    given = (
        (Inspection.unit_id == unit_id)
        & Inspection.published_at.is_not(None)
        & _told(Attachment.uploaded_at)
        & or_(Attachment.side == Side.VERIFIED, Attachment.finding_id.is_not(None))
    )
    of_task = (Task.unit_id == unit_id) & or_(User.unit_id.is_(None), User.unit_id != unit_id)
    rows = db.session.execute(
        select(Attachment.id, Attachment.uploaded_at.label("at"), Attachment.name, Attachment.kind)
        .join(User, User.id == Attachment.uploaded_by_id)
        .outerjoin(Inspection, Inspection.id == Attachment.inspection_id)
        .outerjoin(Finding, Finding.id == Attachment.finding_id)
        .outerjoin(Task, Task.id == Attachment.task_id)
        .where(Attachment.removed_at.is_(None), Finding.removed_at.is_(None), or_(given, of_task))
        .order_by(Attachment.uploaded_at.desc(), Attachment.id.desc())
        .limit(MOST)
    )
    return [Document(**row._asdict()) for row in rows]
