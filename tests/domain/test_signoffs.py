"""Sign-offs: whose word counts, when it stops counting, and what must be settled before locking."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import Role
from app.domain.inspections import State
from app.domain.refusals import Conflict, Forbidden, Invalid
from app.domain.signoffs import (
    Decision,
    Responsible,
    Signoff,
    SignState,
    needs_signoffs,
    require_may_decide,
    require_signed,
    responsible_for,
    undecided,
    unsigned,
)
from tests import make

AREAS = ("1", "2", "3")
AN, BINH = Responsible(1, "An", {"1", "2"}), Responsible(2, "Bình", {"2"})
SIGNED = Signoff(1, "1", 1, "An", signed_at=make.NOW, change_id=7)


@pytest.mark.parametrize(
    ("last", "state"), [(0, SignState.SIGNED), (7, SignState.SIGNED), (8, SignState.CHANGED)]
)
def test_a_later_change_takes_the_sign_off_back_by_itself(last, state):
    assert SIGNED.state(last) is state
    assert replace(SIGNED, signed_at=None).state(last) is SignState.UNSIGNED


@given(st.integers(0, 50), st.integers(0, 50))
def test_what_was_signed_counts_only_as_long_as_nothing_was_changed(signed_at, last):
    signoff = replace(SIGNED, change_id=signed_at)
    missing = unsigned(("1",), [AN], [signoff], {"1": last})
    assert bool(missing) == (last > signed_at)


def test_everybody_signs_whom_an_area_is_given_to_and_nobody_where_it_is_not_given():
    assert unsigned(AREAS, [AN, BINH], [SIGNED], {}) == {"2": ("An", "Bình")}
    assert unsigned(AREAS, [], [], {"1": 3}) == {}
    of_another = replace(SIGNED, user_id=9)
    assert unsigned(("1",), [AN], [of_another], {}) == {"1": ("An",)}


def test_who_works_in_the_unit_does_not_sign_and_is_not_waited_for():
    insider = replace(AN, own_unit=True)
    assert responsible_for("1", [insider, BINH]) == ()
    assert unsigned(AREAS, [insider, BINH], [], {}) == {"2": ("Bình",)}


def test_an_open_opinion_blocks_whatever_the_reason_and_names_the_area():
    opinion = Signoff(2, "3", 2, "Bình", opinion="Điểm quá cao")
    assert undecided(AREAS, [opinion, SIGNED]) == ("3",)
    with pytest.raises(Conflict) as refused:
        require_signed(AREAS, [], [opinion], {}, "Có lý do")
    assert refused.value.params == {"areas": "3"}
    decided = replace(opinion, decision=Decision.GIU_NGUYEN, decision_reason="Đúng bộ tiêu chí")
    require_signed(AREAS, [], [decided], {}, "")


def test_what_is_not_signed_asks_for_a_reason_and_says_who():
    with pytest.raises(Invalid) as refused:
        require_signed(AREAS, [AN, BINH], [SIGNED], {}, "")
    assert (refused.value.field, refused.value.params) == ("reason", {"areas": "2 (An, Bình)"})
    require_signed(AREAS, [AN, BINH], [SIGNED], {}, "Bình đi vắng")


def test_a_deputy_decides_for_the_head_but_not_their_own_opinion():
    require_may_decide(Role.HEAD, own=True)
    require_may_decide(Role.DEPUTY, own=False)
    with pytest.raises(Forbidden):
        require_may_decide(Role.DEPUTY, own=True)


def test_only_the_step_that_publishes_the_scores_asks_for_sign_offs():
    assert needs_signoffs(State.CHO_KY_BIEN_BAN)
    assert not any(map(needs_signoffs, (State.DA_CHOT_TU_CHAM, State.HUY, State.DANG_KIEM_TRA)))
