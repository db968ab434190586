"""/inspections/<id>/explanations: the unit answers the first round of scores, criterion by criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.answers import NO_ANSWER, AnswerState
from ..domain.checklists import Area, Checklist, Criterion
from ..domain.explanations import (
    NOT_EXPLAINED,
    Explanation,
    Progress,
    Stance,
    answered_of,
    needs_answer,
    progress_of,
)
from ..domain.inspections import Side, State, Step, allows, require_state, steps_for
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, Refused, sentence
from ..forms.explanations import AcceptForm, ExplainDueForm, ExplanationForm
from ..queries.access import InspectionCard
from ..queries.answers import answer_sheet
from ..queries.attachments import AttachmentLine, evidence_of_side
from ..queries.checklists import checklist_value
from ..queries.explanations import explanations_of
from ..services.explanations import (
    ExplanationText,
    accept_remaining,
    move_explanation_due,
    save_explanation,
)
from ._errors import refusal_text
from ._load import load_inspection
from ._login import account, now
from ._outbox import device_at

blueprint = Blueprint("explanations", __name__)

_ROUNDS = frozenset({State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH, State.THAM_DINH_LAN_2})


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the inputs of a row: the stored answer, or what was typed and refused with its faults."""

    stance: str = ""
    text: str = ""
    version: int = 0
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """One criterion of the page. ``theirs``: the other person's answer in a conflict; ``moved``: its points are others
    than those that were answered."""

    area: Area
    criterion: Criterion
    own: AnswerState
    verified: AnswerState
    said: Explanation
    needed: bool
    entry: Entry
    files: list[AttachmentLine] = field(default_factory=list)
    late: bool = False
    theirs: Explanation | None = None
    moved: bool = False

    @property
    def answered(self) -> bool:
        return self.said.holds(self.verified)

    @property
    def overtaken(self) -> bool:
        return self.said.overtaken(self.verified)

    @property
    def difference(self) -> int | None:
        if self.own.points is None or self.verified.points is None:
            return None
        return self.verified.points - self.own.points


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows in the checklist's order. ``send``: the step that hands the answers over, for who may take it."""

    rows: list[Row]
    progress: Progress
    writes: bool
    send: Step | None

    @property
    def needed(self) -> list[Row]:
        return [row for row in self.rows if row.needed]

    @property
    def others(self) -> list[Row]:
        return [row for row in self.rows if not row.needed]

    def row(self, code: str) -> Row:
        return next(row for row in self.rows if row.criterion.code == code)


def _load(inspection_id: int, action: Action = Action.READ_INSPECTION) -> InspectionCard:
    """The inspection, once its scores were published for explanation."""
    inspection = load_inspection(inspection_id, action)
    if not inspection.sees_verified:
        raise Forbidden(sentence("Đoàn chưa công bố điểm thẩm định để đơn vị giải trình."))
    return inspection


def _criterion(inspection: InspectionCard, code: str) -> Checklist:
    checklist = checklist_value(inspection.version_id)
    if code not in checklist.by_code:
        raise Missing(sentence("Bộ tiêu chí không có tiêu chí này."))
    return checklist


def _sheet(inspection: InspectionCard) -> Sheet:
    """Everything the page shows, in three SELECTs (the checklist itself is in the process's memory)."""
    checklist = checklist_value(inspection.version_id)
    found, said = answer_sheet(inspection.id, checklist, 1), explanations_of(inspection.id)
    files = evidence_of_side(inspection.id, Side.SELF)
    rows = []
    for area in checklist.areas:
        for criterion in area.criteria:
            own = found.own.get(criterion.id, NO_ANSWER)
            verified = found.verified.get(criterion.id, NO_ANSWER)
            answer = said.get(criterion.id, NOT_EXPLAINED)
            rows.append(
                Row(
                    area=area,
                    criterion=criterion,
                    own=own,
                    verified=verified,
                    said=answer,
                    needed=needs_answer(criterion, own, verified),
                    entry=_entry_of(answer, verified),
                    files=files.get(criterion.id, []),
                    late=answer.late(inspection.explain_due_on),
                )
            )
    progress = progress_of((row.criterion for row in rows if row.needed), answered_of(said, found.verified))
    writes = inspection.standing.may(Action.EXPLAIN) and allows(inspection.state, Action.EXPLAIN)
    steps = steps_for(inspection.state, inspection.standing.role, inspection.scoring, inspection.round)
    send = next((step for step in steps if step.to is State.DA_GIAI_TRINH), None)
    return Sheet(rows, progress, writes, send)


