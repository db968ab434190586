"""The browser at the door: where it comes from, the cookie by which it is known again, and how it gets in."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import current_app, redirect, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from ..domain.logins import (
    DAY,
    DEVICE_KNOWN_FOR,
    Visitor,
    at_the_door,
    keyed,
    network,
    plain_address,
    waiting_time,
)
from ..queries.users import signed_in, tries_in
from ..services.logins import sign_out
from ..services.users import set_preferences, token_digest
from ._login import account, now, settings

# Longer than any token of ours: what is longer was not made here.
_LONGEST = 64


def visitor(device: str, name: str = "") -> Visitor:
    """Who stands at the door with this device token, typing this name."""
    key = settings().secret_key
    return Visitor(
        name_key=keyed(key, "name", name),
        address_key=keyed(key, "address", network(request.remote_addr)),
        device=token_digest(device),
        browser=request.user_agent.string,
        address=plain_address(request.remote_addr),
    )


def device_token() -> str:
    """The browser's own token; a new one for a browser never seen."""
    token = request.cookies.get(_cookie_name(), "")
    return token if 0 < len(token) <= _LONGEST else secrets.token_urlsafe(32)


def device_name() -> str:
    """A short name of the browser that asks, for records: nobody gets in with it. Empty without a token."""
    token = request.cookies.get(_cookie_name(), "")
    return token_digest(token)[:16] if 0 < len(token) <= _LONGEST else ""


def keep_device(response: Response, token: str) -> Response:
    """The browser keeps its token from its first sign-in on; every sign-in makes it last longer."""
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=DEVICE_KNOWN_FOR,
        secure=settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return response


def lifetime() -> timedelta:
    """How long a session lasts at most."""
    return timedelta(hours=settings().session_hours)


def let_in(token: str, device: str, target: str | None) -> Response:
    """Opens the session of ``token`` in this browser and leads on to ``target``, a page of this app."""
    if current_user.is_authenticated:
        sign_out(account().session_id, now())
    # The session is emptied first, so that nothing of a visitor before lives on (fixation).
    chosen = session.get("locale")
    session.clear()
    idle = timedelta(minutes=settings().session_idle_minutes)
    person = signed_in(token, token_digest(token), now(), idle)
    login_user(person)
    session.permanent = True
    if person:
        session["person"] = person.id
    if person and chosen and chosen != person.locale:
        # Who has just asked for a language at the door gets it inside too.
        set_preferences(person.id, chosen, person.theme)
    return keep_device(redirect(target or url_for("overview.show"), 303), device)


def waits_for(name: str) -> timedelta:
    """How long a browser never seen waits before it may try this account again."""
    key = keyed(settings().secret_key, "name", name)
    account = at_the_door("password", Visitor(name_key=key), known=False, unlocked=False)[-1]
    return waiting_time(account.limits, tries_in(account.key, now() - DAY), now())


def _cookie_name() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"
