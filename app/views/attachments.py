"""/attachments/<id>, and the files of a criterion, a finding, a task, a report on it and a directive."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, send_file
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from ..documents.uploads import Broken, check_upload, too_large
from ..domain.access import Action
from ..domain.inspections import Side, require_state
from ..domain.refusals import Conflict, Forbidden, Missing, Refused, sentence
from ..domain.task_steps import Side as TaskSide
from ..forms.attachments import AttachmentForm, CaptionForm
from ..queries.access import InspectionCard, visible_tasks
from ..queries.attachments import (
    StoredFile,
    attachment_of_op,
    get_attachment,
    get_line,
    sent_before,
)
from ..queries.checklists import checklist_value
from ..queries.findings import finding_of_op, get_finding
from ..queries.reading import end_reading
from ..queries.task_past import read_by_an_heir
from ..services.attachments import add_attachment, change_caption, read_content, remove_attachment
from ._directives import load_directive
from ._errors import refusal_text
from ._evidence import (
    AROUND,
    Evidence,
    is_ours,
    most_bytes,
    store,
)
from ._file_places import (
    NOT_FOUND,
    NOT_YOURS,
    criterion_files,
    directive_files,
    finding_files,
    require_criterion,
    require_finding,
    require_task,
    task_files,
    task_of,
)
from ._load import load_inspection
from ._login import account, now
from ._outbox import device_at
from ._security import mark_checked

blueprint = Blueprint("attachments", __name__)


@blueprint.url_value_preprocessor
def _take_more(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Files are larger than forms; only from people who are signed in."""
    if request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = most_bytes() + AROUND


@blueprint.errorhandler(413)
def _larger(_error: RequestEntityTooLarge) -> Response:
    mark_checked()
    words = refusal_text(too_large(most_bytes()))
    template = "errors/_line.html" if _by_script() else "errors/page.html"
    return make_response(render_template(template, code=413, sentence=words), 413)


# --- The files of a place ----------------------------------------------------------------------------


_OF_CRITERION = "/inspections/<int:inspection_id>/answers/<code>/attachments"
_OF_FINDING = "/inspections/<int:inspection_id>/findings/<int:finding_id>/attachments"
_OF_NEW_FINDING = "/inspections/<int:inspection_id>/findings/by-op/<uuid:finding_op>/attachments"
_OF_TASK = "/tasks/<int:task_id>/attachments"
_OF_REPORT = "/tasks/<int:task_id>/reports/<int:report_id>/attachments"
_OF_DIRECTIVE = "/directives/<int:directive_id>/attachments"


@blueprint.get(_OF_CRITERION)
def of_criterion(inspection_id: int, code: str) -> str:
    mine, blocks, _inspection = criterion_files(inspection_id, code, request.args.get("side"))
    return _page(mine, blocks)


@blueprint.post(_OF_CRITERION)
def add_to_criterion(inspection_id: int, code: str) -> BaseResponse:
    mine, blocks, inspection = criterion_files(inspection_id, code, request.values.get("side"))
    require_criterion(inspection, mine.place)
    return _add(mine, blocks, inspection)


@blueprint.get(_OF_FINDING)
def of_finding(inspection_id: int, finding_id: int) -> str:
    evidence, _inspection = finding_files(inspection_id, finding_id)
    return _page(evidence, [evidence])


@blueprint.post(_OF_FINDING)
def add_to_finding(inspection_id: int, finding_id: int) -> BaseResponse:
    evidence, inspection = finding_files(inspection_id, finding_id)
    require_finding(inspection, evidence.place)
    return _add(evidence, [evidence], inspection)


@blueprint.post(_OF_NEW_FINDING)
def add_to_new_finding(inspection_id: int, finding_op: UUID) -> BaseResponse:
    """Of a finding that was written without a network: the device knows it by its operation only."""
    load_inspection(inspection_id)
    return add_to_finding(inspection_id, finding_of_op(inspection_id, str(finding_op)) or 0)


@blueprint.get(_OF_TASK)
def of_task(task_id: int) -> str:
    evidence, _sides = task_files(task_id, None)
    return _page(evidence, [evidence])


@blueprint.post(_OF_TASK)
def add_to_task(task_id: int) -> BaseResponse:
    return _add_to_task(*task_files(task_id, None))


@blueprint.get(_OF_REPORT)
def of_report(task_id: int, report_id: int) -> str:
    evidence, _sides = task_files(task_id, report_id)
    return _page(evidence, [evidence])


@blueprint.post(_OF_REPORT)
def add_to_report(task_id: int, report_id: int) -> BaseResponse:
    return _add_to_task(*task_files(task_id, report_id))


@blueprint.get(_OF_DIRECTIVE)
def of_directive(directive_id: int) -> str:
    evidence = directive_files(directive_id, Action.READ_TASKS)
    return _page(evidence, [evidence])


