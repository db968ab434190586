"""Handing over: everything open goes on where it stood, at the units in which the old one lives on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.handovers import STAYS, Kind
from app.domain.inspections import FindingState, State
from app.domain.refusals import Conflict, Invalid, Missing
from app.domain.reminders import Recipient
from app.domain.task_steps import Action, Hop, Product, Side, pending_request
from app.domain.tasks import Workflow
from app.domain.units import SuccessionType
from app.models import Attachment, AuditEvent, Finding, Task, Unit, UnitSuccession
from app.queries.access import decided_tasks, standing_for_task
from app.queries.handovers import estate_of, heirs_of, open_work
from app.queries.news import my_news
from app.queries.reminders import owed
from app.queries.task_board import waiting_reports
from app.services.handovers import hand_over_unit
from app.views._tasks import sides_of
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


@pytest.fixture
def world(app) -> World:
    return World()


# --- Tasks


@pytest.mark.parametrize(
    "workflow",
    [Workflow.NOT_STARTED, Workflow.IN_PROGRESS, Workflow.REDO, Workflow.AWAITING, Workflow.PAUSED],
)
def test_a_task_goes_on_where_it_stood_with_its_deadlines(world, workflow):
    original = DUE - timedelta(days=10)
    task = world.task(workflow=workflow, progress=35, due_original=original, title="Lập kế hoạch")
    assert world.hand_over() == (1, 0)
    heir = heir_of(task)
    assert (heir.unit_id, heir.workflow, heir.progress) == (world.new.id, workflow, 35)
    assert (heir.due_original, heir.due_current) == (original, DUE)
    assert (heir.title, heir.assigned_on) == ("Lập kế hoạch", task.assigned_on)
    assert heir.assigner_unit_id == world.giver.id
    assert task.workflow is Workflow.MOVED
    assert hops(task)[-1].action is Action.MOVE
    first = hops(heir)[0]
    assert (first.action, first.text, first.due) == (
        Action.ASSIGN,
        "Nhận bàn giao từ Phường Cầu Tre (cũ)",
        DUE,
    )


@pytest.mark.parametrize("workflow", [Workflow.DONE, Workflow.CANCELLED, Workflow.MOVED])
def test_what_is_closed_stays(world, workflow):
    task = world.task(workflow=workflow, completed_on=END if workflow is Workflow.DONE else None)
    world.task()
    world.hand_over()
    assert task.workflow is workflow
    assert db.session.scalar(select(Task.id).where(Task.handed_over_from_id == task.id)) is None


def test_a_report_that_waits_is_confirmed_at_the_heir_with_the_day_it_was_made(world):
    task = world.task(workflow=Workflow.IN_PROGRESS, due_current=date(2022, 9, 29))
    reported = datetime(2022, 9, 28, 3, 0, tzinfo=UTC)
    product = Product("Đã ban hành", "12/KH-UBND", date(2022, 9, 27))
    move_task(task.id, Hop(Action.REPORT, product=product), {Side.UNIT}, 1, world.officer, reported)
    report = hops(task)[-1]
    make.attachment(task=task, task_report_id=report.id, name="ke-hoach.pdf")
    make.attachment(task=task, name="cong-van.pdf")
    make.attachment(task=task, name="bo-di.pdf", removed_at=make.NOW)
    world.hand_over()
    heir = heir_of(task)
    assert (heir.workflow, heir.product_number, heir.result) == (
        Workflow.AWAITING,
        "12/KH-UBND",
        "Đã ban hành",
    )
    again = hops(heir)[-1]
    assert (again.action, again.at, again.user_id) == (Action.REPORT, report.at, world.officer.id)
    assert again.effective_on == DAY
    files = db.session.scalars(select(Attachment).where(Attachment.task_id == heir.id)).all()
    assert {(file.name, file.task_report_id) for file in files} == {
        ("ke-hoach.pdf", again.id),
        ("cong-van.pdf", None),
    }
    [waits] = waiting_reports(decided_tasks(world.head)).rows
    assert (waits.reported_on, waits.days_late) == (date(2022, 9, 28), 0), (
        "as it will count once it is confirmed"
    )
    told = next(one for one in owed(DAY).tasks if one.id == heir.id)
    assert told.reported_on == date(2022, 9, 28)
    move_task(heir.id, Hop(Action.CONFIRM), {Side.ASSIGNER}, heir.version, world.head, NOW)
    assert heir.workflow is Workflow.DONE
    assert heir.completed_on == date(2022, 9, 28)


def test_who_gave_it_without_an_office_confirms_it_at_the_heir_and_hears_of_it(world):
    giver = person(Role.HEAD)
    task = world.task(workflow=Workflow.IN_PROGRESS, assigner_unit_id=None, created_by_id=giver.id)
    world.hand_over()
    heir = heir_of(task)
    product = Product("Xong", link="https://example.org/1")
    move_task(heir.id, Hop(Action.REPORT, product=product), {Side.UNIT}, heir.version, world.officer, NOW)
    assert [one.id for one in waiting_reports(decided_tasks(giver)).rows] == [heir.id]
    assert Side.ASSIGNER in sides_of(standing_for_task(giver, heir))
    told = owed(DAY + timedelta(days=3))
    assert told.recipients[heir.id] == [Recipient(giver.id)]


def test_a_report_that_goes_along_is_news_once(world):
    task = world.task(workflow=Workflow.IN_PROGRESS)
    planner = make.user(Role.HEAD, unit=world.giver)
    reported = NOW - timedelta(days=1)
    product = Product("Đã ban hành", "12/KH-UBND", date(2022, 9, 27))
    move_task(task.id, Hop(Action.REPORT, product=product), {Side.UNIT}, 1, world.officer, reported)
    world.hand_over()
    later = NOW + timedelta(hours=1)
    expected = [(Action.REPORT, heir_of(task).id)]
    assert [(one.action, one.task_id) for one in owed(DAY, later).news[Recipient(planner.id)]] == expected
    planner.created_at = reported - timedelta(days=1)
    db.session.commit()
    assert [(one.action, one.task_id) for one in my_news(planner.id, later)] == expected


def test_a_pause_goes_along_with_its_reason_and_ends_where_it_began(world):
    task = world.task(workflow=Workflow.REDO)
    move_task(task.id, Hop(Action.PAUSE, "Chờ quy định mới"), {Side.ASSIGNER}, 1, world.head, make.NOW)
    world.hand_over()
    heir = heir_of(task)
    assert heir.workflow is Workflow.PAUSED
    assert (hops(heir)[-1].action, hops(heir)[-1].text) == (Action.PAUSE, "Chờ quy định mới")
    move_task(heir.id, Hop(Action.RESUME), {Side.ASSIGNER}, heir.version, world.head, NOW)
    assert heir.workflow is Workflow.REDO


def test_a_withdrawn_report_leads_the_heir_back_to_where_the_old_one_came_from(world):
    task = world.task(workflow=Workflow.REDO)
    product = Product("Xong", link="https://example.org/1")
    move_task(task.id, Hop(Action.REPORT, product=product), {Side.UNIT}, 1, world.officer, make.NOW)
    world.hand_over()
    heir = heir_of(task)
    move_task(heir.id, Hop(Action.WITHDRAW), {Side.UNIT}, heir.version, world.officer, NOW)
    assert heir.workflow is Workflow.REDO


def test_a_request_that_waits_for_an_answer_goes_along(world):
    task = world.task(workflow=Workflow.IN_PROGRESS)
    asked = Hop(Action.ASK_EXTENSION, "Chờ hướng dẫn", due=date(2022, 11, 20))
    move_task(task.id, asked, {Side.UNIT}, 1, world.officer, make.NOW)
    world.hand_over()
    heir = heir_of(task)
    assert pending_request(hop.action for hop in hops(heir)) is Action.ASK_EXTENSION
    assert (hops(heir)[-1].text, hops(heir)[-1].due_after) == ("Chờ hướng dẫn", date(2022, 11, 20))
    assert hops(heir)[-1].due == DUE


def test_a_period_that_has_not_begun_comes_into_no_figure_before_it_does(world):
    begins = DAY + timedelta(days=20)
    task = world.task(assigned_on=begins, due_current=begins + timedelta(days=30))
    # A wish from before units had to wait for the period's first day.
    make.hop(task, Action.ASK_EXTENSION, Workflow.NOT_STARTED, begins, begins + timedelta(days=30))
    world.hand_over()
    assert [hop.effective_on for hop in hops(heir_of(task))] == [begins, begins]
    assert [counted_on(day) for day in (DAY, begins - timedelta(days=1), begins)] == [0, 0, 1]


def test_an_answered_report_is_not_repeated(world):
    task = world.task(workflow=Workflow.IN_PROGRESS)
    product = Product("Xong", link="https://example.org/1")
    move_task(task.id, Hop(Action.REPORT, product=product), {Side.UNIT}, 1, world.officer, make.NOW)
    move_task(task.id, Hop(Action.RETURN, "Thiếu"), {Side.ASSIGNER}, 2, world.head, make.NOW)
    world.hand_over()
    assert [hop.action for hop in hops(heir_of(task))] == [Action.ASSIGN]
    assert heir_of(task).workflow is Workflow.REDO


def test_links_are_kept_and_children_follow_their_parent(world):
    inspection = make.inspection(unit=world.old, state=State.THEO_DOI_KHAC_PHUC)
    finding = make.finding(inspection)
    demand = make.recommendation(inspection, finding_id=finding.id)
    directive = make.directive(number="1/KL")
    parent = world.task(directive_id=directive.id, finding_id=finding.id, recommendation_id=demand.id)
    child = world.task(parent_id=parent.id)
    elsewhere = make.task(world.giver, parent_id=parent.id)
    series = world.task(series_id=parent.id, period_label="Quý III/2022")
    world.hand_over()
    heir = heir_of(parent)
    assert (heir.directive_id, heir.finding_id, heir.recommendation_id) == (
        directive.id,
        finding.id,
        demand.id,
    )
    assert heir_of(child).parent_id == heir.id
    assert child.parent_id == parent.id
    assert db.session.get_one(Task, elsewhere.id, populate_existing=True).parent_id == heir.id
    assert (heir_of(series).series_id, heir_of(series).period_label) == (parent.id, "Quý III/2022")


def test_no_day_counts_a_task_twice(world):
    for workflow in (Workflow.NOT_STARTED, Workflow.IN_PROGRESS, Workflow.REDO):
        world.task(workflow=workflow)
    waiting = world.task(workflow=Workflow.IN_PROGRESS)
    product = Product("Xong", link="https://example.org/1")
    move_task(waiting.id, Hop(Action.REPORT, product=product), {Side.UNIT}, 1, world.officer, make.NOW)
    days = [make.NOW.date(), DAY - timedelta(days=1), DAY, DAY + timedelta(days=30)]
    assert [counted_on(day) for day in days] == [4, 4, 4, 4]
    world.hand_over()
    assert [counted_on(day) for day in days] == [4, 4, 4, 4]


# --- Shortcomings


def test_open_shortcomings_are_the_heirs_with_their_deadlines(world):
    inspection = make.inspection(unit=world.old, state=State.KET_THUC)
    open_ = make.finding(inspection, due_on=DUE, state=FindingState.CHUA_DAT)
    remedied = make.finding(inspection, state=FindingState.DA_KHAC_PHUC)
    unsigned = make.finding(make.inspection(unit=world.old))
    assert world.hand_over() == (0, 1)
    rows = {f.id: f for f in db.session.scalars(select(Finding).execution_options(populate_existing=True))}
    assert (rows[open_.id].handed_to_unit_id, rows[open_.id].due_on) == (world.new.id, DUE)
    assert rows[open_.id].state is FindingState.CHUA_DAT
    assert rows[remedied.id].handed_to_unit_id is rows[unsigned.id].handed_to_unit_id is None
    assert open_work(world.new.id) == (0, 1)


def test_what_was_handed_over_once_can_be_handed_over_again(world):
    make.finding(make.inspection(unit=world.old, state=State.KET_THUC))
    world.task(workflow=Workflow.IN_PROGRESS)
    world.hand_over()
    third = make.unit("Phường Ba")
    become(world.new, third, SuccessionType.RENAME, date(2023, 1, 1))
    middle = db.session.get_one(Unit, world.new.id)
    middle.valid_to = date(2022, 12, 31)
    db.session.commit()
    later = datetime(2023, 1, 2, 3, tzinfo=UTC)
    seal = estate_of(middle, later.date()).seal
    assert hand_over_unit(middle.id, third.id, {}, seal, world.admin, later) == (1, 1, 0)
    assert open_work(third.id) == (1, 1)
    assert open_work(middle.id) == open_work(world.old.id) == (0, 0)


# --- Who takes it


def test_each_piece_may_go_to_another_heir(world):
    other = make.unit("Phường Gia Viên")
    become(world.old, other, SuccessionType.SPLIT)
    first, second = world.task(), world.task()
    finding = make.finding(make.inspection(unit=world.old, state=State.KET_THUC))
    world.hand_over(elsewhere={(Kind.TASK, second.id): other.id, (Kind.FINDING, finding.id): other.id})
    assert heir_of(first).unit_id == world.new.id
    assert heir_of(second).unit_id == other.id
    assert db.session.get_one(Finding, finding.id, populate_existing=True).handed_to_unit_id == other.id


def test_a_unit_that_gave_away_a_part_keeps_what_is_not_chosen(world):
    world.unit.valid_to = None
    db.session.commit()
    stays, goes = world.task(), world.task()
    with pytest.raises(Invalid):
        world.hand_over(main=STAYS)
    assert world.hand_over(main=STAYS, elsewhere={(Kind.TASK, goes.id): world.new.id}) == (1, 0)
    assert stays.workflow is Workflow.NOT_STARTED
    assert hops(heir_of(goes))[0].text == "Nhận bàn giao từ Phường Cầu Tre"


def test_a_successor_that_ended_too_is_passed_over_for_its_own(world):
    third, part = make.unit("Phường Ba"), make.unit("Phường Một Phần")
    become(world.new, third, SuccessionType.RENAME, date(2022, 10, 2))
    become(world.old, part, SuccessionType.PART)
    become(world.old, make.unit("Phường Mai Sau"), day=date(2023, 1, 1))
    db.session.get_one(Unit, world.new.id).valid_to = date(2022, 10, 1)
    db.session.commit()
    assert [heir.name for heir in heirs_of(world.old.id, DAY)] == ["Phường Ba", "Phường Một Phần"]


@pytest.mark.parametrize("main", [0, 10**6])
def test_only_heirs_may_be_chosen(world, main):
    world.task()
    with pytest.raises(Invalid):
        world.hand_over(main=main)
    with pytest.raises(Invalid):
        world.hand_over(elsewhere={(Kind.TASK, 1): world.giver.id})


# --- Once, whole, and as it was shown


def test_run_twice_there_is_nothing_left(world):
    world.task()
    seal = world.seal()
    world.hand_over(seen=seal)
    with pytest.raises(Conflict, match="Không còn"):
        world.hand_over(seen=seal)


def test_without_an_heir_there_is_no_handing_over(world):
    world.task()
    db.session.execute(db.delete(UnitSuccession))
    db.session.commit()
    with pytest.raises(Conflict, match="kế thừa"):
        world.hand_over()


def test_a_preview_that_is_out_of_date_hands_nothing_over(world):
    task = world.task()
    seal = world.seal()
    move_task(task.id, Hop(Action.ACCEPT), {Side.UNIT}, 1, world.officer, make.NOW)
    with pytest.raises(Conflict, match="vừa thay đổi"):
        world.hand_over(seen=seal)
    assert task.workflow is Workflow.IN_PROGRESS


def test_an_unknown_unit_is_missing(world):
    with pytest.raises(Missing):
        hand_over_unit(10**6, world.new.id, {}, "", world.admin, NOW)


def test_the_trail_tells_it_of_the_unit_and_of_each_piece(world):
    task = world.task()
    finding = make.finding(make.inspection(unit=world.old, state=State.KET_THUC))
    world.hand_over()
    events = {event.action: event for event in db.session.scalars(select(AuditEvent))}
    assert events["unit.hand_over"].data == {"to": [world.new.id], "tasks": 1, "findings": 1}
    assert events[f"task.{Action.MOVE}"].object_id == task.id
    assert events["finding.hand_over"].data["finding"] == finding.id


def test_the_preview_is_a_fixed_number_of_statements(world, count_statements):
    world.task()
    unit = world.unit
    with count_statements() as few:
        estate_of(unit, DAY)
    for _number in range(20):
        world.task()
    unit = world.unit
    with count_statements() as many:
        assert len(estate_of(unit, DAY).tasks) == 21
    assert len(many) <= len(few) <= 4
