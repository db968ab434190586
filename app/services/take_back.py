"""The verb that takes a whole list of tasks back that was carried in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, select, update

from ..db import db, verb
from ..domain.access import Principal
from ..domain.imports import ImportState, check_take_back
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Missing, sentence
from ..domain.task_steps import Action
from ..domain.tasks import Workflow
from ..models import ImportJob, Task, TaskReport
from ..queries.carried_in import acted_on, of_list
from ._audit import note_event
from ._imports import stepped


@verb
def take_back_list(job_id: int, reason: str, by: Principal, now: datetime) -> int:
    """All tasks that the list added, or none of them; how many.

    They are cancelled from today, not removed: what the figures said of them on the days until now was told, and
    stays. A list that was carried in by mistake, mended and carried in again brings its tasks anew
    (:func:`app.queries.task_imports.taken_back`). A few statements, however many tasks.
    """
    job = db.session.get(ImportJob, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.user_id != by.id:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    check_take_back(job.state)
    # Held before they are looked at: who reports at the same moment is seen here, or finds the task cancelled.
    rows = db.session.execute(
        select(Task.id, Task.assigner_unit_id, Task.unit_id, Task.workflow)
        .where(of_list(job))
        .order_by(Task.id)
        .with_for_update()
    ).all()
    if not rows:
        raise Conflict(sentence("Lần nhập này không thêm nhiệm vụ nào nên không có gì để thu hồi."))
    if any(row.assigner_unit_id != by.unit_id for row in rows):
        raise Forbidden(sentence("Bạn không còn thuộc bên đã giao các nhiệm vụ của danh sách này."))
    acted = db.session.execute(
        select(func.count()).select_from(Task).where(of_list(job), acted_on(job))
    ).scalar_one()
    if acted:
        raise Conflict(
            sentence(
                "%(acted)s trong %(tasks)s nhiệm vụ của danh sách đã có bước tiếp theo sau khi nhập nên không thu "
                "hồi được cả danh sách; chưa nhiệm vụ nào bị thu hồi. Hãy hủy từng nhiệm vụ cần bỏ."
            ),
            acted=acted,
            tasks=len(rows),
        )
    _cancel(job, reason, by, now)
    counts = {
        "tasks": len(rows),
        "units": len({row.unit_id for row in rows}),
        "done": sum(row.workflow is Workflow.DONE for row in rows),
    }
    said = counts | {"file": job.file_name, "sha256": job.sha256, "text": reason}
    said |= {"first_id": rows[0].id, "last_id": rows[-1].id}
    note_event(f"task.{Action.TAKE_BACK}", "import_job", job_id, by.id, now, {"after": said})
    summary = dict(job.summary) | {"taken_back": len(rows), "reason": reason}
    stepped(job_id, {ImportState.DONE}, now, state=ImportState.TAKEN_BACK, summary=summary)
    return len(rows)


def _cancel(job: ImportJob, reason: str, by: Principal, now: datetime) -> None:
    """A hop for each, then the tasks themselves."""
    columns = TaskReport.__table__.c
    said: dict[str, Any] = {
        "action": Action.TAKE_BACK,
        "effective_on": today(now),
        "text": reason,
        "workflow_after": Workflow.CANCELLED,
        "user_id": by.id,
        "at": now,
    }
    hops = select(
        Task.id,
        Task.due_current,
        Task.workflow,
        *(literal(value, columns[name].type) for name, value in said.items()),
    ).where(of_list(job))
    names = ["task_id", "due", "workflow_before", *said]
    db.session.execute(insert(TaskReport).from_select(names, hops.order_by(Task.id)))
    db.session.execute(
        update(Task)
        .where(of_list(job))
        .values(workflow=Workflow.CANCELLED, completed_on=None, progress=0, version=Task.version + 1)
        .execution_options(synchronize_session=False)
    )
