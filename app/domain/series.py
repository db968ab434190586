"""Regular tasks (nhiệm vụ thường xuyên): the same work every month, quarter or year, one task per period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .periods import Period, ReportKind, reporting_period_of
from .refusals import Invalid, sentence

# Five years by month; who needs more gives a new series with next term's plan.
MOST_PERIODS = 60
# How long after the end of a period its work may be due.
MOST_DAYS_AFTER = 90


class Repeat(StrEnum):
    NONE = "khong"
    MONTH = "hang_thang"
    QUARTER = "hang_quy"
    YEAR = "hang_nam"


class Calendar(StrEnum):
    """Which months and quarters are meant: those of the calendar, or those of reports (NĐ 09/2019/NĐ-CP)."""

    PLAIN = "duong_lich"
    REPORTING = "ky_bao_cao"


@dataclass(frozen=True, slots=True)
class Series:
    """How a task repeats, as it is typed; ``until`` is the last day whose period is still given."""

    repeat: Repeat
    until: date | None
    calendar: Calendar = Calendar.PLAIN
    days_after: int = 0


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period's task: what it is called, from when it counts, and when it is due."""

    label: str
    assigned_on: date
    due: date


_MONTHS = {Repeat.MONTH: 1, Repeat.QUARTER: 3, Repeat.YEAR: 12}
_REPORTS = {
    Repeat.MONTH: ReportKind.MONTH,
    Repeat.QUARTER: ReportKind.QUARTER,
    Repeat.YEAR: ReportKind.YEAR,
}
_ROMAN = ("I", "II", "III", "IV")


def period_of(repeat: Repeat, calendar: Calendar, day: date) -> Period:
    """The month, quarter or year that holds the day."""
    if calendar is Calendar.REPORTING:
        found = reporting_period_of(_REPORTS[repeat], day)
        name = _named(repeat, found.end)
        return Period(found.start, found.end, f"Kỳ báo cáo {name[0].lower()}{name[1:]}")
    months = _MONTHS[repeat]
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(start, _first_after(start, months) - timedelta(days=1), _named(repeat, day))


def _named(repeat: Repeat, day: date) -> str:
    match repeat:
        case Repeat.MONTH:
            return f"Tháng {day.month}/{day.year}"
        case Repeat.QUARTER:
            return f"Quý {_ROMAN[(day.month - 1) // 3]}/{day.year}"
        case _:
            return f"Năm {day.year}"


def _first_after(start: date, months: int) -> date:
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1)


def periods(repeat: Repeat, calendar: Calendar, first: date, until: date) -> Iterator[Period]:
    """The periods from the one of ``first`` to the one of ``until``, without gap and overlap."""
    period = period_of(repeat, calendar, first)
    while period.start <= until:
        yield period
        period = period_of(repeat, calendar, period.end + timedelta(days=1))


def occurrences(series: Series, first: date) -> tuple[Occurrence, ...]:
    """The tasks a series gives from the day it was given on; raises :class:`Invalid` at the field that does not fit.

    The first counts from the given day, each later one from the first day of its period; each is due when its
    period ends, or so many days after.
    """
    if series.until is None:
        raise Invalid(sentence("Ghi ngày cuối của việc lặp lại."), field="until")
    if series.until < first:
        raise Invalid(sentence("Ngày cuối của việc lặp lại không được trước ngày giao."), field="until")
    if not 0 <= series.days_after <= MOST_DAYS_AFTER:
        raise Invalid(
            sentence("Hạn từ 0 đến %(most)s ngày sau khi hết kỳ."), field="days_after", most=MOST_DAYS_AFTER
        )
    found: list[Occurrence] = []
    for period in periods(series.repeat, series.calendar, first, series.until):
        if len(found) == MOST_PERIODS:
            raise Invalid(
                sentence("Nhiều nhất %(most)s kỳ một lần giao. Hãy chọn ngày cuối sớm hơn."),
                field="until",
                most=MOST_PERIODS,
            )
        due = period.end + timedelta(days=series.days_after)
        found.append(Occurrence(period.label, max(first, period.start), due))
    return tuple(found)
