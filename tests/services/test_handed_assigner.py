"""Handing over what an ended unit gave to others: who is the assigner of it now."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.refusals import Conflict, Invalid
from app.domain.task_steps import Action, Hop, Product, Side, pending_request
from app.domain.tasks import Workflow
from app.models import Task
from app.queries.access import decided_tasks
from app.queries.handovers import estate_of
from app.queries.tasks import waits_for_answer
from tests import make
from tests.services.ended import (
    DAY,
    DUE,
    END,
    NOW,
    World,
    become,
    counted_on,
    heir_of,
    hops,
    move_task,
    person,
)


class Givers(World):
    """The office that gave tasks to a ward is merged into another; the ward goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.office, self.heir = make.unit("Sở Nội vụ", valid_to=END), make.unit("Sở Nội vụ và Lao động")
        self.ward = make.unit("Phường Lạch Tray")
        become(self.office, self.heir)
        self.old = self.office
        self.planner = person(Role.SECRETARY, self.heir)

    def given_task(self, unit=None, **rest):
        return make.task(unit or self.ward, **({"assigner_unit_id": self.office.id} | rest))


@pytest.fixture
def givers(app) -> Givers:
    return Givers()


def test_what_an_ended_unit_gave_is_confirmed_by_its_successor(givers):
    task = givers.given_task(workflow=Workflow.IN_PROGRESS, due_current=DUE)
    officer = person(Role.OFFICER, givers.ward)
    product = Product("Đã ban hành", "12/KH-UBND", date(2022, 9, 27))
    move_task(task.id, Hop(Action.REPORT, product=product), {Side.UNIT}, 1, officer, NOW)
    paused, done = givers.given_task(workflow=Workflow.PAUSED), givers.given_task(workflow=Workflow.CANCELLED)
    assert estate_of(givers.unit, DAY).given_to == 1
    assert givers.hand_over(givers.heir.id) == (0, 0)
    assert givers.given == 2
    assert (task.assigner_unit_id, paused.assigner_unit_id) == (givers.heir.id, givers.heir.id)
    assert done.assigner_unit_id == givers.office.id
    last = hops(task)[-1]
    assert (last.action, last.text) == (Action.ADOPT, "Sở Nội vụ (cũ) → Sở Nội vụ và Lao động")
    assert (last.workflow_after, last.due) == (Workflow.AWAITING, DUE)
    theirs = set(db.session.scalars(select(Task.id).where(decided_tasks(givers.planner))))
    assert theirs == {task.id, paused.id}
    version = db.session.get_one(Task, task.id).version
    move_task(task.id, Hop(Action.CONFIRM), {Side.ASSIGNER}, version, givers.planner, NOW)
    assert (task.workflow, task.completed_on) == (Workflow.DONE, DAY)
    with pytest.raises(Conflict):
        givers.hand_over(givers.heir.id)


def test_a_request_goes_on_waiting_when_the_assigner_becomes_another(givers):
    task = givers.given_task(workflow=Workflow.IN_PROGRESS, due_current=DUE)
    officer = person(Role.OFFICER, givers.ward)
    ask = Hop(Action.ASK_EXTENSION, "Chờ hướng dẫn", due=DUE + timedelta(days=9))
    move_task(task.id, ask, {Side.UNIT}, 1, officer, NOW)
    givers.hand_over(givers.heir.id)
    assert pending_request(hop.action for hop in hops(task)) is Action.ASK_EXTENSION
    assert db.session.scalar(select(Task.id).where(waits_for_answer())) == task.id


def test_one_of_several_successors_is_chosen_as_the_assigner(givers):
    other = make.unit("Sở Dân tộc và Tôn giáo")
    become(givers.office, other)
    task, own = givers.given_task(), givers.given_task(givers.office)
    assert givers.hand_over(givers.heir.id, assigner=other.id) == (1, 0)
    assert (task.assigner_unit_id, givers.given) == (other.id, 2)
    heir = heir_of(own)
    assert (heir.unit_id, heir.assigner_unit_id) == (givers.heir.id, other.id)
    assert own.assigner_unit_id == givers.office.id, "the row that has ended keeps who gave it"


def test_a_stranger_is_no_assigner_and_nothing_is_written_then(givers):
    task, stranger = givers.given_task(), make.unit("Sở Tài chính")
    with pytest.raises(Invalid) as refused:
        givers.hand_over(givers.heir.id, assigner=stranger.id)
    assert refused.value.field == "assigner"
    assert db.session.scalar(select(Task.assigner_unit_id)) == givers.office.id
    assert [hop.action for hop in hops(task)] == [Action.ASSIGN]


def test_a_preview_is_out_of_date_when_a_given_task_moved(givers):
    task, seen = givers.given_task(), givers.seal()
    officer = person(Role.OFFICER, givers.ward)
    move_task(task.id, Hop(Action.ACCEPT), {Side.UNIT}, 1, officer, NOW)
    with pytest.raises(Conflict, match="vừa thay đổi"):
        givers.hand_over(givers.heir.id, seen=seen)


def test_a_unit_that_goes_on_keeps_what_it_gave(givers):
    givers.given_task()
    givers.office.valid_to = None
    db.session.commit()
    assert estate_of(givers.unit, DAY).empty


def test_the_figures_of_a_day_do_not_ask_who_confirms(givers):
    givers.given_task(due_current=DUE)
    before = counted_on(DAY)
    givers.hand_over(givers.heir.id)
    assert counted_on(DAY) == before == 1
