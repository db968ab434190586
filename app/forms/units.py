"""Forms about units: search, a new unit, its end, what became of it; and fields that choose units."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import ValidationError

from ..domain.units import NewUnit, Succession, SuccessionType, UnitKind, Validity
from ..vietnamese import clean_number_of_document, fold
from ._base import Day, Form, Given, LongText, NotLonger, Text

_MOST_ID = 2**31 - 1  # what an id column of PostgreSQL holds


def _read_id(text: str) -> int:
    """An id as a check box sends it; anything else was not chosen from the list."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 0 < int(text) <= _MOST_ID):
        raise ValueError(_("Hãy chọn đơn vị trong danh sách."))
    return int(text)


class UnitId(Field):
    """One unit, chosen in the picker; ``data`` is its id or ``None``."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = _read_id(valuelist[0])


class UnitIds(Field):
    """Several units, chosen in the picker; ``data`` is a list of ids without repetition."""

    most = 500

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = []
        if len(valuelist) > self.most:
            raise ValueError(_("Chọn nhiều nhất %(most)s đơn vị một lần.", most=self.most))
        self.data = list(dict.fromkeys(_read_id(value) for value in valuelist if value.strip()))


class _Choice(SelectField):
    """A select field whose unknown words are answered with our sentence; the view gives the choices."""

    def pre_validate(self, _form: Any) -> None:
        if self.data not in {value for value, *_label in self.choices or ()}:
            raise ValidationError(_("Hãy chọn một mục trong danh sách."))


class _PageNumber(Field):
    """The page of a list; what is no number is the first one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = max(1, int(text)) if re.fullmatch(r"[0-9]{1,6}", text) else 1


class UnitSearchForm(Form):
    """The query string of the list. What cannot be read is said, and then nothing is filtered by it."""

    class Meta:
        csrf = False

    q = Text(_l("Tìm đơn vị"), [NotLonger(100)], render_kw={"autocomplete": "off", "enterkeyhint": "search"})
    kind = _Choice(_l("Loại"), default="")
    state = _Choice(
        _l("Hiệu lực"),
        choices=[
            SelectChoice("", _l("Tất cả")),
            SelectChoice("now", _l("Đang hoạt động")),
            SelectChoice("ended", _l("Đã kết thúc")),
        ],
        default="",
    )
    within = UnitId(_l("Thuộc"))
    page = _PageNumber(default=1)

    @property
    def words(self) -> str:
        return fold(self.q.data or "")[:100]

    @property
    def chosen_kind(self) -> UnitKind | None:
        return UnitKind(self.kind.data) if self.kind.data and not self.kind.errors else None


class UnitForm(Form):
    name = Text(_l("Tên đầy đủ"), [Given(), NotLonger(200)])
    kind = _Choice(_l("Loại đơn vị"), [Given()])
    parent = UnitId(_l("Đơn vị cấp trên"))
    code = Text(_l("Mã đơn vị hành chính"), [NotLonger(20)], render_kw={"inputmode": "numeric"})
    code_edoc = Text(_l("Mã định danh điện tử"), [NotLonger(35)])
    valid_from = Day(_l("Hoạt động từ ngày"), [Given()])
    valid_to = Day(_l("Đến hết ngày"))
    note = LongText(_l("Ghi chú"), [NotLonger(2000)])

    def validate_code(self, field: Any) -> None:
        if field.data and not (field.data.isascii() and field.data.isalnum()):
            raise ValidationError(_("Mã chỉ gồm chữ số và chữ cái không dấu, ví dụ 11779."))

    def new_unit(self) -> NewUnit:
        """The unit; raises ``Invalid`` when it ends before it begins."""
        first: date = self.valid_from.data
        return NewUnit(
            name=" ".join(self.name.data.split()),
            kind=UnitKind(self.kind.data),
            valid=Validity(first, self.valid_to.data),
            code=self.code.data or None,
            code_edoc=self.code_edoc.data or None,
            parent_id=self.parent.data,
            note=self.note.data,
        )


class CloseUnitForm(Form):
    valid_to = Day(_l("Ngày hoạt động cuối cùng"), [Given()])


class SuccessionForm(Form):
    type = _Choice(_l("Hình thức"), [Given()])
    day = Day(_l("Có hiệu lực từ ngày"), [Given()])
    successor = UnitIds(_l("Đơn vị kế thừa"))
    legal_document = Text(_l("Văn bản"), [Given(), NotLonger(300)])
    note = LongText(_l("Ghi chú"), [NotLonger(2000)])

    def validate_successor(self, field: Any) -> None:
        if not field.data and not field.errors:
            raise ValidationError(_("Hãy chọn ít nhất một đơn vị kế thừa."))

    def succession(self) -> Succession:
        return Succession(
            day=self.day.data,
            type=SuccessionType(self.type.data),
            legal_document=clean_number_of_document(self.legal_document.data),
            note=self.note.data,
        )
