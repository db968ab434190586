"""What the server did not take: it is kept over a reload until a person settles it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.database import change, rows, stored_answer, stored_changes, ward_inspection
from tests.browser.outbox import RETRIED, SAVED, cut, in_conflict, join, waiting
from tests.browser.people import sign_in
from tests.browser.scoring import ScorePage
from tests.server import Server


def test_a_conflict_survives_a_reload_and_theirs_can_be_kept_with_mine_as_a_note(
    open_score, server, inspection
) -> None:
    code = "6.1.1"
    head = in_conflict(open_score, code)
    head.open(area="6")
    panel = head.card(code).locator(".conflict")
    expect(panel).to_be_visible()
    expect(head.choices(code).nth(1).locator("input")).to_be_checked()
    mine = panel.locator('[data-keeps="mine"]')
    expect(mine).to_contain_text(re.compile(r"\(\d\d:\d\d\)"))
    expect(panel.locator('[data-keeps="theirs"]')).to_contain_text("Đã xem hồ sơ")
    points = head.points(code).inner_text().split("/")[0].strip()
    panel.locator('[data-keeps="note"]').click()
    expect(head.state).to_have_text(SAVED)
    expect(panel).to_have_count(0)
    expect(head.choices(code).nth(0).locator("input")).to_be_checked()
    stored = stored_answer(server, inspection, code)
    assert stored["value"] in ({"level": 0}, {"yes": True})
    # Beside the score stands whose it is, not who wrote a note to it.
    assert stored["by"] == "thanhvien"
    expect(head.result(code)).to_contain_text("Thành viên đoàn")
    head.open(area="6")
    expect(head.result(code)).to_contain_text("Thành viên đoàn")
    lines = stored["note"].splitlines()
    assert lines[0] == "Đã xem hồ sơ"
    assert re.fullmatch(rf"Ý kiến khác \(tôi chấm {re.escape(points)} điểm, \d\d:\d\d\)", lines[1])
    log = [(one["by"], one["field"], one["outcome"]) for one in stored_changes(server, inspection, code)]
    assert log == [
        ("thanhvien", "value", "accepted"),
        ("thanhvien", "note", "accepted"),
        ("truongdoan", "value", "conflict"),
        ("truongdoan", "note", "accepted"),
    ]


def test_a_conflict_is_settled_without_a_connection_too(open_score, server, inspection) -> None:
    code = "6.1.2"
    head = in_conflict(open_score, code)
    cut(head)
    head.card(code).locator('[data-keeps="mine"]').click()
    expect(head.card(code).locator(".conflict")).to_have_count(0)
    expect(head.result(code)).to_contain_text("đã lưu trên máy")
    head.open(area="6")
    join(head)
    expect(head.state).to_have_text(SAVED, timeout=RETRIED)
    assert [one["outcome"] for one in stored_changes(server, inspection, code)][-2:] == [
        "conflict",
        "accepted",
    ]
    assert stored_answer(server, inspection, code)["by"] == "truongdoan"


def test_what_was_refused_is_kept_until_a_person_decides(open_score, server, inspection) -> None:
    score = open_score("4.4.1")
    score.type_ratio("4.4.1", "5", "0")
    expect(score.card("4.4.1").locator(".error")).to_be_visible()
    score.open(area="4")
    expect(score.card("4.4.1").locator(".error")).to_be_visible()
    expect(score.input("4.4.1", "numerator")).to_have_value("5")
    expect(score.state).to_have_attribute("data-state", "rejected")
    score.card("4.4.1").locator('[data-act="drop"]').click()
    expect(score.input("4.4.1", "numerator")).to_have_value("")
    expect(score.card("4.4.1").locator(".error")).to_have_count(0)
    expect(score.state).to_contain_text("Đã lưu")
    assert waiting(score.page) == 0
    assert stored_answer(server, inspection, "4.4.1") is None


def test_what_was_scored_in_an_area_that_is_somebody_elses_by_now_can_be_taken_along(
    new_page, server, inspection
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="3")
    with score.saving("3.1.1"):
        score.choose("3.1.1", 0)
    points = score.points("3.1.1").inner_text()
    given = score.choices("3.1.1").nth(1).locator(".choice-text").inner_text()
    cut(score)
    score.choose("3.1.1", 1)
    expect(score.result("3.1.1")).to_contain_text("đã lưu trên máy")
    places = """UPDATE delegation_members SET areas = ? WHERE user_id = (SELECT id FROM users WHERE name = ?)
        AND delegation_id = (SELECT delegation_id FROM inspections WHERE id = ?)"""
    of_member = (
        "SELECT areas FROM delegation_members m JOIN users u ON u.id = m.user_id WHERE u.name = 'thanhvien'"
    )
    before = rows(server, of_member)[0]["areas"]
    assert change(server, places, '["1"]', "thanhvien", inspection)
    assert change(server, places, '["3"]', "thuky", inspection)
    (secretary,) = rows(server, "SELECT title FROM users WHERE name = 'thuky'")
    card = score.card("3.1.1")
    try:
        join(score)
        for _again in range(2):
            expect(card.locator(".error")).to_contain_text(f"người chấm hiện nay: {secretary['title']}")
            expect(card.locator("[data-said]")).to_contain_text(given)
            # It can only fail: it is not offered.
            expect(card.locator('[data-act="retry"]')).to_be_hidden()
            score.open(area="3")
        expect(score.points("3.1.1")).to_have_text(points)
        expect(score.choices("3.1.1").nth(0).locator("input")).to_be_checked()
        expect(score.state).to_have_attribute("data-state", "rejected")
        card.locator('[data-act="copy"]').click()
        expect(card.locator('[data-act="copy"]')).to_have_text("Đã chép")
        assert given in page.evaluate("navigator.clipboard.readText()")
        card.locator('[data-act="drop"]').click()
        expect(card.locator(".error, .rejected-acts")).to_have_count(0)
        expect(score.points("3.1.1")).to_have_text(points)
        expect(score.state).to_contain_text("Đã lưu")
        assert waiting(page) == 0
    finally:
        assert change(server, places, before, "thanhvien", inspection)
    assert stored_answer(server, inspection, "3.1.1")["value"] in ({"level": 0}, {"yes": True})


def test_half_a_ratio_is_not_put_beside_another_persons_figures(
    person: Callable[..., Page], server: Server
) -> None:
    inspection = ward_inspection(server)
    mine = ScorePage(person("thanhvien"), inspection).open(area="1")
    mine.input("1.4.2", "numerator").fill("5")
    other = ScorePage(person("truongdoan"), inspection).open(area="1")
    other.type_ratio("1.4.2", "40", "50")
    other.expect_saved()
    mine.open(area="1")
    mine.page.wait_for_timeout(1500)
    expect(mine.input("1.4.2", "numerator")).to_have_value("40")
    assert stored_answer(server, inspection, "1.4.2")["value"] == {"n": "40", "d": "50"}


def test_a_note_left_behind_meets_the_one_that_came_meanwhile_as_a_conflict(
    person: Callable[..., Page], server: Server
) -> None:
    inspection = ward_inspection(server)
    page = person("thanhvien")
    page.route("**/answers/1.5.1", lambda route: route.abort())
    mine = ScorePage(page, inspection).open(area="1")
    mine.card("1.5.1").locator("summary").click()
    # As a tab leaves it that is gone half a second after the last key.
    page.evaluate(
        """() => {
            const { dataset } = document.getElementById("score");
            const key = `soat-typed-${dataset.person}-${dataset.inspection}-${dataset.side} 1.5.1 note`;
            localStorage.setItem(key, JSON.stringify({ value: "Ghi chú của tôi", version: 0 }));
        }"""
    )
    other = ScorePage(person("truongdoan"), inspection).open(area="1")
    other.card("1.5.1").locator("summary").click()
    other.input("1.5.1", "note").fill("Ghi chú của Trưởng đoàn")
    other.expect_saved()
    page.unroute("**/answers/1.5.1")
    mine.open(area="1")
    panel = mine.card("1.5.1").locator(".conflict")
    expect(panel.locator("[data-mine]")).to_have_text("«Ghi chú của tôi»")
    assert stored_answer(server, inspection, "1.5.1")["note"] == "Ghi chú của Trưởng đoàn"
