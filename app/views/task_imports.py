"""/tasks/import: a list of tasks in a workbook, looked at first, carried in when it is sound."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..documents.faults import Fault
from ..documents.tasks_template import write_marked, write_template
from ..documents.tasks_xlsx import SHEET, open_sheet
from ..documents.workbooks import check_container
from ..domain.access import Action
from ..domain.attachments import FileKind
from ..domain.imports import RUNNING, ImportState, check_take_back
from ..domain.periods import today
from ..domain.refusals import Conflict, Invalid, Missing, Refused, sentence
from ..forms.task_imports import TakeBackForm, TaskListForm, WriteListForm
from ..models import ImportJob
from ..queries.access import visible_tasks
from ..queries.carried_in import carried_in
from ..queries.reading import end_reading
from ..queries.task_imports import get_job, recent_jobs
from ..queries.tasks import assignable_units
from ..queries.units import units_by_ids
from ..services._imports import work_of
from ..services.attachments import read_content
from ..services.import_jobs import SWEPT, begin_writing, end_gone, stop_import, take_list
from ..services.take_back import take_back_list
from ..vietnamese import clean, count
from . import _import_run
from ._errors import refusal_text
from ._evidence import store
from ._faults import fault_lines, message_of
from ._load import allow
from ._login import account, now

blueprint = Blueprint("task_imports", __name__)

SHOWN_FAULTS = 100


def _load(job_id: int) -> ImportJob:
    """The list as it is now: 403 for who gives no tasks, 404 for everybody but who uploaded it."""
    allow(Action.ASSIGN_TASKS)
    job = get_job(job_id, account().id)
    if job is not None and end_gone(job, now()):
        job = get_job(job_id, account().id)
    if job is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return job


@blueprint.get("/tasks/import")
def ask() -> str:
    allow(Action.ASSIGN_TASKS)
    return _page(TaskListForm())


@blueprint.post("/tasks/import")
def take() -> Response | tuple[str, int]:
    allow(Action.ASSIGN_TASKS)
    form, me = TaskListForm(), account().principal
    if not form.validate_on_submit():
        return _page(form), 422
    data, name = form.file.data.read(), clean(form.file.data.filename or "")
    end_reading()
    try:
        check_container(data)
        job_id = take_list(store(), data, name, me, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(form), refusal.status
    _import_run.start(_import_run.check, job_id, me)
    return redirect(url_for("task_imports.show", job_id=job_id), 303)


def _page(form: TaskListForm) -> str:
    me = account().principal
    units = assignable_units(me, today(now()))
    return render_template("task_imports/page.html", form=form, jobs=recent_jobs(me.id), units=len(units))


@blueprint.get("/tasks/import/template.xlsx")
def template() -> Response:
    allow(Action.ASSIGN_TASKS)
    day = today(now())
    units = units_by_ids(id_ for id_, _name in assignable_units(account().principal, day))
    data = write_template([(unit.name, unit.code or "", unit.valid_to) for unit in units], day)
    return send_file(
        BytesIO(data),
        FileKind.XLSX.media_type,
        as_attachment=True,
        download_name="mau-danh-sach-nhiem-vu.xlsx",
    )


@blueprint.get("/tasks/import/<int:job_id>")
def show(job_id: int) -> str:
    job = _load(job_id)
    work = work_of(job.id) if job.state in RUNNING else None
    part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    return render_template(
        "task_imports/_job.html" if part else "task_imports/job.html",
        job=job,
        form=WriteListForm(formdata=None),
        done=work.done if work else job.done,
        total=work.total if work else job.total,
        running=job.state in RUNNING,
        sheet=SHEET,
        shown=SHOWN_FAULTS,
        lines=fault_lines(job.faults[:SHOWN_FAULTS]),
        message=message_of(job),
        faults=job.summary.get("faults", 0),
    )


@blueprint.post("/tasks/import/<int:job_id>/write")
def write(job_id: int) -> Response:
    job = _load(job_id)
    begin_writing(job.id, account().id, now(), bool(WriteListForm().backdated.data))
    _import_run.start(_import_run.write, job.id, account().principal)
    return redirect(url_for("task_imports.show", job_id=job.id), 303)


@blueprint.post("/tasks/import/<int:job_id>/cancel")
def cancel(job_id: int) -> Response:
    job = _load(job_id)
    if work := work_of(job.id):
        work.stop = True
    stop_import(job.id, account().id, now())
    flash(_("Đã dừng; chưa có nhiệm vụ nào được ghi."), "ok")
    return redirect(url_for("task_imports.ask"), 303)


@blueprint.get("/tasks/import/<int:job_id>/take-back")
def ask_back(job_id: int) -> str:
    """How many tasks of how many units would go, or what stands in the way; 409 for a list that is not there."""
    job = _load(job_id)
    check_take_back(job.state)
    return _back_page(job, TakeBackForm(formdata=None))


@blueprint.post("/tasks/import/<int:job_id>/take-back")
def take_back(job_id: int) -> Response | tuple[str, int]:
    """All tasks of the list, or none: 409 when something was done with one of them."""
    job = _load(job_id)
    check_take_back(job.state)
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _back_page(job, form), 422
    try:
        number = take_back_list(job_id, form.text.data, account().principal, now())
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _back_page(_load(job_id), form), refusal.status
    flash(_("Đã thu hồi %(number)s nhiệm vụ của danh sách.", number=count(number)), "ok")
    return redirect(url_for("task_imports.show", job_id=job_id), 303)


def _back_page(job: ImportJob, form: TakeBackForm) -> str:
    carried = carried_in(job, visible_tasks(account().principal))
    return render_template("task_imports/take_back.html", job=job, form=form, carried=carried)


@blueprint.get("/tasks/import/<int:job_id>/faults.xlsx")
def faults(job_id: int) -> Response:
    job = _load(job_id)
    if job.state is not ImportState.CHECKED or not job.faults:
        raise Conflict(sentence("Danh sách này không có lỗi nào để tải về."))
    if job.swept_at is not None:
        raise Conflict(SWEPT)
    end_reading()
    data = read_content(store(), job.sha256)
    marked = write_marked(
        open_sheet(data), [Fault(reason, SHEET, place) for place, reason, *_kept in job.faults]
    )
    name = f"loi-danh-sach-nhiem-vu-{job.id}.xlsx"
    return send_file(BytesIO(marked), FileKind.XLSX.media_type, as_attachment=True, download_name=name)
