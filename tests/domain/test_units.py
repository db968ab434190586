"""Kinds, days of validity and successions of units."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checklists import UnitLevel
from app.domain.refusals import Invalid
from app.domain.units import UnitKind, Validity, level_of

DAYS = st.dates(date(2000, 1, 1), date(2000, 3, 1))


@st.composite
def validities(draw):
    first = draw(DAYS)
    return Validity(first, draw(st.none() | st.dates(first, date(2000, 4, 1))))


@given(validities(), validities(), DAYS)
def test_two_units_overlap_when_one_day_belongs_to_both(one, other, day):
    assert one.overlaps(other) == other.overlaps(one)
    if day in one and day in other:
        assert one.overlaps(other)
    assert one.overlaps(other) == (one.first in other or other.first in one)


def test_a_unit_cannot_end_before_it_begins():
    with pytest.raises(Invalid):
        Validity(date(2025, 7, 1), date(2025, 6, 30))


def test_the_checklist_level_follows_the_kind_of_unit():
    assert level_of(UnitKind.PHUONG) is UnitLevel.XA
    assert level_of(UnitKind.DAC_KHU) is UnitLevel.XA
    assert level_of(UnitKind.QUAN) is UnitLevel.HUYEN
    assert level_of(UnitKind.SO_NGANH) is UnitLevel.SO
