"""What a unit has to do, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.home import Due, DueKind, OwnInspection, in_order, of_inspections
from app.domain.inspections import CampaignKind, InspectionKind, State

DAY = date(2022, 9, 1)
OWN = OwnInspection(
    7,
    InspectionKind.DINH_KY,
    CampaignKind.KIEM_TRA,
    State.DANG_TU_CHAM,
    True,
    date(2022, 9, 15),
    date(2022, 9, 10),
    None,
    False,
    10,
    1,
)


def kinds(own: OwnInspection) -> list[DueKind]:
    return [due.kind for due in of_inspections([own])]


def test_a_self_score_is_due_on_its_day_and_counts_what_is_left():
    due = next(of_inspections([OWN]))
    assert (due.kind, due.due_on, due.left) == (DueKind.SELF_SCORE, date(2022, 9, 10), 9)
    full = replace(OWN, self_answered=10)
    assert kinds(full) == [DueKind.LOCK_SELF, DueKind.VISIT]
    # Not opened yet: there is nothing to lock.
    assert kinds(replace(full, state=State.DA_CO_QUYET_DINH)) == [DueKind.SELF_SCORE, DueKind.VISIT]


def test_what_is_not_scored_asks_for_no_scores():
    unscored = replace(OWN, scoring=False, campaign_kind=CampaignKind.GIAM_SAT)
    assert kinds(unscored) == [DueKind.VISIT]
    assert kinds(replace(unscored, state=State.CHO_KY_BIEN_BAN, published=True)) == [DueKind.MINUTES]


def test_an_unannounced_visit_is_not_announced():
    assert DueKind.VISIT not in kinds(replace(OWN, kind=InspectionKind.DOT_XUAT))


def test_published_scores_and_minutes_wait_for_the_unit():
    assert kinds(replace(OWN, state=State.CHO_KY_BIEN_BAN, published=True)) == [
        DueKind.MINUTES,
        DueKind.SCORES,
    ]


@pytest.mark.parametrize(
    "state", [State.DU_THAO, State.DANG_KIEM_TRA, State.DA_KY_BIEN_BAN, State.KET_THUC, State.HUY]
)
def test_in_other_states_nothing_waits_for_the_unit(state):
    assert kinds(replace(OWN, state=state)) == []


def test_late_first_then_what_presses_then_by_date_then_without_date():
    late = Due(DueKind.TASK, 1, date(2022, 8, 30))
    later = Due(DueKind.TASK, 2, date(2022, 9, 30))
    today = Due(DueKind.SELF_SCORE, 3, DAY)
    undated = Due(DueKind.TASK, 4)
    pressing = Due(DueKind.MINUTES, 5, pressing=True)
    earliest = Due(DueKind.DOSSIERS, 6, date(2022, 8, 1))
    ordered = in_order([undated, later, pressing, late, today, earliest], DAY)
    assert ordered == [earliest, late, pressing, today, later, undated]


def test_days_left_are_negative_when_late():
    assert Due(DueKind.TASK, 1, date(2022, 8, 30)).days_left(DAY) == -2
    assert Due(DueKind.TASK, 1, date(2022, 9, 4)).days_left(DAY) == 3
    assert Due(DueKind.TASK, 1).days_left(DAY) is None
