"""/login/oidc: signing in by a provider of identities, against a real one, and what must not get in that way."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from app import models, totp
from app.db import db
from app.domain.access import Role
from app.domain.refusals import Invalid
from app.models import AuditEvent, Identity, LoginAttempt, UserSession
from app.oidc import open_provider
from app.services.identities import link_identity
from tests import make
from tests.cast import words
from tests.conftest import Client
from tests.provider import CLIENT, NAME, PASSWORD, SECRET, Person, Running, running_provider

BACK = "http://localhost/login/oidc/callback"
SUBJECT = "nguoi"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_provider(tmp_path_factory.mktemp("provider"), [BACK]) as process:
        yield process


def configure(app: Flask, **settings) -> None:
    app.config["SOAT"] = replace(app.config["SOAT"], **settings)


@pytest.fixture
def app(app: Flask, running: Running) -> Iterator[Flask]:
    """The app, for which the running provider is set."""
    before = app.config["SOAT"]
    configure(app, oidc=running.known())
    yield app
    app.config["SOAT"] = before


@pytest.fixture
def user(app: Flask) -> models.User:
    return make.user(Role.MEMBER, name="thanhvien")


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def linked(user: models.User, running: Running, person: Person) -> models.User:
    """An account that is linked with the person."""
    link_identity(user.id, running.issuer, person.name, user.id, make.NOW)
    return db.session.get_one(models.User, user.id)


def leave(client: Client, **query: str) -> str:
    """Presses the button; the address at the provider."""
    reply = client.get("/login/oidc", query_string=query)
    assert reply.status_code == 303
    return reply.location


def inside_path(address: str) -> str:
    assert address.startswith(BACK)
    return address.removeprefix("http://localhost")


def return_address(client: Client, person: Person, says: str = "accept", **query: str) -> str:
    """From the button to the moment when the provider sends the person back."""
    return inside_path(person.answer(leave(client, **query), BACK, says))


def come_back(client: Client, person: Person, says: str = "accept", **query: str):
    return client.get(return_address(client, person, says, **query))


def told(client: Client, reply) -> str:
    """The words on the page that one is led to: the login page, unless said otherwise."""
    assert reply.status_code == 303
    assert urlsplit(reply.location).path == "/login"
    return words(client.get(reply.location))


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def changed(address: str, **parts: str | None) -> str:
    """The address with other or without some parts of its query."""
    path, query = urlsplit(address).path, dict(parse_qsl(urlsplit(address).query))
    kept = {name: value for name, value in (query | parts).items() if value is not None}
    return f"{path}?{urlencode(kept)}"


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


# What the provider says, checked: signed with its own key, and still wrong


def read(running: Running, token: str, nonce: str = "n"):
    return running.known().read(token, nonce, datetime.now(UTC))


def test_a_right_token_proves_who_it_is(running):
    proof = read(running, running.sign())
    assert (proof.issuer, proof.subject, proof.nonce) == (running.issuer, SUBJECT, "n")
    assert read(running, running.sign(aud=[CLIENT])).subject == SUBJECT
    assert read(running, running.sign(aud=[CLIENT, "khac"], azp=CLIENT)).subject == SUBJECT


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "khac"},
        {"nonce": None},
        {"nonce": ""},
        {"iss": "https://khac.vi.du"},
        {"iss": None},
        {"aud": "khac"},
        {"aud": None},
        {"aud": ["khac"], "azp": CLIENT},
        {"aud": [CLIENT, "khac"]},
        {"aud": [CLIENT, "khac"], "azp": "khac"},
        {"aud": [], "azp": CLIENT},
        {"exp": 1},
        {"exp": None},
        {"exp": "x"},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": ["an"]},
        {"sub": "ẩn"},
        {"sub": "a\nb"},
        {"sub": "a" * 256},
    ],
    ids=str,
)
def test_a_wrong_token_proves_nothing(running, claims):
    with pytest.raises(Invalid):
        read(running, running.sign(**claims))


def test_an_expired_token_is_read_with_a_minute_of_grace(running):
    now = int(datetime.now(UTC).timestamp())
    assert read(running, running.sign(iat=now - 90, exp=now - 30)).subject == SUBJECT
    with pytest.raises(Invalid):
        read(running, running.sign(iat=now - 200, exp=now - 90))


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_only_the_providers_own_signature_counts(running):
    """«none», our shared secret, its public key as a secret, somebody's key under its name, a changed word."""
    head, body, signature = running.sign().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    public = running.key.as_pem(private=False)
    other = RSAKey.generate_key(2048)
    forged = [
        f"{_part({'alg': 'none'})}.{body}.",
        f"{_part({'alg': 'None', 'kid': running.key.kid})}.{body}.{signature}",
        jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET)),
        jwt.encode({"alg": "HS256", "kid": running.key.kid}, claims, OctKey.import_key(public.hex())),
        jwt.encode({"alg": "RS256", "kid": running.key.kid}, claims, other),
        jwt.encode({"alg": "RS256", "kid": "khac"}, claims, other),
        jwt.encode({"alg": "RS256"}, claims, other),
        f"{head}.{_part(claims | {'sub': 'khac'})}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        "",
        "x",
        "é.é.é",
        "." * 5,
    ]
    for token in forged:
        with pytest.raises(Invalid):
            read(running, token)


