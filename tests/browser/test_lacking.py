"""A score without the reason it needs is said beside «Đã chấm», after the very tap, with a way to it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.database import ward_inspection
from tests.browser.people import has_no_sideways_scrolling
from tests.browser.scoring import ScorePage
from tests.server import Server

CODE = "3.4.1"  # the demonstration's unit has 4.541/4.545


def test_the_bar_says_at_once_what_lacks_a_reason_and_leads_there(
    person: Callable[..., Page], server: Server
) -> None:
    page = person("truongdoan")
    score = ScorePage(page, ward_inspection(server)).open()
    lacking = page.locator("#lacking a")
    expect(lacking).to_have_count(0)
    score.type_ratio(CODE, "50", "100")
    score.expect_saved()
    expect(lacking).to_have_text("1 thiếu lý do")
    page.set_viewport_size({"width": 390, "height": 844})
    assert has_no_sideways_scrolling(page)
    page.evaluate("scrollTo(0, 0)")
    lacking.click()
    expect(score.card(CODE)).to_be_in_viewport()
    score.input(CODE, "reason").fill("Đếm lại tại chỗ")
    score.input(CODE, "reason").blur()
    score.expect_saved()
    expect(lacking).to_have_count(0)
