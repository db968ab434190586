"""/directives: the documents that give tasks."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain import tasks
from ..domain.access import TABLE, Action, Principal, Role
from ..domain.periods import today
from ..domain.refusals import Forbidden, Missing, Refused, sentence
from ..forms.directives import DirectiveFilterForm, DirectiveForm
from ..models import Directive
from ..queries.access import visible_tasks
from ..queries.directives import get_directive, list_directives
from ..queries.tasks import TaskFilter, tasks_of_directive, values_for_list
from ..services.directives import create_directive, update_directive
from ._errors import refusal_text
from ._load import allow
from ._login import account, now

blueprint = Blueprint("directives", __name__)


def _may_write(principal: Principal, directive: Directive) -> bool:
    """Whoever wrote it down, and planners of the same office."""
    if principal.role not in TABLE[Action.ASSIGN_TASKS]:
        return False
    same_office = principal.unit_id is not None and directive.unit_id == principal.unit_id
    return directive.created_by_id == principal.id or same_office


def _load(directive_id: int, action: Action) -> Directive:
    """404 without the directive, or when none of its tasks may be seen; 403 for who may not write it."""
    allow(Action.READ_TASKS)
    me = account().principal
    directive = get_directive(directive_id)
    writes = directive is not None and _may_write(me, directive)
    sees = writes or me.role is Role.ADMIN or me.role in TABLE[Action.ASSIGN_TASKS]
    if directive is None or not (sees or tasks_of_directive(visible_tasks(me), directive_id, most=1)):
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if action is Action.ASSIGN_TASKS and not writes:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    return directive


@blueprint.get("/directives")
def index() -> str:
    allow(Action.READ_TASKS)
    form, me = DirectiveFilterForm(request.args), account().principal
    everything = me.role is Role.ADMIN or me.role in TABLE[Action.ASSIGN_TASKS]
    page = list_directives(
        visible_tasks(me), everything=everything, words=form.words, page=form.page.data or 1
    )
    may_write = me.role in TABLE[Action.ASSIGN_TASKS]
    return render_template("directives/index.html", form=form, page=page, may_write=may_write)


@blueprint.get("/directives/<int:directive_id>")
def show(directive_id: int) -> str:
    directive = _load(directive_id, Action.READ_TASKS)
    me, day = account().principal, today(now())
    seen = visible_tasks(me)
    values = values_for_list(seen, TaskFilter(directive_id=directive_id))
    return render_template(
        "directives/page.html",
        directive=directive,
        rows=tasks_of_directive(seen, directive_id),
        counts=tasks.count(values, day),
        due=tasks.done_due_rate(values, day),
        today=day,
        may_write=_may_write(me, directive),
        may_assign=me.role in TABLE[Action.ASSIGN_TASKS],
    )


@blueprint.route("/directives/new", methods=["GET", "POST"])
def create() -> Response | str | tuple[str, int]:
    allow(Action.ASSIGN_TASKS)
    form = DirectiveForm()
    if request.method == "GET":
        return render_template("directives/edit.html", form=form, directive=None)
    if not form.validate_on_submit():
        return render_template("directives/edit.html", form=form, directive=None), 422
    try:
        directive_id = create_directive(form.text(), account().principal, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return render_template("directives/edit.html", form=form, directive=None), refusal.status
    flash(_("Đã lưu văn bản."), "ok")
    return redirect(url_for("directives.show", directive_id=directive_id), 303)


@blueprint.route("/directives/<int:directive_id>/edit", methods=["GET", "POST"])
def edit(directive_id: int) -> Response | str | tuple[str, int]:
    directive = _load(directive_id, Action.ASSIGN_TASKS)
    form = DirectiveForm(obj=directive)
    if request.method == "GET":
        return render_template("directives/edit.html", form=form, directive=directive)
    if not form.validate_on_submit():
        return render_template("directives/edit.html", form=form, directive=directive), 422
    try:
        update_directive(directive_id, form.text(), form.base_version, account().principal, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return render_template("directives/edit.html", form=form, directive=directive), refusal.status
    flash(_("Đã lưu văn bản."), "ok")
    return redirect(url_for("directives.show", directive_id=directive_id), 303)
