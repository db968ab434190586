"""/login, /login/code and /logout."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Forbidden, Invalid, Limited, Missing, sentence
from ..forms.users import CodeForm, LanguageForm, LoginForm
from ..queries.users import awaits_code
from ..services.logins import enter_code as try_code
from ..services.logins import sign_in as try_password
from ..services.logins import sign_out as close_session
from ..services.users import token_digest
from ._again import login_page, send_again
from ._door import device_token, keep_device, let_in, lifetime, visitor
from ._errors import refusal_text
from ._load import allow
from ._login import account, now, settings
from ._return import inside
from ._typed import unpacked

blueprint = Blueprint("login", __name__)


def _next() -> str | None:
    return inside(request.args.get("next"))


@blueprint.get("/login")
def show() -> Response | str:
    if current_user.is_authenticated:
        return redirect(url_for("overview.show"), 303)
    return _page(LoginForm())


@blueprint.post("/login")
def sign_in() -> Response | tuple[str, int]:
    form, device = LoginForm(), device_token()
    if not settings().password_login:
        raise Forbidden(sentence("Ở đây không đăng nhập bằng mật khẩu của Soát."))
    if not form.validate_on_submit():
        return _page(form), 422
    who = visitor(device, form.name.data)
    try:
        entered = try_password(form.name.data, form.password.data, who, now(), lifetime())
    except Limited as refusal:
        form.refuse(refusal_text(refusal), "password")
        return _too_many(_page(form), refusal)
    except Invalid as refusal:
        form.password.errors = [refusal_text(refusal)]
        return _page(form), 422
    if entered.awaits_code:
        session["awaits_code"] = entered.token
        if unpacked(request.form.get("typed")):
            return make_response(_code_page(CodeForm(formdata=None)))
        return redirect(url_for("login.show_code", next=_next()), 303)
    return _open(entered.token, device)


def _page(form: LoginForm) -> str:
    sealed = request.form.get("typed", "")
    parcel = unpacked(sealed)
    return login_page(form, parcel, sealed if parcel else "")


def _code_page(form: CodeForm) -> str:
    return render_template("login/code.html", form=form, sealed=request.form.get("typed", ""))


def _too_many(page: str, refusal: Limited) -> Response:
    response = make_response(page, refusal.status)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response


@blueprint.get("/login/code")
def show_code() -> Response | str:
    """The second step; only for who has just given the right password."""
    if not awaits_code(token_digest(session.get("awaits_code", "")), now()):
        return redirect(url_for("login.show", next=_next()), 303)
    return _code_page(CodeForm())


@blueprint.post("/login/code")
def enter_code() -> Response | tuple[str, int]:
    form, device = CodeForm(), device_token()
    if not form.validate_on_submit():
        return _code_page(form), 422
    try:
        token = try_code(session.get("awaits_code", ""), form.code.data, visitor(device), now(), lifetime())
    except Limited as refusal:
        form.refuse(refusal_text(refusal), "code")
        return _too_many(_code_page(form), refusal)
    except Invalid as refusal:
        form.refuse(refusal_text(refusal), "code")
        return _code_page(form), 422
    except Missing as refusal:
        session.pop("awaits_code", None)
        flash(refusal_text(refusal), "warn")
        return redirect(url_for("login.show", next=_next()), 303)
    return _open(token, device)


def _open(token: str, device: str) -> Response:
    """In, and on to the page that was wanted, or to what was typed when the session before ended."""
    response = let_in(token, device, _next())
    parcel = unpacked(request.form.get("typed"))
    if parcel and parcel.person in {None, session.get("person")}:
        return keep_device(send_again(parcel), device)
    if parcel:
        flash(_("Nội dung nhập dở là của tài khoản khác nên không được gửi."), "warn")
    return response


@blueprint.post("/login/language")
def choose_language() -> Response:
    """Before sign-in the language belongs to the browser; the page keeps where the visitor was going."""
    form = LanguageForm()
    if not form.validate_on_submit():
        raise Invalid(sentence("Hãy chọn trong danh sách."))
    session["locale"] = form.locale.data
    return redirect(url_for("login.show", next=_next()), 303)


@blueprint.post("/logout")
def sign_out() -> Response:
    allow(Action.OWN_ACCOUNT)
    by_provider = account().by_provider
    close_session(account().session_id, now())
    logout_user()
    session.clear()
    # Who came through a provider is told that it still knows them in this browser.
    return redirect(url_for("login.show", left="provider" if by_provider else None), 303)
