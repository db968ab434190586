"""Forms about directives."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField

from ..domain.tasks import DirectiveText
from ..vietnamese import clean_number_of_document, fold
from ._base import Day, Form, Given, LongText, NotLonger, Text


class DirectiveForm(Form):
    number = Text(_l("Số, ký hiệu"), [NotLonger(100)], render_kw={"placeholder": "12/KH-UBND"})
    issued_on = Day(_l("Ngày ban hành"))
    title = LongText(_l("Trích yếu"), [Given(), NotLonger(1000)], render_kw={"rows": 2})
    agency = Text(_l("Cơ quan ban hành"), [NotLonger(300)])
    note = LongText(_l("Ghi chú"), [NotLonger(2000)], render_kw={"rows": 2})
    version = HiddenField(default="1")

    def text(self) -> DirectiveText:
        return DirectiveText(
            title=self.title.data,
            number=clean_number_of_document(self.number.data),
            issued_on=self.issued_on.data,
            agency=self.agency.data,
            note=self.note.data,
        )

    @property
    def base_version(self) -> int:
        """The version this form was made of; 0 when it cannot be read, so that it counts as stale."""
        text = str(self.version.data or "")  # a post without the field leaves the row's own number here
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


class DirectiveFilterForm(Form):
    """The query string of the list; what cannot be read filters nothing."""

    class Meta:
        csrf = False

    q = Text(_l("Tìm"), [NotLonger(200)])
    page = IntegerField(default=1)

    @property
    def words(self) -> str:
        return fold(self.q.data or "")[:200]
