"""The form of a new task: for one unit or for thousands, once or every month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..domain.areas import ReformArea
from ..domain.series import Calendar, Repeat, Series
from ..domain.tasks import NewTask
from ..vietnamese import fold
from ._base import Count, Day, Form, Given, LongText, NotLonger, Text
from ._chosen import OneOf, read_id

Choices = Sequence[tuple[Any, Any]]
# What an id that is no number is read as: no choice has it, so it is refused as one.
_NO_ID = -1


def _id(text: Any) -> int | None:
    return None if text in (None, "") else read_id(text) or _NO_ID


def _given(ids: Iterable[int | None] | None) -> list[int]:
    return [id_ for id_ in ids or () if id_ is not None]


class _Word(RadioField):
    """One of a few words; without it the first."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Hãy chọn một mục trong danh sách.")) from None


class _Units(SelectMultipleField):
    """Check boxes of units, of which any number may be chosen; only those that may be chosen are choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, _form: Any) -> None:
        if not set(self.data or ()) <= {value for value, _label in self.choices or ()}:
            raise ValidationError(_("Có đơn vị mà bạn không giao nhiệm vụ được. Hãy chọn lại."))


class NewTaskForm(Form):
    """The view gives the directives and, of the units, those that may be chosen among the ones on the page."""

    title = LongText(_l("Nội dung nhiệm vụ"), [Given(), NotLonger(1000)], render_kw={"rows": 2})
    detail = LongText(_l("Yêu cầu, sản phẩm cần có"), [NotLonger(4000)], render_kw={"rows": 2})
    directive = OneOf(_l("Theo văn bản"), coerce=_id)
    area = OneOf(_l("Lĩnh vực cải cách"))
    lead = _Units(_l("Đơn vị chủ trì"), coerce=_id, filters=[_given])
    lead_q = Text(_l("Tìm đơn vị chủ trì"), [NotLonger(100)])
    everyone = BooleanField(_l("Tất cả xã, phường, đặc khu"))
    cooperating = _Units(_l("Đơn vị phối hợp"), coerce=_id, filters=[_given])
    cooperating_q = Text(_l("Tìm đơn vị phối hợp"), [NotLonger(100)])
    assigned_on = Day(_l("Ngày giao"), [Given()])
    due = Day(_l("Hạn hoàn thành"))
    repeat = _Word(_l("Lặp lại"), default=Repeat.NONE.value)
    calendar = _Word(_l("Kỳ tính theo"), default=Calendar.PLAIN.value)
    until = Day(_l("Lặp lại đến hết ngày"))
    days_after = Count(_l("Hạn: số ngày sau khi hết kỳ"), default=0)
    own_plan = BooleanField(_l("Thuộc kế hoạch CCHC của chính đơn vị"))
    # Asked only of who has just given the same task.
    again = BooleanField(_l("Vẫn giao"))

    def __init__(
        self, directives: Choices, areas: Choices, repeats: Choices, calendars: Choices, **more: Any
    ) -> None:
        super().__init__(**more)
        self.directive.choices = [("", _("Không theo văn bản nào")), *directives]
        self.area.choices = [("", _("Không ghi lĩnh vực")), *areas]
        self.repeat.choices, self.calendar.choices = list(repeats), list(calendars)
        # What was not sent at all, by an old page or by hand, is the first of its choices.
        self.repeat.data = self.repeat.data or Repeat.NONE.value
        self.calendar.data = self.calendar.data or Calendar.PLAIN.value
        self.area.data = self.area.data or ""
        self.lead.choices = self.cooperating.choices = []

    @property
    def chosen(self) -> set[int]:
        """The ids of all units that were ticked one by one, whether they may be or not."""
        return {id_ for id_ in (*(self.lead.data or ()), *(self.cooperating.data or ())) if id_ > 0}

    @property
    def lead_words(self) -> str:
        return fold(self.lead_q.data or "")[:100]

    @property
    def cooperating_words(self) -> str:
        return fold(self.cooperating_q.data or "")[:100]

    def series(self) -> Series | None:
        repeat = next((word for word in Repeat if word == self.repeat.data), Repeat.NONE)
        if repeat is Repeat.NONE:
            return None
        calendar = next((word for word in Calendar if word == self.calendar.data), Calendar.PLAIN)
        return Series(repeat, self.until.data, calendar, self.days_after.data or 0)

    def task(self, everyone: Iterable[int] = ()) -> NewTask:
        """``everyone``: the ids that «tất cả xã, phường, đặc khu» stands for at this moment."""
        given = self.data
        leads = dict.fromkeys((*given["lead"], *(everyone if given["everyone"] else ())))
        return NewTask(
            title=given["title"],
            detail=given["detail"],
            directive_id=given["directive"],
            lead_ids=tuple(leads),
            cooperating_ids=tuple(given["cooperating"]),
            assigned_on=given["assigned_on"],
            due=given["due"],
            own_plan=given["own_plan"],
            area=next((area for area in ReformArea if area == given["area"]), None),
            series=self.series(),
        )
