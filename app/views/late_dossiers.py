"""/dossiers/<id>/late: the ledger of late dossiers of a report, entry by entry or pasted from Excel."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..documents.late_paste import Pasted, read_paste
from ..documents.late_xlsx import COLUMNS, write_ledger
from ..domain.access import Action, Standing
from ..domain.attachments import FileKind
from ..domain.late_dossiers import (
    CAUSE_WORDS,
    GAP_WORDS,
    LateCause,
    LateCounts,
    LateEntry,
)
from ..domain.periods import today
from ..domain.refusals import Conflict, Missing, Refused, sentence
from ..forms.late_dossiers import LateDossierForm, LateFilterForm, PasteForm
from ..models import ReportStatus
from ..queries._pages import Page, within
from ..queries.dossiers import ReportCard, report_card, report_id_of_inspection, report_value
from ..queries.late_dossiers import LateRow, late_codes, late_row, late_rows
from ..services.late_dossiers import add_late, add_many_late, remove_late, save_late
from ..vietnamese import date_short
from ._errors import refusal_text
from ._load import load_inspection, load_standing
from ._login import account, now

blueprint = Blueprint("late_dossiers", __name__)

PAGE_SIZE = 50
_MISSING = sentence("Không tìm thấy nội dung này.")


@blueprint.get("/inspections/<int:inspection_id>/late-dossiers")
def of_inspection(inspection_id: int) -> Response:
    """Leads to the ledger behind the figure «xin lỗi» of the scoring page."""
    load_inspection(inspection_id)
    report_id = report_id_of_inspection(inspection_id)
    if report_id is None:
        raise Missing(sentence("Chưa có biểu số liệu hồ sơ của kỳ này."))
    return redirect(url_for("late_dossiers.show", report_id=report_id), 303)


@blueprint.get("/dossiers/<int:report_id>/late")
def show(report_id: int) -> str:
    card, standing = _load(report_id, Action.READ_DOSSIERS)
    form, report = LateFilterForm(request.args), report_value(card)
    rows = late_rows(report_id, card.period_to)
    if form.only.data:
        rows = [row for row in rows if row.gaps]
    number = within(form.page.data or 1, len(rows), PAGE_SIZE)
    shown = tuple(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    counts = report.ledger or LateCounts(0, 0, 0, 0)
    return render_template(
        "late_dossiers/index.html",
        card=card,
        form=form,
        page=Page(shown, len(rows), number, PAGE_SIZE),
        counts=counts,
        late=report.late,
        # What the figures say should be there; without them, what is there.
        expected=max(counts.total, report.late or 0),
        may_write=_writable(card, standing),
        waits_for_return=standing.may(Action.WRITE_DOSSIERS) and card.status is not ReportStatus.DRAFT,
        **_words(),
    )


@blueprint.get("/dossiers/<int:report_id>/late.xlsx")
def download(report_id: int) -> Response:
    card, _standing = _load(report_id, Action.READ_DOSSIERS)
    entries = [_counted(row) for row in late_rows(report_id, card.period_to)]
    data = write_ledger(entries, card.unit_name, card.period_from, card.period_to)
    name = _("Sổ hồ sơ trễ hạn - %(unit)s", unit=card.unit_name)
    name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", name)[:150]
    return send_file(
        BytesIO(data), FileKind.XLSX.media_type, as_attachment=True, download_name=f"{name}.xlsx"
    )


@blueprint.route("/dossiers/<int:report_id>/late/new", methods=["GET", "POST"])
def create(report_id: int) -> Response | str | tuple[str, int]:
    card, _standing = _load(report_id, Action.WRITE_DOSSIERS)
    if request.method == "GET":
        _refuse_sent(card)
        return _entry_page(card, _form(card, formdata=None))
    form = _form(card)
    if not form.validate_on_submit():
        return _entry_page(card, form), 422
    try:
        add_late(report_id, form.entry, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _entry_page(card, form), refusal.status
    flash(_("Đã ghi hồ sơ %(code)s vào sổ.", code=form.entry.code), "ok")
    target = "create" if "another" in request.form else "show"
    return redirect(url_for(f"late_dossiers.{target}", report_id=report_id), 303)


@blueprint.route("/dossiers/<int:report_id>/late/<int:late_id>", methods=["GET", "POST"])
def edit(report_id: int, late_id: int) -> Response | str | tuple[str, int]:
    card, _standing = _load(report_id, Action.WRITE_DOSSIERS)
    row = _load_row(card, late_id)
    if request.method == "GET":
        _refuse_sent(card)
        return _entry_page(card, _stored_form(card, row), row)
    form = _form(card)
    if not form.validate_on_submit():
        return _entry_page(card, form, row), 422
    try:
        save_late(report_id, late_id, form.version.number, form.entry, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _stale_page(card, form, late_id, refusal), refusal.status
    flash(_("Đã lưu hồ sơ %(code)s.", code=form.entry.code), "ok")
    return redirect(url_for("late_dossiers.show", report_id=report_id), 303)


@blueprint.post("/dossiers/<int:report_id>/late/<int:late_id>/remove")
def remove(report_id: int, late_id: int) -> Response | tuple[str, int]:
    """The page asks a second time before it sends this."""
    card, _standing = _load(report_id, Action.WRITE_DOSSIERS)
    row, form = _load_row(card, late_id), _form(card)
    try:
        code = remove_late(report_id, late_id, form.version.number, account().id, now())
    except Refused as refusal:
        shown = _stored_form(card, row)
        shown.refuse(refusal_text(refusal))
        return _entry_page(card, shown, row), refusal.status
    flash(_("Đã bỏ hồ sơ %(code)s khỏi sổ.", code=code), "ok")
    return redirect(url_for("late_dossiers.show", report_id=report_id), 303)


@blueprint.route("/dossiers/<int:report_id>/late/paste", methods=["GET", "POST"])
def paste(report_id: int) -> Response | str | tuple[str, int]:
    """First a preview with every fault, then all lines or none."""
    card, _standing = _load(report_id, Action.WRITE_DOSSIERS)
    if request.method == "GET":
        _refuse_sent(card)
        return _paste_page(card, PasteForm(formdata=None))
    form = PasteForm()
    if not form.validate_on_submit():
        return _paste_page(card, form), 422
    period = card.period_from, card.period_to
    causes = {cause: _(words) for cause, words in CAUSE_WORDS.items()}
    pasted = read_paste(form.lines, late_codes(report_id), *period, today(now()), causes)
    if pasted.refusal:
        form.refuse(_(pasted.refusal, **pasted.params), "text")
    if not pasted.good:
        return _paste_page(card, form, pasted), 422
    if "take" not in request.form:
        return _paste_page(card, form, pasted)
    try:
        count = add_many_late(report_id, pasted.entries, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field if refusal.field == "text" else "")
        return _paste_page(card, form, pasted), refusal.status
    flash(_("Đã ghi %(count)s hồ sơ vào sổ.", count=count), "ok")
    return redirect(url_for("late_dossiers.show", report_id=report_id), 303)


def _load(report_id: int, action: Action) -> tuple[ReportCard, Standing]:
    """The report and the asker's standing to its unit: 404 for strangers, 403 without the right."""
    card = report_card(report_id)
    if card is None:
        raise Missing(_MISSING)
    return card, load_standing(card.unit_id, action)


