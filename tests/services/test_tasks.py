"""Giving tasks and moving them, hop by hop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.domain import tasks
from app.domain.access import Principal, Role
from app.domain.periods import Period
from app.domain.refusals import Conflict, Forbidden, Invalid, Missing
from app.domain.task_board import Decision, Undecided
from app.domain.task_steps import Action, Hop, Product, Side
from app.domain.tasks import Basis, NewTask, Rate, Timeliness, Workflow
from app.models import AuditEvent, Task, TaskReport, Unit
from app.queries.task_pages import task_page
from app.queries.tasks import get_task, task_values, timeliness_is, values_of_unit
from app.services.tasks import assign_tasks, decide_tasks, move_task
from tests import make
from tests.services.given import DAY, DUE, NOW, TODAY, office

PRODUCT = Product("Đã ban hành báo cáo", "45/BC-UBND", TODAY)


@pytest.fixture
def unit(app) -> Unit:
    return make.unit()


@pytest.fixture
def by(app) -> Principal:
    return office()


def move(task_id: int, hop: Hop, by: Principal, at=NOW, sides=tuple(Side)) -> Workflow:
    if hop.action is Action.REPORT and by.role is Role.HEAD:
        # Who reports never confirms; these tests are about other things.
        by = replace(by, id=make.user(Role.OFFICER).id)
    version = db.session.scalar(select(Task.version).where(Task.id == task_id))
    after = move_task(task_id, hop, sides, version, by, at)
    db.session.expire_all()
    return after


def history(task_id: int) -> list[TaskReport]:
    return list(
        db.session.scalars(select(TaskReport).where(TaskReport.task_id == task_id).order_by(TaskReport.id))
    )


def given(unit: Unit, by: Principal, due: date | None = DUE) -> int:
    return assign_tasks(NewTask("Báo cáo quý III", TODAY, (unit.id,), due=due), by, NOW, again=True)[0]


def test_a_task_for_several_units_is_one_row_each_and_only_those_in_charge_count(unit, by):
    other, partner = make.unit("Phường Đằng Giang"), make.unit("Phường Lạch Tray")
    ids = assign_tasks(NewTask("Báo cáo", TODAY, (unit.id, other.id), (partner.id,), due=DUE), by, NOW)
    rows = [db.session.get(Task, id_) for id_ in ids]
    assert [(row.unit_id, row.lead) for row in rows] == [
        (unit.id, True),
        (other.id, True),
        (partner.id, False),
    ]
    assert tasks.count(task_values(), TODAY).total == 2
    assert [hop.action for hop in history(ids[0])] == [Action.ASSIGN]


def test_every_hop_is_dated_and_says_who_made_it(unit, by):
    task_id = given(unit, by)
    officer = Principal(make.user(Role.OFFICER, unit=unit).id, Role.OFFICER, unit.id, unit.path)
    move(task_id, Hop(Action.ACCEPT), officer, NOW + DAY)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), officer, NOW + 2 * DAY)
    move(task_id, Hop(Action.RETURN, "Thiếu phụ lục"), by, NOW + 3 * DAY)
    hops = history(task_id)
    assert [(hop.action, hop.user_id, hop.at) for hop in hops[1:]] == [
        (Action.ACCEPT, officer.id, NOW + DAY),
        (Action.REPORT, officer.id, NOW + 2 * DAY),
        (Action.RETURN, by.id, NOW + 3 * DAY),
    ]
    assert (hops[2].text, hops[2].product_number, hops[2].product_date) == (
        "Đã ban hành báo cáo",
        "45/BC-UBND",
        TODAY,
    )
    assert (hops[3].text, hops[3].workflow_before, hops[3].workflow_after) == (
        "Thiếu phụ lục",
        Workflow.AWAITING,
        Workflow.REDO,
    )
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["task.assign", "task.tiep_nhan", "task.bao_cao", "task.tra_lai"]


def test_the_day_of_the_accepted_report_counts_not_that_of_the_confirmation(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by, NOW + 5 * DAY)
    assert move(task_id, Hop(Action.CONFIRM), by, NOW + 30 * DAY) is Workflow.DONE
    assert db.session.get(Task, task_id).completed_on == DUE
    assert tasks.count(task_values(), TODAY + 30 * DAY).on_time_rate == Rate(1, 1)


def test_a_late_report_that_was_returned_before_is_late(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by, NOW)
    move(task_id, Hop(Action.RETURN, "Sai số liệu"), by, NOW)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by, NOW + 6 * DAY)
    move(task_id, Hop(Action.CONFIRM), by, NOW + 6 * DAY)
    assert tasks.count(task_values(), TODAY + 9 * DAY).done_late == 1


def test_a_report_late_in_the_evening_belongs_to_the_day_in_viet_nam(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    late = NOW.replace(hour=20)  # 03:00 of the next day in Hà Nội
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by, late)
    move(task_id, Hop(Action.CONFIRM), by, late)
    assert db.session.get(Task, task_id).completed_on == TODAY + DAY


@pytest.mark.parametrize(("hour", "minute", "late"), [(16, 59, False), (17, 0, True)])
def test_a_report_of_the_last_minute_is_in_time_by_the_clock_in_viet_nam(unit, by, hour, minute, late):
    """23:59 and 0:00 in Hà Nội are 16:59 and 17:00 by the clock of the world."""
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    moment = datetime(2022, 9, 20, hour, minute, tzinfo=UTC)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by, moment)
    move(task_id, Hop(Action.CONFIRM), by, moment + 9 * DAY)
    assert db.session.get(Task, task_id).completed_on == (DUE + DAY if late else DUE)
    assert tasks.count(task_values(), DUE + 30 * DAY).done_late == late


def reporter(unit: Unit) -> Principal:
    return Principal(make.user(Role.OFFICER, unit=unit).id, Role.OFFICER, unit.id, unit.path)


def reported(unit: Unit, by: Principal) -> int:
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by)
    return task_id


def decision(task_id: int, confirm: bool, reason: str = "") -> Decision:
    version = db.session.scalar(select(Task.version).where(Task.id == task_id))
    return Decision(task_id, version, confirm, reason)


def test_the_reporter_does_not_confirm_even_from_the_assigning_office(unit, by):
    task_id, officer = given(unit, by), reporter(unit)
    move(task_id, Hop(Action.ACCEPT), officer)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), officer)
    moved = Principal(officer.id, Role.HEAD, by.unit_id, by.unit_path)
    with pytest.raises(Forbidden, match="chính bạn gửi"):
        move(task_id, Hop(Action.CONFIRM), moved)
    assert move(task_id, Hop(Action.RETURN, "Xem lại"), moved) is Workflow.REDO


def test_many_decisions_are_one_transaction(unit, by):
    first, second = reported(unit, by), reported(unit, by)
    before = db.session.scalar(select(func.count()).select_from(TaskReport))
    taken = decision(second, False, "Thiếu")
    move(second, Hop(Action.WITHDRAW), by)
    with pytest.raises(Undecided) as refused:
        decide_tasks([decision(first, True), taken], by, NOW)
    assert (set(refused.value.faults), refused.value.status) == ({second}, 409)
    db.session.expire_all()
    assert db.session.get(Task, first).workflow is Workflow.AWAITING
    assert db.session.scalar(select(func.count()).select_from(TaskReport)) == before + 1
    decide_tasks([decision(first, True)], by, NOW)
    db.session.expire_all()
    assert db.session.get(Task, first).workflow is Workflow.DONE


def test_a_return_without_its_reason_is_a_fault_of_its_row(unit, by):
    task_id = reported(unit, by)
    with pytest.raises(Undecided) as refused:
        decide_tasks([decision(task_id, False, " ")], by, NOW)
    assert (set(refused.value.faults), refused.value.status) == ({task_id}, 422)


def test_decisions_are_taken_by_those_whose_tasks_they_are(unit, by):
    task_id = reported(unit, by)
    with pytest.raises(Forbidden):
        decide_tasks([decision(task_id, True)], reporter(unit), NOW)
    with pytest.raises(Missing):
        decide_tasks([decision(task_id, True)], reporter(make.unit("Phường khác")), NOW)
    with pytest.raises(Invalid):
        decide_tasks([], by, NOW)
    with pytest.raises(Invalid):
        decide_tasks([decision(task_id, True)] * 2, by, NOW)


def test_a_report_can_be_withdrawn_until_it_is_confirmed(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by)
    assert move(task_id, Hop(Action.WITHDRAW), by) is Workflow.IN_PROGRESS
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by)
    move(task_id, Hop(Action.CONFIRM), by)
    with pytest.raises(Conflict):
        move(task_id, Hop(Action.WITHDRAW), by)


def test_withdrawing_does_not_wash_off_that_a_task_was_returned(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by)
    move(task_id, Hop(Action.RETURN, "Thiếu"), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by)
    assert move(task_id, Hop(Action.WITHDRAW), by) is Workflow.REDO


def test_an_extension_keeps_the_original_date(unit, by):
    task_id = given(unit, by, due=TODAY)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.ASK_EXTENSION, "Chờ hướng dẫn", due=DUE), by)
    assert db.session.get(Task, task_id).due_current == TODAY
    move(task_id, Hop(Action.EXTEND, "Đồng ý", due=DUE), by)
    task = db.session.get(Task, task_id)
    assert (task.due_original, task.due_current) == (TODAY, DUE)
    hop = history(task_id)[-1]
    assert (hop.due_before, hop.due_after) == (TODAY, DUE)
    values = values_of_unit(unit.id, Period(TODAY, DUE), TODAY)
    assert tasks.done_due_rate(values, TODAY) == Rate(0, 0)
    assert tasks.done_due_rate(values, TODAY, Basis.ORIGINAL) == Rate(0, 1)


def test_a_moved_task_goes_on_at_the_other_unit_with_its_deadline(unit, by):
    other = make.unit("Phường Đằng Giang")
    task_id = given(unit, by)
    move(task_id, Hop(Action.MOVE, "Sáp nhập", unit_id=other.id), by)
    heir = db.session.scalars(select(Task).where(Task.unit_id == other.id)).one()
    assert (heir.due_current, heir.workflow, heir.title) == (DUE, Workflow.NOT_STARTED, "Báo cáo quý III")
    assert history(heir.id)[0].text == "Sáp nhập"
    assert tasks.count(task_values(), TODAY).total == 1


@pytest.mark.parametrize("same", [True, False], ids=["to itself", "to nowhere"])
def test_a_task_is_not_moved_to_itself_or_to_nowhere(unit, by, same):
    task_id = given(unit, by)
    with pytest.raises((Conflict, Missing)):
        move(task_id, Hop(Action.MOVE, "Nhầm", unit_id=unit.id if same else 999_999), by)
    db.session.expire_all()
    assert db.session.get(Task, task_id).workflow is Workflow.NOT_STARTED


def test_a_paused_task_leaves_the_figures_and_comes_back(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.PAUSE, "Chờ quy định mới"), by)
    assert tasks.count(task_values(), TODAY).total == 0
    assert move(task_id, Hop(Action.RESUME), by) is Workflow.NOT_STARTED
    assert tasks.count(task_values(), TODAY).total == 1


def test_what_was_paused_goes_on_where_it_stood(unit, by):
    task_id = given(unit, by)
    for hop in (Hop(Action.ACCEPT), Hop(Action.REPORT, product=PRODUCT), Hop(Action.RETURN, "Thiếu")):
        move(task_id, hop, by)
    move(task_id, Hop(Action.PAUSE, "Chờ quy định mới"), by)
    assert move(task_id, Hop(Action.RESUME), by) is Workflow.REDO, "the unit still has to mend what came back"


def test_a_reopened_task_is_not_done_any_more(unit, by):
    task_id = given(unit, by)
    for hop in (Hop(Action.ACCEPT), Hop(Action.REPORT, product=PRODUCT), Hop(Action.CONFIRM)):
        move(task_id, hop, by)
    move(task_id, Hop(Action.REOPEN, "Số liệu không đúng"), by)
    task = db.session.get(Task, task_id)
    assert (task.workflow, task.completed_on) == (Workflow.REDO, None)


def test_a_parent_task_is_done_only_when_its_children_are(unit, by):
    task_id = given(unit, by)
    make.task(unit, parent_id=task_id)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by)
    with pytest.raises(Conflict, match="1 nhiệm vụ con"):
        move(task_id, Hop(Action.CONFIRM), by)


def test_two_people_who_decide_at_once_do_not_undo_each_other(unit, by):
    task_id = given(unit, by)
    move_task(task_id, Hop(Action.ACCEPT), [Side.UNIT], 1, by, NOW)
    with pytest.raises(Conflict, match="người khác"):
        move_task(task_id, Hop(Action.CANCEL, "Trùng"), [Side.ASSIGNER], 1, by, NOW)


def test_the_unit_cannot_confirm_and_nothing_is_written(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    move(task_id, Hop(Action.REPORT, product=PRODUCT), by)
    with pytest.raises(Forbidden):
        move(task_id, Hop(Action.CONFIRM), by, sides=(Side.UNIT,))
    db.session.expire_all()
    assert len(history(task_id)) == 3


def test_a_report_without_product_changes_nothing(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.ACCEPT), by)
    with pytest.raises(Invalid):
        move(task_id, Hop(Action.REPORT, product=Product("Xong")), by)
    db.session.expire_all()
    assert db.session.get(Task, task_id).workflow is Workflow.IN_PROGRESS


def test_the_database_refuses_a_finished_task_without_its_day(unit):
    with pytest.raises(IntegrityError):
        make.task(unit, workflow=Workflow.DONE)
    db.session.rollback()


def test_lists_and_rules_agree_on_timeliness(unit):
    days = [None, TODAY - DAY, TODAY, TODAY + DAY, TODAY + 3 * DAY, TODAY + 4 * DAY]
    for workflow in Workflow:
        for due in days:
            for done in (TODAY - DAY, TODAY) if workflow is Workflow.DONE else (None,):
                make.task(unit, workflow=workflow, due_current=due, completed_on=done)
    for word in Timeliness:
        found = set(db.session.scalars(select(Task.id).where(timeliness_is(word, TODAY))))
        expected = {
            task.id
            for task in db.session.scalars(select(Task))
            if tasks.timeliness(task.workflow, task.due_current, task.completed_on, TODAY) is word
        }
        assert found == expected, word


def test_a_page_knows_the_request_that_waits(unit, by):
    task_id = given(unit, by)
    move(task_id, Hop(Action.REFUSE, "Không thuộc thẩm quyền"), by)
    page = task_page(*get_task(task_id))
    assert page.request is Action.REFUSE
    assert page.request_hop.text == "Không thuộc thẩm quyền"
    move(task_id, Hop(Action.DECLINE, "Thuộc thẩm quyền của phường"), by)
    assert task_page(*get_task(task_id)).request is None


def test_a_task_moves_to_no_unit_that_is_no_more(unit, by):
    old = make.unit("Phường Cầu Tre cũ", valid_to=TODAY - DAY)
    with pytest.raises(Invalid) as refused:
        move(given(unit, by), Hop(Action.MOVE, "Nhầm", unit_id=old.id), by)
    assert refused.value.field == "unit"
