"""What happened to tasks, in the next digest: each side hears of the other's doings, once, and of many in one line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.news import NEWS_FOR, SINGLE, TO_GIVER, TO_UNIT, News, gathered
from app.domain.reminders import Recipient, Topic
from app.domain.task_steps import STEPS, Action, Side
from app.domain.tasks import Workflow
from app.models import Notice, Reminder, Task
from app.queries.reminders import owed
from app.services.reminders import remind
from tests import make
from tests.told import given, hop_at, sides

DAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hop(task: Task, action: Action, at: datetime = NOW - HOUR, **rest) -> None:
    hop_at(task, action, at, **rest)


@pytest.fixture
def world(app) -> SimpleNamespace:
    world = sides()
    world.other = make.user(Role.HEAD, unit=world.office)
    return world


def heard() -> dict[int, list[tuple[Action, int, str]]]:
    """Of the last digest of each person."""
    rows = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    return {
        one.user_id: [
            (Action(line["news"]), line["count"], line["text"]) for line in one.lines if "news" in line
        ]
        for one in rows
    }


def test_each_side_hears_what_the_other_did_and_nobody_of_their_own_doings(world):
    task = given(world)
    hop(task, Action.ASSIGN, user_id=world.giver.id)
    hop(task, Action.ACCEPT, user_id=world.officer.id)
    hop(task, Action.REPORT, user_id=world.officer.id, text="Đã ban hành")
    hop(task, Action.RETURN, user_id=world.giver.id, text="Thiếu phụ lục")
    remind(DAY, False, NOW)
    assert heard() == {
        world.officer.id: [(Action.RETURN, 1, "Thiếu phụ lục"), (Action.ASSIGN, 1, "")],
        world.giver.id: [(Action.REPORT, 1, "Đã ban hành")],
        world.other.id: [(Action.REPORT, 1, "Đã ban hành")],
    }


def test_a_task_without_a_due_date_is_told_too_and_everything_once(world):
    hop(given(world), Action.ASSIGN)
    assert remind(DAY, False, NOW)
    assert remind(DAY, False, NOW) == []
    assert remind(DAY + timedelta(days=1), False, NOW + timedelta(days=1)) == []
    hop(given(world), Action.ASSIGN, NOW + HOUR)
    [planned] = remind(DAY + timedelta(days=2), False, NOW + timedelta(days=2))
    assert len(planned.digest.news) == 1
    assert db.session.scalars(select(Reminder)).all() == []


def test_what_was_made_in_the_minute_of_the_run_is_told_by_the_next(world):
    hop(given(world), Action.ASSIGN, NOW)
    assert remind(DAY, False, NOW) == []
    hop(given(world), Action.ASSIGN, NOW - HOUR)
    [first] = remind(DAY, False, NOW)
    assert len(first.digest.news) == 1
    [second] = remind(DAY + timedelta(days=1), False, NOW + timedelta(days=1))
    assert len(second.digest.news) == 1
    assert first.digest.news != second.digest.news


def test_what_happened_long_ago_is_not_told(world):
    hop(given(world), Action.ASSIGN, NOW - NEWS_FOR - HOUR)
    assert remind(DAY, False, NOW) == []


def test_a_mass_act_is_one_line_for_each(world):
    for _number in range(27):
        hop(given(world), Action.ASSIGN, user_id=world.giver.id)
    remind(DAY, False, NOW)
    assert heard() == {world.officer.id: [(Action.ASSIGN, 27, "")]}


@pytest.mark.parametrize("action", [Action.REFUSE, Action.ASK_EXTENSION])
def test_a_request_that_waits_is_told_to_who_must_answer_while_the_unit_is_told_of_its_date(world, action):
    task = given(world, due_current=DAY + timedelta(days=3), workflow=Workflow.NOT_STARTED)
    without = given(world)
    asked = NOW - timedelta(days=3)
    for one in (task, without):
        hop(one, action, asked, user_id=world.officer.id, text="Xin thêm thời gian")
    remind(DAY, False, NOW)
    marks = {
        (row.user_id, row.task_id, row.topic, row.mark) for row in db.session.scalars(select(Reminder)).all()
    }
    assert marks == {
        (world.officer.id, task.id, Topic.DUE, -3),
        *((who.id, one.id, Topic.ASKED, 3) for who in (world.giver, world.other) for one in (task, without)),
    }
    hop(task, Action.DECLINE, user_id=world.giver.id)
    hop(without, Action.PROGRESS, user_id=world.officer.id)
    later = owed(DAY + timedelta(days=4))
    assert set(later.deciders) == {without.id}, "answered is no longer asked; a note of progress is no answer"


def test_a_delegation_hears_of_what_its_conclusion_asked_for(world):
    delegation = make.delegation()
    inspection = make.inspection(delegation=delegation, unit=world.ward)
    secretary = make.member(delegation, Role.SECRETARY)
    conclusion = make.directive(inspection_id=inspection.id)
    hop(make.task(world.ward, directive_id=conclusion.id), Action.REPORT)
    remind(DAY, False, NOW)
    assert heard() == {secretary.id: [(Action.REPORT, 1, "")]}


def test_a_mailbox_hears_too(world):
    world.ward.email, world.ward.email_confirmed_at = "phuong@vi.du", make.NOW
    db.session.commit()
    hop(given(world), Action.ASSIGN)
    remind(DAY, True, NOW)
    who = {Recipient(one.user_id, one.unit_id) for one in db.session.scalars(select(Notice)).all()}
    assert who == {Recipient(world.officer.id), Recipient(None, world.ward.id)}


def test_every_step_of_the_assigning_side_is_told_to_the_unit():
    assert {step.action for step in STEPS if step.side is Side.ASSIGNER} | {
        Action.ASSIGN,
        Action.TAKE_BACK,
    } == TO_UNIT
    assert {step.action for step in STEPS if step.side is Side.UNIT} > TO_GIVER


def test_few_are_told_one_by_one_and_the_urgent_first():
    def one(number: int, action: Action, directive: int | None = 1) -> News:
        return News(action, number, f"Việc {number}", "Phường", NOW + HOUR * number, directive_id=directive)

    few = [one(number, Action.ASSIGN) for number in range(SINGLE)]
    assert [line.task_id for line in gathered(few)] == [2, 1, 0]
    many = [*few, one(8, Action.ASSIGN), one(9, Action.ASSIGN, None), one(3, Action.RETURN)]
    assert [(line.action, line.count, line.task_id) for line in gathered(many)] == [
        (Action.RETURN, 1, 3),
        (Action.ASSIGN, 1, 9),
        (Action.ASSIGN, 4, 8),
    ]
    assert [News.from_json(line.to_json()) for line in gathered(many)] == list(gathered(many))
