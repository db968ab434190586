"""/tasks/many/…: one act on the tasks that were ticked; /directives/…/cancel: the way back from a directive."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain.access import TABLE
from ..domain.access import Action as Deed
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Invalid, sentence
from ..domain.task_board import Undecided
from ..domain.task_many import MANY, MOST_AT_ONCE
from ..domain.task_steps import STEP_OF, Action, Hop, Side
from ..forms._chosen import read_id
from ..forms.many_tasks import CancelAllForm, ManyForm, read_versions
from ..models import Directive
from ..queries.access import decided_tasks, visible_tasks
from ..queries.task_requests import Left, chosen_tasks, count_new, left_of_directive, new_tasks, to_accept
from ..queries.tasks import Seen, TaskRow
from ..services.many_tasks import act_on_tasks, cancel_of_directive
from ._directives import load_directive
from ._errors import refusal_text
from ._load import allow
from ._login import account, now
from ._many_acts import WORDS, act_of
from ._return import page_inside

blueprint = Blueprint("task_many", __name__)


def fits(act: Action, row: TaskRow) -> bool:
    """Whether the task allows the act now; more time is given only where there is a due date."""
    dated = act is not Action.EXTEND or row.due_current is not None
    return row.workflow in STEP_OF[act].start and dated


def _theirs(act: Action) -> Seen | None:
    """What the person may act on; none: nothing."""
    me = account().principal
    if MANY[act] is Side.ASSIGNER:
        return decided_tasks(me)
    if me.role in TABLE[Deed.REPORT_TASKS] and me.unit_id is not None:
        return to_accept(me.unit_id, today(now()))
    return None


@blueprint.get("/tasks/many/<act>")
def show(act: str) -> str:
    """The ticked tasks with what is asked about them; to accept, without a tick, all that are new."""
    allow(Deed.READ_TASKS)
    chosen = act_of(act)
    ids = {id_ for id_ in map(read_id, request.args.getlist("task")[:MOST_AT_ONCE]) if id_}
    form = ManyForm(chosen)
    form.next.data = request.args.get("next", "")
    return _page(chosen, form, ids)


@blueprint.post("/tasks/many/<act>")
def act(act: str) -> Response | tuple[str, int]:
    """All or none: 422 or 409 with what was typed when one of them does not allow it now."""
    allow(Deed.READ_TASKS)
    chosen, form = act_of(act), ManyForm(act_of(act))
    ticked = {id_ for id_ in map(read_id, request.form.getlist("task")) if id_}
    versions = read_versions(request.form)
    if not form.validate_on_submit():
        return _page(chosen, form, set(versions), ticked), 422
    hop = Hop(chosen, form.reason, due=form.day)
    sent = [(id_, version) for id_, version in versions.items() if id_ in ticked]
    try:
        act_on_tasks(hop, sent, account().principal, now())
    except Undecided as refusal:
        form.refuse(refusal_text(refusal))
        errors = {id_: refusal_text(fault) for id_, fault in refusal.faults.items()}
        # What somebody else changed meanwhile is looked at anew; the other ticks stay.
        ticked -= {id_ for id_, fault in refusal.faults.items() if isinstance(fault, Conflict)}
        return _page(chosen, form, set(versions), ticked, errors), refusal.status
    except Invalid as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(chosen, form, set(versions), ticked), refusal.status
    flash(str(WORDS[chosen].done) % {"n": len(sent)}, "ok")
    return redirect(page_inside(form.next.data) or url_for("tasks.index"), 303)


def _page(
    chosen: Action,
    form: ManyForm,
    ids: set[int],
    ticked: set[int] | None = None,
    errors: Mapping[int, str] | None = None,
) -> str:
    me, condition = account().principal, _theirs(chosen)
    rows: tuple[TaskRow, ...] = ()
    if condition is not None and ids:
        rows = chosen_tasks(visible_tasks(me), condition, ids)
    elif condition is not None and chosen is Action.ACCEPT and me.unit_id is not None:
        rows = new_tasks(me.unit_id, today(now()))
    good = [row for row in rows if fits(chosen, row)]
    # More that is new than one page holds: all of it is accepted from a page without ticks.
    more = 0
    if chosen is Action.ACCEPT and not ids and len(rows) == MOST_AT_ONCE and me.unit_id is not None:
        more = count_new(me.unit_id, today(now()))
    return render_template(
        "tasks/many.html",
        form=form,
        act=chosen.value.replace("_", "-"),
        words=WORDS[chosen],
        rows=good,
        left_out=[row for row in rows if not fits(chosen, row)],
        ticked={row.id for row in good} if ticked is None else ticked,
        errors=errors or {},
        today=today(now()),
        danger=chosen is Action.CANCEL,
        more=more,
    )


@blueprint.get("/directives/<int:directive_id>/cancel")
def ask_cancel(directive_id: int) -> str:
    directive, left = _left(directive_id)
    return _cancel_page(directive, left, CancelAllForm())


@blueprint.post("/directives/<int:directive_id>/cancel")
def cancel(directive_id: int) -> Response | tuple[str, int]:
    """Every task of the directive that is not done, of all units: all of them, or none."""
    directive, left = _left(directive_id)
    form = CancelAllForm()
    if not form.validate_on_submit():
        return _cancel_page(directive, left, form), 422
    try:
        number = cancel_of_directive(
            directive_id, form.text.data or "", form.number, account().principal, now()
        )
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        directive, left = _left(directive_id)
        return _cancel_page(directive, left, form), refusal.status
    flash(str(WORDS[Action.CANCEL].done) % {"n": number}, "ok")
    return redirect(url_for("directives.show", directive_id=directive_id), 303)


def _left(directive_id: int) -> tuple[Directive, Left]:
    """403 for who steers none of its tasks, and when none is left."""
    directive = load_directive(directive_id, Deed.READ_TASKS)
    left = left_of_directive(directive_id, decided_tasks(account().principal))
    if not left.tasks:
        raise Forbidden(sentence("Văn bản này không có nhiệm vụ chưa xong nào do bên bạn giao."))
    return directive, left


def _cancel_page(directive: Directive, left: Left, form: CancelAllForm) -> str:
    form.shown.data = str(left.tasks)
    return render_template("directives/cancel.html", directive=directive, left=left, form=form)
