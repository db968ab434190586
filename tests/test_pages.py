"""Every page that a person of the demonstration can reach is visited, and is sound (``checkhtml``)."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.conftest import Client, signed_in

PEOPLE = ("quantri", "truongdoan", "thuky", "thanhvien", "canbo", "thutruong", "lanhdao")
# As many pages of one kind as say something new.
PER_ENDPOINT = 3
# Addresses that no link leads to, each with the reason.
NOT_LINKED = {
    "me.token": "asked by js/sender.js before it sends what waited",
    "tasks.ask_step": "the address where a refused step stands, opened again",
    "health.healthz": "for machines",
    "health.readyz": "for machines",
    "security_txt.show": "for who found a weakness",
    "score.figures": "fetched by score.js",
    "answers.show": "one card by itself, at the address of its save",
    "explanations.index": "led to once scores are published for explanation; the demonstration is not so far",
    "notices.show": "led to by a digest; the demonstration has none until «flask remind» has run",
    "recommendations.index": "leads on to the findings page",
    "static": "files",
    "shell.worker": "registered by shell.js",
    "shell.manifest": "for the browser",
    "shell.offline": "shown by the worker",
    "shell.outbox_offline": "shown by the worker in the place of /outbox",
    "shell.kit": "fetched by ready.js",
}


class _Links(HTMLParser):
    """Where a page leads to: its links, and the addresses its fragments come from."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.found += [
            attributes[name] or "" for name in ("href", "hx-get") if tag != "link" and name in attributes
        ]
        if tag == "form" and (attributes.get("method") or "").lower() == "get":
            self.found.append(attributes.get("action") or "")


def links(html: str, page: str) -> list[str]:
    """Addresses within the app, without what follows «#»."""
    parser = _Links()
    parser.feed(html)
    whole = [urlsplit(urljoin(f"http://localhost{page}", link)) for link in parser.found]
    return [
        part.path + (f"?{part.query}" if part.query else "") for part in whole if part.netloc == "localhost"
    ]


def endpoint_of(app: Flask, address: str) -> str:
    """The name of the page; the address itself where there is none, which a visit then shows."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")[0])
    except HTTPException:
        return address


def walk(app: Flask, client: Client) -> dict[str, int]:
    """Follows every link from the overview; gives the addresses and the status of each."""
    waiting, seen = ["/"], {}
    kinds: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        endpoint = endpoint_of(app, address)
        if address in seen or endpoint == "static" or kinds[endpoint] == PER_ENDPOINT:
            continue
        kinds[endpoint] += 1
        reply = client.get(address)
        seen[address] = reply.status_code
        if reply.mimetype == "text/html" and reply.status_code == 200:
            waiting += links(reply.text, address)
        elif reply.location:
            waiting += links(f'<a href="{reply.location}">', address)
    return seen


@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_leads_to_a_sound_page(demonstration: Flask, name: str) -> None:
    with demonstration.app_context():
        seen = walk(demonstration, signed_in(demonstration, name, "soat-demo"))
    broken = {address: status for address, status in seen.items() if status not in {200, 302, 303}}
    assert not broken, f"Pages offer {name} what is not there or not allowed: {broken}"


def test_a_stranger_sees_the_login_page_and_comes_back_to_where_he_was_going(demonstration: Flask) -> None:
    with demonstration.app_context():
        client = Client(demonstration, demonstration.response_class)
        reply = client.get("/units", follow_redirects=True)
        assert reply.request.path == "/login"
        address = next(link for link in reply.text.split('"') if link.startswith("/login?next="))
        reply = client.post(address, data={"name": "quantri", "password": "soat-demo"})
    assert reply.location == "/units"


def test_every_page_is_linked_from_somewhere(demonstration: Flask) -> None:
    """Which links a person sees depends on rights and states; that the page is offered at all is in the files."""
    rooms = [demonstration.root_path + "/templates", demonstration.root_path + "/views"]
    files = [path for room in rooms for path in Path(room).rglob("*") if path.suffix in {".html", ".py"}]
    linked = {
        name for path in files for name in re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", path.read_text())
    }
    pages = {rule.endpoint for rule in demonstration.url_map.iter_rules() if "GET" in (rule.methods or ())}
    lost = pages - linked - set(NOT_LINKED)
    assert not lost, f"No link leads anybody to {sorted(lost)}; link them, or say in NOT_LINKED why not."
