"""Correcting a task after it was given: what of it is words, and what may be put in their place.

What the figures count by (units, days, whose plan it is) is no matter of words: who erred there cancels the task
and gives it anew. A due date that was wrong is a step of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from .areas import ReformArea
from .refusals import Invalid, sentence

# A due date farther off than that is a slip of the keyboard.
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Wording:
    """What a task says of itself: the work, the product that is wanted, its area, the document it comes from."""

    title: str
    detail: str = ""
    area: ReformArea | None = None
    directive_id: int | None = None

    def changed_from(self, before: Wording) -> dict[str, Any]:
        """The parts that are others now."""
        names = (field.name for field in fields(self))
        return {name: value for name in names if (value := getattr(self, name)) != getattr(before, name)}


def check_wording(new: Wording, before: Wording) -> None:
    """Raises :class:`Invalid` when nothing was corrected, or the task would say nothing any more."""
    if not new.title.strip():
        raise Invalid(sentence("Ghi nội dung nhiệm vụ."), field="title")
    if new == before:
        raise Invalid(sentence("Chưa có nội dung nào thay đổi."), field="title")


def carried_over(new: Wording, before: Wording, other: Wording) -> Wording:
    """The same correction at another task that was given along: what was not touched stays its own."""
    return replace(other, **new.changed_from(before))


def check_adjusted_due(
    due: date | None, no_due: bool, current: date | None, today: date, assigned_on: date | None = None
) -> None:
    """A due date put right: any day to come, or none at all; never one that could not be kept any more."""
    if due is not None and no_due:
        raise Invalid(sentence("Ghi hạn mới hoặc chọn «Không hạn», không cả hai."), field="due")
    if due is None and not no_due:
        raise Invalid(sentence("Ghi hạn mới, hoặc chọn «Không hạn»."), field="due")
    if due == current:
        raise Invalid(
            sentence("Nhiệm vụ vốn không có hạn.") if no_due else sentence("Hạn mới trùng với hạn hiện tại."),
            field="due",
        )
    if due is None:
        return
    if assigned_on is not None and due < assigned_on:
        raise Invalid(sentence("Hạn không được trước ngày giao."), field="due")
    if due < today:
        raise Invalid(sentence("Hạn mới không được trước hôm nay."), field="due")
    check_not_too_far(due, today, assigned_on)


def too_far(due: date, today: date, assigned_on: date | None = None) -> bool:
    return due.year - max(today, assigned_on or today).year > MOST_YEARS


def check_not_too_far(due: date, today: date, assigned_on: date | None = None) -> None:
    """Raises :class:`Invalid` at ``due`` for a year that nobody means."""
    if too_far(due, today, assigned_on):
        raise Invalid(
            sentence("Hạn quá xa: không quá %(years)s năm kể từ hôm nay hoặc từ ngày giao."),
            field="due",
            years=MOST_YEARS,
        )
