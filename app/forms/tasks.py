"""Forms about tasks: the filters of the list, one hop of a task; a new one is in new_task.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import ValidationError

from ..domain.areas import ReformArea
from ..domain.task_board import Group
from ..domain.task_steps import STEP_OF, Action, Hop, Need, Product
from ..domain.tasks import Timeliness, Workflow
from ..vietnamese import clean_number_of_document, fold
from ._base import Day, Form, LongText, NotLonger, Text

Choices = Sequence[tuple[Any, Any]]
ACCEPT = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx"
# The list across all groups of the board.
EVERY_GROUP = "tat_ca"
# The list across all years.
EVERY_YEAR = "tat_ca"
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


class TaskFilterForm(Form):
    """The query string of the list; what cannot be read filters nothing."""

    class Meta:
        csrf = False

    q = Text(_l("Tìm"), [NotLonger(200)])
    unit = SelectField(_l("Đơn vị"), coerce=_id, validate_choice=False)
    directive = SelectField(_l("Văn bản"), coerce=_id, validate_choice=False)
    area = SelectField(_l("Lĩnh vực"), validate_choice=False)
    year = SelectField(_l("Năm"), validate_choice=False)
    group = HiddenField()
    by = HiddenField()
    asked = HiddenField()
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
    def area_word(self) -> ReformArea | None:
        return next((word for word in ReformArea if word == self.area.data), None)

    @property
    def year_number(self) -> int | None:
        words = str(self.year.data or "")
        known = words.isascii() and words.isdigit() and len(words) == 4
        return (int(words) or None) if known else None

    @property
    def every_year(self) -> bool:
        return self.year.data == EVERY_YEAR

    @property
    def group_word(self) -> Group | None:
        return next((word for word in Group if word == self.group.data), None)

    @property
    def every_group(self) -> bool:
        """Whether the list is asked for across the groups: by name, or because it was searched or narrowed."""
        narrowed = self.words or self.workflow_word or self.timeliness_word or self.asked.data
        return self.group.data == EVERY_GROUP or (not self.group.data and bool(narrowed))

    @property
    def timeliness_word(self) -> Timeliness | None:
        return next((word for word in Timeliness if word == self.timeliness.data), None)


_FIELDS_OF: dict[Need, tuple[str, ...]] = {
    Need.PRODUCT: ("result", "number", "issued_on", "link", "files"),
    Need.PROGRESS: ("progress",),
    Need.DUE: ("due",),
    Need.UNIT: ("unit",),
    Need.ANY_DUE: ("due", "no_due"),
    Need.REASON: ("text",),
}


class HopForm(Form):
    """What one action asks for: only its fields stay. Several stand on one page, so ids begin with the action."""

    version = HiddenField(filters=[_id])
    # The list from which a task is confirmed, to go back to.
    next = HiddenField()
    result = LongText(_l("Kết quả thực hiện"), [NotLonger(4000)], render_kw={"rows": 3})
    number = Text(_l("Số, ký hiệu văn bản sản phẩm"), [NotLonger(100)])
    issued_on = Day(_l("Ngày văn bản"))
    link = Text(_l("Đường dẫn tới sản phẩm"), [NotLonger(1000)], render_kw={"inputmode": "url"})
    files = MultipleFileField(_l("Tệp kèm báo cáo"), render_kw={"accept": ACCEPT})
    progress = _OneOf(
        _l("Tiến độ (chỉ để theo dõi, không tính vào tỷ lệ hoàn thành)"),
        coerce=_id,
        choices=[SelectChoice(str(n), f"{n}%") for n in range(0, 101, 5)],
    )
    due = Day(_l("Hạn mới"))
    no_due = BooleanField(_l("Không hạn"))
    unit = _OneOf(_l("Đơn vị nhận nhiệm vụ"), coerce=_id)
    text = LongText(_l("Lý do"), [NotLonger(2000)], render_kw={"rows": 2})

    def __init__(self, action: Action, units: Choices = (), **more: Any) -> None:
        super().__init__(**more)
        self.action = action
        self.unit.choices = [("", _("Chọn đơn vị")), *units]
        needed = {name for need in STEP_OF[action].needs for name in _FIELDS_OF.get(need, ())}
        for name in {name for names in _FIELDS_OF.values() for name in names} - needed:
            delattr(self, name)
        for field in self:
            field.id = f"{action.replace('_', '-')}-{field.id}"
            field.label.field_id = field.id

    @property
    def visible(self) -> list[Field]:
        """The fields a person fills in, in their order."""
        return [field for field in self if field.type not in {"CSRFTokenField", "HiddenField"}]

    @property
    def uploads(self) -> list[Any]:
        """The files that come with a report; a field left empty is none."""
        field = self._fields.get("files")
        return [one for one in (field.data or []) if getattr(one, "filename", "")] if field else []

    def hop(self) -> Hop:
        """The hop as the table of steps checks it."""
        given = self.data
        product = None
        if "result" in given:
            number = clean_number_of_document(given["number"])
            product = Product(given["result"], number, given["issued_on"], given["link"], len(self.uploads))
        return Hop(
            self.action,
            text=given.get("text", ""),
            product=product,
            due=given.get("due"),
            unit_id=given.get("unit"),
            progress=given.get("progress"),
            no_due=given.get("no_due", False),
        )
