"""/me/identity and /admin/users/…/identity: which identity elsewhere opens an account here."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Refused
from ..forms.identities import IdentityForm
from ..forms.users import SetupForm
from ..queries.identities import identities_of
from ..queries.users import UserCard
from ..services import identities as verbs
from ._errors import refusal_text
from ._load import allow, load_user
from ._login import account, now, settings
from ._round_trip import leave, provider

blueprint = Blueprint("identities", __name__)


def _own_page(form: SetupForm | None = None) -> str:
    return render_template(
        "identities/own.html",
        form=form or SetupForm(formdata=None),
        lines=identities_of(account().id),
        provider=settings().oidc,
        with_password=settings().password_login,
    )


@blueprint.get("/me/identity")
def show() -> str:
    allow(Action.OWN_ACCOUNT)
    return _own_page()


@blueprint.post("/me/identity")
def begin() -> str | tuple[str, int]:
    """The password first; then a page with a link to the provider, for a form may lead nowhere else."""
    allow(Action.OWN_ACCOUNT)
    provider()
    form = SetupForm()
    if not form.validate_on_submit():
        return _own_page(form), 422
    try:
        verbs.ask_person(account().id, form.password.data, now())
        address = leave(link=account().id)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), "password")
        return _own_page(form), refusal.status
    return render_template("identities/leave.html", address=address, provider=provider())


@blueprint.post("/me/identity/<int:identity_id>/remove")
def remove(identity_id: int) -> Response:
    allow(Action.OWN_ACCOUNT)
    verbs.unlink_identity(account().id, identity_id, account().id, now())
    flash(_("Đã bỏ nối; các phiên đăng nhập bằng danh tính đó đã kết thúc."), "ok")
    return redirect(url_for("identities.show"), 303)


def _page(card: UserCard, form: IdentityForm | None = None) -> str:
    return render_template(
        "identities/page.html",
        user=card.user,
        form=form or IdentityForm(formdata=None),
        lines=identities_of(card.user.id),
        provider=settings().oidc,
    )


@blueprint.get("/admin/users/<int:user_id>/identity")
def manage(user_id: int) -> str:
    return _page(load_user(user_id, Action.READ_USERS))


@blueprint.post("/admin/users/<int:user_id>/identity")
def link(user_id: int) -> Response | tuple[str, int]:
    card = load_user(user_id, Action.WRITE_USERS)
    issuer, form = provider().issuer, IdentityForm()
    if not form.validate_on_submit():
        return _page(card, form), 422
    try:
        verbs.link_identity(user_id, issuer, form.subject.data, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(load_user(user_id, Action.WRITE_USERS), form), refusal.status
    flash(_("Đã nối."), "ok")
    return redirect(url_for("identities.manage", user_id=user_id), 303)


@blueprint.post("/admin/users/<int:user_id>/identity/<int:identity_id>/remove")
def unlink(user_id: int, identity_id: int) -> Response:
    allow(Action.WRITE_USERS)
    verbs.unlink_identity(user_id, identity_id, account().id, now())
    flash(_("Đã bỏ nối; các phiên đăng nhập bằng danh tính đó đã kết thúc."), "ok")
    return redirect(url_for("identities.manage", user_id=user_id), 303)
