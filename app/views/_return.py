"""Where a person goes back to: pages of this app, never an address elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException


def inside(target: str | None) -> str | None:
    """The target if it is an address of this app, else nothing (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target) else target


def page_inside(target: str | None) -> str | None:
    """The same, if it can also be opened: a form that was refused stands at an address that only takes posts."""
    address = inside(target)
    adapter = current_app.create_url_adapter(request)
    if address is None or adapter is None:
        return None
    try:
        adapter.match(urlsplit(address).path, method="GET")
    except HTTPException:
        return None
    return address
