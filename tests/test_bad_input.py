"""Nothing a user can send gives a 500: every form of every page a person reaches, filled with nasty text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.db import db
from app.domain.access import Role
from app.domain.inspections import State
from app.domain.scoring import YesNoInput
from tests import make
from tests.cast import HTMX, SCRIPT, World
from tests.conftest import Client
from tests.page_forms import Form, endpoint_for, every_form

# --- Nasty text, as the bytes a browser (or somebody with curl) sends

PLAIN = [
    "",
    " ",
    "0",
    "-1",
    "-0",
    "1,5",
    "1e999",
    "NaN",
    "Infinity",
    "9" * 18,
    "9" * 5000,
    "0x10",
    "٣",
    "²",
    "①",
    "½",
    "1_000",
    "2147483648",
    "9223372036854775808",
    "31/02/2022",
    "1/1/0001",
    "31/12/99999",
    "2022-13-45",
    "0000-00-00",
    "24:60",
    "true",
    "None",
    "null",
    "[]",
    "a" * 20_000,
    "á" + "\u0301" * 2000,
    "\u202eđảo ngược\u202c",
    "👨‍👩‍👧‍👦 🏳️‍🌈",
    "\ufeff\u200b\u00ad",
    "\x00",
    "a\x00b",
    "\x01\x08\x1b[31m\x7f\x85",
    "\ufffe\uffff\U0010ffff",
    "dòng 1\r\ndòng 2\rdòng 3\u2028\u2029",
    "' OR 1=1 --",
    '"><script>alert(1)</script>',
    "{{ 7*7 }} {% raw %} ${7} %s %(x)s %n %",
    "=1+1",
    "../../etc/passwd",
    "https://vi.du/",
    "//vi.du",
    "00000000-0000-0000-0000-000000000000",
    "{00000000-0000-0000-0000-000000000000}",
]
NOT_TEXT = [b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", b"\xf8\x88\x80\x80\x80", b"%", b"%zz", b"a\xc3"]
nasty = st.one_of(
    st.sampled_from(PLAIN).map(str.encode),
    st.sampled_from(NOT_TEXT),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(str.encode),
    st.integers().map(lambda number: str(number).encode()),
    st.binary(max_size=20),
)


# Signing out would end the test; everything else may be pressed.
NOT_PRESSED = {"login.sign_out"}
MOVES = {"inspections.step", "tasks.step", "dossiers.submit", "minutes.sign", "units.close"}


@st.composite
def fillings(draw: st.DrawFn, form: Form) -> dict[str, bytes | None]:
    """For each field what stands there, nasty text, or nothing at all: one to all of them nasty."""
    names = sorted(form.values.keys() - {"csrf_token"})
    spoiled = draw(st.sets(st.sampled_from(names), min_size=1)) if names else set()
    filled: dict[str, bytes | None] = {}
    for name in names:
        filled[name] = (
            draw(st.none() | nasty) if name in spoiled else draw(st.sampled_from(form.values[name]))
        )
    return filled


def send(client: Client, form: Form, filled: dict[str, bytes | None], headers: dict[str, str]):
    pairs = [(name, value) for name, value in filled.items() if value is not None]
    body = "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs)
    if form.method == "get":
        return client.get(f"{urlsplit(form.action).path}?{body}", headers=headers)
    return client.post(
        form.action, data=body, content_type="application/x-www-form-urlencoded", headers=headers
    )


QUICK = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


class Full(World):
    """The inspection in the middle of the visit, with something on every page."""

    def __init__(self, state: State = State.DANG_KIEM_TRA) -> None:
        super().__init__(state)
        self.score(self.head, YesNoInput(True))
        finding = make.finding(self.inspection)
        make.recommendation(self.inspection)
        make.recommendation(self.inspection, finding_id=finding.id)
        directive = make.directive(created_by_id=self.head.id)
        make.task(self.ward, directive_id=directive.id, created_by_id=self.head.id)
        make.dossier_report(self.ward, inspection_id=self.id)


def person_of(world: World, who: str):
    return {"head": world.head, "officer": world.officer, "admin": world.admin}[who]


def try_form(app: Flask, client: Client, form: Form) -> None:
    """Sends the form as hypothesis fills it; a form without fields is pressed once."""
    endpoint = endpoint_for(app, form)

    @settings(QUICK, max_examples=10 if form.values.keys() - {"csrf_token"} else 1)
    @given(filled=fillings(form), headers=st.sampled_from([{}, HTMX, SCRIPT]))
    def answers(filled, headers):
        reply = send(client, form, filled, headers)
        assert reply.status_code < 500, f"{form.method} {endpoint} {filled}"
        shown = re.sub(r"<[^>]*>", "", reply.text) if reply.mimetype == "text/html" else ""
        assert "Not a valid" not in shown, f"{endpoint} speaks English: {filled}"

    answers()


@pytest.mark.parametrize(
    ("who", "state"),
    [("head", State.DANG_KIEM_TRA), ("officer", State.DANG_TU_CHAM), ("admin", State.DANG_KIEM_TRA)],
)
def test_no_form_of_any_page_answers_nasty_text_with_a_500(app, login, who, state):
    world = Full(state)
    client = login(person_of(world, who))
    forms = every_form(app, client)
    assert len(forms) >= 8, "the walk found too few forms to mean anything"
    # What moves the inspection on, or takes things away, comes last.
    forms.sort(key=lambda form: (endpoint_for(app, form) in MOVES, not form.values.keys() - {"csrf_token"}))
    for form in forms:
        if endpoint_for(app, form) not in NOT_PRESSED:
            try_form(app, client, form)


def test_signing_in_with_nasty_text_is_refused_politely(app, client):
    make.user(Role.MEMBER, name="thanhvien")
    form = Form("/login", "post", "/login", values={"name": [b"thanhvien"], "password": [b"x"]})

    @settings(QUICK, max_examples=80)
    @given(filled=fillings(form))
    def answers(filled):
        reply = send(client, form, filled, {})
        # 429: after some wrong tries the door makes everybody wait.
        assert reply.status_code in {413, 422, 429}, filled

    answers()


# --- Addresses


WORDS_IN_ADDRESSES = (
    "/inspections/{id}/answers/{word}",
    "/inspections/{id}/steps/{word}",
    "/{word}",
    "/static/{word}",
)


def test_any_text_in_an_address_leads_nowhere_or_somewhere_but_never_to_a_500(app, login):
    world = Full()
    client = login(world.head)

    @settings(QUICK, max_examples=120)
    @given(shape=st.sampled_from(WORDS_IN_ADDRESSES), word=nasty.filter(lambda word: len(word) < 3000))
    def answers(shape, word):
        path = shape.format(id=world.id, word=quote_from_bytes(word, safe="/"))
        assert client.get(path).status_code < 500, path

    answers()


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 30, "1.5", "%00", "٣", "1e3", "0x1", " 1"])
def test_a_number_no_column_can_hold_is_not_found(app, login, number):
    client = login(make.user(Role.ADMIN))
    for at in ("inspections", "tasks", "dossiers", "units", "campaigns", "delegations", "directives"):
        assert client.get(f"/{at}/{number}").status_code == 404


def test_any_query_on_any_list_is_answered(app, login):
    world = Full()
    client = login(world.head)
    names = (
        "q",
        "page",
        "sort",
        "state",
        "status",
        "year",
        "unit",
        "kind",
        "on",
        "timeliness",
        "direction",
        "area",
    )
    lists = ("/", "/inspections", "/tasks", "/dossiers", "/units", "/campaigns", "/directives", "/checklists")
    forms = [Form(address, "get", address, values={name: [b"1"] for name in names}) for address in lists]

    @settings(QUICK, max_examples=120)
    @given(data=st.data(), headers=st.sampled_from([{}, HTMX]))
    def answers(data, headers):
        form = data.draw(st.sampled_from(forms))
        assert send(client, form, data.draw(fillings(form)), headers).status_code < 500

    answers()


LISTS = (
    "/",
    "/tasks",
    "/tasks/figures",
    "/tasks/confirm",
    "/tasks/import",
    "/notices",
    "/inspections",
    "/dossiers",
    "/units",
    "/campaigns",
    "/directives",
    "/checklists",
    "/users",
    "/audit",
)


# What `url_for` takes besides the values of an address.
STEERING = ("endpoint", "self", "_method", "_external", "_scheme", "_anchor", "values")


def test_no_word_in_a_query_steers_how_addresses_are_made(app, login):
    for who in (Full().head, make.user(Role.ADMIN)):
        client = login(who)
        for at in LISTS:
            for word in STEERING:
                page = client.get(f"{at}?{word}=POST")
                assert page.status_code < 500, (at, word)
                assert "POST://" not in page.text, at
                assert not [link for link in links(page.text, "/tasks/figures") if "POST" in link], word


def links(page: str, to: str) -> list[str]:
    return [href for href in re.findall('href="([^"]*)"', page) if href.startswith(to)]


# --- Bodies that are no form at all


def bodies() -> Iterator[tuple[str, bytes, str]]:
    form = "application/x-www-form-urlencoded"
    yield "too large", b"note=" + b"a" * (7 * 2**20), form
    yield "many fields", b"&".join(b"f%d=1" % number for number in range(5000)), form
    yield "no name", b"=1&&=&", form
    yield "json", b'{"yes": "1"}', "application/json"
    yield "broken multipart", b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"
    yield "multipart without boundary", b"abc", "multipart/form-data"
    yield (
        "many parts",
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _number in range(4000))
        + b"--x--",
        "multipart/form-data; boundary=x",
    )
    yield "unknown charset", b"yes=1", form + "; charset=klingon"
    yield "nothing", b"", ""


@pytest.mark.parametrize(
    ("body", "kind"), [case[1:] for case in bodies()], ids=[case[0] for case in bodies()]
)
def test_a_body_that_is_no_form_is_refused_politely(app, login, body, kind):
    world = Full()
    client = login(world.head)
    for address in (f"{world.at}/answers/1.1.1", f"{world.at}/findings", "/me/preferences"):
        for headers in ({}, SCRIPT):
            reply = client.post(address, data=body, content_type=kind, headers=headers)
            assert 400 <= reply.status_code < 500, f"{address}: {reply.status_code}"
    db.session.expire_all()
    assert client.get("/me").status_code == 200
