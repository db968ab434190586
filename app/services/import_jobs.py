"""Verbs about one uploaded list: kept, checked, to be written, called off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.imports import RUNNING, UNFINISHED, ImportState
from ..domain.refusals import Conflict, sentence
from ..models import ImportJob, User
from ..storage import Store
from ._audit import note_event
from ._imports import is_gone, runner, step, stepped, take_up
from ._kept import keep_named

SWEPT = sentence("Tệp này đã được xóa khỏi kho vì để quá lâu. Hãy tải tệp lên lại.")
_GONE = sentence(
    "Việc nhập đã dừng giữa chừng vì máy chủ khởi động lại. Chưa có gì được ghi; hãy tải tệp lên lại."
)


def take_list(store: Store, content: bytes, name: str, by: Principal, now: datetime) -> int:
    """Keeps an uploaded list to be checked; one at a time for each person."""
    job_id, sha256 = _take_list(store, content, name, by, now)
    keep_named(store, {sha256: content})
    return job_id


@verb
def _take_list(store: Store, content: bytes, name: str, by: Principal, now: datetime) -> tuple[int, str]:
    # Two uploads of one person at once: the second waits here, and then finds the first.
    db.session.execute(select(User.id).where(User.id == by.id).with_for_update(key_share=True))
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
        runner=runner(),
        beat_at=now,
        created_at=now,
    )
    db.session.add(job)
    db.session.flush()
    given = {"file": job.file_name, "sha256": job.sha256, "size": job.size}
    note_event("task.import_read", "import_job", job.id, by.id, now, {"after": given})
    take_up(job.id)
    return job.id, job.sha256


@verb
def keep_check(
    job_id: int,
    faults: Sequence[Sequence[Any]],
    summary: Mapping[str, Any],
    message: str,
    now: datetime,
) -> None:
    """What the check found: place, reason and what its sentence is made of; a ``message`` says that the file could not be read at all."""
    step(
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
def begin_writing(job_id: int, user_id: int, now: datetime, backdated: bool = False) -> None:
    """The list was looked at and shall be carried in; ``backdated``: also into the figures of the days gone by."""
    job = db.session.get(ImportJob, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state is not ImportState.CHECKED:
        raise Conflict(sentence("Danh sách này đã được nhập hoặc đã dừng."))
    if job.swept_at is not None:
        raise Conflict(SWEPT)
    if job.faults:
        raise Conflict(sentence("Danh sách còn lỗi nên chưa nhập được."))
    said = dict(job.summary) | {"backdated": backdated}
    step(job_id, {ImportState.CHECKED}, now, state=ImportState.WRITING, done=0, runner=runner(), summary=said)
    begun = {"sha256": job.sha256, "backdated": backdated}
    note_event("task.import_begin", "import_job", job_id, user_id, now, {"after": begun})
    take_up(job_id)


@verb
def stop_import(job_id: int, user_id: int | None, now: datetime, message: str = "") -> None:
    """Called off by its owner, or (with a ``message``) ended by a failure; what is done stays done."""
    ended = ImportState.FAILED if message else ImportState.CANCELLED
    if not stepped(job_id, UNFINISHED, now, state=ended, message=message, ended_at=now):
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