def test_without_a_nonce_of_ours_nothing_is_proven(running):
    for token in (running.sign(nonce=None), running.sign(nonce="")):
        with pytest.raises(Invalid):
            read(running, token, nonce="")


# Linking


@pytest.fixture
def admin(app):
    return make.user(Role.ADMIN, name="quantri")


def test_the_administrator_links_and_unlinks_and_open_sessions_end(user, admin, client, login, person):
    browser, page = login(admin), f"/admin/users/{user.id}/identity"
    assert browser.get(f"/admin/users/{user.id}").text.count(page) == 1
    assert browser.post(page, data={"subject": f" {person.name} "}).location == page
    assert come_back(client, person).location == "/"
    text = browser.get(page).text
    assert person.name in words(browser.get(page))
    [away] = re.findall(rf'action="({page}/\d+/remove)"', text)
    assert browser.post(away).location == page
    assert not is_in(client), "what the identity opened is closed at once"
    assert browser.post(away).status_code == 404
    actions = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert {"user.link_identity", "user.sign_in_by_provider", "user.unlink_identity"} <= set(actions)


@pytest.mark.parametrize("subject", ["", "  ", "a" * 256, "ẩn danh", "a\u200bb"])
def test_what_cannot_be_an_identity_is_said_at_its_field(user, admin, login, subject):
    reply = login(admin).post(f"/admin/users/{user.id}/identity", data={"subject": subject})
    assert reply.status_code == 422
    assert 'id="subject-error"' in reply.text
    assert not db.session.scalars(select(Identity)).all()


def test_one_identity_opens_one_account_and_an_account_has_one_a_provider(linked, admin, login, person):
    browser, other = login(admin), make.user(Role.MEMBER)
    reply = browser.post(f"/admin/users/{other.id}/identity", data={"subject": person.name})
    assert (reply.status_code, "đã nối với một tài khoản khác" in words(reply)) == (409, True)
    reply = browser.post(f"/admin/users/{linked.id}/identity", data={"subject": "khac"})
    assert reply.status_code == 409
    # Large and small letters are told apart.
    assert (
        browser.post(f"/admin/users/{other.id}/identity", data={"subject": person.name.upper()}).status_code
        == 303
    )


def test_what_is_not_there_is_404(admin, linked, login, app):
    browser, other = login(admin), make.user(Role.MEMBER)
    row = db.session.scalars(select(Identity.id)).one()
    assert browser.get("/admin/users/999999/identity").status_code == 404
    assert browser.post("/admin/users/999999/identity", data={"subject": "x"}).status_code == 404
    assert browser.post(f"/admin/users/{other.id}/identity/{row}/remove").status_code == 404
    assert login(other).post(f"/me/identity/{row}/remove").status_code == 404
    configure(app, oidc=None)
    assert browser.get(f"/admin/users/{linked.id}/identity").status_code == 200
    assert browser.post(f"/admin/users/{other.id}/identity", data={"subject": "x"}).status_code == 404
    assert browser.post(f"/admin/users/{linked.id}/identity/{row}/remove").status_code == 303


