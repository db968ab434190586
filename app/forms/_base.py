"""What all forms share: cleaned text, Vietnamese numbers and dates, and refusals at their field."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, FileField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from .. import vietnamese


def tidy(text: str | None) -> str:
    """NFC, outer blanks cut, without control characters and lone surrogates; «» for nothing."""
    return vietnamese.clean(text or "").strip()


class _OwnWords:
    """What WTForms itself says, in our words: it speaks no Vietnamese, and says only «not a valid choice»."""

    def gettext(self, _text: str) -> str:
        return _("Hãy chọn trong danh sách.")

    def ngettext(self, _one: str, _many: str, _number: int) -> str:
        return _("Hãy chọn trong danh sách.")


class Form(FlaskForm):
    """A form of the app; ``refuse`` puts a service's sentence at the field it belongs to."""

    class Meta:
        def get_translations(self, _form: Any) -> _OwnWords:
            return _OwnWords()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent as a form. JSON is not read, and a file only where the form has a field for one:
            a text field cannot read it."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return None
            places = {field.name for field in form if isinstance(field, FileField)}
            files = [(name, file) for name, file in request.files.items(multi=True) if name in places]
            return CombinedMultiDict([MultiDict(files), request.form]) if files else request.form or None

    def refuse(self, sentence: str, field: str = "") -> None:
        target = self._fields.get(field)
        if target is None:
            self.form_errors.append(sentence)
        else:
            target.errors = [*target.errors, sentence]


class Text(StringField):
    """One line of text; ``data`` is tidied."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, filters=[tidy], **options)


class LongText(TextAreaField):
    """Several lines of text; ``data`` is tidied."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, filters=[tidy], **options)


class _Typed(Field):
    """Text in, a value out. What was typed stays in ``raw`` and is shown again."""

    widget = StringField.widget
    data: Any
    wrong = ""

    def read(self, text: str) -> Any:
        raise AssertionError("each field reads its own kind")

    def show(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = tidy(valuelist[0]) if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = self.read(text)
        except vietnamese.Unreadable as error:
            self.data = None
            raise ValueError(_(error.text, **error.params)) from None


class Day(_Typed):
    """A date typed as d/m/yyyy; ``data`` is a ``date`` or ``None``."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        options.setdefault("render_kw", {})
        options["render_kw"] = {"inputmode": "numeric", "placeholder": "dd/mm/yyyy", **options["render_kw"]}
        super().__init__(label, validators, **options)

    def read(self, text: str) -> date:
        return vietnamese.read_date(text)

    def show(self, value: date) -> str:
        return vietnamese.date_short(value)


class Count(_Typed):
    """A count typed as «4.545» or 4545; ``data`` is an ``int`` or ``None``."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        options["render_kw"] = {"inputmode": "numeric", **(options.get("render_kw") or {})}
        super().__init__(label, validators, **options)

    def read(self, text: str) -> int:
        return vietnamese.read_count(text)

    def show(self, value: int) -> str:
        return vietnamese.count(value)


class Points(_Typed):
    """Points typed as «9,5» or «9.5»; ``data`` is whole hundredths or ``None``."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        options["render_kw"] = {"inputmode": "decimal", **(options.get("render_kw") or {})}
        super().__init__(label, validators, **options)

    def read(self, text: str) -> int:
        points = vietnamese.read_points(text) * 100
        if points != points.to_integral_value():
            raise vietnamese.Unreadable("Điểm có tối đa hai chữ số thập phân.")
        return int(points)

    def show(self, value: int) -> str:
        return vietnamese.points(value)


class Amount(_Typed):
    """A numerator or denominator: a count, or money with decimals; ``data`` is ``Decimal`` or ``None``."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **options: Any) -> None:
        options["render_kw"] = {"inputmode": "decimal", **(options.get("render_kw") or {})}
        super().__init__(label, validators, **options)

    def read(self, text: str) -> Decimal:
        return vietnamese.read_amount(text)

    def show(self, value: Decimal) -> str:
        return vietnamese.number(value)


def _visible(text: str) -> bool:
    """Whether there is anything to see: blanks and signs without a shape are nothing."""
    return any(unicodedata.category(sign)[0] not in "ZC" for sign in text)


class Given:
    """Something must be typed; like ``InputRequired`` but blank text counts as nothing."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.errors:
            raise StopValidation()  # what is wrong has been said
        if field.data is None or (isinstance(field.data, str) and not _visible(field.data)):
            raise ValidationError(_("Hãy điền mục này."))


class NotLonger:
    """At most ``most`` characters, counted after tidying."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data and len(field.data) > self.most:
            raise ValidationError(
                _("Tối đa %(most)s ký tự; hiện có %(length)s.", most=self.most, length=len(field.data))
            )
