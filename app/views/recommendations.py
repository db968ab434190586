"""/inspections/<id>/recommendations: what is asked for, in both directions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.inspections import Direction
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, sentence
from ..forms.findings import RecommendationForm
from ..models import Recommendation
from ..queries.access import InspectionCard
from ..queries.findings import get_recommendation
from ..services.findings import (
    RecommendationText,
    add_recommendation,
    change_recommendation,
    remove_recommendation,
)
from ._load import load_inspection
from ._login import account, now
from ._outbox import echo, is_from_outbox, refuse_field, refused_fields

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
    try:
        add_recommendation(inspection.id, form.op_id.data or "", written, account().id, now())
    except Invalid as refusal:
        refuse_field(form, refusal)
        return refused_fields(form) if is_from_outbox() else (_form(inspection, form), 422)
    words = _("Đã ghi nhận kiến nghị.")
    if is_from_outbox():
        done = render_template("findings/_done.html", inspection=inspection, words=words, finding_id=None)
        return echo(make_response(done), form.op_id.data)
    return _back(inspection, words)


@blueprint.get("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>/edit")
def edit(inspection_id: int, recommendation_id: int) -> str:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    recommendation = _load(inspection, recommendation_id)
    form = _form_for(inspection, formdata=None, obj=recommendation)
    form.version.data = str(recommendation.version)
    return _form(inspection, form, recommendation)


@blueprint.post("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>")
def change(inspection_id: int, recommendation_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    recommendation = _load(inspection, recommendation_id)
    form = _form_for(inspection)
    if not form.validate_on_submit():
        return _form(inspection, form, recommendation), 422
    written = _written(form)
    _require_direction(inspection, written.direction)
    try:
        version = int(form.version.data or 0)
        change_recommendation(inspection.id, recommendation.id, version, written, account().id, now())
    except (Conflict, Invalid) as refusal:
        refuse_field(form, refusal)
        return _form(inspection, form, recommendation), refusal.status
    return _back(inspection, _("Đã lưu."))


@blueprint.post("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>/remove")
def remove(inspection_id: int, recommendation_id: int) -> Response:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    _load(inspection, recommendation_id)
    remove_recommendation(inspection.id, recommendation_id, account().id, now())
    flash(_("Đã bỏ kiến nghị."), "ok")
    place = url_for("findings.index", inspection_id=inspection.id, removed_recommendation=recommendation_id)
    return redirect(place, 303)


@blueprint.post("/inspections/<int:inspection_id>/recommendations/<int:recommendation_id>/restore")
def restore(inspection_id: int, recommendation_id: int) -> Response:
    inspection = load_inspection(inspection_id, Action.WRITE_PROPOSALS)
    _load(inspection, recommendation_id, removed=True)
    remove_recommendation(inspection.id, recommendation_id, account().id, now(), back=True)
    return _back(inspection, _("Đã khôi phục kiến nghị."))


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
        "findings/recommendation.html", inspection=inspection, form=form, recommendation=recommendation
    )


def _back(inspection: InspectionCard, words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for("findings.index", inspection_id=inspection.id) + "#recommendations", 303)
