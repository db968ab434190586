"""/login and /logout: coming in, and that nothing is left after going out."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.db import db
from app.domain.access import Role
from app.models import UserSession
from tests import make
from tests.cast import HTMX, SCRIPT, fault_at, value_of, words
from tests.conftest import Client


@pytest.fixture
def user(app: Flask):
    return make.user(Role.MEMBER, name="thanhvien")


def enter(
    client: Client, name: str = "thanhvien", password: str = make.PASSWORD, address: str = "/login", **more
):
    return client.post(address, data={"name": name, "password": password}, **more)


def cookie(client: Client) -> str:
    found = client.get_cookie("sid")
    assert found is not None
    return found.value


def test_a_person_signs_in_and_is_led_to_the_overview(user, client):
    assert client.get("/login").status_code == 200
    reply = enter(client)
    assert (reply.status_code, reply.location) == (303, "/")
    assert client.get("/").status_code == 200
    assert client.get("/login").location == "/", "who is in needs no login page"


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(user, client):
    cookies = enter(client).headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"sid", "device"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("name", "password"), [("thanhvien", "sai"), ("ai-do", "sai"), ("ai-do", make.PASSWORD)]
)
def test_every_wrong_pair_gets_the_same_answer(user, client, name, password):
    reply = enter(client, name, password)
    assert reply.status_code == 422
    assert fault_at(reply, "password") == "Tên đăng nhập hoặc mật khẩu không đúng."
    assert value_of(reply, "name") == name
    assert value_of(reply, "password") == "", "a password is never sent back"


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("", "x", "name"),
        ("  ", "x", "name"),
        ("a" * 101, "x", "name"),
        ("a", "", "password"),
        ("a", "x" * 129, "password"),
    ],
    ids=lambda case: case[:12],
)
def test_what_is_missing_or_too_long_is_said_at_its_field(user, client, name, password, field):
    reply = enter(client, name, password)
    assert reply.status_code == 422
    assert fault_at(reply, field)


def test_after_signing_in_one_comes_to_the_page_one_wanted(user, client):
    reply = client.get("/tasks?q=cau+tre")
    assert reply.status_code == 303
    assert reply.location == "/login?next=/tasks?q%3Dcau%2Btre"
    assert enter(client, address=reply.location).location == "/tasks?q=cau+tre"


@pytest.mark.parametrize(
    "target",
    [
        "https://vi.du/",
        "//vi.du",
        "/\\vi.du",
        "\\\\vi.du",
        "javascript:alert(1)",
        "/\t/vi.du",
        "%2F%2Fvi.du",
        "tasks",
        "/\n/vi.du",
        "///vi.du",
        "/x\r\nSet-Cookie: a=b",
    ],
)
def test_nobody_is_led_out_of_the_app(user, client, target):
    reply = client.post(
        "/login", query_string={"next": target}, data={"name": "thanhvien", "password": make.PASSWORD}
    )
    assert (reply.status_code, reply.location) == (303, "/")


def test_signing_out_kills_a_copied_cookie(user, client, app):
    enter(client)
    thief = Client(app, app.response_class)
    thief.set_cookie("sid", cookie(client))
    assert thief.get("/me").status_code == 200
    assert client.post("/logout").status_code == 303
    assert thief.get("/me").status_code == 303
    assert client.get("/me").status_code == 303
    assert db.session.execute(select(UserSession)).first() is None


def test_signing_out_takes_a_post(user, client):
    enter(client)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout", csrf=False).status_code == 400
    assert client.get("/me").status_code == 200


def test_a_session_that_was_there_before_does_not_live_on(user, client):
    client.get("/login")
    with client.session_transaction() as session:
        session["planted"] = "x"
    enter(client)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_a_closed_account_is_out_at_the_next_request(user, client):
    enter(client)
    user.active = False
    db.session.commit()
    assert client.get("/").status_code == 303
    assert client.get("/", headers=SCRIPT).status_code == 401
    assert client.get("/", headers=HTMX).status_code == 401
    assert enter(client).status_code == 422


def test_a_changed_role_counts_at_the_next_request(client, app):
    user = make.user(Role.ADMIN, name="thanhvien")
    enter(client)
    assert client.get("/admin/users").status_code == 200
    user.role = Role.MEMBER
    db.session.commit()
    assert client.get("/admin/users").status_code == 403


def test_demonstration_accounts_are_shown_only_when_they_exist(client, app):
    assert "Tài khoản dùng thử" not in client.get("/login").text
    make.user(Role.HEAD, name="truongdoan", title="Trưởng đoàn", demo=True)
    page = words(client.get("/login"))
    assert "Tài khoản dùng thử" in page
    assert "truongdoan" in page


def test_who_has_a_one_time_password_must_choose_their_own_first(client, app):
    make.user(Role.HEAD, name="truongdoan", must_change_password=True)
    enter(client, "truongdoan")
    for address in ("/", "/inspections", "/tasks"):
        assert client.get(address).location == "/me"
    assert "Hãy đặt mật khẩu của riêng bạn" in words(client.get("/me"))
    new = {"old": make.PASSWORD, "new": "mat-khau-moi", "again": "mat-khau-moi"}
    assert client.post("/me/password", data=new).status_code == 303
    assert client.get("/").status_code == 200


def test_secure_cookies_bind_the_session_to_the_host(user, database):
    secure = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "for tests only",
            "DATABASE_URL": database.app.config["SQLALCHEMY_DATABASE_URI"],
            "DATA_DIR": str(database.template.parent),
            "SECURE_COOKIES": "1",
        }
    )
    with secure.app_context():
        client = Client(secure, secure.response_class)
        reply = enter(
            client, base_url="https://localhost", headers={"Referer": "https://localhost/login"}, csrf=False
        )
        db.engine.dispose()
    assert reply.headers["Strict-Transport-Security"]
    assert reply.status_code == 400, "the token is asked for here too"
    assert secure.config["SESSION_COOKIE_NAME"] == "__Host-sid"


def test_the_language_can_be_chosen_before_signing_in(user, client):
    assert "Đăng nhập" in words(client.get("/login"))
    reply = client.post("/login/language", data={"locale": "en"})
    assert reply.status_code == 303
    assert 'lang="en"' in client.get("/login").text
    assert client.post("/login/language", data={"locale": "xx"}).status_code == 422


def test_pages_carry_the_security_headers(client, app):
    for address in ("/login", "/khong-co", "/healthz"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert {"Cookie", "HX-Request"} <= {part.strip() for part in headers["Vary"].split(",")}
