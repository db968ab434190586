"""/me: one's own password, language and look."""

from __future__ import annotations

import pytest
from flask import current_app

from app.db import db
from app.domain.access import Role
from app.domain.seals import seal_key
from app.models import User
from tests import make
from tests.cast import fault_at, words

NEW = "mot-mat-khau-moi"


@pytest.fixture
def user(app) -> User:
    return make.user(Role.OFFICER, unit=make.unit("Phường Cầu Tre"), title="Công chức đầu mối")


def new_password(**more: str) -> dict[str, str]:
    return {"old": make.PASSWORD, "new": NEW, "again": NEW} | more


def fresh(user: User) -> User:
    return db.session.get(User, user.id, populate_existing=True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DEPUTY])
def test_everybody_has_a_page_of_their_own(app, login, role):
    page = words(login(make.user(role, unit=make.unit(), title="Người thử")).get("/me"))
    assert "Người thử" in page


def test_a_new_password_works_and_ends_the_other_browsers(user, login):
    here, elsewhere = login(user), login(user)
    reply = here.post("/me/password", data=new_password())
    assert (reply.status_code, reply.location) == (303, "/me")
    assert "Đã đổi mật khẩu" in words(here.get("/me"))
    assert elsewhere.get("/me").status_code == 303
    assert login(user.name, NEW).get("/me").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"old": "sai"}, "old"),
        ({"old": ""}, "old"),
        ({"new": "ngan", "again": "ngan"}, "new"),
        ({"new": "a" * 129, "again": "a" * 129}, "new"),
        ({"again": "khác hẳn"}, "again"),
        ({"again": ""}, "again"),
    ],
    ids=lambda case: str(case)[:30],
)
def test_a_password_that_cannot_be_taken_is_refused_at_its_field(user, login, wrong, field):
    before = user.password_hash
    browser = login(user)
    reply = browser.post("/me/password", data=new_password(**wrong))
    assert reply.status_code == 422
    assert fault_at(reply, field)
    assert fresh(user).password_hash == before
    for secret in {make.PASSWORD, NEW, *wrong.values()} - {""}:
        assert secret not in reply.text, "passwords are never sent back"


@pytest.mark.parametrize(
    "guessed",
    [
        "matkhau12345",
        "password1234",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "123456789012",
        "soat123456789",
        "Phường Cầu Tre",
        "phuong cau tre",
        "Công chức đầu mối 1",
        "cong chuc dau moi",
    ],
)
def test_what_others_would_try_first_is_no_password(user, login, guessed):
    reply = login(user).post("/me/password", data=new_password(new=guessed, again=guessed))
    assert reply.status_code == 422
    assert "dễ đoán" in fault_at(reply, "new")
    assert guessed not in reply.text.partition("<form")[2].partition("password-new")[2][:200]


def test_any_text_may_be_a_password(user, login):
    strange = "mật khẩu 💥 \u202e dài"
    login(user).post("/me/password", data=new_password(new=strange, again=strange))
    assert login(user.name, strange).get("/me").status_code == 200


def test_language_and_look_are_kept(user, login):
    browser = login(user)
    assert browser.post("/me/preferences", data={"locale": "en", "theme": "dark"}).status_code == 303
    assert (fresh(user).locale, fresh(user).theme) == ("en", "dark")
    page = browser.get("/me")
    assert 'lang="en"' in page.text
    assert 'data-theme="dark"' in page.text


@pytest.mark.parametrize("wrong", [{"locale": "xx"}, {"theme": "hồng"}, {"locale": ""}], ids=str)
def test_unknown_words_are_refused_at_their_field_in_our_language(user, login, wrong):
    reply = login(user).post("/me/preferences", data={"locale": "vi", "theme": "auto"} | wrong)
    assert reply.status_code == 422
    assert fault_at(reply, next(iter(wrong))) == "Hãy chọn trong danh sách."
    assert (fresh(user).locale, fresh(user).theme) == ("vi", "auto")


def test_it_is_only_ones_own_account(user, login, client):
    assert client.get("/me").status_code == 303
    for address in ("/me/password", "/me/preferences"):
        assert client.post(address, data=new_password()).status_code == 303
        assert login(user).get(address).status_code == 405
    assert login(user).post("/me").status_code == 405
    assert login(user).get("/me/1").status_code == 404


# --- what a tablet asks before it sends ----------------------------------------------------------


def test_a_tablet_learns_whose_session_it_is_and_gets_a_token_that_works(user, login):
    browser = login(user)
    reply = browser.get("/me/token", headers={"X-Requested-With": "soat"})
    assert (reply.status_code, reply.json["account"]) == (200, user.id)
    assert reply.json["seal_key"] == seal_key(current_app.config["SECRET_KEY"], user.id)
    assert reply.headers["Cache-Control"] == "no-store"
    sent = {"locale": "en", "theme": "dark"}
    headers = {"X-CSRFToken": reply.json["csrf"]}
    assert browser.post("/me/preferences", data=sent, headers=headers, csrf=False).status_code == 303
    assert fresh(user).theme == "dark"


def test_without_a_session_there_is_no_token(client):
    assert client.get("/me/token", headers={"X-Requested-With": "soat"}).status_code == 401


def test_the_token_is_only_read(user, login):
    assert login(user).post("/me/token").status_code == 405
