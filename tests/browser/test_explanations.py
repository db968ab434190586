"""Two rounds of scores as four people make them, and every figure against a reckoning of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.database import change, rows, ward_inspection
from tests.browser.people import at_every_size, has_no_sideways_scrolling
from tests.browser.reckoning import Leaf, leaves, written
from tests.browser.scoring import ScorePage
from tests.documents.hostile import pdf
from tests.server import Server

WHY = "Chưa có văn bản có dấu"
SAID = "Đã có Kế hoạch số 12/KH-UBND, gửi kèm bản có dấu"
AGAIN = "Đã nhận bản có dấu, công nhận đủ"
# What the demonstration's unit has said itself; the delegation agrees.
TOLD = {"1.4.1": (14, 27), "3.4.1": (4541, 4545), "7.3.1": (2756, 4545)}
RATIO = (19, 20)

Points = Mapping[str, Fraction]


def full(leaf: Leaf) -> Fraction:
    """What both sides give where they agree."""
    return leaf.ratio(*TOLD[leaf.code]) or Fraction(0) if leaf.code in TOLD else leaf.max_points


def cut(all_: list[Leaf]) -> tuple[Leaf, Leaf, Leaf]:
    """A yes, a level and a ratio, each in another area, that the delegation cuts down."""
    yes = next(leaf for leaf in all_ if leaf.kind == "co_khong")
    level = next(leaf for leaf in all_ if leaf.kind == "muc" and leaf.area != yes.area)
    ratio = next(
        leaf
        for leaf in all_
        if leaf.kind == "ty_le"
        and leaf.code not in TOLD
        and leaf.area not in {yes.area, level.area}
        and leaf.ratio(*RATIO) != leaf.max_points
    )
    return yes, level, ratio


def test_two_rounds_end_with_the_same_figures_on_every_page(
    person: Callable[..., Page], server: Server, tmp_path: Path
) -> None:
    inspection, all_ = ward_inspection(server), leaves()
    at = f"/inspections/{inspection}"
    yes, level, ratio = cut(all_)
    own = {leaf.code: full(leaf) for leaf in all_}
    first = own | {
        yes.code: Fraction(0),
        level.code: level.levels[1],
        ratio.code: ratio.ratio(*RATIO) or Fraction(0),
    }
    second = first | {yes.code: yes.max_points}
    assert first[ratio.code] < ratio.max_points
    change(
        server,
        "UPDATE inspections SET state = 'dang_tu_cham', self_locked_at = NULL WHERE id = ?",
        inspection,
    )

    officer, chair = person("canbo"), person("thutruong")
    sends_scores(officer, at, (leaf for leaf in all_ if leaf.code not in TOLD), "self")
    takes_step(chair, at, "Chốt tự chấm")
    head, member = person("truongdoan"), person("thanhvien")
    takes_step(head, at, "Bắt đầu kiểm tra")

    sends_scores(member, at, (leaf for leaf in all_ if leaf not in (yes, level, ratio)), "verified")
    score = ScorePage(member, inspection).open()
    score.choose(yes.code, 1)
    score.choose(level.code, 1)
    score.type_ratio(ratio.code, *map(str, RATIO))
    for leaf in (yes, level, ratio):
        score.input(leaf.code, "reason").fill(WHY)
        score.input(leaf.code, "reason").blur()
    score.expect_saved()

    sees_nothing_yet(officer, at)
    publishes(head, at)
    explains(officer, at, yes, level, ratio)
    assert_stored(server, inspection, {yes.code: "explain", level.code: "accept", ratio.code: "accept"})
    chair.goto(f"{at}/explanations")
    chair.get_by_role("link", name="Gửi giải trình").click()
    expect(chair.locator("#main")).to_contain_text("không sửa được câu trả lời")
    chair.get_by_role("button", name="Gửi giải trình").click()
    expect(chair.locator(".messages")).to_contain_text("Đã chuyển sang")

    takes_step(head, at, "Bắt đầu thẩm định lần 2")
    score.open()
    expect(score.card(yes.code)).to_contain_text(SAID)
    score.choose(yes.code, 0)
    score.input(yes.code, "reason").fill(AGAIN)
    score.input(yes.code, "reason").blur()
    score.expect_saved()
    the_unit_sees_no_draft(officer, at, yes)

    takes_step(head, at, "Chốt điểm, công bố cho đơn vị")
    for reader in (head, officer):
        stands_side_by_side(reader, at, all_, (own, first, second))
    the_minutes_say_the_same(head, at, tmp_path, all_, (own, first, second))


# --- the steps ---------------------------------------------------------------------------------------


def sends_scores(page: Page, at: str, those: Iterable[Leaf], side: str) -> None:
    """The cards on which nobody disagrees, as the page's own form would send them."""
    page.goto(at)
    token = page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    for leaf in those:
        n, d = TOLD.get(leaf.code, (1, 1))
        reply = page.request.post(
            f"{at}/answers/{leaf.code}",
            headers={"X-CSRFToken": token, "X-Requested-With": "soat"},
            form={
                "op_id": str(uuid4()),
                "side": side,
                "field": "all",
                "base_version": "0",
                "yes": "1",
                "level": "0",
                "numerator": str(n),
                "denominator": str(d),
                "faults": "0",
            },
        )
        assert reply.ok, f"{leaf.code}: {reply.status} {reply.text()[:300]}"


