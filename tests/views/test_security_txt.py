"""/.well-known/security.txt, as RFC 9116 wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.config import WrongSetting, read_settings
from app.domain.access import Role
from tests import make

AT = "/.well-known/security.txt"


@pytest.fixture
def named(app):
    """The operator has named whom to tell."""
    before = app.config["SOAT"]
    app.config["SOAT"] = replace(
        before, security_contact="mailto:attt@vi.du", public_url="https://soat.vi.du/cchc"
    )
    yield
    app.config["SOAT"] = before


def fields(reply) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in reply.text.splitlines())


def test_nobody_named_is_404(client, login):
    for browser in (client, login(make.user(Role.ADMIN))):
        assert browser.get(AT).status_code == 404


def test_it_names_whom_to_tell_and_until_when_it_holds(named, client):
    reply = client.get(AT)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    told = fields(reply)
    assert told["Contact"] == "mailto:attt@vi.du"
    assert told["Preferred-Languages"] == "vi, en"
    assert told["Canonical"] == f"https://soat.vi.du/cchc{AT}"
    assert told["Expires"].endswith("Z"), "as RFC 3339 writes it"
    left = datetime.fromisoformat(told["Expires"]) - datetime.now(UTC)
    assert timedelta(days=150) < left < timedelta(days=365)
    assert len(told) == len(reply.text.splitlines()), "each field once"


def test_without_an_address_of_our_own_it_claims_none(named, client, app):
    app.config["SOAT"] = replace(app.config["SOAT"], public_url="http://10.0.0.4")
    assert "Canonical" not in fields(client.get(AT))


def test_it_sets_no_cookie_asks_no_database_and_is_never_limited(named, client, count_statements):
    with count_statements() as statements:
        replies = [client.get(AT) for _ in range(60)]
    assert {reply.status_code for reply in replies} == {200}
    assert not any("Set-Cookie" in reply.headers for reply in replies)
    assert statements == []


def test_it_takes_no_post(named, client):
    assert client.post(AT).status_code == 405


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ("", ""),
        ("attt@vi.du", "mailto:attt@vi.du"),
        ("mailto:attt@vi.du", "mailto:attt@vi.du"),
        ("https://vi.du/bao-loi?x=1", "https://vi.du/bao-loi?x=1"),
        ("tel:+84-225-1234", "tel:+84-225-1234"),
    ],
)
def test_the_setting_is_an_address_of_mail_or_web_or_a_telephone(given, contact, tmp_path):
    settings = read_settings({"SECRET_KEY": "x", "DATA_DIR": str(tmp_path), "SECURITY_CONTACT": given})
    assert settings.security_contact == contact


@pytest.mark.parametrize(
    "given",
    ["phòng ATTT", "http://vi.du", "attt@", "mailto:x", "https://", "tel:", "https://vi.du/\nExpires: 1"],
)
def test_a_wrong_one_stops_the_start(given, tmp_path):
    with pytest.raises(WrongSetting):
        read_settings({"SECRET_KEY": "x", "DATA_DIR": str(tmp_path), "SECURITY_CONTACT": given})
