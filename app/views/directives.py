"""/directives: the documents that give tasks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ..documents.uploads import check_upload, too_large
from ..domain import tasks
from ..domain.access import TABLE, Action
from ..domain.attachments import Place, Upload
from ..domain.periods import today
from ..domain.refusals import Refused
from ..domain.tasks import DirectiveKind
from ..forms._chosen import read_id
from ..forms.directives import DirectiveFilterForm, DirectiveForm
from ..models import Directive
from ..queries.access import decided_tasks, visible_directives, visible_tasks
from ..queries.directive_tasks import tasks_of_directive
from ..queries.directives import DirectiveList, has_given, list_directives, units_of_directive
from ..queries.reading import end_reading
from ..queries.task_requests import left_of_directive
from ..queries.tasks import Sort, TaskFilter, list_tasks, values_for_list
from ..queries.units import get_unit
from ..services.attachments import add_attachment
from ..services.directives import create_directive, remove_directive, update_directive
from ._directives import load_directive, may_write_directive
from ._errors import refusal_text
from ._evidence import AROUND, directive_evidence, most_bytes, store
from ._labels import choices
from ._load import allow
from ._login import account, now
from ._report_files import ask_again
from ._security import mark_checked

blueprint = Blueprint("directives", __name__)

# How many times the largest file is still read, only to be refused with all the rest kept.
_TIMES = 4


@blueprint.url_value_preprocessor
def _take_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A new directive brings its file. One that is too large for us is still read, so that the sentence stands at
    its field and nothing that was typed is lost; only what is larger by far ends on a page of its own."""
    if request.method == "POST" and endpoint == "directives.create" and current_user.is_authenticated:
        request.max_content_length = _TIMES * most_bytes() + AROUND


@blueprint.errorhandler(413)
def _larger(_error: RequestEntityTooLarge) -> tuple[str, int]:
    mark_checked()
    words = refusal_text(too_large(most_bytes()))
    return render_template("errors/page.html", code=413, sentence=words), 413


@blueprint.get("/directives")
def index() -> str:
    allow(Action.READ_TASKS)
    form, me = DirectiveFilterForm(request.args), account().principal
    form.kind.choices = [("", _("Mọi loại văn bản")), *choices(DirectiveKind)]
    wanted = DirectiveList(
        visible_tasks(me), today(now()), visible_directives(me), form.words, form.kind_word
    )
    page = list_directives(wanted, form.page.data or 1)
    may_write = me.role in TABLE[Action.ASSIGN_TASKS]
    return render_template("directives/index.html", form=form, page=page, may_write=may_write)


@blueprint.get("/directives/<int:directive_id>")
def show(directive_id: int) -> str:
    directive = load_directive(directive_id, Action.READ_TASKS)
    me, day = account().principal, today(now())
    seen, unit_id = visible_tasks(me), read_id(request.args.get("unit"))
    wanted = TaskFilter(directive_id=directive_id, unit_id=unit_id, sort=Sort.UNIT)
    page = read_id(request.args.get("page")) or 1
    values = values_for_list(seen, TaskFilter(directive_id=directive_id), day)
    # Task by task, beside unit by unit.
    by_task = (
        None
        if unit_id or request.args.get("by") != "task"
        else tasks_of_directive(seen, directive_id, day, page)
    )
    units = units_of_directive(seen, directive_id, day, 1 if unit_id else page)
    writes = may_write_directive(me, directive)
    # One unit has no list of units: its tasks are all there is.
    single = unit_id or (units.rows[0].unit_id if units.total == 1 else None)
    return render_template(
        "directives/page.html",
        directive=directive,
        units=units,
        by_task=by_task,
        left=left_of_directive(directive_id, decided_tasks(me)).tasks,
        unit=get_unit(single) if single else None,
        chosen=unit_id is not None,
        tasks=list_tasks(seen, wanted, day, page) if single else None,
        counts=tasks.count(values, day),
        due=tasks.done_due_rate(values, day),
        today=day,
        evidence=directive_evidence(directive, writes),
        may_write=writes,
        may_remove=writes
        and not units.total
        and directive.inspection_id is None
        and not has_given(directive_id),
        may_assign=me.role in TABLE[Action.ASSIGN_TASKS],
    )


@blueprint.route("/directives/new", methods=["GET", "POST"])
def create() -> Response | str | tuple[str, int]:
    allow(Action.ASSIGN_TASKS)
    form = DirectiveForm(choices(DirectiveKind))
    if request.method == "GET":
        return _edit(form, None)
    if not form.validate_on_submit():
        return _not_created(form, 422)
    try:
        upload = _upload(form)
        directive_id = create_directive(form.text(), account().principal, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _not_created(form, refusal.status)
    words, look = _("Đã lưu văn bản."), "ok"
    if upload is not None:
        try:
            place = Place(directive_id=directive_id)
            add_attachment(store(), place, upload, str(uuid4()), "", account().id, now())
        except Refused as refusal:
            # The directive stands; the file can be brought again on its page.
            words, look = _("Đã lưu văn bản, chưa lưu được tệp: %(why)s", why=refusal_text(refusal)), "warn"
    flash(words, look)
    return redirect(url_for("directives.show", directive_id=directive_id), 303)


def _not_created(form: DirectiveForm, status: int) -> tuple[str, int]:
    if form.file.data:
        ask_again(form, "file")
    return _edit(form, None), status


def _upload(form: DirectiveForm) -> Upload | None:
    """The file of the form, looked at before anything is written; refusals belong to its field."""
    if not form.file.data:
        return None
    end_reading()
    try:
        content = form.file.data.read(most_bytes() + 1)
        return check_upload(content, form.file.data.filename or "", most_bytes())
    except Refused as refusal:
        refusal.field = "file"
        raise


def _edit(form: DirectiveForm, directive: Directive | None) -> str:
    return render_template("directives/edit.html", form=form, directive=directive, most=most_bytes() // 2**20)


@blueprint.route("/directives/<int:directive_id>/edit", methods=["GET", "POST"])
def edit(directive_id: int) -> Response | str | tuple[str, int]:
    directive = load_directive(directive_id, Action.ASSIGN_TASKS)
    form = DirectiveForm(choices(DirectiveKind), obj=directive)
    if request.method == "GET":
        return _edit(form, directive)
    if not form.validate_on_submit():
        return _edit(form, directive), 422
    try:
        update_directive(directive_id, form.text(), form.base_version, account().principal, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _edit(form, directive), refusal.status
    flash(_("Đã lưu văn bản."), "ok")
    return redirect(url_for("directives.show", directive_id=directive_id), 303)


@blueprint.post("/directives/<int:directive_id>/remove")
def remove(directive_id: int) -> Response:
    """409 once it has given a task, or somebody has changed it since the page was made."""
    load_directive(directive_id, Action.ASSIGN_TASKS)
    version = read_id(request.form.get("version")) or 0
    remove_directive(directive_id, version, account().principal, now())
    flash(_("Đã xóa văn bản."), "ok")
    return redirect(url_for("directives.index"), 303)
