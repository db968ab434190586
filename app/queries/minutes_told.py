"""What the minutes tell of findings and recommendations: of the inspection, and of its field visits."""

from __future__ import annotations

from sqlalchemy import select

from ..db import db
from ..domain import minutes as values
from ..domain import minutes_heading as heading
from ..domain.inspections import FindingKind
from ..domain.minutes_tasks import RemedyLine
from ..domain.supervision import has_been_there
from ..domain.tasks import Workflow
from ..models import Area, Finding, Inspection, Recommendation, Unit
from .findings import FindingLine as FindingRow
from .findings import findings_of, recommendations_of
from .inherited import inherited_of
from .remedies import lines_of
from .repeats import Earlier, earlier_shortcomings


def told_findings(inspection_id: int, scoring: bool) -> tuple[values.FindingLine, ...]:
    """Without scores there are areas but no criteria on the paper."""
    earlier = earlier_shortcomings(inspection_id)

    def before(row: FindingRow) -> Earlier | None:
        known = earlier.get(row.criterion_code or "", ()) if row.kind is FindingKind.TON_TAI else ()
        return known[0] if known else None

    return tuple(
        values.FindingLine(
            kind=row.kind,
            text=row.text,
            area_code=row.area_code,
            criterion_code=(row.criterion_code or "") if scoring else "",
            severity=row.severity,
            cause=row.cause,
            responsibility=row.responsibility,
            legal_basis=row.legal_basis,
            due=row.due_on,
            area_name="" if scoring else row.area_name,
            repeated_on=last.day if last else None,
            repeated_at=heading.office_of_unit(last.unit_name, last.unit_kind)
            if last and last.elsewhere
            else "",
        )
        for row, last in ((row, before(row)) for row in findings_of(inspection_id))
    )


def told_recommendations(inspection_id: int) -> tuple[values.RecommendationLine, ...]:
    return tuple(
        values.RecommendationLine(row.direction, row.text, row.addressee, row.due_on, row.report_to)
        for row in recommendations_of(inspection_id)
    )


def visits_told(session_id: int, findings_too: bool) -> tuple[values.VisitLine, ...]:
    """Where the delegation has been, by date; one SELECT, three when what was found is told too."""
    rows = db.session.execute(
        select(Inspection.id, Inspection.inspected_on, Inspection.state, Unit.name, Unit.kind)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.parent_id == session_id)
        .order_by(Inspection.inspected_on, Unit.name_sort, Inspection.id)
    ).all()
    visits = [row for row in rows if has_been_there(row.state)]
    ids = [row.id for row in visits] if findings_too else []
    findings, recommendations = _findings_at(ids), _recommendations_at(ids)
    return tuple(
        values.VisitLine(
            heading.office_of_unit(row.name, row.kind),
            row.inspected_on,
            tuple(findings.get(row.id, ())),
            tuple(recommendations.get(row.id, ())),
        )
        for row in visits
    )


def _findings_at(ids: list[int]) -> dict[int, list[values.FindingLine]]:
    found: dict[int, list[values.FindingLine]] = {}
    if not ids:
        return found
    rows = db.session.execute(
        select(Finding, Area.name)
        .join(Area, Area.id == Finding.area_id)
        .where(Finding.inspection_id.in_(ids), Finding.removed_at.is_(None))
        .order_by(Finding.kind.desc(), Area.place, Finding.id)
    )
    for row, area_name in rows:
        line = values.FindingLine(row.kind, row.text, severity=row.severity, area_name=area_name)
        found.setdefault(row.inspection_id, []).append(line)
    return found


def _recommendations_at(ids: list[int]) -> dict[int, list[values.RecommendationLine]]:
    found: dict[int, list[values.RecommendationLine]] = {}
    if not ids:
        return found
    rows = db.session.scalars(
        select(Recommendation)
        .where(Recommendation.inspection_id.in_(ids), Recommendation.removed_at.is_(None))
        .order_by(Recommendation.direction.desc(), Recommendation.id)
    )
    for row in rows:
        line = values.RecommendationLine(row.direction, row.text, row.addressee, row.due_on, row.report_to)
        found.setdefault(row.inspection_id, []).append(line)
    return found


def told_remedies(inspection_id: int) -> tuple[RemedyLine, ...]:
    """What a re-inspection was handed, in the order of being asked for; four SELECTs.

    What was said before it began is told as such: it is not its verdict.
    """
    told = []
    for line, inherited in inherited_of(inspection_id, lines_of(inspection_id)):
        judged = next((one for one in reversed(inherited.verdicts) if one.again), None)
        told.append(
            RemedyLine(
                text=line.recommendation or line.finding or line.title,
                due=line.due_current,
                workflow=judged.workflow if judged else Workflow.NOT_STARTED,
                completed_on=line.completed_on if judged else None,
                remark=judged.text if judged else "",
                origin=inherited.origin,
                finding=line.finding or "" if line.recommendation else "",
                report=inherited.report,
                verdicts=inherited.verdicts,
                files=line.files,
            )
        )
    return tuple(told)
