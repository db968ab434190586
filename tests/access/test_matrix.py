"""Who may do what, proven: every address × method × person is asked, and compared with matrix.csv.

The table is written by hand, so that a wrong rule of the app cannot prove itself. A refusal must change nothing
and tell nothing: each text of the world that is not for everybody is a secret that is looked for in every reply.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.views import BLUEPRINTS
from tests.access.people import EVERYBODY, PRINCIPALS, RELATIONS
from tests.access.requests import sent
from tests.access.sent import SCRIPT, Sent, places
from tests.access.stage import Stage

TABLE = Path(__file__).with_name("matrix.csv")
# Where a relation gets something else than the person it is like (world.py).
OTHERWISE = Path(__file__).with_name("relations.csv")
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
OTHER_METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# Posts that are allowed and leave no event: they change nothing of the work.
NO_TRACE = {
    "login.choose_language",
    "me.change_preferences",
    "dossiers.check",
    "identities.begin",
    "presences.tell",
    "notices.read",
    "notices.read_all",
    "queue_files.look",
}
# Led back to the door, and nothing has happened: that is looked at too.
NOTHING_HAPPENS = {("login.enter_code", "nobody_waits")}
walked = {"cells": 0, "refusals": 0}


@dataclass(frozen=True)
class Cells:
    """One row of the table: what each person gets there."""

    endpoint: str
    method: str
    case: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.endpoint, self.case and f"({self.case})")))


@cache
def rows() -> list[Cells]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    other: dict[tuple[str, str, str], dict[str, str]] = {}
    with OTHERWISE.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            key = (line["endpoint"], line["method"], line["case"])
            other.setdefault(key, {})[line["person"]] = line["status"]
    return [
        Cells(
            line["endpoint"],
            line["method"],
            line["case"],
            {name: line[name] for name in PRINCIPALS}
            | {name: line[like] for name, like in RELATIONS.items()}
            | other.get((line["endpoint"], line["method"], line["case"]), {}),
        )
        for line in lines
    ]


def routes(app: Flask) -> dict[tuple[str, str], Rule]:
    return {
        (rule.endpoint, method): rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def address(stage: Stage, endpoint: str, method: str, request: Sent) -> str:
    """The path of this row; the query stays apart."""
    rule = routes(stage.app)[endpoint, method]
    values = {name: {**places(stage.world), **request.path}[name] for name in rule.arguments}
    with stage.app.test_request_context():
        return str(stage.app.url_map.bind("localhost").build(endpoint, values, method=method))


def ask(
    stage: Stage, principal: str, method: str, path: str, request: Sent, headers: dict[str, str] | None = None
) -> TestResponse:
    form = {name: value() if callable(value) else value for name, value in request.form.items()}
    client = stage.client(principal)
    if request.session:
        with client.session_transaction() as session:
            session.update(request.session)
    reply = client.open(
        path,
        method=method,
        query_string=dict(request.query),
        data=form if method in WRITES else None,
        headers={**request.headers, **(headers or {})},
    )
    reply.get_data()
    reply.close()
    return reply


def status_of(reply: TestResponse, principal: str) -> str:
    if reply.status_code in {302, 303} and (reply.location or "").startswith("/login"):
        # Who signs out or chooses a language is led there too, and is not refused.
        at_the_door = reply.request.path in {"/login/language", "/login/code", "/login/oidc/callback"}
        return "303" if principal != "anonymous" or at_the_door else "login"
    if reply.status_code == 401:
        return "login"
    return str(reply.status_code)


def read(reply: TestResponse) -> str:
    """Everything a reply tells: its page or its cells, its headers."""
    headers = unquote(str(reply.headers))
    if "spreadsheetml" in reply.mimetype and reply.data:
        book = load_workbook(BytesIO(reply.data))
        return headers + " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    return headers + reply.get_data(as_text=True)


def leaks(stage: Stage, principal: str, reply: TestResponse, refused: bool) -> list[str]:
    secrets = [s.text for s in stage.world.secrets] if refused else stage.world.forbidden_to(principal)
    text = read(reply)
    return [secret for secret in secrets if secret in text]


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    app = Flask("only the map")
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    known = {(row.endpoint, row.method) for row in rows()}
    there = set(routes(app))
    missing, old = sorted(there - known), sorted(known - there)
    header = ",".join(PRINCIPALS)
    assert not missing, (
        "\nThese addresses have no row in tests/access/matrix.csv:\n"
        + "\n".join(f"  {method} {endpoint}" for endpoint, method in missing)
        + "\n\nThink who may open them, then write a row for each by hand: endpoint,method,case,"
        + header
        + "\nA cell is the status: 200 303 403 404 409 422 login. What is sent (path, form) goes into "
        "tests/access/requests.py; what is refused must be refused for a reason you can name."
    )
    assert not old, f"\nThese rows of tests/access/matrix.csv lead nowhere any more: {old}"


def test_every_relation_differs_in_rows_that_there_are() -> None:
    with OTHERWISE.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    there = {(row.endpoint, row.method, row.case) for row in rows()}
    for line in lines:
        assert (line["endpoint"], line["method"], line["case"]) in there, line
        assert line["person"] in RELATIONS, line
    assert len(lines) == len({tuple(list(line.values())[:4]) for line in lines})


def test_no_row_stands_twice() -> None:
    keys = [(row.endpoint, row.method, row.case) for row in rows()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("row", rows(), ids=str)
def test_everybody_gets_what_the_table_says(stage: Stage, row: Cells) -> None:
    request = sent(stage.world).get((row.endpoint, row.method, row.case), Sent())
    path = address(stage, row.endpoint, row.method, request)
    before, problems = _digest(stage), []
    for principal in EVERYBODY:
        problems += _walk(stage, row, principal, path, request)
    assert stage.digest() == before, "The world was not as it had been: a refusal changed something."
    assert not problems, f"\n{row} at {path}:\n" + "\n".join(problems)


def _walk(stage: Stage, row: Cells, principal: str, path: str, request: Sent) -> Iterator[str]:
    """One cell, asked as a page and, where it is refused, as a script too; gives what is wrong."""
    expected = row.expected[principal]
    allowed = expected in {"200", "303"}
    traces = stage.traces() if allowed and row.method in WRITES else 0
    reply = ask(stage, principal, row.method, path, request)
    got, wrote = status_of(reply, principal), stage.writes
    if got != expected:
        yield f"  {principal}: {got} instead of {expected}"
    refused = got in {"403", "404", "login"}
    for secret in leaks(stage, principal, reply, refused):
        yield f"  {principal}: the reply ({got}) tells «{secret}»"
    walked["cells"] += 1
    if got not in {"200", "303"} and wrote:
        yield f"  {principal}: refused ({got}), but {wrote} statements wrote"
    leaves_trace = got in {"200", "303"} and row.method in WRITES and row.endpoint not in NO_TRACE
    if (row.endpoint, row.case) in NOTHING_HAPPENS:
        leaves_trace = False
        if wrote or reply.location != "/login":
            yield f"  {principal}: led to {reply.location}, {wrote} statements wrote"
    if leaves_trace and stage.traces() <= traces:
        yield f"  {principal}: allowed, but the trail says nothing about it"
    if got == "200" and row.method == "GET" and wrote:
        yield f"  {principal}: reading wrote {wrote} statements"
    if wrote:
        stage.take_back()
    if not allowed:
        yield from _as_a_script(stage, row, principal, path, request, expected)


def _as_a_script(
    stage: Stage, row: Cells, principal: str, path: str, request: Sent, expected: str
) -> Iterator[str]:
    for headers in (SCRIPT, {"HX-Request": "true"}):
        reply = ask(stage, principal, row.method, path, request, headers)
        wanted = {"login": 401}.get(expected) or int(expected)
        walked["refusals"] += 1
        if reply.status_code != wanted:
            yield f"  {principal}, as a script: {reply.status_code} instead of {wanted}"
        for secret in leaks(stage, principal, reply, expected in {"403", "404", "login"}):
            yield f"  {principal}, as a script: tells «{secret}»"
        if stage.writes:
            yield f"  {principal}, as a script: refused, but something wrote"
            stage.take_back()


_digests: dict[int, str] = {}


def _digest(stage: Stage) -> str:
    """The world's digest as it was at first; it must be the same for ever."""
    if id(stage) not in _digests:
        _digests[id(stage)] = stage.digest()
    return _digests[id(stage)]


