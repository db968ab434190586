"""Who is asking: sessions are rows in the database, read anew at each request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from ..config import Settings
from ..domain.accounts import SECOND_STEP_ROLES
from ..queries.users import Account, signed_in
from ..services.logins import touch_session
from ..services.users import token_digest
from ._again import sign_in_again
from ._security import PUBLIC, mark_checked
from ._typed import came_from

manager = LoginManager()
# A session row is written at most this often, so that saving a score stays one transaction.
_TOUCH_EVERY = timedelta(minutes=5)
# What a page does by itself: it does not keep the session of a person who has gone away.
_BY_ITSELF = {"presences.tell"}
# What a person may open before the second step is set up.
_WITHOUT_SECOND_STEP = {
    "me.show",
    "me.change_password",
    "me.change_preferences",
    "second_step.show",
    "second_step.begin",
    "second_step.confirm",
    "login.sign_out",
}


def init_app(app: Flask) -> None:
    # Without the context processor Flask-Login adds its user to every rendered fragment.
    manager.init_app(app, add_context_processor=False)
    app.before_request(_require_account)


def settings() -> Settings:
    chosen: Settings = current_app.config["SOAT"]
    return chosen


def now() -> datetime:
    """The moment of this request; the same for all that it does."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    moment: datetime = g.now
    return moment


def account() -> Account:
    """The signed-in account; only for addresses that are not public."""
    signed: Account = current_user._get_current_object()
    return signed


@manager.user_loader
def _load(token: str) -> Account | None:
    idle = timedelta(minutes=settings().session_idle_minutes)
    # A part of a page, or a line for a script, has no bell.
    bell = not (request.headers.get("HX-Request") or request.headers.get("X-Requested-With"))
    return signed_in(token, token_digest(token), now(), idle, bell=bell)


def _require_account() -> Response | tuple[str, int] | None:
    if request.endpoint in PUBLIC or request.endpoint is None:
        return None
    if not current_user.is_authenticated:
        mark_checked()
        return _unauthenticated()
    me = account()
    if now() - me.seen_at > _TOUCH_EVERY and request.endpoint not in _BY_ITSELF:
        touch_session(me.session_id, now())
    if must_change_password(me) and request.endpoint not in {
        "me.show",
        "me.change_password",
        "login.sign_out",
    }:
        mark_checked()
        flash(_("Hãy đặt mật khẩu của riêng bạn trước khi tiếp tục."), "info")
        return redirect(url_for("me.show"), 303)
    if lacks_second_step(me) and request.endpoint not in _WITHOUT_SECOND_STEP:
        mark_checked()
        flash(_("Vai trò của bạn cần xác thực hai bước. Hãy thiết lập trước khi tiếp tục."), "info")
        return redirect(url_for("second_step.show"), 303)
    return None


def must_change_password(me: Account) -> bool:
    """A one-time password is changed at once, by who came in with it."""
    return me.must_change_password and not me.by_provider


def lacks_second_step(me: Account) -> bool:
    """Whether this person must set the second step up before anything else."""
    return settings().require_totp and me.role in SECOND_STEP_ROLES and not me.has_second_step


def _unauthenticated() -> Response | tuple[str, int]:
    """A page leads to the login and back, a form keeps what was typed; a script gets 401 and keeps what it has."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return _("Phiên làm việc đã hết, hãy đăng nhập lại."), 401
    if request.method == "POST" and (page := sign_in_again()):
        return page
    target = request.full_path.rstrip("?") if request.method == "GET" else came_from() or None
    return redirect(url_for("login.show", next=target), 303)
