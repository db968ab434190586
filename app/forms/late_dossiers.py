"""Forms about the ledger of late dossiers: its filter, one entry, many lines pasted from Excel."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, TextAreaField

from ..domain.late_dossiers import CAUSE_WORDS, LateCause, LateEntry, faults, tidy_code
from ..vietnamese import clean_number_of_document, count
from ._base import Count, Day, Form, Given, LongText, NotLonger, Text
from ._chosen import BaseVersion, OneOf

MOST_DAYS = 99_999
MOST_TIMES = 99
MOST_PASTED = 400_000


class LateFilterForm(Form):
    """The query string of the ledger; what cannot be read filters nothing."""

    class Meta:
        csrf = False

    only = BooleanField(_l("Chỉ hiện hồ sơ còn thiếu"))
    page = IntegerField(default=1)


class _AtMost:
    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is not None and field.data > self.most:
            field.errors = [*field.errors, _("Lớn nhất là %(most)s.", most=count(self.most))]
            field.data = None


class LateDossierForm(Form):
    """One late dossier of a report's period; every field that cannot be true gets its sentence."""

    version = BaseVersion(default="0")
    code = Text(_l("Mã hồ sơ"), [Given(), NotLonger(60)], render_kw={"autocomplete": "off"})
    field = Text(_l("Lĩnh vực"), [NotLonger(200)], render_kw={"list": "fields"})
    received_on = Day(_l("Ngày tiếp nhận"))
    due_on = Day(_l("Ngày hẹn trả"), [Given()])
    returned_on = Day(_l("Ngày trả kết quả"))
    days_late = Count(_l("Số ngày trễ"), [_AtMost(MOST_DAYS)])
    cause_kind = OneOf(_l("Nguyên nhân"), default="")
    cause = LongText(_l("Giải trình"), [NotLonger(2000)], render_kw={"rows": 3})
    apology_number = Text(_l("Số văn bản xin lỗi"), [NotLonger(100)])
    apology_on = Day(_l("Ngày văn bản xin lỗi"))
    reappointed_on = Day(_l("Ngày hẹn lại"))
    reappointed_times = Count(_l("Số lần hẹn lại"), [_AtMost(MOST_TIMES)])
    published = BooleanField(_l("Đã công khai lời xin lỗi"))

    def __init__(self, period: tuple[date, date], day: date, **more: Any) -> None:
        super().__init__(**more)
        self._period, self._day = period, day
        words = [(cause.value, _(CAUSE_WORDS[cause])) for cause in LateCause]
        self.cause_kind.choices = [("", _("Chưa phân loại")), *words]

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        refused = {name for name, sentences in self.errors.items() if sentences}
        refused |= {field.short_name for field in self if field.errors}
        for fault in faults(self.entry, *self._period, self._day):
            if fault.field not in refused:
                self.refuse(_(fault.text, **fault.params), fault.field)
                good = False
        return good and not refused

    @property
    def entry(self) -> LateEntry:
        kind = next((word for word in LateCause if word == self.cause_kind.data), None)
        return LateEntry(
            code=tidy_code(self.code.data or ""),
            field=self["field"].data or "",
            received_on=self.received_on.data,
            due_on=self.due_on.data,
            returned_on=self.returned_on.data,
            days_late=self.days_late.data,
            cause_kind=kind,
            cause=self.cause.data or "",
            apology_number=clean_number_of_document(self.apology_number.data or ""),
            apology_on=self.apology_on.data,
            reappointed_on=self.reappointed_on.data,
            reappointed_times=self.reappointed_times.data,
            published=bool(self.published.data),
        )

    def differs_from(self, stored: LateEntry) -> list[tuple[Any, object]]:
        """The fields in which what is stored is not what was typed, and what is stored there."""
        typed, there = asdict(self.entry), asdict(stored)
        # Days are counted from the dates; who leaves them open means the same.
        names = [name for name in there if typed[name] != there[name] and name != "days_late"]
        return [(self[name], there[name]) for name in names]


class PasteForm(Form):
    """Lines as Excel puts them on the clipboard: a tab between cells. Blank first cells count, so nothing is cut off."""

    text = TextAreaField(_l("Dán nhiều dòng từ Excel"), render_kw={"rows": 8, "spellcheck": "false"})

    @property
    def lines(self) -> str:
        return self.text.data or ""

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if not self.lines.strip():
            self.refuse(_("Hãy dán ít nhất một dòng."), "text")
            return False
        if len(self.lines) > MOST_PASTED:
            self.refuse(_("Dán quá dài; hãy chia thành nhiều lần."), "text")
            return False
        return good
