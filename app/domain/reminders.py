"""Reminders: which mark of a task is due on a day, who is told what, and when mail is welcome.

A task is told seven, three and one days before and after its due date. After days without a run only the latest
mark that has passed is told, so that nobody is flooded; a mark is told once per recipient and due date.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from .news import News
from .periods import HANOI
from .refusals import Invalid, sentence
from .tasks import OPEN, Workflow

# Days from the due date, before and after.
DUE_MARKS = (-7, -3, -1, 1, 3, 7)
# Days from the report that waits for confirmation: nobody confirms by silence, so somebody must be told.
WAITING_MARKS = (3, 7)
# What a mail server refused for so long is old news; the digest stays in the app.
MAIL_FOR = timedelta(days=14)
# A run that took a digest to send it and never came back: another run may send it then.
TAKEN_FOR = timedelta(hours=1)


class Topic(StrEnum):
    """What a line is about: a due date, for the unit; for who gave the task a report that waits, or a refusal or a
    wish for more time that nobody has answered."""

    DUE = "den_han"
    WAITING = "cho_xac_nhan"
    ASKED = "cho_tra_loi"


MARKS: Mapping[Topic, tuple[int, ...]] = {
    Topic.DUE: DUE_MARKS,
    Topic.WAITING: WAITING_MARKS,
    Topic.ASKED: WAITING_MARKS,
}


class NoticeKind(StrEnum):
    DIGEST = "nhac_viec"


class Recipient(NamedTuple):
    """A person, or a unit's mailbox; one of both."""

    user_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task as far as reminding is concerned; cooperating units are reminded like the one in charge."""

    id: int
    unit_id: int
    title: str
    workflow: Workflow
    due: date | None
    reported_on: date | None = None
    unit_name: str = ""
    unit_sort: str = ""
    number: str = ""
    # The day of a refusal, or of a wish for more time, that nobody has answered yet.
    asked_on: date | None = None


class Mark(NamedTuple):
    """What of a task is to be told: ``days`` from ``counted_from``."""

    topic: Topic
    counted_from: date
    days: int


def latest_mark(topic: Topic, counted_from: date, day: date) -> int | None:
    """The last mark that has been passed on ``day``; ``None`` before the first."""
    passed = [mark for mark in MARKS[topic] if mark <= (day - counted_from).days]
    return passed[-1] if passed else None


def mark_of(task: OpenTask, day: date) -> Mark | None:
    """What is to be told of a task on a day; who has reported waits for the other side and is left alone."""
    if task.workflow not in OPEN:
        return None
    waits = task.workflow is Workflow.AWAITING
    topic, start = (Topic.WAITING, task.reported_on) if waits else (Topic.DUE, task.due)
    if start is None:
        return None
    days = latest_mark(topic, start, day)
    return None if days is None else Mark(topic, start, days)


def asked_mark_of(task: OpenTask, day: date) -> Mark | None:
    """What is to be told to who must answer a refusal or a wish, while the due date goes on running for the unit."""
    if task.asked_on is None or task.workflow not in OPEN or task.workflow is Workflow.AWAITING:
        return None
    days = latest_mark(Topic.ASKED, task.asked_on, day)
    return None if days is None else Mark(Topic.ASKED, task.asked_on, days)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest. ``left`` is days until the due date, negative after it; for a report or a request that
    waits, how long it has waited, as days that have passed."""

    task_id: int
    unit: str
    title: str
    topic: Topic
    counted_from: date
    left: int
    number: str = ""

    @property
    def overdue(self) -> bool:
        return self.topic is Topic.DUE and self.left < 0

    @property
    def waiting(self) -> bool:
        return self.topic is Topic.WAITING

    @property
    def asked(self) -> bool:
        return self.topic is Topic.ASKED

    def to_json(self) -> dict[str, Any]:
        return {
            "task": self.task_id,
            "unit": self.unit,
            "title": self.title,
            "topic": self.topic.value,
            "from": self.counted_from.isoformat(),
            "left": self.left,
            "number": self.number,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Line:
        day = date.fromisoformat(kept["from"])
        return cls(
            kept["task"],
            kept["unit"],
            kept["title"],
            Topic(kept["topic"]),
            day,
            kept["left"],
            kept.get("number", ""),
        )


@dataclass(frozen=True, slots=True)
class Digest:
    """What one recipient is told today: its lines in order, the marks that count as told by it, and what happened
    since the one before."""

    recipient: Recipient
    lines: tuple[Line, ...]
    marks: tuple[tuple[int, Mark], ...]
    news: tuple[News, ...] = ()


class Summary(NamedTuple):
    """How many lines of each class: what the title of a digest is made of.

    ``soon``: what a mark of 7, 3 or 1 days is told of today. That is no class of the figures: it begins earlier than
    «sắp quá hạn», says each mark once, and leaves alone who has reported.
    """

    overdue: int
    soon: int
    waiting: int
    asked: int = 0
    news: int = 0


def summary(lines: Iterable[Line], news: Iterable[News] = ()) -> Summary:
    lines = list(lines)
    overdue, waiting = sum(line.overdue for line in lines), sum(line.waiting for line in lines)
    asked = sum(line.asked for line in lines)
    soon = len(lines) - overdue - waiting - asked
    return Summary(overdue, soon, waiting, asked, sum(one.count for one in news))


def by_unit(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under the name of their unit, in the order they have."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.unit, []).append(line)
    return list(groups.items())


_ORDER = (Topic.DUE, Topic.ASKED, Topic.WAITING)

Told = Mapping[tuple[int, Recipient, Topic, date], int]


def digests(
    tasks: Iterable[OpenTask],
    recipients: Mapping[int, Iterable[Recipient]],
    told: Told,
    has_digest: Collection[Recipient],
    day: date,
    deciders: Mapping[int, Iterable[Recipient]] | None = None,
    news: Mapping[Recipient, Sequence[News]] | None = None,
) -> list[Digest]:
    """One digest per recipient who has none of this day yet and is owed something.

    ``deciders`` are told of a request of the unit that waits; ``news`` is what happened since the last digest.
    ``told`` is the latest mark told of a task to a recipient from a date: an earlier one is never told after it.
    What comes up after today's digest was made waits for tomorrow's, whose marks hold it still.
    """
    found: dict[Recipient, list[tuple[OpenTask, Mark]]] = {}
    for task in tasks:
        for mark, people in (
            (mark_of(task, day), recipients.get(task.id, ())),
            (asked_mark_of(task, day), (deciders or {}).get(task.id, ())),
        ):
            if mark is None:
                continue
            for recipient in dict.fromkeys(people):
                known = told.get((task.id, recipient, mark.topic, mark.counted_from))
                if recipient not in has_digest and (known is None or known < mark.days):
                    found.setdefault(recipient, []).append((task, mark))
    heard = {who: tuple(some) for who, some in (news or {}).items() if some and who not in has_digest}
    everybody = dict.fromkeys([*found, *heard])
    return [_digest(one, found.get(one, []), day, heard.get(one, ())) for one in everybody]


def _digest(
    recipient: Recipient, items: list[tuple[OpenTask, Mark]], day: date, news: tuple[News, ...] = ()
) -> Digest:
    """Units with something overdue first; within a unit overdue, due soon, waiting, each by its date."""
    late = {task.unit_id for task, mark in items if mark.topic is Topic.DUE and mark.counted_from < day}

    def order(item: tuple[OpenTask, Mark]) -> tuple[object, ...]:
        task, mark = item
        place = (task.unit_id not in late, task.unit_sort, task.unit_id)
        return (*place, _ORDER.index(mark.topic), mark.counted_from, task.id)

    items = sorted(items, key=order)
    lines = tuple(
        Line(
            task.id,
            task.unit_name,
            task.title,
            mark.topic,
            mark.counted_from,
            (mark.counted_from - day).days,
            task.number,
        )
        for task, mark in items
    )
    return Digest(recipient, lines, tuple((task.id, mark) for task, mark in items), news)


# --- When and where mail is welcome --------------------------------------------------------------------


class Hours(NamedTuple):
    """Quiet hours, from the first to the second on a clock in Viet Nam; they may go over midnight."""

    start: int
    end: int


def is_quiet(hours: Hours | None, now: datetime) -> bool:
    if hours is None:
        return False
    hour = now.astimezone(HANOI).hour
    if hours.start < hours.end:
        return hours.start <= hour < hours.end
    return hour >= hours.start or hour < hours.end


def own_hours(start: int | None, end: int | None) -> Hours | None:
    """Hours as they are kept: both or none."""
    return None if start is None or end is None else Hours(start, end)


def check_hours(start: int | None, end: int | None) -> None:
    if (start is None) != (end is None):
        raise Invalid(
            sentence("Hãy chọn cả giờ bắt đầu và giờ kết thúc, hoặc để trống cả hai."),
            field="quiet_to" if end is None else "quiet_from",
        )
    if start is not None and start == end:
        raise Invalid(sentence("Giờ bắt đầu và giờ kết thúc phải khác nhau."), field="quiet_to")
    if any(hour is not None and not 0 <= hour <= 23 for hour in (start, end)):
        raise Invalid(sentence("Giờ là số từ 0 đến 23."), field="quiet_from")


# Letters of plain ASCII only: what every mail server on the way understands, and nothing that could end a header.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def is_address(text: str) -> bool:
    return len(text) <= 254 and len(text.partition("@")[0]) <= 64 and bool(_ADDRESS.fullmatch(text))


def check_address(text: str) -> None:
    """Raises :class:`Invalid` unless it is empty or an address mail can be sent to."""
    if text and not is_address(text):
        raise Invalid(
            sentence(
                "Địa chỉ thư chưa đúng; ví dụ canbo.cautre@haiphong.gov.vn, không dấu, không khoảng trắng."
            ),
            field="email",
        )