def _entry_of(said: Explanation, verified: AnswerState) -> Entry:
    """The stored answer; an agreement to another score is asked for again."""
    return Entry(said.stance if said.stance and said.holds(verified) else "", said.text, said.version)


@blueprint.get("/inspections/<int:inspection_id>/explanations")
def index(inspection_id: int) -> str:
    inspection = _load(inspection_id)
    sheet = _sheet(inspection)
    if not (
        inspection.state in _ROUNDS or inspection.explain_due_on or any(r.said.version for r in sheet.rows)
    ):
        raise Missing(sentence("Cuộc kiểm tra này không có bước giải trình."))
    return _page(inspection, sheet)


def _page(inspection: InspectionCard, sheet: Sheet) -> str:
    return render_template(
        "explanations/page.html",
        inspection=inspection,
        sheet=sheet,
        today=today(now()),
        left_only=request.args.get("show") == "left",
    )


@blueprint.post("/inspections/<int:inspection_id>/explanations/<code>")
def save(inspection_id: int, code: str) -> Response:
    inspection = _load(inspection_id, Action.EXPLAIN)
    checklist = _criterion(inspection, code)
    form = ExplanationForm()
    if not form.validate_on_submit():
        return _refused(inspection, code, form, 422)
    given = ExplanationText(Stance(form.stance.data), form.text.data, form.seen_version, form.seen_at)
    try:
        save_explanation(inspection.id, checklist, code, given, account().id, now(), device_at())
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _refused(inspection, code, form, refusal.status)
    if "HX-Request" in request.headers:
        sheet = _sheet(inspection)
        reply = render_template(
            "explanations/_reply.html",
            inspection=inspection,
            sheet=sheet,
            row=sheet.row(code),
            today=today(now()),
        )
        return make_response(reply)
    return redirect(url_for("explanations.index", inspection_id=inspection.id, _anchor=f"e-{code}"), 303)


def _refused(inspection: InspectionCard, code: str, form: ExplanationForm, status: int) -> Response:
    """What was typed stays in its row; another person's answer is replaced by a button of its own only, and points
    that are others by now stand there before anybody answers them."""
    sheet = _sheet(inspection)
    row = sheet.row(code)
    version = form.version.data or ""
    row.moved = bool(form.seen.errors)
    if status == Conflict.status and not row.moved:
        row.theirs = row.said
    row.entry = Entry(
        form.stance.data or "",
        form.text.data,
        int(version) if version.isdecimal() and len(version) < 10 else row.said.version,
        {name or "": faults for name, faults in form.errors.items()},
    )
    if "HX-Request" in request.headers:
        reply = render_template(
            "explanations/_reply.html",
            inspection=inspection,
            sheet=sheet,
            row=row,
            today=today(now()),
        )
        return make_response(reply, status)
    return make_response(_page(inspection, sheet), status)


@blueprint.post("/inspections/<int:inspection_id>/explanations/accept-remaining")
def accept(inspection_id: int) -> Response:
    inspection = _load(inspection_id, Action.EXPLAIN)
    form, checklist = AcceptForm(), checklist_value(inspection.version_id)
    try:
        if not form.validate_on_submit():
            raise Conflict(sentence("Trang này đã cũ, hãy tải lại."), field="seen")
        count = accept_remaining(inspection.id, checklist, account().id, now(), form.seen_at)
    except Conflict as refusal:
        if refusal.field != "seen":
            raise
        flash(refusal_text(refusal), "warn")
        return make_response(_page(inspection, _sheet(inspection)), refusal.status)
    if count:
        flash(_("Đã đồng ý với điểm thẩm định của %(count)s tiêu chí.", count=count), "ok")
    else:
        flash(_("Không còn tiêu chí nào chưa trả lời."))
    return redirect(url_for("explanations.index", inspection_id=inspection.id), 303)


@blueprint.route("/inspections/<int:inspection_id>/explanations/due", methods=["GET", "POST"])
def due(inspection_id: int) -> Response | str | tuple[str, int]:
    """The head gives the unit more time, or corrects a slip, without taking the publication back."""
    inspection = _load(inspection_id, Action.STEER_INSPECTION)
    require_state(inspection.state, Action.EXPLAIN)
    form = ExplainDueForm(due_on=inspection.explain_due_on)

    def page() -> str:
        return render_template("explanations/due.html", inspection=inspection, form=form)

    if request.method == "GET":
        return page()
    if not form.validate_on_submit():
        return page(), 422
    try:
        move_explanation_due(inspection.id, form.due_on.data, form.reason.data, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(_("Đã đổi hạn giải trình."), "ok")
    return redirect(url_for("inspections.show", inspection_id=inspection.id), 303)
