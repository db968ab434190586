"""The fields of all forms by name: what a refused post held can be shown again under the words of its form."""

from __future__ import annotations

from functools import cache
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, PasswordField, RadioField, SelectField, SubmitField
from wtforms import Form as PlainForm

from ..domain.dossiers import COLUMN, EXTRA_WORDS

_NOT_TYPED = (BooleanField, FileField, HiddenField, PasswordField, RadioField, SelectField, SubmitField)
_ROOM = __name__.rpartition(".")[0]


@cache
def fields_of(room: str) -> dict[str, tuple[Any, bool]]:
    """Name → its words and whether a person types it; where forms differ, as the module ``room`` has it."""
    found: dict[str, tuple[Any, bool]] = {}
    for form in sorted(_forms(PlainForm), key=lambda one: one.__module__ == f"{_ROOM}.{room}"):
        for name in dir(form):
            field = getattr(form, name)
            kind = getattr(field, "field_class", None)
            if kind:
                words = field.args[0] if field.args else field.kwargs.get("label") or _column(name)
                found[name] = (words if not isinstance(words, list) else "", not issubclass(kind, _NOT_TYPED))
    return found


def _column(name: str) -> str:
    """The cells of form II.06 have their words in the head of its table."""
    return COLUMN[name].words if name in COLUMN else EXTRA_WORDS.get(name, "")


def _forms(above: type[PlainForm]) -> list[type[PlainForm]]:
    found = []
    for form in above.__subclasses__():
        found += [form] * form.__module__.startswith(_ROOM) + _forms(form)
    return found
