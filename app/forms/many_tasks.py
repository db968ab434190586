"""One act on many tasks, answers to many requests of units, and the end of all that a directive gave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from .. import vietnamese
from ..domain.task_many import ANSWERS, Answer
from ..domain.task_steps import STEP_OF, Action, Need
from ._base import Day, Form, LongText, NotLonger, _visible, tidy

REASON = 2000
_ANSWERS = {action.value: action for actions in ANSWERS.values() for action in actions}
_ROW = re.compile(r"version-([0-9]{1,10})")
_MOST_ID = 2**31


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def read_versions(sent: Mapping[str, str]) -> dict[int, int]:
    """Task → version of the rows of a page; what is no row is left out."""
    matches = ((name, _ROW.fullmatch(name)) for name in sent)
    return {
        int(match[1]): _number(tidy(sent.get(name)))
        for name, match in matches
        if match is not None and int(match[1]) < _MOST_ID
    }


class ManyForm(Form):
    """What one act asks for, once for all tasks that were chosen."""

    due = Day(_l("Hạn mới"))
    text = LongText(_l("Lý do (ghi vào từng nhiệm vụ)"), [NotLonger(REASON)], render_kw={"rows": 3})
    next = HiddenField()

    def __init__(self, action: Action) -> None:
        super().__init__()
        needs = STEP_OF[action].needs
        if Need.DUE not in needs:
            del self.due
        if Need.REASON not in needs:
            del self.text

    @property
    def day(self) -> date | None:
        return self.due.data if "due" in self else None

    @property
    def reason(self) -> str:
        return (self.text.data or "") if "text" in self else ""


class FilteredForm(ManyForm):
    """The same for all tasks of a filter. ``seal``: which tasks the page spoke of."""

    seal = HiddenField()
    leave = BooleanField(_l("Chừa lại các nhiệm vụ này, làm với các nhiệm vụ còn lại"))


class CancelAllForm(Form):
    """``shown``: how many tasks the page said there are."""

    shown = HiddenField()
    text = LongText(_l("Lý do hủy (ghi vào từng nhiệm vụ)"), [NotLonger(REASON)], render_kw={"rows": 3})

    @property
    def number(self) -> int:
        return _number(tidy(self.shown.data))


@dataclass(slots=True)
class Row:
    """What was typed about one request; ``choice`` is empty for those left for later."""

    task_id: int
    version: int = 0
    choice: str = ""
    due: str = ""
    errors: list[str] = field(default_factory=list)


class RequestsForm(Form):
    """``text`` is the reason for all of them."""

    text = LongText(_l("Lý do (chung cho các đề nghị được trả lời lần này)"), [NotLonger(REASON)])

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        # It stands on a page with the decisions on reports, which ask for a reason too.
        self.text.id = self.text.label.field_id = "answers-text"

    def read_rows(self, sent: Mapping[str, str]) -> dict[int, Row]:
        rows = {}
        for id_, version in read_versions(sent).items():
            choice = sent.get(f"answer-{id_}", "")
            due = tidy(sent.get(f"due-{id_}"))[:40]
            rows[id_] = Row(id_, version, choice if choice in _ANSWERS else "", due)
        return rows

    def take(self, rows: Mapping[int, Row]) -> list[Answer] | None:
        """The answers, or ``None`` when something is missing: the rows and the reason say what."""
        reason = (self.text.data or "") if _visible(self.text.data or "") else ""
        answers = []
        for row in rows.values():
            if not row.choice:
                continue
            due = None
            if row.choice == Action.EXTEND:
                try:
                    due = vietnamese.read_date(row.due)
                except vietnamese.Unreadable as fault:
                    row.errors.append(_(fault.text, **fault.params))
            answers.append(Answer(row.task_id, row.version, _ANSWERS[row.choice], due, reason))
        if answers and not reason:
            self.refuse(_("Ghi lý do."), "text")
            return None
        return None if any(row.errors for row in rows.values()) else answers
