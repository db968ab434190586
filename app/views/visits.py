"""/inspections/<id>/visits: field visits (điểm khảo sát) of a session of giám sát."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Refused
from ..domain.supervision import require_session
from ..forms.visits import VisitsForm
from ..queries.access import InspectionCard
from ..queries.units import units_by_ids
from ..queries.visits import MOST_PLACES, places_below
from ..services.visits import add_visits
from ._errors import refusal_text
from ._load import load_inspection
from ._login import account, now

blueprint = Blueprint("visits", __name__)


@blueprint.route("/inspections/<int:inspection_id>/visits/new", methods=["GET", "POST"])
def create(inspection_id: int) -> Response | str | tuple[str, int]:
    session = load_inspection(inspection_id, Action.WRITE_PLAN)
    require_session(session.campaign_kind, session.parent_id is not None, session.state)
    form = VisitsForm(inspected_on=session.inspected_on)
    if request.method == "GET" or "find" in request.form:
        return _page(session, form)
    if not form.validate_on_submit():
        return _page(session, form), 422
    try:
        ids = add_visits(session.id, form.unit_ids.data, form.inspected_on.data, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(session, form), refusal.status
    flash(_("Đã thêm %(count)s điểm khảo sát.", count=len(ids)), "ok")
    return redirect(url_for("inspections.show", inspection_id=session.id) + "#visits", 303)


def _page(session: InspectionCard, form: VisitsForm) -> str:
    chosen = units_by_ids(form.unit_ids.data or [])
    ids = {unit.id for unit in chosen}
    places = places_below(session, form.words)
    return render_template(
        "visits/new.html",
        inspection=session,
        form=form,
        chosen=chosen,
        places=[place for place in places[:MOST_PLACES] if place.id not in ids],
        more=len(places) > MOST_PLACES,
        searches=len(places) > 20 or bool(form.words),
    )
