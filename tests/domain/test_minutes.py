"""The minutes as a value: sums, grade, and the snapshot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import scoring
from app.domain.inspections import Severity
from app.domain.minutes import Details, Minutes
from app.domain.minutes_scores import Adjustment, AreaLine, CriterionLine, GroupLine
from app.domain.scoring import Scored, Sum
from tests.examples import full_minutes

MINUTES = full_minutes()

scores = st.one_of(
    st.just(Scored()), st.just(Scored(None, True)), st.integers(0, 400).map(lambda points: Scored(points))
)
lines = st.builds(
    CriterionLine, code=st.text(), text=st.text(), max_points=st.just(400), self_score=scores, verified=scores
)
areas = st.builds(
    AreaLine,
    code=st.text(),
    name=st.text(),
    groups=st.lists(
        st.builds(GroupLine, st.text(), st.text(), st.lists(lines, max_size=4).map(tuple)), max_size=3
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(areas, max_size=4).map(tuple))
def test_the_whole_is_the_sum_of_its_areas_and_these_of_their_groups(parts):
    minutes = replace(MINUTES, areas=parts)
    assert minutes.verified_sum == sum((area.verified_sum for area in parts), Sum())
    assert minutes.self_sum == sum((g.self_sum for area in parts for g in area.groups), Sum())
    assert minutes.max_points == sum(area.max_points for area in parts)


@settings(max_examples=60, deadline=None)
@given(st.lists(areas, max_size=4).map(tuple), st.text())
def test_a_snapshot_gives_back_the_same_minutes(parts, opinion):
    minutes = replace(MINUTES, areas=parts, details=replace(MINUTES.details, opinion=opinion))
    text = minutes.to_json()
    again = Minutes.from_json(text)
    assert again.to_json() == text
    assert again.sha256 == minutes.sha256
    assert again.verified_sum == minutes.verified_sum


def test_the_full_example_survives_its_snapshot():
    assert Minutes.from_json(MINUTES.to_json()) == MINUTES
    assert Details.from_json(MINUTES.details.to_json()) == MINUTES.details


def test_any_change_changes_the_seal():
    assert replace(MINUTES, unit_name="UBND phường khác").sha256 != MINUTES.sha256


def test_not_applicable_criteria_leave_the_maximum():
    left_out = [line for line in MINUTES.lines if line.verified.not_applicable]
    assert left_out
    assert MINUTES.verified_sum.max_points == MINUTES.max_points - sum(line.max_points for line in left_out)


def test_bonus_and_deduction_stop_at_their_ceilings():
    minutes = replace(
        MINUTES,
        bonus_max=200,
        deduction_max=500,
        adjustments=(Adjustment(300, "Sáng kiến"), Adjustment(-100, "Chậm báo cáo")),
    )
    assert (minutes.bonus, minutes.deduction) == (200, 100)
    assert minutes.final_index == minutes.index + 200 - 100


def test_the_grade_follows_the_final_index_and_waits_for_the_last_criterion():
    assert MINUTES.grade == scoring.classify(MINUTES.final_index, MINUTES.bands)
    first = MINUTES.areas[0]
    unscored = replace(first.groups[0].criteria[0], verified=Scored())
    group = replace(first.groups[0], criteria=(unscored, *first.groups[0].criteria[1:]))
    area = replace(first, groups=(group, *first.groups[1:]))
    assert replace(MINUTES, areas=(area, *MINUTES.areas[1:])).grade is None


def test_shortcomings_are_counted_worst_first():
    assert list(MINUTES.shortcomings_by_severity) == [
        Severity.NGHIEM_TRONG,
        Severity.TRUNG_BINH,
        Severity.NHE,
    ]


def test_a_broken_identity_carries_its_explanation():
    ((check, explanation),) = MINUTES.dossiers.broken
    assert check.difference == 3
    assert "ghi trùng" in explanation


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"parent_agency":1}'])
def test_what_is_no_snapshot_is_not_taken_for_one(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Minutes.from_json(text)
