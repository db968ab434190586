"""Figures as of a day, read from real histories: they add up, equal the stored state of that day, and stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.domain import tasks
from app.domain.access import Principal, Role
from app.domain.areas import ReformArea
from app.domain.periods import Period, today
from app.domain.refusals import Refused
from app.domain.task_corrections import Wording
from app.domain.task_history import Tally, tally, total
from app.domain.task_steps import STEPS, Action, Hop, Need, Product, Side
from app.domain.tasks import OUTSIDE, Basis, NewTask, Workflow
from app.models import Task, TaskReport
from app.queries.task_figures import belongs_to, tallies_as_of, trend, values_as_of
from app.queries.tasks import task_values
from app.services.tasks import assign_tasks, move_task
from tests import make

START = datetime(2022, 12, 20, 3, tzinfo=UTC)
DAY = timedelta(days=1)
KEYS = (Task.unit_id, Task.directive_id, Task.area)
# The usual way first, so that histories get anywhere; the others often.
ACTIONS = (Action.ACCEPT, Action.REPORT, Action.CONFIRM, *(step.action for step in STEPS))
NEEDS = {step.action: step.needs for step in STEPS}

moves = st.lists(
    st.tuples(
        st.sampled_from((0, 0, 1, 2, 9)),
        st.integers(0, 5),
        st.sampled_from((None, *ACTIONS)),
        st.none() | st.integers(0, 12),
    ),
    min_size=4,
    max_size=16,
)


class Stage:
    """Two wards and an office that gives them tasks; the clock moves only forward."""

    def __init__(self) -> None:
        office = make.unit("Quận Ngô Quyền")
        self.units = [make.unit(name, parent=office).id for name in ("Phường Cầu Tre", "Phường Lạch Tray")]
        self.directives = [None, make.directive(unit_id=office.id).id]
        self.by = Principal(make.user(Role.HEAD, unit=office).id, Role.HEAD, office.id, office.path)
        self.now = START
        self.mine = Task.unit_id.in_(self.units)

    @property
    def day(self) -> date:
        return today(self.now)

    def give(self, number: int, due: int | None) -> None:
        new = NewTask(
            f"Việc {number}",
            self.day,
            (self.units[number % 2],),
            (self.units[1 - number % 2],) if number % 3 == 0 else (),
            due=None if due is None else self.day + due * DAY,
            directive_id=self.directives[number % 2],
            area=(None, ReformArea.TC, ReformArea.CQS)[number % 3],
        )
        assign_tasks(new, self.by, self.now, again=True)

    def go(self, action: Action, number: int, due: int | None) -> None:
        """One hop of one of the tasks, if its state allows it."""
        ids = db.session.scalars(select(Task.id).where(self.mine).order_by(Task.id)).all()
        task = db.session.get_one(Task, ids[number % len(ids)])
        other = self.units[1 - self.units.index(task.unit_id)]
        needs = NEEDS[action]
        hop = Hop(
            action,
            "Lý do",
            Product("Đã xong", link="https://soat.example/1") if Need.PRODUCT in needs else None,
            self.due(task, needs, due),
            other if Need.UNIT in needs else None,
            50 if Need.PROGRESS in needs else None,
            self.wording(task, number, due) if Need.WORDING in needs else None,
            no_due=Need.ANY_DUE in needs and due is None,
        )
        moves_one = action is Action.MOVE and task.workflow not in OUTSIDE
        before = self.all(self.day).counts.total if moves_one else 0
        try:
            move_task(task.id, hop, tuple(Side), task.version, self.by, self.now)
        except Refused:
            return
        finally:
            db.session.expire_all()
        if moves_one:
            assert self.all(self.day).counts.total == before

    def due(self, task: Task, needs: frozenset[Need], due: int | None) -> date | None:
        """An extension leads farther; what is put right may lie anywhere from today on, or be none."""
        if Need.ANY_DUE in needs:
            return None if due is None else self.day + due * DAY
        later = max(self.day, task.due_current or self.day) + (1 + (due or 0)) * DAY
        return later if Need.DUE in needs else None

    def wording(self, task: Task, number: int, due: int | None) -> Wording:
        """Other words, another area and often another directive: what figures are split by."""
        areas = [None, *ReformArea]
        return Wording(
            f"{task.title}.",
            "Báo cáo bằng văn bản",
            areas[(areas.index(task.area) + 1 + (due or 0)) % len(areas)],
            self.directives[(number + (due or 0)) % 2],
        )

    def all(self, day: date, basis: Basis = Basis.CURRENT) -> Tally:
        return total(tallies_as_of(Task.unit_id, day, basis, self.mine).values())

    def seen(self, day: date) -> list[Any]:
        """All that is ever said about a day."""
        year = Period(date(day.year, 1, 1), date(day.year, 12, 31))
        conditions = (self.mine, belongs_to(year))
        return [
            *(tallies_as_of(key, day, basis, *conditions) for key in KEYS for basis in Basis),
            sorted(values_as_of(day, self.mine), key=repr),
            trend(day, self.mine),
        ]

    def check(self) -> None:
        """Today: equal to what is stored; every split adds up; the trend ends with the same figure."""
        stored = task_values(self.mine)
        assert sorted(values_as_of(self.day, self.mine), key=repr) == sorted(stored, key=repr)
        alive = sum(one.lead and one.workflow not in OUTSIDE for one in stored)
        done = sum(one.lead and one.workflow is Workflow.DONE for one in stored)
        year = Period(date(self.day.year, 1, 1), date(self.day.year, 12, 31))
        for basis in Basis:
            whole = tally(stored, self.day, basis)
            assert (whole.counts.total, whole.counts.done) == (alive, done)
            assert whole.counts.done + whole.counts.open == whole.counts.total
            for key in KEYS:
                parts = tallies_as_of(key, self.day, basis, self.mine)
                assert total(parts.values()) == whole
        of_year = total(
            tallies_as_of(Task.area, self.day, Basis.CURRENT, self.mine, belongs_to(year)).values()
        )
        assert trend(self.day, self.mine)[-1].done == of_year.counts.done_rate


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves)
def test_any_history_adds_up_every_day_and_no_later_day_changes_an_earlier_one(app, history):
    stage = Stage()
    for number in range(3):
        stage.give(number, 5 * number or None)
    known: dict[date, list[Any]] = {}
    for days, number, action, due in history:
        if days:
            known[stage.day] = stage.seen(stage.day)
        stage.now += days * DAY + timedelta(minutes=1)
        if action is None:
            stage.give(number, due)
        else:
            stage.go(action, number, due)
    stage.check()
    for day, said in known.items():
        assert stage.seen(day) == said
    assert stage.seen(today(START) - DAY)[0] == {}


@pytest.mark.parametrize("back", [0, 1])
def test_a_task_handed_over_counts_once_on_every_day(app, back):
    stage = Stage()
    stage.give(1, 5)
    given_on = stage.day
    stage.now += 3 * DAY
    stage.go(Action.MOVE, 0, None)
    moved_on = stage.day
    if back:
        stage.now += 2 * DAY
        stage.go(Action.MOVE, 1, None)
    old, new = stage.units[1], stage.units[0]

    def units_on(day: date) -> list[int]:
        found = tallies_as_of(Task.unit_id, day, Basis.CURRENT, stage.mine)
        assert all(one.counts.total == 1 for one in found.values())
        return list(found)

    assert units_on(given_on - DAY) == []
    assert units_on(given_on) == units_on(moved_on - DAY) == [old]
    assert units_on(moved_on) == [new]
    assert units_on(moved_on + 2 * DAY) == [old if back else new]
    assert [one.done.d for one in trend(moved_on + 5 * DAY, stage.mine)][-1] == 1


def test_a_withdrawn_extension_of_the_past_does_not_come_back(app):
    """The due date of a day is that of its last hop, whatever it was extended to later."""
    stage = Stage()
    stage.give(1, 2)
    stage.now += 5 * DAY
    stage.go(Action.EXTEND, 0, 9)
    late = stage.day - DAY
    assert stage.all(late).counts.open_overdue == 1
    assert stage.all(stage.day).counts.open_overdue == 0
    assert stage.all(stage.day, Basis.ORIGINAL).counts.open_overdue == 1


def test_the_last_hop_is_read_with_one_statement(app, count_statements):
    stage = Stage()
    for number in range(4):
        stage.give(number, number)
    for _ in range(2):
        with count_statements() as statements:
            values_as_of(stage.day, stage.mine)
            tallies_as_of(Task.area, stage.day, Basis.CURRENT, stage.mine)
            trend(stage.day, stage.mine)
        assert len(statements) == 3
        stage.go(Action.ACCEPT, 0, None)
    assert db.session.scalars(select(TaskReport.id)).all()
    assert tasks.count(task_values(stage.mine), stage.day).total == 4


def test_a_hop_logged_late_for_an_earlier_day_is_read_alike_by_table_and_trend(app):
    """A hop stands at its day, wherever it was logged: done on the 20th, «in work» on the 10th written after."""
    unit = make.unit()
    day = date(2022, 9, 20)
    task = make.task(unit, workflow=Workflow.DONE, completed_on=day)
    make.hop(task, Action.ACCEPT, Workflow.IN_PROGRESS, date(2022, 9, 10), None)
    mine = Task.id == task.id
    assert tasks.count(values_as_of(day, mine), day).done_rate == (1, 1)
    assert trend(day, mine)[-1].done == (1, 1)
    assert trend(date(2022, 9, 15), mine)[-1].done == (0, 1)


def test_a_corrected_area_or_directive_leaves_the_figures_of_past_days_where_they_were(app, count_statements):
    stage = Stage()
    stage.give(1, 5)
    given_on = stage.day
    stage.now += 3 * DAY
    task = db.session.scalars(select(Task)).one()
    before = (task.area, task.directive_id)
    stage.go(Action.CORRECT, 0, 1)
    corrected_on = stage.day
    stage.now += 2 * DAY
    stage.go(Action.CORRECT, 0, 0)
    task = db.session.scalars(select(Task)).one()
    assert (task.area, task.directive_id) != before
    for day in (given_on, corrected_on - DAY):
        assert list(tallies_as_of(Task.area, day)) == [before[0]]
        assert list(tallies_as_of(Task.directive_id, day)) == [before[1]]
    assert list(tallies_as_of(Task.area, corrected_on)) != list(tallies_as_of(Task.area, stage.day))
    assert list(tallies_as_of(Task.area, stage.day)) == [task.area]
    with count_statements() as statements:
        tallies_as_of(Task.directive_id, given_on)
    assert len(statements) == 1


def test_a_due_date_put_right_counts_from_its_day_and_the_first_one_stays(app):
    stage = Stage()
    stage.give(1, 9)
    first = stage.day + 9 * DAY
    stage.now += 3 * DAY
    stage.go(Action.ADJUST, 0, 2)
    task = db.session.scalars(select(Task)).one()
    assert (task.due_original, task.due_current) == (first, stage.day + 2 * DAY)
    late = stage.day + 3 * DAY
    assert stage.all(late).counts.open_overdue == 1
    assert stage.all(late, Basis.ORIGINAL).counts.open_overdue == 0
    assert stage.all(stage.day - DAY).counts.open_due_soon == 0
    stage.go(Action.ADJUST, 0, None)
    assert stage.all(late).counts.open_no_due == 1
    assert stage.all(late, Basis.ORIGINAL).counts.open_no_due == 0
