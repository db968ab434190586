"""Vietnamese first, English complete: which language a page speaks."""

from __future__ import annotations

from flask import Flask, request, session
from flask_babel import Babel
from flask_login import current_user

LOCALES = ("vi", "en")


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=choose_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")


def choose_locale() -> str:
    """The account's choice; before sign-in, what this browser was last told (never guessed)."""
    if request.endpoint == "static":
        return "vi"
    if current_user.is_authenticated:
        return str(current_user.locale)
    chosen = session.get("locale", "vi")
    return chosen if chosen in LOCALES else "vi"
