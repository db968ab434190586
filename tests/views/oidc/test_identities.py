"""What the provider says, checked: signed with its own key, and still wrong; and whose account it opens."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.refusals import Invalid
from app.models import AuditEvent, Identity
from tests import make
from tests.cast import words
from tests.provider import CLIENT, PASSWORD, SECRET, Person, Running
from tests.views.oidc.way import BACK, SUBJECT, come_back, configure, inside_path, is_in

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
