"""/inspections/<id>/minutes: the minutes as a page and as a file, their details, opinion, signature."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..documents.minutes import carried, dossier_words, labels, supervised, words
from ..documents.minutes_xlsx import appendix_names, write_minutes
from ..domain.access import Action
from ..domain.inspections import State, allows
from ..domain.minutes import Minutes
from ..domain.minutes_blanks import REQUIRED, blanks_of
from ..domain.refusals import Forbidden, Refused, sentence
from ..forms.minutes import DetailsForm, OpinionForm, SignForm
from ..queries.access import InspectionCard
from ..queries.minutes import minutes_card
from ..services.attachments import pictures_of
from ..services.minutes import save_minutes_details, save_unit_opinion, sign_minutes
from ..vietnamese import paper
from ._errors import refusal_text
from ._evidence import store
from ._load import load_inspection
from ._login import account, now
from ._papers import workbook_reply

AGREED = paper("Đơn vị thống nhất với nội dung biên bản.")

blueprint = Blueprint("minutes", __name__, url_prefix="/inspections/<int:inspection_id>")


def _load(inspection_id: int, action: Action = Action.READ_MINUTES) -> InspectionCard:
    """The inspection; its unit reads the minutes once the head has locked and published the scores."""
    inspection = load_inspection(inspection_id, action)
    if not inspection.sees_minutes:
        raise Forbidden(sentence("Đoàn chưa công bố kết quả cho đơn vị."))
    return inspection


@blueprint.get("/minutes")
def show(inspection_id: int) -> str:
    inspection = _load(inspection_id)
    card = minutes_card(inspection_id)

    def may(action: Action) -> bool:
        return inspection.standing.may(action) and allows(inspection.state, action)

    return render_template(
        "minutes/page.html",
        inspection=inspection,
        card=card,
        minutes=card.minutes,
        words=words,
        dossier_words=dossier_words,
        carried=carried,
        labels=labels,
        supervised=supervised,
        appendices=appendix_names(card.minutes),
        may_write=may(Action.WRITE_MINUTES),
        may_state_opinion=may(Action.WRITE_OPINION),
        may_sign=may(Action.SIGN_MINUTES) and inspection.state is State.CHO_KY_BIEN_BAN,
    )


@blueprint.get("/minutes.xlsx")
def download(inspection_id: int) -> Response:
    _load(inspection_id)
    minutes = minutes_card(inspection_id).minutes
    return workbook_reply(write_minutes(minutes, pictures_of(store(), minutes)), file_name(minutes))


def file_name(minutes: Minutes) -> str:
    """«Biên bản kiểm tra CCHC - UBND phường Cầu Tre - 2022-09-15.xlsx», fit for every file system."""
    day = minutes.details.day or minutes.period_to
    name = f"{supervised.minutes_called(minutes)} CCHC - {minutes.unit_name} - {day:%Y-%m-%d}"
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", name)[:150] + ".xlsx"


@blueprint.route("/minutes/edit", methods=["GET", "POST"])
def edit(inspection_id: int) -> Response | str | tuple[str, int]:
    inspection = _load(inspection_id, Action.WRITE_MINUTES)
    card = minutes_card(inspection_id)
    form = DetailsForm.of(card.minutes.details, card.version)

    def page() -> str:
        return render_template("minutes/edit.html", form=form, inspection=inspection, minutes=card.minutes)

    if request.method == "GET":
        return page()
    if not form.validate_on_submit():
        return page(), 422
    try:
        save_minutes_details(inspection_id, form.details(), form.version.number, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(_("Đã lưu biên bản."), "ok")
    return redirect(url_for("minutes.show", inspection_id=inspection_id), 303)


@blueprint.route("/minutes/opinion", methods=["GET", "POST"])
def opinion(inspection_id: int) -> Response | str | tuple[str, int]:
    inspection = _load(inspection_id, Action.WRITE_OPINION)
    card = minutes_card(inspection_id)
    form = OpinionForm(obj=card.minutes.details, version=card.version)
    before = card.minutes.details.opinion_before

    def page() -> str:
        return render_template("minutes/opinion.html", form=form, inspection=inspection, before=before)

    if request.method == "GET":
        # Offered, never assumed: the minutes say that the unit agrees only when it has saved that.
        if not card.minutes.details.opinion and inspection.standing.of_unit:
            form.opinion.data = before or AGREED
        return page()
    if not form.validate_on_submit():
        return page(), 422
    words_of_unit = (form.opinion.data, form.dissent.data)
    try:
        save_unit_opinion(inspection_id, *words_of_unit, form.version.number, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(_("Đã lưu ý kiến của đơn vị."), "ok")
    return redirect(url_for("minutes.show", inspection_id=inspection_id), 303)


@blueprint.route("/minutes/sign", methods=["GET", "POST"])
def sign(inspection_id: int) -> Response | str | tuple[str, int]:
    inspection = _load(inspection_id, Action.SIGN_MINUTES)
    card = minutes_card(inspection_id)
    form = SignForm()

    def page() -> str:
        form.sha256.data = card.minutes.sha256
        return render_template(
            "minutes/sign.html",
            form=form,
            inspection=inspection,
            minutes=card.minutes,
            words=words,
            supervised=supervised,
            blanks=blanks_of(card.minutes.details),
            required=REQUIRED,
        )

    if request.method == "GET":
        return page()
    if not form.validate_on_submit():
        return page(), 422
    try:
        role = inspection.standing.role
        by_hand = form.number_by_hand.data
        seal = form.sha256.data or ""
        sign_minutes(inspection_id, seal, role, account().id, now(), number_by_hand=by_hand)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(_("Đã ghi nhận biên bản đã ký; nội dung được giữ nguyên từ bây giờ."), "ok")
    return redirect(url_for("minutes.show", inspection_id=inspection_id), 303)
