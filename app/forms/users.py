"""Forms about accounts: log-in and its second step, own password, preferences, and an administrator's."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectChoice, SelectField
from wtforms.validators import ValidationError

from ..domain.access import Role
from ..domain.accounts import AccountText, check_name
from ..domain.refusals import Invalid
from ..domain.reminders import check_address
from ..passwords import LEAST_LENGTH, MOST_LENGTH, is_guessable
from ..vietnamese import fold
from ._base import Form, Given, NotLonger, Text, tidy
from ._chosen import BaseVersion, OneOf
from .units import UnitId


class LoginForm(Form):
    name = Text(
        _l("Tên đăng nhập"),
        [Given(), NotLonger(100)],
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("Mật khẩu"), [Given(), NotLonger(MOST_LENGTH)], render_kw={"autocomplete": "current-password"}
    )


class CodeForm(Form):
    """The second step: what the telephone shows, or a recovery code."""

    code = Text(
        _l("Mã xác thực"),
        [Given(), NotLonger(40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class SetupForm(Form):
    password = PasswordField(
        _l("Mật khẩu hiện tại"),
        [Given(), NotLonger(MOST_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class ProofForm(SetupForm, CodeForm):
    """Password and code, as at the door."""


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

    # What others know about the person: no password is made of that.
    about: tuple[str, ...] = ()

    def validate_new(self, field: Any) -> None:
        if len(field.data or "") < LEAST_LENGTH:
            raise ValidationError(_("Mật khẩu cần ít nhất %(least)s ký tự.", least=LEAST_LENGTH))
        if is_guessable(field.data, [*self.about, *map(fold, self.about)]):
            raise ValidationError(
                _(
                    "Mật khẩu này dễ đoán. Hãy ghép vài từ không liên quan với nhau, không có tên bạn hay đơn vị."
                )
            )

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


class UserSearchForm(Form):
    """The query string of the list of accounts."""

    class Meta:
        csrf = False

    q = Text(_l("Tìm tài khoản"), [NotLonger(100)], render_kw={"enterkeyhint": "search"})
    role = OneOf(_l("Vai trò"), default="")
    state = OneOf(_l("Trạng thái"), default="")
    page = IntegerField(default=1)


class UserForm(Form):
    title = Text(_l("Tên hoặc chức vụ hiển thị"), [Given(), NotLonger(200)])
    post = Text(_l("Chức vụ ghi trong văn bản"), [NotLonger(200)])
    role = OneOf(_l("Vai trò"), [Given()])
    unit = UnitId(_l("Đơn vị"))
    email = Text(
        _l("Thư điện tử"),
        [NotLonger(254)],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    # Second questions: asked only where they mean something.
    ends_seats = BooleanField(_l("Chấm dứt các vị trí này"))
    office_only = BooleanField(_l("Tài khoản chỉ làm việc riêng của đơn vị bên trong này"))
    version = BaseVersion()

    def validate_email(self, field: Any) -> None:
        try:
            check_address(field.data or "")
        except Invalid as refusal:
            raise ValidationError(_(refusal.text)) from None

    def text(self) -> AccountText:
        return AccountText(
            self.title.data, self.post.data, Role(self.role.data), self.unit.data, self.email.data
        )


class NewUserForm(UserForm):
    name = Text(
        _l("Tên đăng nhập"),
        [Given(), NotLonger(50)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )

    def validate_name(self, field: Any) -> None:
        """Told together with what else is wrong; the service asks again."""
        try:
            check_name(field.data)
        except Invalid as refusal:
            if field.data:
                raise ValidationError(_(refusal.text)) from None
