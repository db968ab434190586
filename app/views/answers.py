"""/inspections/<id>/answers/<criterion>: saving one score, and the card of one criterion by itself."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ..domain.access import Action
from ..domain.checklists import Area, Checklist, Criterion
from ..domain.inspections import Side, require_state
from ..domain.refusals import Forbidden, Invalid, Missing, sentence
from ..forms.answers import AnswerForm
from ..queries.access import InspectionCard
from ..queries.answers import answer_sheet, changes_of
from ..queries.checklists import checklist_value
from ..queries.delegations import scorers_of
from ..services.answers import (
    Author,
    Recorded,
    approve_not_applicable,
    mark_area_not_applicable,
    record_answer,
)
from ._door import device_name
from ._errors import refusal_text
from ._evidence import criterion_evidence
from ._load import load_inspection
from ._login import account, now
from ._score import (
    Card,
    Entry,
    card_on,
    card_words,
    earlier_for,
    explained_for,
    lacking_of,
    one_card,
    require_right,
    total_of,
    wanted_side,
)

blueprint = Blueprint("answers", __name__)


def _load(inspection_id: int, code: str) -> tuple[InspectionCard, Checklist, Area, Criterion]:
    inspection = load_inspection(inspection_id)
    checklist = checklist_value(inspection.version_id)
    if code not in checklist.by_code:
        raise Missing(sentence("Bộ tiêu chí không có tiêu chí này."))
    return inspection, checklist, *checklist.by_code[code]


@blueprint.get("/inspections/<int:inspection_id>/answers/<code>")
def show(inspection_id: int, code: str) -> str:
    inspection, checklist, _area, criterion = _load(inspection_id, code)
    side = wanted_side(inspection)
    card = _stored_card(inspection, checklist, criterion, side)
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return render_template("score/_card.html", w=card_words(), card=card, inspection=inspection)
    return _single(inspection, card)


@blueprint.post("/inspections/<int:inspection_id>/answers/<code>")
def save(inspection_id: int, code: str) -> BaseResponse:
    inspection, checklist, area, criterion = _load(inspection_id, code)
    form = AnswerForm()
    form.validate()
    side = _require_area(inspection, form, area)
    try:
        op = form.operation(criterion.rule)
        recorded = record_answer(inspection.id, checklist, code, op, _author(inspection, area), now())
    except Invalid as refusal:
        return _refused(inspection, checklist, criterion, side, form, refusal)
    card = one_card(inspection, checklist, code, side, recorded.mine, recorded.other, recorded.first)
    if not request.headers.get("X-Requested-With"):
        return _plain_reply(inspection, card, recorded, form)
    ids = recorded.lacking - {criterion.id}
    if card.gap and card.gap.wants_reason:
        ids |= {criterion.id}
    reply = render_template(
        "score/_conflict.html" if recorded.conflict else "score/_saved.html",
        w=card_words(),
        inspection=inspection,
        card=card,
        sums=recorded.sums,
        total=total_of(recorded.sums, inspection, checklist),
        # The tapped criterion's own area is on every page that sends it.
        lacking=lacking_of(inspection, checklist, ids, side, area.code),
        round=recorded.round,
        late=recorded.round > op.round,
        who=_changer(recorded, card, late=recorded.round > op.round),
    )
    response = make_response(reply, 409 if recorded.conflict else 200)
    # A captive portal answers 200 too; only our answer repeats the operation's name.
    response.headers["Soat-Op"] = op.op_id
    return response


def _changer(recorded: Recorded, card: Card, late: bool = False) -> str:
    """Whose the answer is that stands, as who meets it in a conflict is told."""
    if recorded.changed_by is None:  # loaded, not given here: no change is on record
        return card.mine.by
    if recorded.changed_by.id != account().id:
        return recorded.changed_by.title
    # Carried over from the round before, it was not given anywhere else.
    return _("bạn") if late else _("bạn, trên thiết bị khác")


def _author(inspection: InspectionCard, area: Area) -> Author:
    me, standing = account(), inspection.standing
    return Author(
        me.id, me.title, standing.may(Action.APPROVE_NA), standing.scores_over(area.code), device_name()
    )


def _require_area(inspection: InspectionCard, form: AnswerForm, area: Area) -> Side:
    """403 when the side or the area is not this person's, 409 when the state forbids it now."""
    side = Side.SELF if form.side.data == Side.SELF else Side.VERIFIED
    require_right(inspection, side)
    if side is Side.VERIFIED and not inspection.standing.may_score_area(area.code):
        # The area may have been given to somebody else while the tablet was away: it is said to whom.
        if who := ", ".join(scorers_of(inspection.delegation_id, area.code)):
            text = sentence("Lĩnh vực này không được phân công cho bạn; người chấm hiện nay: %(who)s.")
            raise Forbidden(text, who=who)
        raise Forbidden(sentence("Lĩnh vực này không được phân công cho bạn."))
    # A tap that was sent before may come again after the state moved on; the service knows.
    if not form.op_id.data:
        require_state(inspection.state, Action.SCORE_SELF if side is Side.SELF else Action.SCORE_VERIFIED)
    return side


