"""/inspections/<id>/adjustments: bonus and deduction."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.checklists import Checklist
from ..domain.refusals import Conflict, Invalid
from ..forms.adjustments import AdjustmentsForm
from ..queries.access import InspectionCard
from ..queries.checklists import checklist_value
from ..queries.inspections import adjustments_of
from ..services.adjustments import Adjustments, adjust_score
from ._errors import refusal_text
from ._load import load_scored
from ._login import account, now

blueprint = Blueprint("adjustments", __name__)


@blueprint.get("/inspections/<int:inspection_id>/adjustments")
def show(inspection_id: int) -> str:
    inspection = load_scored(inspection_id, Action.ADJUST_SCORE)
    form = AdjustmentsForm(formdata=None, version=str(inspection.version), data=adjustments_of(inspection.id))
    return _page(inspection, checklist_value(inspection.version_id), form)


@blueprint.post("/inspections/<int:inspection_id>/adjustments")
def save(inspection_id: int) -> Response | tuple[str, int]:
    inspection = load_scored(inspection_id, Action.ADJUST_SCORE)
    checklist = checklist_value(inspection.version_id)
    form = AdjustmentsForm()
    if not form.validate_on_submit():
        return _page(inspection, checklist, form), 422
    given = Adjustments(
        bonus=form.bonus.data or 0,
        bonus_reason=form.bonus_reason.data,
        deduction=form.deduction.data or 0,
        deduction_reason=form.deduction_reason.data,
    )
    try:
        adjust_score(inspection.id, checklist, form.version.number, given, account().id, now())
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(inspection, checklist, form), refusal.status
    flash(_("Đã lưu điểm thưởng, điểm trừ."), "ok")
    return redirect(url_for("inspections.show", inspection_id=inspection.id), 303)


def _page(inspection: InspectionCard, checklist: Checklist, form: AdjustmentsForm) -> str:
    return render_template(
        "inspections/adjustments.html", inspection=inspection, checklist=checklist, form=form
    )
