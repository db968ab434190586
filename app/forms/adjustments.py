"""The form of bonus and deduction."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ._base import Form, LongText, NotLonger, Points
from ._chosen import BaseVersion


class AdjustmentsForm(Form):
    version = BaseVersion()
    bonus = Points(_l("Điểm thưởng"))
    bonus_reason = LongText(_l("Lý do, minh chứng của điểm thưởng"), [NotLonger(2000)])
    deduction = Points(_l("Điểm trừ"))
    deduction_reason = LongText(_l("Lý do, minh chứng của điểm trừ"), [NotLonger(2000)])
