"""Fields that choose: ids and words from lists the view gives, and the version a form was made of."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import Field, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

_MOST = 2**31 - 1  # what an integer column of PostgreSQL holds


def read_id(text: Any) -> int | None:
    """A positive number as a list sends it; ``None`` for anything else."""
    text = str(text if text is not None else "")
    if not (text.isascii() and text.isdecimal() and len(text) <= 10):
        return None
    return int(text) if 0 < int(text) <= _MOST else None


class OneOf(SelectField):
    """One of the choices; unknown words get our sentence, «» counts as nothing chosen."""

    def pre_validate(self, _form: Any) -> None:
        if self.data not in {self.coerce(value) for value, _label in self.choices or ()}:
            raise ValidationError(_("Hãy chọn một mục trong danh sách."))


class SomeOf(SelectMultipleField):
    """Several of the choices, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, _form: Any) -> None:
        known = {self.coerce(value) for value, _label in self.choices or ()}
        if not set(self.data or ()) <= known:
            raise ValidationError(_("Hãy chọn các mục trong danh sách."))


class BaseVersion(HiddenField):
    """The version of the row this form was made of; ``number`` is 0 when unreadable, so that it is stale."""

    @property
    def number(self) -> int:
        return read_id(self.data) or 0


class Numbers(Field):
    """Hidden numbers sent under one name; ``data`` is a list of ints. What is no number is left out."""

    most = 100

    def process_formdata(self, valuelist: list[str]) -> None:
        found = [
            int(text)
            for text in valuelist[: self.most]
            if text.isascii() and text.isdecimal() and len(text) < 5
        ]
        self.data = list(dict.fromkeys(found))
