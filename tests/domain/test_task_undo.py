"""What may be taken back: the last decision, as long as nothing came of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.inspections import FindingState
from app.domain.refusals import Conflict, Forbidden
from app.domain.remedies import state_after
from app.domain.task_steps import (
    BESIDE,
    PUT_RIGHT,
    UNDOABLE,
    Action,
    Side,
    last_decision,
    next_workflow,
    undone,
)
from app.domain.tasks import Workflow

A = Action
HERE = (Side.ASSIGNER,)


@pytest.mark.parametrize("decision", sorted(UNDOABLE))
def test_the_last_decision_may_be_taken_back_once(decision):
    assert last_decision([A.ASSIGN, decision]) == 1
    assert last_decision([A.ASSIGN, decision, A.UNDO]) is None
    assert undone([A.ASSIGN, decision, A.UNDO]) == {1}


@pytest.mark.parametrize("later", sorted(set(Action) - BESIDE - PUT_RIGHT - UNDOABLE))
def test_what_came_after_it_stands_in_the_way(later):
    assert last_decision([A.ASSIGN, A.RETURN, later]) is None


@pytest.mark.parametrize("beside", sorted(BESIDE | PUT_RIGHT))
def test_what_is_said_beside_does_not(beside):
    assert last_decision([A.ASSIGN, A.RETURN, beside]) == 1


@given(st.lists(st.sampled_from(Action)))
def test_only_decisions_are_undone_and_none_twice(history):
    gone = undone(history)
    assert all(history[place] in UNDOABLE for place in gone)
    assert len(gone) <= history.count(A.UNDO)


@pytest.mark.parametrize("before", [Workflow.NOT_STARTED, Workflow.PAUSED, Workflow.AWAITING, Workflow.REDO])
def test_it_leads_back_to_where_the_task_was(before):
    assert next_workflow(A.UNDO, Workflow.CANCELLED, HERE, undo_to=before) is before


def test_without_a_decision_or_for_the_unit_it_is_refused():
    with pytest.raises(Conflict, match="Không còn quyết định"):
        next_workflow(A.UNDO, Workflow.DONE, HERE)
    with pytest.raises(Conflict, match="Không còn quyết định"):
        next_workflow(A.UNDO, Workflow.AWAITING, HERE, undo_to=Workflow.AWAITING)
    with pytest.raises(Forbidden):
        next_workflow(A.UNDO, Workflow.DONE, (Side.UNIT,), undo_to=Workflow.AWAITING)


@pytest.mark.parametrize(
    ("before", "tasks", "after"),
    [
        (FindingState.DA_KHAC_PHUC, [Workflow.AWAITING], FindingState.DA_BAO_CAO),
        (FindingState.CHUA_DAT, [Workflow.AWAITING, Workflow.DONE], FindingState.DA_BAO_CAO),
        (FindingState.CHUA_DAT, [Workflow.NOT_STARTED], FindingState.DA_THONG_BAO),
        (FindingState.CHUA_DAT, [Workflow.IN_PROGRESS], FindingState.DANG_KHAC_PHUC),
        (FindingState.DA_THONG_BAO, [Workflow.REDO], FindingState.CHUA_DAT),
        (FindingState.DA_KHAC_PHUC, [Workflow.DONE, Workflow.CANCELLED], FindingState.DA_KHAC_PHUC),
    ],
)
def test_a_finding_goes_back_with_its_tasks(before, tasks, after):
    assert state_after(A.UNDO, before, tasks) is after
