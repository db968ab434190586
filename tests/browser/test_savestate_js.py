"""static/js/savestate.js: which of the eight states is shown, from facts alone; and what a reply of the server means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.server import Server

WAITS = {"state": "waiting", "lane": "a"}
PHOTO = WAITS | {"file": {"name": "1.jpg"}, "lane": "p"}
CONFLICT = {"state": "conflict", "lane": "b"}
REJECTED = {"state": "rejected", "lane": "c"}
UNSAFE = WAITS | {"unsafe": True}


@pytest.fixture(scope="module")
def run(open_browser: Callable[[], Browser], server: Server) -> Iterator[Callable[[str, Any], Any]]:
    """``run("state.overall(given)", given)`` in the browser."""
    page: Page = open_browser().new_page(base_url=server.url)
    page.goto("/login")

    def one(expression: str, given: Any) -> Any:
        script = f"""async (given) => {{
            const state = await import("/static/js/savestate.js");
            const sender = await import("/static/js/sender.js");
            return {expression};
        }}"""
        return page.evaluate(script, given)

    yield one
    page.close()


@pytest.mark.parametrize(
    ("facts", "state", "bar"),
    [
        ({}, "clean", None),
        ({"typing": True}, "sending", None),
        ({"half": True}, "local", None),
        ({"ops": [WAITS]}, "sending", None),
        ({"ops": [WAITS], "trouble": "server"}, "local", None),
        ({"ops": [WAITS], "trouble": "network"}, "offline", "offline"),
        ({"trouble": "network"}, "clean", None),
        ({"ops": [CONFLICT]}, "conflict", None),
        ({"ops": [CONFLICT, WAITS], "trouble": "network"}, "conflict", "offline"),
        ({"ops": [REJECTED, WAITS]}, "rejected", None),
        ({"ops": [CONFLICT, REJECTED]}, "conflict", None),
        ({"ops": [WAITS, CONFLICT], "signedOut": "nobody"}, "signed-out", "signed-out"),
        ({"signedOut": "another"}, "clean", None),
        ({"fault": "full"}, "full", "full"),
        ({"fault": "memory"}, "clean", None),
        ({"fault": "memory", "ops": [UNSAFE]}, "sending", None),
        ({"fault": "memory", "ops": [UNSAFE], "trouble": "network"}, "full", "full"),
    ],
)
def test_the_state_of_the_page_follows_from_the_facts(run, facts, state, bar) -> None:
    told = run("state.overall(given)", facts)
    assert (told["state"], told["bar"]) == (state, bar)
    assert told["alert"] == (state in {"conflict", "rejected", "signed-out", "full"})
    assert run("state.STATES.includes(given)", told["state"])


def test_photos_and_other_items_are_counted_apart(run) -> None:
    told = run("state.overall(given)", {"ops": [WAITS, WAITS, PHOTO, CONFLICT, CONFLICT, REJECTED]})
    counts = {name: told[name] for name in ("number", "items", "photos", "conflicts", "rejected")}
    assert counts == {"number": 3, "items": 2, "photos": 1, "conflicts": 1, "rejected": 1}


def test_clean_is_only_said_when_nothing_waits_and_nothing_is_open(run) -> None:
    """All combinations of the facts."""
    told = run(
        """given.flatMap((ops) => [true, false].flatMap((typing) => [true, false].flatMap((half) =>
            [null, "server", "network"].flatMap((trouble) => [null, "nobody", "another"].flatMap((signedOut) =>
            [null, "memory", "full"].map((fault) => [
                state.overall({ops, typing, half, trouble, signedOut, fault}).state === "clean",
                !ops.length && !typing && !half && fault !== "full"]))))))""",
        [[], [WAITS], [CONFLICT], [REJECTED], [UNSAFE], [PHOTO, CONFLICT]],
    )
    assert len(told) == 6 * 2 * 2 * 3 * 3 * 3
    assert all(clean == nothing for clean, nothing in told)


@pytest.mark.parametrize(
    ("ops", "typing", "state"),
    [
        ([], False, "clean"),
        ([], True, "unsent"),
        ([WAITS | {"storing": True}], False, "unsent"),
        ([WAITS], False, "local"),
        ([UNSAFE], False, "full"),
        ([WAITS, REJECTED], True, "rejected"),
        ([WAITS, REJECTED, CONFLICT], False, "conflict"),
    ],
)
def test_the_state_of_one_criterion_follows_from_its_operations(run, ops, typing, state) -> None:
    assert run("state.ofPlace(given)", {"ops": ops, "typing": typing}) == state


@pytest.mark.parametrize(
    ("status", "echo", "verdict"),
    [
        (200, "mine", "saved"),
        (201, "mine", "saved"),
        (200, "another", "network"),
        (200, None, "network"),
        (204, None, "network"),
        (0, None, "network"),
        (302, None, "network"),
        (511, None, "network"),
        (409, "mine", "conflict"),
        (409, None, "rejected"),
        (403, None, "rejected"),
        (404, None, "rejected"),
        (413, None, "rejected"),
        (422, "mine", "rejected"),
        (400, None, "token"),
        (401, None, "signed-out"),
        (405, None, "network"),
        (429, None, "server"),
        (500, "mine", "server"),
        (503, None, "server"),
    ],
)
def test_saved_is_only_what_a_2xx_of_ours_says(run, status, echo, verdict) -> None:
    reply = {"status": status, "ok": 200 <= status < 300, "echo": echo}
    assert run("sender.verdictOf(given, 'mine')", reply) == verdict
