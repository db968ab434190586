"""/inspections/<id>/scores: all scores of an inspection side by side, as a page and as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from werkzeug.wrappers import Response

from ..documents.scores_xlsx import Heading, write_scores
from ..domain.refusals import Missing, sentence
from ..domain.scores import Column, Table, rounds_seen, table_of
from ..domain.scoring import classify, final_index
from ..queries.access import InspectionCard
from ..queries.checklists import checklist_value
from ..queries.explanations import explanations_of
from ..queries.scores import Course, course_of, rounds_of
from ._load import load_inspection
from ._login import now

blueprint = Blueprint("scores", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Result:
    """What the last column comes to; nothing where the reader sees no scores of the delegation."""

    index: int | None = None
    grade: str | None = None


def _load(inspection_id: int) -> tuple[InspectionCard, Course, Table]:
    """The table as this person may see it, in three SELECTs."""
    inspection = load_inspection(inspection_id)
    if not inspection.scoring:
        raise Missing(sentence("Cuộc giám sát này không chấm điểm."))
    checklist, course = checklist_value(inspection.version_id), course_of(inspection.id)
    found = rounds_of(inspection.id, checklist)
    rounds = rounds_seen(
        inspection.state, course.round, inspection.standing, inspection.published_at is not None
    )
    said = explanations_of(inspection.id)
    return inspection, course, table_of(checklist, found.own, found.first, found.second, said, rounds)


def _result(inspection: InspectionCard, table: Table) -> Result:
    total = table.sum_of(table.last)
    if not table.rounds or not total.answered:
        return Result()
    index = final_index(total, inspection.bonus, inspection.deduction, table.checklist)
    return Result(index, classify(index, table.checklist.bands) if total.complete else None)


@blueprint.get("/inspections/<int:inspection_id>/scores")
def show(inspection_id: int) -> str:
    inspection, course, table = _load(inspection_id)
    return render_template(
        "scores/page.html",
        inspection=inspection,
        course=course,
        table=table,
        result=_result(inspection, table),
        different=request.args.get("show") == "different",
        Column=Column,
    )


@blueprint.get("/inspections/<int:inspection_id>/scores.xlsx")
def download(inspection_id: int) -> Response:
    inspection, course, table = _load(inspection_id)
    result = _result(inspection, table)
    heading = Heading(
        unit=inspection.unit_name,
        period=inspection.period_label,
        inspected_on=inspection.inspected_on,
        bonus=inspection.bonus,
        deduction=inspection.deduction,
        index=result.index,
        grade=result.grade or "",
        explain_due_on=course.explain_due_on,
    )
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", f"Bảng so sánh điểm - {inspection.unit_name}")[:150]
    return send_file(
        BytesIO(write_scores(table, heading, now())), XLSX, as_attachment=True, download_name=f"{name}.xlsx"
    )
