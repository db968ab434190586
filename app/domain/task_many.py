"""One act on many tasks at once, and answers to many requests of units: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from .refusals import Conflict, Invalid, sentence
from .task_steps import Action, Hop, Side

# What one press may do to many, and which side presses.
MANY: Mapping[Action, Side] = {
    Action.ACCEPT: Side.UNIT,
    Action.EXTEND: Side.ASSIGNER,
    Action.CANCEL: Side.ASSIGNER,
}
# What the assigning side may say to a request on the page where many wait; the first of them agrees.
ANSWERS: Mapping[Action, tuple[Action, Action]] = {
    Action.ASK_EXTENSION: (Action.EXTEND, Action.DECLINE),
    Action.REFUSE: (Action.CANCEL, Action.DECLINE),
}
# So many tasks stand on one page with their ticks.
MOST_AT_ONCE = 100
# So many of a filter one press moves without a tick each: all in one transaction, while others wait to write.
MOST_FILTERED = 1000


@dataclass(frozen=True, slots=True)
class One:
    """A task with its own hop; ``version`` is the task as the page showed it."""

    task_id: int
    version: int
    hop: Hop


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assigning side says to a request: a new due date, the end of a refused task, or no."""

    task_id: int
    version: int
    action: Action
    due: date | None = None
    reason: str = ""

    @property
    def hop(self) -> Hop:
        return Hop(self.action, self.reason, due=self.due if self.action is Action.EXTEND else None)


def check_many(ones: Sequence[One]) -> None:
    """Something is chosen, each task once, and not more than a page shows."""
    if not ones:
        raise Invalid(sentence("Chưa chọn nhiệm vụ nào."))
    if len({one.task_id for one in ones}) < len(ones):
        raise Invalid(sentence("Một nhiệm vụ chỉ được quyết định một lần."))
    if len(ones) > MOST_AT_ONCE:
        raise Invalid(sentence("Mỗi lần chọn nhiều nhất %(most)s nhiệm vụ."), most=MOST_AT_ONCE)


def seal_of(versions: Iterable[tuple[int, int]]) -> str:
    """Which tasks a page spoke of, by id and version in the order of their ids: one more, one less or one changed
    is another seal."""
    return sha256(",".join(f"{id_}:{version}" for id_, version in versions).encode()).hexdigest()


def check_filtered(versions: Sequence[tuple[int, int]], seal: str) -> None:
    """Not more than one press takes, and what the page spoke of, unchanged."""
    if len(versions) > MOST_FILTERED:
        raise Invalid(
            sentence("Mỗi lần chỉ làm được nhiều nhất %(most)s nhiệm vụ; hãy lọc hẹp lại."),
            most=MOST_FILTERED,
        )
    if seal_of(versions) != seal:
        raise Conflict(
            sentence("Danh sách vừa thay đổi: nay là %(now)s nhiệm vụ. Hãy xem lại rồi bấm lần nữa."),
            now=len(versions),
        )
