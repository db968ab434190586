"""Tasks as they stood at the end of a past day, and their figures rolled up the tree of units.

Every hop of a task holds its whole state from that day until the next hop. What is counted for a day is read
from the last hop of that day or before: nothing that happens later changes it (domain reference, section 7.2).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from .periods import Period
from .tasks import SOON_DAYS, Basis, Counts, Rate, Task, Workflow, count, done_due_rate

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Hop:
    """What one hop left behind: the task from ``effective_on`` until its next hop."""

    effective_on: date
    workflow: Workflow
    due: date | None = None
    completed_on: date | None = None


def as_of(hops: Sequence[Hop], day: date) -> Hop | None:
    """The last of the hops by the end of a day; none: there was no task yet.

    They stand in the order of their days, those of one day in that of logging. Done is only what was confirmed by that day, for only the confirmation leads to that state.
    """
    known = [hop for hop in hops if hop.effective_on <= day]
    return max(reversed(known), key=lambda hop: hop.effective_on, default=None)


# --- Figures that add up ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """The classes of T, and completed among due («đến hạn»): all four rates, which add up part by part."""

    counts: Counts = field(default_factory=Counts)
    due: Rate = field(default_factory=lambda: Rate(0, 0))

    def __add__(self, other: Tally) -> Tally:
        due = Rate(self.due.n + other.due.n, self.due.d + other.due.d)
        return Tally(self.counts + other.counts, due)

    @property
    def rates(self) -> tuple[Rate, Rate, Rate, Rate]:
        """H/T, completed among due, on time among completed, overdue/T."""
        counts = self.counts
        return counts.done_rate, self.due, counts.on_time_rate, counts.overdue_rate


def tally(
    tasks: Iterable[Task], day: date, basis: Basis = Basis.CURRENT, soon_days: int = SOON_DAYS
) -> Tally:
    everything = list(tasks)
    return Tally(count(everything, day, basis, soon_days), done_due_rate(everything, day, basis))


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


class By(StrEnum):
    """What the figures are split by."""

    UNIT = "don_vi"
    DIRECTIVE = "van_ban"
    AREA = "linh_vuc"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the figures. ``unit_id`` stands for its whole subtree."""

    day: date
    period: Period
    basis: Basis = Basis.CURRENT
    by: By = By.UNIT
    unit_id: int | None = None


def year_of(day: date, year: int | None = None) -> Period:
    """The calendar year, in which the plan of tasks is made."""
    year = year or day.year
    return Period(date(year, 1, 1), date(year, 12, 31), str(year))


# --- The tree of units: «/1/5/77/» is the path of unit 77 ------------------------------------------------


def common_root(paths: Iterable[str]) -> str:
    """The deepest place all these units stand below or at; one unit alone is shown below its parent."""
    all_paths = list(paths)
    parts = [path.strip("/").split("/") for path in all_paths]
    if not parts:
        return "/"
    if len(set(all_paths)) == 1:
        parts = [parts[0][:-1]]
    shared: list[str] = []
    for column in zip(*parts, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return "/" + "".join(f"{part}/" for part in shared)


def roll_up(tallies: Mapping[int, Tally], paths: Mapping[int, str], root: str) -> dict[int, Tally]:
    """The sum of each subtree right below ``root``; what the root has of its own stands under its own id."""
    sums: dict[int, Tally] = {}
    for unit_id, one in tallies.items():
        path = paths[unit_id]
        if not path.startswith(root):
            continue
        below = path[len(root) :].split("/")[0]
        key = int(below) if below else unit_id
        sums[key] = sums.get(key, Tally()) + one
    return sums


def ids_of(path: str) -> tuple[int, ...]:
    """The ids on the way from the top to a unit, its own last."""
    return tuple(int(part) for part in path.strip("/").split("/") if part)


# --- Month by month -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """H of T at the end of a day, for the year of that day."""

    day: date
    done: Rate


def month_ends(day: date, months: int = MONTHS) -> tuple[date, ...]:
    """The last days of the months before, and ``day`` itself as the last."""
    days = [day]
    while len(days) < months:
        first = days[-1].replace(day=1)
        if first <= date.min:
            break
        days.append(first - timedelta(days=1))
    return tuple(reversed(days))


def ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]
