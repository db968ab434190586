"""Forms about inspections: the list's filter, several new ones, correcting one, a step's reason and deadline."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import ValidationError

from ..domain.inspections import InspectionKind, InspectionText, State
from ..domain.periods import Period
from ..vietnamese import fold
from ._base import Day, Form, Given, LongText, NotLonger, Text
from ._chosen import BaseVersion, OneOf, read_id
from .units import UnitIds


class InspectionFilterForm(Form):
    """The query string of the list; what cannot be read filters nothing."""

    class Meta:
        csrf = False

    q = Text(_l("Tìm đơn vị"), [NotLonger(100)])
    state = SelectField(_l("Trạng thái"), validate_choice=False)
    page = IntegerField(default=1)

    @property
    def words(self) -> str:
        return fold(self.q.data or "")[:100]

    @property
    def state_word(self) -> State | None:
        return next((word for word in State if word == self.state.data), None)


class InspectionForm(Form):
    kind = OneOf(_l("Hình thức"))
    period_from = Day(_l("Thời kỳ kiểm tra từ"), [Given()])
    period_to = Day(_l("Đến"), [Given()])
    period_label = Text(_l("Cách ghi thời kỳ trong biên bản"), [NotLonger(200)])
    inspected_on = Day(_l("Ngày kiểm tra"), [Given()])
    self_due_on = Day(_l("Hạn tự chấm"))
    version = BaseVersion()

    def text(self) -> InspectionText:
        """What was typed; raises ``Invalid`` when days are out of order."""
        return InspectionText(
            kind=InspectionKind(self.kind.data),
            period=Period(self.period_from.data, self.period_to.data, self.period_label.data),
            inspected_on=self.inspected_on.data,
            self_due_on=self.self_due_on.data,
        )


class NewInspectionsForm(InspectionForm):
    unit_ids = UnitIds(_l("Đơn vị được kiểm tra"))
    version_id = OneOf(_l("Bộ tiêu chí"), [Given()], coerce=read_id)

    def validate_unit_ids(self, field: Any) -> None:
        if not field.data and not field.errors:
            raise ValidationError(_("Hãy chọn ít nhất một đơn vị."))


class StepForm(Form):
    reason = LongText(_l("Lý do"), [NotLonger(2000)], render_kw={"rows": 3})
    due_on = Day(_l("Hạn giải trình"))
    # The state that the page showed: the same step may lead on from a later one too.
    seen = HiddenField()

    @property
    def seen_state(self) -> State | None:
        return next((word for word in State if word == self.seen.data), None)
