"""/units/<id>/handover: what a unit has open goes to the units in which it lives on, after a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.handovers import Estate, Kind, Piece, destinations, next_assigner
from ..domain.periods import today
from ..domain.refusals import Missing, Refused, sentence
from ..forms.handovers import HandoverForm
from ..models import Unit
from ..queries.handovers import estate_of
from ..queries.units import get_unit
from ..services.handovers import hand_over_unit
from ..vietnamese import count
from ._errors import refusal_text
from ._load import allow
from ._login import account, now

blueprint = Blueprint("handovers", __name__)


@blueprint.get("/units/<int:unit_id>/handover")
def show(unit_id: int) -> str:
    return _page(_load(unit_id))


@blueprint.post("/units/<int:unit_id>/handover")
def hand_over(unit_id: int) -> Response | tuple[str, int]:
    """First a second question. 422 when a destination is none, 409 with the new preview when something changed."""
    unit = _load(unit_id)
    estate = estate_of(unit, today(now()))
    form = HandoverForm(estate)
    if form.back.data:
        return _page(unit, form), 200
    if not form.validate_on_submit():
        return _page(unit, form), 422
    try:
        if not form.sure.data:
            goes = destinations(estate, form.heir.data, form.to.data or {}, form.seen.data or "")
            giver = next_assigner(estate, form.heir.data, form.assigner.data)
            return _question(unit, estate, goes, form, giver), 200
        tasks, findings, given = hand_over_unit(
            unit_id,
            form.heir.data,
            form.to.data or {},
            form.seen.data or "",
            account().principal,
            now(),
            form.assigner.data,
        )
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(_load(unit_id), form), refusal.status
    words = _("Đã bàn giao %(tasks)s nhiệm vụ, %(findings)s tồn tại.")
    if tasks or findings or not given:
        flash(words % {"tasks": count(tasks), "findings": count(findings)}, "ok")
    if given:
        flash(_("Đơn vị kế thừa là bên giao của %(count)s nhiệm vụ đang mở.", count=count(given)), "ok")
    return redirect(url_for("units.show", unit_id=unit_id), 303)


def _load(unit_id: int) -> Unit:
    allow(Action.WRITE_UNITS)
    unit = get_unit(unit_id)
    if unit is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return unit


def _question(
    unit: Unit, estate: Estate, goes: Mapping[Piece, int], form: HandoverForm, giver: int | None
) -> str:
    """What goes where, counted, before it goes: there is no way back but one by one."""
    moves = Counter((heir, kind) for (kind, _id), heir in goes.items())
    counted = [(heir.name, moves[heir.id, Kind.TASK], moves[heir.id, Kind.FINDING]) for heir in estate.heirs]
    return render_template(
        "units/handover_sure.html",
        unit=unit,
        form=form,
        counted=[row for row in counted if row[1] or row[2]],
        stays=len(estate.pieces) - len(goes),
        given=len(estate.given),
        giver=next((heir.name for heir in estate.heirs if heir.id == giver), ""),
        elsewhere=form.to.data or {},
    )


def _page(unit: Unit, tried: HandoverForm | None = None) -> str:
    """The preview as things are now; what was chosen stays chosen."""
    estate = estate_of(unit, today(now()))
    form = tried or HandoverForm(estate, formdata=None)
    form.seen.data = estate.seal
    return render_template(
        "units/handover.html", unit=unit, estate=estate, form=form, kinds=Kind, today=today(now())
    )
