"""/inspections/<id>/follow-up: what an inspection asked for and what came of it; a re-inspection of what is left."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from ..documents.minutes import carried
from ..domain import access
from ..domain.access import require_impartial, require_other_unit
from ..domain.conclusions import may_conclude
from ..domain.inspections import InspectionKind, State
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, Refused, sentence
from ..domain.remedies import sees_the_place
from ..domain.task_steps import AT_THE_PLACE, Action, Side, allowed_steps
from ..domain.tasks import OPEN, Rate, Workflow
from ..forms.follow_up import ReinspectionForm, VerdictForm
from ..queries.access import InspectionCard
from ..queries.conclusions import conclusion_of
from ..queries.inherited import inherited_of
from ..queries.reinspections import delegations_to_send, units_to_reinspect
from ..queries.remedies import Line, lines_of, unsettled_tasks
from ..queries.task_past import with_past
from ..services.reinspections import Reinspection, begin_reinspection
from ..services.tasks import move_task
from ._decided import tell_decided
from ._errors import refusal_text
from ._load import load_inspection
from ._login import account, now
from ._tasks import sides_of

blueprint = Blueprint("follow_up", __name__)

# What the delegation says of a remedy, and the icon on it; all else is done on the task's own page.
VERDICTS: dict[Action, tuple[LazyString, str]] = {
    Action.CONFIRM: (_l("Đã khắc phục"), "circle-check"),
    Action.RETURN: (_l("Chưa đạt"), "arrow-back-up"),
    Action.SETTLE: (_l("Đã khắc phục (ghi nhận tại chỗ)"), "circle-check"),
    Action.UNMET: (_l("Chưa đạt (ghi nhận tại chỗ)"), "arrow-back-up"),
}


@blueprint.get("/inspections/<int:inspection_id>/follow-up")
def show(inspection_id: int) -> str:
    return _page(load_inspection(inspection_id))


@blueprint.post("/inspections/<int:inspection_id>/follow-up/<int:task_id>/<action>")
def judge(inspection_id: int, task_id: int, action: str) -> Response | tuple[str, int]:
    """«Đã khắc phục» or «chưa đạt» without leaving the board."""
    card = load_inspection(inspection_id)
    require_impartial(card.standing)
    sides = sides_of(card.standing)
    if Side.ASSIGNER not in sides:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    chosen = next((known for known in VERDICTS if known == action.replace("-", "_")), None)
    line = next((line for line in lines_of(inspection_id) if line.task_id == task_id), None)
    if chosen is None or line is None or line.handed_on(inspection_id):
        raise Missing(sentence("Không tìm thấy nội dung này."))
    require_other_unit(account().principal, line.unit_id)
    form = VerdictForm(chosen, task_id)
    if not form.validate_on_submit():
        return _page(card, form), 422
    try:
        move_task(task_id, form.hop(), sides, form.version.data or 0, account().principal, now())
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(card, form), refusal.status
    tell_decided(_("Đã ghi: %(what)s.", what=VERDICTS[chosen][0]), [(task_id, line.title)])
    return redirect(url_for("follow_up.show", inspection_id=inspection_id, _anchor=f"task-{task_id}"), 303)


def _page(card: InspectionCard, tried: VerdictForm | None = None) -> str:
    lines, day, conclusion = with_past(lines_of(card.id)), today(now()), conclusion_of(card.id)
    judges = Side.ASSIGNER in sides_of(card.standing) and not card.standing.judges_own_unit
    live = [line for line in lines if line.workflow is not Workflow.CANCELLED]
    again = card.kind is InspectionKind.PHUC_TRA
    left = sum(not line.settled(card.id) for line in lines)
    plans = card.standing.may(access.Action.WRITE_PLAN) and not card.standing.judges_own_unit
    return render_template(
        "follow_up/page.html",
        inspection=card,
        lines=lines,
        inherited={line.task_id: told for line, told in inherited_of(card.id, lines)} if again else {},
        carried=carried,
        conclusion=conclusion,
        forms={line.task_id: _forms(card, line, tried) for line in lines if judges},
        verdicts=VERDICTS,
        tried=tried,
        done=Rate(sum(line.workflow is Workflow.DONE for line in live), len(live)),
        left=left,
        waits_for_visit=judges
        and left > 0
        and again
        and card.state not in {State.KET_THUC, State.HUY}
        and not sees_the_place(card.state),
        handed_on=sum(line.handed_on(card.id) and line.workflow in OPEN for line in lines),
        today=day,
        may_conclude=card.standing.may(access.Action.ASSIGN_TASKS)
        and not card.standing.judges_own_unit
        and may_conclude(card.state, conclusion is not None),
        may_reinspect=plans and left > 0 and card.state is State.THEO_DOI_KHAC_PHUC,
        may_end=card.standing.may(access.Action.STEER_INSPECTION)
        and left == 0
        and card.state is State.THEO_DOI_KHAC_PHUC,
    )


def _forms(card: InspectionCard, line: Line, tried: VerdictForm | None) -> list[VerdictForm]:
    """A form for each verdict of now; the ``tried`` one keeps what was typed. At the place one press is enough."""
    if line.handed_on(card.id) or account().principal.works_in(line.unit_id):
        return []
    reinspected = line.reinspection_id is not None and sees_the_place(card.state)
    steps = allowed_steps(line.workflow, (Side.ASSIGNER,), reinspected=reinspected)
    actions = [step.action for step in steps if step.action in VERDICTS]
    if line.workflow is Workflow.AWAITING:
        actions = [action for action in actions if action not in AT_THE_PLACE]
    if tried is not None and tried.task_id == line.task_id and tried.action not in actions:
        actions.append(tried.action)
    forms = []
    for action in actions:
        mine = tried is not None and (tried.task_id, tried.action) == (line.task_id, action)
        form = tried if tried is not None and mine else VerdictForm(action, line.task_id, formdata=None)
        form.version.data = line.version
        forms.append(form)
    return forms


@blueprint.route("/inspections/<int:inspection_id>/reinspection", methods=["GET", "POST"])
def reinspect(inspection_id: int) -> Response | str | tuple[str, int]:
    card = load_inspection(inspection_id, access.Action.WRITE_PLAN)
    require_impartial(card.standing)
    if card.state is not State.THEO_DOI_KHAC_PHUC:
        raise Conflict(sentence("Chỉ phúc tra khi đang theo dõi khắc phục."))
    left, day = len(unsettled_tasks(inspection_id)), today(now())
    form = ReinspectionForm(
        data={
            "delegation": card.delegation_id,
            "inspected_on": day,
            "period_from": card.inspected_on,
            "period_to": day,
        }
    )
    form.offer(
        delegations_to_send(account().principal, card.campaign_kind), units_to_reinspect(card.unit_id, day)
    )

    def page() -> str:
        return render_template("follow_up/reinspection.html", inspection=card, form=form, left=left)

    if request.method == "GET":
        return page()
    if not form.validate_on_submit():
        return page(), 422
    try:
        unit_id = form.unit.data if "unit" in form else None
        wanted = Reinspection(form.text(), form.delegation.data, unit_id, form.scoring.data)
        new_id = begin_reinspection(inspection_id, wanted, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(
        ngettext(
            "Đã lập cuộc phúc tra, %(num)s nội dung được chuyển sang.",
            "Đã lập cuộc phúc tra, %(num)s nội dung được chuyển sang.",
            left,
        ),
        "ok",
    )
    return redirect(url_for("follow_up.show", inspection_id=new_id), 303)
