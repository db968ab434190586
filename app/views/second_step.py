"""/me/second-step: one's own codes at sign-in: set up, new recovery codes, take off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..documents.qr import qr_address
from ..domain.access import Action
from ..domain.refusals import Refused
from ..forms.users import CodeForm, ProofForm, SetupForm
from ..queries.users import second_step_of
from ..services import second_step
from ._errors import refusal_text
from ._load import allow
from ._login import account, lacks_second_step, now

blueprint = Blueprint("second_step", __name__)


def _page(
    setup: SetupForm | None = None,
    confirm: CodeForm | None = None,
    renew: CodeForm | None = None,
    off: ProofForm | None = None,
) -> str:
    me, state = account(), second_step_of(account().id)
    address = second_step.setup_address(state.secret, me.name) if state.secret and not state.since else ""
    return render_template(
        "second_step/page.html",
        state=state,
        forced=lacks_second_step(me),
        qr=qr_address(address) if address else "",
        setup_form=setup or SetupForm(formdata=None),
        confirm_form=confirm or CodeForm(formdata=None),
        renew_form=renew or CodeForm(formdata=None, prefix="renew"),
        off_form=off or ProofForm(formdata=None, prefix="off"),
    )


def _codes(codes: list[str]) -> str:
    """The recovery codes, on the one page that ever shows them."""
    return render_template("second_step/codes.html", codes=codes, name=account().name)


@blueprint.get("/me/second-step")
def show() -> str:
    allow(Action.OWN_ACCOUNT)
    return _page()


@blueprint.post("/me/second-step/begin")
def begin() -> Response | tuple[str, int]:
    allow(Action.OWN_ACCOUNT)
    form = SetupForm()
    if not form.validate_on_submit():
        return _page(setup=form), 422
    try:
        second_step.begin(account().id, form.password.data, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field or "password")
        return _page(setup=form), refusal.status
    return redirect(url_for("second_step.show"), 303)


@blueprint.post("/me/second-step/confirm")
def confirm() -> str | tuple[str, int]:
    allow(Action.OWN_ACCOUNT)
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(confirm=form), 422
    try:
        codes = second_step.confirm(account().id, form.code.data, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field or "code")
        return _page(confirm=form), refusal.status
    return _codes(codes)


@blueprint.post("/me/second-step/codes")
def renew() -> str | tuple[str, int]:
    allow(Action.OWN_ACCOUNT)
    form = CodeForm(prefix="renew")
    if not form.validate_on_submit():
        return _page(renew=form), 422
    try:
        codes = second_step.renew_codes(account().id, form.code.data, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field or "code")
        return _page(renew=form), refusal.status
    return _codes(codes)


@blueprint.post("/me/second-step/off")
def off() -> Response | tuple[str, int]:
    allow(Action.OWN_ACCOUNT)
    form = ProofForm(prefix="off")
    if not form.validate_on_submit():
        return _page(off=form), 422
    try:
        second_step.take_off(account().id, form.password.data, form.code.data, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field or "code")
        return _page(off=form), refusal.status
    flash(_("Đã tắt xác thực hai bước."), "warn")
    return redirect(url_for("second_step.show"), 303)
