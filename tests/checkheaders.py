"""What every answer of the app must carry, whatever its status: the test client asks this of each one it gets."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The camera is for photographs of evidence, taken on our own pages.
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
PAGE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# A file that somebody brought, on its own.
FILE_POLICY = {"default-src": "'none'", "frame-ancestors": "'none'"}
TELLING = re.compile(
    r"Traceback|werkzeug|sqlalchemy|psycopg|sqlite3|jinja2|\.py\b|SELECT .* FROM", re.IGNORECASE
)


def problems(response: TestResponse, secure: bool) -> list[str]:
    """One sentence for each thing that is missing, or that should not be there."""
    headers, faults = response.headers, []
    for name, value in ALWAYS.items():
        if headers.getlist(name) != [value]:
            faults.append(f"{name} is {headers.getlist(name)}")
    faults += _policy(headers.get("Content-Security-Policy", ""))
    if ("Strict-Transport-Security" in headers) != secure:
        faults.append("Strict-Transport-Security belongs behind TLS, and nowhere else")
    if "Cache-Control" not in headers:
        faults.append("Cache-Control is missing")
    faults += [f"{name} names the program" for name in ("Server", "X-Powered-By") if name in headers]
    for cookie in headers.getlist("Set-Cookie"):
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        wanted = {"httponly", "samesite=lax", "path=/"} | ({"secure"} if secure else set())
        faults += [f"the cookie {cookie.split('=')[0]} lacks {part}" for part in sorted(wanted - parts)]
    if response.status_code >= 400 and response.mimetype == "text/html":
        found = TELLING.search(re.sub(r"<textarea.*?</textarea>", "", response.text, flags=re.DOTALL))
        if found:
            faults.append(f"an error page tells «{found[0]}»")
    return faults


def _policy(text: str) -> list[str]:
    parts = dict(part.strip().partition(" ")[::2] for part in text.split(";"))
    wanted = FILE_POLICY if "sandbox" in parts else PAGE_POLICY
    faults = [
        f"Content-Security-Policy: {name} is {parts.get(name)}"
        for name, value in wanted.items()
        if parts.get(name) != value
    ]
    if "unsafe" in text or "*" in text or "http" in text:
        faults.append("Content-Security-Policy lets in too much")
    return faults
