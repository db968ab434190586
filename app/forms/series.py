"""Forms about regular tasks."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ._base import Form, Given, LongText, NotLonger


class CancelRestForm(Form):
    text = LongText(_l("Lý do"), [Given(), NotLonger(2000)], render_kw={"rows": 2})
