"""Reads about inspections: the list, those of a delegation, and what the page of one shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from ..db import db
from ..domain.access import Principal, Role
from ..domain.checklists import UnitLevel
from ..domain.inspections import CampaignKind, InspectionKind, Side, State
from ..models import (
    Answer,
    AreaScore,
    Campaign,
    Checklist,
    ChecklistVersion,
    Criterion,
    Delegation,
    Explanation,
    Finding,
    Inspection,
    InspectionStep,
    Recommendation,
    Unit,
    User,
)
from ._pages import Page, within
from .access import shown_rounds, visible_inspections
from .findings import shown_recommendations
from .gaps import count_lacking

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class InspectionFilter:
    """What the list shows; ``words`` are folded for search in the unit's name."""

    words: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One inspection as lists show it. ``opens``: whether the person who asked may open it.

    ``self_answered`` and ``verified_answered`` of ``criteria`` are answered; the delegation's figure is
    ``None`` for the unit before it is published.
    """

    id: int
    unit_id: int
    unit_name: str
    kind: InspectionKind
    campaign_kind: CampaignKind
    visit: bool
    state: State
    scoring: bool
    inspected_on: date
    self_due_on: date | None
    explain_due_on: date | None
    delegation_name: str
    published_at: datetime | None
    criteria: int
    self_answered: int
    verified_answered: int | None
    opens: bool
    # Scored, but without the reason that it needs.
    self_lacking: int = 0
    verified_lacking: int = 0


def list_inspections(principal: Principal, wanted: InspectionFilter, page: int = 1) -> Page[InspectionRow]:
    """One page of the inspections a person may open, the latest first; two SELECTs for any number of rows."""
    conditions = [Inspection.id.in_(visible_inspections(principal)), *inspection_conditions(wanted)]
    total = db.session.execute(
        select(func.count())
        .select_from(Inspection)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(*conditions)
    ).scalar_one()
    page = within(page, total, PAGE_SIZE)
    rows = db.session.execute(
        _rows(principal)
        .where(*conditions)
        .order_by(Inspection.inspected_on.desc(), Unit.name_sort, Inspection.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(_row(principal, row) for row in rows), total, page, PAGE_SIZE)


def inspections_of_delegation(
    principal: Principal, delegation_id: int, everything: bool
) -> list[InspectionRow]:
    """The inspections of a delegation by unit; those the person may open, or ``everything``. One SELECT."""
    statement = _rows(principal).where(Inspection.delegation_id == delegation_id)
    if not everything:
        statement = statement.where(Inspection.id.in_(visible_inspections(principal)))
    rows = db.session.execute(statement.order_by(Unit.name_sort, Inspection.id))
    return [_row(principal, row) for row in rows]


def _row(principal: Principal, row: Row[Any]) -> InspectionRow:
    """What one account may see of a row: the unit not how far the delegation is before it is published."""
    facts = row._asdict()
    of_unit = principal.role in {Role.OFFICER, Role.UNIT_HEAD} and principal.unit_id == row.unit_id
    if of_unit and row.published_at is None:
        facts["verified_answered"], facts["verified_lacking"] = None, 0
    return InspectionRow(**facts)


def inspection_conditions(wanted: InspectionFilter) -> list[ColumnElement[bool]]:
    """What the list of inspections asks, for statements joined with their unit."""
    conditions: list[ColumnElement[bool]] = [
        Unit.name_search.contains(word, autoescape=True) for word in wanted.words.split()
    ]
    if wanted.state is not None:
        conditions.append(Inspection.state == wanted.state)
    return conditions


def _rows(principal: Principal) -> Select[*tuple[Any, ...]]:
    criteria = (
        select(func.count()).select_from(Criterion).where(Criterion.version_id == Inspection.version_id)
    )
    return (
        select(
            Inspection.id,
            Inspection.unit_id,
            Unit.name.label("unit_name"),
            Inspection.kind,
            Campaign.kind.label("campaign_kind"),
            Inspection.parent_id.is_not(None).label("visit"),
            Inspection.state,
            Inspection.scoring,
            Inspection.inspected_on,
            Inspection.self_due_on,
            Inspection.explain_due_on,
            Delegation.name.label("delegation_name"),
            Inspection.published_at,
            criteria.correlate(Inspection).scalar_subquery().label("criteria"),
            _answered(Side.SELF, literal(1)).label("self_answered"),
            _answered(Side.VERIFIED, shown_rounds(principal)).label("verified_answered"),
            Inspection.id.in_(visible_inspections(principal)).label("opens"),
            count_lacking(Side.SELF, literal(1)).label("self_lacking"),
            count_lacking(Side.VERIFIED, shown_rounds(principal)).label("verified_lacking"),
        )
        .join(Unit, Unit.id == Inspection.unit_id)
        .join(Delegation, Delegation.id == Inspection.delegation_id)
        .join(Campaign, Campaign.id == Delegation.campaign_id)
    )


def _answered(side: Side, round_: ColumnElement[int]) -> ColumnElement[int]:
    """How many criteria one side has answered in a round, from the roll-up."""
    return (
        select(func.coalesce(func.sum(AreaScore.answered), 0))
        .where(AreaScore.inspection_id == Inspection.id, AreaScore.side == side, AreaScore.round == round_)
        .correlate(Inspection)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class StepRow:
    """One entry of an inspection's history."""

    from_state: State | None
    to_state: State
    reason: str
    by: str
    at: datetime


