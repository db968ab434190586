"""The same work without JavaScript: plain forms, plain pages, nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.database import rows, stored_answer
from tests.browser.people import sign_in
from tests.server import Server


@pytest.fixture
def member(person: Callable[..., Page]) -> Page:
    return person("thanhvien", java_script_enabled=False)


def card(page: Page, inspection: int, code: str) -> Locator:
    """The criterion's card on the page of its area."""
    page.goto(f"/inspections/{inspection}/score?side=verified&area={code[0]}")
    return page.locator(f'.criterion[data-code="{code}"]')


def save(card: Locator) -> None:
    card.get_by_role("button", name=re.compile("Lưu")).click()


def test_one_signs_in_and_out(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, "thanhvien")
    expect(page.locator("h1")).to_have_text("Việc cần làm")
    page.locator("summary").filter(has_text="Thành viên").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/login"))


def test_a_criterion_is_scored_by_a_plain_post_and_the_page_comes_back_to_it(
    member: Page, server: Server, inspection: int
) -> None:
    level = card(member, inspection, "1.1.1")
    level.locator(".choice-row").nth(1).click()
    save(level)
    expect(member).to_have_url(re.compile(r"/score\?.*#c-1\.1\.1$"))
    expect(level.locator(".criterion-result")).to_contain_text(re.compile(r"Đã lưu \d\d:\d\d"))
    expect(level.locator(".criterion-points")).to_contain_text("0,5")
    answer = stored_answer(server, inspection, "1.1.1")
    assert answer is not None
    assert (answer["value"], answer["points"]) == ({"level": 1}, 50)


def test_a_reason_and_a_note_go_with_the_score(member: Page, server: Server, inspection: int) -> None:
    ratio = card(member, inspection, "1.4.1")
    ratio.locator("[name=numerator]").fill("14")
    ratio.locator("[name=denominator]").fill("17")
    ratio.locator("[name=reason]").fill("Chỉ tính nhiệm vụ đến hạn")
    ratio.locator("summary").click()
    ratio.locator("[name=note]").fill("Theo danh mục ngày 15/9")
    save(ratio)
    expect(ratio.locator(".criterion-points")).to_contain_text("1,65")
    answer = stored_answer(server, inspection, "1.4.1")
    assert answer is not None
    assert (answer["reason"], answer["note"]) == ("Chỉ tính nhiệm vụ đến hạn", "Theo danh mục ngày 15/9")


def test_a_refused_score_comes_back_with_everything_that_was_typed(
    member: Page, server: Server, inspection: int
) -> None:
    ratio = card(member, inspection, "1.2.1")
    ratio.locator("[name=numerator]").fill("3 báo cáo")
    ratio.locator("[name=denominator]").fill("4")
    ratio.locator("[name=reason]").fill("Thiếu quý II")
    ratio.locator("summary").click()
    ratio.locator("[name=note]").fill("Xem nhật ký gửi")
    save(ratio)
    again = member.locator('.criterion[data-code="1.2.1"]')
    expect(again.locator(".error")).to_contain_text("Số ghi bằng chữ số")
    for name, text in (
        ("numerator", "3 báo cáo"),
        ("denominator", "4"),
        ("reason", "Thiếu quý II"),
        ("note", "Xem nhật ký gửi"),
    ):
        expect(again.locator(f"[name={name}]")).to_have_value(text)
    assert stored_answer(server, inspection, "1.2.1") is None
    again.locator("[name=numerator]").fill("3")
    save(again)
    answer = stored_answer(server, inspection, "1.2.1")
    assert answer is not None
    assert (answer["points"], answer["note"]) == (75, "Xem nhật ký gửi")


def test_not_applicable_needs_its_reason(member: Page, server: Server, inspection: int) -> None:
    leaf = card(member, inspection, "2.3.1")
    leaf.locator(".na-button").click()
    save(leaf)
    again = member.locator('.criterion[data-code="2.3.1"]')
    expect(again.locator(".error")).to_contain_text("Hãy ghi lý do không áp dụng")
    expect(again.locator("[name=not_applicable]")).to_be_checked()
    again.locator("[name=na_reason]").fill("Chưa đến kỳ công nhận")
    save(again)
    answer = stored_answer(server, inspection, "2.3.1")
    assert answer is not None
    assert (answer["not_applicable"], answer["na_reason"]) == (1, "Chưa đến kỳ công nhận")
    expect(member.locator('.criterion[data-code="2.3.1"] .criterion-points')).to_contain_text("KAD")


