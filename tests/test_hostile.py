"""Hostile forms and workbooks (``hostile_cases.py``): no 500, a sentence each, and nothing stored anywhere."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.db import db
from app.queries.checklists import checklist_value
from tests.access.requests import sent
from tests.access.sent import Sent
from tests.access.stage import Stage, staged
from tests.access.test_matrix import address, routes
from tests.cast import fault_at, words
from tests.databases import Database
from tests.hostile_cases import Case, every_case

TABLE = Path(__file__).with_name("hostile.csv")
CASES = {case.name: case for case in every_case()}
# Who tries to sign in is counted, and when a browser was last seen.
COUNTERS = {"user_sessions", "login_attempts"}


@pytest.fixture(scope="module")
def stage(database: Database) -> Iterator[Stage]:
    with staged(database) as built:
        yield built


def stored(stage: Stage) -> tuple[dict[str, str], list[str]]:
    """A digest of the rows of each table, and the files that are kept."""
    rows = {}
    for table in db.metadata.sorted_tables:
        if table.name not in COUNTERS:
            found = stage._connection.execute(select(table).order_by(*table.primary_key)).all()
            rows[table.name] = hashlib.sha256(repr([tuple(row) for row in found]).encode()).hexdigest()
    root = Path(stage.app.config["SOAT"].storage.root)
    return rows, sorted(f"{path} {path.stat().st_size}" for path in root.rglob("*") if path.is_file())


def send(stage: Stage, case: Case) -> TestResponse:
    known = sent(stage.world).get((case.endpoint, "POST", case.row), Sent())
    fill = vars(stage.world)
    path = {
        name: value.format(**fill) if isinstance(value, str) else value for name, value in case.path.items()
    }
    query = {**known.query, **case.query}
    request = Sent({**known.path, **path}, query)
    to = address(stage, case.endpoint, "POST", request)
    if case.raw:
        body, kind = case.raw
        return stage.client(case.who).post(to, query_string=query, data=body, content_type=kind)
    form = {name: value() if callable(value) else value for name, value in known.form.items()} | dict(
        case.form
    )
    data: dict[str, Any] = {}
    for name, value in form.items():
        if isinstance(value, tuple) and isinstance(value[0], bytes):
            data[name] = (BytesIO(value[0]), value[1])
        elif isinstance(value, str):
            data[name] = value if "{" not in value or len(value) < 3 else value.format(**fill)
        elif value is not None:
            data[name] = value
    if any(isinstance(value, tuple) for value in data.values()):
        return stage.client(case.who).post(to, query_string=query, data=data)
    # The test client's own writer knows no lone surrogates.
    body = urlencode(data, doseq=True, errors="surrogatepass")
    kind = "application/x-www-form-urlencoded"
    return stage.client(case.who).post(to, query_string=query, data=body, content_type=kind)


def _rule(stage: Stage, case: Case) -> str:
    return re.sub(r"<(?:int:)?(\w+)>", r"{\1}", routes(stage.app)[case.endpoint, "POST"].rule)


def _place(stage: Stage, at: str) -> str:
    """Which number criterion 1.1.1 has depends on the tests that the database has seen before."""
    with stage.app.app_context():
        _area, criterion = checklist_value(stage.world.version).by_code["1.1.1"]
    return at.format(criterion=criterion.id)


def table() -> list[dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_has_every_case_once() -> None:
    names = [line["case"] for line in table()]
    assert sorted(names) == sorted(CASES)
    assert len(names) >= 60
    assert len(every_case()) == len(CASES), "two cases have one name"


# What was there at first: after each case it must be there again, for all is taken back.
_first: dict[int, Any] = {}


@pytest.mark.parametrize("line", table(), ids=lambda line: line["case"])
def test_it_is_refused_with_its_sentence_and_nothing_is_stored(stage: Stage, line: dict[str, str]) -> None:
    case = CASES[line["case"]]
    if id(stage) not in _first:
        # What is sent may have to be in the storage first, as a queue file that is carried in.
        sent(stage.world)
        _first[id(stage)] = stored(stage)
    try:
        reply = send(stage, case)
        assert reply.status_code == int(line["status"])
        assert 400 <= reply.status_code < 500
        assert (case.who, _rule(stage, case)) == (line["who"], line["address"])
        said = fault_at(reply, _place(stage, line["at"])) if line["at"] else words(reply)
        assert line["says"] in said
        assert stored(stage) == _first[id(stage)]
    finally:
        stage.take_back()
