"""/inspections/<id>/signoffs: members confirm the result of their areas or disagree, the head decides."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.checklists import Area, Checklist
from ..domain.inspections import Side
from ..domain.refusals import Forbidden, Missing, Refused, sentence
from ..domain.signoffs import Decision, SignState
from ..forms.signoffs import DecisionForm, OpinionForm
from ..queries.access import InspectionCard
from ..queries.answers import area_sums
from ..queries.checklists import checklist_value
from ..queries.delegations import members_of
from ..services.signoffs import decide_opinion, record_opinion, sign_area, withdraw_signoff
from ._errors import refusal_text
from ._labels import choices
from ._load import load_inspection
from ._login import account, now
from ._signoffs import area_lines

blueprint = Blueprint("signoffs", __name__)


@blueprint.get("/inspections/<int:inspection_id>/signoffs")
def index(inspection_id: int) -> str:
    card, checklist = _load(inspection_id, Action.READ_SIGNOFFS)
    return _page(card, checklist)


@blueprint.post("/inspections/<int:inspection_id>/signoffs/<code>")
def sign(inspection_id: int, code: str) -> Response | tuple[str, int]:
    """Confirms an area; the form may carry a divergent opinion."""
    card, checklist, area = _load_area(inspection_id, code)
    form = _opinion_form(area)
    # A member who was given other areas meanwhile is told so before anything else.
    if not card.standing.may_sign_area(code):
        raise Forbidden(sentence("Lĩnh vực này không được phân công cho bạn."))

    def verb() -> None:
        sign_area(inspection_id, checklist, code, form.sent, account().id, now())

    return _save(card, checklist, area, form, verb, _("Đã xác nhận kết quả lĩnh vực %(code)s.", code=code))


@blueprint.post("/inspections/<int:inspection_id>/signoffs/<code>/withdraw")
def withdraw(inspection_id: int, code: str) -> Response | tuple[str, int]:
    """One's own word may always be taken back until the scores are locked."""
    card, checklist, area = _load_area(inspection_id, code)
    form = _opinion_form(area)

    def verb() -> None:
        withdraw_signoff(inspection_id, checklist, code, account().id, now())

    return _save(card, checklist, area, form, verb, _("Đã rút xác nhận lĩnh vực %(code)s.", code=code))


@blueprint.post("/inspections/<int:inspection_id>/signoffs/<code>/opinion")
def opinion(inspection_id: int, code: str) -> Response | tuple[str, int]:
    """A divergent opinion without a sign-off, on any area."""
    card, checklist, area = _load_area(inspection_id, code)
    form = _opinion_form(area)

    def verb() -> None:
        record_opinion(inspection_id, checklist, code, form.opinion.data, account().id, now())

    words = _("Đã ghi ý kiến khác về lĩnh vực %(code)s.", code=code)
    if not form.opinion.data:
        words = _("Đã bỏ ý kiến khác về lĩnh vực %(code)s.", code=code)
    return _save(card, checklist, area, form, verb, words)


@blueprint.post("/inspections/<int:inspection_id>/opinions/<int:signoff_id>/decision")
def decide(inspection_id: int, signoff_id: int) -> Response | tuple[str, int]:
    card, checklist = _load(inspection_id, Action.DECIDE_OPINION)
    form = _decision_form(signoff_id)
    if not form.validate_on_submit():
        return _page(card, checklist, decision=(signoff_id, form)), 422
    try:
        decide_opinion(
            inspection_id,
            signoff_id,
            form.version.number,
            Decision(form.decision.data),
            form.reason.data,
            card.standing.role,
            account().id,
            now(),
        )
    except Missing:
        raise
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(card, checklist, decision=(signoff_id, form)), refusal.status
    flash(_("Đã ghi quyết định."), "ok")
    return redirect(
        url_for("signoffs.index", inspection_id=inspection_id, _anchor=f"opinion-of-{signoff_id}"), 303
    )


def _load(inspection_id: int, action: Action) -> tuple[InspectionCard, Checklist]:
    card = load_inspection(inspection_id, action)
    if not card.scoring:
        raise Missing(sentence("Cuộc kiểm tra, giám sát này không chấm điểm."))
    return card, checklist_value(card.version_id)


def _load_area(inspection_id: int, code: str) -> tuple[InspectionCard, Checklist, Area]:
    card, checklist = _load(inspection_id, Action.SIGN_AREA)
    if code not in checklist.areas_by_code:
        raise Missing(sentence("Bộ tiêu chí không có lĩnh vực này."))
    return card, checklist, checklist.areas_by_code[code]


def _save(
    card: InspectionCard,
    checklist: Checklist,
    area: Area,
    form: OpinionForm,
    verb: Callable[[], None],
    words: str,
) -> Response | tuple[str, int]:
    if not form.validate_on_submit():
        return _page(card, checklist, opinion=(area.code, form)), 422
    try:
        verb()
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(card, checklist, opinion=(area.code, form)), refusal.status
    flash(words, "ok")
    place = url_for("signoffs.index", inspection_id=card.id)
    return redirect(f"{place}#area-{area.id}", 303)


def _opinion_form(area: Area, **start: object) -> OpinionForm:
    """Several stand on the page: each has ids of its own."""
    form = OpinionForm(**start)
    _rename(form.opinion, f"opinion-{area.id}")
    return form


def _decision_form(signoff_id: int, **start: object) -> DecisionForm:
    form = DecisionForm(**start)
    form.decision.choices = [("", _("Chọn quyết định")), *choices(Decision)]
    for field in (form.decision, form.reason, form.version):
        _rename(field, f"{field.name}-{signoff_id}")
    form.reason.flags.required = True
    return form


def _rename(field: object, id_: str) -> None:
    field.id = field.label.field_id = id_  # type: ignore[attr-defined]


def _page(
    card: InspectionCard,
    checklist: Checklist,
    opinion: tuple[str, OpinionForm] | None = None,
    decision: tuple[int, DecisionForm] | None = None,
) -> str:
    """``opinion`` and ``decision``: the form that was refused, with what was typed."""
    members = members_of(card.delegation_id)
    sums = area_sums(card.id, Side.VERIFIED, checklist, card.round)
    lines = area_lines(card, checklist, sums, members, account().id)
    opinions = {
        line.area.code: _opinion_form(
            line.area, formdata=None, opinion=line.mine.opinion if line.mine else ""
        )
        for line in lines
    }
    decisions = {
        said.id: _decision_form(
            said.id,
            formdata=None,
            version=said.version,
            decision=said.decision,
            reason=said.decision_reason,
        )
        for line in lines
        for said in line.opinions
        if line.decides
    }
    if opinion is not None:
        opinions[opinion[0]] = opinion[1]
    if decision is not None and decision[0] in decisions:
        # What was decided on must be read anew: the form is of the opinion that now stands there.
        decision[1].version.raw_data, decision[1].version.data = None, decisions[decision[0]].version.data
        decisions[decision[0]] = decision[1]
    return render_template(
        "signoffs/index.html",
        inspection=card,
        lines=lines,
        opinions=opinions,
        decisions=decisions,
        signed=sum(line.given and not line.missing for line in lines),
        given=sum(line.given for line in lines),
        me=account().id,
        SIGNED=SignState.SIGNED,
        may_assign=card.standing.may(Action.WRITE_PLAN),
    )
