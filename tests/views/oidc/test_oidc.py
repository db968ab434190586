"""/login/oidc: signing in by a provider of identities, against a real one, and what must not get in that way."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from app import totp
from app.db import db
from app.domain.access import Role
from app.models import AuditEvent, Identity, LoginAttempt, UserSession
from app.oidc import open_provider
from app.services.identities import link_identity
from tests import make
from tests.cast import words
from tests.conftest import Client
from tests.provider import CLIENT, NAME, SECRET, Person
from tests.views.oidc.way import (
    BACK,
    SUBJECT,
    changed,
    come_back,
    configure,
    is_in,
    leave,
    return_address,
    told,
)

# The way in


def test_the_button_is_there_only_when_there_is_a_provider(app, client):
    assert f"Đăng nhập bằng {NAME}" in words(client.get("/login"))
    configure(app, oidc=None)
    assert NAME not in client.get("/login").text
    for address in ("/login/oidc", "/login/oidc/callback?state=x&code=y"):
        assert client.get(address).status_code == 404


def test_the_question_carries_everything_that_the_answer_is_checked_by(app, client, running):
    address = urlsplit(leave(client))
    asked = {name: value[0] for name, value in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == running.issuer
    assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid")
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == (BACK, "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32
    again = {name: value[0] for name, value in parse_qs(urlsplit(leave(client)).query).items()}
    assert not {again[name] for name in ("state", "nonce", "code_challenge")} & set(asked.values())


def test_a_linked_person_signs_in_and_comes_to_the_page_they_wanted(linked, client, running, person):
    reply = come_back(client, person, next="/tasks?q=cau+tre")
    assert (reply.status_code, reply.location) == (303, "/tasks?q=cau+tre")
    assert is_in(client)
    row = db.session.scalars(select(Identity)).one()
    assert (row.user_id, row.issuer, row.subject) == (linked.id, running.issuer, person.name)
    assert row.last_used_at
    assert db.session.scalars(select(UserSession)).one().identity_id == row.id
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event
    assert (event.action, event.user_id) == ("user.sign_in_by_provider", linked.id)
    assert not db.session.scalars(select(LoginAttempt)).all(), "a right try is given back"


def test_the_session_is_made_as_by_a_password(linked, client, person):
    client.get("/login")
    with client.session_transaction() as session:
        session["planted"] = "x"
    reply = come_back(client, person)
    cookies = {cookie.split("=")[0]: cookie for cookie in reply.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"sid", "device"}
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies.values())
    with client.session_transaction() as session:
        assert "planted" not in session
        assert "oidc" not in session, "neither nonce nor verifier live on"
    assert client.post("/logout").status_code == 303
    assert not is_in(client)


def test_the_password_still_opens_unless_a_setting_says_otherwise(app, linked, client, person):
    form = {"name": linked.name, "password": make.PASSWORD}
    configure(app, password_login=False)
    page = client.get("/login").text
    assert 'name="password"' not in page
    assert "/login/oidc" in page
    assert client.post("/login", data=form).status_code == 403
    assert come_back(client, person).location == "/"
    client.post("/logout")
    configure(app, password_login=True)
    assert client.post("/login", data=form).location == "/"


def test_the_second_step_is_asked_for_here_too(linked, client, person):
    linked.totp_secret, linked.totp_since = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", make.NOW
    db.session.commit()
    reply = come_back(client, person, next="/tasks")
    assert reply.location == "/login/code?next=/tasks"
    assert not is_in(client)
    code = totp.current_code("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", datetime.now(UTC))
    assert client.post(reply.location, data={"code": code}).location == "/tasks"
    assert is_in(client)
    assert db.session.scalars(select(UserSession)).one().identity_id


def test_a_role_that_needs_the_second_step_is_led_to_it(app, linked, client, person):
    configure(app, require_totp=True)
    linked.role = Role.HEAD
    db.session.commit()
    come_back(client, person)
    assert client.get("/").location == "/me/second-step"


def test_a_one_time_password_is_asked_to_be_changed_only_of_who_came_in_with_it(linked, client, person):
    linked.must_change_password = True
    db.session.commit()
    come_back(client, person)
    assert client.get("/").status_code == 200


def test_signing_out_says_that_the_provider_still_knows_one(linked, client, running, person):
    come_back(client, person)
    reply = client.post("/logout")
    assert reply.location == "/login?left=provider"
    assert f'href="{running.issuer}/oauth/end_session?client_id={CLIENT}"' in client.get(reply.location).text


def test_who_is_in_needs_no_provider(linked, login):
    browser = login(linked)
    assert browser.get("/login/oidc?next=/tasks").location == "/tasks"


# Who does not get in


def test_who_is_not_linked_learns_their_own_name_there_and_nothing_of_accounts(user, client, person):
    text = told(client, come_back(client, person))
    assert "Chưa có tài khoản Soát nào dùng được nối với danh tính này" in text
    assert f"«{person.name}»" in text
    assert not is_in(client)
    assert not db.session.scalars(select(Identity)).all(), "nobody is let in or made by themselves"


def test_whose_account_is_closed_gets_the_same_words(linked, client, person):
    linked.active = False
    db.session.commit()
    assert "Chưa có tài khoản Soát nào dùng được" in told(client, come_back(client, person))
    assert not is_in(client)


def test_the_same_name_at_another_provider_is_another_person(user, client, running, person):
    link_identity(user.id, "https://khac.vi.du", person.name, user.id, make.NOW)
    assert "Chưa có tài khoản" in told(client, come_back(client, person))


def test_who_says_no_at_the_provider_is_told_so(linked, client, person):
    text = told(client, come_back(client, person, says="deny"))
    assert "Bạn đã không đồng ý" in text
    assert not is_in(client)


def test_an_answer_counts_once(linked, client, person):
    back = return_address(client, person)
    assert client.get(back).location == "/"
    client.post("/logout")
    assert "hoặc đã dùng rồi" in told(client, client.get(back))
    assert not is_in(client)


def test_an_old_cookie_with_an_old_answer_opens_nothing(linked, client, app, person):
    """The browser's whole state is put back as it was: the provider takes no code twice, nor do we a proof."""
    back = return_address(client, person)
    before = client.get_cookie("sid").value
    assert client.get(back).location == "/"
    thief = Client(app, app.response_class)
    thief.set_cookie("sid", before)
    assert "không xác nhận được bạn" in told(thief, thief.get(back))


