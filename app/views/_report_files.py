"""The files that come with a report of completion: looked at before the report is made, kept right after it."""

from __future__ import annotations

from uuid import uuid4

from flask import flash
from flask_babel import gettext as _

from ..documents.uploads import check_upload
from ..domain.attachments import Place, Upload
from ..domain.refusals import Refused
from ..forms._base import Form
from ..forms.tasks import HopForm
from ..queries.attachments import last_report_of
from ..queries.reading import end_reading
from ..services.attachments import add_attachment
from ._errors import refusal_text
from ._evidence import most_bytes, store
from ._login import account, now

# So many with one report; more are added to it afterwards.
MOST_FILES = 5


def most_together() -> int:
    """How many bytes one report may bring."""
    return 3 * most_bytes()


def ask_again(form: Form, field: str) -> None:
    """A browser sends no chosen file twice by itself: who sent one with a form that was refused is told."""
    form.refuse(_("Nội dung đã gõ còn nguyên; hãy chọn lại các tệp rồi gửi lại."), field)


def checked_files(form: HopForm) -> list[Upload] | None:
    """The files fit to be kept; ``None`` when one is refused: the form says which and why."""
    chosen = form.uploads
    if not chosen:
        return []
    if len(chosen) > MOST_FILES:
        form.refuse(
            _("Mỗi lần gửi tối đa %(most)s tệp; các tệp khác thêm sau khi báo cáo.", most=MOST_FILES), "files"
        )
        return None
    end_reading()
    found: list[Upload] = []
    refused = False
    for file in chosen:
        try:
            content = file.stream.read(most_bytes() + 1)
            found.append(check_upload(content, file.filename or "", most_bytes()))
        except Refused as refusal:
            refused = True
            form.refuse(f"«{file.filename}»: {refusal_text(refusal)}", "files")
    return None if refused else found


def keep_files(task_id: int, uploads: list[Upload]) -> None:
    """Each at the report just made; one that cannot be kept now is named, and the report stands."""
    report_id = last_report_of(task_id) if uploads else None
    for upload in uploads:
        place = Place(task_id=task_id, task_report_id=report_id)
        try:
            add_attachment(store(), place, upload, str(uuid4()), "", account().id, now())
        except Refused as refusal:
            _tell(upload.name, refusal_text(refusal))


def _tell(name: str, why: str) -> None:
    flash(
        _(
            "Báo cáo đã gửi nhưng chưa lưu được tệp «%(name)s»: %(why)s Hãy thêm tệp vào báo cáo.",
            name=name,
            why=why,
        ),
        "warn",
    )
