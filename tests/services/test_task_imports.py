"""A list in a thread of its own: others save meanwhile, nothing is half there, past days have their figures."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.imports import ImportedTask, ImportState
from app.domain.refusals import Conflict
from app.domain.tasks import DirectiveText
from app.models import AuditEvent, Directive, ImportJob, Task, TaskReport
from app.services import _imports
from app.services.import_jobs import begin_writing, keep_check, stop_import, take_list
from app.services.task_imports import Source, import_tasks
from tests import make
from tests.at_once import at_once

NOW = datetime(2025, 9, 15, 3, tzinfo=UTC)


def lines(count: int) -> list[ImportedTask]:
    return [
        ImportedTask(
            number,
            "A",
            f"Việc {number}",
            date(2025, 1, 2),
            directive=DirectiveText("Kế hoạch", f"{number % 7}/KH-UBND", date(2025, 1, 1)),
            completed_on=date(2025, 2, 1) if number % 2 else None,
        )
        for number in range(count)
    ]


def test_the_same_list_twice_at_the_same_moment_is_carried_in_once(app):
    units = {"A": make.unit().id}
    counts = at_once(app, *[lambda: import_tasks(lines(300), units, None, Source("s", "f"), NOW)] * 2)
    assert sorted(counts) == [(0, 300), (300, 0)]
    assert db.session.scalar(select(func.count()).select_from(Task)) == 300
    assert db.session.scalar(select(func.count()).select_from(Directive)) == 7


def test_two_uploads_of_one_person_at_the_same_moment_are_one(app):
    me = Principal(make.user(Role.HEAD).id, Role.HEAD)
    store = app.config["SOAT"].storage
    results = at_once(app, *[lambda: take_list(store, b"PK", "a.xlsx", me, NOW)] * 4)
    [job_id] = [one for one in results if isinstance(one, int)]
    assert db.session.scalar(select(func.count()).select_from(ImportJob)) == 1
    _imports.lay_down(job_id, _imports.work_of(job_id))


def test_many_rows_are_few_statements_and_one_event(app, count_statements):
    unit = make.unit()
    counts = []
    for start in (10, 900):
        with count_statements() as statements:
            assert import_tasks(lines(start), {"A": unit.id}, None, Source("s", "f"), NOW)[0] > 0
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 6, "one INSERT more for every 500 rows"
    assert db.session.scalar(select(func.count()).select_from(Task)) == 900
    assert db.session.scalar(select(func.count()).select_from(TaskReport)) == 900 + 450
    events = list(
        db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "task.import").order_by(AuditEvent.id)
        )
    )
    assert [event.data["after"]["added"] for event in events] == [10, 890]


def test_every_task_has_its_own_hops(app):
    unit = make.unit()
    import_tasks(lines(60), {"A": unit.id}, None, Source("s", "f"), NOW, backdated=True)
    for task in db.session.scalars(select(Task)):
        hops = list(
            db.session.scalars(
                select(TaskReport).where(TaskReport.task_id == task.id).order_by(TaskReport.id)
            )
        )
        assert hops[0].effective_on == task.assigned_on
        assert (hops[-1].workflow_after, hops[-1].completed_on) == (task.workflow, task.completed_on)
        assert len(hops) == (2 if task.completed_on else 1)


def test_called_off_in_the_middle_nothing_is_there(app):
    unit = make.unit()

    def stop(_written: int) -> None:
        raise _imports.Stopped

    with pytest.raises(_imports.Stopped):
        import_tasks(lines(20), {"A": unit.id}, None, Source("s", "f"), NOW, stop)
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 0


def test_a_list_that_was_called_off_cannot_be_finished(app):
    unit, person = make.unit(), make.user(Role.HEAD)
    me = Principal(person.id, Role.HEAD)
    job_id = take_list(app.config["SOAT"].storage, b"PK", "a.xlsx", me, NOW)
    keep_check(job_id, [], {"added": 1}, "", NOW)
    begin_writing(job_id, person.id, NOW)
    stop_import(job_id, person.id, NOW)
    with pytest.raises(_imports.Stopped):
        import_tasks(lines(3), {"A": unit.id}, me, Source("s", "f", job_id), NOW)
    with pytest.raises(Conflict):
        begin_writing(job_id, person.id, NOW)
    assert db.session.get(ImportJob, job_id, populate_existing=True).state is ImportState.CANCELLED
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0
    _imports.lay_down(job_id, _imports.work_of(job_id))


def test_how_far_it_is_can_be_seen_from_outside(app):
    person = make.user(Role.HEAD)
    job_id = take_list(app.config["SOAT"].storage, b"PK", "a.xlsx", Principal(person.id, Role.HEAD), NOW)
    work = _imports.work_of(job_id)
    time.sleep(0.6)
    _imports.tell(job_id, 40, 100)
    if db.engine.dialect.name == "postgresql":
        job = db.session.get(ImportJob, job_id, populate_existing=True)
        assert (job.done, job.total) == (40, 100), "another worker can answer"
    assert (work.done, work.total) == (40, 100)
    work.stop = True
    with pytest.raises(_imports.Stopped):
        _imports.tell(job_id, 41, 100)
    _imports.lay_down(job_id, work)
