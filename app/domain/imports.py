"""A list carried in from a workbook: its states, how one names a unit, and what a row may not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from .areas import ReformArea
from .refusals import Conflict, sentence, told
from .tasks import DirectiveText

T = TypeVar("T")


def in_parts(things: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """The things in their order, so many at a time."""
    return (things[start : start + most] for start in range(0, len(things), most))


class ImportState(StrEnum):
    """Where one uploaded list stands. Nothing of it is among the tasks before ``DONE``."""

    READING = "reading"
    CHECKED = "checked"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TAKEN_BACK = "taken_back"


RUNNING = frozenset({ImportState.READING, ImportState.WRITING})
# What may still be called off, or end by itself when the server is restarted.
UNFINISHED = RUNNING | {ImportState.CHECKED}


def check_take_back(state: ImportState) -> None:
    """Only what was carried in can be taken back, and once."""
    if state is ImportState.TAKEN_BACK:
        raise Conflict(sentence("Lần nhập này đã được thu hồi."))
    if state is not ImportState.DONE:
        raise Conflict(sentence("Danh sách này chưa được nhập nên không có gì để thu hồi."))


@dataclass(frozen=True, slots=True)
class ImportedTask:
    """A row of an imported workbook: one task of one unit, named by its code or its name.

    ``completed_on``: it was done before it came here, in a list that was kept elsewhere.
    """

    row: int
    unit: str
    title: str
    assigned_on: date
    detail: str = ""
    directive: DirectiveText | None = None
    due: date | None = None
    lead: bool = True
    own_plan: bool = False
    area: ReformArea | None = None
    completed_on: date | None = None
    product_number: str = ""
    product_date: date | None = None
    result: str = ""

    def key(self, unit_id: int) -> TaskKey:
        """What makes two rows the same task: of two lists, or of a list and the tasks that are there."""
        text = self.directive
        same = (text.number, text.title, text.issued_on) if text else None
        return (unit_id, self.title, self.assigned_on, same)


DirectiveKey = tuple[str, str, date | None]
TaskKey = tuple[int, str, date, DirectiveKey | None]


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as it may be named: folded name, or code. ``ended``: its last day, where that has gone by."""

    id: int
    name: str
    folded: str
    code: str
    ended: date | None = None


@dataclass(frozen=True)
class UnitBook:
    """All units, those of today before those of old; ``allowed`` are those this person may give tasks to (``None``: every one)."""

    units: tuple[UnitName, ...]
    allowed: frozenset[int] | None = None
    _named: Mapping[str, tuple[UnitName, ...]] = field(init=False, repr=False)
    _last: Mapping[int, date | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        named: dict[str, tuple[UnitName, ...]] = {}
        for unit in self.units:
            for word in {unit.folded, unit.code.lower()} - {""}:
                named[word] = (*named.get(word, ()), unit)
        object.__setattr__(self, "_named", named)
        object.__setattr__(self, "_last", {unit.id: unit.ended for unit in self.units})

    def find(self, text: str, folded: str) -> int | str:
        """The id, or the reason why there is none. Of several units of one name the one they may give tasks to."""
        found = self._named.get(folded, ())
        # «Xã Cẩm Giang» and «Xã Cẩm Giàng» fold alike: who writes the tones means one of them.
        written = " ".join(text.lower().split())
        found = tuple(unit for unit in found if unit.name.lower() == written) or found
        mine = [unit for unit in found if self.allowed is None or unit.id in self.allowed]
        mine = [unit for unit in mine if unit.ended is None] or mine
        if len(mine) == 1:
            return mine[0].id
        if len(mine) > 1:
            if codes := ", ".join(unit.code for unit in mine if unit.code):
                return told(
                    sentence("có %(count)s đơn vị tên «%(unit)s»; hãy ghi mã đơn vị (%(codes)s)."),
                    count=len(mine),
                    unit=text,
                    codes=codes,
                )
            return told(
                sentence("có %(count)s đơn vị tên «%(unit)s»; hãy ghi mã đơn vị."), count=len(mine), unit=text
            )
        if found:
            return told(sentence("bạn không được giao nhiệm vụ cho «%(unit)s»."), unit=found[0].name)
        near = self._near(folded)
        if len(near) == 2:
            return told(
                sentence("không có đơn vị «%(unit)s». Có phải «%(near)s» hay «%(other)s»?"),
                unit=text,
                near=near[0],
                other=near[1],
            )
        if near:
            return told(sentence("không có đơn vị «%(unit)s». Có phải «%(near)s»?"), unit=text, near=near[0])
        return told(sentence("không có đơn vị «%(unit)s»."), unit=text)

    def ended_before(self, unit_id: int, day: date) -> date | None:
        """The last day of a unit that was no more on this day: nothing can have been given to it then."""
        last = self._last.get(unit_id)
        return last if last is not None and last < day else None

    def _near(self, folded: str) -> list[str]:
        among = {
            unit.folded: unit.name
            for unit in self.units
            if unit.folded and (self.allowed is None or unit.id in self.allowed)
        }
        return [among[word] for word in get_close_matches(folded, among, n=2, cutoff=0.75)]


@dataclass(frozen=True, slots=True)
class ListSummary:
    """What the check says before anything is written."""

    rows: int
    added: int
    known: int
    units: int
    directives: int
    new_directives: int
    done: int = 0


def summary(
    lines: Iterable[ImportedTask],
    unit_ids: Mapping[str, int],
    known: frozenset[TaskKey],
    known_directives: frozenset[DirectiveKey],
) -> ListSummary:
    """Counts of a list without faults."""
    keys, directives, units, done = [], set(), set(), 0
    for line in lines:
        key = line.key(unit_ids[line.unit])
        keys.append(key)
        units.add(key[0])
        if key[3] is not None:
            directives.add(key[3])
        done += line.completed_on is not None and key not in known
    there = sum(key in known for key in keys)
    return ListSummary(
        len(keys),
        len(keys) - there,
        there,
        len(units),
        len(directives),
        len(directives - known_directives),
        done,
    )
