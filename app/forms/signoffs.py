"""Forms of sign-offs: a divergent opinion on an area, and the head's decision on one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ._base import Form, Given, LongText, NotLonger
from ._chosen import BaseVersion, OneOf


class OpinionForm(Form):
    opinion = LongText(_l("Ý kiến khác"), [NotLonger(4000)], render_kw={"rows": 3})

    @property
    def sent(self) -> str | None:
        """What was typed; ``None`` from a button that has no such field."""
        return self.opinion.data if self.opinion.raw_data else None


class DecisionForm(Form):
    decision = OneOf(_l("Quyết định"), [Given()])
    reason = LongText(_l("Lý do"), [NotLonger(4000)], render_kw={"rows": 3})
    version = BaseVersion()