def test_an_answer_opens_only_the_browser_that_asked(linked, client, app, person):
    """Log-in forgery: an attacker's own answer, given to somebody else to open."""
    back = return_address(client, person)
    victim = Client(app, app.response_class)
    assert "không bắt đầu từ trình duyệt này" in told(victim, victim.get(back))
    leave(victim)
    assert "không bắt đầu từ trình duyệt này" in told(victim, victim.get(back))
    assert not is_in(victim)


def test_a_stolen_code_is_worth_nothing_in_another_browser(linked, client, app, person):
    """The code comes with the thief's own state; the verifier and the nonce are those of another question."""
    stolen = dict(parse_qsl(urlsplit(return_address(client, person)).query))["code"]
    thief = Client(app, app.response_class)
    own = return_address(thief, Person())
    assert "không xác nhận được bạn" in told(thief, thief.get(changed(own, code=stolen)))
    assert not is_in(thief)


@pytest.mark.parametrize(
    "parts",
    [
        {"state": None},
        {"state": ""},
        {"state": "x"},
        {"state": "\udcff"},
        {"state": "é" * 2000},
        {"code": None},
        {"code": ""},
        {"code": "x"},
        {"code": "\x00"},
        {"code": "A" * 3000},
        {"iss": None},
        {"iss": "https://khac.vi.du"},
        {"error": "server_error"},
        {"error": "\r\nSet-Cookie: a=b", "code": None},
    ],
    ids=str,
)
def test_a_spoiled_answer_is_a_sentence_and_never_a_fault(linked, client, parts, person):
    back = return_address(client, person)
    parts = {name: value and value.encode("utf-8", "surrogateescape") for name, value in parts.items()}
    text = told(client, client.get(changed(back, **parts)))
    assert "Hãy bấm đăng nhập lại" in text
    assert not is_in(client)


