"""A decision taken back: the task is what it was, the unit loses nothing, the days gone by keep their figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.periods import today
from app.domain.refusals import Conflict, Forbidden, Invalid
from app.domain.task_steps import Action, Hop, Product, Side
from app.domain.tasks import NewTask, Workflow
from app.models import AuditEvent, Task, TaskReport
from app.queries.access import decided_tasks
from app.queries.task_board import waiting_for
from app.queries.task_figures import tallies_as_of, trend
from app.queries.task_pages import task_page
from app.queries.tasks import get_task
from app.services.tasks import assign_tasks, move_task
from tests import make

NOW = make.NOW
DAY = timedelta(days=1)
TODAY = today(NOW)
DUE = TODAY + 5 * DAY
REPORT = Hop(Action.REPORT, product=Product("Đã ban hành", "45/BC-UBND", TODAY))
UNDO = Hop(Action.UNDO, "Bấm nhầm")


class World:
    def __init__(self) -> None:
        self.office = make.unit("Quận Ngô Quyền")
        self.ward = make.unit("Phường Cầu Tre", parent=self.office)
        self.by = Principal(
            make.user(Role.SECRETARY, unit=self.office).id, Role.SECRETARY, self.office.id, self.office.path
        )
        self.officer = Principal(
            make.user(Role.OFFICER, unit=self.ward).id, Role.OFFICER, self.ward.id, self.ward.path
        )
        [self.id] = assign_tasks(NewTask("Báo cáo", TODAY, (self.ward.id,), due=DUE), self.by, NOW)

    @property
    def task(self) -> Task:
        db.session.expire_all()
        return db.session.get_one(Task, self.id)

    def move(self, hop: Hop, at=NOW, version: int = 0) -> None:
        side = Side.UNIT if hop.action in UNITS else Side.ASSIGNER
        by = self.officer if side is Side.UNIT else self.by
        move_task(self.id, hop, (side,), version or self.task.version, by, at)

    def page(self):
        db.session.expire_all()
        return task_page(*get_task(self.id))


UNITS = {
    Action.ACCEPT,
    Action.REPORT,
    Action.PROGRESS,
    Action.REFUSE,
    Action.ASK_EXTENSION,
    Action.WITHDRAW,
}


@pytest.fixture
def world(app) -> World:
    return World()


def seen(world: World, day: date):
    return tallies_as_of(Task.unit_id, day), trend(day)


def test_a_wrong_confirmation_leaves_the_report_waiting_with_its_own_day(world):
    world.move(Hop(Action.ACCEPT))
    world.move(Hop(Action.PROGRESS, progress=60))
    world.move(REPORT, NOW + DAY)
    world.move(Hop(Action.CONFIRM), NOW + 3 * DAY)
    assert (world.task.completed_on, world.task.progress) == (TODAY + DAY, 100)
    known = {day: seen(world, day) for day in (TODAY, TODAY + DAY, TODAY + 3 * DAY)}
    world.move(UNDO, NOW + 20 * DAY)
    task = world.task
    assert (task.workflow, task.completed_on, task.progress) == (Workflow.AWAITING, None, 60)
    assert (task.result, task.product_number) == ("Đã ban hành", "45/BC-UBND")
    assert today(world.page().reported_at) == TODAY + DAY
    assert {day: seen(world, day) for day in known} == known, "the days gone by keep their figures"
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.data["undone"], event.data["text"]) == (
        "task.hoan_tac",
        "xac_nhan",
        "Bấm nhầm",
    )
    # Nothing is reported anew, and the day of the report counts, well before the due date.
    world.move(Hop(Action.CONFIRM), NOW + 21 * DAY)
    assert world.task.completed_on == TODAY + DAY < DUE


def test_a_wrong_return_does_not_cost_the_unit_its_day(world):
    world.move(Hop(Action.ACCEPT))
    world.move(REPORT)
    world.move(Hop(Action.RETURN, "Thiếu phụ lục"), NOW + DAY)
    assert [hop.text for hop in world.page().answers] == ["Thiếu phụ lục"]
    world.move(Hop(Action.PROGRESS, progress=30), NOW + DAY)
    world.move(UNDO, NOW + 9 * DAY)
    assert (world.task.workflow, world.task.progress) == (Workflow.AWAITING, 30)
    assert [hop.text for hop in world.page().answers] == ["Bấm nhầm"]
    world.move(Hop(Action.CONFIRM), NOW + 9 * DAY)
    assert world.task.completed_on == TODAY


def test_the_unit_is_not_told_anew_of_a_return_that_was_taken_back(world):
    world.move(Hop(Action.ACCEPT))
    world.move(REPORT)
    world.move(Hop(Action.RETURN, "Thiếu phụ lục"))
    world.move(REPORT)
    world.move(Hop(Action.RETURN, "Nhầm nhiệm vụ"))
    world.move(UNDO)
    world.move(Hop(Action.WITHDRAW))
    assert world.task.workflow is Workflow.REDO
    assert [hop.text for hop in world.page().answers] == ["Thiếu phụ lục"]


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ((), Workflow.NOT_STARTED),
        ((Hop(Action.ACCEPT),), Workflow.IN_PROGRESS),
        ((Hop(Action.ACCEPT), REPORT), Workflow.AWAITING),
        ((Hop(Action.ACCEPT), Hop(Action.PAUSE, "Chờ kinh phí")), Workflow.PAUSED),
        ((Hop(Action.ACCEPT), REPORT, Hop(Action.RETURN, "Thiếu")), Workflow.REDO),
    ],
)
def test_a_cancelled_task_comes_back_as_what_it_was(world, before, state):
    for hop in before:
        world.move(hop)
    world.move(Hop(Action.CANCEL, "Trùng"), NOW + DAY)
    known = seen(world, TODAY), seen(world, TODAY + DAY)
    world.move(UNDO, NOW + 2 * DAY)
    assert world.task.workflow is state
    assert (seen(world, TODAY), seen(world, TODAY + DAY)) == known
    with pytest.raises(Conflict, match=r"Không còn quyết định|không cho phép"):
        world.move(UNDO)


@pytest.mark.parametrize(
    "ask", [Hop(Action.REFUSE, "Không thuộc thẩm quyền"), Hop(Action.ASK_EXTENSION, "Mưa", due=DUE + DAY)]
)
def test_what_the_unit_had_asked_waits_for_its_answer_again(world, ask):
    world.move(ask)
    world.move(Hop(Action.CANCEL, "Trùng"), NOW + DAY)
    assert world.page().request is None
    world.move(UNDO, NOW + DAY)
    page = world.page()
    assert (page.request, page.request_hop.text, page.request_hop.due_after) == (
        ask.action,
        ask.text,
        ask.due,
    )
    assert page.request_hop.user_id == world.officer.id
    assert waiting_for(decided_tasks(world.by))[1] == 1
    world.move(Hop(Action.DECLINE, "Vẫn làm"), NOW + DAY)
    assert world.page().request is None


def test_a_new_step_of_the_unit_stands_in_the_way(world):
    world.move(Hop(Action.ACCEPT))
    world.move(REPORT)
    world.move(Hop(Action.RETURN, "Thiếu"))
    world.move(Hop(Action.ASK_EXTENSION, "Mưa", due=DUE + DAY))
    with pytest.raises(Conflict, match="chưa có bước mới"):
        world.move(UNDO)
    assert world.page().decision is None


def test_who_takes_back_says_why_and_is_of_the_side_that_decided(world):
    world.move(Hop(Action.CANCEL, "Trùng"))
    with pytest.raises(Invalid) as refused:
        world.move(Hop(Action.UNDO, " "))
    assert refused.value.field == "text"
    with pytest.raises(Forbidden):
        move_task(world.id, UNDO, (Side.UNIT,), world.task.version, world.officer, NOW)
    assert world.task.workflow is Workflow.CANCELLED


def test_what_is_really_done_again_begins_with_the_progress_it_had(world):
    world.move(Hop(Action.ACCEPT))
    world.move(Hop(Action.PROGRESS, progress=60))
    world.move(REPORT)
    world.move(Hop(Action.CONFIRM))
    world.move(Hop(Action.REOPEN, "Số liệu sai"))
    assert (world.task.workflow, world.task.progress, world.task.completed_on) == (Workflow.REDO, 60, None)


def test_a_report_on_what_was_closed_meanwhile_is_told_just_that(world):
    world.move(Hop(Action.ACCEPT))
    old = world.task.version
    world.move(Hop(Action.CANCEL, "Trùng"))
    with pytest.raises(Conflict, match=r"^Nhiệm vụ đã khép lại"):
        world.move(REPORT, version=old)
    world.move(UNDO)
    with pytest.raises(Conflict, match=r"vừa được người khác cập nhật. Hãy xem lại"):
        world.move(REPORT, version=old)
    assert db.session.scalars(select(TaskReport.action).order_by(TaskReport.id)).all()[-1] is Action.UNDO
