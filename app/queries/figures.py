"""Figures the app can compute itself for the criteria linked to one («Số liệu tự động»)."""

from __future__ import annotations

from ..domain import dossier_rates, tasks
from ..domain.periods import Period
from .access import InspectionCard
from .dossiers import report_of_inspection
from .remedied import remedied_rate
from .tasks import values_of_unit


def figures_of(inspection: InspectionCard, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """Key → (n, d) for those of ``wanted`` that have figures; seven SELECTs at most.

    Source: domain reference 4.4. Tasks are counted as of the day of the inspection.
    """
    period = Period(inspection.period_from, inspection.period_to)
    of_unit = values_of_unit(inspection.unit_id, period, inspection.inspected_on)
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
    remedied = remedied_rate(inspection.unit_id, inspection.id, inspection.inspected_on)
    if remedied[1]:
        found["finding.remedied_rate"] = remedied
    return {key: pair for key, pair in found.items() if key in wanted}
