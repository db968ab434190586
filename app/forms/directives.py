"""Forms about directives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField

from ..domain.tasks import DirectiveKind, DirectiveText
from ..vietnamese import clean_number_of_document, fold
from ._base import Day, Form, Given, LongText, NotLonger, Text
from ._chosen import OneOf


class DirectiveForm(Form):
    """A new directive takes its file along; later files come and go on its page."""

    kind = OneOf(_l("Loại văn bản"), default=DirectiveKind.CONG_VAN.value)
    number = Text(_l("Số, ký hiệu"), [NotLonger(100)], render_kw={"placeholder": "12/KH-UBND"})
    issued_on = Day(_l("Ngày ban hành"))
    title = LongText(_l("Trích yếu"), [Given(), NotLonger(1000)], render_kw={"rows": 2})
    agency = Text(_l("Cơ quan ban hành"), [NotLonger(300)])
    note = LongText(_l("Ghi chú"), [NotLonger(2000)], render_kw={"rows": 2})
    file = FileField(_l("Tệp văn bản"))
    version = HiddenField(default="1")

    def __init__(self, kinds: Sequence[tuple[Any, Any]], **more: Any) -> None:
        super().__init__(**more)
        self.kind.choices = list(kinds)
        # An old page, or a hand, that sends no kind.
        self.kind.data = self.kind.data or DirectiveKind.CONG_VAN.value

    def text(self) -> DirectiveText:
        return DirectiveText(
            title=self.title.data,
            number=clean_number_of_document(self.number.data),
            issued_on=self.issued_on.data,
            agency=self.agency.data,
            note=self.note.data,
            kind=DirectiveKind(self.kind.data),
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
    kind = SelectField(_l("Loại văn bản"), validate_choice=False)
    page = IntegerField(default=1)

    @property
    def words(self) -> str:
        return fold(self.q.data or "")[:200]

    @property
    def kind_word(self) -> DirectiveKind | None:
        return next((word for word in DirectiveKind if word == self.kind.data), None)
