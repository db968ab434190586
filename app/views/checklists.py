"""/checklists: the criteria sets, their versions, import from Excel and export to it."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ..documents.checklist_xlsx import (
    DEFAULT_WORKBOOK,
    Faults,
    Reading,
    code_of_file,
    file_of,
    read_workbook,
    write_checklist,
)
from ..domain.access import TABLE, Action
from ..domain.attachments import FileKind
from ..domain.refusals import Invalid, Missing, sentence
from ..forms.checklists import ImportForm
from ..queries.checklists import (
    VersionCard,
    checklist_value,
    stored_version,
    version_card,
    version_cards,
)
from ..queries.reading import end_reading
from ..services.checklists import already_stored, delete_draft, import_checklist, publish_version
from ._errors import refusal_text
from ._load import allow
from ._login import account, now

blueprint = Blueprint("checklists", __name__)


def _may_write() -> bool:
    return account().role in TABLE[Action.WRITE_CHECKLISTS]


def _load(checklist_id: int, version_id: int, action: Action) -> VersionCard:
    """The version's card; drafts exist only for those who may write them."""
    allow(action)
    card = version_card(version_id)
    if card is None or card.checklist_id != checklist_id or not (card.published or _may_write()):
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return card


@blueprint.get("/checklists")
def index() -> str:
    allow(Action.READ_CHECKLISTS)
    return render_template(
        "checklists/page.html", versions=version_cards(drafts=_may_write()), may_write=_may_write()
    )


@blueprint.get("/checklists/<int:checklist_id>/versions/<int:version_id>")
def show(checklist_id: int, version_id: int) -> str:
    card = _load(checklist_id, version_id, Action.READ_CHECKLISTS)
    return render_template(
        "checklists/version.html", card=card, checklist=checklist_value(card.id), may_write=_may_write()
    )


@blueprint.get("/checklists/<int:checklist_id>/versions/<int:version_id>.xlsx")
def export(checklist_id: int, version_id: int) -> Response:
    card = _load(checklist_id, version_id, Action.READ_CHECKLISTS)
    return _download(write_checklist(checklist_value(card.id)), file_of(card.code, card.version))


@blueprint.get("/checklists/sample.xlsx")
def sample() -> Response:
    allow(Action.WRITE_CHECKLISTS)
    return _download(DEFAULT_WORKBOOK.read_bytes(), DEFAULT_WORKBOOK.name)


def _download(data: bytes, name: str) -> Response:
    return send_file(BytesIO(data), FileKind.XLSX.media_type, as_attachment=True, download_name=name)


@blueprint.get("/checklists/import")
def ask_file() -> str:
    allow(Action.WRITE_CHECKLISTS)
    return _import_page(ImportForm())


@blueprint.post("/checklists/import")
def take_file() -> str | tuple[str, int] | AnyResponse:
    allow(Action.WRITE_CHECKLISTS)
    form = ImportForm()
    if not form.validate_on_submit():
        return _import_page(form), 422
    end_reading()
    try:
        reading = read_workbook(form.file.data.read())
        if form.check.data:
            return _checked(form, reading)
        return _stored(form, reading)
    except Faults as refusal:
        return _import_page(form, refusal=refusal), 422
    except Invalid as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _import_page(form), 422


def _checked(form: ImportForm, reading: Reading) -> str:
    """The answer to «only check»: what would be stored."""
    value = reading.checklist
    if stored_version(value.name, value.version) is not None:
        raise already_stored(value.name, value.version)
    return _import_page(form, reading=reading)


def _stored(form: ImportForm, reading: Reading) -> AnyResponse:
    code = code_of_file(form.file.data.filename)
    publish = form.publish.data
    version = import_checklist(reading.checklist, code, account().id, now(), publish=publish)
    for notice in reading.notices:
        flash(notice, "warn")
    flash(_("Đã nhập và công bố bộ tiêu chí.") if publish else _("Đã nhập bộ tiêu chí thành bản nháp."), "ok")
    return redirect(url_for("checklists.show", checklist_id=version.checklist_id, version_id=version.id), 303)


def _import_page(form: ImportForm, refusal: Faults | None = None, reading: Reading | None = None) -> str:
    return render_template("checklists/import.html", form=form, refusal=refusal, reading=reading)


@blueprint.post("/checklists/<int:checklist_id>/versions/<int:version_id>/publish")
def publish(checklist_id: int, version_id: int) -> AnyResponse:
    card = _load(checklist_id, version_id, Action.WRITE_CHECKLISTS)
    publish_version(card.id, account().id, now())
    flash(_("Đã công bố. Từ nay phiên bản này không thay đổi được nữa."), "ok")
    return redirect(url_for("checklists.show", checklist_id=checklist_id, version_id=version_id), 303)


@blueprint.post("/checklists/<int:checklist_id>/versions/<int:version_id>/delete")
def delete(checklist_id: int, version_id: int) -> AnyResponse:
    card = _load(checklist_id, version_id, Action.WRITE_CHECKLISTS)
    delete_draft(card.id, account().id, now())
    flash(_("Đã xóa bản nháp."), "ok")
    return redirect(url_for("checklists.index"), 303)
