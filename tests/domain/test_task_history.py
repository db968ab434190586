"""Tasks as of a past day: what later hops cannot change, and sums that add up in a tree of units."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.periods import Period
from app.domain.task_history import (
    Hop,
    Tally,
    as_of,
    common_root,
    ids_of,
    month_ends,
    roll_up,
    tally,
    total,
    year_of,
)
from app.domain.task_steps import (
    STEP_OF,
    STEPS,
    Action,
    Side,
    allowed_steps,
    last_decision,
    next_workflow,
)
from app.domain.tasks import Basis, Counts, Rate, Task, Workflow

START = date(2022, 9, 1)
DAY = timedelta(days=1)
basis = st.sampled_from(Basis)


@st.composite
def histories(draw: st.DrawFn) -> list[Hop]:
    """Any way a task may go by the table of steps, some hops on one day, others weeks apart."""
    day, due = START + draw(st.integers(0, 20)) * DAY, draw(st.none() | st.integers(0, 60))
    due_on = None if due is None else START + due * DAY
    hops = [Hop(day, Workflow.NOT_STARTED, due_on)]
    reported = day
    actions, states = [Action.ASSIGN], [Workflow.NOT_STARTED]
    for _ in range(draw(st.integers(0, 12))):
        decided = last_decision(actions)
        undo_to = None if decided is None else states[decided]
        steps = [
            step
            for step in allowed_steps(hops[-1].workflow, Side, undo_to=undo_to)
            if step.action is not Action.DECLINE
        ]
        if not steps:
            break
        step = draw(st.sampled_from(steps))
        day += draw(st.sampled_from((0, 0, 1, 3, 15))) * DAY
        if step.action is Action.REPORT:
            reported = day
        if step.action is Action.ADJUST:
            far = draw(st.none() | st.integers(0, 40))
            due_on = None if far is None else day + far * DAY
        if step.action is Action.EXTEND:
            due_on = max(day, due_on or day) + DAY
        after = next_workflow(step.action, hops[-1].workflow, Side, undo_to=undo_to)
        actions.append(step.action)
        states.append(hops[-1].workflow)
        hops.append(Hop(day, after, due_on, reported if after is Workflow.DONE else None))
    return hops


def value(hops: list[Hop], day: date) -> Task | None:
    hop = as_of(hops, day)
    return None if hop is None else Task(hop.workflow, hops[0].due, hop.due, hop.completed_on)


def figures(all_hops: list[list[Hop]], day: date, by: Basis) -> Tally:
    return tally([task for hops in all_hops if (task := value(hops, day))], day, by)


DAYS = [START + number * DAY for number in range(0, 90, 7)]


@given(st.lists(histories(), max_size=8), basis)
def test_done_and_open_make_the_total_on_every_day_of_every_history(all_hops, by):
    for day in DAYS:
        one = figures(all_hops, day, by)
        states = [hop.workflow for hops in all_hops if (hop := as_of(hops, day))]
        outside = {Workflow.CANCELLED, Workflow.PAUSED, Workflow.MOVED}
        assert one.counts.done + one.counts.open == one.counts.total
        assert one.counts.total == sum(state not in outside for state in states)
        assert one.counts.done == states.count(Workflow.DONE)
        assert all(0 <= rate.n <= rate.d for rate in one.rates)
        assert sum((figures([hops], day, by) for hops in all_hops), Tally()) == one


@given(st.lists(histories(), min_size=1, max_size=6), st.integers(0, 60), basis)
def test_what_happens_later_never_changes_an_earlier_figure(all_hops, later, by):
    day = START + later * DAY
    known = [[hop for hop in hops if hop.effective_on <= day] for hops in all_hops]
    for earlier in [one for one in DAYS if one <= day]:
        assert figures([hops for hops in known if hops], earlier, by) == figures(all_hops, earlier, by)


def test_a_report_counts_once_it_is_confirmed_and_then_from_its_own_day():
    hops = [
        Hop(START, Workflow.IN_PROGRESS, START + 10 * DAY),
        Hop(START + 9 * DAY, Workflow.AWAITING, START + 10 * DAY),
        Hop(START + 14 * DAY, Workflow.DONE, START + 10 * DAY, START + 9 * DAY),
    ]
    assert figures([hops], START + 12 * DAY, Basis.CURRENT).counts == Counts(open_overdue=1)
    assert figures([hops], START + 14 * DAY, Basis.CURRENT).counts == Counts(done_on_time=1)
    assert as_of(hops, START - DAY) is None


def test_every_action_but_those_on_a_request_comes_up_in_histories():
    on_request = {Action.DECLINE, Action.RECALL}
    assert {step.action for step in STEPS} == set(Action) - {Action.ASSIGN, Action.ADOPT, Action.TAKE_BACK}
    drawn = {
        step.action
        for workflow in Workflow
        for step in allowed_steps(workflow, Side, reinspected=True, undo_to=Workflow.AWAITING)
    }
    assert drawn == set(STEP_OF) - on_request


# --- The tree -----------------------------------------------------------------------------------------

tallies = st.builds(
    lambda a, b, c: Tally(Counts(done_on_time=a, open_no_due=b, open_overdue=c), Rate(a, a + c)),
    *[st.integers(0, 9)] * 3,
)
PATHS = {1: "/1/", 2: "/1/2/", 3: "/1/2/3/", 4: "/1/2/4/", 5: "/1/5/", 6: "/1/5/6/", 12: "/1/12/"}


@given(st.dictionaries(st.sampled_from(sorted(PATHS)), tallies))
def test_rows_of_any_level_add_up_to_the_level_above(of_units):
    sums = roll_up(of_units, PATHS, "/1/")
    assert total(sums.values()) == total(of_units.values())
    for id_, one in sums.items():
        if id_ != 1:
            assert total(roll_up(of_units, PATHS, PATHS[id_]).values()) == one


def test_a_units_own_tasks_stand_beside_those_of_its_units():
    one = Tally(Counts(open_no_due=1))
    sums = roll_up(dict.fromkeys((1, 2, 3, 12), one), PATHS, "/1/")
    assert {id_: sum_.counts.total for id_, sum_ in sums.items()} == {1: 1, 2: 2, 12: 1}
    assert roll_up({6: one}, PATHS, "/1/2/") == {}


@pytest.mark.parametrize(
    ("paths", "root"),
    [
        ([], "/"),
        (["/1/2/3/"], "/1/2/"),
        (["/1/2/3/", "/1/2/4/"], "/1/2/"),
        (["/1/2/", "/1/2/4/"], "/1/2/"),
        (["/1/2/3/", "/1/5/6/"], "/1/"),
        (["/1/2/", "/1/25/"], "/1/"),
        (["/1/", "/7/"], "/"),
    ],
)
def test_the_table_begins_where_the_units_part(paths, root):
    assert common_root(paths) == root


def test_the_way_to_a_unit_is_read_from_its_path():
    assert ids_of("/1/5/77/") == (1, 5, 77)
    assert ids_of("/") == ()


def test_twelve_months_end_with_the_day_itself():
    days = month_ends(date(2022, 9, 15))
    assert len(days) == 12
    assert (days[0], days[-2], days[-1]) == (date(2021, 10, 31), date(2022, 8, 31), date(2022, 9, 15))
    assert month_ends(date(2022, 3, 31))[-2:] == (date(2022, 2, 28), date(2022, 3, 31))
    assert month_ends(date(1, 1, 5)) == (date(1, 1, 5),)
    assert year_of(date(2022, 9, 15)) == Period(date(2022, 1, 1), date(2022, 12, 31), "2022")


def test_a_hop_stands_at_its_day_and_those_of_one_day_as_they_were_logged():
    late, early, last = (
        Hop(START + days * DAY, workflow)
        for days, workflow in ((9, Workflow.PAUSED), (3, Workflow.IN_PROGRESS), (9, Workflow.AWAITING))
    )
    assert as_of([late, early], START + 9 * DAY) is late
    assert as_of([late, early], START + 8 * DAY) is early
    assert as_of([late, early, last], START + 9 * DAY) is last
