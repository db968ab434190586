"""The form that takes a list of tasks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from ._base import Form


class TaskListForm(Form):
    file = FileField(
        _l("Tệp Excel của danh sách nhiệm vụ (.xlsx, tối đa 5 MB)"),
        [FileRequired(_l("Hãy chọn tệp Excel."))],
        render_kw={"accept": ".xlsx"},
    )


class WriteListForm(Form):
    backdated = BooleanField(_l("Ghi cả quá trình đã qua – số liệu các ngày trước sẽ đổi"))
