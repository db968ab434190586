"""Forms from finding to fixed: the conclusion, what the delegation says of a remedy, a re-inspection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField

from ..domain.conclusions import Conclusion
from ..domain.inspection_texts import InspectionText
from ..domain.inspections import InspectionKind
from ..domain.periods import Period
from ..domain.task_steps import STEP_OF, Action, Hop, Need
from ..vietnamese import clean_number_of_document
from ._base import Day, Form, Given, LongText, NotLonger, Text
from ._chosen import OneOf, read_id

_RECOMMENDATION, _FINDING, _CHOSEN = "recommendation-", "finding-", "chosen-"


class ConclusionForm(Form):
    """The document; :func:`conclusion_form` adds a deadline for everything it asks for."""

    number = Text(_l("Số, ký hiệu"), [Given(), NotLonger(100)], render_kw={"placeholder": "45/TB-SNV"})
    issued_on = Day(_l("Ngày ban hành"), [Given()])
    title = LongText(_l("Trích yếu"), [Given(), NotLonger(1000)], render_kw={"rows": 2})
    agency = Text(_l("Cơ quan ban hành"), [Given(), NotLonger(300)])
    due = Day(_l("Hạn báo cáo kết quả khắc phục"))

    def due_of(self, kind: str, id_: int) -> Field:
        return self[f"{kind}-{id_}"]

    def chosen(self, id_: int) -> Field:
        return self[f"{_CHOSEN}{id_}"]

    def conclusion(self, passed: Mapping[str, date]) -> Conclusion:
        """``passed``: the rows' own deadlines that had gone by and so were not proposed; a document of an earlier day keeps them."""
        given = dict(self.data)
        kept = {name: due for name, due in passed.items() if due >= given["issued_on"]}
        given |= {name: due for name, due in kept.items() if given[name] is None}
        recommendations = _numbered(given, _RECOMMENDATION)
        return Conclusion(
            number=clean_number_of_document(given["number"]),
            issued_on=given["issued_on"],
            title=given["title"],
            agency=given["agency"],
            due=given["due"],
            recommendations={id_: due for id_, due in recommendations.items() if due is not None},
            findings={
                id_: due for id_, due in _numbered(given, _FINDING).items() if given[f"{_CHOSEN}{id_}"]
            },
        )


def _numbered(given: dict[str, Any], kind: str) -> dict[int, date | None]:
    return {int(name.removeprefix(kind)): due for name, due in given.items() if name.startswith(kind)}


def conclusion_form(recommendations: Iterable[int], findings: Iterable[int], **more: Any) -> ConclusionForm:
    """The form with its rows, of the ids as they are on file; others that are sent are not read."""
    rows: dict[str, Any] = {f"{_RECOMMENDATION}{id_}": Day(_l("Hạn")) for id_ in recommendations}
    for id_ in findings:
        rows[f"{_CHOSEN}{id_}"] = BooleanField(_l("Giao khắc phục"))
        rows[f"{_FINDING}{id_}"] = Day(_l("Hạn"))
    form: ConclusionForm = type("ConclusionFormOfRows", (ConclusionForm,), rows)(**more)
    return form


class VerdictForm(Form):
    """What the delegation says of one task; ids begin with the action and the task, many stand on one page."""

    version = HiddenField(filters=[read_id])
    text = LongText(_l("Lý do, nhận xét"), [NotLonger(2000)], render_kw={"rows": 2})

    def __init__(self, action: Action, task_id: int, **more: Any) -> None:
        super().__init__(**more)
        self.action, self.task_id = action, task_id
        if Need.REASON not in STEP_OF[action].needs:
            del self.text
        for field in self:
            field.id = f"{action.replace('_', '-')}-{task_id}-{field.id}"
            field.label.field_id = field.id

    @property
    def asks(self) -> bool:
        return "text" in self

    def hop(self) -> Hop:
        return Hop(self.action, text=self.data.get("text", ""))


class ReinspectionForm(Form):
    delegation = OneOf(_l("Đoàn phúc tra"), coerce=read_id)
    unit = OneOf(_l("Đơn vị được phúc tra"), coerce=read_id)
    inspected_on = Day(_l("Ngày phúc tra"), [Given()])
    period_from = Day(_l("Thời kỳ phúc tra từ"), [Given()])
    period_to = Day(_l("Đến"), [Given()])
    period_label = Text(_l("Cách ghi thời kỳ trong biên bản"), [NotLonger(200)])
    scoring = BooleanField(_l("Chấm điểm lại theo bộ tiêu chí"))

    def offer(self, delegations: Sequence[tuple[int, str]], units: Sequence[tuple[int, str]]) -> None:
        self.delegation.choices = list(delegations)
        self.unit.choices = [("", _("Chọn đơn vị")), *units]
        if len(units) < 2:
            del self.unit

    def text(self) -> InspectionText:
        """What was typed; raises ``Invalid`` when days are out of order."""
        return InspectionText(
            kind=InspectionKind.PHUC_TRA,
            period=Period(self.period_from.data, self.period_to.data, self.period_label.data),
            inspected_on=self.inspected_on.data,
        )
