"""Verbs about one uploaded list: kept, checked, to be written, called off; and how far the work on it is.

On PostgreSQL any worker answers who asks: how far the work is stands in the job's row, written past the
transaction that carries the tasks in. SQLite has one writer and one process, so there it stands in memory,
and the savers of scores do not wait for a progress bar.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from ..db import db, verb
from ..domain.access import Principal
from ..domain.imports import RUNNING, UNFINISHED, ImportState
from ..domain.refusals import Conflict, sentence
from ..models import ImportJob
from ..storage import Store
from ._audit import note_event

RUNNER = f"{os.getpid()}-{secrets.token_hex(4)}"
# A worker that says nothing for so long is gone: reading alone may take a minute.
SILENCE = timedelta(seconds=120)
_BEATS = timedelta(seconds=0.5)
_GONE = sentence(
    "Việc nhập đã dừng giữa chừng vì máy chủ khởi động lại. Chưa có gì được ghi; hãy tải tệp lên lại."
)


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
    if job.runner == RUNNER or db.engine.dialect.name == "sqlite":
        return True
    return now - job.beat_at > SILENCE


@verb
def take_list(store: Store, content: bytes, name: str, by: Principal, now: datetime) -> int:
    """Keeps an uploaded list to be checked; one at a time for each person."""
    busy = db.session.scalars(
        select(ImportJob).where(ImportJob.user_id == by.id, ImportJob.state.in_(RUNNING))
    ).all()
    if any(not is_gone(job, now) for job in busy):
        raise Conflict(
            sentence("Tệp bạn tải lên trước còn đang được xử lý. Hãy chờ xong hoặc dừng nó."), field="file"
        )
    job = ImportJob(
        user_id=by.id,
        file_name=name[:200],
        sha256=store.put(content),
        size=len(content),
        runner=RUNNER,
        beat_at=now,
        created_at=now,
    )
    db.session.add(job)
    db.session.flush()
    given = {"file": job.file_name, "sha256": job.sha256, "size": job.size}
    note_event("task.import_read", "import_job", job.id, by.id, now, {"after": given})
    take_up(job.id)
    return job.id


@verb
def keep_check(
    job_id: int,
    faults: Sequence[tuple[str, str]],
    summary: Mapping[str, Any],
    message: str,
    now: datetime,
) -> None:
    """What the check found; a ``message`` says that the file could not be read at all."""
    _step(
        job_id,
        {ImportState.READING},
        now,
        state=ImportState.FAILED if message else ImportState.CHECKED,
        faults=[list(fault) for fault in faults],
        summary=dict(summary),
        message=message,
        ended_at=now if message else None,
    )


@verb
def begin_writing(job_id: int, user_id: int, now: datetime) -> None:
    """The list was looked at and shall be carried in."""
    job = db.session.get(ImportJob, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state is not ImportState.CHECKED:
        raise Conflict(sentence("Danh sách này đã được nhập hoặc đã dừng."))
    if job.faults:
        raise Conflict(sentence("Danh sách còn lỗi nên chưa nhập được."))
    _step(job_id, {ImportState.CHECKED}, now, state=ImportState.WRITING, done=0, runner=RUNNER)
    note_event("task.import_begin", "import_job", job_id, user_id, now, {"after": {"sha256": job.sha256}})
    take_up(job_id)


@verb
def stop_import(job_id: int, user_id: int | None, now: datetime, message: str = "") -> None:
    """Called off by its owner, or (with a ``message``) ended by a failure; what is done stays done."""
    ended = ImportState.FAILED if message else ImportState.CANCELLED
    if not _stepped(job_id, UNFINISHED, now, state=ended, message=message, ended_at=now):
        raise Conflict(sentence("Danh sách này đã nhập xong hoặc đã dừng từ trước."))
    note_event(
        "task.import_stop", "import_job", job_id, user_id, now, {"after": {"state": ended, "text": message}}
    )


def end_gone(job: ImportJob, now: datetime) -> bool:
    """A job that a restart left behind is ended with a sentence; nothing of it was written."""
    if not is_gone(job, now):
        return False
    try:
        stop_import(job.id, None, now, _GONE)
    except Conflict:
        return False
    return True


def _step(job_id: int, start: set[ImportState], now: datetime, **values: Any) -> None:
    if not _stepped(job_id, start, now, **values):
        raise Stopped


def _stepped(job_id: int, start: Any, now: datetime, **values: Any) -> bool:
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
    _step(
        job_id,
        {ImportState.WRITING},
        now,
        state=ImportState.DONE,
        summary=dict(summary),
        done=total,
        total=total,
        ended_at=now,
    )
