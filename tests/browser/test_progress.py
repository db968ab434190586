"""How far the work is while the server is away: what waits on the tablet counts, and is seen to wait.

Pages kept on the device are in test_offline_pages.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.database import stored_answer, ward_inspection
from tests.browser.outbox import ANSWERS, RETRIED, TOKEN, cut, join
from tests.browser.people import has_no_sideways_scrolling
from tests.browser.scoring import ScorePage
from tests.server import Server

DIFFERENT = "3.4.1"  # the demonstration's unit has 4.541/4.545


@pytest.fixture(scope="module")
def inspection(server: Server) -> int:
    return ward_inspection(server)


@pytest.fixture
def score(person: Callable[..., Page], inspection: int) -> ScorePage:
    return ScorePage(person("thanhvien"), inspection)


def answered(score: ScorePage) -> int:
    text = score.page.locator("#answered").inner_text()
    assert text.endswith("/77")
    return int(text.split("/")[0])


def expect_answered(score: ScorePage, number: int, waiting: int) -> None:
    expect(score.page.locator("#answered")).to_have_text(f"{number}/77")
    mark = score.page.locator(".score-bottom .place .waits")
    if waiting:
        expect(mark).to_contain_text(f"{waiting} chờ gửi")
    else:
        expect(mark).to_have_count(0)


def in_rail(score: ScorePage, area: str) -> Locator:
    return score.page.locator(f'.score-rail a[data-area="{area}"]')


def missing(score: ScorePage) -> Locator:
    """The list, opened anew."""
    dialog = score.page.locator("#missing")
    if dialog.is_visible():
        dialog.locator("[data-closes]").first.click()
    score.page.locator('[data-opens="missing"]').click()
    expect(dialog).to_be_visible()
    return dialog


def row(where: Locator, code: str) -> Locator:
    return where.locator(".row", has_text=re.compile(rf"^\s*{re.escape(code)} "))


def test_what_waits_counts_and_is_marked_until_the_server_has_spoken(
    score: ScorePage, server: Server, inspection: int
) -> None:
    score.open()
    page = score.page
    with score.saving("2.1.2"):
        score.choose("2.1.2", 0)
    before, points, rail = (
        answered(score),
        score.total.inner_text(),
        in_rail(score, "3").locator("[data-count]"),
    )
    in_area = int(rail.inner_text().split("/")[0])
    server.stop()
    try:
        score.choose("3.1.1", 0)
        score.type_ratio(DIFFERENT, "50", "100")
        expect_answered(score, before + 2, 2)
        expect(rail).to_have_text(re.compile(rf"^{in_area + 2}/"))
        expect(in_rail(score, "3").locator("progress")).to_have_js_property("value", in_area + 2)
        expect(in_rail(score, "3").locator(".waits")).to_contain_text("2")
        expect(in_rail(score, "2").locator(".waits")).to_have_count(0)
        # Points stay the server's word, and the page says that they are not up to date.
        expect(score.total).to_have_text(points)
        expect(page.locator(".score-total .waits")).to_contain_text("chưa tính 2 mục chờ gửi")
        expect(page.locator("#area-3 .area-head .waits")).to_contain_text("chưa tính 2 mục chờ gửi")
        dialog = missing(score)
        expect(dialog.locator("#missing-waits")).to_contain_text("2 mục chấm trên máy này, chờ gửi")
        expect(row(dialog, "3.1.1")).to_have_count(0)
        expect(row(dialog, DIFFERENT)).to_contain_text("Cần ghi lý do")
        expect(row(dialog, "3.1.2")).to_contain_text("Chưa chấm")
        dialog.locator("[data-closes]").first.click()
        # The reason too; and a score that is taken back counts no more.
        score.input(DIFFERENT, "reason").fill("Đếm lại tại chỗ")
        score.input(DIFFERENT, "reason").blur()
        score.card("2.1.2").locator("summary").click()
        score.card("2.1.2").locator("[data-clears]").click()
        expect_answered(score, before + 1, 3)
        dialog = missing(score)
        expect(row(dialog, DIFFERENT)).to_have_count(0)
        expect(row(dialog, "2.1.2")).to_contain_text("Chưa chấm")
        dialog.locator("[data-closes]").first.click()
        page.set_viewport_size({"width": 390, "height": 844})
        assert has_no_sideways_scrolling(page)
    finally:
        server.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")  # not only after the longest pause
    expect(page.locator(".waits")).to_have_count(0, timeout=RETRIED)
    score.expect_saved()
    expect_answered(score, before + 1, 0)
    expect(rail).to_have_text(re.compile(rf"^{in_area + 2}/"))
    expect(score.total).not_to_have_text(points)
    assert stored_answer(server, inspection, "2.1.2")["value"] is None


def test_what_waits_in_an_area_that_is_not_on_the_page_counts_too(score: ScorePage) -> None:
    score.open(area="4")
    before = answered(score)
    cut(score)
    score.choose("4.2.1", 0)
    expect_answered(score, before + 1, 1)
    score.open(area="1")
    expect_answered(score, before + 1, 1)
    expect(in_rail(score, "4").locator(".waits")).to_contain_text("1")
    join(score)
    expect(score.page.locator(".waits")).to_have_count(0, timeout=RETRIED)
    score.open(area="1")
    expect_answered(score, before + 1, 0)


def test_what_was_refused_counts_no_more(score: ScorePage) -> None:
    score.open(area="5")
    before = answered(score)
    cut(score)
    score.choose("5.1.2", 0)
    expect_answered(score, before + 1, 1)
    fault = '<p class="error" data-field="level">Không nhận.</p>'
    score.page.unroute(ANSWERS)
    score.page.route(ANSWERS, lambda route: route.fulfill(status=422, content_type="text/html", body=fault))
    score.page.unroute(TOKEN)
    score.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(score.card("5.1.2").locator(".error")).to_be_visible(timeout=RETRIED)
    expect_answered(score, before, 0)
    expect(row(missing(score), "5.1.2")).to_contain_text("Chưa chấm")


def test_a_tap_that_is_saved_at_once_shows_no_mark(score: ScorePage) -> None:
    score.open(area="6")
    score.page.evaluate(
        """() => {
            window.marks = 0;
            new MutationObserver(() => (window.marks += document.querySelectorAll(".waits").length))
                .observe(document.body, {subtree: true, childList: true});
        }"""
    )
    before = answered(score)
    with score.saving("6.1.1"):
        score.choose("6.1.1", 0)
    expect_answered(score, before + 1, 0)
    assert score.page.evaluate("window.marks") == 0