@blueprint.post(_OF_DIRECTIVE)
def add_to_directive(directive_id: int) -> BaseResponse:
    evidence = directive_files(directive_id, Action.ASSIGN_TASKS)
    return _add(evidence, [evidence], None)


def _add_to_task(evidence: Evidence, sides: tuple[TaskSide, ...]) -> BaseResponse:
    require_task(evidence.place, sides)
    return _add(evidence, [evidence], None)


def _page(evidence: Evidence, blocks: list[Evidence], form: AttachmentForm | None = None) -> str:
    """The page of the files by itself; only its parts for a drawer."""
    part = request.headers.get("HX-Request")
    template = "attachments/_blocks.html" if part else "attachments/page.html"
    return render_template(template, evidence=evidence, blocks=blocks, tried=form)


def _add(evidence: Evidence, blocks: list[Evidence], inspection: InspectionCard | None) -> BaseResponse:
    """One file: 422 with the sentence, 409 when the state takes none, else the file as the list shows it."""
    form = AttachmentForm()
    if not form.validate_on_submit():
        return _refused(evidence, blocks, form, 422)
    op_id, uploaded = form.op_id.data or "", form.file.data
    try:
        # A file that was sent before may come again after the state moved on; the service knows.
        if not sent_before(op_id):
            _require_open(evidence, inspection)
        end_reading()
        content = uploaded.read(most_bytes() + 1)
        upload = check_upload(content, uploaded.filename or "", most_bytes(), form.sha256.data)
        file_id = add_attachment(
            store(), evidence.place, upload, op_id, form.caption.data, account().id, now(), device_at()
        )
    except Refused as refusal:
        form.refuse(refusal_text(refusal), "file")
        return _refused(evidence, blocks, form, refusal.status, broken=isinstance(refusal, Broken))
    if not _by_script():
        flash(_("Đã lưu tệp «%(name)s».", name=upload.name), "ok")
        return redirect(evidence.back, 303)
    reply = make_response(
        render_template("attachments/_item.html", evidence=evidence, file=get_line(file_id))
    )
    # A captive portal answers 200 too; only our answer repeats the operation's name.
    reply.headers["Soat-Op"] = op_id
    # Of what came; the file that is kept and shown has another hash when it is a picture.
    reply.headers["Soat-Received"] = upload.received or ""
    return reply


def _require_open(evidence: Evidence, inspection: InspectionCard | None) -> None:
    """409 when nothing may come here now; before the file is looked at and kept."""
    if inspection is not None:
        if evidence.place.side is not None and not inspection.scoring:
            raise Conflict(sentence("Cuộc kiểm tra, giám sát này không chấm điểm."))
        require_state(inspection.state, evidence.place.action(inspection.state))
    elif not evidence.writes:
        raise Conflict(sentence("Nhiệm vụ đã khép lại, không thêm bớt tệp được nữa."))


def _refused(
    evidence: Evidence, blocks: list[Evidence], form: AttachmentForm, status: int, *, broken: bool = False
) -> Response:
    """``broken``: the same file sent again may be taken; the device does so by itself."""
    if _by_script():
        words = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
        line = render_template("errors/_line.html", code=status, sentence=words, broken=broken)
        return make_response(line, status)
    return make_response(_page(evidence, blocks, form), status)


def _by_script() -> bool:
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Requested-With"))


# --- One file ----------------------------------------------------------------------------------------

# A file is never a page of ours: it runs nothing, loads nothing, and stands in nobody's frame.
_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


@blueprint.get("/attachments/<int:attachment_id>")
def show(attachment_id: int) -> BaseResponse:
    file = _load(attachment_id)
    return _send(file, file.sha256)


@blueprint.get("/attachments/<int:attachment_id>/thumbnail")
def thumbnail(attachment_id: int) -> BaseResponse:
    file = _load(attachment_id)
    if file.thumbnail_sha256 is None:
        raise Missing(NOT_FOUND)
    return _send(file, file.thumbnail_sha256)


def _send(file: StoredFile, sha256: str) -> BaseResponse:
    """Only what we encoded ourselves is shown; everything else is a download."""
    picture = file.thumbnail_sha256 is not None
    end_reading()
    reply = send_file(
        BytesIO(read_content(store(), sha256)),
        file.kind.media_type,
        as_attachment=not picture,
        download_name=file.name,
        etag=sha256,
        conditional=True,
        max_age=None,
    )
    # A picture may stay in this person's browser but is asked for anew each time, so that rights are too.
    reply.headers["Cache-Control"] = "private, no-cache" if picture else "private, no-store"
    reply.headers["Content-Security-Policy"] = _ALONE
    reply.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return reply


