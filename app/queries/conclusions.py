"""What a conclusion will ask for, and the one that was issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.inspections import Direction, FindingKind
from ..models import Area, Campaign, Criterion, Directive, Finding, Recommendation


@dataclass(frozen=True, slots=True)
class ToRemedy:
    """What the conclusion will ask for: a recommendation to the unit, or a shortcoming without one."""

    id: int
    text: str
    due_on: date | None
    addressee: str
    report_to: str
    finding_id: int | None
    area_name: str
    criterion_code: str | None


def recommendations_to_remedy(inspection_id: int) -> list[ToRemedy]:
    """Every recommendation to the unit with the area it is about; one SELECT."""
    own, through = aliased(Area), aliased(Area)
    rows = db.session.execute(
        select(
            Recommendation.id,
            Recommendation.text,
            Recommendation.due_on,
            Recommendation.addressee,
            Recommendation.report_to,
            Recommendation.finding_id,
            func.coalesce(own.name, through.name, "").label("area_name"),
            Criterion.code.label("criterion_code"),
        )
        .outerjoin(Criterion, Criterion.id == Recommendation.criterion_id)
        .outerjoin(own, own.id == Criterion.area_id)
        .outerjoin(Finding, Finding.id == Recommendation.finding_id)
        .outerjoin(through, through.id == Finding.area_id)
        .where(
            Recommendation.inspection_id == inspection_id,
            Recommendation.direction == Direction.TO_UNIT,
            Recommendation.removed_at.is_(None),
        )
        .order_by(Recommendation.id)
    )
    return [ToRemedy(**row._asdict()) for row in rows]


def findings_to_remedy(inspection_id: int) -> list[ToRemedy]:
    """The shortcomings that no recommendation to the unit points at; one SELECT."""
    asked = exists().where(
        Recommendation.finding_id == Finding.id,
        Recommendation.direction == Direction.TO_UNIT,
        Recommendation.removed_at.is_(None),
    )
    rows = db.session.execute(
        select(
            Finding.id,
            Finding.text,
            Finding.due_on,
            Finding.responsibility.label("addressee"),
            Finding.id.label("finding_id"),
            Area.name.label("area_name"),
            Criterion.code.label("criterion_code"),
        )
        .join(Area, Area.id == Finding.area_id)
        .outerjoin(Criterion, Criterion.id == Finding.criterion_id)
        .where(
            Finding.inspection_id == inspection_id,
            Finding.kind == FindingKind.TON_TAI,
            Finding.removed_at.is_(None),
            ~asked,
        )
        .order_by(Area.place, Finding.id)
    )
    return [ToRemedy(**row._asdict(), report_to="") for row in rows]


@dataclass(frozen=True, slots=True)
class ConclusionCard:
    id: int
    number: str
    issued_on: date | None
    title: str
    agency: str


def conclusion_of(inspection_id: int) -> ConclusionCard | None:
    """The conclusion that was issued; ``None`` before. One SELECT."""
    row = db.session.execute(
        select(Directive.id, Directive.number, Directive.issued_on, Directive.title, Directive.agency).where(
            Directive.inspection_id == inspection_id
        )
    ).one_or_none()
    return None if row is None else ConclusionCard(**row._asdict())


def agency_of(campaign_id: int) -> str:
    """Who inspects, as the conclusion's heading names it."""
    return db.session.execute(select(Campaign.agency).where(Campaign.id == campaign_id)).scalar_one()
