"""/.well-known/security.txt (RFC 9116): whom to tell about a weakness that was found."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, Response, url_for

from ._login import now, settings

blueprint = Blueprint("security_txt", __name__)

# The standard asks for less than a year: who reads it later shall ask anew.
_HOLDS = timedelta(days=180)


@blueprint.get("/.well-known/security.txt")
def show() -> Response:
    """404 as long as nobody is named: an address that nobody reads is worse than none."""
    contact = settings().security_contact
    if not contact:
        return _plain("404\n", 404)
    expires = datetime.combine((now() + _HOLDS).date(), time())
    lines = [f"Contact: {contact}", f"Expires: {expires.isoformat()}Z", "Preferred-Languages: vi, en"]
    if settings().public_url.startswith("https://"):
        lines.append(f"Canonical: {settings().public_url}{url_for('security_txt.show')}")
    return _plain("\n".join(lines) + "\n", 200)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
