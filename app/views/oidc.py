"""/login/oidc: to the provider of identities, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from ..domain.identities import Proof
from ..domain.refusals import Invalid, Limited, Refused, sentence
from ..services.identities import link_own_identity
from ..services.logins import sign_in_by_provider
from ._door import device_token, let_in, lifetime, visitor
from ._errors import refusal_text
from ._login import account, now
from ._return import inside
from ._round_trip import leave, provider, return_from, way_back

blueprint = Blueprint("oidc", __name__)


@blueprint.get("/login/oidc")
def start() -> Response:
    """A link, not a form: browsers would hold the redirect to the provider against our form-action policy."""
    provider()
    target = inside(request.args.get("next"))
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        # Another site's page cannot start it behind a person's back; the button is theirs to press.
        return redirect(url_for("login.show", next=target), 303)
    if current_user.is_authenticated:
        return redirect(target or url_for("overview.show"), 303)
    try:
        return redirect(leave(next=target), 303)
    except Refused as refusal:
        flash(refusal_text(refusal), "bad")
        return redirect(url_for("login.show", next=target), 303)


@blueprint.get("/login/oidc/callback")
def callback() -> Response:
    """Whatever comes here, a sentence or the person's own page follows."""
    provider()
    kept: dict[str, Any] = {}
    try:
        kept = return_from(request.args.get("state", ""))
        prove = _proof_of(kept)
        return _link(kept, prove) if kept.get("link") else _sign_in(kept, prove)
    except Limited:
        raise
    except Refused as refusal:
        flash(refusal_text(refusal), "bad")
    if kept.get("link"):
        return redirect(url_for("identities.show"), 303)
    return redirect(url_for("login.show", next=inside(kept.get("next"))), 303)


def _proof_of(kept: dict[str, Any]) -> Callable[[], Proof]:
    """Asks the provider who this is; a "no" of the person or the provider is said before."""
    if request.args.get("error") == "access_denied":
        raise Invalid(sentence("Bạn đã không đồng ý ở «%(name)s», nên chưa đăng nhập."), name=provider().name)
    code = request.args.get("code", "")
    if not code or "error" in request.args or not provider().speaks(request.args.get("iss")):
        raise Invalid(
            sentence("«%(name)s» không xác nhận được bạn. Hãy bấm đăng nhập lại."), name=provider().name
        )
    back, moment = way_back(), now()
    return lambda: provider().prove(code, back, kept["nonce"], kept["verifier"], moment)


def _sign_in(kept: dict[str, Any], prove: Callable[[], Proof]) -> Response:
    device, target = device_token(), inside(kept.get("next"))
    entered = sign_in_by_provider(prove, visitor(device), now(), lifetime())
    if entered.awaits_code:
        session["awaits_code"] = entered.token
        return redirect(url_for("login.show_code", next=target), 303)
    return let_in(entered.token, device, target)


def _link(kept: dict[str, Any], prove: Callable[[], Proof]) -> Response:
    if not current_user.is_authenticated or account().id != kept["link"]:
        raise Invalid(sentence("Phiên làm việc đã hết, hãy đăng nhập lại rồi nối tài khoản."))
    link_own_identity(account().id, prove, now())
    flash(_("Đã nối. Từ nay bạn đăng nhập được bằng «%(name)s».", name=provider().name), "ok")
    return redirect(url_for("identities.show"), 303)