@blueprint.post("/attachments/by-op/<uuid:file_op>/caption")
def caption_of_new(file_op: UUID) -> BaseResponse | str:
    """Words for a file that the device knows by its operation only."""
    mark_checked()
    return caption(attachment_of_op(str(file_op)) or 0)


@blueprint.post("/attachments/<int:attachment_id>/caption")
def caption(attachment_id: int) -> BaseResponse | str:
    file = _load_to_write(attachment_id)
    form = CaptionForm()
    if not form.validate_on_submit():
        words = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
        template = "errors/_line.html" if _by_script() else "errors/page.html"
        return make_response(render_template(template, code=422, sentence=words), 422)
    change_caption(file.id, form.caption.data, account().id, now(), device_at())
    reply = make_response(_changed(file, _("Đã lưu chú thích.")))
    if form.op_id.data:
        reply.headers["Soat-Op"] = form.op_id.data
    return reply


@blueprint.post("/attachments/<int:attachment_id>/remove")
def remove(attachment_id: int) -> BaseResponse | str:
    file = _load_to_write(attachment_id)
    remove_attachment(file.id, account().id, now(), device_at=device_at())
    return _changed(file, _("Đã bỏ tệp «%(name)s».", name=file.name), removed=file.id)


@blueprint.post("/attachments/<int:attachment_id>/restore")
def restore(attachment_id: int) -> BaseResponse | str:
    file = _load_to_write(attachment_id, removed=True)
    remove_attachment(file.id, account().id, now(), back=True, device_at=device_at())
    return _changed(file, _("Đã khôi phục tệp «%(name)s».", name=file.name))


def _load(attachment_id: int, *, removed: bool = False) -> StoredFile:
    """The file, for those who may see what it belongs to; for all others it is not there."""
    mark_checked()
    file = get_attachment(attachment_id)
    if file is None or (file.gone and not (removed and file.removed)):
        raise Missing(NOT_FOUND)
    place = file.place
    if place.task_id is not None:
        # The papers of a report are read by who goes on with the task too, and changed by nobody there.
        handed_on = place.task_report_id is not None and not removed
        if not (handed_on and read_by_an_heir(place.task_id, visible_tasks(account().principal))):
            task_of(place.task_id)
    elif place.directive_id is not None:
        load_directive(place.directive_id, Action.READ_TASKS)
    else:
        _require_shown(load_inspection(place.inspection_id or 0), file)
    return file


def _require_shown(inspection: InspectionCard, file: StoredFile) -> None:
    """The delegation's files are not there for the unit until published, nor what came in a round not ended."""
    if file.place.side is Side.SELF:
        return
    until, finding_id = inspection.shown_until, file.place.finding_id
    if not inspection.sees_verified or (until is not None and file.at > until):
        raise Missing(NOT_FOUND)
    if until is None or finding_id is None:
        return
    if get_finding(inspection.id, finding_id, until=until) is None:
        raise Missing(NOT_FOUND)


def _load_to_write(attachment_id: int, *, removed: bool = False) -> StoredFile:
    """403 for those who may see the file and not change it; its verb says 409 when the state forbids it."""
    file = _load(attachment_id, removed=removed)
    place = file.place
    if place.task_id is not None:
        task, sides = task_of(place.task_id)
        require_task(place, sides)
        if not is_ours(place, file.by_unit_id, task, sides):
            raise Forbidden(NOT_YOURS)
    elif place.directive_id is not None:
        load_directive(place.directive_id, Action.ASSIGN_TASKS)
    elif place.finding_id is not None:
        require_finding(load_inspection(place.inspection_id or 0), place)
    else:
        require_criterion(load_inspection(place.inspection_id or 0), place)
    return file


def _evidence_of(file: StoredFile) -> Evidence:
    """The place of a file with all that stands there."""
    place = file.place
    if place.task_id is not None:
        return task_files(place.task_id, place.task_report_id)[0]
    if place.directive_id is not None:
        return directive_files(place.directive_id, Action.READ_TASKS)
    inspection = load_inspection(place.inspection_id or 0)
    if place.finding_id is not None:
        return finding_files(inspection.id, place.finding_id)[0]
    checklist = checklist_value(inspection.version_id)
    code = next(criterion.code for criterion in checklist.criteria if criterion.id == place.criterion_id)
    return criterion_files(inspection.id, code, place.side)[0]


def _changed(file: StoredFile, words: str, *, removed: int | None = None) -> BaseResponse | str:
    """After a change: the files of the place anew for a script, else back to their page."""
    evidence = _evidence_of(file)
    if _by_script():
        return render_template("attachments/_evidence.html", evidence=evidence, removed=removed, tried=None)
    flash(words, "ok")
    told = "" if removed is None else f"{'&' if '?' in evidence.back else '?'}removed_file={removed}"
    return redirect(evidence.back + told, 303)
