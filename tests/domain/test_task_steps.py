"""What may happen to a task next."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Conflict, Forbidden, Invalid
from app.domain.task_steps import (
    STEP_OF,
    STEPS,
    Action,
    Hop,
    Need,
    Product,
    Side,
    allowed_steps,
    check_hop,
    next_workflow,
    pending_request,
)
from app.domain.tasks import OUTSIDE, Workflow

TODAY = date(2022, 9, 15)
DUE = date(2022, 9, 10)
DAY = timedelta(days=1)
BOTH = tuple(Side)


def test_every_action_but_giving_the_task_has_one_row():
    assert len(STEP_OF) == len(STEPS)
    assert set(STEP_OF) == set(Action) - {Action.ASSIGN, Action.ADOPT, Action.TAKE_BACK}


def test_the_main_road_leads_from_given_to_confirmed():
    state = Workflow.NOT_STARTED
    for side, action in [
        (Side.UNIT, Action.ACCEPT),
        (Side.UNIT, Action.REPORT),
        (Side.ASSIGNER, Action.RETURN),
        (Side.UNIT, Action.REPORT),
        (Side.ASSIGNER, Action.CONFIRM),
    ]:
        state = next_workflow(action, state, [side])
    assert state is Workflow.DONE


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.action)
def test_each_step_is_refused_to_the_other_side(step):
    other = Side.UNIT if step.side is Side.ASSIGNER else Side.ASSIGNER
    for workflow in Workflow:
        with pytest.raises(Forbidden):
            next_workflow(step.action, workflow, [other])


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.action)
def test_each_step_is_refused_in_states_the_table_does_not_name(step):
    for workflow in set(Workflow) - step.start:
        with pytest.raises(Conflict):
            next_workflow(step.action, workflow, BOTH)


def test_nobody_can_assign_a_task_twice():
    with pytest.raises(Forbidden):
        next_workflow(Action.ASSIGN, Workflow.NOT_STARTED, BOTH)


def test_only_the_assigner_takes_a_task_out_of_the_figures_or_back_from_the_end():
    for step in STEPS:
        if step.to in OUTSIDE or step.start & {Workflow.DONE}:
            assert step.side is Side.ASSIGNER


def test_what_takes_something_away_asks_for_a_reason():
    for action in (Action.REFUSE, Action.RETURN, Action.PAUSE, Action.CANCEL, Action.MOVE, Action.REOPEN):
        assert Need.REASON in STEP_OF[action].needs
    assert STEP_OF[Action.REPORT].needs == {Need.PRODUCT}


def test_a_moved_task_is_at_its_end():
    assert allowed_steps(Workflow.MOVED, BOTH) == ()


def test_the_unit_sees_only_its_own_steps():
    assert [step.action for step in allowed_steps(Workflow.NOT_STARTED, [Side.UNIT])] == [
        Action.ACCEPT,
        Action.REPORT,
        Action.ASK_EXTENSION,
        Action.REFUSE,
    ]
    assert allowed_steps(Workflow.DONE, [Side.UNIT]) == ()
    assert allowed_steps(Workflow.IN_PROGRESS, []) == ()


def test_a_refusal_waits_for_the_assigner_and_any_answer_settles_it():
    assert pending_request([]) is None
    assert pending_request([Action.ASSIGN]) is None
    assert pending_request([Action.ASSIGN, Action.REFUSE]) is Action.REFUSE
    assert pending_request([Action.ASSIGN, Action.REFUSE, Action.DECLINE]) is None
    assert pending_request([Action.ASK_EXTENSION, Action.PROGRESS]) is Action.ASK_EXTENSION


def test_a_request_can_be_declined_only_while_it_waits():
    with pytest.raises(Conflict):
        next_workflow(Action.DECLINE, Workflow.IN_PROGRESS, BOTH)
    after = next_workflow(Action.DECLINE, Workflow.IN_PROGRESS, BOTH, request=Action.ASK_EXTENSION)
    assert after is Workflow.IN_PROGRESS


def test_the_same_request_is_not_made_twice():
    with pytest.raises(Conflict):
        next_workflow(Action.REFUSE, Workflow.NOT_STARTED, BOTH, request=Action.REFUSE)


def test_a_withdrawn_report_leads_back_to_where_it_came_from():
    assert next_workflow(Action.WITHDRAW, Workflow.AWAITING, BOTH) is Workflow.IN_PROGRESS
    back = next_workflow(Action.WITHDRAW, Workflow.AWAITING, BOTH, before_report=Workflow.REDO)
    assert back is Workflow.REDO


def test_what_was_paused_goes_on_where_it_stood():
    for before in (Workflow.NOT_STARTED, Workflow.IN_PROGRESS, Workflow.REDO):
        assert next_workflow(Action.RESUME, Workflow.PAUSED, BOTH, before_pause=before) is before


@given(st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(Side)), max_size=30))
def test_a_task_is_never_done_without_a_report_just_before(hops):
    state, history = Workflow.NOT_STARTED, [Action.ASSIGN]
    for action, side in hops:
        try:
            state = next_workflow(action, state, [side], pending_request(history))
        except (Conflict, Forbidden):
            continue
        history.append(action)
    beside = {Action.CORRECT, Action.ADJUST}
    assert (state is Workflow.DONE) == (
        next(a for a in reversed(history) if a not in beside) is Action.CONFIRM
    )
    history = [action for action in history if action not in beside]
    assert all(before is Action.REPORT for before, after in pairwise(history) if after is Action.CONFIRM)


# --- What must be given


def report(result: str, number: str = "", issued_on: date | None = None, link: str = "") -> Hop:
    return Hop(Action.REPORT, product=Product(result, number, issued_on, link))


def test_a_report_names_its_product():
    check_hop(report("Đã ban hành", "12/QĐ-UBND", TODAY), DUE, TODAY)
    check_hop(report("Đã đăng", link="https://example.vn/tin"), DUE, TODAY)


@pytest.mark.parametrize(
    ("hop", "field"),
    [
        (report("  "), "result"),
        (Hop(Action.REPORT), "result"),
        (report("Xong"), "number"),
        (report("Xong", link="javascript:alert(1)"), "link"),
        (report("Xong", "12/QĐ-UBND"), "issued_on"),
        (report("Xong", "12/QĐ-UBND", TODAY + DAY), "issued_on"),
        (Hop(Action.EXTEND, "Chờ hướng dẫn"), "due"),
        (Hop(Action.EXTEND, "Chờ hướng dẫn", due=TODAY - DAY), "due"),
        (Hop(Action.EXTEND, due=TODAY + DAY), "text"),
        (Hop(Action.EXTEND, "Chờ hướng dẫn", due=date(2099, 9, 10)), "due"),
        (Hop(Action.ASK_EXTENSION, "Chờ hướng dẫn", due=date(2202, 9, 10)), "due"),
        (Hop(Action.ASK_EXTENSION, "Chờ hướng dẫn", due=DUE), "due"),
        (Hop(Action.MOVE, "Sáp nhập"), "unit"),
        (Hop(Action.PROGRESS, progress=42), "progress"),
        (Hop(Action.PROGRESS), "progress"),
        (Hop(Action.RETURN, " "), "text"),
    ],
)
def test_what_is_missing_is_refused_at_its_field(hop, field):
    with pytest.raises(Invalid) as refused:
        check_hop(hop, DUE, TODAY)
    assert refused.value.field == field


def test_an_extension_leads_to_a_later_day_to_come():
    check_hop(Hop(Action.EXTEND, "Chờ hướng dẫn", due=TODAY), DUE, TODAY)
    check_hop(Hop(Action.EXTEND, "Trước đây không có hạn", due=TODAY), None, TODAY)
    with pytest.raises(Invalid, match="sau hạn hiện tại"):
        check_hop(Hop(Action.EXTEND, "Chờ hướng dẫn", due=TODAY + DAY), TODAY + DAY, TODAY)


def test_nobody_confirms_the_report_they_made_but_may_return_it():
    with pytest.raises(Forbidden, match="chính bạn gửi"):
        next_workflow(Action.CONFIRM, Workflow.AWAITING, BOTH, own_report=True)
    assert next_workflow(Action.RETURN, Workflow.AWAITING, BOTH, own_report=True) is Workflow.REDO


def test_nor_does_a_reinspection_settle_the_report_of_the_person_who_acts():
    with pytest.raises(Forbidden, match="chính bạn gửi"):
        next_workflow(Action.SETTLE, Workflow.AWAITING, BOTH, own_report=True, reinspected=True)
    unreported = next_workflow(Action.SETTLE, Workflow.REDO, BOTH, own_report=True, reinspected=True)
    assert unreported is Workflow.DONE


@pytest.mark.parametrize("workflow", sorted({*OUTSIDE, Workflow.DONE}))
def test_a_report_on_a_closed_task_is_told_so(workflow):
    with pytest.raises(Conflict, match="đã khép lại"):
        next_workflow(Action.REPORT, workflow, BOTH)


def test_files_are_a_product():
    check_hop(Hop(Action.REPORT, product=Product("Đã gửi", files=1)), DUE, TODAY)
