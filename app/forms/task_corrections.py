"""The form that puts a task right after it was given: the words of the form of a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from ..domain.areas import ReformArea
from ..domain.task_corrections import Wording
from ..domain.task_steps import Action, Hop
from ._base import Given, LongText, NotLonger
from ._chosen import OneOf, read_id
from .tasks import HopForm

Choices = Sequence[tuple[Any, Any]]
# What an id that is no number is read as: no choice has it, so it is refused as one.
_NO_ID = -1


def _id(text: Any) -> int | None:
    return None if text in (None, "") else read_id(text) or _NO_ID


class CorrectionForm(HopForm):
    """``along``: how many other units, and how many later periods here, were given the same task."""

    title = LongText(_l("Nội dung nhiệm vụ"), [Given(), NotLonger(1000)], render_kw={"rows": 2})
    detail = LongText(_l("Yêu cầu, sản phẩm cần có"), [NotLonger(4000)], render_kw={"rows": 2})
    directive = OneOf(_l("Theo văn bản"), coerce=_id)
    area = OneOf(_l("Lĩnh vực cải cách"))
    units = BooleanField()
    periods = BooleanField()

    def __init__(self, directives: Choices, areas: Choices, along: tuple[int, int], **more: Any) -> None:
        super().__init__(Action.CORRECT, **more)
        self.directive.choices = [("", _("Không theo văn bản nào")), *directives]
        self.area.choices = [("", _("Không ghi lĩnh vực")), *areas]
        self.area.data = self.area.data or ""
        others, later = along
        self.units.label.text = _("Sửa cả ở %(count)s đơn vị khác được giao cùng lần", count=others)
        self.periods.label.text = _("Sửa cả các kỳ sau (%(count)s kỳ)", count=later)
        # What reaches nothing else is not asked; sent by hand it reaches nothing either.
        for name, number in (("units", others), ("periods", later)):
            if not number:
                delattr(self, name)

    def wording(self) -> Wording:
        given = self.data
        return Wording(
            given["title"],
            given["detail"],
            next((area for area in ReformArea if area == given["area"]), None),
            given["directive"],
        )

    def hop(self) -> Hop:
        return Hop(self.action, wording=self.wording())
