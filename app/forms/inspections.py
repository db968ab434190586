"""Forms about inspections: the list's filter, several new ones, correcting one, a step's reason and deadline."""

from __future__ import annotations

from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import ValidationError

from ..domain.inspection_texts import InspectionText
from ..domain.inspections import InspectionKind, State
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


class Words(Protocol):
    """What kiểm tra and giám sát call their own, as far as forms say it."""

    @property
    def period_from(self) -> Any: ...
    @property
    def day(self) -> Any: ...
    @property
    def units(self) -> Any: ...


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

    def speak_of(self, words: Words) -> None:
        """Gives the fields the words of kiểm tra or of giám sát."""
        self.period_from.label.text = words.period_from
        self.inspected_on.label.text = words.day


class NewInspectionsForm(InspectionForm):
    unit_ids = UnitIds(_l("Đơn vị được kiểm tra"))
    version_id = OneOf(_l("Bộ tiêu chí"), [Given()], coerce=read_id)

    @property
    def chosen_version(self) -> int | None:
        version_id: int | None = self.version_id.data
        return version_id

    def speak_of(self, words: Words) -> None:
        super().speak_of(words)
        self.unit_ids.label.text = words.units

    def validate_unit_ids(self, field: Any) -> None:
        if not field.data and not field.errors:
            raise ValidationError(_("Hãy chọn ít nhất một đơn vị."))


class NewSupervisionsForm(NewInspectionsForm):
    """A giám sát is scored only when it is asked for; else no checklist is chosen."""

    scoring = BooleanField(_l("Có chấm điểm"))
    version_id = SelectField(_l("Bộ tiêu chí"), coerce=read_id, validate_choice=False)

    @property
    def chosen_version(self) -> int | None:
        return self.version_id.data if self.scoring.data else None

    def validate_version_id(self, field: Any) -> None:
        if self.scoring.data and field.data not in {value for value, _label in field.choices}:
            raise ValidationError(_("Hãy chọn một mục trong danh sách."))


class StepForm(Form):
    reason = LongText(_l("Lý do"), [NotLonger(2000)], render_kw={"rows": 3})
    due_on = Day(_l("Hạn giải trình"))
    # The state that the page showed: the same step may lead on from a later one too.
    seen = HiddenField()

    @property
    def seen_state(self) -> State | None:
        return next((word for word in State if word == self.seen.data), None)
