"""What must be finished before scores are locked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.answers import AnswerState, Gap
from app.domain.checklists import Area, AreaKind, Checklist, Criterion, CriterionGroup, Free, UnitLevel, YesNo
from app.domain.inspections import Side
from app.domain.locking import gaps, require_finished
from app.domain.refusals import Conflict
from app.domain.scoring import FreeInput, YesNoInput

COUNT = 8
CRITERIA = tuple(
    Criterion(f"1.1.{n}", f"Tiêu chí {n}", 100, Free() if n == COUNT else YesNo(), may_be_na=True, id=n)
    for n in range(1, COUNT + 1)
)
CHECKLIST = Checklist(
    name="Bộ thử",
    version="1",
    level=UnitLevel.XA,
    scale=800,
    bonus_max=0,
    deduction_max=0,
    valid_from=date(2022, 1, 1),
    areas=(
        Area(
            code="1",
            name="Lĩnh vực 1",
            max_points=800,
            kind=AreaKind.REFORM,
            groups=(CriterionGroup(code="1.1", text="Tiêu chí", max_points=800, criteria=CRITERIA),),
        ),
    ),
)
YES = AnswerState(value=YesNoInput(True), points=100, version=1)
ZERO = AnswerState(value=YesNoInput(False), points=0, version=1)
FREE = AnswerState(value=FreeInput(50), points=50, reason="Có văn bản", version=1)
NA = AnswerState(not_applicable=True, na_reason="Không phát sinh", na_approved=True, version=1)
DONE = dict.fromkeys(range(1, COUNT), YES) | {COUNT: FREE}


def sentence(side, mine, other=None):
    with pytest.raises(Conflict) as refused:
        require_finished(CHECKLIST, side, mine, other or {})
    return str(refused.value)


@pytest.mark.parametrize("side", Side)
def test_finished_answers_may_be_locked(side):
    require_finished(CHECKLIST, side, DONE, {})
    require_finished(CHECKLIST, side, DONE | {1: ZERO, 2: NA}, {})


@given(st.sets(st.integers(1, COUNT), min_size=1), st.sampled_from(Side))
def test_whatever_is_blank_blocks_and_is_counted(missing, side):
    mine = {n: state for n, state in DONE.items() if n not in missing}
    assert gaps(CHECKLIST, side, mine, {})[Gap.UNSCORED] == [f"1.1.{n}" for n in sorted(missing)]
    assert f"còn {len(missing)} tiêu chí chưa chấm" in sentence(side, mine)


def test_many_codes_are_not_all_named():
    assert "(1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5 …)" in sentence(Side.SELF, {})


def test_not_applicable_waits_for_the_head():
    waiting = AnswerState(not_applicable=True, na_reason="Không phát sinh", version=1)
    assert "chưa được Trưởng đoàn đồng ý (1.1.3)" in sentence(Side.VERIFIED, DONE | {3: waiting})
    require_finished(CHECKLIST, Side.SELF, DONE | {3: waiting}, {})  # the unit asks, the head agrees later


def test_a_score_that_differs_from_the_units_needs_its_reason():
    assert "chưa ghi lý do (1.1.2)" in sentence(Side.VERIFIED, DONE | {2: ZERO}, DONE)
    explained = AnswerState(value=YesNoInput(False), points=0, reason="Chưa có quyết định", version=1)
    require_finished(CHECKLIST, Side.VERIFIED, DONE | {2: explained}, DONE)


def test_free_points_need_their_reason():
    bare = AnswerState(value=FreeInput(50), points=50, version=1)
    assert "điểm tự do" in sentence(Side.SELF, DONE | {COUNT: bare})
