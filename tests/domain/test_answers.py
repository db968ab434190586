"""What an operation makes of an answer, and what an answer still needs."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.answers import (
    NO_ANSWER,
    AnswerState,
    Field,
    Gap,
    Operation,
    Replaced,
    decide,
    differs,
    gap_of,
    replaced_by,
)
from app.domain.checklists import Area, Between, Criterion, CriterionGroup, Free, Ratio, YesNo, ZeroDen
from app.domain.inspections import Side
from app.domain.refusals import Invalid
from app.domain.scoring import FreeInput, LevelInput, RatioInput, Scored, YesNoInput
from tests.rules import areas, inputs

YES_NO = Criterion("1.1.1", "Có kế hoạch", 100, YesNo(), may_be_na=True, id=1)
FREE = Criterion("1.1.2", "Sáng kiến", 200, Free(), id=2)
RATIO = Criterion(
    "1.1.3",
    "Đúng hạn",
    400,
    Ratio("n", "d", Decimal(95), Decimal(80), Between.OF_100, ZeroDen.NOT_APPLICABLE),
    id=3,
)
AREA = Area("1", "Chỉ đạo", 700, (CriterionGroup("1.1", "Nhóm", 700, (YES_NO, FREE, RATIO)),))


def op(field: Field = Field.VALUE, base_version: int = 0, **rest) -> Operation:
    return Operation(str(uuid4()), Side.VERIFIED, field, base_version, **rest)


def after(*operations: Operation, criterion: Criterion = YES_NO, approves: bool = False, area: Area = AREA):
    state = NO_ANSWER
    for operation in operations:
        state = decide(area, criterion, state, operation, approves)
    return state


YES, NO = op(value=YesNoInput(True)), op(value=YesNoInput(False))
NA = op(Field.NOT_APPLICABLE, not_applicable=True, na_reason="Không phát sinh")


# --- What an operation changes


def test_a_tap_gives_the_value_its_points_and_the_next_version():
    state = after(YES)
    assert (state.value, state.points, state.version) == (YesNoInput(True), 100, 1)
    assert state.scored == Scored(100)


def test_a_score_can_be_taken_back():
    state = after(YES, op(value=None))
    assert (state.value, state.points, state.version) == (None, None, 2)
    assert not state.scored.answered


def test_each_field_leaves_the_others_as_they_are():
    state = after(YES, op(Field.REASON, reason="Thiếu dấu"), op(Field.NOTE, note="Xem lại"), NO)
    assert (state.points, state.reason, state.note) == (0, "Thiếu dấu", "Xem lại")
    assert after(YES, op(Field.NOTE, note="a"), op(Field.NOTE)).note == ""


def test_a_whole_card_says_everything_at_once():
    state = after(YES, op(Field.NOTE, note="cũ"), op(Field.ALL, value=YesNoInput(False), reason="Không thấy"))
    assert (state.points, state.reason, state.note, state.version) == (0, "Không thấy", "", 3)


def test_the_reason_for_free_points_may_come_with_the_value():
    state = after(op(value=FreeInput(150), reason="Mô hình mới"), criterion=FREE)
    assert (state.points, state.reason) == (150, "Mô hình mới")


def test_a_value_without_points_is_out_of_the_scale():
    state = after(op(value=RatioInput(Decimal(0), Decimal(0))), criterion=RATIO)
    assert state.scored == Scored(None, True)
    assert not state.not_applicable


def test_a_value_that_does_not_fit_the_rule_is_refused():
    with pytest.raises(Invalid):
        after(op(value=LevelInput(0)))


# --- «Không áp dụng»


def test_not_applicable_takes_the_points_away_and_keeps_the_value():
    state = after(YES, NA)
    assert (state.points, state.value, state.scored) == (None, YesNoInput(True), Scored(None, True))


def test_taking_not_applicable_back_brings_the_points_again():
    state = after(YES, NA, op(Field.NOT_APPLICABLE))
    assert (state.points, state.not_applicable, state.na_reason) == (100, False, "")


def test_not_applicable_needs_a_reason():
    with pytest.raises(Invalid) as refusal:
        after(op(Field.NOT_APPLICABLE, not_applicable=True))
    assert refusal.value.field == "na_reason"


def test_not_applicable_needs_the_checklists_permission():
    with pytest.raises(Invalid) as refusal:
        after(NA, criterion=FREE)
    assert refusal.value.field == "na_reason"
    assert after(NA, criterion=FREE, area=replace(AREA, may_be_na=True)).not_applicable


def test_a_member_waits_for_approval_and_the_head_does_not():
    assert not after(NA).na_approved
    assert after(NA, approves=True).na_approved


def test_an_approval_falls_with_another_reason_and_stands_with_the_same():
    approved = replace(after(NA), na_approved=True)
    assert decide(AREA, YES_NO, approved, NA, approves=False).na_approved
    another = op(Field.NOT_APPLICABLE, not_applicable=True, na_reason="Lý do khác")
    assert not decide(AREA, YES_NO, approved, another, approves=False).na_approved


@pytest.mark.parametrize("undone", [YES, op(Field.NOT_APPLICABLE)], ids=["by a score", "by hand"])
def test_an_approval_falls_when_the_criterion_applies_again(undone):
    approved = replace(after(NA), na_approved=True)
    again = decide(AREA, YES_NO, approved, undone, approves=False)
    assert not again.na_approved
    assert not decide(AREA, YES_NO, again, NA, approves=False).na_approved


def test_taking_a_score_back_leaves_not_applicable_standing():
    assert after(NA, op(value=None)).not_applicable


# --- Laws


@st.composite
def operations(draw, criterion):
    na = draw(st.booleans())
    return op(
        draw(st.sampled_from(Field)),
        value=draw(st.none() | inputs(criterion)),
        not_applicable=na,
        na_reason=draw(st.sampled_from(["", "a", "b"])),
        reason=draw(st.sampled_from(["", "r"])),
        note=draw(st.sampled_from(["", "n"])),
    )


@given(st.data())
def test_whatever_is_sent_the_answer_stays_whole(data):
    """Version counts what was taken; «không áp dụng» never has points; approval never without it."""
    area = data.draw(areas())
    criterion = area.criteria[0]
    state, taken = NO_ANSWER, 0
    for sent in data.draw(st.lists(operations(criterion), max_size=8)):
        try:
            state = decide(area, criterion, state, sent, approves=data.draw(st.booleans()))
        except Invalid:
            continue
        taken += 1
        assert state.version == taken
        assert not (state.not_applicable and state.points is not None)
        assert state.na_approved <= state.not_applicable
        assert bool(state.na_reason) == state.not_applicable
        assert state.points is None or 0 <= state.points <= criterion.max_points


def test_the_same_words_are_the_same_operation_whatever_version_they_were_based_on():
    first = op(value=YesNoInput(True))
    assert first.to_json() == replace(first, base_version=7, op_id=str(uuid4())).to_json()
    assert first.to_json() != replace(first, value=YesNoInput(False)).to_json()


# --- «Còn thiếu»


def scored(points: int | None, **rest) -> AnswerState:
    return AnswerState(value=FreeInput(points or 0), points=points, version=1, **rest)


NOT_APPLICABLE = AnswerState(not_applicable=True, na_reason="Không phát sinh", version=1)


@pytest.mark.parametrize(
    ("criterion", "side", "mine", "other", "gap"),
    [
        (YES_NO, Side.VERIFIED, NO_ANSWER, NO_ANSWER, Gap.UNSCORED),
        (YES_NO, Side.SELF, NO_ANSWER, scored(100), Gap.UNSCORED),
        (YES_NO, Side.VERIFIED, AnswerState(note="chỉ ghi chú", version=1), NO_ANSWER, Gap.UNSCORED),
        (YES_NO, Side.VERIFIED, scored(100), NO_ANSWER, None),
        (YES_NO, Side.VERIFIED, scored(100), scored(100), None),
        (YES_NO, Side.VERIFIED, scored(0), scored(100), Gap.DIFFERENCE),
        (YES_NO, Side.VERIFIED, scored(0, reason="Thiếu"), scored(100), None),
        (YES_NO, Side.SELF, scored(0), scored(100), None),
        (FREE, Side.SELF, scored(100), NO_ANSWER, Gap.FREE_REASON),
        (FREE, Side.SELF, scored(100, reason="Mới"), NO_ANSWER, None),
        (YES_NO, Side.VERIFIED, NOT_APPLICABLE, NO_ANSWER, Gap.NA_APPROVAL),
        (YES_NO, Side.SELF, NOT_APPLICABLE, NO_ANSWER, None),
        (YES_NO, Side.VERIFIED, replace(NOT_APPLICABLE, na_approved=True), NO_ANSWER, None),
        (YES_NO, Side.VERIFIED, replace(NOT_APPLICABLE, na_approved=True), NOT_APPLICABLE, None),
        (YES_NO, Side.VERIFIED, replace(NOT_APPLICABLE, na_approved=True), scored(0), Gap.DIFFERENCE),
        (FREE, Side.VERIFIED, NOT_APPLICABLE, NO_ANSWER, Gap.NA_APPROVAL),
    ],
)
def test_each_gap_has_its_reason(criterion, side, mine, other, gap):
    assert gap_of(criterion, side, mine, other) is gap


MEMBERS = Replaced(Scored(100), "Thành viên", "Đủ")


@pytest.mark.parametrize(
    ("mine", "first", "gap"),
    [
        (scored(100), scored(100), None),
        (scored(100), scored(0), Gap.SECOND_ROUND),
        (scored(100, reason="Thiếu"), scored(0, reason="Thiếu"), Gap.SECOND_ROUND),
        (scored(100, reason="Đã bổ sung"), scored(0, reason="Thiếu"), None),
        (scored(0), scored(0), Gap.DIFFERENCE),
        (scored(0, reason="Thiếu"), scored(0, reason="Thiếu"), None),
        (scored(0, reason="Thiếu"), NO_ANSWER, None),
        (scored(100, reason="Đã bổ sung"), NOT_APPLICABLE, None),
        (
            replace(NOT_APPLICABLE, na_approved=True, reason="Thiếu"),
            scored(0, reason="Thiếu"),
            Gap.SECOND_ROUND,
        ),
    ],
)
def test_what_differs_from_the_first_round_needs_a_reason_that_was_not_its(mine, first, gap):
    assert gap_of(YES_NO, Side.VERIFIED, mine, scored(100), first) is gap


@pytest.mark.parametrize(
    ("mine", "gap"),
    [
        (scored(100, replaced=MEMBERS), None),
        (scored(50, replaced=MEMBERS), Gap.REPLACED),
        (scored(50, replaced=MEMBERS, reason="Đủ"), Gap.REPLACED),
        (scored(50, replaced=MEMBERS, reason="Thiếu một quý"), None),
    ],
)
def test_a_members_score_is_changed_with_a_reason_that_is_not_the_members(mine, gap):
    assert gap_of(YES_NO, Side.VERIFIED, mine, NO_ANSWER) is gap


def test_a_members_score_is_kept_from_the_first_touch_and_let_go_when_a_member_scores_again():
    members = scored(100, by="Thành viên", reason="Đủ")
    kept = replaced_by(members, by_another=True, over=True)
    assert kept == MEMBERS
    assert replaced_by(replace(members, replaced=kept), by_another=False, over=True) == kept
    assert replaced_by(replace(members, replaced=kept), by_another=True, over=False) is None
    assert replaced_by(members, by_another=False, over=True) is None
    assert replaced_by(NO_ANSWER, by_another=True, over=True) is None
    assert Replaced.from_json(json.loads(json.dumps(kept.to_json()))) == kept


def test_there_is_no_difference_while_one_side_is_missing():
    assert not differs(scored(0), NO_ANSWER)
    assert not differs(NO_ANSWER, scored(0))
    assert differs(scored(0), scored(100))
    assert not differs(scored(100), scored(100))
