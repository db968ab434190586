"""Answer → points: the cases offices gave (vectors.json) and the laws that hold for every rule."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checklists import (
    DEFAULT_BANDS,
    Area,
    Band,
    Between,
    Checklist,
    Criterion,
    Free,
    Level,
    Levels,
    Penalty,
    Ratio,
    UnitLevel,
    YesNo,
    ZeroDen,
)
from app.domain.refusals import Invalid
from app.domain.scoring import (
    MOST,
    UNSCORED,
    FreeInput,
    LevelInput,
    PenaltyInput,
    RatioInput,
    Scored,
    Sum,
    YesNoInput,
    add_up,
    classify,
    final_index,
    half_up,
    index_of,
    input_from_json,
    input_to_json,
    points_of,
    score,
    sum_of_area,
)
from tests.rules import areas, criteria, hundredths, inputs, ratio_rules

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text("utf-8"))
BETWEEN = {"ratio_of_100": Between.OF_100, "ratio_of_target": Between.OF_TARGET}
ZERO_DEN = {"na": ZeroDen.NOT_APPLICABLE, "full": ZeroDen.FULL, "zero": ZeroDen.ZERO}

LEVELS = Levels((Level("Đủ", 100), Level("Thiếu", 50), Level("Không có", 0)))
RATIO = Ratio("n", "d", Decimal(95), Decimal(80), Between.OF_100, ZeroDen.NOT_APPLICABLE)


def checklist(*its_areas: Area, bonus_max: int = 200, deduction_max: int = 500) -> Checklist:
    scale = sum(area.max_points for area in its_areas)
    return Checklist(
        "Bộ thử", "1", UnitLevel.XA, scale, bonus_max, deduction_max, date(2026, 1, 1), its_areas
    )


# --- What offices gave


@pytest.mark.parametrize("case", VECTORS["scoring"], ids=lambda case: case["name"])
def test_a_ratio_scores_as_the_offices_reckoned_it(case):
    rule = Ratio(
        "n",
        "d",
        Decimal(str(case["full_at"])),
        Decimal(str(case["zero_below"])),
        BETWEEN[case["between"]],
        ZERO_DEN[case["zero_den"]],
    )
    most = int(Decimal(str(case["max"])) * 100)
    points = points_of(rule, most, RatioInput(Decimal(case["n"]), Decimal(case["d"])))
    assert points == (None if case["expected"] is None else int(Decimal(case["expected"]) * 100))


@pytest.mark.parametrize(
    ("rule", "value", "points"),
    [
        (YesNo(), YesNoInput(True), 250),
        (YesNo(), YesNoInput(False), 0),
        (LEVELS, LevelInput(0), 100),
        (LEVELS, LevelInput(1), 50),
        (LEVELS, LevelInput(2), 0),
        (Penalty(Decimal("0.5"), "lỗi"), PenaltyInput(0), 250),
        (Penalty(Decimal("0.5"), "lỗi"), PenaltyInput(3), 100),
        (Penalty(Decimal("0.5"), "lỗi"), PenaltyInput(6), 0),
        (Penalty(Decimal("0.125"), "lỗi"), PenaltyInput(1), 238),  # 2,375 rounds half up
        (Free(), FreeInput(0), 0),
        (Free(), FreeInput(225), 225),
        (Free(), FreeInput(250), 250),
    ],
    ids=str,
)
def test_each_rule_gives_its_points(rule, value, points):
    assert points_of(rule, 250, value) == points


@pytest.mark.parametrize(
    ("rule", "value", "field"),
    [
        (LEVELS, LevelInput(3), "level"),
        (LEVELS, LevelInput(-1), "level"),
        (RATIO, RatioInput(Decimal(-1), Decimal(2)), "numerator"),
        (RATIO, RatioInput(Decimal(1), Decimal(-2)), "denominator"),
        (RATIO, RatioInput(MOST + 1, Decimal(2)), "numerator"),
        (RATIO, RatioInput(Decimal(1), MOST + 1), "denominator"),
        (RATIO, RatioInput(Decimal(1), Decimal(0)), "numerator"),
        (Penalty(Decimal(1), "lỗi"), PenaltyInput(-1), "faults"),
        (Penalty(Decimal(1), "lỗi"), PenaltyInput(int(MOST) + 1), "faults"),
        (Free(), FreeInput(-1), "points"),
        (Free(), FreeInput(251), "points"),
        (YesNo(), LevelInput(0), "value"),
        (RATIO, YesNoInput(True), "value"),
    ],
    ids=str,
)
def test_an_input_that_does_not_fit_is_refused_at_its_field(rule, value, field):
    with pytest.raises(Invalid) as refusal:
        points_of(rule, 250, value)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("policy", "points"), [(ZeroDen.NOT_APPLICABLE, None), (ZeroDen.FULL, 400), (ZeroDen.ZERO, 0)]
)
def test_a_zero_denominator_follows_the_policy_of_the_rule(policy, points):
    rule = Ratio("n", "d", Decimal(95), Decimal(80), Between.OF_100, policy)
    assert points_of(rule, 400, RatioInput(Decimal(0), Decimal(0))) == points


# --- Laws of one criterion


@given(st.data())
def test_points_lie_between_nothing_and_the_maximum(data):
    criterion = data.draw(criteria())
    points = points_of(criterion.rule, criterion.max_points, data.draw(inputs(criterion)))
    assert points is None or 0 <= points <= criterion.max_points


@given(ratio_rules(), hundredths, st.integers(1, 10**6), st.data())
def test_a_larger_numerator_never_scores_less(rule, most, d, data):
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, 2 * d)] * 2)))
    scores = [points_of(rule, most, RatioInput(Decimal(n), Decimal(d))) for n in (low, high)]
    assert scores == sorted(scores)


@given(st.decimals("0.01", 5, places=2), hundredths, st.integers(0, 500))
def test_one_more_fault_never_scores_more(per, most, faults):
    rule = Penalty(per, "lỗi")
    fewer, more = (points_of(rule, most, PenaltyInput(n)) for n in (faults, faults + 1))
    assert fewer >= more >= 0


@given(ratio_rules(), hundredths, st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_ratio_is_rounded_once_and_half_up(rule, most, n, d):
    """Against the exact fraction: never off by more than half a hundredth, a tie goes up."""
    percent = Fraction(100 * n, d)
    points = points_of(rule, most, RatioInput(Decimal(n), Decimal(d)))
    if percent >= Fraction(rule.full_at):
        assert points == most
    elif percent < Fraction(rule.zero_below):
        assert points == 0
    else:
        base = 100 if rule.between is Between.OF_100 else Fraction(rule.full_at)
        exact = most * percent / base
        assert Fraction(-1, 2) < points - exact <= Fraction(1, 2)


@given(st.fractions(-1000, 1000))
def test_half_up_is_the_nearest_whole_number_and_mirrors_at_zero(value):
    assert abs(half_up(value) - value) <= Fraction(1, 2)
    assert half_up(-value) == -half_up(value)


@pytest.mark.parametrize(
    ("value", "rounded"), [("1/2", 1), ("3/2", 2), ("5/2", 3), ("-1/2", -1), ("49/100", 0)]
)
def test_halves_go_away_from_zero_not_to_the_even_number(value, rounded):
    assert half_up(Fraction(value)) == rounded


@given(ratio_rules(), hundredths, st.integers(0, 10**6), st.integers(1, 10**6), st.integers(2, 1000))
def test_a_ratio_counts_the_same_however_it_is_written(rule, most, n, d, times):
    """14/27 = 28/54: points are a function of the fraction."""
    short = points_of(rule, most, RatioInput(Decimal(n), Decimal(d)))
    assert points_of(rule, most, RatioInput(Decimal(n * times), Decimal(d * times))) == short


@given(st.data())
def test_an_input_comes_back_from_its_json(data):
    criterion = data.draw(criteria())
    value = data.draw(inputs(criterion))
    stored = json.loads(json.dumps(input_to_json(value)))
    assert input_from_json(criterion.rule, stored) == value


@pytest.mark.parametrize(
    ("typed", "stored"), [("4541.50", "4541.5"), ("1E+3", "1000"), ("0", "0"), ("100", "100")]
)
def test_equal_figures_are_stored_as_equal_text(typed, stored):
    assert input_to_json(RatioInput(Decimal(typed), Decimal(1)))["n"] == stored


# --- Three kinds of empty, and sums


def test_not_scored_not_applicable_and_nothing_are_three_things():
    criterion = Criterion("1.1.1", "Tiêu chí", 100, YesNo())
    assert score(criterion, None) == UNSCORED != score(criterion, YesNoInput(False))
    assert score(criterion, YesNoInput(True), not_applicable=True) == Scored(None, True)
    assert score(criterion, YesNoInput(False)) == Scored(0)
    assert not UNSCORED.answered
    assert Scored(0).answered
    assert Scored(None, True).answered


def test_a_value_that_drops_out_by_calculation_is_not_applicable():
    criterion = Criterion("1.1.1", "Tiêu chí", 400, RATIO)
    assert score(criterion, RatioInput(Decimal(0), Decimal(0))) == Scored(None, True)


def answers_to(area: Area) -> st.SearchStrategy[dict[int, Scored]]:
    """Any mixture: unscored, not applicable, points."""
    return st.fixed_dictionaries(
        {},
        optional={
            leaf.id: st.one_of(
                st.just(UNSCORED),
                st.just(Scored(None, True)),
                st.builds(Scored, st.integers(0, leaf.max_points)),
            )
            for leaf in area.criteria
        },
    )


@given(st.data())
def test_not_applicable_leaves_the_denominator_and_unscored_does_not(data):
    area = data.draw(areas())
    scores = data.draw(answers_to(area))
    total = sum_of_area(area, scores)
    dropped = [leaf for leaf in area.criteria if scores.get(leaf.id, UNSCORED).not_applicable]
    assert total.max_points == area.max_points - sum(leaf.max_points for leaf in dropped)
    assert total.answered == sum(1 for scored in scores.values() if scored.answered)
    assert total.total == len(area.criteria)
    assert 0 <= total.points <= total.max_points
    assert total.complete == all(scores.get(leaf.id, UNSCORED).answered for leaf in area.criteria)


@given(st.data())
def test_the_sums_of_the_areas_add_up_to_the_sum_of_the_checklist(data):
    first, second = data.draw(areas("1", 1)), data.draw(areas("2", 100))
    scores = data.draw(answers_to(first)) | data.draw(answers_to(second))
    whole = checklist(first, second)
    parts = [sum_of_area(area, scores) for area in whole]
    assert sum(parts, Sum()) == add_up(whole.criteria, scores)


@given(st.data())
def test_marking_one_more_as_not_applicable_takes_exactly_its_own_points_away(data):
    area = data.draw(areas())
    scores = data.draw(answers_to(area))
    leaf = data.draw(st.sampled_from(area.criteria))
    before = sum_of_area(area, scores)
    old = scores.get(leaf.id, UNSCORED)
    after = sum_of_area(area, scores | {leaf.id: Scored(None, True)})
    assert after.points == before.points - (old.points or 0)
    assert after.max_points == before.max_points - (0 if old.not_applicable else leaf.max_points)


# --- Index, ceilings, classification


def test_an_index_without_anything_that_applies_is_no_number():
    assert index_of(0, 0) is None
    assert final_index(Sum(), 100, 0, checklist()) is None
    assert classify(None, DEFAULT_BANDS) is None


@pytest.mark.parametrize(
    ("points", "most", "index"),
    [(0, 100, 0), (100, 100, 10000), (2, 3, 6667), (1, 3, 3333), (89995, 100000, 9000)],
)
def test_the_index_is_a_share_of_what_applies_half_up(points, most, index):
    assert index_of(points, most) == index


@given(
    st.integers(0, 10000),
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.integers(0, 300),
    st.integers(0, 300),
)
def test_bonus_and_deduction_stop_at_their_ceilings_and_the_index_at_zero(
    points, bonus, deduction, bonus_max, deduction_max
):
    its = checklist(bonus_max=bonus_max, deduction_max=deduction_max)
    index = final_index(Sum(points, 10000, 1, 1), bonus, deduction, its)
    assert index == max(0, points + min(bonus, bonus_max) - min(deduction, deduction_max))
    assert index <= points + bonus_max
    assert index >= max(0, points - deduction_max)


def test_the_grade_is_that_of_the_rounded_figure():
    """89,995 prints as 90,00 and is «Xuất sắc»: figure and grade on paper agree."""
    index = index_of(89995, 100000)
    assert (index, classify(index, DEFAULT_BANDS)) == (9000, "Xuất sắc")
    assert classify(index_of(89994, 100000), DEFAULT_BANDS) == "Tốt"


@given(st.integers(0, 12000))
def test_the_bands_leave_no_hole(index):
    grades = [band.label for band in DEFAULT_BANDS if index >= band.from_index]
    assert classify(index, reversed(DEFAULT_BANDS)) == grades[0]


def test_bands_are_data_and_may_leave_the_lowest_ungraded():
    assert classify(4000, (Band("Đạt", 5000),)) is None
    assert classify(5000, (Band("Đạt", 5000),)) == "Đạt"