def takes_step(page: Page, at: str, name: str) -> None:
    page.goto(at)
    button = page.get_by_role("button", name=name, exact=True)
    button.or_(page.get_by_role("link", name=name, exact=True)).click()
    page.wait_for_load_state()
    if "/steps/" in page.url:
        # What is hard to take back is asked about; areas that nobody has signed off ask for a reason.
        page.get_by_label("Lý do").fill("Thành viên đã báo miệng")
        page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Đã chuyển sang")


def sees_nothing_yet(page: Page, at: str) -> None:
    reply = page.goto(f"{at}/explanations")
    assert reply
    assert reply.status == 403
    page.goto(f"{at}/scores")
    expect(page.locator(".scores")).not_to_contain_text(WHY)


def publishes(page: Page, at: str) -> None:
    page.goto(at)
    page.get_by_role("link", name="Công bố để đơn vị giải trình").click()
    expect(page.locator("#main")).to_contain_text("Đơn vị thấy điểm thẩm định lần 1")
    day = datetime.now(UTC) + timedelta(days=5)
    page.get_by_label("Hạn giải trình").fill(f"{day:%d/%m/%Y}")
    page.get_by_role("button", name="Công bố để đơn vị giải trình").click()
    expect(page.locator("#reason-error")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Công bố để đơn vị giải trình")
    expect(page.get_by_label("Hạn giải trình")).to_have_value(f"{day:%d/%m/%Y}")
    page.get_by_label("Lý do").fill("Thành viên đã báo miệng")
    page.get_by_role("button", name="Công bố để đơn vị giải trình").click()
    expect(page.locator(".messages")).to_contain_text("Đã chuyển sang")
    expect(page.locator("#main")).to_contain_text("Giải trình đến")


def explains(page: Page, at: str, yes: Leaf, level: Leaf, ratio: Leaf) -> None:
    """One with words and a file, while words are being typed at another; that one and the rest are accepted."""
    page.goto(at)
    page.get_by_role("link", name="Giải trình", exact=True).click()
    progress = page.locator("#explained .progress-line")
    expect(progress).to_contain_text("0/3")
    row, other = (page.locator(f'[id="e-{leaf.code}"]') for leaf in (yes, level))
    expect(row).to_contain_text(WHY)
    other.locator(".choice-row", has_text="Giải trình").click()
    other.locator("textarea").fill("Còn đang viết")

    row.locator(".choice-row", has_text="Giải trình").click()
    row.get_by_role("button", name="Lưu").click()
    expect(row.locator(".explain-state")).to_contain_text("Hãy ghi nội dung giải trình")
    row.locator("textarea").fill(SAID)
    row.get_by_role("link", name="Minh chứng").click()
    drawer = page.locator("#evidence")
    drawer.locator("input[name=file]").set_input_files(
        [{"name": "Kế hoạch 12.pdf", "mimeType": "application/pdf", "buffer": pdf()}]
    )
    expect(drawer.locator(".evidence-item")).to_have_count(1)
    expect(row.locator("[data-evidence-count]")).to_have_text("1")
    drawer.get_by_role("button", name="Đóng").click()
    row.get_by_role("button", name="Lưu").click()
    expect(row.locator(".explain-state")).to_contain_text("đã lưu")
    expect(progress).to_contain_text("1/3")
    expect(row.locator("textarea")).to_have_value(SAID)
    expect(other.locator("textarea")).to_have_value("Còn đang viết")

    # Choosing «Đồng ý» is enough; what was being written is not thrown away.
    other.locator("textarea").fill("")
    other.locator(".choice-row", has_text="Đồng ý").click()
    expect(other.locator(".explain-state")).to_contain_text("đã lưu")
    expect(progress).to_contain_text("2/3")
    page.locator(".explain-rest summary").click()
    page.get_by_role("button", name="Đồng ý cả 1 tiêu chí").click()
    expect(page.locator(".messages")).to_contain_text("Đã đồng ý")
    expect(progress).to_contain_text("3/3")
    expect(page.locator(f'[id="e-{ratio.code}"] .explain-state')).to_contain_text("Đồng ý")


def assert_stored(server: Server, inspection: int, stances: Mapping[str, str]) -> None:
    found = rows(
        server,
        "SELECT c.code, e.stance FROM explanations e JOIN criteria c ON c.id = e.criterion_id"
        " WHERE e.inspection_id = ?",
        inspection,
    )
    assert {row["code"]: row["stance"] for row in found} == dict(stances)
    files = rows(server, "SELECT side FROM attachments WHERE inspection_id = ?", inspection)
    assert [row["side"] for row in files] == ["self"]


def the_unit_sees_no_draft(page: Page, at: str, yes: Leaf) -> None:
    page.goto(f"{at}/scores")
    expect(page.locator("#main")).to_contain_text("Đoàn đang thẩm định lần 2")
    expect(page.locator("#main")).not_to_contain_text(AGAIN)
    expect(page.locator(f'[id="s-{yes.code}"] [data-label="Thẩm định lần 1"]')).to_contain_text("0")


# --- the figures -------------------------------------------------------------------------------------

COLUMNS = ("Tự chấm", "Thẩm định lần 1", "Điểm cuối")


def fixed(points: Fraction) -> str:
    return f"{float(points):.2f}".replace(".", ",")


def stands_side_by_side(page: Page, at: str, all_: list[Leaf], columns: tuple[Points, ...]) -> None:
    page.goto(f"{at}/scores")
    shown = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".scores tr[id]")].map((row) => [row.id.slice(2),
            Object.fromEntries([...row.querySelectorAll("td")].map((cell) =>
                [cell.dataset.label, cell.querySelector("strong")?.textContent ?? ""]))]))"""
    )
    assert list(shown) == [leaf.code for leaf in all_]
    for leaf in all_:
        for name, points in zip(COLUMNS, columns, strict=True):
            assert shown[leaf.code][name] == written(points[leaf.code]), f"{leaf.code} {name}"
    changed = {code for code, cells in shown.items() if cells["Thẩm định lần 2"]}
    assert changed == {leaf.code for leaf in all_ if columns[1][leaf.code] != columns[2][leaf.code]}
    feet = page.locator(".scores tfoot tr").first.locator("td[data-label]")
    for cell, points in zip((0, 1, 3), columns, strict=True):
        expect(feet.nth(cell)).to_contain_text(fixed(sum(points.values(), Fraction(0))))
    areas = page.locator(".scores tr.group")
    for place, area in enumerate(sorted({leaf.area for leaf in all_}, key=int)):
        inside = [columns[2][leaf.code] for leaf in all_ if leaf.area == area]
        expect(areas.nth(place).locator("td").last).to_contain_text(fixed(sum(inside, Fraction(0))))
    page.get_by_role("link", name=re.compile("Chỉ tiêu chí khác nhau")).click()
    expect(page.locator(".scores tr[id]")).to_have_count(3)
    expect(page.locator(".scores")).to_contain_text(SAID)


def the_minutes_say_the_same(
    page: Page, at: str, folder: Path, all_: list[Leaf], columns: tuple[Points, ...]
) -> None:
    page.goto(f"{at}/minutes")
    table = page.locator(".minutes-appendices .table").first
    assert SAID in (table.text_content() or "")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải Excel").click()
    path = folder / "bien-ban.xlsx"
    download.value.save_as(path)
    sheet = load_workbook(path, data_only=True)["PL1 Chấm điểm"]
    lines = {row[0].value: row for row in sheet.iter_rows(min_row=5) if row[0].value}
    for leaf in all_:
        for place, points in zip((3, 4, 5), columns, strict=True):
            assert Fraction(str(lines[leaf.code][place].value)) == points[leaf.code], leaf.code
    total = next(row for row in sheet.iter_rows() if row[1].value == "Tổng cộng")
    for place, points in zip((3, 4, 5), columns, strict=True):
        assert Fraction(str(total[place].value)) == sum(points.values())
    said = {code: row[8].value for code, row in lines.items() if row[8].value}
    assert said == {
        leaf.code: words for leaf, words in zip(cut(all_), (SAID, "Đồng ý", "Đồng ý"), strict=True)
    }


@at_every_size
@pytest.mark.parametrize("name", ["explanations", "scores"])
def test_the_pages_of_rounds_fit_every_screen(
    person: Callable[..., Page], server: Server, size: tuple[int, int], name: str
) -> None:
    inspection = ward_inspection(server)
    page = person("truongdoan", viewport={"width": size[0], "height": size[1]})
    page.goto(f"/inspections/{inspection}/{name}")
    expect(page.locator("h1")).to_be_visible()
    assert has_no_sideways_scrolling(page)
