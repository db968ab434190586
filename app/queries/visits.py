"""Reads about the field visits (điểm khảo sát) of a session of giám sát."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.access import Principal
from ..domain.inspections import State
from ..domain.supervision import is_open
from ..models import Finding, Inspection, Recommendation, Unit
from .access import InspectionCard, visible_inspections

# A city has some thirty communes, a province a hundred and more; who searches sees fewer.
MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as the session's page lists it. Counts are ``None`` for who may not open the visit."""

    id: int
    unit_name: str
    inspected_on: date
    state: State
    opens: bool
    findings: int | None
    recommendations: int | None

    @property
    def open(self) -> bool:
        return is_open(self.state)


def visits_of(principal: Principal, session: InspectionCard) -> list[VisitRow]:
    """The visits by date; one SELECT.

    The unit of the session learns where the delegation was once the head has published, as the minutes will say;
    what was found there is for who may open the visit.
    """
    if session.parent_id is not None or not session.sees_verified:
        return []
    rows = db.session.execute(
        select(
            Inspection.id,
            Unit.name.label("unit_name"),
            Inspection.inspected_on,
            Inspection.state,
            Inspection.id.in_(visible_inspections(principal)).label("opens"),
            _count_of(Finding).label("findings"),
            _count_of(Recommendation).label("recommendations"),
        )
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.parent_id == session.id)
        .order_by(Inspection.inspected_on, Unit.name_sort, Inspection.id)
    )
    found = []
    for row in rows:
        facts = row._asdict()
        if not row.opens:
            facts["findings"] = facts["recommendations"] = None
        found.append(VisitRow(**facts))
    return found


def _count_of(thing: type[Finding] | type[Recommendation]) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(thing)
        .where(thing.inspection_id == Inspection.id, thing.removed_at.is_(None))
        .correlate(Inspection)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Session:
    """The session a visit belongs to, for who may open it."""

    id: int
    unit_name: str
    inspected_on: date


def session_of(principal: Principal, visit: InspectionCard) -> Session | None:
    """One SELECT at most; the visited commune does not learn of the session above it."""
    if visit.parent_id is None:
        return None
    row = db.session.execute(
        select(Inspection.id, Unit.name.label("unit_name"), Inspection.inspected_on)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.id == visit.parent_id, Inspection.id.in_(visible_inspections(principal)))
    ).one_or_none()
    return Session(**row._asdict()) if row else None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A unit below the session's that could be visited."""

    id: int
    name: str
    parent_name: str
    valid_to: date | None


def places_below(session: InspectionCard, words: str = "") -> list[PlaceRow]:
    """Units below the session's own that worked during its period or on its day and are not visited yet.

    ``words`` are folded. One more than :data:`MOST_PLACES` says that there are more.
    """
    above = aliased(Unit)
    parent = select(above.name).where(above.id == Unit.parent_id).correlate(Unit).scalar_subquery()
    visited = select(Inspection.unit_id).where(
        Inspection.delegation_id == session.delegation_id, Inspection.kind == session.kind
    )
    rows = db.session.execute(
        select(Unit.id, Unit.name, func.coalesce(parent, "").label("parent_name"), Unit.valid_to)
        .where(
            Unit.path.startswith(session.unit_path, autoescape=True),
            Unit.id != session.unit_id,
            Unit.valid_from <= max(session.inspected_on, session.period_to),
            (Unit.valid_to.is_(None)) | (Unit.valid_to >= min(session.inspected_on, session.period_from)),
            Unit.id.not_in(visited),
            *(Unit.name_search.contains(word, autoescape=True) for word in words.split()),
        )
        .order_by(Unit.name_sort, Unit.id)
        .limit(MOST_PLACES + 1)
    )
    return [PlaceRow(**row._asdict()) for row in rows]


def open_visits(session_id: int) -> list[str]:
    """Names of the places whose visit is not over; one SELECT."""
    rows = db.session.execute(
        select(Unit.name, Inspection.state)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.parent_id == session_id)
        .order_by(Inspection.inspected_on, Unit.name_sort)
    )
    return [row.name for row in rows if is_open(row.state)]
