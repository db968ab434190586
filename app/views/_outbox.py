"""Answers to the outbox of a device (js/outbox.js), which keeps what it sent until our answer repeats its name."""

from __future__ import annotations

from datetime import datetime

from flask import Response, make_response, render_template, request

from ..domain.refusals import Conflict, Invalid
from ..forms._base import Form
from ..forms._device import read_moment
from ._errors import refusal_text


def is_from_outbox() -> bool:
    """Whether a script sent this that reads one line and one header, not a page."""
    return bool(request.headers.get("X-Requested-With"))


def echo(reply: Response, op_id: str | None) -> Response:
    """A captive portal answers 200 too; only our answer repeats the operation's name."""
    if op_id:
        reply.headers["Soat-Op"] = op_id
    return reply


def refuse_field(form: Form, refusal: Conflict | Invalid) -> None:
    """A verb's «no» at the field it is about; one about no field of a form is everybody's, and goes on."""
    if isinstance(refusal, Invalid) and refusal.field not in form:
        raise refusal
    form.refuse(refusal_text(refusal), refusal.field)


def refused_fields(form: Form) -> Response:
    """The sentences of a form that cannot be taken, with the labels of their fields."""
    words = []
    for name, faults in form.errors.items():
        label = form[name].label.text if name in form and form[name].type != "HiddenField" else ""
        words += [f"{label}: {fault}" if label else str(fault) for fault in faults]
    line = render_template("errors/_line.html", code=422, sentence=" ".join(words))
    return make_response(line, 422)


def device_at() -> datetime | None:
    """When the person wrote it, by their device's clock; ``None`` for a page's own form."""
    return read_moment(request.form.get("device_at"))
