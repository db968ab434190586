"""What happened to tasks, told to the other side: who is told of what, and how mass acts become one line.

A unit is told what was given, returned, cancelled, answered and confirmed; who gave the task what was reported,
refused and wished. Nobody is told of their own doings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from .task_steps import Action

# What happened longer ago is old news: it stands in the history of the task, and in a digest if there was one.
NEWS_FOR = timedelta(days=14)
# What was made just now may not be there yet for who reads: it is left to the next digest.
SETTLED_AFTER = timedelta(minutes=1)
# More of a kind under one document than this are one line.
SINGLE = 3
# Nobody reads more at once.
MOST = 60

TO_UNIT = frozenset(
    {
        Action.ASSIGN,
        Action.RETURN,
        Action.CONFIRM,
        Action.EXTEND,
        Action.DECLINE,
        Action.CANCEL,
        Action.PAUSE,
        Action.RESUME,
        Action.MOVE,
        Action.REOPEN,
        Action.SETTLE,
        Action.UNMET,
        Action.UNDO,
        Action.CORRECT,
        Action.ADJUST,
        Action.TAKE_BACK,
    }
)
TO_GIVER = frozenset({Action.REPORT, Action.REFUSE, Action.ASK_EXTENSION})
# What the other side has to do something about comes first.
URGENT = (
    Action.RETURN,
    Action.UNMET,
    Action.REOPEN,
    Action.CANCEL,
    Action.TAKE_BACK,
    Action.REFUSE,
    Action.ASK_EXTENSION,
    Action.DECLINE,
    Action.EXTEND,
    Action.ADJUST,
    Action.UNDO,
    Action.ASSIGN,
)


@dataclass(frozen=True, slots=True)
class News:
    """One line: what happened to a task, or to ``count`` of them under one document (``task_id``: the latest)."""

    action: Action
    task_id: int
    title: str
    unit: str
    at: datetime
    # What it was done with: the reason, or what the report says.
    text: str = ""
    due: date | None = None
    directive_id: int | None = None
    number: str = ""
    count: int = 1

    def to_json(self) -> dict[str, Any]:
        return {
            "news": self.action.value,
            "task": self.task_id,
            "title": self.title,
            "unit": self.unit,
            "at": self.at.isoformat(),
            "text": self.text,
            "due": self.due.isoformat() if self.due else None,
            "directive": self.directive_id,
            "number": self.number,
            "count": self.count,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> News:
        return cls(
            Action(kept["news"]),
            kept["task"],
            kept["title"],
            kept["unit"],
            datetime.fromisoformat(kept["at"]),
            kept["text"],
            date.fromisoformat(kept["due"]) if kept["due"] else None,
            kept["directive"],
            kept["number"],
            kept["count"],
        )


def gathered(news: Iterable[News]) -> tuple[News, ...]:
    """The lines of what happened: many of a kind under one document are one, the urgent first, then the latest."""
    every = sorted(news, key=lambda one: (one.at, one.task_id), reverse=True)
    sizes = Counter((one.action, one.directive_id) for one in every)
    found: list[News] = []
    summed: set[tuple[Action, int | None]] = set()
    for one in every:
        group = (one.action, one.directive_id)
        if sizes[group] <= SINGLE:
            found.append(one)
        elif group not in summed:
            summed.add(group)
            found.append(summed_up(one, sizes[group]))
    return in_order(found)


def summed_up(latest: News, count: int) -> News:
    """One line for many: what is said of a single one is left out."""
    return replace(latest, count=count, text="", due=None)


def in_order(news: Iterable[News]) -> tuple[News, ...]:
    """The urgent first, of each kind the latest; not more than anybody reads."""

    def place(one: News) -> int:
        return URGENT.index(one.action) if one.action in URGENT else len(URGENT)

    return tuple(sorted(sorted(news, key=lambda one: one.at, reverse=True), key=place)[:MOST])
