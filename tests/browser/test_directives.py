"""A directive with its file gives one task to all communes of a province, then one every quarter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.database import change, rows
from tests.browser.people import PHONE, has_no_sideways_scrolling
from tests.documents.hostile import pdf
from tests.server import Server

COMMUNES = 114


@pytest.fixture
def planner(server: Server, person: Callable[..., Page]) -> Page:
    """The demonstration's head of the delegation, as a person of an office of Hải Phòng as it is today."""
    server.flask("units", "load-vietnam", "--province", "31")
    (city,) = rows(server, "SELECT id, path FROM units WHERE kind = 'thanh_pho_tw' AND valid_to IS NULL")
    change(
        server,
        "INSERT INTO units (kind, name, parent_id, path, valid_from, name_sort, name_search, note)"
        " VALUES ('so_nganh', 'Sở Nội vụ', ?, '', '2025-07-01', 'so noi vu', 'so noi vu', '')",
        city["id"],
    )
    (office,) = rows(server, "SELECT id FROM units WHERE kind = 'so_nganh'")
    change(server, "UPDATE units SET path = ? WHERE id = ?", f"{city['path']}{office['id']}/", office["id"])
    change(server, "UPDATE users SET unit_id = ? WHERE name = 'truongdoan'", office["id"])
    return person("truongdoan")


def test_one_task_for_all_communes_and_one_every_quarter(planner: Page, server: Server) -> None:
    page = planner
    page.goto("/directives/new")
    page.get_by_label("Loại văn bản").select_option("ke_hoach")
    page.get_by_label("Số, ký hiệu").fill("15/KH-UBND")
    page.get_by_label("Trích yếu").fill("Kế hoạch cải cách hành chính của thành phố")
    page.get_by_label("Tệp văn bản").set_input_files(
        {"name": "Kế hoạch 15.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu văn bản.")).to_be_visible()
    expect(page.locator(".evidence-item")).to_contain_text("Kế hoạch 15.pdf")

    page.get_by_role("link", name="Giao nhiệm vụ theo văn bản này").first.click()
    page.get_by_label("Nội dung nhiệm vụ").fill("Rà soát thủ tục hành chính")
    leads = page.locator("#lead")
    shown = leads.locator(".unit-scroll .check:visible")
    leads.get_by_role("searchbox").fill("cat hai")
    expect(shown).to_have_count(1)
    leads.get_by_label("Đặc khu Cát Hải").check()
    expect(leads.locator("[data-count]")).to_have_text("1")
    leads.get_by_role("searchbox").fill("")
    leads.get_by_label("Tất cả xã, phường, đặc khu của Thành phố Hải Phòng (114)").check()
    expect(leads.locator("[data-count]")).to_have_text(str(COMMUNES))
    page.get_by_role("button", name="Giao nhiệm vụ").click()
    expect(page.get_by_text(f"Đã giao nhiệm vụ cho {COMMUNES} đơn vị.")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"0/{COMMUNES}")

    page.get_by_role("link", name="Giao nhiệm vụ theo văn bản này").first.click()
    page.get_by_label("Nội dung nhiệm vụ").fill("Báo cáo cải cách hành chính")
    expect(page.get_by_label("Lặp lại đến hết ngày")).to_be_hidden()
    page.get_by_label("Hằng quý").check()
    year = int(page.get_by_label("Ngày giao").input_value()[-4:])
    page.get_by_label("Lặp lại đến hết ngày").fill(f"31/12/{year + 1}")
    page.get_by_label("Tất cả xã, phường, đặc khu").check()
    page.get_by_role("button", name="Xem trước").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text(f"Quý IV/{year + 1}")
    expect(preview).to_contain_text(f"Sẽ giao cho {COMMUNES} đơn vị chủ trì")
    periods = preview.locator("tbody tr").count()
    page.get_by_role("button", name="Giao nhiệm vụ").click()
    expect(page.get_by_text(f"Đã giao nhiệm vụ cho {COMMUNES} đơn vị, {periods} kỳ.")).to_be_visible()
    (given,) = rows(
        server, "SELECT count(*) AS n, count(DISTINCT series_id) AS series FROM tasks WHERE series_id > 0"
    )
    assert (given["n"], given["series"]) == (COMMUNES * periods, COMMUNES)

    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.reload()
    assert has_no_sideways_scrolling(page)
    page.get_by_role("link", name="Đặc khu Cát Hải").click()
    expect(page.get_by_text(f"Quý IV/{year + 1}")).to_be_visible()
    assert has_no_sideways_scrolling(page)
