"""What a re-inspection was handed: where each thing was asked for, what the unit reported, what was said of it so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain import minutes_heading as heading
from ..domain.minutes_tasks import Origin, Told, Verdict
from ..domain.periods import today
from ..domain.task_steps import Action, undone
from ..models import (
    Campaign,
    Delegation,
    Directive,
    Finding,
    Inspection,
    MinutesRevision,
    Recommendation,
    Task,
    Unit,
)
from .remedies import Line
from .task_past import SaidHop, said_of


@dataclass(frozen=True, slots=True)
class Inherited:
    """What came with one thing that was asked for before."""

    origin: Origin | None
    report: Told | None
    verdicts: tuple[Verdict, ...]


def inherited_of(inspection_id: int, lines: Iterable[Line]) -> list[tuple[Line, Inherited]]:
    """Those of a re-inspection's lines that an inspection before it asked for, in that order; three SELECTs."""
    began, unit_id = db.session.execute(
        select(Inspection.created_at, Inspection.unit_id).where(Inspection.id == inspection_id)
    ).one()
    carried = sorted(
        (line for line in lines if line.asked_by_id != inspection_id), key=lambda line: line.task_id
    )
    ids = [line.task_id for line in carried]
    origins, said = _origins(ids, unit_id), said_of(ids)
    return [
        (
            line,
            Inherited(
                origins.get(line.task_id),
                _last_report(said.get(line.task_id, ())),
                _verdicts(said.get(line.task_id, ()), began),
            ),
        )
        for line in carried
    ]


def _last_report(said: Iterable[SaidHop]) -> Told | None:
    reports = [hop for hop in said if hop.action is Action.REPORT]
    if not reports:
        return None
    last = reports[-1]
    return Told(today(last.at), last.text, last.product_number, last.product_date)


def _verdicts(said: Iterable[SaidHop], began: datetime) -> tuple[Verdict, ...]:
    hops = list(said)
    gone = undone([hop.action for hop in hops])
    return tuple(
        Verdict(today(hop.at), hop.workflow_after, hop.text, hop.at >= began)
        for place, hop in enumerate(hops)
        if hop.action not in {Action.REPORT, Action.UNDO} and place not in gone
    )


def _origins(task_ids: Collection[int], unit_id: int) -> dict[int, Origin]:
    """Where the tasks come from: the minutes as they were signed last, and the conclusion; one SELECT."""
    first, signed = aliased(Inspection), aliased(MinutesRevision)
    last_signed = (
        select(func.max(MinutesRevision.revision))
        .where(MinutesRevision.inspection_id == first.id, MinutesRevision.signed_at.is_not(None))
        .correlate(first)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Task.id,
            first.inspected_on,
            first.unit_id,
            Unit.name.label("unit_name"),
            Unit.kind.label("unit_kind"),
            Campaign.kind.label("campaign_kind"),
            signed.details,
            Directive.number,
            Directive.issued_on,
        )
        .select_from(Task)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .outerjoin(Recommendation, Recommendation.id == Task.recommendation_id)
        .outerjoin(Finding, Finding.id == Task.finding_id)
        .join(
            first,
            first.id
            == func.coalesce(Directive.inspection_id, Recommendation.inspection_id, Finding.inspection_id),
        )
        .join(Unit, Unit.id == first.unit_id)
        .join(Delegation, Delegation.id == first.delegation_id)
        .join(Campaign, Campaign.id == Delegation.campaign_id)
        .outerjoin(signed, (signed.inspection_id == first.id) & (signed.revision == last_signed))
        .where(Task.id.in_(task_ids))
    )
    return {row.id: _origin(row, unit_id) for row in rows}


def _origin(row: Row[*tuple[Any, ...]], unit_id: int) -> Origin:
    details = row.details or {}
    number, day = str(details.get("number") or "").strip(), details.get("day")
    if number:
        number = f"{number.zfill(2) if number.isdigit() else number}/{heading.SYMBOLS[row.campaign_kind]}"
    return Origin(
        inspected_on=row.inspected_on,
        number=number,
        minutes_on=date.fromisoformat(day) if day else None,
        conclusion=row.number or "",
        concluded_on=row.issued_on,
        at=heading.office_of_unit(row.unit_name, row.unit_kind) if row.unit_id != unit_id else "",
    )