def _load_row(card: ReportCard, late_id: int) -> LateRow:
    row = late_row(card.id, late_id, card.period_to)
    if row is None:
        raise Missing(_MISSING)
    return row


def _writable(card: ReportCard, standing: Standing) -> bool:
    return standing.may(Action.WRITE_DOSSIERS) and card.status is ReportStatus.DRAFT


def _refuse_sent(card: ReportCard) -> None:
    """Nobody fills in a form that could not be saved."""
    if card.status is not ReportStatus.DRAFT:
        raise Conflict(sentence("Biểu đã gửi thì không sửa được; Đoàn cần trả lại trước."))


def _form(card: ReportCard, **more: object) -> LateDossierForm:
    return LateDossierForm((card.period_from, card.period_to), today(now()), **more)


def _stored_form(card: ReportCard, row: LateRow) -> LateDossierForm:
    data = {name: getattr(row.entry, name) for name in COLUMNS}
    # Days are counted from the dates; a figure left standing here would contradict the next date.
    data |= {"version": row.version, "days_late": None, "cause_kind": row.entry.cause_kind or ""}
    return _form(card, formdata=None, data=data)


def _entry_page(
    card: ReportCard,
    form: LateDossierForm,
    row: LateRow | None = None,
    stored: list[tuple[str, str]] | None = None,
) -> str:
    fields = [line.field for line in report_value(card).lines]
    return render_template(
        "late_dossiers/entry.html", card=card, form=form, row=row, stored=stored or [], fields=fields
    )


def _stale_page(card: ReportCard, form: LateDossierForm, late_id: int, refusal: Refused) -> str:
    """Everything typed stays; what somebody else saved stands beside it, and the next save is on top of that."""
    row = _load_row(card, late_id)
    if refusal.field != "version":
        return _entry_page(card, form, row)
    stored = [(field.label.text, _shown(value)) for field, value in form.differs_from(row.entry)]
    form.version.data, form.version.raw_data = str(row.version), None
    return _entry_page(card, form, row, stored)


def _shown(value: object) -> str:
    if value is None or value == "":
        return _("(để trống)")
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, date):
        return date_short(value)
    return _(CAUSE_WORDS[value]) if isinstance(value, LateCause) else str(value)


def _paste_page(card: ReportCard, form: PasteForm, pasted: Pasted | None = None) -> str:
    return render_template(
        "late_dossiers/paste.html", card=card, form=form, pasted=pasted, columns=COLUMNS, **_words()
    )


def _words() -> dict[str, object]:
    return {"gap_words": GAP_WORDS}


def _counted(row: LateRow) -> LateEntry:
    values = {name: getattr(row.entry, name) for name in COLUMNS}
    return LateEntry(**values | {"days_late": row.days})
