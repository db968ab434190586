"""How far the work on an uploaded list is, and its steps inside the verbs that take them.

On PostgreSQL any worker answers who asks: how far the work is stands in the job's row, written past the
transaction that carries the tasks in. SQLite has one writer and one process, so there it stands in memory,
and the savers of scores do not wait for a progress bar.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from ..db import db
from ..domain.imports import RUNNING, ImportState
from ..models import ImportJob

_START = secrets.token_hex(4)
# A worker that says nothing for so long is gone: reading alone may take a minute.
SILENCE = timedelta(seconds=120)
_BEATS = timedelta(seconds=0.5)


def runner() -> str:
    """This process: workers that were forked from one share what was made before."""
    return f"{os.getpid()}-{_START}"


class Stopped(Exception):
    """Somebody called the work off, or it is not this job's turn any more."""


@dataclass(slots=True)
class Work:
    """How far this process is with a job; ``stop`` is asked for by who calls it off."""

    done: int = 0
    total: int = 0
    stop: bool = False
    told_at: datetime = field(default_factory=lambda: datetime.now(UTC))


_works: dict[int, Work] = {}


def work_of(job_id: int) -> Work | None:
    """What this process is doing for the job now, if it is doing anything."""
    return _works.get(job_id)


def take_up(job_id: int) -> Work:
    """A new piece of work on a job, for this process to do."""
    _works[job_id] = Work()
    return _works[job_id]


def lay_down(job_id: int, work: Work | None) -> None:
    """The end of a piece of work; the next one may have been taken up already."""
    if _works.get(job_id) is work:
        _works.pop(job_id, None)


def tell(job_id: int, done: int, total: int) -> None:
    """Says how far the work is, at most twice a second; raises :class:`Stopped` when it was called off."""
    work = _works.get(job_id)
    if work is None or work.stop:
        raise Stopped
    work.done, work.total = done, total
    now = datetime.now(UTC)
    if db.engine.dialect.name == "sqlite" or now - work.told_at < _BEATS:
        return
    work.told_at = now
    with db.engine.begin() as connection:
        told = connection.execute(
            update(ImportJob)
            .where(ImportJob.id == job_id, ImportJob.state.in_(RUNNING))
            .values(done=done, total=total, beat_at=now)
        )
    if told.rowcount == 0:
        raise Stopped


def is_gone(job: ImportJob, now: datetime) -> bool:
    """Whether nobody works on a job that says it is being worked on."""
    if job.state not in RUNNING or job.id in _works:
        return False
    if job.runner == runner() or db.engine.dialect.name == "sqlite":
        return True
    return now - job.beat_at > SILENCE


def step(job_id: int, start: Iterable[ImportState], now: datetime, **values: Any) -> None:
    """:func:`stepped`, or :class:`Stopped` where the job is no longer in one of the states of ``start``."""
    if not stepped(job_id, start, now, **values):
        raise Stopped


def stepped(job_id: int, start: Iterable[ImportState], now: datetime, **values: Any) -> bool:
    """One step of a job that is where it should be; inside a verb."""
    told = db.session.execute(
        update(ImportJob)
        .where(ImportJob.id == job_id, ImportJob.state.in_(start))
        .values(beat_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(told.rowcount)  # type: ignore[attr-defined]


def finish(job_id: int, summary: Mapping[str, Any], total: int, now: datetime) -> None:
    """Inside the verb that carries the tasks in: done with it, or (called off meanwhile) not at all."""
    step(
        job_id,
        {ImportState.WRITING},
        now,
        state=ImportState.DONE,
        summary=dict(summary),
        done=total,
        total=total,
        ended_at=now,
    )
