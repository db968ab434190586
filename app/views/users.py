"""/admin/users: the accounts: who has one, as what, and what to do when somebody cannot get in."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..domain.access import ACCOUNT_ROLES, Action, Role
from ..domain.accounts import AT_UNIT_ROLES, LONG_IDLE_DAYS
from ..domain.browsers import browser_words, is_handheld
from ..domain.logins import MINUTE
from ..domain.refusals import Refused
from ..domain.reminders import Recipient
from ..forms.users import NewUserForm, UserForm, UserSearchForm
from ..models import User
from ..queries.delegations import seats_lost
from ..queries.own_units import inside_commune
from ..queries.units import UnitFilter, UnitRow, find_units, units_by_ids
from ..queries.users import UserFilter, find_users, sessions_of
from ..services import logins
from ..services import users as verbs
from ..vietnamese import fold
from ._address_mail import send_asked
from ._door import waits_for
from ._errors import refusal_text
from ._labels import choices
from ._load import allow, load_user
from ._login import account, now, settings

blueprint = Blueprint("users", __name__)

_ROLES = choices(Role, among=ACCOUNT_ROLES)
_OPTIONS = 10  # rows of the unit picker: more words find better than more rows


@blueprint.get("/admin/users")
def index() -> str | tuple[str, int]:
    allow(Action.READ_USERS)
    form = UserSearchForm(request.args)
    form.role.choices = [("", _("Tất cả")), *_ROLES]
    form.state.choices = [("", _("Tất cả")), ("open", _("Đang dùng")), ("closed", _("Đã khóa"))]
    days = settings().idle_days or LONG_IDLE_DAYS
    form.state.choices.append(("idle", _("Không đăng nhập quá %(days)s ngày", days=days)))
    status = 200 if form.validate() else 422
    wanted = UserFilter(
        words=fold(form.q.data or "")[:100],
        role=Role(form.role.data) if form.role.data and not form.role.errors else None,
        active={"open": True, "closed": False}.get(form.state.data),
        idle_since=now() - timedelta(days=days) if form.state.data == "idle" else None,
    )
    users = find_users(wanted, max(1, min(form.page.data or 1, 10**6)))
    return render_template("users/index.html", form=form, users=users), status


@blueprint.get("/admin/users/<int:user_id>")
def show(user_id: int) -> str:
    card = load_user(user_id, Action.READ_USERS)
    waits = ceil(waits_for(card.user.name) / MINUTE)
    return render_template(
        "users/page.html",
        card=card,
        user=card.user,
        waits=waits,
        me=account(),
        provider=settings().oidc,
        sessions=sessions_of(user_id, now(), timedelta(minutes=settings().session_idle_minutes)),
        browser_words=browser_words,
        is_handheld=is_handheld,
    )


@blueprint.route("/admin/users/new", methods=["GET", "POST"])
def new() -> str | tuple[str, int]:
    allow(Action.WRITE_USERS)
    form = NewUserForm()
    form.role.choices = [("", _("– Chọn –")), *_ROLES]
    if request.method == "GET" or "find" in request.form:
        return _edit_page(form, None)
    if not form.validate():
        return _edit_page(form, None), 422
    text, password = form.text(), verbs.new_password()
    try:
        user = verbs.add_user(
            form.name.data,
            text.title,
            text.role,
            text.unit_id,
            password,
            now(),
            post=text.post,
            email=text.email,
            by_id=account().id,
            with_mail=settings().mailer is not None,
            office_only=form.office_only.data,
        )
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _edit_page(form, None), refusal.status
    id_, name = user.id, user.name
    if text.email:
        send_asked(Recipient(id_))
    return _password_page(id_, name, password)


@blueprint.route("/admin/users/<int:user_id>/edit", methods=["GET", "POST"])
def edit(user_id: int) -> str | tuple[str, int] | Response:
    user = load_user(user_id, Action.WRITE_USERS).user
    form = UserForm(obj=user, unit=user.unit_id)
    form.role.choices = _ROLES
    before = user.email
    if request.method == "GET" or "find" in request.form:
        return _edit_page(form, user)
    if not form.validate():
        return _edit_page(form, user), 422
    try:
        verbs.edit_user(
            user_id,
            form.text(),
            form.version.number,
            account().id,
            now(),
            with_mail=settings().mailer is not None,
            ends_seats=form.ends_seats.data,
            office_only=form.office_only.data,
        )
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _edit_page(form, user), refusal.status
    flash(_("Đã lưu."), "ok")
    if form.email.data != before:
        send_asked(Recipient(user_id))
    return redirect(url_for("users.show", user_id=user_id), 303)


def _edit_page(form: UserForm, user: User | None) -> str:
    words = fold(request.form.get("unit_q", ""))[:100]
    found: tuple[UnitRow, ...] = find_units(UnitFilter(words=words), page_size=_OPTIONS).rows if words else ()
    chosen = units_by_ids([form.unit.data] if form.unit.data else [])
    role = Role(form.role.data) if form.role.data in set(Role) else None
    at_unit = role in AT_UNIT_ROLES and bool(chosen)
    return render_template(
        "users/edit.html",
        form=form,
        user=user,
        chosen=chosen,
        options=found,
        words=words,
        lost=seats_lost(user.id, user.role, role) if user and role and role is not user.role else (),
        inside=inside_commune(chosen[0].id) if at_unit else None,
    )


@blueprint.post("/admin/users/<int:user_id>/password")
def reset_password(user_id: int) -> str:
    name, password = load_user(user_id, Action.WRITE_USERS).user.name, verbs.new_password()
    verbs.reset_password(name, password, now(), account().id)
    return _password_page(user_id, name, password)


def _password_page(user_id: int, name: str, password: str) -> str:
    """The one page that ever shows it: it stands in no address, no cookie and no table."""
    return render_template("users/password.html", user_id=user_id, name=name, password=password)


@blueprint.post("/admin/users/<int:user_id>/close")
def close(user_id: int) -> Response:
    name = load_user(user_id, Action.WRITE_USERS).user.name
    verbs.close_user(user_id, account().id, now())
    flash(_("Đã khóa «%(name)s»; mọi phiên đăng nhập đã kết thúc.", name=name), "ok")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/admin/users/<int:user_id>/open")
def reopen(user_id: int) -> Response:
    name = load_user(user_id, Action.WRITE_USERS).user.name
    verbs.open_user(user_id, account().id, now())
    flash(_("«%(name)s» lại đăng nhập được.", name=name), "ok")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/admin/users/<int:user_id>/unlock")
def unlock(user_id: int) -> Response:
    name = load_user(user_id, Action.WRITE_USERS).user.name
    verbs.unlock_user(name, now(), account().id)
    flash(_("Trong 30 phút tới «%(name)s» đăng nhập được từ máy mới.", name=name), "ok")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/admin/users/<int:user_id>/second-step/remove")
def remove_second_step(user_id: int) -> Response:
    name = load_user(user_id, Action.WRITE_USERS).user.name
    verbs.remove_second_step(name, now(), account().id)
    flash(_("Đã gỡ xác thực hai bước của «%(name)s».", name=name), "ok")
    return redirect(url_for("users.show", user_id=user_id), 303)


@blueprint.post("/admin/users/<int:user_id>/sessions/<int:session_id>/end")
def end_session(user_id: int, session_id: int) -> Response:
    name = load_user(user_id, Action.WRITE_USERS).user.name
    logins.end_session_of(user_id, session_id, account().id, now())
    flash(_("Đã kết thúc một phiên đăng nhập của «%(name)s».", name=name), "ok")
    return redirect(f"{url_for('users.show', user_id=user_id)}#sessions", 303)


@blueprint.post("/admin/users/<int:user_id>/sessions/end")
def end_sessions(user_id: int) -> Response | str:
    """All of them, after a second question; of one's own account all but the one that asks."""
    name, me = load_user(user_id, Action.WRITE_USERS).user.name, account()
    but = me.session_id if user_id == me.id else None
    if "sure" not in request.form:
        open_ones = sessions_of(user_id, now(), timedelta(minutes=settings().session_idle_minutes))
        return render_template(
            "users/end_sessions.html",
            name=name,
            ending=sum(row.id != but for row in open_ones),
            action=request.path,
            back=f"{url_for('users.show', user_id=user_id)}#sessions",
        )
    ended = logins.end_sessions_of(user_id, me.id, now(), but=but)
    words = ngettext(
        "Đã kết thúc %(num)s phiên của «%(name)s».",
        "Đã kết thúc %(num)s phiên của «%(name)s».",
        ended,
        name=name,
    )
    flash(words, "ok")
    return redirect(f"{url_for('users.show', user_id=user_id)}#sessions", 303)