def steps_of(inspection_id: int) -> list[StepRow]:
    """The history, newest first; one SELECT."""
    rows = db.session.execute(
        select(
            InspectionStep.from_state,
            InspectionStep.to_state,
            InspectionStep.reason,
            func.coalesce(User.title, "").label("by"),
            InspectionStep.at,
        )
        .outerjoin(User, User.id == InspectionStep.user_id)
        .where(InspectionStep.inspection_id == inspection_id)
        .order_by(InspectionStep.id.desc())
    )
    return [StepRow(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around an inspection: its checklist, deadline, counts, and the visit before it."""

    checklist_name: str
    checklist_version: str
    level: UnitLevel
    self_due_on: date | None
    decision_number: str
    decision_date: date | None
    findings: int
    recommendations: int
    previous_id: int | None
    previous_on: date | None
    scored: bool
    explained: bool


def surroundings(principal: Principal, inspection_id: int, until: datetime | None = None) -> Surroundings:
    """One SELECT; ``previous_id`` only where the person may open it.

    ``until``: what came later, or was changed later, is not counted (:attr:`InspectionCard.shown_until`).
    """
    previous = aliased(Inspection, name="previous")
    row = db.session.execute(
        select(
            Checklist.name.label("checklist_name"),
            ChecklistVersion.version.label("checklist_version"),
            ChecklistVersion.level,
            Inspection.self_due_on,
            Delegation.decision_number,
            Delegation.decision_date,
            _count_of(Finding, Finding.updated_at <= until if until else true()).label("findings"),
            _count_of(Recommendation, shown_recommendations(until)).label("recommendations"),
            previous.id.label("previous_id"),
            previous.inspected_on.label("previous_on"),
            is_scored(Inspection.id).label("scored"),
            or_(
                Inspection.explain_due_on.is_not(None),
                exists().where(Explanation.inspection_id == Inspection.id),
            ).label("explained"),
        )
        .join(Delegation, Delegation.id == Inspection.delegation_id)
        .join(ChecklistVersion, ChecklistVersion.id == Inspection.version_id)
        .join(Checklist, Checklist.id == ChecklistVersion.checklist_id)
        .outerjoin(
            previous,
            (previous.id == Inspection.previous_id) & previous.id.in_(visible_inspections(principal)),
        )
        .where(Inspection.id == inspection_id)
    ).one()
    return Surroundings(**row._asdict())


def _count_of(thing: type[Finding] | type[Recommendation], shown: ColumnElement[bool]) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(thing)
        .where(thing.inspection_id == Inspection.id, thing.removed_at.is_(None), shown)
        .correlate(Inspection)
        .scalar_subquery()
    )


def is_scored(inspection_id: ColumnElement[int] | InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """Whether anybody has scored anything: a value, or «không áp dụng», on either side."""
    return exists().where(
        Answer.inspection_id == inspection_id, or_(Answer.value.is_not(None), Answer.not_applicable)
    )


@dataclass(frozen=True, slots=True)
class VersionChoice:
    """A published checklist version that an inspection may be pinned to."""

    id: int
    name: str
    version: str
    level: UnitLevel


def published_versions() -> list[VersionChoice]:
    """The newest first; one SELECT."""
    rows = db.session.execute(
        select(ChecklistVersion.id, Checklist.name, ChecklistVersion.version, ChecklistVersion.level)
        .join(Checklist, Checklist.id == ChecklistVersion.checklist_id)
        .where(ChecklistVersion.published_at.is_not(None))
        .order_by(ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc())
    )
    return [VersionChoice(**row._asdict()) for row in rows]


def adjustments_of(inspection_id: int) -> dict[str, Any]:
    """Bonus and deduction (hundredths, ``None`` for none) with their reasons; one SELECT."""
    row = db.session.execute(
        select(
            Inspection.bonus,
            Inspection.bonus_reason,
            Inspection.deduction,
            Inspection.deduction_reason,
        ).where(Inspection.id == inspection_id)
    ).one()
    return row._asdict() | {"bonus": row.bonus or None, "deduction": row.deduction or None}