def test_an_answer_that_comes_too_late_is_none(linked, client, person):
    back = return_address(client, person)
    with client.session_transaction() as session:
        session["oidc"] = session["oidc"] | {"at": session["oidc"]["at"] - 601}
    assert "Đã quá lâu" in told(client, client.get(back))


@pytest.mark.parametrize(
    "target", ["https://vi.du/", "//vi.du", "/\\vi.du", "javascript:alert(1)", "/\t/vi.du", "///vi.du"]
)
def test_nobody_is_led_out_of_the_app(linked, client, target, person):
    assert come_back(client, person, next=target).location == "/"


def test_a_page_elsewhere_cannot_start_it(app, client):
    for site in ("cross-site", "same-site"):
        reply = client.get("/login/oidc?next=/tasks", headers={"Sec-Fetch-Site": site})
        assert reply.location == "/login?next=/tasks"
    for site in ("same-origin", "none"):
        assert client.get("/login/oidc", headers={"Sec-Fetch-Site": site}).location.startswith("http://127")


def test_the_addresses_take_no_posts(app, client):
    for address in ("/login/oidc", "/login/oidc/callback"):
        assert client.post(address).status_code == 405


def test_who_comes_back_in_vain_again_and_again_must_wait(user, client):
    """One who may not come in, thirty times; then everybody at this address for a while, by this door only."""
    for _time in range(30):
        assert "Chưa có tài khoản" in told(client, come_back(client, Person()))
    reply = come_back(client, Person())
    assert reply.status_code == 429
    assert int(reply.headers["Retry-After"]) > 0
    form = {"name": user.name, "password": make.PASSWORD}
    assert client.post("/login", data=form).status_code == 303


# When the provider is not there


def test_a_provider_that_is_down_is_a_sentence_and_the_password_still_opens(app, linked, client):
    configure(app, oidc=open_provider("http://127.0.0.1:9", CLIENT, SECRET, NAME))
    reply = client.get("/login/oidc?next=/tasks")
    assert f"Không liên lạc được với «{NAME}»" in told(client, reply)
    assert "next=/tasks" in reply.location
    assert client.post("/login", data={"name": linked.name, "password": make.PASSWORD}).location == "/"


def test_a_provider_that_goes_down_in_between_is_a_sentence(app, linked, client, running, person):
    back = return_address(client, person)
    provider = app.config["SOAT"].oidc
    provider._metadata = provider._metadata | {"token_endpoint": "http://127.0.0.1:9/token"}
    assert "Không liên lạc được" in told(client, client.get(back))


def test_a_wrong_secret_is_a_sentence(app, linked, client, running, person):
    configure(app, oidc=running.known(secret="sai"))
    assert "không xác nhận được bạn" in told(client, come_back(client, person))


def test_what_calls_itself_otherwise_is_not_our_provider(app, client, running):
    configure(app, oidc=running.known(issuer=running.issuer.replace("127.0.0.1", "localhost")))
    assert "Không liên lạc được" in told(client, client.get("/login/oidc"))


def test_a_provider_that_failed_is_left_alone_for_a_while(app, client, monkeypatch):
    configure(app, oidc=open_provider("http://127.0.0.1:9", CLIENT, SECRET, NAME))
    assert client.get("/login/oidc").status_code == 303
    asked: list[str] = []
    monkeypatch.setattr("requests.Session.get", lambda _self, address, **_options: asked.append(address))
    assert client.get("/login/oidc").status_code == 303
    assert asked == []


def test_its_description_and_its_keys_are_read_once(linked, client, running, app, monkeypatch, person):
    assert come_back(client, person).location == "/"
    monkeypatch.setattr("requests.Session.get", lambda *_arguments, **_options: 1 / 0)
    assert app.config["SOAT"].oidc.ask(BACK, "vi").address.startswith(running.issuer)
    assert app.config["SOAT"].oidc.read(running.sign(), "n", datetime.now(UTC)).subject == SUBJECT
