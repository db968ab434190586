"""The filter of the trail: a query string; what cannot be read is said, and filters nothing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField

from ..domain.periods import HANOI
from ..vietnamese import fold
from ._base import Day, Form, NotLonger, Text
from ._chosen import read_id


class TrailForm(Form):
    class Meta:
        csrf = False

    who = Text(_l("Người"), [NotLonger(100)])
    action = SelectField(_l("Việc"), validate_choice=False)
    kind = SelectField(_l("Đối tượng"), validate_choice=False)
    object = Text(_l("Số của đối tượng"), render_kw={"inputmode": "numeric"})
    criterion = Text(
        _l("Mã tiêu chí"), [NotLonger(30)], render_kw={"placeholder": "1.1.1", "autocomplete": "off"}
    )
    since = Day(_l("Từ ngày"))
    until = Day(_l("Đến ngày"))
    page = IntegerField(default=1)

    @property
    def words(self) -> str:
        return fold(self.who.data or "")[:100]

    @property
    def object_id(self) -> int | None:
        return read_id(self.object.data)

    def chosen(self, field: Any) -> str:
        """The choice, or nothing when it is none of the list."""
        known = {value for value, _label in field.choices or ()}
        return str(field.data) if field.data in known else ""

    @property
    def first(self) -> datetime | None:
        return datetime.combine(self.since.data, time(), HANOI) if self.since.data else None

    @property
    def after_last(self) -> datetime | None:
        if not self.until.data or self.until.data.year >= 9999:
            return None
        return datetime.combine(self.until.data, time(), HANOI) + timedelta(days=1)
