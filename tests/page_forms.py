"""The forms of a page, as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.conftest import Client
from tests.test_pages import endpoint_of, walk


@dataclass
class Form:
    """What a browser would send, field by field; ``values`` are those that stand there, or plausible ones."""

    action: str
    method: str
    page: str
    id: str = ""
    values: dict[str, list[bytes]] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value.encode())


class _Forms(HTMLParser):
    """All forms with their fields, those that stand outside and belong by ``form=`` included."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[Form] = []
        self.outside: list[tuple[str, str, str]] = []
        self.open: Form | None = None
        self.area: tuple[str, str] | None = None
        self.text = ""
        self.select: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        name, belongs = attributes.get("name", ""), attributes.get("form", "")
        if tag == "form":
            action = attributes.get("action") or self.page
            self.open = Form(
                action, attributes.get("method", "get").lower(), self.page, attributes.get("id", "")
            )
            self.forms.append(self.open)
        elif tag == "textarea" and name:
            self.area, self.text = (name, belongs), ""
        elif tag == "select" and name:
            self.select = (name, belongs)
        elif tag == "option" and self.select:
            self._field(*self.select, attributes.get("value", ""))
        elif tag in {"input", "button"} and name and attributes.get("type") != "file":
            plausible = "5" if attributes.get("inputmode") in {"numeric", "decimal"} else ""
            self._field(name, belongs, attributes.get("value") or plausible)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area:
            self._field(*self.area, self.text)
            self.area = None

    def _field(self, name: str, belongs: str, value: str) -> None:
        if belongs:
            self.outside.append((belongs, name, value))
        elif self.open is not None:
            self.open.add(name, value)

    def found(self) -> list[Form]:
        by_id = {form.id: form for form in self.forms if form.id}
        for id_, name, value in self.outside:
            if id_ in by_id:
                by_id[id_].add(name, value)
        return self.forms


def forms_of(html: str, page: str) -> list[Form]:
    parser = _Forms(page)
    parser.feed(html)
    return parser.found()


def every_form(app: Flask, client: Client) -> list[Form]:
    """One form of each kind that this person meets: by where it is sent and what it asks."""
    kinds: dict[tuple[str, str, frozenset[str]], Form] = {}
    for address, status in walk(app, client).items():
        if status != 200:
            continue
        page = client.get(address)
        if page.mimetype == "text/html":
            for form in forms_of(page.text, address):
                kind = (endpoint_for(app, form), form.method, frozenset(form.values))
                kinds.setdefault(kind, form)
    return list(kinds.values())


def endpoint_for(app: Flask, form: Form) -> str:
    if form.method == "get":
        return endpoint_of(app, form.action)
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(form.action).path, method="POST")[0])
    except HTTPException:  # not there, not by POST, or elsewhere
        return form.action
