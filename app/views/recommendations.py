"""/inspections/<id>/recommendations: what is asked for, in both directions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.inspections import Direction
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, sentence
from ..forms.findings import MoveForm, RecommendationForm
from ..models import Recommendation
from ..queries.access import InspectionCard
from ..queries.checklists import checklist_value
from ..queries.findings import get_recommendation, recommendation_of_op
from ..services.findings import (
    RecommendationText,
    add_recommendation,
    change_recommendation,
    remove_recommendation,
)
from ._errors import refusal_text
from ._load import load_inspection
from ._login import account, now
from ._outbox import device_at, echo, is_from_outbox, refuse_field, refused_fields
from ._written import corrected_of, own_operation, sent_of, theirs

blueprint = Blueprint("recommendations", __name__)


@blueprint.get("/inspections/<int:inspection_id>/recommendations")
def index(inspection_id: int) -> Response:
    load_inspection(inspection_id)
    return redirect(url_for("findings.index", inspection_id=inspection_id) + "#recommendations", 303)


@blueprint.get("/inspections/<int:inspection_id>/recommendations/new")
def new(inspection_id: int) -> str:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    form = _form_for(inspection, formdata=None)
    wanted = request.args.get("direction")
    if wanted == Direction.TO_SUPERIOR or not inspection.standing.may(Action.WRITE_FINDINGS):
        form.direction.data = Direction.TO_SUPERIOR.value
    return _form(inspection, form)


@blueprint.post("/inspections/<int:inspection_id>/recommendations")
def create(inspection_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    form = _form_for(inspection)
    if not form.validate_on_submit():
        return refused_fields(form) if is_from_outbox() else (_form(inspection, form), 422)
    written = _written(form)
    _require_direction(inspection, written.direction)
    op_id = form.op_id.data or ""
    try:
        add_recommendation(
            inspection.id,
            op_id,
            written,
            account().id,
            now(),
            corrected=corrected_of(form),
            device_at=device_at(),
        )
    except Invalid as refusal:
        refuse_field(form, refusal)
        return refused_fields(form) if is_from_outbox() else (_form(inspection, form), 422)
    except Conflict:
        # As with findings.
        return theirs(_load(inspection, recommendation_of_op(inspection.id, op_id) or 0), form)
    return _done(inspection, _("Đã ghi nhận kiến nghị."), op_id)


@blueprint.get("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>/edit")
def edit(inspection_id: int, recommendation_id: int) -> str:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    recommendation = _load(inspection, recommendation_id)
    form = _form_for(inspection, formdata=None, obj=recommendation)
    own_operation(form, recommendation.version)
    return _form(inspection, form, recommendation)


@blueprint.post("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>")
def change(inspection_id: int, recommendation_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    recommendation = _load(inspection, recommendation_id, removed=is_from_outbox())
    form = _form_for(inspection)
    if not form.validate_on_submit():
        if is_from_outbox():
            return refused_fields(form)
        return _form(inspection, form, recommendation), 422
    written = _written(form)
    _require_direction(inspection, written.direction)
    try:
        version = int(form.version.data or 0)
        change_recommendation(
            inspection.id, recommendation.id, version, written, account().id, now(), sent_of(form)
        )
    except (Conflict, Invalid) as refusal:
        if isinstance(refusal, Conflict) and is_from_outbox():
            return theirs(_load(inspection, recommendation_id), form)
        refuse_field(form, refusal)
        return (
            refused_fields(form)
            if is_from_outbox()
            else (
                _form(inspection, form, recommendation),
                refusal.status,
            )
        )
    return _done(inspection, _("Đã lưu."), form.op_id.data)


@blueprint.post("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>/remove")
def remove(inspection_id: int, recommendation_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    recommendation = _load(inspection, recommendation_id, removed=is_from_outbox())
    return _move(inspection, recommendation, _("Đã bỏ kiến nghị."), removed=recommendation_id)


@blueprint.post("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>/restore")
def restore(inspection_id: int, recommendation_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    recommendation = _load(inspection, recommendation_id, removed=True)
    return _move(inspection, recommendation, _("Đã khôi phục kiến nghị."))


def _move(
    inspection: InspectionCard, recommendation: Recommendation, words: str, removed: int | None = None
) -> Response | tuple[str, int]:
    form = MoveForm()
    if not form.validate_on_submit():
        return refused_fields(form)
    who, version, back = account().id, int(form.version.data or 0), removed is None
    place = url_for("findings.index", inspection_id=inspection.id, removed_recommendation=removed)
    try:
        remove_recommendation(
            inspection.id, recommendation.id, who, now(), back=back, version=version, sent=sent_of(form)
        )
    except Conflict as refusal:
        if is_from_outbox():
            return theirs(_load(inspection, recommendation.id, removed=True), form)
        flash(refusal_text(refusal), "bad")
        return redirect(url_for("findings.index", inspection_id=inspection.id) + "#recommendations", 303)
    if back or is_from_outbox():
        return _done(inspection, words, form.op_id.data)
    flash(words, "ok")
    return redirect(place, 303)


def _form_for(inspection: InspectionCard, **given: Any) -> RecommendationForm:
    form = RecommendationForm(**given)
    if inspection.supervises:
        form.speak_of_supervision()
    return form


def _load(inspection: InspectionCard, recommendation_id: int, *, removed: bool = False) -> Recommendation:
    recommendation = get_recommendation(inspection.id, recommendation_id, removed=removed)
    if recommendation is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    _require_direction(inspection, recommendation.direction)
    return recommendation


def _require_direction(inspection: InspectionCard, direction: Direction) -> None:
    """The unit speaks to its superior only; what is asked of the unit the delegation writes, and only a giám sát
    asks something of others."""
    if direction is Direction.TO_OTHERS and not inspection.supervises:
        raise Invalid(sentence("Chỉ Đoàn giám sát kiến nghị với cơ quan khác."), field="direction")
    if direction is not Direction.TO_SUPERIOR and not inspection.standing.may(Action.WRITE_FINDINGS):
        raise Forbidden(sentence("Chỉ Đoàn ghi yêu cầu, kiến nghị đối với đơn vị."))


def _written(form: RecommendationForm) -> RecommendationText:
    return RecommendationText(
        direction=Direction(form.direction.data),
        text=form.text.data,
        addressee=form.addressee.data,
        report_to=form.report_to.data,
        due_on=form.due_on.data,
    )


def _form(
    inspection: InspectionCard, form: RecommendationForm, recommendation: Recommendation | None = None
) -> str:
    return render_template(
        "findings/recommendation.html",
        inspection=inspection,
        checklist=checklist_value(inspection.version_id),
        form=form,
        recommendation=recommendation,
    )


def _done(inspection: InspectionCard, words: str, op_id: str | None) -> Response:
    if is_from_outbox():
        done = render_template("findings/_done.html", inspection=inspection, words=words, finding_id=None)
        return echo(make_response(done), op_id)
    flash(words, "ok")
    return redirect(url_for("findings.index", inspection_id=inspection.id) + "#recommendations", 303)
