"""The periods of domain/periods.py."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.periods import Period, ReportKind, reporting_period, reporting_period_of, today
from app.domain.refusals import Invalid

YEARS = st.integers(1950, 2100)


@pytest.mark.parametrize(
    ("kind", "number", "start", "end", "label"),
    [
        (ReportKind.MONTH, 1, date(2024, 12, 15), date(2025, 1, 14), "Tháng 1 năm 2025"),
        (ReportKind.MONTH, 3, date(2025, 2, 15), date(2025, 3, 14), "Tháng 3 năm 2025"),
        (ReportKind.QUARTER, 1, date(2024, 12, 15), date(2025, 3, 14), "Quý I năm 2025"),
        (ReportKind.QUARTER, 2, date(2025, 3, 15), date(2025, 6, 14), "Quý II năm 2025"),
        (ReportKind.QUARTER, 4, date(2025, 9, 15), date(2025, 12, 14), "Quý IV năm 2025"),
        (ReportKind.HALF_YEAR, 1, date(2024, 12, 15), date(2025, 6, 14), "6 tháng đầu năm 2025"),
        (ReportKind.NINE_MONTHS, 1, date(2024, 12, 15), date(2025, 9, 14), "9 tháng năm 2025"),
        (ReportKind.YEAR, 1, date(2024, 12, 15), date(2025, 12, 14), "Năm 2025"),
    ],
)
def test_reporting_periods_are_those_of_decree_09_2019(kind, number, start, end, label):
    assert reporting_period(kind, 2025, number) == Period(start, end, label)


@pytest.mark.parametrize(
    ("kind", "number"), [(ReportKind.MONTH, 13), (ReportKind.MONTH, 0), (ReportKind.QUARTER, 5)]
)
def test_a_month_or_quarter_there_is_not_is_refused(kind, number):
    with pytest.raises(Invalid) as refused:
        reporting_period(kind, 2025, number)
    assert refused.value.field == "number"


@given(YEARS)
def test_months_follow_each_other_without_gap_and_make_the_year(year):
    months = [reporting_period(ReportKind.MONTH, year, m) for m in range(1, 13)]
    for before, after in pairwise(months):
        assert after.start == before.end + timedelta(days=1)
    whole = reporting_period(ReportKind.YEAR, year)
    assert (months[0].start, months[-1].end) == (whole.start, whole.end)
    assert sum(m.days for m in months) == whole.days
    quarters = [reporting_period(ReportKind.QUARTER, year, q) for q in range(1, 5)]
    assert sum(q.days for q in quarters) == whole.days


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from([ReportKind.MONTH, ReportKind.QUARTER, ReportKind.YEAR]),
)
def test_every_day_lies_in_its_month_quarter_and_year_of_reporting(day, kind):
    assert day in reporting_period_of(kind, day)


def test_the_day_after_the_fourteenth_belongs_to_the_next_month_of_reporting():
    assert reporting_period_of(ReportKind.MONTH, date(2025, 6, 14)).label == "Tháng 6 năm 2025"
    assert reporting_period_of(ReportKind.MONTH, date(2025, 6, 15)).label == "Tháng 7 năm 2025"
    assert reporting_period_of(ReportKind.YEAR, date(2025, 12, 15)).label == "Năm 2026"


def test_both_ends_belong_to_a_period():
    period = Period(date(2021, 1, 1), date(2022, 6, 30), "01/2021–6/2022")
    assert date(2021, 1, 1) in period
    assert date(2022, 6, 30) in period
    assert date(2022, 7, 1) not in period
    assert date(2020, 12, 31) not in period
    assert period.days == 546


def test_a_period_of_one_day_is_a_period():
    assert Period(date(2022, 9, 15), date(2022, 9, 15)).days == 1


def test_a_period_that_ends_before_it_begins_is_refused_at_its_end():
    with pytest.raises(Invalid) as refused:
        Period(date(2022, 9, 15), date(2022, 9, 14))
    assert refused.value.field == "period_to"


def test_periods_that_share_one_day_overlap():
    first = Period(date(2022, 1, 1), date(2022, 1, 31))
    assert first.overlaps(Period(date(2022, 1, 31), date(2022, 2, 5)))
    assert not first.overlaps(Period(date(2022, 2, 1), date(2022, 2, 5)))


def test_today_is_the_date_in_viet_nam():
    assert today(datetime(2022, 9, 15, 20, 0, tzinfo=UTC)) == date(2022, 9, 16)
    assert today(datetime(2022, 9, 15, 16, 59, tzinfo=UTC)) == date(2022, 9, 15)
    assert today(datetime(2022, 9, 15, 17, 0, tzinfo=UTC).replace(tzinfo=None)) == date(2022, 9, 16), (
        "a moment without a zone is UTC"
    )
    assert today(datetime(2022, 9, 15, 23, 0, tzinfo=timezone(timedelta(hours=7)))) == date(2022, 9, 15)
