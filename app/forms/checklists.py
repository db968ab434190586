"""The form that takes a checklist workbook."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from ._base import Form


class ImportForm(Form):
    """``check``: read only, store nothing."""

    file = FileField(
        _l("Tệp Excel của bộ tiêu chí (.xlsx, tối đa 5 MB)"),
        [FileRequired(_l("Hãy chọn tệp Excel."))],
        render_kw={"accept": ".xlsx"},
    )
    publish = BooleanField(_l("Công bố ngay"))
    check = BooleanField(_l("Chỉ kiểm tra"))
