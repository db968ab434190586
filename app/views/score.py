"""/inspections/<id>/score: the scoring page."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ..domain.refusals import Missing, sentence
from ..queries.checklists import checklist_value
from ..queries.figures import figures_of
from ._load import load_inspection, load_scored
from ._score import card_words, sheet_of, wanted_side

blueprint = Blueprint("score", __name__)


@blueprint.get("/inspections/<int:inspection_id>/score")
def show(inspection_id: int) -> str:
    inspection = load_scored(inspection_id)
    side = wanted_side(inspection)
    sheet = sheet_of(inspection, side)
    area = request.args.get("area") or None
    if area is not None and area not in sheet.cards:
        raise Missing(sentence("Bộ tiêu chí không có lĩnh vực này."))
    return render_template(
        "score/page.html",
        w=card_words(),
        inspection=inspection,
        side=side,
        sheet=sheet,
        checklist=sheet.checklist,
        only=area,
        lacking=sheet.lacking(inspection, side, area),
    )


@blueprint.get("/inspections/<int:inspection_id>/score/missing")
def missing(inspection_id: int) -> str:
    inspection = load_scored(inspection_id)
    side = wanted_side(inspection)
    gaps = sheet_of(inspection, side).gaps
    return render_template("score/missing.html", w=card_words(), inspection=inspection, side=side, gaps=gaps)


@blueprint.get("/inspections/<int:inspection_id>/score/figures")
def figures(inspection_id: int) -> str:
    """What the app has counted itself, beside the criteria that are linked to it."""
    inspection = load_inspection(inspection_id)
    checklist = checklist_value(inspection.version_id)
    linked = [criterion for criterion in checklist.criteria if criterion.figure]
    found = figures_of(inspection, {criterion.figure for criterion in linked})
    return render_template("score/_figures.html", inspection=inspection, criteria=linked, figures=found)
