"""Two people on one inspection see where the other is; nothing moves."""

from __future__ import annotations

from playwright.sync_api import expect


def test_the_other_ones_card_says_who_is_there_and_nothing_moves(person):
    member, secretary = person("thanhvien"), person("thuky")
    for page in (member, secretary):
        page.goto("/inspections/1/score")
        expect(page.locator("html")).to_have_attribute("data-scoring", "ready")
    card = member.locator(".criterion").nth(1)
    before = card.locator("h4").bounding_box()
    with secretary.expect_response("**/presence"):
        secretary.locator(".criterion h4").nth(1).focus()
    with member.expect_response("**/presence"):
        member.locator(".criterion h4").nth(0).focus()
        member.locator(".criterion h4").nth(2).focus()
    expect(card.locator(".presence")).to_have_text("Thư ký đoàn đang ở đây", timeout=20_000)
    after = card.locator("h4").bounding_box()
    assert (before["width"], before["height"]) == (after["width"], after["height"])
    member.context.set_offline(True)
    expect(card.locator(".presence")).to_have_count(0, timeout=20_000)
