"""The course of an inspection: laws of the table of steps, and what a state allows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import TABLE, Action, Role
from app.domain.checklists import UnitLevel
from app.domain.inspection_texts import Inspected, InspectionText, check_units
from app.domain.inspections import (
    ALLOWED_IN,
    EDITABLE,
    STEPS,
    InspectionKind,
    State,
    allows,
    find_step,
    is_early,
    minutes_are_public,
    require_due,
    require_state,
    round_shown_to_unit,
    scores_are_public,
    steps_for,
    steps_from,
    unlocks_self,
)
from app.domain.periods import Period
from app.domain.refusals import Conflict, Forbidden, Invalid
from app.domain.units import UnitKind, Validity

states = st.sampled_from(State)
roles = st.sampled_from(Role)
SIGNED = {
    State.DA_KY_BIEN_BAN,
    State.DU_THAO_KET_LUAN,
    State.DA_BAN_HANH_KET_LUAN,
    State.THEO_DOI_KHAC_PHUC,
    State.KET_THUC,
}
BETWEEN = {State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH}
DAY = date(2022, 9, 15)
PERIOD = Period(date(2022, 1, 1), DAY)


# --- the table of steps ---------------------------------------------------------------------------


def test_every_state_has_a_line_in_the_table():
    assert set(STEPS) == set(State)


@given(states, st.booleans())
def test_no_step_leads_to_where_it_begins_and_no_two_to_the_same_state(state, scoring):
    targets = [step.to for step in steps_from(state, scoring)]
    assert state not in targets
    assert len(targets) == len(set(targets))


def test_every_state_that_is_reached_leads_on_but_the_last():
    reached = {step.to for steps in STEPS.values() for step in steps}
    assert {state for state in reached if not STEPS[state]} == {State.KET_THUC}


@pytest.mark.parametrize("scoring", [True, False])
def test_the_end_can_be_reached_from_every_state(scoring):
    for state in State:
        seen, waiting = set(), [state]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting += [step.to for step in steps_from(here, scoring)]
        assert State.KET_THUC in seen, f"no way to the end from {state}"


@pytest.mark.parametrize("scoring", [True, False])
def test_every_state_of_two_rounds_can_be_reached_from_the_beginning(scoring):
    seen, waiting = set(), [(State.DU_THAO, 1)]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            for step in steps_from(here[0], scoring, here[1]):
                waiting.append((step.to, 2 if step.to is State.THAM_DINH_LAN_2 else here[1]))
    reached = {state for state, _round in seen}
    # The unit's report before the visit comes on paper.
    paper = {State.CHO_DON_VI_BAO_CAO}
    of_scores = {State.DANG_TU_CHAM, State.DA_CHOT_TU_CHAM, *BETWEEN, State.THAM_DINH_LAN_2}
    assert set(State) - reached == (paper if scoring else paper | of_scores)


_HEADS = {Role.HEAD, Role.DEPUTY}


@pytest.mark.parametrize(
    ("state", "round_", "expected"),
    [
        (State.DANG_KIEM_TRA, 1, {State.CHO_KY_BIEN_BAN: _HEADS, State.CHO_GIAI_TRINH: _HEADS}),
        (State.DANG_KIEM_TRA, 2, {State.CHO_KY_BIEN_BAN: _HEADS}),
        (
            State.CHO_GIAI_TRINH,
            1,
            {
                State.DA_GIAI_TRINH: {Role.UNIT_HEAD},
                State.THAM_DINH_LAN_2: _HEADS,
                State.DANG_KIEM_TRA: _HEADS,
            },
        ),
        (
            State.DA_GIAI_TRINH,
            1,
            {State.THAM_DINH_LAN_2: _HEADS, State.CHO_KY_BIEN_BAN: _HEADS, State.CHO_GIAI_TRINH: _HEADS},
        ),
        (State.THAM_DINH_LAN_2, 2, {State.CHO_KY_BIEN_BAN: _HEADS}),
        (State.CHO_KY_BIEN_BAN, 1, {State.DA_KY_BIEN_BAN: _HEADS, State.DANG_KIEM_TRA: _HEADS}),
        (State.CHO_KY_BIEN_BAN, 2, {State.DA_KY_BIEN_BAN: _HEADS, State.THAM_DINH_LAN_2: _HEADS}),
    ],
)
def test_who_goes_which_way_between_the_rounds(state, round_, expected):
    steps = steps_from(state, True, round_)
    assert {step.to: set(step.roles) for step in steps if step.to is not State.HUY} == expected


def test_until_the_deadline_has_passed_a_second_round_without_the_unit_needs_a_reason():
    going = (State.CHO_GIAI_TRINH, State.THAM_DINH_LAN_2, Role.HEAD)
    with pytest.raises(Invalid):
        find_step(*going, "", early=True)
    assert find_step(*going, "Đơn vị xin thôi", early=True).needs_reason
    assert not find_step(*going, "").needs_reason


@pytest.mark.parametrize(("due_on", "early"), [(None, False), (DAY - timedelta(1), False), (DAY, True)])
def test_the_last_day_belongs_to_the_unit(due_on, early):
    assert is_early(due_on, DAY) is early


def test_a_deadline_is_asked_for_by_the_steps_that_open_explanations():
    of_deadline = {(state, step.to) for state, steps in STEPS.items() for step in steps if step.needs_due}
    assert of_deadline == {
        (State.DANG_KIEM_TRA, State.CHO_GIAI_TRINH),
        (State.DA_GIAI_TRINH, State.CHO_GIAI_TRINH),
    }
    step = find_step(State.DANG_KIEM_TRA, State.CHO_GIAI_TRINH, Role.HEAD, "")
    require_due(step, DAY, DAY)
    for wrong in (None, DAY - timedelta(1)):
        with pytest.raises(Invalid) as refused:
            require_due(step, wrong, DAY)
        assert refused.value.field == "due_on"
    require_due(find_step(State.DANG_KIEM_TRA, State.CHO_KY_BIEN_BAN, Role.HEAD, ""), None, DAY)


@given(states, st.sampled_from([1, 2]))
def test_the_unit_reads_minutes_only_of_scores_it_sees(state, round_):
    if minutes_are_public(state):
        assert scores_are_public(state)
        assert round_shown_to_unit(state, round_) == round_
    assert not (minutes_are_public(state) and state in BETWEEN)


@given(states)
def test_the_administrator_and_the_supervisor_move_nothing(state):
    assert steps_for(state, Role.ADMIN) == steps_for(state, Role.SUPERVISOR) == ()
    assert steps_for(state, None) == steps_for(state, Role.OFFICER) == steps_for(state, Role.MEMBER) == ()


def test_only_the_head_of_the_unit_locks_the_self_score():
    lockers = {
        role
        for steps in STEPS.values()
        for step in steps
        if step.to is State.DA_CHOT_TU_CHAM
        for role in step.roles
    }
    assert lockers == {Role.UNIT_HEAD} == TABLE[Action.LOCK_SELF]


def test_a_unit_locks_its_self_score_and_sends_its_explanations_and_takes_no_other_step():
    of_unit = [
        step.to for steps in STEPS.values() for step in steps if step.roles & {Role.UNIT_HEAD, Role.OFFICER}
    ]
    assert of_unit == [State.DA_CHOT_TU_CHAM, State.DA_GIAI_TRINH]


@given(states)
def test_going_back_and_calling_off_need_a_reason(state):
    assert all(step.needs_reason for step in STEPS[state] if step.back or step.to is State.HUY)


def test_signed_minutes_are_never_opened_again():
    for state in SIGNED:
        assert not {step.to for step in STEPS[state]} - SIGNED


@given(states, states, st.one_of(st.none(), roles), st.sampled_from(["", "vì một lý do"]), st.booleans())
def test_a_step_is_found_exactly_when_the_person_is_offered_it(state, to, role, reason, scoring):
    offered = {step.to: step for step in steps_for(state, role, scoring)}
    if to not in {step.to for step in steps_from(state, scoring)}:
        expected: type[Exception] | None = Conflict
    elif to not in offered:
        expected = Forbidden
    else:
        expected = Invalid if offered[to].needs_reason and not reason else None
    if expected is None:
        assert find_step(state, to, role, reason, scoring) == offered[to]
    else:
        with pytest.raises(expected):
            find_step(state, to, role, reason, scoring)


def test_without_scores_nothing_speaks_of_scoring():
    for state in State:
        for step in steps_from(state, scoring=False):
            assert step.to not in {State.DANG_TU_CHAM, State.DA_CHOT_TU_CHAM}
            assert "chấm" not in step.label
            assert "điểm" not in step.label


# --- what a state allows --------------------------------------------------------------------------


@given(states, st.sampled_from(Action))
def test_a_state_refuses_with_a_sentence_what_it_does_not_allow(state, action):
    if allows(state, action):
        require_state(state, action)
    else:
        with pytest.raises(Conflict):
            require_state(state, action)


def test_every_write_of_the_record_asks_the_state():
    writes = {
        Action.SCORE_SELF,
        Action.SCORE_VERIFIED,
        Action.APPROVE_NA,
        Action.WRITE_FINDINGS,
        Action.WRITE_PROPOSALS,
        Action.WRITE_MINUTES,
        Action.WRITE_OPINION,
    }
    assert writes <= set(ALLOWED_IN)


@pytest.mark.parametrize("state", sorted(SIGNED | {State.HUY}))
def test_after_the_signature_or_the_end_nothing_of_the_record_changes(state):
    assert not [action for action, allowed in ALLOWED_IN.items() if state in allowed]
    assert state not in EDITABLE


@given(states)
def test_the_two_sides_never_score_at_once(state):
    assert not (allows(state, Action.SCORE_SELF) and allows(state, Action.SCORE_VERIFIED))


@given(states)
def test_public_scores_are_not_changed(state):
    if state is State.THAM_DINH_LAN_2:
        assert round_shown_to_unit(state, 2) == 1
    else:
        assert not (scores_are_public(state) and allows(state, Action.SCORE_VERIFIED))


@given(states)
def test_wherever_the_unit_may_score_its_self_score_is_open(state):
    assert not allows(state, Action.SCORE_SELF) or unlocks_self(state)
    assert not (unlocks_self(state) and scores_are_public(state))


# --- what is typed --------------------------------------------------------------------------------


def test_a_self_score_is_due_on_the_day_of_the_visit_at_the_latest():
    InspectionText(InspectionKind.DINH_KY, PERIOD, DAY, DAY)
    with pytest.raises(Invalid) as refused:
        InspectionText(InspectionKind.DINH_KY, PERIOD, DAY, date(2022, 9, 16))
    assert refused.value.field == "self_due_on"


def test_a_unit_that_does_not_exist_that_day_is_named_with_its_dates():
    gone = Inspected("Phường Cầu Tre", UnitKind.PHUONG, Validity(date(1981, 1, 1), date(2025, 6, 30)))
    here = Inspected("Phường Ngô Quyền", UnitKind.PHUONG, Validity(date(2025, 7, 1)))
    check_units([gone], date(2025, 6, 30), UnitLevel.XA)
    with pytest.raises(Invalid) as refused:
        check_units([gone, here], date(2025, 7, 1), UnitLevel.XA)
    assert str(refused.value) == (
        "Ngày kiểm tra 01/07/2025 nằm ngoài thời gian hoạt động của: Phường Cầu Tre (01/01/1981 – 30/06/2025)."
    )
    with pytest.raises(Invalid, match=r"Phường Ngô Quyền \(01/07/2025 – …\)"):
        check_units([here], date(2025, 6, 30), UnitLevel.XA)


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (UnitKind.XA, UnitLevel.XA),
        (UnitKind.DAC_KHU, UnitLevel.XA),
        (UnitKind.SO_NGANH, UnitLevel.SO),
        (UnitKind.QUAN, UnitLevel.HUYEN),
    ],
)
def test_the_checklist_fits_the_level_of_the_unit(kind, level):
    unit = Inspected("Đơn vị", kind, Validity(date(2000, 1, 1)))
    check_units([unit], DAY, level)
    check_units([unit], DAY, None)  # nothing is scored
    for other in set(UnitLevel) - {level}:
        with pytest.raises(Invalid) as refused:
            check_units([unit], DAY, other)
        assert refused.value.field == "version_id"
