"""/login and /logout."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Invalid
from ..forms.users import LoginForm
from ..queries.users import demo_accounts, signed_in
from ..services.users import sign_in as open_session
from ..services.users import sign_out as close_session
from ..services.users import token_digest
from ._errors import refusal_text
from ._load import allow
from ._login import account, now, settings
from ._security import limiter

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def show() -> Response | str:
    if current_user.is_authenticated:
        return redirect(url_for("overview.show"), 303)
    return render_template("login/page.html", form=LoginForm(), demo_accounts=demo_accounts())


@blueprint.post("/login")
@limiter.limit("10 per minute")
def sign_in() -> Response | tuple[str, int]:
    form = LoginForm()
    if form.validate_on_submit():
        lifetime = timedelta(hours=settings().session_hours)
        browser = request.user_agent.string
        try:
            token = open_session(form.name.data, form.password.data, browser, now(), lifetime)
        except Invalid as refusal:
            form.password.errors = [refusal_text(refusal)]
        else:
            return _open(token)
    return render_template("login/page.html", form=form, demo_accounts=demo_accounts()), 422


def _open(token: str) -> Response:
    # The session is emptied first, so that nothing of a visitor before lives on (fixation).
    session.clear()
    idle = timedelta(minutes=settings().session_idle_minutes)
    login_user(signed_in(token, token_digest(token), now(), idle))
    session.permanent = True
    return redirect(_inside(request.args.get("next")) or url_for("overview.show"), 303)


def _inside(target: str | None) -> str | None:
    """The target if it is an address of this app, else nothing (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target) else target


@blueprint.post("/logout")
def sign_out() -> Response:
    allow(Action.OWN_ACCOUNT)
    close_session(account().session_id)
    logout_user()
    session.clear()
    return redirect(url_for("login.show"), 303)