def _stored_card(inspection: InspectionCard, checklist: Checklist, criterion: Criterion, side: Side) -> Card:
    answers = answer_sheet(inspection.id, checklist, inspection.shown_round)
    card = card_on(inspection, checklist, answers, criterion.code, side)
    card.explained = explained_for(inspection, side).get(criterion.id)
    card.earlier = earlier_for(inspection).get(criterion.code, ())
    return card


def _single(inspection: InspectionCard, card: Card) -> str:
    shown = inspection.shown_round if inspection.sees_verified else 0
    changes = [
        change
        for change in changes_of(inspection.id, card.criterion.id)
        if change.side is Side.SELF or change.round <= shown
    ]
    evidence = criterion_evidence(inspection, card.area, card.criterion)
    card.files = sum(len(block.files) for block in evidence)
    return render_template(
        "score/criterion.html",
        w=card_words(),
        inspection=inspection,
        card=card,
        changes=changes,
        evidence=evidence,
    )


def _refused(
    inspection: InspectionCard,
    checklist: Checklist,
    criterion: Criterion,
    side: Side,
    form: AnswerForm,
    refusal: Invalid,
) -> Response:
    """422 with the sentence at its field; a page without scripts gets back all that was typed."""
    faults: Mapping[str, str] = {refusal.field or "value": refusal_text(refusal)}
    if request.headers.get("X-Requested-With"):
        return make_response(
            render_template("score/_fault.html", code=criterion.code, field=refusal.field, faults=faults), 422
        )
    card = _stored_card(inspection, checklist, criterion, side)
    card.entry, card.faults = _typed(form), faults
    return make_response(_single(inspection, card), 422)


def _typed(form: AnswerForm) -> Entry:
    return Entry(
        yes=form.yes.data or "",
        level=form.level.data or "",
        numerator=form.numerator.data or "",
        denominator=form.denominator.data or "",
        faults=form.faults.data or "",
        points=form.points.data or "",
        not_applicable=bool(form.not_applicable.data),
        na_reason=form.na_reason.data,
        reason=form.reason.data,
        note=form.note.data,
    )


def _plain_reply(
    inspection: InspectionCard, card: Card, recorded: Recorded, form: AnswerForm
) -> BaseResponse:
    """For a browser without scripts: back to the card's place, or a page with both answers."""
    if recorded.conflict:
        page = render_template(
            "score/conflict.html",
            inspection=inspection,
            card=card,
            typed=_typed(form),
            round=recorded.round,
            who=_changer(recorded, card),
        )
        return make_response(page, 409)
    place = url_for("score.show", inspection_id=inspection.id, side=card.side, area=card.area.code)
    return redirect(f"{place}#c-{card.criterion.code}", 303)


@blueprint.post("/inspections/<int:inspection_id>/answers/<code>/approve-na")
def approve_na(inspection_id: int, code: str) -> BaseResponse:
    inspection = load_inspection(inspection_id, Action.APPROVE_NA)
    checklist = checklist_value(inspection.version_id)
    if code not in checklist.by_code:
        raise Missing(sentence("Bộ tiêu chí không có tiêu chí này."))
    author = Author(account().id, account().title, True)
    approve_not_applicable(inspection.id, checklist, code, author, now())
    area, _criterion = checklist.by_code[code]
    place = url_for("score.show", inspection_id=inspection.id, side=Side.VERIFIED, area=area.code)
    return redirect(f"{place}#c-{code}", 303)


@blueprint.post("/inspections/<int:inspection_id>/areas/<code>/not-applicable")
def area_not_applicable(inspection_id: int, code: str) -> BaseResponse:
    """The whole area, with one reason."""
    inspection = load_inspection(inspection_id)
    checklist = checklist_value(inspection.version_id)
    if code not in checklist.areas_by_code:
        raise Missing(sentence("Bộ tiêu chí không có lĩnh vực này."))
    form = AnswerForm()
    form.validate()
    side = _require_area(inspection, form, checklist.areas_by_code[code])
    if form.na_reason.errors:
        raise Invalid(str(form.na_reason.errors[0]), field="na_reason")
    author = _author(inspection, checklist.areas_by_code[code])
    reason, round_ = form.na_reason.data, form.round_number()
    mark_area_not_applicable(inspection.id, checklist, code, side, reason, author, now(), round_)
    place = url_for("score.show", inspection_id=inspection.id, side=side)
    return redirect(f"{place}#area-{code}", 303)
