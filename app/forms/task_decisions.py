"""Deciding on many reports at once: for each task confirm, return with a reason, or leave it for later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..domain.task_board import Decision
from ..domain.task_steps import Action
from ._base import Form, LongText, NotLonger, _visible, tidy

REASON = 2000
_ROW = re.compile(r"version-([0-9]{1,10})")
_MOST_ID = 2**31


@dataclass(slots=True)
class Row:
    """What was typed about one task; ``choice`` is empty for those left for later."""

    task_id: int
    version: int = 0
    choice: str = ""
    reason: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def confirmed(self) -> bool:
        return self.choice == Action.CONFIRM

    @property
    def returned(self) -> bool:
        return self.choice == Action.RETURN


class DecisionsForm(Form):
    """``text`` is the reason for all that are returned without one of their own. ``rows``: by the task's id."""

    text = LongText(_l("Lý do chung (cho các nhiệm vụ trả lại mà chưa ghi lý do riêng)"), [NotLonger(REASON)])

    def read_rows(self, sent: Mapping[str, str]) -> dict[int, Row]:
        """The rows of the page that was sent; what is no row of it is left out."""
        found: dict[int, Row] = {}
        for name in sent:
            match = _ROW.fullmatch(name)
            if match is None or int(match[1]) >= _MOST_ID:
                continue
            id_, version = int(match[1]), tidy(sent.get(name))
            choice, reason = sent.get(f"decision-{id_}", ""), tidy(sent.get(f"text-{id_}"))
            found[id_] = Row(
                id_,
                int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
                choice if choice in {Action.CONFIRM, Action.RETURN} else "",
                reason if _visible(reason) else "",
            )
        return found

    def take(self, rows: dict[int, Row]) -> list[Decision] | None:
        """The decisions, or ``None`` when a row needs another look: its ``errors`` say why."""
        common = (self.text.data or "") if _visible(self.text.data or "") else ""
        decisions = []
        for row in rows.values():
            if len(row.reason) > REASON:
                row.errors.append(
                    _("Tối đa %(most)s ký tự; hiện có %(length)s.", most=REASON, length=len(row.reason))
                )
            elif row.returned and not (row.reason or common):
                row.errors.append(_("Ghi lý do trả lại."))
            elif row.reason and not row.returned:
                row.errors.append(_("Đã ghi lý do nhưng chưa chọn «Trả lại»."))
            if row.choice:
                reason = (row.reason or common) if row.returned else ""
                decisions.append(Decision(row.task_id, row.version, row.confirmed, reason))
        return None if any(row.errors for row in rows.values()) else decisions
