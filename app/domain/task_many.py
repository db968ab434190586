"""One act on many tasks at once, and answers to many requests for more time: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .refusals import Invalid, sentence
from .task_steps import Action, Hop, Side

# What one press may do to many, and which side presses.
MANY: Mapping[Action, Side] = {
    Action.ACCEPT: Side.UNIT,
    Action.EXTEND: Side.ASSIGNER,
    Action.CANCEL: Side.ASSIGNER,
}
# So many tasks stand on one page with their ticks.
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class One:
    """A task with its own hop; ``version`` is the task as the page showed it."""

    task_id: int
    version: int
    hop: Hop


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assigning side says to a request for more time: a new due date, or no."""

    task_id: int
    version: int
    agreed: bool
    due: date | None = None
    reason: str = ""

    @property
    def hop(self) -> Hop:
        if self.agreed:
            return Hop(Action.EXTEND, self.reason, due=self.due)
        return Hop(Action.DECLINE, self.reason)


def check_many(ones: Sequence[One]) -> None:
    """Something is chosen, each task once, and not more than a page shows."""
    if not ones:
        raise Invalid(sentence("Chưa chọn nhiệm vụ nào."))
    if len({one.task_id for one in ones}) < len(ones):
        raise Invalid(sentence("Một nhiệm vụ chỉ được quyết định một lần."))
    if len(ones) > MOST_AT_ONCE:
        raise Invalid(sentence("Mỗi lần chọn nhiều nhất %(most)s nhiệm vụ."), most=MOST_AT_ONCE)
