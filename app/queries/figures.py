"""Figures the app can compute itself for the criteria linked to one («Số liệu tự động»)."""

from __future__ import annotations

from sqlalchemy import case, func, select

from ..db import db
from ..domain import dossier_rates, tasks
from ..domain.inspections import FindingKind, FindingState
from ..models import Finding, Inspection
from .access import InspectionCard
from .dossiers import report_of_inspection
from .tasks import values_of_unit


def figures_of(inspection: InspectionCard, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """Key → (n, d) for those of ``wanted`` that have figures; seven SELECTs at most.

    Source: domain reference 4.4. Tasks are counted as of the day of the inspection.
    """
    of_unit = values_of_unit(inspection.unit_id, inspection.period_from, inspection.period_to)
    found = {
        key: (rate.n, rate.d)
        for key, rate in tasks.figures(of_unit, inspection.inspected_on).items()
        if rate.d
    }
    report = report_of_inspection(inspection.id)
    if report is not None:
        for key in (key for key in wanted if key.startswith("dossier.")):
            pair = dossier_rates.figure(key, report[1])
            if pair is not None:
                found[key] = pair
    remedied = _remedied(inspection)
    if remedied[1]:
        found["finding.remedied_rate"] = remedied
    return {key: pair for key, pair in found.items() if key in wanted}


def _remedied(inspection: InspectionCard) -> tuple[int, int]:
    """Shortcomings of earlier inspections of the unit: remedied among those whose deadline has come.

    Those handed over at a merger are the successor's.
    """
    done = func.sum(case((Finding.state == FindingState.DA_KHAC_PHUC, 1), else_=0))
    row = db.session.execute(
        select(func.coalesce(done, 0), func.count(Finding.id))
        .join(Inspection, Inspection.id == Finding.inspection_id)
        .where(
            func.coalesce(Finding.handed_to_unit_id, Inspection.unit_id) == inspection.unit_id,
            Inspection.id != inspection.id,
            Finding.kind == FindingKind.TON_TAI,
            Finding.removed_at.is_(None),
            Finding.due_on <= inspection.inspected_on,
        )
    ).one()
    return int(row[0]), int(row[1])
