"""A list carried in leaves the figures of every earlier day as they were told, unless it is back-dated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.imports import ImportedTask
from app.domain.periods import today
from app.domain.task_history import year_of
from app.domain.tasks import Basis
from app.models import Task
from app.queries.import_example import example_of
from app.queries.task_figures import belongs_to, tallies_as_of, trend, values_as_of
from app.services.task_imports import Source, import_tasks
from tests import make

NOW = datetime(2022, 11, 20, 3, tzinfo=UTC)
TODAY, DAY = today(NOW), timedelta(days=1)
ASKED = [TODAY - number * DAY for number in (1, 2, 20, 66, 150, 319, 320, 500)]


def seen() -> list[object]:
    """All that is ever said about the days before."""
    keys = (Task.unit_id, Task.area)
    return [
        (
            *(tallies_as_of(key, day, basis) for key in keys for basis in Basis),
            sorted(values_as_of(day), key=repr),
            trend(day),
        )
        for day in ASKED
    ]


@st.composite
def rows(draw: st.DrawFn) -> list[ImportedTask]:
    found = []
    for number in range(draw(st.integers(1, 6))):
        assigned = TODAY - draw(st.integers(0, 400)) * DAY
        done = draw(st.none() | st.integers(0, (TODAY - assigned).days))
        due = draw(st.none() | st.integers(0, 500))
        found.append(
            ImportedTask(
                number,
                draw(st.sampled_from("AB")),
                f"Việc {number}",
                assigned,
                due=None if due is None else assigned + due * DAY,
                lead=draw(st.booleans()),
                own_plan=draw(st.booleans()),
                completed_on=None if done is None else assigned + done * DAY,
            )
        )
    return found


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(rows(), min_size=1, max_size=2))
def test_no_list_without_the_tick_changes_a_figure_of_an_earlier_day(app, lists):
    units = {"A": make.unit("Phường Cầu Tre").id, "B": make.unit("Phường Lạch Tray").id}
    old = [ImportedTask(90, "A", "Việc cũ", date(2022, 1, 5), completed_on=date(2022, 2, 1))]
    import_tasks(old, units, None, Source("s", "f"), NOW, backdated=True)
    known = seen()
    for some in lists:
        import_tasks(some, units, None, Source("s", "f"), NOW)
        assert seen() == known


@pytest.mark.parametrize("backdated", [False, True])
def test_the_days_of_the_list_stay_facts_of_the_task(app, backdated):
    unit = make.unit("Phường Cầu Tre")
    line = ImportedTask(
        1, "A", "Việc", date(2022, 3, 1), due=date(2022, 3, 10), completed_on=date(2022, 3, 15)
    )
    import_tasks([line], {"A": unit.id}, None, Source("s", "f"), NOW, backdated=backdated)
    of_today = tallies_as_of(Task.unit_id, TODAY)[unit.id].counts
    assert (of_today.done, of_today.done_late) == (1, 1)
    assert bool(tallies_as_of(Task.unit_id, date(2022, 9, 15))) is backdated


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows())
def test_the_example_is_what_comes_out(app, lines):
    """What the page foretells of yesterday is what back-dating makes of it."""
    units = {"A": make.unit("Phường Cầu Tre").id, "B": make.unit("Phường Lạch Tray").id}
    told = example_of([(units[line.unit], line) for line in lines], TODAY)
    import_tasks(lines, units, None, Source("s", "f"), NOW, backdated=True)
    if told is None:
        return
    counts = tallies_as_of(
        Task.unit_id, TODAY - DAY, Basis.CURRENT, Task.own_plan.is_(False), belongs_to(year_of(TODAY - DAY))
    )[told.unit_id].counts
    assert told.after == (counts.done, counts.total)
    assert told.before == (0, 0)
