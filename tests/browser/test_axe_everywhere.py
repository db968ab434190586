"""axe-core on every page of the app's own map, as each role: found by the access matrix, so none is left out.

``test_axe.py`` looks at the demonstration's pages in full and in the middle of work. Here pages that are built alike
are looked at once: the same tags, classes and attributes in the same order say the same to axe, but for colours,
and these are the same styles.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Page

from tests.access.test_matrix import routes
from tests.browser.test_axe import AXE, COLOURS, RULES, breaches
from tests.browser.world_server import Built, Place, world_server
from tests.server import Server

ROLES = (
    "anonymous",
    "head",
    "officer_own",
    "admin",
    "secretary",
    "deputy",
    "member_in_area",
    "unit_head_own",
    "supervisor_above",
)


class _Skeleton(HTMLParser):
    """What axe sees of a page without its words: tags, classes, which attributes there are."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = sorted(name for name, _value in attrs)
        kept = [value or "" for name, value in attrs if name in {"class", "role", "type", "aria-live"}]
        line = f"{tag} {names} {kept}"
        # A list of forty lines is built as one of two.
        if self.lines[-1:] != [line] and line not in self.lines[-12:-6]:
            self.lines.append(line)


def skeleton(html: str) -> str:
    parser = _Skeleton()
    parser.feed(re.sub(r"(?s)<svg.*?</svg>", "<svg>", html))
    return hashlib.sha256("\n".join(parser.lines).encode()).hexdigest()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Built]]:
    with world_server(tmp_path_factory.mktemp("world")) as both:
        yield both


@pytest.fixture(scope="module")
def server(built: tuple[Server, Built]) -> Server:
    return built[0]


def pages(built: Built) -> tuple[dict[str, list[tuple[str, Place]]], set[str], set[str]]:
    """By person the pages to look at; all endpoints that show a page to anybody; those that show no page at all."""
    found: dict[str, list[tuple[str, Place]]] = {}
    seen: set[str] = set()
    shown, asked = set(), set()
    places = built.places()
    others = [person for person in places[0].expected if person not in ROLES]
    for person in (*ROLES, *others):
        for place in places:
            if place.needs_session or place.expected[person] != "200":
                continue
            if person in others and place.endpoint in asked:
                continue  # these are only asked for what no role of the list may open
            asked.add(place.endpoint)
            reply = built.client(person).get(place.path)
            if reply.mimetype != "text/html" or "<html" not in reply.text:
                continue
            if place.endpoint in LEADS_ELSEWHERE:
                continue
            bones = skeleton(reply.text)
            if bones not in seen or place.endpoint not in shown:
                seen.add(bones)
                shown.add(place.endpoint)
                found.setdefault(person, []).append((bones, place))
    return found, shown, asked


def test_no_page_of_the_map_has_a_barrier_for_any_role(
    new_page: Callable[..., Page], built: tuple[Server, Built], capsys: pytest.CaptureFixture[str]
) -> None:
    server, world = built
    found, shown, asked = pages(world)
    breached: list[str] = []
    dark: set[str] = set()
    visited: set[str] = set()
    for person, places in found.items():
        page = new_page()
        page.add_init_script(AXE)
        if person in world.cookies:
            page.context.add_cookies([{"name": "sid", "value": world.cookies[person], "url": server.url}])
        for _bones, place in places:
            reply = page.goto(place.path)
            assert reply
            assert reply.status == 200, f"{person} at {place.path}: {reply.status}"
            visited.add(place.endpoint)
            breached += [f"{person} at {place.path}: {one}" for one in breaches(page, RULES)]
            if place.endpoint not in dark:
                dark.add(place.endpoint)
                page.emulate_media(color_scheme="dark")
                breached += [f"{person} at {place.path}, dark: {one}" for one in breaches(page, COLOURS)]
                page.emulate_media(color_scheme="light")
        page.context.close()
    with capsys.disabled():
        number = sum(len(places) for places in found.values())
        print(f"\n  axe: {number} different pages at {len(visited)} addresses as {len(found)} people")
    assert not breached, "\n".join(breached)
    readable = {endpoint for endpoint, method in routes(world.app) if method == "GET"}
    never = readable - asked - LEADS_ELSEWHERE
    assert not never, f"Nobody of the matrix opens these, so nobody looked at them: {sorted(never)}"
    assert shown <= visited


# Addresses that answer nobody with a page of their own.
LEADS_ELSEWHERE = {
    "late_dossiers.of_inspection",
    "login.show_code",
    "oidc.callback",
    "oidc.start",
    "recommendations.index",
    "security_txt.show",
    # With a network its script leads on; /outbox is the same page for who is signed in.
    "shell.outbox_offline",
    "tasks.ask_step",
}
