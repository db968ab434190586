"""The pages at the door: /login and /login/code, over HTTP as a browser meets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import totp
from app.db import db
from app.domain.access import Role
from app.models import AuditEvent, LoginAttempt, UserSession
from app.queries.users import second_step_of
from app.services import second_step
from tests import make
from tests.cast import HTMX, fault_at, words
from tests.conftest import Client

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def user(app):
    return make.user(Role.HEAD, name="truongdoan", title="Trưởng đoàn")


@pytest.fixture
def browser(app):
    """Another browser of its own."""
    return lambda: Client(app, app.response_class)


def sign_in(client, password=make.PASSWORD, name="truongdoan", **rest):
    return client.post("/login", data={"name": name, "password": password}, **rest)


def turn_on(user) -> tuple[str, list[str]]:
    """The second step, set up a while ago; gives the secret and the recovery codes."""
    before = datetime.now(UTC) - timedelta(minutes=5)
    second_step.begin(user.id, make.PASSWORD, before)
    secret = second_step_of(user.id).secret
    return secret, second_step.confirm(user.id, totp.current_code(secret, before), before)


def code_now(secret: str) -> str:
    return totp.current_code(secret, datetime.now(UTC))


# --- passwords ----------------------------------------------------------------------------------------


def test_a_right_password_opens_and_renews_the_session(user, client):
    client.get("/login")
    with client.session_transaction() as session:
        session["csrf_token"] = "planted before"
        session["planted"] = "by somebody else"
    reply = sign_in(client)
    assert (reply.status_code, reply.location) == (303, "/")
    with client.session_transaction() as session:
        first = session["_user_id"]
        assert "planted" not in session
        assert session.get("csrf_token") != "planted before"
    assert sign_in(client).status_code == 303
    with client.session_transaction() as session:
        assert session["_user_id"] != first
    assert len(db.session.scalars(select(UserSession)).all()) == 1, "the session before has ended"


def test_a_wrong_password_is_told_at_its_field_and_the_name_stays(user, client):
    reply = sign_in(client, "sai")
    assert reply.status_code == 422
    assert fault_at(reply, "password") == "Tên đăng nhập hoặc mật khẩu không đúng."
    assert 'value="truongdoan"' in reply.text
    assert "sai" not in reply.text.split("<form", 1)[1].split("</form>")[0].replace("không đúng", "")


def test_after_too_many_wrong_tries_the_page_says_how_long_to_wait(user, client, browser):
    known = browser()
    assert sign_in(known).status_code == 303
    known.post("/logout")
    for _ in range(5):
        assert sign_in(client, "sai").status_code == 422
    reply = sign_in(client)
    assert reply.status_code == 429
    assert 0 < int(reply.headers["Retry-After"]) <= 300
    assert "Hãy đợi 5 phút" in fault_at(reply, "password")
    assert sign_in(client, name="khong-co").status_code == 422, "another name is another bucket"
    assert sign_in(known).status_code == 303, "a machine that signed in before is not kept out"
    assert sign_in(browser(), environ_base=ELSEWHERE).status_code == 429


def test_a_hundred_wrong_posts_are_answered_and_the_real_person_gets_in(user, client, browser):
    known = browser()
    sign_in(known)
    known.post("/logout")
    guesser = browser()
    codes = [sign_in(guesser, f"sai-{n}", environ_base=ELSEWHERE).status_code for n in range(100)]
    assert codes == [422] * 5 + [429] * 95
    assert sign_in(known).status_code == 303


def test_neither_names_nor_addresses_are_stored_of_who_tries(user, client):
    sign_in(client, "sai", environ_base=ELSEWHERE)
    sign_in(client, "sai", name="mat-khau-go-nham-o", environ_base=ELSEWHERE)
    text = str([row.bucket for row in db.session.scalars(select(LoginAttempt))])
    for hidden in ("truongdoan", "mat-khau-go-nham-o", "203.0.113.9"):
        assert hidden not in text


def test_the_device_cookie_is_out_of_reach_of_scripts(user, client):
    cookie = next(c for c in sign_in(client).headers.getlist("Set-Cookie") if c.startswith("device="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=15552000" in cookie


@pytest.mark.parametrize("cookie", ["", "x" * 3000, "không phải", "\u0000"])
def test_a_strange_device_cookie_is_a_browser_never_seen(user, client, cookie):
    client.set_cookie("device", cookie)
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize(
    "data", [{}, {"name": "x"}, {"name": "x" * 101, "password": "y"}, {"password": "z" * 500}]
)
def test_an_incomplete_form_costs_no_try(app, client, data):
    assert client.post("/login", data=data).status_code == 422
    assert not db.session.scalars(select(LoginAttempt)).all()


def test_the_login_page_wants_its_token(user, client):
    assert client.post("/login", data={"name": "truongdoan"}, csrf=False).status_code == 400


def test_the_whole_way_in_takes_few_statements(user, client, count_statements):
    sign_in(client)
    client.post("/logout")
    with count_statements() as statements:
        assert sign_in(client).status_code == 303
    assert len([s for s in statements if "advisory" not in s]) <= 14


# --- the second step ----------------------------------------------------------------------------------


def test_the_code_is_asked_for_after_the_password_and_leads_where_one_was_going(user, client):
    secret, _codes = turn_on(user)
    reply = client.post("/login?next=/tasks", data={"name": "truongdoan", "password": make.PASSWORD})
    assert reply.location == "/login/code?next=/tasks"
    assert client.get("/").location.startswith("/login"), "nothing is open yet"
    assert "device=" not in str(reply.headers.getlist("Set-Cookie"))
    page = client.get("/login/code?next=/tasks")
    assert 'autocomplete="one-time-code"' in page.text
    reply = client.post("/login/code?next=/tasks", data={"code": "000000x"})
    assert reply.status_code == 422
    assert fault_at(reply, "code") == "Mã không đúng, hoặc đã dùng rồi."
    with client.session_transaction() as session:
        waiting = session["awaits_code"]
    reply = client.post("/login/code?next=/tasks", data={"code": code_now(secret)})
    assert (reply.status_code, reply.location) == (303, "/tasks")
    with client.session_transaction() as session:
        assert "awaits_code" not in session
        assert session["_user_id"] != waiting
    assert client.get("/tasks").status_code == 200


def test_a_recovery_code_opens_too(user, client):
    _secret, codes = turn_on(user)
    sign_in(client)
    assert client.post("/login/code", data={"code": codes[0]}).status_code == 303


def test_too_many_wrong_codes_wait(user, client):
    turn_on(user)
    sign_in(client)
    codes = [client.post("/login/code", data={"code": f"{n:06}"}).status_code for n in range(8)]
    assert codes == [422] * 5 + [429] * 3


def test_without_a_password_before_there_is_no_second_step(user, client):
    assert client.get("/login/code").location == "/login"
    assert client.post("/login/code", data={"code": "123456"}).location == "/login"
    assert client.post("/login/code", data={}).status_code == 422
    assert client.post("/login/code", data={"code": "1"}, csrf=False).status_code == 400


# --- required by the setting ---------------------------------------------------------------------------


@pytest.fixture
def required(app, monkeypatch):
    chosen = app.config["SOAT"]
    changed = type(chosen)(**{**vars(chosen), "require_totp": True})
    monkeypatch.setitem(app.config, "SOAT", changed)


@pytest.mark.parametrize(("role", "must"), [(Role.ADMIN, True), (Role.HEAD, True), (Role.MEMBER, False)])
def test_the_setting_asks_it_of_administrators_and_heads(app, required, login, role, must):
    person = login(make.user(role))
    reply = person.get("/tasks")
    assert reply.status_code == (303 if must else 200)
    if must:
        assert reply.location == "/me/second-step"
        assert "cần xác thực hai bước" in words(person.get("/me/second-step"))
        assert person.get("/me").status_code == 200


def test_who_has_set_it_up_passes(user, required, client):
    secret, _codes = turn_on(user)
    sign_in(client)
    client.post("/login/code", data={"code": code_now(secret)})
    assert client.get("/tasks").status_code == 200


def test_a_one_time_password_comes_first(app, required, login):
    person = login(make.user(Role.ADMIN, must_change_password=True))
    assert person.get("/me/second-step").location == "/me"


# --- sessions ------------------------------------------------------------------------------------------


def test_a_closed_account_is_out_at_the_next_request(user, login):
    person = login(user)
    admin = login(make.user(Role.ADMIN))
    assert admin.post(f"/admin/users/{user.id}/close").status_code == 303
    assert person.get("/tasks").location.startswith("/login")
    reply = person.get("/tasks", headers=HTMX)
    assert reply.status_code == 401
    assert sign_in(person).status_code == 422
    assert "user.disable" in db.session.scalars(select(AuditEvent.action)).all()
