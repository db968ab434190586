"""A ward that was merged: its open work goes to the successor, and what failed there is remembered."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.database import change, rows, ward_inspection
from tests.browser.people import PHONE, TABLET_PORTRAIT, has_no_sideways_scrolling
from tests.browser.scoring import ScorePage

CODE = "1.1.1"
TEXT = "Kế hoạch cải cách hành chính ban hành chậm, chưa nêu rõ sản phẩm và thời hạn của từng nhiệm vụ"


def failed_before(server, inspection: int) -> None:
    """The same inspection a year earlier, its minutes signed, with a shortcoming at the first criterion."""
    columns = [row["name"] for row in rows(server, "PRAGMA table_info(inspections)") if row["name"] != "id"]
    other = {"state": "'theo_doi_khac_phuc'", "inspected_on": "'2021-09-15'", "kind": "'dot_xuat'"}
    taken = ", ".join(other.get(name, name) for name in columns)
    names = ", ".join(columns)
    assert change(
        server, f"INSERT INTO inspections ({names}) SELECT {taken} FROM inspections WHERE id = ?", inspection
    )
    sql = """
    INSERT INTO findings (op_id, inspection_id, area_id, criterion_id, kind, severity, text, cause, responsibility,
      legal_basis, state, version, created_by_id, created_at, updated_at)
    SELECT ?, (SELECT max(id) FROM inspections), c.area_id, c.id, 'ton_tai', 'nhe', ?, '', '', '', 'chua_dat', 1, 2,
      i.created_at, i.created_at
    FROM criteria c JOIN inspections i ON i.version_id = c.version_id WHERE i.id = ? AND c.code = ?
    """
    assert change(server, sql, str(uuid4()), TEXT, inspection, CODE)


def test_what_failed_before_is_on_the_card_and_moves_nothing(server, person) -> None:
    inspection = ward_inspection(server)
    width, height = TABLET_PORTRAIT
    page = person("thanhvien", viewport={"width": width, "height": height})
    score = ScorePage(page, inspection).open(area="1")
    before = score.card(CODE).bounding_box()
    failed_before(server, inspection)
    score.open(area="1")
    badge = score.card(CODE).get_by_text("Đã có tồn tại (15/09/2021)")
    expect(badge).to_be_visible()
    expect(page.locator(".criterion-earlier")).to_have_count(1)
    after = score.card(CODE).bounding_box()
    assert (after["x"], after["width"]) == (before["x"], before["width"])
    assert 0 < after["height"] - before["height"] <= 60
    assert has_no_sideways_scrolling(page)

    # With the keyboard, and the score underneath works as ever.
    score.card(CODE).locator(".criterion-earlier > summary").focus()
    page.keyboard.press("Enter")
    expect(score.card(CODE).get_by_text(TEXT)).to_be_visible()
    assert has_no_sideways_scrolling(page)
    with score.saving(CODE):
        score.choose(CODE, 0)
    expect(badge).to_be_visible()


@pytest.mark.parametrize("size", [PHONE], ids=["390x844"])
def test_the_open_work_of_a_merged_ward_goes_to_its_successor(server, person, size) -> None:
    width, height = size
    page = person("quantri", viewport={"width": width, "height": height})
    (ward,) = rows(server, "SELECT id FROM units WHERE name = 'Phường Cầu Tre'")
    page.goto("/units/new")
    page.get_by_label("Tên đầy đủ").fill("Phường Ngô Quyền")
    page.get_by_label("Loại đơn vị").select_option("phuong")
    page.get_by_label("Hoạt động từ ngày").fill("01/07/2025")
    page.get_by_role("button", name="Thêm đơn vị").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Ngô Quyền")
    heir = page.url.rsplit("/", 1)[1]

    page.goto(f"/units/{ward['id']}")
    expect(page.get_by_text("Còn 13 nhiệm vụ")).to_be_visible()
    page.locator(".alert").get_by_role("link", name="Ghi đơn vị kế thừa").click()
    page.get_by_label("Hình thức").select_option("merge")
    page.get_by_label("Có hiệu lực từ ngày").fill("01/07/2025")
    page.get_by_label("Văn bản").fill("Nghị quyết 1669/NQ-UBTVQH15")
    page.get_by_label("Tìm đơn vị theo tên hoặc mã").fill("phuong ngo quyen")
    page.locator("[data-found]").get_by_text("Phường Ngô Quyền").click()
    page.get_by_role("button", name="Ghi đơn vị kế thừa").click()

    page.get_by_role("link", name="Bàn giao cho Phường Ngô Quyền").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bàn giao nhiệm vụ, tồn tại")
    assert has_no_sideways_scrolling(page)
    page.get_by_role("button", name="Bàn giao 13 nhiệm vụ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bàn giao những việc này?")
    expect(page.locator("main dl")).to_contain_text("13 nhiệm vụ")
    assert has_no_sideways_scrolling(page)
    page.get_by_role("button", name="Bàn giao", exact=True).click()
    expect(page.get_by_text("Đã bàn giao 13 nhiệm vụ")).to_be_visible()
    expect(page.get_by_text("Còn 13 nhiệm vụ")).to_have_count(0)
    moved = rows(
        server,
        "SELECT count(*) AS n FROM tasks h JOIN tasks o ON o.id = h.handed_over_from_id WHERE h.unit_id = ?"
        " AND o.workflow = 'da_chuyen' AND h.due_current IS o.due_current AND h.due_original IS o.due_original",
        heir,
    )
    assert moved == [{"n": 13}]
    page.goto(f"/units/{ward['id']}/handover")
    expect(page.get_by_text("Không còn gì để bàn giao")).to_be_visible()
