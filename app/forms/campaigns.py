"""Forms about campaigns."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, RadioField
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from ..domain.campaigns import CampaignText
from ..domain.inspections import CampaignKind
from ..domain.periods import Period
from ..vietnamese import clean_number_of_document
from ._base import Day, Form, Given, LongText, NotLonger, Text
from ._chosen import BaseVersion


class Year(Field):
    """A year as four digits; ``data`` is an ``int`` or ``None``. A count would be shown as «2.026»."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text:
            if not (text.isascii() and text.isdecimal() and len(text) == 4 and 2000 <= int(text) <= 2100):
                raise ValueError(_("Năm gồm bốn chữ số, từ 2000 đến 2100."))
            self.data = int(text)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")


class CampaignForm(Form):
    kind = RadioField(_l("Loại"), validate_choice=False)
    title = LongText(_l("Tên kế hoạch"), [Given(), NotLonger(500)], render_kw={"rows": 2})
    theme = Text(_l("Chuyên đề"), [NotLonger(500)])
    year = Year(_l("Năm"), [Given()], render_kw={"inputmode": "numeric", "maxlength": 4})
    agency = Text(_l("Cơ quan kiểm tra, giám sát"), [NotLonger(200)])
    parent_agency = Text(_l("Cơ quan chủ quản"), [NotLonger(200)])
    plan_number = Text(_l("Số kế hoạch"), [NotLonger(100)], render_kw={"placeholder": "12/KH-SNV"})
    plan_date = Day(_l("Ngày ban hành"))
    period_from = Day(_l("Thời kỳ kiểm tra, giám sát từ"), [Given()])
    period_to = Day(_l("Đến"), [Given()])
    period_label = Text(_l("Cách ghi thời kỳ trong biên bản"), [NotLonger(200)])
    note = LongText(_l("Ghi chú"), [NotLonger(2000)], render_kw={"rows": 2})
    version = BaseVersion()

    def validate_kind(self, field: Any) -> None:
        if field.data not in set(CampaignKind):
            raise ValidationError(_("Hãy chọn một mục trong danh sách."))

    def text(self) -> CampaignText:
        """The campaign; raises ``Invalid`` when the period ends before it begins."""
        return CampaignText(
            kind=CampaignKind(self.kind.data),
            title=" ".join(self.title.data.split()),
            theme=self.theme.data,
            year=self.year.data or 0,  # Given() has seen to it
            agency=self.agency.data,
            parent_agency=self.parent_agency.data,
            plan_number=clean_number_of_document(self.plan_number.data),
            plan_date=self.plan_date.data,
            period=Period(self.period_from.data, self.period_to.data, self.period_label.data),
            note=self.note.data,
        )


class PageForm(Form):
    """The query string of a list that has no filter; a page that is no number is the first one."""

    class Meta:
        csrf = False

    page = IntegerField(default=1)
