"""Every fault between tablet and server, on photos and findings: never «Đã lưu» for what the server does not have."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import dropwhile
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.database import rows, ward_inspection
from tests.browser.photos import open_drawer, photo, shoot
from tests.browser.scoring import ScorePage
from tests.browser.test_faults import FAULTS
from tests.server import Server

CODE = "3.2.2"
POSTS = {
    "photo": re.compile(r"/attachments(\?|$)"),
    "finding": re.compile(r"/inspections/\d+/findings(\?|$)"),
}
STORED = {"photo": "SELECT count(*) AS n FROM attachments", "finding": "SELECT count(*) AS n FROM findings"}
TRIED_WITHIN = 30_000
SENT_WITHIN = 90_000
# What the page says of being saved, from the moment on in which something was made.
WATCH = """() => {
    window.said = [];
    const look = () => window.said.push([...document.querySelectorAll("#save-state, #evidence, #finding, #save-banner")]
        .map((one) => one.textContent).join(" | "));
    new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
WAITING = """() => new Promise((done) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("operations").objectStore("operations").getAll();
        asked.onsuccess = () => { opened.result.close(); done(asked.result.map((op) => [op.kind, op.state])); };
    };
})"""


def stored(server: Server, kind: str) -> int:
    return int(rows(server, STORED[kind])[0]["n"])


def make(score: ScorePage, kind: str) -> None:
    if kind == "photo":
        drawer = open_drawer(score, CODE)
        score.page.evaluate(WATCH)
        shoot(drawer, photo(uuid4().int % 100_000, (400, 300)))
        return
    score.card(CODE).locator("[data-opens=finding]").click()
    drawer = score.page.locator("#finding")
    expect(drawer.locator("form[data-queue][data-prepared]")).to_be_visible()
    drawer.get_by_label("Nội dung").fill(f"Phát hiện {uuid4()}")
    score.page.evaluate(WATCH)
    drawer.get_by_role("button", name="Lưu").click()


@pytest.mark.parametrize("kind", ["photo", "finding"])
@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_calls_a_photo_or_a_finding_saved(
    person: Callable[..., Page], server: Server, name: str, kind: str
) -> None:
    _, fault, _state, has_it = FAULTS[name]
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    page, before = score.page, stored(server, kind)
    asked: list[str] = []

    def bend(route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        asked.append(route.request.url)
        return fault(route)

    page.route(POSTS[kind], bend)
    make(score, kind)
    expect(page.locator("#save-state")).not_to_have_attribute("data-state", "clean", timeout=TRIED_WITHIN)
    for _try in range(TRIED_WITHIN // 100):
        if asked:
            break
        page.wait_for_timeout(100)
    assert asked
    page.wait_for_timeout(1_000)
    # While a photo is being shrunk, «Đã lưu» is still the truth; from then on it is not.
    said = list(dropwhile(lambda text: "Đã lưu" in text, page.evaluate("window.said")))
    assert said
    assert not [text for text in said if re.search("Đã lưu|Đã ghi nhận", text)]
    expect(score.state).not_to_contain_text("Đã lưu")
    # The disk still has it; the server only where the reply alone was lost.
    assert [one[0] for one in page.evaluate(WAITING)] == [kind]
    assert stored(server, kind) == before + has_it
    page.unroute(POSTS[kind])
    score.open(area="3")
    if [one[1] for one in page.evaluate(WAITING)] == ["rejected"]:
        send_again(score, kind)
    expect(score.state).to_contain_text("Đã lưu", timeout=SENT_WITHIN)
    assert page.evaluate(WAITING) == []
    assert stored(server, kind) == before + 1


def send_again(score: ScorePage, kind: str) -> None:
    """A refusal is a person's to settle: the same thing is sent once more."""
    if kind == "photo":
        drawer = open_drawer(score, CODE)
    else:
        score.card(CODE).locator("[data-opens=finding]").click()
        drawer = score.page.locator("#finding")
    again = drawer.get_by_role("button", name="Gửi lại").first
    expect(again).to_be_visible(timeout=TRIED_WITHIN)
    again.click()
