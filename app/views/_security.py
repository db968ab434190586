"""What surrounds every request: CSRF, headers, and default deny."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.exceptions import Forbidden

from ..queries.reading import end_reading

csrf = CSRFProtect()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; "
    "worker-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make every HTTPS post fail the CSRF check.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # No other site may draw our pictures into its own pages.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}

# Addresses that need no account. Everything else does, and must also ask the access table.
PUBLIC = {
    "static",
    "login.show",
    "login.sign_in",
    "login.show_code",
    "login.enter_code",
    "login.choose_language",
    "oidc.start",
    "oidc.callback",
    # The link of a letter is the proof; who reads a unit's mailbox may have no account.
    "addresses.show",
    "addresses.confirm",
    "health.healthz",
    "health.readyz",
    "security_txt.show",
    "shell.worker",
    "shell.manifest",
    "shell.offline",
    "shell.help_offline",
    "shell.outbox_offline",
}


def init_app(app: Flask) -> None:
    app.before_request(_no_strange_referrer)
    app.before_request(_wait_outside)
    csrf.init_app(app)
    app.before_request(_head_is_get)
    # The last one runs first: the headers are on what default deny shows instead, too.
    app.after_request(_headers)
    app.after_request(_default_deny)


def _no_strange_referrer() -> None:
    """A page of origin that is no address is none: whoever reads it (the CSRF check, too) need not stumble."""
    try:
        urlsplit(request.referrer or "")
    except ValueError:
        del request.environ["HTTP_REFERER"]


def _wait_outside() -> None:
    """The body comes next (the token may stand in it), over a slow line for minutes: nothing may be held meanwhile.

    Who may send much was asked of the database already. A transaction left open would keep every writer of a SQLite
    file waiting, and PostgreSQL would close it.
    """
    if request.method == "POST":
        end_reading()


def _head_is_get() -> None:
    """HEAD asks what GET would answer; the server leaves the body out by itself."""
    if request.method == "HEAD":
        request.method = "GET"


def fresh_token() -> str:
    """The CSRF token of this session, for a script that has none."""
    token: str = generate_csrf()
    return token


def mark_checked() -> None:
    """A loader says: the access table was asked for this request."""
    g.access_checked = True


def _default_deny(response: Response) -> Response:
    """A page that never asked the access table is not shown, whatever it holds."""
    # OPTIONS is answered without asking any view: with the methods of the address, and nothing else.
    no_page = request.endpoint is None or request.method == "OPTIONS"
    asked = g.get("access_checked") or no_page or request.endpoint in PUBLIC
    if response.status_code < 400 and not asked:
        current_app.logger.error("%r %s never checked access.", request.method, request.endpoint)
        return current_app.make_response(current_app.handle_user_exception(Forbidden()))
    return response


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static" or "Cache-Control" not in response.headers:
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("HX-Request", "Cookie"))
    if request.endpoint and request.endpoint not in PUBLIC and current_user.is_authenticated:
        # Whose page it is: only such pages may be kept on a device, and only for this account.
        response.headers["Soat-Page"] = str(current_user.id)
    return response
