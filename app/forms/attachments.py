"""Forms of attachments: one file with its caption, and a caption by itself."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import ValidationError

from ._base import Form, NotLonger, Text

CAPTION = 300


class AttachmentForm(Form):
    """One file. Its sending twice makes one: ``op_id`` is made with the page or on the device."""

    op_id = HiddenField(default=lambda: str(uuid4()))
    file = FileField(_l("Chọn ảnh hoặc tệp"), [FileRequired(_l("Hãy chọn tệp."))])
    caption = Text(_l("Chú thích (không bắt buộc)"), [NotLonger(CAPTION)])
    # Of the bytes that the device sends; browsers without scripts, or without TLS, cannot say it.
    sha256 = HiddenField(default="")

    def validate_op_id(self, field: Any) -> None:
        try:
            field.data = str(UUID(field.data or ""))
        except ValueError:
            raise ValidationError(_("Trang này đã cũ, hãy tải lại.")) from None

    def validate_sha256(self, field: Any) -> None:
        field.data = (field.data or "").strip().lower()
        if field.data and not re.fullmatch(r"[0-9a-f]{64}", field.data):
            raise ValidationError(_("Mã kiểm tra của tệp không đúng dạng."))


class CaptionForm(Form):
    caption = Text(_l("Chú thích"), [NotLonger(CAPTION)])
    # Only to be repeated to the device: the same words written twice are written once.
    op_id = HiddenField(default="")

    def validate_op_id(self, field: Any) -> None:
        try:
            field.data = str(UUID(field.data)) if field.data else ""
        except ValueError:
            raise ValidationError(_("Trang này đã cũ, hãy tải lại.")) from None
