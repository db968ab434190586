"""The work on an uploaded list, outside the request that asked for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from flask import Flask, current_app

from ..documents.faults import Faults
from ..domain.access import Principal
from ..domain.refusals import Conflict, Refused, sentence
from ..queries.task_imports import get_job
from ..services._imports import Stopped, Work, lay_down, tell, work_of
from ..services.attachments import read_content
from ..services.import_jobs import keep_check, stop_import
from ..services.task_imports import Source, import_tasks
from ._evidence import store
from ._faults import fault_json
from ._task_list import check_list

log = logging.getLogger(__name__)

# Enough to mend; a list with more faults has one and the same in every row.
MOST_FAULTS = 5_000
_FAILED = sentence("Có lỗi ở máy chủ khi đọc tệp. Chưa có gì được ghi; hãy thử lại sau ít phút.")

Step = Callable[[int, Principal], None]


def start(step: Step, job_id: int, who: Principal) -> None:
    """Begins a step of the work and comes back at once; tests that say nothing else wait for its end."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    work = work_of(job_id)
    if app.config.get("IMPORTS_WAIT", app.testing):
        _run(app, step, job_id, who, work)
    else:
        Thread(target=_run, args=(app, step, job_id, who, work), name=f"import-{job_id}", daemon=True).start()


def _run(app: Flask, step: Step, job_id: int, who: Principal, work: Work | None) -> None:
    with app.app_context():
        try:
            step(job_id, who)
        except Stopped:
            log.info("Import %s was stopped.", job_id)
        except Exception as error:
            _give_up(job_id, who, error)
        finally:
            lay_down(job_id, work)


def _give_up(job_id: int, who: Principal, error: Exception) -> None:
    """The job says why it ended, whatever happened; what it began to write is not there."""
    known = isinstance(error, Refused)
    if not known:
        log.error("Import %s failed.", job_id, exc_info=error)
    try:
        stop_import(job_id, who.id, datetime.now(UTC), str(error) if known else _FAILED)
    except Conflict:
        log.info("Import %s had ended before.", job_id)


def check(job_id: int, who: Principal) -> None:
    """Reads the list and says what it holds; writes nothing of it."""
    job = get_job(job_id, who.id)
    if job is None:
        raise Stopped
    now = datetime.now(UTC)
    try:
        checked = check_list(read_content(store(), job.sha256), who, now, lambda *at: tell(job_id, *at))
    except Faults as refusal:
        said = {"message": [fault_json(fault) for fault in refusal.faults]}
        keep_check(job_id, [], said, "\n".join(map(_said, refusal.faults)), now)
        return
    found = checked.summary | {"faults": len(checked.faults)}
    faults = [fault_json(fault)[1:] for fault in checked.faults[:MOST_FAULTS]]
    keep_check(job_id, faults, found, "", datetime.now(UTC))


def write(job_id: int, who: Principal) -> None:
    """Reads the list once more, for what is known may have changed, and carries it in."""
    job = get_job(job_id, who.id)
    if job is None:
        raise Stopped
    now = datetime.now(UTC)
    source = Source(job.sha256, job.file_name, job.id, _kept(job.summary))
    checked = check_list(read_content(store(), job.sha256), who, now, lambda done, _all: tell(job_id, 0, 0))
    if checked.faults:
        raise Conflict(
            sentence("Dữ liệu đã thay đổi sau khi kiểm tra: %(fault)s Hãy tải tệp lên lại."),
            fault=_said(checked.faults[0]),
        )
    total = max(int(checked.summary["added"]), 1)
    import_tasks(
        checked.lines,
        checked.unit_ids,
        who,
        source,
        now,
        lambda done: tell(job_id, done, total),
        backdated=bool(job.summary.get("backdated")),
    )


def _kept(summary: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in summary.items() if name != "preview"}


def _said(fault: Any) -> str:
    return str(fault.short)