def test_other_methods_do_nothing_and_tell_nothing(stage: Stage) -> None:
    """HEAD is GET without a body; OPTIONS and what an address does not take reveal no more."""
    before, adapter = _digest(stage), stage.app.url_map.bind("localhost")
    for row in rows():
        if row.case:
            continue
        request = sent(stage.world).get((row.endpoint, row.method, ""), Sent())
        path = address(stage, row.endpoint, row.method, request)
        for method in OTHER_METHODS:
            if method in WRITES and adapter.test(path, method):
                continue  # an address of its own, with a row of its own
            for principal in ("anonymous", "head", "officer_own", "head_of_other_delegation"):
                reply = ask(stage, principal, method, path, Sent(query=request.query))
                walked["cells"] += 1
                where = f"{method} {path} as {principal}"
                if method in WRITES:
                    assert reply.status_code == 405, where
                elif method == "HEAD" and row.method == "GET":
                    assert status_of(reply, principal) == row.expected[principal], where
                assert reply.status_code < 500, where
                # A reader's HEAD has the headers of GET: the name of a file is among them.
                reads = method == "HEAD" and reply.status_code == 200
                assert not leaks(stage, principal, reply, not reads), where
                assert not stage.writes, where
    assert stage.digest() == before


def test_what_does_not_exist_looks_like_what_one_may_not_see(stage: Stage) -> None:
    """A stranger cannot tell a foreign number from one that was never given."""
    for row in rows():
        rule = routes(stage.app)[row.endpoint, row.method]
        ids = [name for name in rule.arguments if name.endswith("_id")]
        if not ids or row.case or row.expected["head_of_other_delegation"] != "404":
            continue
        request = sent(stage.world).get((row.endpoint, row.method, row.case), Sent())
        foreign = ask(
            stage,
            "head_of_other_delegation",
            row.method,
            address(stage, row.endpoint, row.method, request),
            request,
        )
        nothing = Sent({**request.path, ids[0]: 999_999}, request.query, request.form, request.headers)
        missing = ask(
            stage,
            "head_of_other_delegation",
            row.method,
            address(stage, row.endpoint, row.method, nothing),
            nothing,
        )
        assert (foreign.status_code, foreign.text) == (missing.status_code, missing.text), str(row)


def test_how_much_was_walked(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    addresses = len({(row.endpoint, row.method) for row in rows()})
    with capsys.disabled():
        print(
            f"\n  access: {addresses} addresses × methods, {len(rows())} rows × {len(EVERYBODY)} people; "
            f"{walked['cells']} cells walked, {walked['refusals']} refusals asked again as a script"
        )
    assert len(rows()) * len(PRINCIPALS) >= addresses * len(PRINCIPALS)
