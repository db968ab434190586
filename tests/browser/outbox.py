"""A line that is cut, and what waits or conflicts on the tablet meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.scoring import ScorePage

ANSWERS = re.compile(r"/inspections/\d+/answers/")
TOKEN = re.compile(r"/me/token")
SAVED = re.compile(r"Đã lưu \d\d:\d\d")
RETRIED = 20_000


def cut(score: ScorePage) -> None:
    """Pages come, nothing can be sent: what a service worker makes of a basement."""
    score.page.route(
        ANSWERS,
        lambda route: (
            route.abort("internetdisconnected") if route.request.method == "POST" else route.fallback()
        ),
    )
    score.page.route(TOKEN, lambda route: route.abort("internetdisconnected"))


def join(score: ScorePage) -> None:
    score.page.unroute(ANSWERS)
    score.page.unroute(TOKEN)
    score.page.evaluate("window.dispatchEvent(new Event('online'))")


def waiting(page: Page) -> int:
    count: int = page.evaluate(
        """() => new Promise((done) => {
            const opened = indexedDB.open("soat");
            opened.onsuccess = () => {
                const asked = opened.result.transaction("operations").objectStore("operations").count();
                asked.onsuccess = () => { opened.result.close(); done(asked.result); };
            };
        })"""
    )
    return count


def in_conflict(open_score: Callable[..., ScorePage], code: str) -> ScorePage:
    member, head = open_score(code), open_score(code, "truongdoan")
    member.card(code).locator("summary").click()
    with member.saving(code, 2):
        member.choose(code, 0)
        member.input(code, "note").fill("Đã xem hồ sơ")
        member.input(code, "note").blur()
    head.choose(code, 1)
    expect(head.card(code).locator(".conflict")).to_be_visible()
    expect(head.state).to_contain_text("Có 1 mục khác với bản của")
    return head


# --- /outbox, the list of what waits ---------------------------------------------------------------


def items(page: Page) -> Locator:
    return page.locator("[data-op]")


def item(page: Page, text: str) -> Locator:
    return items(page).filter(has_text=text)


def drop(row: Locator) -> None:
    row.get_by_role("button", name="Bỏ", exact=True).click()
    row.get_by_role("button", name=re.compile("Bấm lần nữa")).click()


def open_list(page: Page) -> None:
    page.goto("/outbox")
    expect(page.locator("[data-outbox][data-ready]")).to_be_visible()
