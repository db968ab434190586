"""/me: one's own account: password, language, look, and where one is signed in."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.browsers import browser_words, is_handheld
from ..domain.refusals import Refused
from ..domain.seals import seal_key
from ..forms.users import PasswordForm, PreferencesForm
from ..queries.users import second_step_of, sessions_of
from ..services import logins
from ..services.users import change_password as set_password
from ..services.users import set_preferences, token_digest
from ._door import device_token
from ._errors import refusal_text
from ._load import allow
from ._login import account, now, settings
from ._return import page_inside
from ._security import fresh_token

blueprint = Blueprint("me", __name__)


def _page(password: PasswordForm | None = None, preferences: PreferencesForm | None = None) -> str:
    me = account()
    idle = timedelta(minutes=settings().session_idle_minutes)
    return render_template(
        "me/page.html",
        me=me,
        sessions=sessions_of(me.id, now(), idle),
        second_step=second_step_of(me.id),
        provider=settings().oidc,
        browser_words=browser_words,
        is_handheld=is_handheld,
        password_form=password or PasswordForm(formdata=None),
        preferences_form=preferences or PreferencesForm(formdata=None, locale=me.locale, theme=me.theme),
    )


@blueprint.get("/me")
def show() -> str:
    allow(Action.OWN_ACCOUNT)
    return _page()


@blueprint.get("/me/token")
def token() -> Response:
    """Whose session this is, and a fresh CSRF token: what a tablet asks before it sends what waited.

    Also the key with which this account's pages, and no others, seal what waits.
    """
    allow(Action.OWN_ACCOUNT)
    id_ = account().id
    return jsonify(account=id_, csrf=fresh_token(), seal_key=seal_key(settings().secret_key, id_))


@blueprint.post("/me/password")
def change_password() -> Response | tuple[str, int]:
    allow(Action.OWN_ACCOUNT)
    form, me = PasswordForm(), account()
    form.about = (me.name, me.title, me.post, me.unit_name)
    if not form.validate_on_submit():
        return _page(password=form), 422
    try:
        device = token_digest(device_token())
        set_password(me.id, me.session_id, form.old.data, form.new.data, now(), device)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field or "old")
        return _page(password=form), refusal.status
    flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "ok")
    return redirect(url_for("me.show"), 303)


@blueprint.post("/me/preferences")
def change_preferences() -> Response | tuple[str, int]:
    allow(Action.OWN_ACCOUNT)
    form = PreferencesForm()
    if not form.validate_on_submit():
        return _page(preferences=form), 422
    set_preferences(account().id, form.locale.data, form.theme.data)
    page = page_inside(form.next.data)
    if page is None:
        with force_locale(form.locale.data):
            flash(_("Đã lưu."), "ok")
    return redirect(page or url_for("me.show"), 303)


@blueprint.post("/me/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    allow(Action.OWN_ACCOUNT)
    logins.end_session(account().id, session_id, now())
    flash(_("Đã kết thúc phiên đăng nhập."), "ok")
    return redirect(url_for("me.show"), 303)


@blueprint.post("/me/sessions/end-others")
def end_other_sessions() -> Response | str:
    """After a second question: a tablet in a colleague's hands is signed out too."""
    allow(Action.OWN_ACCOUNT)
    if "sure" not in request.form:
        open_ones = sessions_of(account().id, now(), timedelta(minutes=settings().session_idle_minutes))
        return render_template(
            "users/end_sessions.html",
            name="",
            ending=len(open_ones) - 1,
            action=request.path,
            back=f"{url_for('me.show')}#sessions",
        )
    ended = logins.end_other_sessions(account().id, account().session_id, now())
    flash(ngettext("Đã kết thúc %(num)s phiên khác.", "Đã kết thúc %(num)s phiên khác.", ended), "ok")
    return redirect(url_for("me.show"), 303)
