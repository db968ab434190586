"""Tasks: the two axes and the figures offices printed."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tasks import (
    OPEN,
    OUTSIDE,
    Basis,
    Counts,
    Rate,
    Task,
    Timeliness,
    Workflow,
    count,
    done_due_rate,
    figures,
    in_period,
    timeliness,
)
from app.vietnamese import percent

TODAY = date(2022, 9, 15)
DUE = date(2022, 9, 10)
DAY = timedelta(days=1)
VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text(encoding="utf-8"))
FACTS = {fact["id"]: fact["value"] for fact in VECTORS["facts"]}


def done(due: date | None = None, on: date = TODAY, *, lead: bool = True, own_plan: bool = False) -> Task:
    return Task(Workflow.DONE, due, due, on, lead, own_plan)


def open_task(due: date | None = None, *, lead: bool = True, own_plan: bool = False) -> Task:
    return Task(Workflow.IN_PROGRESS, due, due, None, lead, own_plan)


# --- Timeliness


@pytest.mark.parametrize("workflow", sorted(OPEN))
@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (-1, Timeliness.OVERDUE),
        (0, Timeliness.DUE_SOON),
        (3, Timeliness.DUE_SOON),
        (4, Timeliness.IN_TIME),
    ],
)
def test_an_open_task_is_judged_by_the_days_left(workflow, days_left, expected):
    assert timeliness(workflow, TODAY + days_left * DAY, None, TODAY) is expected


def test_the_number_of_days_that_count_as_soon_can_be_set():
    assert timeliness(Workflow.REDO, TODAY + 5 * DAY, None, TODAY, soon_days=5) is Timeliness.DUE_SOON
    assert timeliness(Workflow.REDO, TODAY + DAY, None, TODAY, soon_days=0) is Timeliness.IN_TIME


def test_a_finished_task_is_judged_by_the_day_of_its_report():
    assert timeliness(Workflow.DONE, DUE, DUE, TODAY) is Timeliness.ON_TIME
    assert timeliness(Workflow.DONE, DUE, DUE + DAY, TODAY) is Timeliness.OVERDUE


@pytest.mark.parametrize("workflow", sorted(OPEN | {Workflow.DONE}))
def test_a_task_without_a_deadline_is_never_late(workflow):
    assert timeliness(workflow, None, TODAY, TODAY) is Timeliness.NO_DUE


@pytest.mark.parametrize("workflow", sorted(OUTSIDE))
def test_the_deadline_of_a_paused_cancelled_or_moved_task_does_not_run(workflow):
    assert timeliness(workflow, DUE, None, TODAY) is None


# --- Figures


def test_the_ward_has_done_14_of_27_tasks():
    n, d = FACTS["s3.tasks_done"], FACTS["s3.tasks_total"]
    counts = count([done()] * n + [open_task()] * (d - n), TODAY)
    assert counts.done_rate == Rate(14, 27)
    assert percent(*counts.done_rate, 1, "truncate") == "51,8%"
    assert percent(*counts.done_rate, 2, "half_up") == "51,85%"


def test_the_city_of_da_nang_reports_460_done_tasks_that_are_neither_on_time_nor_late():
    """01/01–23/7/2022: 8.282 = 6.932 + 1.350; on time 5.361, late 1.111, overdue and open 208."""
    counts = count(
        [done(TODAY)] * 5361
        + [done(DUE)] * 1111
        + [done(None)] * 460
        + [open_task(DUE)] * 208
        + [open_task(TODAY)] * (1350 - 208),
        TODAY,
    )
    assert (counts.total, counts.done, counts.open) == (8282, 6932, 1350)
    assert (counts.done_on_time, counts.done_late, counts.done_no_due) == (5361, 1111, 460)
    assert counts.on_time_rate == Rate(5361, 6472)
    assert counts.overdue_rate == Rate(208, 8282)
    assert percent(*counts.overdue_rate, 2, "half_up") == "2,51%"


def test_nothing_reads_100_percent_while_one_task_is_open():
    counts = count([done()] * 99_999 + [open_task()], TODAY)
    assert percent(*counts.done_rate, 1, "truncate") == "99,9%"
    assert percent(*counts.done_rate, 2, "half_up") == "99,99%"
    assert percent(*count([done()], TODAY).done_rate, 1, "truncate") == "100,0%"


def test_no_tasks_give_a_dash():
    assert percent(*Counts().done_rate, 1, "truncate") == "–"


@pytest.mark.parametrize("workflow", sorted(OUTSIDE))
def test_paused_cancelled_and_moved_tasks_are_outside_every_figure(workflow):
    outside = Task(workflow, DUE, DUE)
    assert count([outside, done(DUE)], TODAY) == count([done(DUE)], TODAY)
    assert done_due_rate([outside], TODAY) == Rate(0, 0)


def test_a_cooperating_unit_does_not_count_the_task():
    assert count([done(DUE, lead=False), open_task(DUE, lead=False)], TODAY) == Counts()
    assert done_due_rate([open_task(DUE, lead=False)], TODAY) == Rate(0, 0)


def test_due_tasks_are_those_whose_day_has_come():
    tasks = [done(DUE, DUE), open_task(TODAY), open_task(TODAY + DAY), open_task(), done(TODAY + DAY)]
    assert done_due_rate(tasks, TODAY) == Rate(1, 2)


def test_an_extension_counts_by_the_current_date_and_not_by_the_original_one():
    extended = Task(Workflow.DONE, DUE, TODAY, TODAY)
    assert count([extended], TODAY).on_time_rate == Rate(1, 1)
    assert count([extended], TODAY, Basis.ORIGINAL).on_time_rate == Rate(0, 1)
    waiting = Task(Workflow.IN_PROGRESS, DUE, TODAY + DAY)
    assert done_due_rate([waiting], TODAY) == Rate(0, 0)
    assert done_due_rate([waiting], TODAY, Basis.ORIGINAL) == Rate(0, 1)


def test_what_was_reported_after_the_day_of_inspection_was_open_on_that_day():
    later = done(DUE, TODAY + DAY)
    assert count([later], TODAY).open_overdue == 1
    assert count([later], TODAY + DAY).done_late == 1


def test_the_plan_of_the_unit_and_tasks_given_to_it_are_counted_apart():
    tasks = [done(DUE, DUE, own_plan=True), open_task(DUE, own_plan=True), done(DUE, TODAY), done(DUE, DUE)]
    assert figures(tasks, TODAY) == {
        "task.plan_done_due_rate": Rate(1, 2),
        "task.done_due_rate": Rate(2, 2),
        "task.on_time_rate": Rate(1, 2),
    }


def test_tasks_carried_over_belong_to_the_period_and_earlier_finished_ones_do_not():
    start, end = date(2022, 1, 1), TODAY
    assert in_period(date(2021, 6, 1), None, start, end)
    assert in_period(date(2021, 6, 1), start, start, end)
    assert not in_period(date(2021, 6, 1), date(2021, 12, 31), start, end)
    assert not in_period(end + DAY, None, start, end)


days = st.dates(date(2022, 1, 1), date(2022, 12, 31))


@st.composite
def tasks_values(draw: st.DrawFn) -> Task:
    workflow = draw(st.sampled_from(Workflow))
    return Task(
        workflow,
        draw(st.none() | days),
        draw(st.none() | days),
        draw(days) if workflow is Workflow.DONE else None,
        lead=draw(st.booleans()),
        own_plan=draw(st.booleans()),
    )


task_lists = st.lists(tasks_values(), max_size=30)


@given(task_lists, days, st.sampled_from(Basis))
def test_done_and_open_make_the_total_and_every_part_fits_its_whole(tasks, today, basis):
    counts = count(tasks, today, basis)
    assert counts.done + counts.open == counts.total == sum(task.counts for task in tasks)
    assert 0 <= counts.open_due_soon <= counts.open_in_time
    due = done_due_rate(tasks, today, basis)
    for n, d in (counts.done_rate, counts.on_time_rate, counts.overdue_rate, due):
        assert 0 <= n <= d
    assert due.n <= counts.done
    assert due.d - due.n >= counts.open_overdue


@given(task_lists, task_lists, days)
def test_counts_of_two_units_add_up(some, others, today):
    assert count(some, today) + count(others, today) == count(some + others, today)


@given(task_lists, days)
def test_the_order_of_tasks_and_those_outside_do_not_matter(tasks, today):
    assert count([t for t in reversed(tasks) if t.counts], today) == count(tasks, today)


@given(task_lists, days, days)
def test_time_only_moves_tasks_towards_done_and_due(tasks, one, other):
    early, late = sorted((one, other))
    assert count(tasks, early).done <= count(tasks, late).done
    assert done_due_rate(tasks, early).d <= done_due_rate(tasks, late).d
