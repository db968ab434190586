"""/admin/audit and /inspections/<id>/history: who did what, with old and new values."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, render_template, request, send_file
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..documents.trail_xlsx import write_trail
from ..domain.access import Action
from ..domain.attachments import FileKind
from ..forms.audit import TrailForm
from ..queries.access import InspectionCard
from ..queries.audit import last_seal
from ..queries.trail import MOST, TrailFilter, people_named, trail_page
from ..vietnamese import date_short, datetime_short, fold, paper
from ._load import allow, load_inspection
from ._login import now
from ._trail import action_choices, said_lines, sheet_rows
from ._trail_words import KINDS

blueprint = Blueprint("audit", __name__)

# What can happen to one inspection and its delegation.
_OF_INSPECTION = (
    "answer",
    "inspection.",
    "area.",
    "finding.",
    "recommendation.",
    "minutes.",
    "attachment.",
    "delegation.",
    "explanation.",
)


def _form(card: InspectionCard | None) -> TrailForm:
    form = TrailForm(request.args)
    form.validate()
    form.action.choices = action_choices(_OF_INSPECTION if card else ())
    form.kind.choices = [("", _("Mọi đối tượng")), *((kind, str(words)) for kind, words in KINDS.items())]
    return form


def _wanted(form: TrailForm, card: InspectionCard | None) -> TrailFilter:
    return TrailFilter(
        users=people_named(form.words, fold) if form.words else None,
        action=form.chosen(form.action),
        kind="" if card else form.chosen(form.kind),
        object_id=None if card else form.object_id,
        since=form.first,
        until=form.after_last,
        criterion=(form.criterion.data or "").strip()[:30] if card else "",
        within=(card.id, card.delegation_id) if card else None,
    )


def _page(card: InspectionCard | None) -> str:
    form = _form(card)
    trail = trail_page(_wanted(form, card), form.page.data or 1)
    sealed_at = None if card else last_seal()
    return render_template(
        "audit/page.html",
        form=form,
        inspection=card,
        trail=trail,
        lines=said_lines(trail),
        sealed_at=sealed_at,
        seal_days=(now() - sealed_at).days if sealed_at else None,
    )


def _said(form: TrailForm, card: InspectionCard | None) -> list[str]:
    """Whose trail the paper is, and what of it."""
    since, until = form.since.data, form.until.data
    chosen = [(field, form.chosen(field)) for field in (form.action, form.kind)]
    filters = [
        paper(f"Đơn vị: {card.unit_name}") if card else "",
        paper(f"Người: {form.who.data}") if form.words else "",
        *(f"{field.label.text}: {dict(field.choices)[word]}" for field, word in chosen if word),
        paper(f"Từ ngày: {date_short(since)}") if since else "",
        paper(f"Đến ngày: {date_short(until)}") if until else "",
    ]
    return [part for part in filters if part] or [paper("Tất cả")]


def _workbook(card: InspectionCard | None) -> Response:
    with force_locale("vi"):
        form = _form(card)
        trail = trail_page(_wanted(form, card), page_size=MOST)
        said = " · ".join([*_said(form, card), paper(f"Lập lúc {datetime_short(now())}")])
        data = write_trail(sheet_rows(said_lines(trail)), said, MOST if trail.full else None)
    name = f"nhat-ky-cuoc-kiem-tra-{card.id}.xlsx" if card else "nhat-ky.xlsx"
    return send_file(BytesIO(data), FileKind.XLSX.media_type, as_attachment=True, download_name=name)


@blueprint.get("/admin/audit")
def index() -> str:
    allow(Action.READ_AUDIT)
    return _page(None)


@blueprint.get("/admin/audit.xlsx")
def export() -> Response:
    allow(Action.READ_AUDIT)
    return _workbook(None)


@blueprint.get("/inspections/<int:inspection_id>/history")
def history(inspection_id: int) -> str:
    return _page(load_inspection(inspection_id, Action.READ_HISTORY))


@blueprint.get("/inspections/<int:inspection_id>/history.xlsx")
def export_history(inspection_id: int) -> Response:
    return _workbook(load_inspection(inspection_id, Action.READ_HISTORY))
