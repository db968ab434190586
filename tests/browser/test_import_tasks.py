"""A long list of tasks: its faults, the mended file, the bar that moves, and the tasks that are there."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from app.documents.tasks_xlsx import SHEET, Col
from tests.browser.people import has_no_sideways_scrolling, sign_in

ROWS = 1500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(unit: str, due: object) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append([str(name) for name in (Col.UNIT, Col.TITLE, Col.ASSIGNED_ON, Col.DUE)])
    for number in range(ROWS):
        sheet.append(
            [unit, f"Việc số {number} của danh sách dài", date(2025, 1, 2), due if number % 10 == 0 else None]
        )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def send(page: Page, data: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "danh-sach.xlsx", "mimeType": XLSX, "buffer": data}
    )
    page.get_by_role("button", name="Tải lên và kiểm tra").click()


def test_a_list_is_mended_carried_in_and_its_bar_is_seen(page: Page) -> None:
    sign_in(page, "truongdoan")
    page.goto("/tasks")
    page.get_by_role("link", name="Nhập từ Excel").click()
    with page.expect_download() as template:
        page.get_by_role("link", name="Tải tệp mẫu").click()
    unit = load_workbook(BytesIO(template.value.path().read_bytes()))["Danh mục"]["A2"].value
    send(page, workbook(unit, "07/15/2025"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("150 lỗi trong 1.500 hàng")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("!D2: Không có tháng 15")).to_be_visible()
    assert has_no_sideways_scrolling(page)
    page.get_by_role("link", name="Tải tệp đã sửa lên").click()
    send(page, workbook(unit, date(2025, 7, 15)))
    go = page.get_by_role("button", name="Nhập 1.500 nhiệm vụ")
    expect(go).to_be_visible(timeout=20_000)
    assert has_no_sideways_scrolling(page)
    go.click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("Đã nhập 1.500 nhiệm vụ")).to_be_visible(timeout=20_000)
    assert not page.locator("[hx-trigger]#import-job").count(), "who is done asks no more"
    page.get_by_role("link", name="Xem nhiệm vụ").click()
    page.goto("/tasks?q=danh+sach+dai")
    with page.expect_download() as exported:
        page.get_by_role("link", name="Xuất Excel").click()
    rows = (
        load_workbook(BytesIO(exported.value.path().read_bytes()), read_only=True)
        .worksheets[0]
        .iter_rows(values_only=True)
    )
    assert sum(1 for _row in rows) == ROWS + 4
