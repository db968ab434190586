"""A unit's own home: what it has to do, its inspections, its documents. Nothing of any other unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from ..db import db
from ..domain.home import Due, DueKind, OwnInspection, in_order, of_inspections
from ..domain.inspections import Direction, FindingKind, FindingState, Side, State
from ..domain.tasks import OPEN, Workflow
from ..models import (
    AreaScore,
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
)
from ._pages import Page
from ._task_titles import title_with_period
from .access import told_to_unit
from .documents import Document, documents_of, told_in_time
from .gaps import count_lacking
from .late_dossiers import incomplete_entries

# More than this nobody works through at once; each list says where the rest is.
MOST = 30
_ENDED = frozenset({State.KET_THUC, State.HUY})


@dataclass(frozen=True, slots=True)
class Home:
    dues: list[Due]
    inspections: list[OwnInspection]
    documents: Page[Document]
    # Tasks that the list leaves out, what the delegation asked for and the list leaves out, and what is late of both.
    more: int = 0
    more_asked: int = 0
    more_late: int = 0


@dataclass(frozen=True, slots=True)
class _Some:
    """The first of a kind of dues, how many there are altogether, and how many of them are late."""

    dues: list[Due]
    every: int
    late: int

    def late_beyond(self, today: date) -> int:
        return self.late - sum(1 for due in self.dues if due.due_on and due.due_on < today)


def home_of(unit_id: int, today: date) -> Home:
    """Seven SELECTs, whatever the number of rows."""
    opinions = _opinions(unit_id)
    own = [replace(one, opinion=one.id in opinions) for one in _inspections(unit_id)]
    tasks = _tasks(unit_id, today)
    asked = (_findings(unit_id, today), _recommendations(unit_id, today))
    dues = [
        *of_inspections(own),
        *_dossiers(unit_id),
        *(due for some in (tasks, *asked) for due in some.dues),
    ]
    return Home(
        in_order(dues, today),
        own,
        documents_of(unit_id, 1, MOST),
        tasks.every - len(tasks.dues),
        sum(some.every - len(some.dues) for some in asked),
        sum(some.late_beyond(today) for some in (tasks, *asked)),
    )


def _inspections(unit_id: int) -> list[OwnInspection]:
    """Those that run, of which the unit was told; none is cut off, for a unit has few at a time."""
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
        .where(Inspection.unit_id == unit_id, Inspection.state.not_in(list(_ENDED)), told_to_unit())
        .order_by(Inspection.inspected_on.desc(), Inspection.id.desc())
    )
    return [OwnInspection(**row._asdict()) for row in rows]


def _opinions(unit_id: int) -> set[int]:
    """The inspections for whose minutes the unit has spoken."""
    rows = db.session.execute(
        select(MinutesRevision.inspection_id, MinutesRevision.details)
        .join(Inspection, Inspection.id == MinutesRevision.inspection_id)
        .where(
            Inspection.unit_id == unit_id,
            Inspection.published_at.is_not(None),
            Inspection.state.not_in(list(_ENDED)),
        )
    )
    return {row.inspection_id for row in rows if (row.details or {}).get("opinion")}


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


def _counted(
    due_on: InstrumentedAttribute[date | None], today: date
) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many rows there are without the limit, and how many of them are late."""
    late = func.sum(case((due_on < today, 1), else_=0)).over()
    return func.count().over().label("every"), late.label("late")


def _some(rows: Sequence[Any], due_of: Callable[[Any], Due]) -> _Some:
    every, late = (rows[0].every, int(rows[0].late)) if rows else (0, 0)
    return _Some([due_of(row) for row in rows], every, late)


def _tasks(unit_id: int, today: date) -> _Some:
    """Open tasks, the earliest due first.

    Those that wait for confirmation are the other side's, and periods of regular tasks that have not begun are
    nobody's yet.
    """
    rows = db.session.execute(
        select(
            Task.id,
            title_with_period(),
            Task.due_current,
            Task.workflow,
            *_counted(Task.due_current, today),
        )
        .where(
            Task.unit_id == unit_id,
            Task.workflow.in_(OPEN - {Workflow.AWAITING}),
            Task.assigned_on <= today,
        )
        .order_by(Task.due_current.is_(None), Task.due_current, Task.id)
        .limit(MOST)
    ).all()

    def due(row: Any) -> Due:
        return Due(DueKind.TASK, row.id, row.due_current, row.title, new=row.workflow is Workflow.NOT_STARTED)

    return _some(rows, due)


def _published(unit_id: int) -> list[ColumnElement[bool]]:
    """Of this unit, told to it, and not over."""
    return [
        Inspection.unit_id == unit_id,
        Inspection.published_at.is_not(None),
        Inspection.state.not_in(list(_ENDED)),
    ]


def _findings(unit_id: int, today: date) -> _Some:
    """Shortcomings to be remedied by a day, unless a task says so already."""
    as_task = select(Task.id).where(Task.finding_id == Finding.id).exists()
    rows = db.session.execute(
        select(Inspection.id, Finding.text, Finding.due_on, *_counted(Finding.due_on, today))
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .where(
            *_published(unit_id),
            told_in_time(Finding.created_at),
            Finding.kind == FindingKind.TON_TAI,
            Finding.state != FindingState.DA_KHAC_PHUC,
            Finding.due_on.is_not(None),
            Finding.handed_to_unit_id.is_(None),
            Finding.removed_at.is_(None),
            ~as_task,
        )
        .order_by(Finding.due_on, Finding.id)
        .limit(MOST)
    ).all()
    return _some(rows, lambda row: Due(DueKind.FINDING, row.id, row.due_on, row.text))


def _recommendations(unit_id: int, today: date) -> _Some:
    """What the delegation asked for by a day, unless a task or the finding it hangs on says so already."""
    as_task = select(Task.id).where(Task.recommendation_id == Recommendation.id).exists()
    rows = db.session.execute(
        select(
            Inspection.id, Recommendation.text, Recommendation.due_on, *_counted(Recommendation.due_on, today)
        )
        .join(Inspection, Inspection.id == Recommendation.inspection_id)
        .outerjoin(Finding, Finding.id == Recommendation.finding_id)
        .where(
            *_published(unit_id),
            told_in_time(Recommendation.created_at),
            Recommendation.direction == Direction.TO_UNIT,
            Recommendation.due_on.is_not(None),
            Recommendation.removed_at.is_(None),
            Finding.due_on.is_(None),
            ~as_task,
        )
        .order_by(Recommendation.due_on, Recommendation.id)
        .limit(MOST)
    ).all()
    return _some(rows, lambda row: Due(DueKind.RECOMMENDATION, row.id, row.due_on, row.text))