def test_two_answers_to_one_criterion_are_shown_and_either_can_be_kept(
    member: Page, person: Callable[..., Page], server: Server, inspection: int
) -> None:
    mine = card(member, inspection, "3.1.2")
    head = person("truongdoan", java_script_enabled=False)
    theirs = card(head, inspection, "3.1.2")
    mine.locator(".choice-row").nth(0).click()
    save(mine)
    theirs.locator(".choice-row").nth(1).click()
    save(theirs)
    expect(head.locator("h1")).to_contain_text("hai bản khác nhau")
    expect(head.locator("#main")).to_contain_text("Thành viên đoàn")
    head.get_by_role("button", name="Giữ bản của tôi").click()
    answer = stored_answer(server, inspection, "3.1.2")
    assert answer is not None
    assert (answer["value"], answer["by"]) == ({"yes": False}, "truongdoan")


def test_a_finding_is_added_on_a_page_of_its_own(member: Page, server: Server, inspection: int) -> None:
    card(member, inspection, "3.4.1").get_by_role("link", name="Phát hiện").click()
    expect(member.locator("h1")).to_have_text("Phát hiện mới")
    member.get_by_role("button", name="Lưu").click()
    expect(member.locator(".error").first).to_contain_text("Hãy điền mục này")
    member.locator("[name=text]").fill("- 04 hồ sơ quá hạn")
    member.locator("[name=recommended]").fill("Xin lỗi bằng văn bản")
    member.get_by_role("button", name="Lưu").click()
    expect(member.locator("#main")).to_contain_text("- 04 hồ sơ quá hạn")
    assert rows(server, "SELECT text FROM findings WHERE inspection_id = ?", inspection) == [
        {"text": "- 04 hồ sơ quá hạn"}
    ]
    assert rows(server, "SELECT text FROM recommendations WHERE inspection_id = ?", inspection) == [
        {"text": "Xin lỗi bằng văn bản"}
    ]


def test_what_is_missing_has_a_page_that_leads_to_the_criterion(member: Page, inspection: int) -> None:
    member.goto(f"/inspections/{inspection}/score?side=verified")
    member.get_by_role("link", name=re.compile("Đã chấm")).click()
    expect(member.locator("h1")).to_have_text("Còn thiếu")
    member.get_by_role("link", name=re.compile(r"^7\.6\.1")).click()
    expect(member.locator('.criterion[data-code="7.6.1"]')).to_be_in_viewport()


def test_dossier_figures_are_filled_checked_and_saved(person: Callable[..., Page], server: Server) -> None:
    page = person("canbo", java_script_enabled=False)
    page.goto("/dossiers")
    page.get_by_role("link", name="Phường Cầu Tre").click()
    page.locator("#total-received_direct").fill("abc")
    page.get_by_role("button", name="Lưu biểu").click()
    expect(page.locator(".error-summary")).to_contain_text("Số đếm ghi bằng chữ số")
    expect(page.locator("#total-received_direct")).to_have_value("abc")
    page.locator("#total-received_direct").fill("1.700")
    page.locator("#total-carried_over").fill("0")
    page.get_by_role("button", name="Lưu biểu").click()
    expect(page.locator("#dossier-checks")).to_contain_text("lệch 89")
    page.locator("#dossier-explanations textarea").fill("89 hồ sơ chưa đồng bộ")
    page.get_by_role("button", name="Lưu biểu").click()
    expect(page.locator("#dossier-explanations textarea")).to_have_value("89 hồ sơ chưa đồng bộ")
    expect(page.locator("#total-received_direct")).to_have_value("1.700")
    stored = rows(
        server, "SELECT received_direct FROM dossier_lines WHERE is_total AND received_total = 4545"
    )
    assert stored == [{"received_direct": 1700}]
