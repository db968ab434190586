"""Who may open what: every address × method, for visitors, strangers and the inspected unit.

The addresses come from the app itself, so that a new one is tried without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, Response, g, request, request_finished

from app import create_app, models
from app.db import db
from app.domain.access import Role
from app.domain.inspections import Direction, State
from app.views._security import PUBLIC
from tests import make
from tests.canaries import CANARY, Secrets, address, anything, digest, rules
from tests.cast import HTMX, SCRIPT, words
from tests.conftest import Client

WRITING = ("POST", "PUT", "PATCH", "DELETE")
METHODS = ("GET", "HEAD", *WRITING)


@pytest.fixture
def secrets(app: Flask) -> Secrets:
    return Secrets()


# --- Visitors


def test_the_public_addresses_are_these_and_no_others(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints >= PUBLIC, "a public address that is not there"
    assert {
        "static",
        "addresses.show",
        "addresses.confirm",
        "login.show",
        "login.sign_in",
        "login.show_code",
        "login.enter_code",
        "login.choose_language",
        "oidc.start",
        "oidc.callback",
        "health.healthz",
        "health.readyz",
        "security_txt.show",
        "shell.worker",
        "shell.manifest",
        "shell.offline",
        "shell.help_offline",
        "shell.outbox_offline",
    } == PUBLIC


def test_a_visitor_is_led_to_the_login_and_a_script_gets_401(app, secrets, client):
    before = digest()
    for rule, method in rules(app, *METHODS):
        if rule.endpoint in PUBLIC:
            continue
        at = address(app, rule, secrets.ids)
        page = client.open(at, method=method, data=anything() if method in WRITING else None)
        assert (page.status_code, page.location.split("?")[0]) == (303, "/login"), f"{method} {at}"
        for headers in (SCRIPT, HTMX):
            reply = client.open(at, method=method, headers=headers)
            assert reply.status_code == 401, f"{method} {at}"
            assert CANARY not in reply.text
    assert digest() == before


def test_other_methods_than_a_rule_names_are_refused(app, secrets, login):
    browser = login(secrets.head)
    allowed: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            allowed.setdefault(address(app, rule, secrets.ids), set()).update(rule.methods or ())
    before = digest()
    for at, methods in allowed.items():
        for method in set(WRITING) - methods:
            reply = browser.open(at, method=method)
            assert reply.status_code == 405, f"{method} {at}"
            assert set(reply.headers["Allow"].split(", ")) == methods
    assert digest() == before


# --- Default deny


@contextmanager
def noting_checks(app: Flask) -> Iterator[list[tuple[str, str, int, bool]]]:
    """Each answer with whether its view asked the access table."""
    seen: list[tuple[str, str, int, bool]] = []

    def note(_app: Flask, response: Response, **_rest: Any) -> None:
        asked = bool(g.get("access_checked"))
        seen.append((request.method, request.endpoint or "", response.status_code, asked))

    with request_finished.connected_to(note, app):
        yield seen


def test_every_view_asks_the_access_table_before_anything_else(app, secrets, login):
    """Whoever comes, with whatever: an answer that is not a routing error was preceded by the question."""
    people = [secrets.head, secrets.officer, secrets.admin, secrets.other_head]
    with noting_checks(app) as seen:
        for person in people:
            browser = login(person)
            for rule, method in rules(app, "GET", "POST"):
                if rule.endpoint not in PUBLIC | {"login.sign_out"}:
                    data = {} if method == "POST" else None
                    browser.open(address(app, rule, secrets.ids), method=method, data=data)
    silent = {
        (method, endpoint)
        for method, endpoint, _status, asked in seen
        if endpoint not in PUBLIC and not asked
    }
    assert not silent, f"these views never called a loader (allow, load_…): {sorted(silent)}"


def test_a_view_that_forgets_to_ask_is_not_shown(database):
    forgetful = create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "for tests only",
            "DATABASE_URL": database.app.config["SQLALCHEMY_DATABASE_URI"],
            "DATA_DIR": str(database.template.parent),
        }
    )
    forgetful.add_url_rule("/forgotten", "forgotten", lambda: CANARY)
    with forgetful.app_context():
        admin = make.user(Role.ADMIN)
        browser = Client(forgetful, forgetful.response_class)
        assert browser.get("/forgotten").status_code == 303
        browser.post("/login", data={"name": admin.name, "password": make.PASSWORD})
        reply = browser.get("/forgotten")
        db.engine.dispose()
    database.clean()
    assert reply.status_code == 403
    assert CANARY not in reply.text


# --- Strangers


def strangers(secrets: Secrets) -> list[models.User]:
    """Of every role somebody who has nothing to do with this inspection and this ward."""
    elsewhere = make.inspection()
    member = make.member(db.session.get_one(models.Delegation, elsewhere.delegation_id), Role.MEMBER)
    far = make.unit("Quận khác")
    return [
        *secrets.strangers,
        member,
        make.user(Role.SECRETARY),
        make.user(Role.UNIT_HEAD, unit=secrets.neighbour),
        make.user(Role.SUPERVISOR, unit=far),
    ]


def test_a_stranger_gets_404_for_everything_of_an_inspection_as_if_it_were_not_there(app, secrets, login):
    missing = secrets.ids | {"inspection_id": 999_999}
    people = strangers(secrets)
    before = digest()
    for person in people:
        browser = login(person)
        before = digest()
        for rule, method in rules(app, "GET", "POST"):
            if "inspection_id" not in rule.arguments:
                continue
            data = anything() if method == "POST" else None
            for headers in ({}, HTMX):
                foreign = browser.open(
                    address(app, rule, secrets.ids), method=method, data=data, headers=headers
                )
                nothing = browser.open(address(app, rule, missing), method=method, data=data, headers=headers)
                assert (foreign.status_code, nothing.status_code) == (404, 404), (
                    f"{person.name} {method} {rule}"
                )
                assert words(foreign) == words(nothing)
        assert digest() == before, f"{person.name} changed something"


def test_a_stranger_cannot_open_or_change_tasks_figures_and_plans(app, secrets, login):
    for person in strangers(secrets):
        browser = login(person)
        before = digest()
        for rule, method in rules(app, "GET", "POST"):
            if not rule.arguments & {"task_id", "report_id", "delegation_id", "campaign_id"}:
                continue
            data = anything() if method == "POST" else None
            reply = browser.open(address(app, rule, secrets.ids), method=method, data=data)
            assert reply.status_code in {403, 404}, f"{person.name} {method} {rule}"
        assert digest() == before


def test_no_page_shows_a_stranger_anything_of_the_inspection(app, secrets, login):
    for person in strangers(secrets):
        browser = login(person)
        for rule, _method in rules(app, "GET"):
            if rule.endpoint != "static":
                reply = browser.get(address(app, rule, secrets.ids), follow_redirects=True)
                assert CANARY.encode() not in reply.data, f"{person.name} {rule}"


def test_objects_of_another_inspection_are_not_found_under_this_one(app, secrets, login):
    """Two ids in one address: the finding of another inspection does not become this one's."""
    other = make.inspection(delegation=secrets.delegation, unit=secrets.neighbour)
    mixed = secrets.ids | {
        "finding_id": make.finding(other, text=f"{CANARY}-khac").id,
        "recommendation_id": make.recommendation(other, text=f"{CANARY}-khac").id,
    }
    browser = login(secrets.head)
    before = digest()
    for rule, method in rules(app, "GET", "POST"):
        if rule.arguments & {"finding_id", "recommendation_id"}:
            data = anything() if method == "POST" else None
            reply = browser.open(address(app, rule, mixed), method=method, data=data)
            assert reply.status_code == 404, f"{method} {rule}"
    assert digest() == before


