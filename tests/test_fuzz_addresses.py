"""No address answers with 500: every GET and POST, as every kind of person, with whatever can be sent.

Values are half true (ids of the world, words of the forms) and half nonsense, so that requests get past the
first check and break things further in. Seeded, so that a failure comes again; SOAT_FUZZ_SECONDS makes it longer.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.access.requests import Sent, places, sent
from tests.access.stage import Stage
from tests.access.test_matrix import Cells, address, rows
from tests.databases import Database

SECONDS = float(os.environ.get("SOAT_FUZZ_SECONDS", "15"))
PEOPLE = (
    "anonymous",
    "head",
    "secretary",
    "member_in_area",
    "officer_own",
    "unit_head_own",
    "supervisor_above",
    "admin",
)
# What offices type, what mistakes look like, and what attackers send.
NASTY = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "9" * 10,
    "9" * 30,
    "1e309",
    "NaN",
    "١٢٣",
    "1,5",
    "1.5.5",
    "31/02/2022",
    "01/01/0001",
    "31/12/9999",
    "2022-09-15",
    "true",
    "on",
    "None",
    "' OR 1=1 --",
    '"><script>alert(1)</script>',
    "{{7*7}}",
    "%s%n%(x)s",
    "%",
    "../../etc/passwd",
    "\x00",
    "\x1b[31m",
    "\ud800",
    "\u202e\u0000",
    "e\u0301" * 20,
    "Đ" * 6000,
    "=1+1",
    "12/KH-UBND",
    "00000000-0000-4000-8000-000000000000",
    "verified",
    "self",
    "all",
    "value",
)
WORDS = {
    "field": ("value", "not_applicable", "reason", "note", "all"),
    "side": ("self", "verified"),
    "kind": ("ton_tai", "uu_diem", "kiem_tra", "giam_sat", "dinh_ky", "phuong"),
    "severity": ("nhe", "trung_binh"),
    "direction": ("to_unit", "to_superior"),
    "state": ("huy", "dang-kiem-tra", "da-chot-tu-cham", "cho-ky-bien-ban", "du-thao"),
    "action": ("tiep-nhan", "bao-cao", "xac-nhan", "huy", "gia-han", "chuyen-don-vi"),
    "role": ("head", "member", "admin"),
    "yes": ("0", "1"),
    "page": ("0", "-5", "2", "99999999999999999999"),
    "pick": ("unit", "x y", ""),
    "sort": ("han", "moi"),
}
# Further names that forms of the app know, beside those of the row's own request.
NAMES = (
    *WORDS,
    "q",
    "version",
    "base_version",
    "device_at",
    "level",
    "numerator",
    "denominator",
    "faults",
    "points",
    "not_applicable",
    "note",
    "text",
    "reason",
    "due",
    "due_on",
    "unit",
    "unit_id",
    "since",
    "until",
    "who",
    "object",
    "next",
    "find",
    "add",
    "remove",
    "row",
    "m0-user",
    "rows-0-field",
    "rows-9999-resolved_late",
    "rows-x-field",
    "total-received_total",
    "explanations-0-code",
    "started",
    "copies",
    "unit_people",
    "documents",
)

text = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))


def value_for(name: str) -> st.SearchStrategy[str]:
    known = WORDS.get(name)
    return st.one_of(st.sampled_from(known), text) if known else text


mutations = st.dictionaries(st.sampled_from(NAMES), st.one_of(text, st.lists(text, max_size=3)), max_size=6)


how_to_send = st.fixed_dictionaries(
    {
        "drop": st.integers(0, 3),
        "form": mutations,
        "query": st.dictionaries(st.sampled_from(NAMES), text, max_size=3),
        "spoil": st.booleans(),
        "value": text,
        "id": st.one_of(st.none(), st.integers(0, 5), st.integers(0, 2**40)),
        "code": st.one_of(
            st.none(), st.sampled_from(("1.1.1", "1.1.3", "2.1.5", "1")), st.text(min_size=1, max_size=20)
        ),
        "script": st.booleans(),
        "seed": st.integers(0, 2**16),
    }
)


def request_of(stage: Stage, row: Cells, how: dict[str, Any]) -> tuple[str, Sent]:
    """The row's own request with some fields gone, some spoiled, some foreign, and perhaps another address."""
    chance = random.Random(how["seed"])
    known = sent(stage.world).get((row.endpoint, row.method, row.case), Sent())
    form = dict(known.form)
    for name in chance.sample(sorted(form), min(how["drop"], len(form))):
        del form[name]
    if form and how["spoil"]:
        form[chance.choice(sorted(form))] = how["value"]
    form |= how["form"]
    path = dict(known.path)
    for name in places(stage.world):
        if name.endswith("_id") and how["id"] is not None and chance.random() < 0.3:
            path[name] = min(how["id"], 2**31 - 1)
        elif name == "code" and how["code"]:
            path[name] = how["code"]
        elif name in WORDS and chance.random() < 0.3:
            path[name] = chance.choice(WORDS[name])
    headers = {"X-Requested-With": "soat"} if how["script"] else {}
    request = Sent(path, dict(known.query) | how["query"], form, headers)
    return address(stage, row.endpoint, row.method, request), request


def _encoded(pairs: Any) -> str:
    """As a browser writes it, and lone surrogates as a browser would not."""
    return urlencode(dict(pairs), doseq=True, errors="surrogatepass")


def _send(stage: Stage, row: Cells, person: str, how: dict[str, Any]) -> TestResponse:
    path, request = request_of(stage, row, how)
    form = {name: value() if callable(value) else value for name, value in request.form.items()}
    body: dict[str, Any] = {"data": form}
    if any(isinstance(value, tuple) for value in form.values()):
        # The test client's multipart writer knows no lone surrogates; a browser never sends them.
        plain = {
            name: [
                one.encode("utf-8", "replace").decode()
                for one in ([value] if isinstance(value, str) else value)
            ]
            for name, value in form.items()
            if isinstance(value, str | list)
        }
        body = {"data": form | plain}
    else:
        body = {"data": _encoded(form), "content_type": "application/x-www-form-urlencoded"}
    return stage.client(person).open(
        path,
        method=row.method,
        query_string=_encoded(request.query),
        headers=dict(request.headers),
        **(body if row.method == "POST" else {}),
    )


@pytest.fixture(scope="module")
def stage(database: Database) -> Iterator[Stage]:
    with database.app.app_context():
        built = Stage(database.app)
        with built.open():
            yield built
    database.clean()


def test_no_address_fails_whatever_is_sent(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    statuses, start = Counter[int](), time.monotonic()
    bounded = settings(
        max_examples=8,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def attack(row: Cells, person: str, how: dict[str, Any]) -> None:
        reply = _send(stage, row, person, how)
        reply.close()
        statuses[reply.status_code] += 1
        if stage.writes:
            stage.take_back()
        assert reply.status_code < 500, f"{row} as {person}: {reply.status_code}, sent {how}"

    # At least once around, so that no address is left out; then on until the time is over.
    for number, row in cycled(rows()):
        if number >= len(rows()) and time.monotonic() - start > SECONDS:
            break
        strategies = given(row=st.just(row), person=st.sampled_from(PEOPLE), how=how_to_send)
        seed(number)(bounded(strategies(attack)))()
    with capsys.disabled():
        print(f"\n  fuzz: {sum(statuses.values())} requests, {dict(sorted(statuses.items()))}")


def cycled(table: list[Cells]) -> Iterator[tuple[int, Cells]]:
    return enumerate(cycle(table))
