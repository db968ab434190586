"""Forms about accounts: log-in, own password, preferences."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from ..passwords import LEAST_LENGTH, MOST_LENGTH
from ._base import Form, Given, NotLonger, Text, tidy


class LoginForm(Form):
    name = Text(
        _l("Tên đăng nhập"),
        [Given(), NotLonger(100)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("Mật khẩu"), [Given(), NotLonger(MOST_LENGTH)], render_kw={"autocomplete": "current-password"}
    )


class PasswordForm(Form):
    old = PasswordField(
        _l("Mật khẩu hiện tại"),
        [Given(), NotLonger(MOST_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Mật khẩu mới"), [Given(), NotLonger(MOST_LENGTH)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(_l("Nhập lại mật khẩu mới"), [Given()], render_kw={"autocomplete": "new-password"})

    def validate_new(self, field: Any) -> None:
        if len(field.data or "") < LEAST_LENGTH:
            raise ValidationError(_("Mật khẩu cần ít nhất %(least)s ký tự.", least=LEAST_LENGTH))

    def validate_again(self, field: Any) -> None:
        if field.data != self.new.data:
            raise ValidationError(_("Hai lần nhập mật khẩu mới không giống nhau."))


class LanguageForm(Form):
    locale = SelectField(
        _l("Ngôn ngữ"), choices=[SelectChoice("vi", "Tiếng Việt"), SelectChoice("en", "English")]
    )


class PreferencesForm(LanguageForm):
    # The page whose menu was used; empty on the account's own page.
    next = HiddenField(filters=[tidy])
    theme = SelectField(
        _l("Giao diện"),
        choices=[
            SelectChoice("auto", _l("Theo máy")),
            SelectChoice("light", _l("Sáng")),
            SelectChoice("dark", _l("Tối")),
        ],
    )
