"""/inspections/<id>/scores: all scores of an inspection side by side, as a page and as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..documents.scores_xlsx import Heading, write_scores
from ..domain.refusals import Missing, sentence
from ..domain.scores import Column, Table, table_of
from ..domain.scoring import classify, final_index
from ..queries.access import InspectionCard
from ..queries.answers import answer_sheet
from ..queries.checklists import checklist_value
from ..queries.explanations import explanations_of
from ._load import load_inspection
from ._login import now
from ._papers import workbook_reply

blueprint = Blueprint("scores", __name__)


@dataclass(frozen=True, slots=True)
class Result:
    """What the last column comes to; nothing where the reader sees no scores of the delegation."""

    index: int | None = None
    grade: str | None = None


def _load(inspection_id: int) -> tuple[InspectionCard, Table]:
    """The table as this person may see it, in two SELECTs."""
    inspection = load_inspection(inspection_id)
    if not inspection.scoring:
        raise Missing(sentence("Cuộc kiểm tra, giám sát này không chấm điểm."))
    checklist = checklist_value(inspection.version_id)
    rounds = inspection.shown_round if inspection.sees_verified else 0
    answers = answer_sheet(inspection.id, checklist, max(rounds, 1))
    said = explanations_of(inspection.id)
    first, second = (answers.first, answers.verified) if answers.first is not None else (answers.verified, {})
    return inspection, table_of(checklist, answers.own, first, second, said, rounds)


def _result(inspection: InspectionCard, table: Table) -> Result:
    """What was given or taken off besides stays hidden from the unit while a second round goes on."""
    total = table.sum_of(table.last)
    if not table.rounds or not total.answered or inspection.shown_until:
        return Result()
    index = final_index(total, inspection.bonus, inspection.deduction, table.checklist)
    return Result(index, classify(index, table.checklist.bands) if total.complete else None)


@blueprint.get("/inspections/<int:inspection_id>/scores")
def show(inspection_id: int) -> str:
    inspection, table = _load(inspection_id)
    return render_template(
        "scores/page.html",
        inspection=inspection,
        table=table,
        result=_result(inspection, table),
        different=request.args.get("show") == "different",
        Column=Column,
    )


@blueprint.get("/inspections/<int:inspection_id>/scores.xlsx")
def download(inspection_id: int) -> Response:
    inspection, table = _load(inspection_id)
    result = _result(inspection, table)
    heading = Heading(
        unit=inspection.unit_name,
        period=inspection.period_label,
        inspected_on=inspection.inspected_on,
        bonus=0 if inspection.shown_until else inspection.bonus,
        deduction=0 if inspection.shown_until else inspection.deduction,
        bonus_reason="" if inspection.shown_until else inspection.bonus_reason,
        deduction_reason="" if inspection.shown_until else inspection.deduction_reason,
        index=result.index,
        grade=result.grade or "",
        locked=inspection.locked_at is not None,
    )
    name = re.sub(
        r'[\\/:*?"<>|\x00-\x1f]+', "-", _("Bảng so sánh điểm - %(unit)s", unit=inspection.unit_name)
    )[:150]
    return workbook_reply(write_scores(table, heading, now()), f"{name}.xlsx")
