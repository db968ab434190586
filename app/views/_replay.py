"""An operation from a queue file is posted to its own address, as its own account would post it now.

The same view, access table, form and verb as for a tablet; nothing here knows what a score is. Only addresses of
the outbox are let through, only with a right seal (``domain/seals.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any, cast

from flask import Flask, current_app, g, request
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from ..domain.queue_files import Queued, path_of
from ..domain.refusals import Refused, sentence
from ..queries.reading import end_reading
from ..queries.users import Account, active_account
from ..services.queue_files import Rehearsed
from ._errors import refusal_text
from ._login import now

# What the outbox sends, by its kind.
ENDPOINTS = {
    "answer": {"answers.save"},
    "finding": {"findings.create", "findings.change", "findings.remove", "findings.restore"},
    "recommendation": {
        "recommendations.create",
        "recommendations.change",
        "recommendations.remove",
        "recommendations.restore",
    },
    "photo": {
        "attachments.add_to_criterion",
        "attachments.add_to_finding",
        "attachments.add_to_new_finding",
        "attachments.add_to_task",
        "attachments.add_to_report",
    },
    "caption": {"attachments.caption", "attachments.caption_of_new"},
}
_BY_SCRIPT = Headers({"X-Requested-With": "soat"})
_CLOSED = sentence("Tài khoản này không còn hoạt động.")
_ELSEWHERE = sentence("Địa chỉ của mục này không phải nơi hàng chờ được gửi tới.")


@dataclass(frozen=True, slots=True)
class Result:
    """``state``: saved, conflict or refused; ``words``: the sentence of a refusal."""

    state: str
    words: str = ""


def replay(op: Queued, account: Account | None) -> Result:
    """Posts it; within a rehearsal nothing stays written."""
    if op.fault:
        return Result("refused", _(op.fault))
    if account is None:
        return Result("refused", _(_CLOSED))
    place = _place(op)
    if place is None:
        return Result("refused", _(_ELSEWHERE))
    endpoint, values = place
    # Nobody waits for the list of operations to be read: on SQLite a reader would keep the writer out.
    end_reading()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    locale = str(get_locale())
    # A context of its own: another person, another database session, no cookie of ours.
    with app.app_context(), app.request_context(_environment(op)), force_locale(locale):
        g._login_user = account
        g.now = now()
        # The seal stands in the place of the token: the request comes from no page.
        g.csrf_valid = True
        request.max_content_length = None
        return _ask(app, endpoint, values)


def accounts_of(operations: list[Queued]) -> dict[int, Account]:
    """The accounts that are open now, with the rights they have now."""
    ids = sorted({op.account for op in operations if not op.fault})
    found = {id_: active_account(id_, now()) for id_ in ids}
    return {id_: account for id_, account in found.items() if account is not None}


def _ask(app: Flask, endpoint: str, values: dict[str, Any]) -> Result:
    try:
        reply: Response = app.make_response(cast("Any", app.view_functions[endpoint](**values)))
    except Rehearsed as done:
        return Result("conflict" if getattr(done.result, "conflict", False) else "saved")
    except Refused as refusal:
        return Result("refused", refusal_text(refusal))
    except HTTPException as refusal:
        return Result("refused", _("Yêu cầu không thực hiện được.") + f" ({refusal.code})")
    if not g.get("access_checked"):
        raise RuntimeError(f"{endpoint} never checked access.")
    if reply.status_code < 400:
        return Result("saved")
    if reply.status_code == 409 and reply.headers.get("Soat-Op"):
        return Result("conflict")
    return Result("refused", _said(reply))


def _place(op: Queued) -> tuple[str, dict[str, Any]] | None:
    path = path_of(op.url)
    if path is None:
        return None
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(path, method="POST")
    except HTTPException:
        return None
    return (endpoint, dict(values)) if endpoint in ENDPOINTS[op.kind] else None


def _environment(op: Queued) -> dict[str, Any]:
    """As the sender of the outbox posts it."""
    data: dict[str, Any] = {**op.fields, "op_id": op.id, "device_at": op.at}
    if op.base is not None:
        data["base_version"] = str(op.base)
    if op.file is not None:
        data["file"] = (BytesIO(op.file.content), op.file.name, op.file.media_type or None)
    builder = EnvironBuilder(
        path=op.url, method="POST", data=data, headers=_BY_SCRIPT, base_url=request.host_url
    )
    try:
        return builder.get_environ()
    finally:
        builder.close()


def _said(reply: Response) -> str:
    text = unescape(re.sub(r"<[^>]*>", " ", reply.get_data(as_text=True)))
    return re.sub(r"\s+", " ", text).strip()[:300]
