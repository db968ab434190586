"""The ward completes its ledger of late dossiers: what is missing, two lines from Excel, the report's figures."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.people import at_every_size, has_no_sideways_scrolling

LINES = "Mã hồ sơ\tNgày hẹn trả\tNgày trả kết quả\nH24.99-220901-0011\t05/09/2022\t08/09/2022\n"


def test_the_missing_letter_is_written_and_lines_are_pasted(person: Callable[..., Page]) -> None:
    page = person("canbo")
    page.goto("/dossiers")
    page.get_by_role("link", name="Phường Cầu Tre").first.click()
    page.get_by_role("link", name="Sổ hồ sơ trễ hạn").click()
    page.get_by_role("link", name="Còn thiếu 1").click()
    page.get_by_role("link", name="H24.99-220905-0004").click()
    page.get_by_label("Số văn bản xin lỗi").fill("04/PXL")
    page.get_by_label("Ngày văn bản xin lỗi").fill("1/9/2022")
    page.get_by_label("Ngày hẹn lại").fill("14/9/2022")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_contain_text("trước ngày tiếp nhận hồ sơ (05/09/2022)")
    assert page.get_by_label("Số văn bản xin lỗi").input_value() == "04/PXL"
    page.get_by_label("Ngày văn bản xin lỗi").fill("8/9/2022")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("link", name="Còn thiếu 0")).to_be_visible()

    page.get_by_role("link", name="Dán từ Excel").click()
    page.get_by_label("Dán nhiều dòng từ Excel").fill(LINES + "H24.99-220905-0004\t05/09/2022\n")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("1/2 dòng phải sửa; chưa dòng nào được ghi.")).to_be_visible()
    page.get_by_label("Dán nhiều dòng từ Excel").fill(LINES)
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Ghi 1 hồ sơ vào sổ").click()
    expect(page.get_by_text("Sổ có 5 hồ sơ, biểu ghi 4 hồ sơ quá hạn")).to_be_visible()

    page.get_by_role("link", name="H24.99-220901-0011").click()
    page.get_by_text("Bỏ khỏi sổ", exact=True).click()
    page.get_by_role("button", name="Bỏ hồ sơ này").click()
    expect(page.get_by_text("Sổ chưa khớp với Biểu II.06")).not_to_be_visible()


@at_every_size
def test_every_page_of_the_ledger_fits_the_screen(person: Callable[..., Page], size: tuple[int, int]) -> None:
    page = person("canbo")
    for address in ("late", "late/new", "late/1", "late/paste"):
        page.goto(f"/dossiers/1/{address}")
        assert has_no_sideways_scrolling(page), address
