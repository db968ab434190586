"""The form of one criterion's answer to the delegation's score, and of another deadline for all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectChoice
from wtforms.validators import ValidationError

from ..domain.explanations import Stance
from ._base import Day, Form, LongText, NotLonger

LONGEST = 5000


class AcceptForm(Form):
    """``seen``: when the points on the page were published."""

    seen = HiddenField(default="")

    def validate_seen(self, field: Any) -> None:
        if field.data and self.seen_at is None:
            raise ValidationError(_("Trang này đã cũ, hãy tải lại."))

    @property
    def seen_at(self) -> datetime | None:
        try:
            moment = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return None
        return moment if moment.tzinfo else None


class ExplanationForm(AcceptForm):
    """``version``: the answer that was on the page; 0 for none. ``over``: another's, to be replaced knowingly."""

    version = HiddenField(default="0")
    over = HiddenField(default="")
    stance = RadioField(
        _l("Ý kiến của đơn vị"),
        choices=[
            SelectChoice(Stance.ACCEPT.value, _l("Đồng ý")),
            SelectChoice(Stance.EXPLAIN.value, _l("Giải trình")),
        ],
        validate_choice=False,
    )
    text = LongText(_l("Nội dung giải trình"), [NotLonger(LONGEST)])

    def validate_version(self, field: Any) -> None:
        if not (field.data or "").isdecimal() or len(field.data) > 9:
            raise ValidationError(_("Trang này đã cũ, hãy tải lại."))

    def validate_over(self, field: Any) -> None:
        if field.data:
            self.validate_version(field)

    @property
    def seen_version(self) -> int:
        """The version that the person has before them."""
        return int(self.over.data or self.version.data)

    def validate_stance(self, field: Any) -> None:
        if field.data not in set(Stance):
            raise ValidationError(_("Hãy chọn «Đồng ý» hoặc «Giải trình»."))

    def validate_text(self, field: Any) -> None:
        if self.stance.data == Stance.EXPLAIN and not field.data:
            raise ValidationError(_("Hãy ghi nội dung giải trình."))


class ExplainDueForm(Form):
    due_on = Day(_l("Hạn giải trình mới"))
    reason = LongText(_l("Lý do"), [NotLonger(2000)], render_kw={"rows": 3, "required": True})
