"""Every page that a person of the demonstration can reach in English speaks English, except where it shows data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import models
from app.db import db
from app.domain.dossiers import COMMUNE_FIELDS
from tests.conftest import Client
from tests.databases import Databases
from tests.test_pages import PEOPLE, walk
from tests.test_translations import NAMES, NOT_WORDS, VIETNAMESE

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SPOKEN = {"alt", "aria-label", "placeholder", "title"}


class _Spoken(HTMLParser):
    """What a page says: its text and its attributes for people, without what is marked as Vietnamese."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        silent = attributes.get("lang") == "vi" or bool(self.silent and self.silent[-1])
        if not silent:
            # What begins with a brace is a rule for the page's own script.
            self.said += [
                value
                for name, value in attributes.items()
                if name in SPOKEN or (name.startswith("data-") and not value.startswith(("{", "[")))
            ]
        if tag not in VOID:
            self.silent.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not (self.silent and self.silent[-1]):
            self.said.append(data)


class _Reader(Client):
    """A browser that remembers what every page said."""

    heard: dict[str, str]

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html":
            page = _Spoken()
            page.feed(response.text)
            for text in page.said:
                if VIETNAMESE.search(text):
                    self.heard.setdefault(_one_line(text), response.request.path)
        return response


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _strings(value: Any) -> Iterator[str]:
    """The texts in a value of a column, also those inside JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _strings(part)


def _data() -> set[str]:
    """Every text of every table that has Vietnamese letters: names of units, criteria, posts, notes."""
    found = {*NAMES, *NOT_WORDS, *COMMUNE_FIELDS}
    for mapper in models.User.registry.mappers:
        for row in db.session.execute(db.select(*mapper.local_table.columns)):
            found |= {_one_line(text) for value in row for text in _strings(value) if VIETNAMESE.search(text)}
    return found


@pytest.fixture(scope="module")
def in_english(databases: Databases) -> Iterator[Flask]:
    app = databases.with_demonstration("sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.extensions["babel"], "locale_selector", lambda: "en")
        yield app


@pytest.mark.parametrize("name", PEOPLE)
def test_pages_in_english_hold_no_vietnamese_but_data(in_english: Flask, name: str) -> None:
    with in_english.app_context():
        reader = _Reader(in_english, in_english.response_class)
        reader.heard = {}
        reader.get("/login")
        assert reader.post("/login", data={"name": name, "password": "soat-demo"}).status_code == 303
        walk(in_english, reader)
        data = sorted(_data(), key=len, reverse=True)
    known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, data))})(?!\w)")
    left = {text: page for text, page in reader.heard.items() if VIETNAMESE.search(known.sub("", text))}
    assert not left, f"Vietnamese on English pages: {left}"


def test_what_is_marked_as_vietnamese_is_left_out() -> None:
    page = _Spoken()
    page.feed('<p title="Đóng">Units<br></p><p lang="vi">Đơn vị <b>một</b></p><i data-x="{Có}">Yes</i>')
    assert page.said == ["Đóng", "Units", "Yes"]
