"""A whole list taken back: all of it or nothing, past days keep their figures, the mended list comes anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.imports import ImportedTask, ImportState
from app.domain.periods import today
from app.domain.refusals import Conflict, Forbidden, Missing, Refused
from app.domain.task_steps import Action, Hop, Product, Side
from app.domain.tasks import Basis, DirectiveText, Workflow
from app.models import AuditEvent, ImportJob, Task, TaskReport
from app.queries.carried_in import carried_in
from app.queries.task_figures import tallies_as_of
from app.services.take_back import take_back_list
from app.services.task_imports import Source, import_tasks
from app.services.tasks import move_task
from tests import make
from tests.at_once import at_once

NOW = datetime(2025, 9, 15, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
REASON = "Nhập nhầm tệp của năm trước"


def lines(count: int, due: date | None = None) -> list[ImportedTask]:
    return [
        ImportedTask(
            number,
            "A" if number % 2 else "B",
            f"Việc {number}",
            date(2025, 1, 2),
            directive=DirectiveText("Kế hoạch", "7/KH-UBND", date(2025, 1, 1)),
            due=due,
            completed_on=date(2025, 2, 1) if number % 3 == 0 else None,
        )
        for number in range(count)
    ]


class World:
    """An office, two wards below it, and a list of theirs that the office carried in."""

    def __init__(self) -> None:
        office = make.unit("Quận")
        self.units = {
            "A": make.unit("Phường A", parent=office).id,
            "B": make.unit("Phường B", parent=office).id,
        }
        self.by = Principal(make.user(Role.HEAD, unit=office).id, Role.HEAD, office.id, office.path)

    def carry_in(self, some: list[ImportedTask], now: datetime = NOW, backdated: bool = False) -> int:
        job = ImportJob(
            user_id=self.by.id, state=ImportState.WRITING, file_name="viec.xlsx", sha256="s", size=1
        )
        job.beat_at = job.created_at = now
        db.session.add(job)
        db.session.commit()
        job_id = job.id
        import_tasks(some, self.units, self.by, Source("s", "viec.xlsx", job_id), now, backdated=backdated)
        return job_id

    def figures(self, day: date) -> dict:
        found = tallies_as_of(Task.unit_id, day, Basis.CURRENT, Task.unit_id.in_(self.units.values()))
        db.session.rollback()
        return found


@pytest.fixture
def world(app) -> World:
    return World()


def tasks() -> list[Task]:
    db.session.rollback()
    return list(db.session.scalars(select(Task).order_by(Task.id).execution_options(populate_existing=True)))


@pytest.mark.parametrize("backdated", [False, True])
def test_a_list_taken_back_is_out_of_the_figures_from_today_and_in_those_of_the_days_before(world, backdated):
    own = make.task(db.session.get_one(make.models.Unit, world.units["A"]), created_by_id=world.by.id).id
    job_id = world.carry_in(lines(6), backdated=backdated)
    days = [date(2025, 2, 1), today(NOW) - timedelta(days=1), today(NOW), today(LATER) - timedelta(days=1)]
    before = [world.figures(day) for day in days]
    assert take_back_list(job_id, REASON, world.by, LATER) == 6
    assert [world.figures(day) for day in days] == before
    left = world.figures(today(LATER))
    assert {unit: one.counts.total for unit, one in left.items()} == {world.units["A"]: 1}
    every = tasks()
    assert [(task.workflow, task.version, task.completed_on) for task in every if task.id != own] == [
        (Workflow.CANCELLED, 2, None)
    ] * 6
    assert next(task for task in every if task.id == own).workflow is Workflow.NOT_STARTED
    hops = db.session.scalars(
        select(TaskReport).where(TaskReport.action == Action.TAKE_BACK).order_by(TaskReport.task_id)
    ).all()
    assert [hop.task_id for hop in hops] == [task.id for task in every if task.id != own]
    assert {hop.workflow_before for hop in hops} == {Workflow.NOT_STARTED, Workflow.DONE}
    for hop in hops:
        assert (hop.workflow_after, hop.effective_on, hop.text, hop.user_id, hop.at) == (
            Workflow.CANCELLED,
            today(LATER),
            REASON,
            world.by.id,
            LATER,
        )
        assert (hop.completed_on, hop.product_number, hop.product_link) == (None, "", "")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "task.thu_hoi")).one()
    said = event.data["after"]
    assert (said["tasks"], said["units"], said["done"], said["text"]) == (6, 2, 2, REASON)
    job = db.session.get_one(ImportJob, job_id)
    assert (job.state, job.summary["taken_back"], job.ended_at) == (ImportState.TAKEN_BACK, 6, NOW)


def test_the_mended_list_brings_its_tasks_anew_unless_one_was_opened_again(world):
    job_id = world.carry_in(lines(4))
    take_back_list(job_id, REASON, world.by, LATER)
    opened = tasks()[1]
    move_task(opened.id, Hop(Action.REOPEN, "Vẫn cần"), (Side.ASSIGNER,), opened.version, world.by, LATER)
    again = world.carry_in(lines(4, date(2025, 12, 1)), LATER + timedelta(hours=1))
    assert db.session.get_one(ImportJob, again).summary["added"] == 3
    with pytest.raises(Conflict, match="đã được thu hồi"):
        take_back_list(job_id, REASON, world.by, LATER)
    assert take_back_list(again, REASON, world.by, LATER + timedelta(hours=2)) == 3


def test_tasks_taken_back_offer_no_undo_of_their_own(world):
    job_id = world.carry_in(lines(1))
    take_back_list(job_id, REASON, world.by, LATER)
    [task] = tasks()
    with pytest.raises(Conflict):
        move_task(task.id, Hop(Action.UNDO, "Nhầm"), (Side.ASSIGNER,), task.version, world.by, LATER)


ACTS = {
    "accepted": (Hop(Action.ACCEPT), Side.UNIT),
    "reported": (Hop(Action.REPORT, product=Product("Xong", "1/BC", date(2025, 9, 1))), Side.UNIT),
    "asked": (Hop(Action.REFUSE, "Không thuộc phường"), Side.UNIT),
    "cancelled": (Hop(Action.CANCEL, "Bỏ"), Side.ASSIGNER),
    "put right": (Hop(Action.ADJUST, "Ghi nhầm", due=date(2025, 12, 1)), Side.ASSIGNER),
}


@pytest.mark.parametrize("act", ACTS)
def test_one_task_that_was_acted_on_keeps_the_whole_list(world, act):
    job_id = world.carry_in(lines(5))
    hop, side = ACTS[act]
    task = tasks()[1]
    officer = make.user(Role.OFFICER, unit=db.session.get_one(make.models.Unit, task.unit_id))
    who = world.by if side is Side.ASSIGNER else Principal(officer.id, Role.OFFICER, task.unit_id)
    move_task(task.id, hop, (side,), 1, who, NOW + timedelta(hours=1))
    states = [(one.workflow, one.version) for one in tasks()]
    with pytest.raises(Conflict, match=r"^1 trong 5 nhiệm vụ"):
        take_back_list(job_id, REASON, world.by, LATER)
    assert [(one.workflow, one.version) for one in tasks()] == states
    found = carried_in(db.session.get_one(ImportJob, job_id), Task.id.is_(None))
    assert (found.tasks, found.units, found.done, found.acted) == (5, 2, 2, 1)
    assert [(one.id, one.linked) for one in found.first] == [(task.id, False)]


def test_a_file_at_a_task_stands_in_the_way_until_it_is_taken_away(world):
    job_id = world.carry_in(lines(2))
    file = make.attachment(task_id=tasks()[0].id)
    with pytest.raises(Conflict, match=r"^1 trong 2"):
        take_back_list(job_id, REASON, world.by, LATER)
    db.session.get_one(make.models.Attachment, file.id).removed_at = LATER
    db.session.commit()
    assert take_back_list(job_id, REASON, world.by, LATER) == 2


def test_nobody_else_and_nothing_that_was_not_carried_in(world):
    job_id = world.carry_in(lines(2))
    other = Principal(make.user(Role.HEAD).id, Role.HEAD, world.by.unit_id, world.by.unit_path)
    with pytest.raises(Missing):
        take_back_list(job_id, REASON, other, LATER)
    moved_on = Principal(world.by.id, Role.HEAD, world.units["A"])
    with pytest.raises(Forbidden):
        take_back_list(job_id, REASON, moved_on, LATER)
    nothing = world.carry_in(lines(2), LATER)
    with pytest.raises(Conflict, match="không thêm nhiệm vụ nào"):
        take_back_list(nothing, REASON, world.by, LATER)
    db.session.get_one(ImportJob, nothing).state = ImportState.CHECKED
    db.session.commit()
    with pytest.raises(Conflict, match="chưa được nhập"):
        take_back_list(nothing, REASON, world.by, LATER)
    assert {task.workflow for task in tasks()} == {Workflow.NOT_STARTED, Workflow.DONE}


def test_a_list_carried_in_before_its_ids_were_kept_is_found_by_its_moment(world):
    job_id = world.carry_in(lines(3))
    job = db.session.get_one(ImportJob, job_id)
    job.summary = {name: value for name, value in job.summary.items() if name not in {"first_id", "last_id"}}
    db.session.commit()
    world.carry_in([ImportedTask(9, "A", "Việc khác", date(2025, 1, 2))], NOW + timedelta(microseconds=1))
    assert take_back_list(job_id, REASON, world.by, LATER) == 3
    assert [task.title for task in tasks() if task.workflow is not Workflow.CANCELLED] == ["Việc khác"]


def test_as_many_statements_for_many_tasks_as_for_few(world, count_statements):
    counts = []
    for start, number in ((NOW, 3), (LATER, 700)):
        some = [ImportedTask(n, "A", f"Việc {start:%d} {n}", date(2025, 1, 2)) for n in range(number)]
        job_id = world.carry_in(some, start)
        with count_statements() as statements:
            assert take_back_list(job_id, REASON, world.by, LATER + timedelta(hours=1)) == number
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_two_at_once_take_it_back_once_and_a_report_at_the_same_moment_counts_once(app, world):
    job_id = world.carry_in(lines(2))
    task = tasks()[1]
    task_id = task.id
    who = Principal(make.user(Role.OFFICER).id, Role.OFFICER, task.unit_id)

    def take() -> object:
        return take_back_list(job_id, REASON, world.by, LATER)

    def accept() -> object:
        return move_task(task_id, Hop(Action.ACCEPT), (Side.UNIT,), 1, who, LATER)

    took, also, accepted = at_once(app, take, take, accept)
    states = {one.workflow for one in tasks()}
    if accepted is Workflow.IN_PROGRESS:
        assert isinstance(took, Refused)
        assert isinstance(also, Refused)
        assert Workflow.CANCELLED not in states
    else:
        assert sorted(isinstance(one, Refused) for one in (took, also)) == [False, True]
        assert isinstance(accepted, Refused)
        assert states == {Workflow.CANCELLED}
