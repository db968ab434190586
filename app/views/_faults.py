"""Faults of an uploaded list in the reader's language: kept as sentences with their places, filled when shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from ..documents.faults import Fault
from ..domain.refusals import Told
from ..models import ImportJob


def fault_json(fault: Fault) -> list[Any]:
    """Sheet, place, the Vietnamese reason; and, where the sentence is known, what it is made of."""
    kept: list[Any] = [fault.sheet, fault.place, str(fault.reason)]
    return [*kept, fault.reason.to_json()] if isinstance(fault.reason, Told) else kept


def fault_lines(faults: Iterable[Sequence[Any]]) -> list[tuple[str, str]]:
    """Place and reason of each kept fault; lists of an older version hold the Vietnamese alone."""
    return [(place, _words(reason, *kept)) for place, reason, *kept in faults]


def message_of(job: ImportJob) -> str:
    """Why a list was not taken; where its sentence is known, in the reader's language."""
    kept = job.summary.get("message")
    if kept:
        return "\n".join(_at(*one) for one in kept)
    return _(job.message) if job.message else ""


def _at(sheet: str, place: str, reason: str, *kept: Mapping[str, Any]) -> str:
    words = _words(reason, *kept)
    if not sheet:
        return words
    if place[:1].isupper():
        return _("Trang tính «%(sheet)s», ô %(place)s: %(reason)s", sheet=sheet, place=place, reason=words)
    number = "".join(filter(str.isdigit, place))
    return _("Trang tính «%(sheet)s», hàng %(number)s: %(reason)s", sheet=sheet, number=number, reason=words)


def _words(reason: str, kept: Mapping[str, Any] | None = None) -> str:
    if kept is None:
        return reason
    params = {
        name: _words(name, value) if isinstance(value, Mapping) else value
        for name, value in kept["params"].items()
    }
    text: str = _(kept["text"])
    return text % params if params else text
