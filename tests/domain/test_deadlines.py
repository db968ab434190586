"""Deadlines that can only be slips of the finger are refused."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.deadlines import require_deadline
from app.domain.refusals import Invalid

VISIT, TODAY = date(2022, 9, 15), date(2024, 2, 29)


@pytest.mark.parametrize("due", [None, VISIT, date(2024, 3, 1), date(2029, 2, 28)])
def test_deadlines_from_the_visit_on_are_taken(due):
    require_deadline(due, VISIT, TODAY)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2022, 9, 14), "trước ngày kiểm tra"),
        (date(2029, 3, 1), "quá xa"),
        (date(9999, 12, 31), "quá xa"),
    ],
)
def test_others_are_refused_at_their_field(due, said):
    with pytest.raises(Invalid, match=said) as refusal:
        require_deadline(due, VISIT, TODAY)
    assert refusal.value.field == "due_on"


def test_five_years_are_counted_from_a_visit_that_is_still_to_come():
    require_deadline(date(2029, 9, 15), date(2024, 9, 15), TODAY)


def test_what_is_asked_of_a_superior_has_nothing_to_do_with_the_visit():
    require_deadline(date(2022, 1, 1), None, TODAY)
    with pytest.raises(Invalid):
        require_deadline(date(2029, 3, 1), None, TODAY)
