"""/me: one's own account: password, language, look."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Invalid
from ..forms.users import PasswordForm, PreferencesForm
from ..services.users import change_password as set_password
from ..services.users import set_preferences
from ._errors import refusal_text
from ._load import allow
from ._login import account, now
from ._return import page_inside

blueprint = Blueprint("me", __name__)


def _page(password: PasswordForm | None = None, preferences: PreferencesForm | None = None) -> str:
    me = account()
    return render_template(
        "me/page.html",
        me=me,
        password_form=password or PasswordForm(formdata=None),
        preferences_form=preferences or PreferencesForm(formdata=None, locale=me.locale, theme=me.theme),
    )


@blueprint.get("/me")
def show() -> str:
    allow(Action.OWN_ACCOUNT)
    return _page()


@blueprint.post("/me/password")
def change_password() -> Response | tuple[str, int]:
    allow(Action.OWN_ACCOUNT)
    form, me = PasswordForm(), account()
    if not form.validate_on_submit():
        return _page(password=form), 422
    try:
        set_password(me.id, me.session_id, form.old.data, form.new.data, now())
    except Invalid as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(password=form), 422
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
