"""The pages of /me/second-step."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote

import pytest

from app import totp
from app.domain.access import Role
from app.queries.users import second_step_of
from tests import make
from tests.cast import fault_at, words

AT = "/me/second-step"


@pytest.fixture
def user(app):
    return make.user(Role.HEAD, name="truongdoan")


@pytest.fixture
def person(user, login):
    return login(user)


def code_of(user, steps: int = 0) -> str:
    secret = second_step_of(user.id).secret
    assert secret
    return totp.current_code(secret, datetime.fromtimestamp(datetime.now(UTC).timestamp() + 30 * steps, UTC))


def begin(person):
    return person.post(f"{AT}/begin", data={"password": make.PASSWORD})


def confirm(person, user):
    return person.post(f"{AT}/confirm", data={"code": code_of(user)})


def test_it_is_set_up_by_password_picture_and_code(user, person):
    assert "Bắt đầu" in words(person.get(AT))
    assert begin(person).location == AT
    page = person.get(AT)
    secret = second_step_of(user.id).secret
    picture = unquote(unescape(re.search(r'<img class="qr" src="([^"]*)"', page.text)[1]))
    assert picture.startswith("data:image/svg+xml")
    assert "style" not in picture
    assert secret in words(page).replace(" ", "")
    codes = confirm(person, user)
    assert codes.status_code == 200
    assert codes.headers["Cache-Control"] == "no-store"
    found = re.findall(r"<code[^>]*>([a-z0-9-]{19})</code>", codes.text)
    assert len(found) == 10
    after = person.get(AT)
    assert "Đang bật" in words(after)
    assert secret not in after.text
    assert not any(code in after.text for code in found)
    assert "Đang bật" in words(person.get("/me"))


def test_wrong_password_and_wrong_code_are_told_at_their_fields(user, person):
    reply = person.post(f"{AT}/begin", data={"password": "sai"})
    assert reply.status_code == 422
    assert fault_at(reply, "password") == "Mật khẩu hiện tại không đúng."
    assert person.post(f"{AT}/begin", data={}).status_code == 422
    assert person.post(f"{AT}/confirm", data={"code": "123456"}).status_code == 409
    begin(person)
    assert person.post(f"{AT}/confirm", data={}).status_code == 422
    reply = person.post(f"{AT}/confirm", data={"code": "0000000"})
    assert reply.status_code == 422
    assert fault_at(reply, "code") == "Mã không đúng, hoặc đã dùng rồi."
    codes = [person.post(f"{AT}/confirm", data={"code": f"x{n}"}).status_code for n in range(12)]
    assert codes[-1] == 429


def test_new_codes_and_taking_it_off(user, person):
    begin(person)
    confirm(person, user)
    assert person.post(f"{AT}/codes", data={"renew-code": "x"}).status_code == 422
    assert person.post(f"{AT}/codes", data={}).status_code == 422
    reply = person.post(f"{AT}/codes", data={"renew-code": code_of(user, 1)})
    assert reply.status_code == 200
    [code, *_rest] = re.findall(r"<code[^>]*>([a-z0-9-]{19})</code>", reply.text)
    reply = person.post(f"{AT}/off", data={"off-password": "sai", "off-code": code})
    assert fault_at(reply, "off-password") == "Mật khẩu hiện tại không đúng."
    assert person.post(f"{AT}/off", data={}).status_code == 422
    assert person.post(f"{AT}/off", data={"off-password": make.PASSWORD, "off-code": "x"}).status_code == 422
    reply = person.post(f"{AT}/off", data={"off-password": make.PASSWORD, "off-code": code})
    assert reply.location == AT
    assert second_step_of(user.id).since is None
    assert person.post(f"{AT}/off", data={"off-password": make.PASSWORD, "off-code": code}).status_code == 409


def test_it_belongs_to_who_is_signed_in(client):
    for path in ("", "/begin", "/confirm", "/codes", "/off"):
        reply = client.get(AT) if not path else client.post(AT + path, data={})
        assert reply.location.startswith("/login")


@pytest.mark.parametrize("path", ["/begin", "/confirm", "/codes", "/off"])
def test_only_posts_with_a_token_change_it(person, path):
    assert person.get(AT + path).status_code == 405
    assert person.post(AT + path, data={}, csrf=False).status_code == 400
