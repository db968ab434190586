"""Forms about tasks: the filters of the list, a new task, one hop of a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..domain.task_steps import STEP_OF, Action, Hop, Need, Product
from ..domain.tasks import NewTask, Timeliness, Workflow
from ..vietnamese import clean_number_of_document, fold
from ._base import Day, Form, Given, LongText, NotLonger, Text

Choices = Sequence[tuple[Any, Any]]
# What an id that is no number is read as: no choice has it, so it is refused as one.
_NO_ID = -1


def _id(text: Any) -> int | None:
    if text in (None, ""):
        return None
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else _NO_ID


class _OneOf(SelectField):
    """A select field whose refusal is a sentence."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Hãy chọn một mục trong danh sách.")) from None


class _SomeOf(SelectMultipleField):
    """Check boxes, of which any number may be chosen."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(_("Hãy chọn trong danh sách.")) from None


class TaskFilterForm(Form):
    """The query string of the list; what cannot be read filters nothing."""

    class Meta:
        csrf = False

    q = Text(_l("Tìm"), [NotLonger(200)])
    unit = SelectField(_l("Đơn vị"), coerce=_id, validate_choice=False)
    workflow = SelectField(_l("Trạng thái"), validate_choice=False)
    timeliness = SelectField(_l("Hạn"), validate_choice=False)
    sort = SelectField(_l("Thứ tự"), validate_choice=False)
    page = IntegerField(default=1)

    @property
    def words(self) -> str:
        return fold(self.q.data or "")[:200]

    @property
    def workflow_word(self) -> Workflow | None:
        return next((word for word in Workflow if word == self.workflow.data), None)

    @property
    def timeliness_word(self) -> Timeliness | None:
        return next((word for word in Timeliness if word == self.timeliness.data), None)


class NewTaskForm(Form):
    """A task for one or several units; the units and directives to choose from are given by the view."""

    directive = _OneOf(_l("Theo văn bản"), coerce=_id)
    title = LongText(_l("Nội dung nhiệm vụ"), [Given(), NotLonger(1000)], render_kw={"rows": 2})
    detail = LongText(_l("Yêu cầu, sản phẩm cần có"), [NotLonger(4000)], render_kw={"rows": 2})
    lead = _SomeOf(_l("Đơn vị chủ trì"), coerce=_id)
    cooperating = _SomeOf(_l("Đơn vị phối hợp"), coerce=_id)
    assigned_on = Day(_l("Ngày giao"), [Given()])
    due = Day(_l("Hạn hoàn thành"))
    own_plan = BooleanField(_l("Thuộc kế hoạch CCHC của chính đơn vị"))

    def __init__(self, units: Choices, directives: Choices, **more: Any) -> None:
        super().__init__(**more)
        self.directive.choices = [("", _("Không theo văn bản nào")), *directives]
        self.lead.choices = self.cooperating.choices = list(units)

    def task(self) -> NewTask:
        return NewTask(
            title=self.title.data,
            detail=self.detail.data,
            directive_id=self.directive.data,
            lead_ids=tuple(self.lead.data),
            cooperating_ids=tuple(self.cooperating.data),
            assigned_on=self.assigned_on.data,
            due=self.due.data,
            own_plan=self.own_plan.data,
        )


class HopForm(Form):
    """What one action asks for. Several stand on one page, so the ids begin with the action."""

    version = IntegerField()
    result = LongText(_l("Kết quả thực hiện"), [NotLonger(4000)], render_kw={"rows": 3})
    number = Text(_l("Số, ký hiệu văn bản sản phẩm"), [NotLonger(100)], render_kw={"placeholder": "45/BC-UBND"})
    issued_on = Day(_l("Ngày văn bản"))
    link = Text(_l("Đường dẫn tới sản phẩm"), [NotLonger(1000)], render_kw={"inputmode": "url"})
    progress = _OneOf(_l("Tiến độ"), coerce=_id, choices=[(n, f"{n}%") for n in range(0, 101, 5)])
    due = Day(_l("Hạn mới"))
    unit = _OneOf(_l("Đơn vị nhận nhiệm vụ"), coerce=_id)
    text = LongText(_l("Lý do"), [NotLonger(2000)], render_kw={"rows": 2})

    def __init__(self, action: Action, units: Choices = (), **more: Any) -> None:
        super().__init__(**more)
        self.action = action
        self.needs = STEP_OF[action].needs
        self.unit.choices = [("", _("Chọn đơn vị")), *units]
        if not self.fields & {"progress"}:
            del self.progress
        for field in self:
            field.id = f"{action.replace('_', '-')}-{field.id}"
            field.label.field_id = field.id

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields this action shows; the others are not read."""
        by_need = {
            Need.PRODUCT: ("result", "number", "issued_on", "link"),
            Need.PROGRESS: ("progress",),
            Need.DUE: ("due",),
            Need.UNIT: ("unit",),
            Need.REASON: ("text",),
        }
        return frozenset(name for need in self.needs for name in by_need[need])

    def hop(self) -> Hop:
        """The hop as the table of steps checks it."""
        product = Product(
            self.result.data,
            clean_number_of_document(self.number.data),
            self.issued_on.data,
            self.link.data,
        )
        return Hop(
            self.action,
            text=self.text.data if Need.REASON in self.needs else "",
            product=product if Need.PRODUCT in self.needs else None,
            due=self._due(),
            unit_id=self.unit.data if Need.UNIT in self.needs else None,
            progress=self.progress.data if Need.PROGRESS in self.needs else None,
        )

    def _due(self) -> date | None:
        day: date | None = self.due.data if Need.DUE in self.needs else None
        return day
