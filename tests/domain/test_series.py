"""Regular tasks: periods that tile, labels, dates, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Invalid
from app.domain.series import MOST_PERIODS, Calendar, Occurrence, Repeat, Series, occurrences, periods

REPEATS = [repeat for repeat in Repeat if repeat is not Repeat.NONE]
DAY = timedelta(days=1)


@given(
    st.sampled_from(REPEATS),
    st.sampled_from(Calendar),
    st.dates(date(1990, 1, 1), date(2190, 1, 1)),
    st.integers(0, 1500),
)
def test_periods_tile_the_days_from_first_to_last_without_gap_or_overlap(repeat, calendar, first, days):
    until = first + timedelta(days=days)
    found = list(periods(repeat, calendar, first, until))
    assert first in found[0]
    assert until in found[-1]
    for one, next_ in pairwise(found):
        assert one.end + DAY == next_.start
    assert len({period.label for period in found}) == len(found)


@given(
    st.sampled_from(REPEATS),
    st.sampled_from(Calendar),
    st.dates(date(1990, 1, 1), date(2190, 1, 1)),
    st.integers(0, 1200),
    st.integers(0, 90),
)
def test_each_task_begins_with_its_period_and_is_due_after_its_end(repeat, calendar, first, days, after):
    series = Series(repeat, first + timedelta(days=days), calendar, after)
    found = occurrences(series, first)
    assert found[0].assigned_on == first
    assert all(one.assigned_on <= one.due for one in found)
    spans = periods(repeat, calendar, first, series.until)
    for one, period in zip(found, spans, strict=True):
        assert one.due - period.end == timedelta(days=after)
        assert one.assigned_on == max(first, period.start)


@pytest.mark.parametrize(
    ("repeat", "calendar", "labels", "due"),
    [
        (Repeat.MONTH, Calendar.PLAIN, ["Tháng 11/2026", "Tháng 12/2026", "Tháng 1/2027"], date(2027, 1, 31)),
        (Repeat.QUARTER, Calendar.PLAIN, ["Quý IV/2026", "Quý I/2027"], date(2027, 3, 31)),
        (Repeat.YEAR, Calendar.PLAIN, ["Năm 2026", "Năm 2027"], date(2027, 12, 31)),
        (
            Repeat.MONTH,
            Calendar.REPORTING,
            ["Kỳ báo cáo tháng 12/2026", "Kỳ báo cáo tháng 1/2027"],
            date(2027, 1, 14),
        ),
        (
            Repeat.QUARTER,
            Calendar.REPORTING,
            ["Kỳ báo cáo quý IV/2026", "Kỳ báo cáo quý I/2027"],
            date(2027, 3, 14),
        ),
        (Repeat.YEAR, Calendar.REPORTING, ["Kỳ báo cáo năm 2026", "Kỳ báo cáo năm 2027"], date(2027, 12, 14)),
    ],
)
def test_labels_and_the_last_due_date(repeat, calendar, labels, due):
    found = occurrences(Series(repeat, date(2027, 1, 10), calendar), date(2026, 11, 20))
    assert [one.label for one in found] == labels
    assert found[-1].due == due


def test_the_first_counts_from_the_given_day_the_others_from_their_period():
    assert occurrences(Series(Repeat.QUARTER, date(2026, 12, 31), days_after=5), date(2026, 9, 10)) == (
        Occurrence("Quý III/2026", date(2026, 9, 10), date(2026, 10, 5)),
        Occurrence("Quý IV/2026", date(2026, 10, 1), date(2027, 1, 5)),
    )


@pytest.mark.parametrize(
    ("series", "field"),
    [
        (Series(Repeat.MONTH, None), "until"),
        (Series(Repeat.MONTH, date(2026, 8, 31)), "until"),
        (Series(Repeat.MONTH, date(2031, 9, 1)), "until"),
        (Series(Repeat.MONTH, date(2026, 12, 31), days_after=91), "days_after"),
        (Series(Repeat.MONTH, date(2026, 12, 31), days_after=-1), "days_after"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(series, field):
    with pytest.raises(Invalid) as refused:
        occurrences(series, date(2026, 9, 1))
    assert refused.value.field == field


def test_sixty_periods_are_taken():
    assert len(occurrences(Series(Repeat.MONTH, date(2031, 8, 31)), date(2026, 9, 1))) == MOST_PERIODS
