"""What findings and recommendations have in common when they come from the outbox of a device."""

from __future__ import annotations

from uuid import uuid4

from flask import make_response, render_template, url_for
from werkzeug.wrappers import Response

from ..forms.findings import FindingForm, MoveForm, RecommendationForm, shown
from ..models import Finding, Recommendation
from ..queries.findings import last_change
from ..services.findings import Sent
from ._outbox import device_at, echo, is_from_outbox

_KEPT_BY_ITSELF = {"op_id", "version", "corrected", "csrf_token", "recommended"}


def blank_finding() -> FindingForm:
    """For the device, which fills it in for a place whose form cannot be fetched."""
    form = FindingForm(formdata=None)
    _beside(form, "blank-finding")
    return form


def blank_recommendation(*, supervises: bool) -> RecommendationForm:
    form = RecommendationForm(formdata=None)
    if supervises:
        form.speak_of_supervision()
    _beside(form, "blank-recommendation")
    return form


def _beside(form: FindingForm | RecommendationForm, prefix: str) -> None:
    """Ids of its own: it may come to stand on a page that has such a form already."""
    for field in form:
        field.id = f"{prefix}-{field.id}"


def sent_of(form: FindingForm | RecommendationForm | MoveForm) -> Sent:
    """Plain forms are known by their version alone: the same page, gone back to, is another change."""
    return Sent(form.op_id.data or "", corrected_of(form), device_at()) if is_from_outbox() else Sent()


def own_operation(form: FindingForm | RecommendationForm, version: int) -> None:
    """A form filled from what is stored: the change is an operation of its own, upon this version."""
    form.op_id.data = str(uuid4())
    form.version.data = str(version)


def corrected_of(form: FindingForm | RecommendationForm | MoveForm) -> int:
    return int(form.corrected.data or 0)


def theirs(row: Finding | Recommendation, form: FindingForm | RecommendationForm | MoveForm) -> Response:
    """409 under the operation's own name: both versions are kept until the person has chosen on the device."""
    kind = "finding" if isinstance(row, Finding) else "recommendation"
    address = (
        url_for("findings.change", inspection_id=row.inspection_id, finding_id=row.id)
        if isinstance(row, Finding)
        else url_for("recommendations.change", inspection_id=row.inspection_id, recommendation_id=row.id)
    )
    reply = render_template(
        "findings/_theirs.html",
        kind=kind,
        row=row,
        address=address,
        changed=last_change(kind, row.inspection_id, row.id),
        differences=_differences(row, form),
    )
    return echo(make_response(reply, 409), form.op_id.data)


def _differences(
    row: Finding | Recommendation, form: FindingForm | RecommendationForm | MoveForm
) -> list[tuple[str, str]]:
    """The label of each field in which the two differ, with what stands there now."""
    if isinstance(form, MoveForm):
        return [("", row.text)]
    stands = type(form)(formdata=None, obj=row)
    if isinstance(stands, RecommendationForm) and isinstance(form, RecommendationForm):
        stands.direction.choices = form.direction.choices
    return [
        (mine.label.text, shown(other))
        for mine, other in ((form[field.name], field) for field in stands)
        if mine.name not in _KEPT_BY_ITSELF
        and hasattr(row, mine.name)
        and (mine.data or None) != (other.data or None)
    ]
