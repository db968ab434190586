"""Reads about findings and recommendations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select, true

from ..db import db
from ..domain.inspections import Direction, FindingKind, FindingState, Severity, State
from ..models import Area, AuditEvent, Criterion, Finding, Inspection, Recommendation, User


@dataclass(frozen=True, slots=True)
class Found:
    """For the scoring page: how many findings now by criterion id, texts of last time by criterion code."""

    now: Mapping[int, int]
    last_time: Mapping[str, tuple[str, ...]]


def findings_by_criterion(inspection_id: int, previous_id: int | None) -> Found:
    """One SELECT; the previous inspection's shortcomings are matched by the criterion's code.

    Those of a visit whose results are not published yet stay with its delegation.
    """
    rows = db.session.execute(
        select(Finding.inspection_id, Finding.criterion_id, Finding.kind, Finding.text, Criterion.code)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .where(
            or_(
                Finding.inspection_id == inspection_id,
                and_(
                    Finding.inspection_id == (previous_id or 0),
                    Inspection.published_at.is_not(None),
                    or_(
                        Inspection.state != State.THAM_DINH_LAN_2,
                        Finding.updated_at <= Inspection.published_at,
                    ),
                ),
            ),
            Finding.removed_at.is_(None),
        )
        .order_by(Finding.id)
    )
    now: dict[int, int] = {}
    last_time: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row.inspection_id == inspection_id:
            now[row.criterion_id] = now.get(row.criterion_id, 0) + 1
        elif row.kind is FindingKind.TON_TAI:
            last_time[row.code] = (*last_time.get(row.code, ()), row.text)
    return Found(now, last_time)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as lists and the minutes show it."""

    id: int
    kind: FindingKind
    severity: Severity | None
    text: str
    cause: str
    responsibility: str
    legal_basis: str
    due_on: date | None
    state: FindingState
    area_code: str
    area_name: str
    criterion_code: str | None
    by: str
    by_id: int
    at: datetime
    version: int


def findings_of(inspection_id: int, until: datetime | None = None) -> list[FindingLine]:
    """All findings of an inspection in the order of the checklist, strengths first; one SELECT.

    ``until``: without those that came or were changed later (:attr:`InspectionCard.shown_until`).
    """
    rows = db.session.execute(
        select(
            Finding.id,
            Finding.kind,
            Finding.severity,
            Finding.text,
            Finding.cause,
            Finding.responsibility,
            Finding.legal_basis,
            Finding.due_on,
            Finding.state,
            Area.code.label("area_code"),
            Area.name.label("area_name"),
            Criterion.code.label("criterion_code"),
            User.title.label("by"),
            Finding.created_by_id.label("by_id"),
            Finding.created_at.label("at"),
            Finding.version,
        )
        .join(Area, Area.id == Finding.area_id)
        .outerjoin(Criterion, Criterion.id == Finding.criterion_id)
        .join(User, User.id == Finding.created_by_id)
        .where(
            Finding.inspection_id == inspection_id,
            Finding.removed_at.is_(None),
            Finding.updated_at <= until if until else true(),
        )
        .order_by(Area.place, Finding.kind.desc(), Finding.id)
    )
    return [FindingLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class RecommendationLine:
    """One recommendation in either direction."""

    id: int
    direction: Direction
    text: str
    addressee: str
    report_to: str
    due_on: date | None
    finding_id: int | None
    criterion_code: str | None
    by: str
    by_id: int
    at: datetime
    version: int


def shown_recommendations(until: datetime | None) -> ColumnElement[bool]:
    """What is asked of the unit stays hidden from it after ``until``; proposals to the superior are its own."""
    if until is None:
        return true()
    return or_(Recommendation.direction == Direction.TO_SUPERIOR, Recommendation.updated_at <= until)


def recommendations_of(inspection_id: int, until: datetime | None = None) -> list[RecommendationLine]:
    """All recommendations of an inspection, to the unit first; one SELECT. ``until`` as with findings."""
    rows = db.session.execute(
        select(
            Recommendation.id,
            Recommendation.direction,
            Recommendation.text,
            Recommendation.addressee,
            Recommendation.report_to,
            Recommendation.due_on,
            Recommendation.finding_id,
            Criterion.code.label("criterion_code"),
            User.title.label("by"),
            Recommendation.created_by_id.label("by_id"),
            Recommendation.created_at.label("at"),
            Recommendation.version,
        )
        .outerjoin(Criterion, Criterion.id == Recommendation.criterion_id)
        .join(User, User.id == Recommendation.created_by_id)
        .where(
            Recommendation.inspection_id == inspection_id,
            Recommendation.removed_at.is_(None),
            shown_recommendations(until),
        )
        .order_by(Recommendation.direction.desc(), Recommendation.id)
    )
    return [RecommendationLine(**row._asdict()) for row in rows]


def get_finding(
    inspection_id: int, finding_id: int, *, removed: bool = False, until: datetime | None = None
) -> Finding | None:
    """The finding, if it is this inspection's; one that was taken out only when ``removed`` ones count too.

    ``until`` as with :func:`findings_of`.
    """
    wanted = select(Finding).where(
        Finding.id == finding_id,
        Finding.inspection_id == inspection_id,
        Finding.updated_at <= until if until else true(),
    )
    if not removed:
        wanted = wanted.where(Finding.removed_at.is_(None))
    return db.session.execute(wanted).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Changed:
    """Who has changed a finding or a recommendation last, and when."""

    by: str
    at: datetime


def last_change(kind: str, inspection_id: int, id_: int) -> Changed | None:
    """``kind``: finding or recommendation. One SELECT, for the few moments in which two people meet."""
    rows = db.session.execute(
        select(AuditEvent.data, AuditEvent.at, User.title)
        .join(User, User.id == AuditEvent.user_id)
        .where(
            AuditEvent.object_kind == "inspection",
            AuditEvent.object_id == inspection_id,
            AuditEvent.action == f"{kind}.change",
        )
        .order_by(AuditEvent.id.desc())
    )
    return next((Changed(row.title, row.at) for row in rows if row.data.get(kind) == id_), None)


def finding_of_op(inspection_id: int, op_id: str) -> int | None:
    """The finding of this inspection that an operation made."""
    found: int | None = db.session.execute(
        select(Finding.id).where(Finding.op_id == op_id, Finding.inspection_id == inspection_id)
    ).scalar_one_or_none()
    return found


def recommendation_of_op(inspection_id: int, op_id: str) -> int | None:
    """As :func:`finding_of_op`."""
    found: int | None = db.session.execute(
        select(Recommendation.id).where(
            Recommendation.op_id == op_id, Recommendation.inspection_id == inspection_id
        )
    ).scalar_one_or_none()
    return found


def get_recommendation(
    inspection_id: int, recommendation_id: int, *, removed: bool = False
) -> Recommendation | None:
    """As :func:`get_finding`."""
    wanted = select(Recommendation).where(
        Recommendation.id == recommendation_id, Recommendation.inspection_id == inspection_id
    )
    if not removed:
        wanted = wanted.where(Recommendation.removed_at.is_(None))
    return db.session.execute(wanted).scalar_one_or_none()
