"""/login and /logout."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Invalid, sentence
from ..forms.users import LanguageForm, LoginForm
from ..queries.users import demo_accounts, signed_in
from ..services.users import set_preferences, token_digest
from ..services.users import sign_in as open_session
from ..services.users import sign_out as close_session
from ._errors import refusal_text
from ._load import allow
from ._login import account, now, settings
from ._return import inside
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
    chosen = session.get("locale")
    session.clear()
    idle = timedelta(minutes=settings().session_idle_minutes)
    person = signed_in(token, token_digest(token), now(), idle)
    login_user(person)
    session.permanent = True
    if person and chosen and chosen != person.locale:
        # Who has just asked for a language at the door gets it inside too.
        set_preferences(person.id, chosen, person.theme)
    return redirect(inside(request.args.get("next")) or url_for("overview.show"), 303)


@blueprint.post("/login/language")
def choose_language() -> Response:
    """Before sign-in the language belongs to the browser; the page keeps where the visitor was going."""
    form = LanguageForm()
    if not form.validate_on_submit():
        raise Invalid(sentence("Hãy chọn trong danh sách."))
    session["locale"] = form.locale.data
    return redirect(url_for("login.show", next=inside(request.args.get("next"))), 303)


@blueprint.post("/logout")
def sign_out() -> Response:
    allow(Action.OWN_ACCOUNT)
    close_session(account().session_id, now())
    logout_user()
    session.clear()
    return redirect(url_for("login.show"), 303)
