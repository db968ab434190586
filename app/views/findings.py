"""/inspections/<id>/findings: what was found."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.checklists import Area, Checklist, Criterion
from ..domain.inspections import Direction, FindingKind, Severity, allows
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, sentence
from ..forms.findings import FindingForm, MoveForm
from ..models import Finding
from ..queries.access import InspectionCard
from ..queries.attachments import evidence_of_findings
from ..queries.checklists import checklist_value
from ..queries.findings import finding_of_op, findings_of, get_finding, recommendations_of
from ..queries.repeats import earlier_shortcomings
from ..services.findings import (
    FindingText,
    RecommendationText,
    add_finding,
    change_finding,
    remove_finding,
)
from ._errors import refusal_text
from ._evidence import finding_evidence
from ._load import load_inspection
from ._login import account, now
from ._outbox import device_at, echo, is_from_outbox, refuse_field, refused_fields
from ._written import corrected_of, own_operation, sent_of, theirs

blueprint = Blueprint("findings", __name__)


@blueprint.get("/inspections/<int:inspection_id>/findings")
def index(inspection_id: int) -> str:
    inspection = load_inspection(inspection_id)
    until = inspection.shown_until
    recommendations = recommendations_of(inspection.id, until)
    if not inspection.sees_verified:
        recommendations = [r for r in recommendations if r.direction is Direction.TO_SUPERIOR]
    return render_template(
        "findings/page.html",
        inspection=inspection,
        checklist=checklist_value(inspection.version_id),
        findings=findings_of(inspection.id, until) if inspection.sees_verified else [],
        files=evidence_of_findings(inspection.id, until=until) if inspection.sees_verified else {},
        earlier=earlier_shortcomings(inspection.id) if inspection.sees_verified else {},
        recommendations=recommendations,
        writes=inspection.standing.may(Action.WRITE_FINDINGS)
        and allows(inspection.state, Action.WRITE_FINDINGS),
        proposes=inspection.standing.may(Action.WRITE_PROPOSALS)
        and allows(inspection.state, Action.WRITE_PROPOSALS),
    )


@blueprint.get("/inspections/<int:inspection_id>/findings/new")
def new(inspection_id: int) -> str:
    inspection = load_inspection(inspection_id, Action.WRITE_FINDINGS)
    checklist = checklist_value(inspection.version_id)
    area, criterion = _place(checklist)
    form = FindingForm(formdata=None, legal_basis=criterion.legal_basis if criterion else "")
    return _form(inspection, checklist, form, area, criterion)


@blueprint.post("/inspections/<int:inspection_id>/findings")
def create(inspection_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_FINDINGS)
    checklist = checklist_value(inspection.version_id)
    area, criterion = _place(checklist)
    form = FindingForm()
    if form.validate_on_submit() and area is None:
        form.refuse(_("Hãy chọn lĩnh vực hoặc tiêu chí."), "text")
    if form.errors or area is None:
        if is_from_outbox():
            return refused_fields(form)
        return _form(inspection, checklist, form, area, criterion), 422
    _require_area(inspection, area)
    op_id = form.op_id.data or ""
    try:
        finding_id = add_finding(
            inspection.id,
            area.id,
            criterion.id if criterion else None,
            op_id,
            _written(form),
            _recommended(form),
            account().id,
            now(),
            corrected_of(form),
            device_at(),
        )
    except Invalid as refusal:
        refuse_field(form, refusal)
        if is_from_outbox():
            return refused_fields(form)
        return _form(inspection, checklist, form, area, criterion), 422
    except Conflict:
        # Corrected on the device, after somebody else had changed what it had sent before.
        return theirs(_load(inspection, finding_of_op(inspection.id, op_id) or 0), form)
    return _done(inspection, _("Đã ghi nhận phát hiện."), finding_id, op_id)


@blueprint.get("/inspections/<int:inspection_id>/findings/<int:finding_id>/edit")
def edit(inspection_id: int, finding_id: int) -> str:
    inspection = load_inspection(inspection_id, Action.WRITE_FINDINGS)
    finding = _load(inspection, finding_id)
    checklist = checklist_value(inspection.version_id)
    form = FindingForm(formdata=None, obj=finding)
    own_operation(form, finding.version)
    return _form(inspection, checklist, form, *_place_of(checklist, finding), finding=finding)


@blueprint.post("/inspections/<int:inspection_id>/findings/<int:finding_id>")
def change(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_FINDINGS)
    finding = _load(inspection, finding_id, removed=is_from_outbox())
    checklist = checklist_value(inspection.version_id)
    form = FindingForm()
    if not form.validate_on_submit():
        if is_from_outbox():
            return refused_fields(form)
        return _form(inspection, checklist, form, *_place_of(checklist, finding), finding=finding), 422
    try:
        version = int(form.version.data or 0)
        change_finding(inspection.id, finding.id, version, _written(form), account().id, now(), sent_of(form))
    except (Conflict, Invalid) as refusal:
        if isinstance(refusal, Conflict) and is_from_outbox():
            return theirs(_load(inspection, finding_id), form)
        refuse_field(form, refusal)
        if is_from_outbox():
            return refused_fields(form)
        return _form(
            inspection, checklist, form, *_place_of(checklist, finding), finding=finding
        ), refusal.status
    return _done(inspection, _("Đã lưu."), op_id=form.op_id.data)


@blueprint.post("/inspections/<int:inspection_id>/findings/<int:finding_id>/remove")
def remove(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_FINDINGS)
    finding = _load(inspection, finding_id, removed=is_from_outbox())
    return _move(inspection, finding, _("Đã bỏ phát hiện."), removed=finding_id)


@blueprint.post("/inspections/<int:inspection_id>/findings/<int:finding_id>/restore")
def restore(inspection_id: int, finding_id: int) -> Response | tuple[str, int]:
    inspection = load_inspection(inspection_id, Action.WRITE_FINDINGS)
    finding = _load(inspection, finding_id, removed=True)
    return _move(inspection, finding, _("Đã khôi phục phát hiện."))


def _move(
    inspection: InspectionCard, finding: Finding, words: str, removed: int | None = None
) -> Response | tuple[str, int]:
    form = MoveForm()
    if not form.validate_on_submit():
        return refused_fields(form)
    who, version = account().id, int(form.version.data or 0)
    try:
        remove_finding(
            inspection.id, finding.id, who, now(), back=removed is None, version=version, sent=sent_of(form)
        )
    except Conflict as refusal:
        if is_from_outbox():
            return theirs(_load(inspection, finding.id, removed=True), form)
        flash(refusal_text(refusal), "bad")
        return redirect(url_for("findings.index", inspection_id=inspection.id), 303)
    if is_from_outbox():
        return _done(inspection, words, op_id=form.op_id.data)
    flash(words, "ok")
    return redirect(url_for("findings.index", inspection_id=inspection.id, removed=removed), 303)


def _place(checklist: Checklist) -> tuple[Area | None, Criterion | None]:
    """The criterion (or only the area) the address names; unknown ones are 404."""
    code, area_code = request.values.get("criterion") or "", request.values.get("area") or ""
    if code:
        if code not in checklist.by_code:
            raise Missing(sentence("Bộ tiêu chí không có tiêu chí này."))
        return checklist.by_code[code]
    if area_code:
        if area_code not in checklist.areas_by_code:
            raise Missing(sentence("Bộ tiêu chí không có lĩnh vực này."))
        return checklist.areas_by_code[area_code], None
    return None, None


def _place_of(checklist: Checklist, finding: Finding) -> tuple[Area, Criterion | None]:
    area = next(area for area in checklist.areas if area.id == finding.area_id)
    return area, next((c for c in area.criteria if c.id == finding.criterion_id), None)


def _load(inspection: InspectionCard, finding_id: int, *, removed: bool = False) -> Finding:
    """The finding, if it is this inspection's and its area is the person's to write."""
    finding = get_finding(inspection.id, finding_id, removed=removed)
    if finding is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    _require_area(inspection, _place_of(checklist_value(inspection.version_id), finding)[0])
    return finding


def _require_area(inspection: InspectionCard, area: Area) -> None:
    if not inspection.standing.may_write_area(area.code):
        raise Forbidden(sentence("Lĩnh vực này không được phân công cho bạn."))


def _written(form: FindingForm) -> FindingText:
    kind = FindingKind(form.kind.data)
    return FindingText(
        kind=kind,
        severity=Severity(form.severity.data) if kind is FindingKind.TON_TAI else None,
        text=form.text.data,
        cause=form.cause.data,
        responsibility=form.responsibility.data,
        legal_basis=form.legal_basis.data,
        due_on=form.due_on.data if kind is FindingKind.TON_TAI else None,
    )


def _recommended(form: FindingForm) -> RecommendationText | None:
    if not form.recommended.data:
        return None
    return RecommendationText(
        Direction.TO_UNIT, form.recommended.data, addressee=form.addressee.data, due_on=form.due_on.data
    )


def _form(
    inspection: InspectionCard,
    checklist: Checklist,
    form: FindingForm,
    area: Area | None,
    criterion: Criterion | None,
    finding: Finding | None = None,
) -> str:
    template = "findings/_form.html" if request.headers.get("HX-Request") else "findings/form.html"
    return render_template(
        template,
        inspection=inspection,
        checklist=checklist,
        form=form,
        area=area,
        criterion=criterion,
        finding=finding,
        evidence=finding_evidence(inspection, finding, checklist) if finding else None,
    )


def _done(
    inspection: InspectionCard, words: str, finding_id: int | None = None, op_id: str | None = None
) -> Response:
    if request.headers.get("HX-Request") or is_from_outbox():
        said = render_template(
            "findings/_done.html", inspection=inspection, words=words, finding_id=finding_id
        )
        return echo(make_response(said), op_id)
    flash(words, "ok")
    return redirect(url_for("findings.index", inspection_id=inspection.id), 303)
