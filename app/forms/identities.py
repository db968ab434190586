"""Forms about identities: what an administrator copies from the provider."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..domain.identities import LONGEST_SUBJECT
from ._base import Form, Given, NotLonger, Text


class IdentityForm(Form):
    subject = Text(
        _l("Mã định danh ở nhà cung cấp"),
        [Given(), NotLonger(LONGEST_SUBJECT)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
