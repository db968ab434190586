"""Periods: from one day to another, both included; the reporting periods the law knows; what day it is.

A period is never just «quý II»: reports and inspections begin and end on days of their own («từ 01/01/2021
đến 30/6/2022»), so it always holds its two days and a label.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .refusals import Invalid, sentence

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def today(now: datetime) -> date:
    """The date on a calendar in Viet Nam; a moment without a zone is UTC, as databases hand it back."""
    return (now if now.tzinfo else now.replace(tzinfo=UTC)).astimezone(HANOI).date()


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Thời kỳ: ``start`` and ``end`` both belong to it. Raises :class:`Invalid` when they are swapped."""

    start: date
    end: date
    label: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise Invalid(sentence("Ngày kết thúc kỳ không được trước ngày bắt đầu."), field="period_to")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def overlaps(self, other: Period) -> bool:
        """At least one day belongs to both."""
        return self.start <= other.end and other.start <= self.end


class ReportKind(StrEnum):
    """The periodic reports of NĐ 09/2019/NĐ-CP, Điều 12; the value says which months a number counts."""

    MONTH = "thang"
    QUARTER = "quy"
    HALF_YEAR = "sau_thang"
    NINE_MONTHS = "chin_thang"
    YEAR = "nam"


_ROMAN = ("I", "II", "III", "IV")


def reporting_period(kind: ReportKind, year: int, number: int = 1) -> Period:
    """The reporting period by law: it begins on the 15th of the month before and ends on the 14th.

    ``number`` is the month (1–12) or the quarter (1–4), and does not matter for the others, which all
    begin on 15/12 of the year before. Raises :class:`Invalid` for a month or quarter there is not.
    """
    match kind:
        case ReportKind.MONTH:
            if not 1 <= number <= 12:
                raise Invalid(sentence("Tháng phải từ 1 đến 12."), field="number")
            return _from_15_to_14(year, number, number, f"Tháng {number} năm {year}")
        case ReportKind.QUARTER:
            if not 1 <= number <= 4:
                raise Invalid(sentence("Quý phải từ 1 đến 4."), field="number")
            return _from_15_to_14(year, 3 * number - 2, 3 * number, f"Quý {_ROMAN[number - 1]} năm {year}")
        case ReportKind.HALF_YEAR:
            return _from_15_to_14(year, 1, 6, f"6 tháng đầu năm {year}")
        case ReportKind.NINE_MONTHS:
            return _from_15_to_14(year, 1, 9, f"9 tháng năm {year}")
        case ReportKind.YEAR:
            return _from_15_to_14(year, 1, 12, f"Năm {year}")


def _from_15_to_14(year: int, first: int, last: int, label: str) -> Period:
    month_before = date(year, first, 1) - timedelta(days=1)
    return Period(month_before.replace(day=15), date(year, last, 14), label)


def reporting_period_of(kind: ReportKind, day: date) -> Period:
    """The reporting period that holds the day; for 6 and 9 tháng the next one that ends on or after it."""
    for year in (day.year, day.year + 1):
        for number in range(1, 13 if kind is ReportKind.MONTH else 5 if kind is ReportKind.QUARTER else 2):
            period = reporting_period(kind, year, number)
            if day <= period.end:
                return period
    raise AssertionError("the periods of two years cover every day")  # pragma: no cover
