"""From finding to fixed: the state of a finding beside its tasks, and when an inspection may end."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.conclusions import (
    COURSE,
    REPORT_DAYS,
    Conclusion,
    check_conclusion,
    require_to_conclude,
    rest_of_course,
    title_of_task,
)
from app.domain.inspections import STEPS, FindingState, State
from app.domain.refusals import Conflict, Invalid
from app.domain.remedies import GONE, remedied_on, require_settled, state_after
from app.domain.task_steps import AT_THE_PLACE, Action, Side, allowed_steps, next_workflow
from app.domain.task_steps import STEPS as TASK_STEPS
from app.domain.tasks import OPEN, Workflow

DAY = date(2022, 9, 15)
actions, states = st.sampled_from(Action), st.sampled_from(FindingState)
workflows = st.lists(st.sampled_from(Workflow), max_size=5)


@given(actions, states, workflows)
def test_remedied_exactly_when_all_that_is_still_asked_for_is_confirmed(action, state, all_):
    live = [workflow for workflow in all_ if workflow not in GONE]
    done = bool(live) and all(workflow is Workflow.DONE for workflow in live)
    assert (state_after(action, state, all_) is FindingState.DA_KHAC_PHUC) == done


@given(actions, states, workflows)
def test_reported_only_when_nothing_is_left_to_report(action, state, all_):
    if state_after(action, state, all_) is FindingState.DA_BAO_CAO:
        assert set(all_) <= {Workflow.DONE, Workflow.AWAITING, *GONE}


@given(actions, states, workflows)
def test_a_finding_never_becomes_new_again(action, state, all_):
    assert state_after(action, state, all_) is not FindingState.MOI or state is FindingState.MOI


@pytest.mark.parametrize(
    ("action", "before", "all_", "after"),
    [
        (Action.ACCEPT, FindingState.DA_THONG_BAO, [Workflow.IN_PROGRESS], FindingState.DANG_KHAC_PHUC),
        (Action.REPORT, FindingState.DANG_KHAC_PHUC, [Workflow.AWAITING], FindingState.DA_BAO_CAO),
        (Action.RETURN, FindingState.DA_BAO_CAO, [Workflow.REDO], FindingState.CHUA_DAT),
        (Action.PROGRESS, FindingState.CHUA_DAT, [Workflow.REDO], FindingState.DANG_KHAC_PHUC),
        (Action.EXTEND, FindingState.CHUA_DAT, [Workflow.REDO], FindingState.CHUA_DAT),
        (Action.WITHDRAW, FindingState.DA_BAO_CAO, [Workflow.IN_PROGRESS], FindingState.DANG_KHAC_PHUC),
        (Action.CONFIRM, FindingState.DA_BAO_CAO, [Workflow.DONE], FindingState.DA_KHAC_PHUC),
        (
            Action.CONFIRM,
            FindingState.DANG_KHAC_PHUC,
            [Workflow.DONE, Workflow.REDO],
            FindingState.DANG_KHAC_PHUC,
        ),
        (Action.REOPEN, FindingState.DA_KHAC_PHUC, [Workflow.REDO], FindingState.DANG_KHAC_PHUC),
        (Action.UNMET, FindingState.DA_THONG_BAO, [Workflow.REDO], FindingState.CHUA_DAT),
        (Action.SETTLE, FindingState.DA_THONG_BAO, [Workflow.DONE], FindingState.DA_KHAC_PHUC),
        (Action.CANCEL, FindingState.DANG_KHAC_PHUC, [Workflow.CANCELLED], FindingState.DA_THONG_BAO),
        (
            Action.MOVE,
            FindingState.DA_BAO_CAO,
            [Workflow.MOVED, Workflow.NOT_STARTED],
            FindingState.DANG_KHAC_PHUC,
        ),
    ],
)
def test_the_way_of_a_finding(action, before, all_, after):
    assert state_after(action, before, all_) is after


def test_the_last_accepted_report_is_the_day_of_the_remedy():
    days = [DAY, DAY + timedelta(3), None]
    assert remedied_on(FindingState.DA_KHAC_PHUC, days) == DAY + timedelta(3)
    assert remedied_on(FindingState.CHUA_DAT, days) is None


def test_what_is_not_settled_is_counted_in_the_refusal():
    require_settled(0)
    with pytest.raises(Conflict, match="Còn 3 kiến nghị"):
        require_settled(3)


# --- At the place ---------------------------------------------------------------------------------


@given(st.sampled_from(Workflow))
def test_only_a_reinspected_task_is_settled_at_the_place(workflow):
    offered = {step.action for step in allowed_steps(workflow, Side)}
    assert not offered & AT_THE_PLACE
    again = {step.action for step in allowed_steps(workflow, Side, reinspected=True)}
    assert again - offered == (AT_THE_PLACE if workflow in OPEN else set())
    for action in AT_THE_PLACE:
        with pytest.raises(Conflict):
            next_workflow(action, workflow, Side)


def test_who_settles_at_the_place_is_the_assigning_side():
    assert {step.side for step in TASK_STEPS if step.action in AT_THE_PLACE} == {Side.ASSIGNER}


# --- The conclusion -------------------------------------------------------------------------------


def conclusion(**rest) -> Conclusion:
    return Conclusion(
        **({"number": "45/TB-SNV", "issued_on": DAY, "title": "Kết luận", "agency": "Sở"} | rest)
    )


def test_the_course_is_a_way_of_the_table_of_steps():
    for before, after in pairwise(COURSE):
        assert after in {step.to for step in STEPS[before]}
        assert rest_of_course(before)[0] is after


@pytest.mark.parametrize("state", State)
def test_a_conclusion_comes_after_the_signature_and_once(state):
    with pytest.raises(Conflict):
        require_to_conclude(state, True)
    # Also where following up began before there were conclusions.
    if state in COURSE:
        require_to_conclude(state, False)
    else:
        with pytest.raises(Conflict):
            require_to_conclude(state, False)


def test_the_unit_reports_after_fifteen_days_unless_it_says_otherwise():
    assert conclusion().report_by == DAY + timedelta(REPORT_DAYS) == date(2022, 9, 30)
    assert conclusion(due=date(2022, 10, 15)).report_by == date(2022, 10, 15)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"issued_on": DAY + timedelta(11)}, "issued_on"),
        ({"issued_on": DAY - timedelta(1)}, "issued_on"),
        ({"due": DAY - timedelta(1)}, "due"),
        ({"recommendations": {7: DAY - timedelta(1)}}, "recommendation-7"),
        ({"findings": {7: DAY - timedelta(1)}}, "finding-7"),
    ],
)
def test_days_out_of_order_are_refused_at_their_field(typed, field):
    with pytest.raises(Invalid) as refused:
        check_conclusion(conclusion(**typed), DAY, DAY + timedelta(10))
    assert refused.value.field == field


def test_the_days_themselves_are_in_order():
    check_conclusion(conclusion(due=DAY, recommendations={1: DAY}, findings={2: DAY, 3: None}), DAY, DAY)


@given(st.text(max_size=2000))
def test_a_title_fits_a_list_and_loses_nothing(text):
    title, whole = title_of_task(text)
    assert len(title) <= 300
    assert whole or title == " ".join(text.split())
