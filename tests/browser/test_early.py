"""Pressed and typed before the scripts are there, on a slow line: it works, waits, or goes as a plain form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, expect

from tests.browser.database import stored_answer
from tests.browser.eventually import eventually
from tests.browser.scoring import ScorePage
from tests.server import Server


@contextmanager
def held(page: Page, *scripts: str) -> Iterator[None]:
    """These scripts come when the block is over, as they do over a slow line."""
    waiting: list[Route] = []
    for script in scripts:
        page.route(f"**/js/{script}.js", lambda route: waiting.append(route))
    yield
    for route in waiting:
        route.continue_()
    for script in scripts:
        page.unroute(f"**/js/{script}.js")


def test_what_is_tapped_and_typed_before_the_script_of_the_page_is_saved(
    person: Callable[..., Page], server: Server, inspection: int
) -> None:
    page = person("thanhvien")
    score = ScorePage(page, inspection)
    with held(page, "score"):
        page.goto(score.address + "&area=2", wait_until="commit")
        score.choose("2.1.2", 1)
        score.input("2.3.2", "numerator").fill("4.541")
        score.input("2.3.2", "denominator").fill("4.545")
        score.card("2.3.1").locator(".criterion-more summary").click()
        score.input("2.3.1", "note").fill("Gõ trước khi trang kịp chạy")
    score.expect_open()
    score.expect_saved()
    level, ratio, note = (stored_answer(server, inspection, code) for code in ("2.1.2", "2.3.2", "2.3.1"))
    assert level["value"] == {"level": 1}
    assert ratio["value"] == {"n": "4541", "d": "4545"}
    assert note["note"] == "Gõ trước khi trang kịp chạy"
