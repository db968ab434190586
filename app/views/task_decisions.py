"""/tasks/confirm: every report that waits for this person's word, confirmed or returned many at once."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.periods import today
from ..domain.refusals import Conflict, Invalid
from ..domain.task_board import Undecided
from ..domain.task_many import ANSWERS
from ..domain.task_steps import Action as Step
from ..forms.many_tasks import RequestsForm
from ..forms.many_tasks import Row as RequestRow
from ..forms.task_decisions import DecisionsForm, Row
from ..queries.access import decided_tasks, visible_tasks
from ..queries.task_board import titles_of, waiting_reports
from ..queries.task_requests import waiting_requests
from ..services.many_tasks import answer_requests
from ..services.tasks import decide_tasks
from ..vietnamese import date_short
from ._decided import tell_confirmed
from ._errors import refusal_text
from ._load import allow
from ._login import account, now

blueprint = Blueprint("task_decisions", __name__)

# In the order of ANSWERS: yes to all requests, or no.
_ANSWER_ALL = ("dong_y", "khong_dong_y")


@blueprint.get("/tasks/confirm")
def show() -> str:
    allow(Action.READ_TASKS)
    return _page(DecisionsForm())


@blueprint.post("/tasks/confirm")
def decide() -> Response | tuple[str, int]:
    """All or nothing: 422 or 409 with everything typed when one of them cannot be decided now."""
    allow(Action.READ_TASKS)
    form = DecisionsForm()
    rows = form.read_rows(request.form)
    if not form.validate_on_submit():
        return _page(form, rows), 422
    decisions = form.take(rows)
    if decisions is None:
        return _page(form, rows), 422
    titles = titles_of(visible_tasks(account().principal), [one.task_id for one in decisions])
    try:
        decide_tasks(decisions, account().principal, now())
    except Undecided as refusal:
        form.refuse(refusal_text(refusal))
        _say_at_rows(rows, refusal)
        return _page(form, rows), refusal.status
    except Invalid as refusal:
        form.refuse(refusal_text(refusal))
        return _page(form, rows), refusal.status
    confirmed = [(one.task_id, titles[one.task_id]) for one in decisions if one.confirm]
    if confirmed:
        tell_confirmed(confirmed)
    returned = len(decisions) - len(confirmed)
    if returned:
        flash(
            ngettext(
                "Đã trả lại %(number)s nhiệm vụ kèm lý do.",
                "Đã trả lại %(number)s nhiệm vụ kèm lý do.",
                returned,
                number=returned,
            ),
            "ok",
        )
    return redirect(url_for("task_decisions.show"), 303)


@blueprint.post("/tasks/confirm/requests")
def answer() -> Response | tuple[str, int]:
    """Requests for more time and refusals, all or nothing, as the reports above."""
    allow(Action.READ_TASKS)
    form = RequestsForm()
    rows = form.read_rows(request.form)
    if not form.validate_on_submit():
        return _page(DecisionsForm(), None, form, rows), 422
    answers = form.take(rows)
    if answers is None:
        return _page(DecisionsForm(), None, form, rows), 422
    try:
        answer_requests(answers, account().principal, now())
    except Undecided as refusal:
        form.refuse(refusal_text(refusal))
        _say_at_rows(rows, refusal)
        return _page(DecisionsForm(), None, form, rows), refusal.status
    except Invalid as refusal:
        form.refuse(refusal_text(refusal))
        return _page(DecisionsForm(), None, form, rows), refusal.status
    flash(
        ngettext(
            "Đã trả lời %(number)s đề nghị.",
            "Đã trả lời %(number)s đề nghị.",
            len(answers),
            number=len(answers),
        ),
        "ok",
    )
    return redirect(url_for("task_decisions.show"), 303)


def _page(
    form: DecisionsForm,
    typed: dict[int, Row] | None = None,
    wish_form: RequestsForm | None = None,
    answered: dict[int, RequestRow] | None = None,
) -> str:
    """The reports that wait; after a refusal those of the page that was sent, with what was typed."""
    me = account().principal
    page = waiting_reports(decided_tasks(me), request.args.get("page", 1, type=int), typed)
    waiting = {one.id for one in page.rows}
    gone = [
        row for row in (typed or {}).values() if row.task_id not in waiting and (row.errors or row.reason)
    ]
    # Without a choice of the person's own: «?choose=xac_nhan» ticks every report for a last look.
    chosen = Step.CONFIRM.value if request.args.get("choose") == Step.CONFIRM and not typed else ""
    rows = {
        one.id: (typed or {}).get(one.id) or Row(one.id, choice="" if one.reporter_id == me.id else chosen)
        for one in page.rows
    }
    wishes = waiting_requests(decided_tasks(me))
    known = answered or {}
    # «?answer=dong_y» picks the same answer everywhere for a last look, as «choose» does above.
    answer = request.args.get("answer", "") if not answered else ""
    if answer not in _ANSWER_ALL:
        answer = ""
    # Taken back or answered by others meanwhile: what was said of it has no row any more.
    wished = {one.id for one in wishes.rows}
    lost = [row for row in known.values() if row.task_id not in wished and row.errors]
    ids = [row.task_id for row in gone] + [row.task_id for row in lost]
    return render_template(
        "tasks/confirm.html",
        wishes=wishes,
        wish_form=wish_form or RequestsForm(formdata=None),
        wish_gone=lost,
        answer=answer,
        wish_rows={
            one.id: known.get(one.id)
            or RequestRow(
                one.id,
                choice=ANSWERS[one.action][_ANSWER_ALL.index(answer)] if answer else "",
                due=date_short(one.wanted) if one.wanted else "",
            )
            for one in wishes.rows
        },
        form=form,
        page=page,
        rows=rows,
        wrong=[id_ for id_, row in rows.items() if row.errors],
        gone=gone,
        gone_titles=titles_of(visible_tasks(me), ids) if ids else {},
        me=me.id,
        chosen=chosen,
        today=today(now()),
        sent=bool(typed),
        empty_words=_("Khi đơn vị báo cáo hoàn thành một nhiệm vụ bên bạn giao, báo cáo sẽ hiện ở đây."),
    )


def _say_at_rows(rows: Mapping[int, Row] | Mapping[int, RequestRow], refusal: Undecided) -> None:
    """What somebody else changed meanwhile is looked at anew; the other ticks stay."""
    for id_, fault in refusal.faults.items():
        if isinstance(fault, Conflict):
            rows[id_].choice = ""
        rows[id_].errors.append(refusal_text(fault))