def test_nobody_else_links_accounts_of_others(linked, login, person):
    row = db.session.scalars(select(Identity.id)).one()
    browser = login(make.user(Role.HEAD))
    for method, address in (("get", ""), ("post", ""), ("post", f"/{row}/remove")):
        reply = getattr(browser, method)(f"/admin/users/{linked.id}/identity{address}")
        assert reply.status_code == 403
        assert person.name not in reply.text


def test_a_person_links_their_own_account_after_the_password(user, login, client, person):
    browser = login(user)
    assert "/me/identity" in browser.get("/me").text
    reply = browser.post("/me/identity", data={"password": "sai"})
    assert reply.status_code == 422
    reply = browser.post("/me/identity", data={"password": make.PASSWORD})
    assert reply.status_code == 200, "a page with a link: a form may lead nowhere else"
    address = re.search(r'href="(http://127[^"]+)"', reply.text)[1].replace("&amp;", "&")
    reply = browser.get(inside_path(person.answer(address, BACK)))
    assert reply.location == "/me/identity"
    page = browser.get("/me/identity")
    assert "Đã nối" in words(page)
    assert person.name in words(page)
    assert come_back(client, person).location == "/"
    [away] = re.findall(r'action="(/me/identity/\d+/remove)"', page.text)
    assert browser.post(away).location == "/me/identity"
    assert not is_in(client)
    assert is_in(browser), "who came with the password stays"


def test_another_person_at_the_same_browser_links_nothing(user, login, app):
    """Begun by one, signed out, and another is in when the answer comes."""
    browser = login(user)
    reply = browser.post("/me/identity", data={"password": make.PASSWORD})
    address = re.search(r'href="(http://127[^"]+)"', reply.text)[1].replace("&amp;", "&")
    with browser.session_transaction() as session:
        kept = session["oidc"]
    other = login(make.user(Role.MEMBER))
    with other.session_transaction() as session:
        session["oidc"] = kept
    reply = other.get(inside_path(Person().answer(address, BACK)))
    assert reply.location == "/me/identity"
    assert "Phiên làm việc đã hết" in words(other.get(reply.location))
    assert not db.session.scalars(select(Identity)).all()


def test_a_linked_identity_is_not_taken_by_another_account(linked, login, person):
    browser = login(make.user(Role.MEMBER))
    reply = browser.post("/me/identity", data={"password": make.PASSWORD})
    address = re.search(r'href="(http://127[^"]+)"', reply.text)[1].replace("&amp;", "&")
    reply = browser.get(inside_path(person.answer(address, BACK)))
    assert "đã nối với một tài khoản khác" in words(browser.get(reply.location))
    assert db.session.scalars(select(Identity.user_id)).one() == linked.id


def test_a_password_asked_here_too_often_is_not_tried_further(user, login):
    browser = login(user)
    statuses = [browser.post("/me/identity", data={"password": "sai"}).status_code for _time in range(11)]
    assert statuses == [422] * 10 + [429]


def test_a_role_taken_away_counts_here_at_the_next_request(linked, client, person):
    linked.role = Role.ADMIN
    db.session.commit()
    come_back(client, person)
    assert client.get("/admin/users").status_code == 200
    db.session.get_one(models.User, linked.id).role = Role.MEMBER
    db.session.commit()
    assert client.get("/admin/users").status_code == 403


def test_old_proofs_are_swept(linked, client, person):
    db.session.add(models.UsedProof(nonce_sha256="cu", at=datetime.now(UTC) - timedelta(hours=2)))
    db.session.commit()
    come_back(client, person)
    assert "cu" not in set(db.session.scalars(select(models.UsedProof.nonce_sha256)))


def test_the_secret_is_written_nowhere(app, client, running, caplog, person):
    come_back(client, person)
    assert SECRET not in repr(app.config["SOAT"])
    assert SECRET not in caplog.text
    assert PASSWORD not in caplog.text
