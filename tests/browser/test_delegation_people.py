"""A member of a delegation is found while one types, and stays while somebody else is looked for."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import has_no_sideways_scrolling
from tests.browser.test_axe import RULES, breaches


def test_people_are_found_while_typing(person: Callable[..., Page]) -> None:
    page = person("truongdoan")
    page.goto("/campaigns/1/delegations/new")
    page.get_by_label("Tên đoàn").fill("Đoàn số 2")
    page.get_by_role("button", name="Thêm thành viên").click()
    row = page.locator("#member-1")
    search, chosen = row.get_by_label("Tìm người theo tên, chức vụ, đơn vị"), row.locator("[data-chosen]")
    expect(search).to_be_focused()
    search.press_sequentially("thu ky")
    expect(row.locator("[data-found] label")).to_have_count(1)
    assert breaches(page, RULES) == []
    assert has_no_sideways_scrolling(page)
    row.get_by_label("Thư ký đoàn").check()
    expect(chosen).to_contain_text("Chuyên viên Sở Nội vụ")

    # Looked for once more; Enter looks and does not send the form.
    search.fill("khong co ai")
    search.press("Enter")
    expect(row.locator("[data-found]")).to_contain_text("Không có ai khớp")
    expect(chosen.get_by_role("radio")).to_be_checked()
    expect(page.get_by_label("Tên đoàn")).to_have_value("Đoàn số 2")
    page.locator(".form-actions").get_by_role("button", name="Lưu đoàn").click()
    expect(page.get_by_role("heading", name="Đoàn số 2")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Thư ký đoàn")
