"""Which mark is told when: nothing due is forgotten, nothing is told twice, whatever the days of the runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Invalid
from app.domain.reminders import (
    DUE_MARKS,
    Hours,
    Line,
    OpenTask,
    Recipient,
    Topic,
    by_unit,
    check_address,
    check_hours,
    digests,
    is_address,
    is_quiet,
    latest_mark,
    mark_of,
    summary,
)
from app.domain.tasks import OPEN, Workflow

START = date(2022, 9, 1)
PERSON, MAILBOX = Recipient(7), Recipient(None, 3)


def day(number: int) -> date:
    return START + timedelta(days=number)


def task(
    number: int = 1, due: int | None = 10, workflow: Workflow = Workflow.IN_PROGRESS, **rest
) -> OpenTask:
    return OpenTask(number, rest.pop("unit_id", 1), f"Việc {number}", workflow, due and day(due), **rest)


@pytest.mark.parametrize(
    ("days", "mark"),
    [(-8, None), (-7, -7), (-4, -7), (-3, -3), (-1, -1), (0, -1), (1, 1), (2, 1), (3, 3), (7, 7), (900, 7)],
)
def test_the_mark_of_a_day_is_the_latest_that_has_passed(days, mark):
    assert latest_mark(Topic.DUE, START, START + timedelta(days=days)) == mark


@pytest.mark.parametrize(("days", "mark"), [(0, None), (2, None), (3, 3), (6, 3), (7, 7), (100, 7)])
def test_a_report_waits_three_days_before_anybody_is_told(days, mark):
    assert latest_mark(Topic.WAITING, START, START + timedelta(days=days)) == mark


@pytest.mark.parametrize("workflow", Workflow)
def test_only_open_tasks_are_told_and_a_reported_one_by_its_report(workflow):
    found = mark_of(task(due=2, workflow=workflow, reported_on=day(0)), day(5))
    if workflow not in OPEN:
        assert found is None
    elif workflow is Workflow.AWAITING:
        assert found == (Topic.WAITING, day(0), 3)
    else:
        assert found == (Topic.DUE, day(2), 3)


def test_a_task_without_a_date_is_not_told():
    assert mark_of(task(due=None), day(400)) is None
    assert mark_of(task(due=None, workflow=Workflow.AWAITING), day(400)) is None


class Memory:
    """What a database would keep between the runs."""

    def __init__(self) -> None:
        self.told: dict = {}
        self.marks: list = []
        self.made: set = set()

    def run(self, tasks, recipients, on: date):
        found = digests(tasks, recipients, self.told, {who for who, when in self.made if when == on}, on)
        for digest in found:
            self.made.add((digest.recipient, on))
            for task_id, mark in digest.marks:
                key = (task_id, digest.recipient, mark.topic, mark.counted_from)
                self.marks.append((*key, mark.days))
                self.told[key] = max(mark.days, self.told.get(key, -100))
        return found


_TASKS = st.lists(
    st.builds(
        task,
        st.integers(1, 6),
        st.integers(1, 40),
        st.sampled_from([Workflow.IN_PROGRESS, Workflow.AWAITING, Workflow.DONE]),
        reported_on=st.none() | st.integers(0, 30).map(day),
        unit_id=st.integers(1, 2),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
_RUNS = st.lists(st.tuples(st.integers(0, 60), _TASKS), max_size=12)


@given(_RUNS)
def test_whatever_the_days_and_the_tasks_a_mark_is_told_once(runs):
    memory = Memory()
    for number, tasks in runs:
        recipients = {one.id: [PERSON, MAILBOX] for one in tasks}
        memory.run(tasks, recipients, day(number))
        again = memory.run(tasks, recipients, day(number))
        assert again == [], "run twice it tells once"
    assert len(memory.marks) == len(set(memory.marks))


@given(_TASKS, st.sets(st.integers(0, 60)))
def test_nothing_due_is_forgotten_and_nobody_is_flooded(tasks, days):
    """After each run of ascending days the latest mark of every task is told; at most one line a task and run."""
    memory = Memory()
    recipients = {one.id: [PERSON] for one in tasks}
    for number in sorted(days):
        for digest in memory.run(tasks, recipients, day(number)):
            ids = [line.task_id for line in digest.lines]
            assert len(ids) == len(set(ids))
        for one in tasks:
            mark = mark_of(one, day(number))
            if mark is not None:
                assert memory.told[one.id, PERSON, mark.topic, mark.counted_from] == mark.days
    passed = [mark[-1] for mark in memory.marks if mark[2] is Topic.DUE]
    assert set(passed) <= set(DUE_MARKS)


@given(st.integers(1, 40), st.integers(1, 40), st.sets(st.integers(0, 80)))
def test_an_extension_brings_its_marks_anew(first, later, days):
    memory = Memory()
    for number in sorted(days):
        memory.run([task(due=first)], {1: [PERSON]}, day(number))
        memory.run([task(due=first + later)], {1: [PERSON]}, day(number) + timedelta(days=100))
    assert len(memory.marks) == len(set(memory.marks))


def test_a_run_for_a_day_gone_by_tells_no_mark_before_one_that_was_told():
    memory = Memory()
    memory.run([task()], {1: [PERSON]}, day(11))
    assert memory.run([task()], {1: [PERSON]}, day(4)) == []


def test_what_comes_up_after_today_s_digest_waits_for_tomorrow_s():
    memory = Memory()
    memory.run([task(1)], {1: [PERSON]}, day(7))
    tasks, people = [task(1), task(2, due=8)], {1: [PERSON], 2: [PERSON]}
    assert memory.run(tasks, people, day(7)) == []
    [digest] = memory.run(tasks, people, day(8))
    assert [line.task_id for line in digest.lines] == [2]


def test_units_with_something_overdue_come_first_and_in_each_what_is_latest():
    tasks = [
        task(1, 12, unit_id=1, unit_name="A", unit_sort="a"),
        task(2, 9, unit_id=2, unit_name="B", unit_sort="b"),
        task(3, 11, unit_id=2, unit_name="B", unit_sort="b"),
        task(4, 2, unit_id=2, unit_name="B", unit_sort="b"),
        task(5, None, Workflow.AWAITING, unit_id=2, unit_name="B", unit_sort="b", reported_on=day(1)),
    ]
    [digest] = digests(tasks, {one.id: [PERSON, PERSON] for one in tasks}, {}, set(), day(10))
    assert [(unit, [line.task_id for line in lines]) for unit, lines in by_unit(digest.lines)] == [
        ("B", [4, 2, 3, 5]),
        ("A", [1]),
    ]
    assert summary(digest.lines) == (2, 2, 1, 0, 0)
    assert [Line.from_json(line.to_json()) for line in digest.lines] == list(digest.lines)


def test_who_is_told_nothing_has_no_digest():
    assert digests([task()], {}, {}, set(), day(10)) == []


@pytest.mark.parametrize(
    ("hours", "hour", "quiet"),
    [
        (Hours(20, 7), 19, False),
        (Hours(20, 7), 20, True),
        (Hours(20, 7), 0, True),
        (Hours(20, 7), 6, True),
        (Hours(20, 7), 7, False),
        (Hours(12, 14), 13, True),
        (Hours(12, 14), 14, False),
        (None, 3, False),
    ],
)
def test_quiet_hours_are_those_of_a_clock_in_viet_nam(hours, hour, quiet):
    moment = datetime(2022, 9, 15, hour, 30, tzinfo=UTC) - timedelta(hours=7)
    assert is_quiet(hours, moment) is quiet


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(1, None, "quiet_to"), (None, 0, "quiet_from"), (5, 5, "quiet_to"), (0, 24, "quiet_from")],
)
def test_hours_that_are_none_are_refused(start, end, field):
    with pytest.raises(Invalid) as refusal:
        check_hours(start, end)
    assert refusal.value.field == field
    check_hours(None, None)
    check_hours(0, 23)


@pytest.mark.parametrize("address", ["a@b.vn", "can.bo+soat@cautre.haiphong.gov.vn", "x_y-z@1a.com"])
def test_addresses(address):
    assert is_address(address)
    check_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "a", "a@", "@b.vn", "a@b", "a b@c.vn", "cán@b.vn", "a@bế.vn", "a@b..vn", ".a@b.vn", "a.@b.vn", "a@-b.vn",
        "a@b.vn\n", "a@b.vn\r\nBcc: x@y.vn", "a@b.vn,c@d.vn", "<a@b.vn>", '"a b"@c.vn', "a@b.vn\x00", "a" * 65 + "@b.vn",
        "a@" + "b." * 130 + "vn", "a@[127.0.0.1]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address):
    assert not is_address(address)
    with pytest.raises(Invalid):
        check_address(address)


@given(st.text())
def test_no_text_that_passes_as_an_address_ends_a_header(text):
    if is_address(text):
        assert text.isascii()
        assert text.isprintable()
        assert not set(text) & set(' ,;<>()"\\:')


def test_no_address_is_an_answer_too():
    check_address("")
