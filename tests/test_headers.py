"""Every kind of answer carries the headers; the client itself asks it of every answer in all tests."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from app import create_app
from app.db import db
from app.domain.access import Role
from tests import checkheaders, make
from tests.cast import HTMX, SCRIPT
from tests.conftest import Client


@pytest.fixture
def secure(database) -> Flask:
    """The same app as it runs behind TLS."""
    app = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "for tests only",
            "DATABASE_URL": database.app.config["SQLALCHEMY_DATABASE_URI"],
            "DATA_DIR": str(database.template.parent),
            "SECURE_COOKIES": "1",
            "TRUSTED_HOSTS": "localhost",
        }
    )
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def answers(app: Flask, base: str) -> dict[str, tuple[int, object]]:
    """One answer of each kind, by what it is: the status that is wanted, and the answer."""
    client = Client(app, app.response_class)

    def ask(method: str, address: str, **more):
        return client.open(address, method=method, base_url=base, **more)

    def broken() -> None:
        raise RuntimeError("SELECT secret FROM werkzeug")

    kinds = {
        "a page": (200, ask("GET", "/login")),
        "led to the door": (303, ask("GET", "/tasks")),
        "no token": (400, ask("POST", "/login", csrf=False)),
        "no session, a script": (401, ask("GET", "/tasks", headers=SCRIPT)),
        "no session, a fragment": (401, ask("GET", "/tasks", headers=HTMX)),
        "not there": (404, ask("GET", "/khong-co")),
        "not there, a script": (404, ask("GET", "/khong-co", headers=SCRIPT)),
        "not that way": (405, ask("DELETE", "/login")),
        "options": (200, ask("OPTIONS", "/login")),
        "head": (200, ask("HEAD", "/login")),
        "a style sheet": (200, ask("GET", "/static/app.css")),
        "no such style sheet": (404, ask("GET", "/static/khong-co.css")),
        "out of the folder": (404, ask("GET", "/static/..%2f..%2fconfig.py")),
        "health": (200, ask("GET", "/healthz")),
    }
    referrer = {"Referer": f"{base}/login"}
    if base.startswith("http:"):
        kinds["not read"] = (422, ask("POST", "/login", data={"name": ""}, headers=referrer))
        kinds["too much"] = (413, ask("POST", "/login", data={"name": "x" * 7 * 2**20}, headers=referrer))
    view = app.view_functions["health.healthz"]
    app.view_functions["health.healthz"] = broken  # type: ignore[assignment]
    try:
        kinds["broken"] = (500, ask("GET", "/healthz"))
        kinds["broken, a script"] = (500, ask("GET", "/healthz", headers=SCRIPT))
    finally:
        app.view_functions["health.healthz"] = view
    return kinds


def test_every_kind_of_answer_carries_the_headers(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for kind, (status, answer) in answers(app, "http://localhost").items():
        assert answer.status_code == status, kind
        assert checkheaders.problems(answer, secure=False) == [], kind


def test_behind_tls_they_say_so_and_cookies_are_bound_to_the_host(app, secure):
    with secure.app_context():
        for kind, (status, answer) in answers(secure, "https://localhost").items():
            assert answer.status_code == status, kind
            assert checkheaders.problems(answer, secure=True) == [], kind
            for cookie in answer.headers.getlist("Set-Cookie"):
                assert cookie.startswith("__Host-"), kind
        strange = Client(secure, secure.response_class).get("/login", base_url="https://vi.du")
        assert strange.status_code == 400, "a host that is not ours"
        assert checkheaders.problems(strange, secure=True) == []


def test_private_pages_are_kept_by_nobody(app, login):
    browser = login(make.user(Role.ADMIN))
    for address in ("/", "/me", "/admin/users", "/tasks", "/khong-co"):
        headers = browser.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert {"Cookie", "HX-Request"} <= {part.strip() for part in headers["Vary"].split(",")}


def test_htmx_evaluates_nothing_and_asks_nobody_else(client):
    found = re.search(r"""<meta name="htmx-config" content='([^']+)'""", client.get("/login").text)
    assert found
    config = json.loads(found[1])
    assert config["selfRequestsOnly"] is True
    assert config["allowEval"] is False
    assert config["allowScriptTags"] is False
    assert config["includeIndicatorStyles"] is False, "an inline style, which the policy forbids"
    assert config["historyCacheSize"] == 0, "pages of one person are not kept for the next"


def test_the_check_sees_what_is_missing(client):
    answer = client.get("/login")
    for name in (*checkheaders.ALWAYS, "Content-Security-Policy", "Cache-Control"):
        kept = answer.headers.pop(name)
        assert checkheaders.problems(answer, secure=False), name
        answer.headers[name] = kept
    answer.headers["Set-Cookie"] = "x=y"
    assert len(checkheaders.problems(answer, secure=False)) == 3
