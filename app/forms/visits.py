"""The form that adds field visits (điểm khảo sát) to a session of giám sát."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from ..vietnamese import fold
from ._base import Day, Form, Given, NotLonger, Text
from .units import UnitIds


class VisitsForm(Form):
    """``q`` narrows the list of places; those chosen before stay chosen."""

    q = Text(_l("Tìm đơn vị"), [NotLonger(100)])
    unit_ids = UnitIds(_l("Đơn vị khảo sát"))
    inspected_on = Day(_l("Ngày khảo sát"), [Given()])

    @property
    def words(self) -> str:
        return fold(self.q.data or "")[:100]

    def validate_unit_ids(self, field: Any) -> None:
        if not field.data and not field.errors:
            raise ValidationError(_("Hãy chọn ít nhất một đơn vị."))
