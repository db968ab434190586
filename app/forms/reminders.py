"""Forms about reminders: where mail goes, and when it is not welcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from ..domain.refusals import Invalid
from ..domain.reminders import check_address, check_hours
from ._base import Form, NotLonger, Text

_HOURS = [SelectChoice("", _l("– Không đặt –")), *(SelectChoice(str(h), f"{h:02}:00") for h in range(24))]


def hour(text: str | None) -> int | None:
    return int(text) if text else None


def shown(value: int | None) -> str:
    """An hour as the list of hours has it."""
    return "" if value is None else str(value)


class SeenForm(Form):
    """Everything that stands at the bell was seen; ``until``: the moment of the page on which it stood."""

    until = HiddenField()

    def moment(self, now: datetime) -> datetime:
        """Now, where the page said nothing that can be read."""
        try:
            read = datetime.fromisoformat(self.until.data or "")
        except ValueError:
            return now
        return now if read.tzinfo is None else min(read, now)


class MailboxForm(Form):
    """A unit's mailbox and the quiet hours of its people."""

    email = Text(
        _l("Hộp thư"),
        [NotLonger(254)],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    quiet_from = SelectField(_l("Không gửi thư từ"), choices=_HOURS, default="")
    quiet_to = SelectField(_l("Đến"), choices=_HOURS, default="")

    @property
    def hours(self) -> tuple[int | None, int | None]:
        return hour(self.quiet_from.data), hour(self.quiet_to.data)

    def validate_email(self, field: Any) -> None:
        _told(check_address, field.data or "")

    def validate_quiet_to(self, field: Any) -> None:
        """Told here whichever of the two is missing: they are read together."""
        if not (field.errors or self.quiet_from.errors):
            _told(check_hours, *self.hours)


def _told(check: Any, *values: Any) -> None:
    try:
        check(*values)
    except Invalid as refusal:
        raise ValidationError(_(refusal.text)) from None


class WishesForm(MailboxForm):
    """One's own."""

    email = Text(
        _l("Thư điện tử"),
        [NotLonger(254)],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "email"},
    )
    mail_digest = BooleanField(_l("Gửi nhắc việc cho tôi qua thư điện tử"))