def test_who_leaves_the_delegation_is_a_stranger_at_the_next_request(app, secrets, login):
    browser = login(secrets.member)
    assert browser.get(secrets.at).status_code == 200
    db.session.execute(
        db.delete(models.DelegationMember).where(models.DelegationMember.user_id == secrets.member.id)
    )
    db.session.commit()
    for rule, method in rules(app, "GET", "POST"):
        if "inspection_id" in rule.arguments:
            reply = browser.open(address(app, rule, secrets.ids), method=method)
            assert reply.status_code == 404, f"{method} {rule}"


# --- The unit before and after publication


def of_delegation(text: str) -> list[str]:
    """Canaries that belong to the delegation, and the points only it gave (0,37)."""
    secrets = ("ghi-chu", "ly-do", "diem", "phat-hien", "nguyen-nhan", "kien-nghi", "bien-ban", "khac")
    return [word for word in (*(f"{CANARY}-{part}" for part in secrets), "0,37") if word in text]


def test_the_unit_sees_nothing_of_the_delegations_work_before_publication_anywhere(app, secrets, login):
    for person in (secrets.officer, secrets.unit_head):
        browser = login(person)
        for rule, _method in rules(app, "GET"):
            if rule.endpoint == "static":
                continue
            at = address(app, rule, secrets.ids)
            for query, headers in (("", {}), ("", HTMX), ("?side=verified", {}), ("?side=verified", SCRIPT)):
                reply = browser.get(at + query, headers=headers)
                assert not of_delegation(reply.get_data().decode(errors="replace")), (
                    f"{person.name} {at}{query}"
                )


