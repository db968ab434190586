"""The figure of remedied findings, and what a task was made of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.inspections import FindingKind, FindingState, State
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.queries.remedied import remedied_rate
from app.queries.remedies import lines_of, remedied_tasks, unsettled_tasks
from tests import make

DAY = date(2022, 9, 15)
DUE = date(2022, 6, 30)
ONE = timedelta(days=1)
DONE = FindingState.DA_KHAC_PHUC


@pytest.fixture
def first(app):
    return make.inspection(state=State.KET_THUC, inspected_on=date(2022, 3, 1))


def rate(inspection, day=DAY, own=0):
    return remedied_rate(inspection.unit_id, own, day)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"due_on": DUE, "state": DONE, "remedied_on": DUE}, (1, 1)),
        ({"due_on": DUE, "state": DONE, "remedied_on": DUE + ONE}, (0, 1)),
        ({"due_on": DUE, "state": FindingState.DA_BAO_CAO}, (0, 1)),
        ({"due_on": DAY, "state": DONE, "remedied_on": DAY}, (1, 1)),
        ({"due_on": DAY + ONE, "state": DONE, "remedied_on": DUE}, (0, 0)),
        ({"due_on": None}, (0, 0)),
        ({"due_on": DUE, "removed_at": make.NOW}, (0, 0)),
        ({"due_on": DUE, "kind": FindingKind.UU_DIEM}, (0, 0)),
    ],
)
def test_remedied_by_the_deadline_among_those_whose_deadline_has_come(first, facts, expected):
    make.finding(first, **facts)
    assert rate(first) == expected


def test_the_deadline_of_the_task_goes_before_that_of_the_finding(first):
    found = make.finding(first, due_on=DUE, state=DONE, remedied_on=DUE + ONE)
    unit = make.db.session.get_one(make.models.Unit, first.unit_id)
    task = {"finding_id": found.id, "workflow": Workflow.DONE, "completed_on": DUE + ONE}
    make.task(unit, due_current=DUE + 5 * ONE, **task)
    assert rate(first) == (1, 1)
    undated = make.finding(first, due_on=None)
    make.task(unit, due_current=DUE, finding_id=undated.id)
    assert rate(first) == (1, 2)
    called_off = make.finding(first, due_on=None)
    make.task(unit, due_current=DUE, finding_id=called_off.id, workflow=Workflow.CANCELLED)
    assert rate(first) == (1, 2)


def later(task, day, action, after, **facts):
    """What happens to a task after the day of the figure: its row and one more hop."""
    for name, value in {"workflow": after, **facts}.items():
        setattr(task, "due_current" if name == "due" else name, value)
    make.hop(task, action, after, day, task.due_current)
    make.db.session.commit()


def test_what_happens_later_does_not_change_the_figure_of_a_past_day(first):
    """Due 10/9, told on 15/9; extended, reported, confirmed and handed over only afterwards."""
    unit = make.db.session.get_one(make.models.Unit, first.unit_id)
    due, after = date(2022, 9, 10), DAY + 5 * ONE
    found = make.finding(first, due_on=due)
    facts = {"finding_id": found.id, "due_current": due, "workflow": Workflow.IN_PROGRESS}
    task = make.task(unit, **facts)
    assert rate(first) == (0, 1)
    later(task, after, Action.EXTEND, Workflow.IN_PROGRESS, due=date(2022, 10, 10))
    assert rate(first) == (0, 1)
    assert rate(first, after) == (0, 0)
    heir_unit = make.unit("Phường Ngô Quyền")
    later(task, after + ONE, Action.MOVE, Workflow.MOVED)
    heir = make.task(heir_unit, **{**facts, "due_current": task.due_current, "assigned_on": after + ONE})
    found.handed_to_unit_id = heir_unit.id
    make.db.session.commit()
    assert rate(first) == (0, 1)
    assert remedied_rate(heir_unit.id, 0, DAY) == (0, 0)
    later(heir, date(2022, 10, 1), Action.CONFIRM, Workflow.DONE, completed_on=date(2022, 10, 1))
    found.state, found.remedied_on = DONE, date(2022, 10, 1)
    make.db.session.commit()
    assert rate(first) == (0, 1)
    end = date(2022, 10, 10)
    assert (rate(first, end), remedied_rate(heir_unit.id, 0, end)) == ((0, 0), (1, 1))


def test_a_report_confirmed_after_the_day_was_not_a_remedy_on_it(first):
    unit = make.db.session.get_one(make.models.Unit, first.unit_id)
    found = make.finding(first, due_on=DUE)
    task = make.task(unit, finding_id=found.id, due_current=DUE, workflow=Workflow.AWAITING)
    later(task, DAY + ONE, Action.CONFIRM, Workflow.DONE, completed_on=DUE)
    found.state, found.remedied_on = DONE, DUE
    make.db.session.commit()
    assert (rate(first), rate(first, DAY + ONE)) == ((0, 1), (1, 1))


def test_the_inspection_itself_and_what_was_called_off_do_not_count(first):
    make.finding(first, due_on=DUE)
    assert rate(first, own=first.id) == (0, 0)
    first.state = State.HUY
    make.db.session.commit()
    assert rate(first) == (0, 0)


def test_what_an_inspection_waits_for(first):
    unit = make.db.session.get_one(make.models.Unit, first.unit_id)
    again = make.inspection(unit=unit)
    directive = make.directive(inspection_id=first.id)
    asked = make.recommendation(first)

    def task(**rest):
        return make.task(unit, directive_id=directive.id, recommendation_id=asked.id, **rest).id

    waiting = [task(workflow=workflow) for workflow in (Workflow.NOT_STARTED, Workflow.PAUSED)]
    for workflow in (Workflow.CANCELLED, Workflow.MOVED):
        task(workflow=workflow)
    task(workflow=Workflow.DONE, completed_on=DAY)
    task(lead=False)
    handed = task(reinspection_id=again.id)
    make.task(unit, directive_id=directive.id)  # given later under the same document
    assert unsettled_tasks(first.id) == waiting
    assert unsettled_tasks(again.id) == [handed]


def test_what_a_reinspection_handed_on_stays_on_its_board(first):
    unit = make.db.session.get_one(make.models.Unit, first.unit_id)
    second = make.inspection(unit=unit, previous_id=first.id)
    third = make.inspection(unit=unit, previous_id=second.id)
    asked = make.recommendation(first)

    def task(by, again=None):
        directive = directives[by.id]
        rest = {"recommendation_id": asked.id, "reinspection_id": again and again.id}
        return make.task(unit, directive_id=directive.id, **rest).id

    directives = {one.id: make.directive(inspection_id=one.id) for one in (first, second, third)}
    kept, once, twice = task(first), task(first, second), task(first, third)
    own_of_second, own_of_third = task(second, third), task(third)

    def board(inspection):
        return {line.task_id for line in lines_of(inspection.id)}

    assert board(first) == {kept, once, twice}
    assert board(second) == {once, twice, own_of_second}
    assert board(third) == {twice, own_of_second, own_of_third}
    assert unsettled_tasks(second.id) == [once]
    assert remedied_tasks(second.id).d == 3
