"""What a checklist is made of: rules and their JSON, criteria in order, codes."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checklists import (
    Area,
    Between,
    Checklist,
    Criterion,
    CriterionGroup,
    Penalty,
    Ratio,
    UnitLevel,
    YesNo,
    ZeroDen,
    rule_from_json,
    rule_to_json,
)
from tests.rules import rules


@given(rules())
def test_a_rule_comes_back_from_its_json(rule):
    assert rule_from_json(json.loads(json.dumps(rule_to_json(rule)))) == rule


@given(rules())
def test_no_number_of_a_rule_becomes_a_float(rule):
    def floats(value):
        if isinstance(value, dict):
            return any(floats(part) for part in value.values())
        if isinstance(value, list):
            return any(floats(part) for part in value)
        return isinstance(value, float)

    assert not floats(json.loads(json.dumps(rule_to_json(rule))))


def test_percentages_keep_their_digits():
    rule = Ratio("n", "d", Decimal("97.50"), Decimal("0.1"), Between.OF_TARGET, ZeroDen.FULL)
    assert rule_to_json(rule)["full_at"] == "97.50"
    assert rule_to_json(Penalty(Decimal("0.25"), "lỗi"))["per"] == "0.25"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "doan"},
        {"kind": "ty_le", "numerator": "n"},
        {"kind": "tru_diem", "fault_unit": "lỗi"},
        {"kind": "muc", "levels": [{"label": "Đủ"}]},
        {"kind": "ty_le"}
        | dict.fromkeys(("numerator", "denominator"), "x")
        | {"full_at": "1", "zero_below": "0", "between": "?", "zero_den": "toi_da"},
    ],
    ids=str,
)
def test_what_is_no_rule_is_refused(wrong):
    with pytest.raises((ValueError, KeyError)):
        rule_from_json(wrong)


def criterion(code: str) -> Criterion:
    return Criterion(code, f"Tiêu chí {code}", 100, YesNo())


TREE = Checklist(
    "Bộ thử",
    "1",
    UnitLevel.XA,
    500,
    0,
    0,
    date(2026, 1, 1),
    (
        Area(
            "1",
            "Chỉ đạo",
            300,
            (
                CriterionGroup("1.1", "a", 200, (criterion("1.1.1"), criterion("1.1.2"))),
                CriterionGroup("1.2", "b", 100, (criterion("1.2.1"),)),
            ),
        ),
        Area(
            "2", "Thể chế", 200, (CriterionGroup("2.1", "c", 200, (criterion("2.1.1"), criterion("2.1.2"))),)
        ),
    ),
)


def test_criteria_stand_in_the_order_of_display():
    assert [c.code for c in TREE.criteria] == ["1.1.1", "1.1.2", "1.2.1", "2.1.1", "2.1.2"]
    assert [area.code for area in TREE] == ["1", "2"]


def test_a_code_leads_to_its_criterion_and_area():
    area, found = TREE.by_code["2.1.2"]
    assert (area.code, found.code) == ("2", "2.1.2")
    assert TREE.areas_by_code["1"].criteria == TREE.criteria[:3]
    assert "9.9.9" not in TREE.by_code


@given(st.data())
def test_a_published_value_cannot_be_changed(data):
    thing = data.draw(st.sampled_from([TREE, TREE.areas[0], TREE.areas[0].groups[0], TREE.criteria[0]]))
    with pytest.raises(AttributeError):
        thing.code = "khác"