def test_the_unit_reads_neither_verified_scores_nor_minutes_before_publication(secrets, login):
    browser = login(secrets.officer)
    for at in (
        "score?side=verified",
        "score/missing?side=verified",
        "answers/1.1.1?side=verified",
        "minutes",
        "minutes.xlsx",
        "minutes/opinion",
    ):
        reply = browser.get(f"{secrets.at}/{at}")
        assert reply.status_code == 403, at
        assert not of_delegation(reply.text)


def test_after_publication_the_unit_sees_scores_findings_and_minutes(secrets, login):
    secrets.move(State.CHO_KY_BIEN_BAN, published=True)
    browser = login(secrets.officer)
    for at, seen in (
        ("score?side=verified", "0,37"),
        ("answers/1.1.1?side=verified", f"{CANARY}-ghi-chu"),
        ("findings", f"{CANARY}-phat-hien"),
        ("findings", f"{CANARY}-kien-nghi"),
        ("minutes", f"{CANARY}-phat-hien"),
    ):
        assert seen in browser.get(f"{secrets.at}/{at}").text, at
    assert browser.get(f"{secrets.at}/minutes.xlsx").status_code == 200


def test_when_scoring_is_opened_again_the_unit_no_longer_sees_it(secrets, login):
    secrets.move(State.CHO_KY_BIEN_BAN, published=True)
    secrets.move(State.DANG_KIEM_TRA, published=False)
    browser = login(secrets.officer)
    assert browser.get(f"{secrets.at}/score?side=verified").status_code == 403
    assert not of_delegation(browser.get(f"{secrets.at}/findings").text)


def test_the_units_own_proposals_are_its_own_and_seen_at_once(secrets, login):
    make.recommendation(secrets.inspection, direction=Direction.TO_SUPERIOR, text="Đề nghị cấp máy quét")
    assert "Đề nghị cấp máy quét" in login(secrets.officer).get(f"{secrets.at}/findings").text


# --- Who watches


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_who_watches_reads_everything_and_changes_nothing_of_an_inspection(app, secrets, login, role):
    person = secrets.supervisor if role is Role.SUPERVISOR else secrets.admin
    browser = login(person)
    assert browser.get(f"{secrets.at}/score").status_code == 200
    assert f"{CANARY}-phat-hien" in browser.get(f"{secrets.at}/findings").text
    before = digest()
    for rule, method in rules(app, "POST"):
        if "inspection_id" in rule.arguments:
            reply = browser.open(address(app, rule, secrets.ids), method=method, data=anything())
            assert reply.status_code in {403, 409}, f"{role} {rule}"
    assert digest() == before
