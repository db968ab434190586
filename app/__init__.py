"""The roof: the only place where the rooms are joined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from . import cli, db, passwords, vault
from .config import Settings, read_settings
from .views import BLUEPRINTS, _build, _errors, _filters, _language, _login, _security

__all__ = ["create_app"]


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application. ``config`` overrides the ``SOAT_*`` variables, by names without the prefix."""
    settings = read_settings(config)
    app = Flask(__name__)
    _configure(app, settings)
    if settings.fast_hashes:
        passwords.use_fast_hashes()
    if settings.proxies:
        # Only as many hops are believed as there are proxies of ours: the visitor writes the rest.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    vault.init_app(app, settings.secret_keys)
    db.init_app(app)
    Compress(app)
    Migrate(app, db.db, directory="migrations", render_as_batch=True)
    for room in (_build, _security, _language, _login, _filters, _errors, cli):
        room.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        # Forms that were open when the key changed are still taken; the signer wants the newest key last.
        WTF_CSRF_SECRET_KEY=list(reversed(settings.secret_keys)),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # What people wrote, and digests of passwords, are not for the log of a failed statement.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},
        TESTING=settings.testing,
        SOAT=settings,
        SESSION_COOKIE_NAME="__Host-sid" if settings.secure_cookies else "sid",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # The row in the database ends a session; the cookie need not be written at every reply.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        MAX_CONTENT_LENGTH=6 * 2**20,
        MAX_FORM_MEMORY_SIZE=2**20,
        MAX_FORM_PARTS=3000,
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
