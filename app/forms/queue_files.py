"""The form that takes a queue file."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from ._base import Form


class QueueFileForm(Form):
    file = FileField(
        _l("Tệp chờ gửi (.json)"),
        [FileRequired(_l("Hãy chọn tệp."))],
        render_kw={"accept": ".json,application/json"},
    )


class ConfirmForm(Form):
    """Only the token: what is confirmed stands in the address, by its hash."""
