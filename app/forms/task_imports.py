"""The form that takes a list of tasks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from ._base import Form, Given, LongText, NotLonger


class TaskListForm(Form):
    file = FileField(
        _l("Tệp Excel của danh sách nhiệm vụ (.xlsx, tối đa 5 MB)"),
        [FileRequired(_l("Hãy chọn tệp Excel."))],
        render_kw={"accept": ".xlsx"},
    )


class WriteListForm(Form):
    backdated = BooleanField(_l("Ghi cả quá trình đã qua – số liệu các ngày trước sẽ đổi"))


class TakeBackForm(Form):
    text = LongText(
        _l("Lý do thu hồi (ghi vào từng nhiệm vụ)"), [Given(), NotLonger(2000)], render_kw={"rows": 3}
    )
