"""A person is away at the provider of identities: what this browser keeps until they are back."""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest
from typing import Any

from flask import session, url_for
from flask_babel import get_locale

from ..domain.identities import ROUND_TRIP
from ..domain.refusals import Invalid, Missing, sentence
from ..oidc import Provider
from ..services.identities import without_reading
from ._login import now, settings

_KEPT = "oidc"


def provider() -> Provider:
    """The provider of this installation; 404 where there is none."""
    chosen = settings().oidc
    if chosen is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return chosen


def way_back() -> str:
    """The one address that the provider knows of us."""
    scheme = "https" if settings().secure_cookies else None
    return url_for("oidc.callback", _external=True, _scheme=scheme)


def leave(**kept: Any) -> str:
    """The address at the provider to go to; ``kept`` is there again on :func:`return_from`."""
    back, locale = way_back(), str(get_locale())
    asked = without_reading(lambda: provider().ask(back, locale))
    session[_KEPT] = {
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "at": now().timestamp(),
        **kept,
    }
    return asked.address


def return_from(state: str) -> dict[str, Any]:
    """What was kept, once: :class:`Invalid` for an answer to a question that this browser did not ask."""
    kept: dict[str, Any] = session.pop(_KEPT, None) or {}
    asked_here = compare_digest(str(kept.get("state", "")).encode(), state.encode("utf-8", "replace"))
    if not kept or not state or not asked_here:
        raise Invalid(
            sentence(
                "Lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã dùng rồi. Hãy bấm đăng nhập lại."
            )
        )
    if now().timestamp() - float(kept["at"]) > ROUND_TRIP / timedelta(seconds=1):
        raise Invalid(sentence("Đã quá lâu kể từ khi bấm đăng nhập. Hãy bấm đăng nhập lại."))
    return kept
