"""The main job from the officer's figures to the workbook that is signed, as three people do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from tests.browser.database import rows, ward_inspection
from tests.browser.reckoning import Leaf, leaves, written
from tests.browser.scoring import ScorePage
from tests.server import Server

# What the ward reports, columns 3–13 of form II.06; with the first 5 the receipts do not add up.
FIGURES = {
    "received_total": "4.545",
    "received_online": "2.756",
    "received_direct": "1.789",
    "carried_over": "0",
    "resolved_total": "4.545",
    "resolved_early": "3.000",
    "resolved_on_time": "1.541",
    "resolved_late": "4",
    "processing_total": "0",
    "processing_in_time": "0",
    "processing_overdue": "0",
}
WRONG_DIRECT = "1.788"

NOT_APPLICABLE = {"2.3.1": "Chưa đến kỳ công nhận đạt chuẩn tiếp cận pháp luật"}
# Ratios by criterion; the others take turns.
RATIOS = {
    "1.4.1": (14, 17),
    "3.4.1": (4541, 4545),
    "7.3.1": (2700, 4545),
    "3.4.3": (4, 4),
    "3.6.2": (0, 0),  # out of the scale
    "2.4.2": (0, 0),  # the maximum
    "6.2.2": (9150, 10000),
}
TURNS = ((19, 20), (2, 3), (9, 10), (1, 1), (7, 12), (165, 200))
# The unit scored 0 and 2,27 itself.
REASONS = {
    "1.4.1": "Tính trên 17 nhiệm vụ đến hạn, không phải 27",
    "7.3.1": "56 hồ sơ không có trên hệ thống",
}
FINDINGS = (
    ("1.4.1", "- Còn 13 nhiệm vụ chưa hoàn thành", "+ Phân công lại 13 nhiệm vụ"),
    ("3.4.1", "=4541/4545 là tỷ lệ đúng hạn, còn 04 hồ sơ quá hạn", "@ Xin lỗi bằng văn bản 04 trường hợp"),
)
OPINION = "Đơn vị thống nhất, đề nghị ghi nhận khó khăn về nhân sự"


@dataclass(frozen=True)
class Given:
    """What the member does at one criterion, and the points it must give (``None``: out of the scale)."""

    leaf: Leaf
    points: Fraction | None
    choice: int = 0
    ratio: tuple[int, int] = (0, 0)
    faults: int = 0

    @property
    def shown(self) -> str:
        return "KAD" if self.points is None else written(self.points)


def plan() -> list[Given]:
    """An answer to each of the 77 criteria, all kinds of results among them."""
    given = []
    for place, leaf in enumerate(leaves()):
        if leaf.code in NOT_APPLICABLE:
            given.append(Given(leaf, None))
        elif leaf.kind == "co_khong":
            given.append(Given(leaf, leaf.yes_no(place % 4 != 3), choice=int(place % 4 == 3)))
        elif leaf.kind == "muc":
            choice = min((0, 1, 0, 2, 0)[place % 5], len(leaf.levels) - 1)
            given.append(Given(leaf, leaf.levels[choice], choice=choice))
        elif leaf.kind == "ty_le":
            ratio = RATIOS.get(leaf.code, TURNS[place % len(TURNS)])
            given.append(Given(leaf, leaf.ratio(*ratio), ratio=ratio))
        else:
            given.append(Given(leaf, leaf.penalty(place % 4), faults=place % 4))
    return given


def test_three_people_do_the_main_job_and_the_workbook_says_what_they_did(
    person: Callable[..., Page], server: Server, tmp_path: Path
) -> None:
    given = plan()
    inspection = ward_inspection(server)

    officer = person("canbo")
    sees_the_tasks(officer)
    enters_the_dossier_figures(officer, server)

    member = person("thanhvien")
    score = ScorePage(member, inspection).open()
    scores_everything(score, given)
    adds_findings(score)
    sees_everything_after_a_reload(score, given)

    head = person("truongdoan")
    approves(head, inspection)
    signs_off(member, inspection, "1234567")
    is_asked_for_the_missing_sign_offs(head, inspection)
    signs_off(person("thuky"), inspection, "26")
    locks(head, inspection)
    book, values = fills_and_downloads_the_minutes(head, inspection, tmp_path)

    the_workbook_has_the_points(book, values, given)
    the_workbook_has_the_tasks_and_figures(book, values)
    the_workbook_keeps_text_as_text(book)


# --- the officer ---------------------------------------------------------------------------------


def sees_the_tasks(page: Page) -> None:
    page.goto("/tasks")
    done = page.locator(".stat-value").first
    expect(done).to_have_text(re.compile(r"14/27\s+nhiệm vụ = 51,8%"))
    expect(done).to_have_attribute("title", "51,85%")


def enters_the_dossier_figures(page: Page, server: Server) -> None:
    """By keyboard along the total row; a sum that is off by one warns, is explained, saved, then put right."""
    page.goto("/dossiers")
    page.get_by_role("link", name="Phường Cầu Tre").click()
    checks = page.locator("#dossier-checks")
    page.locator("#total-received_total").focus()
    for name, figure in FIGURES.items():
        expect(page.locator(f"#total-{name}")).to_be_focused()
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type(WRONG_DIRECT if name == "received_direct" else figure)
        if name != "processing_overdue":
            page.keyboard.press("ArrowRight")
    expect(checks).to_contain_text("lệch 1")
    why = page.locator("#dossier-explanations li:visible")
    expect(why).to_have_count(1)
    expect(why).to_contain_text("4.545")
    why.locator("textarea").fill("Một hồ sơ nhận hai lần")
    page.get_by_role("button", name="Lưu biểu").click()
    expect(page.locator(".messages")).to_contain_text("Đã lưu biểu")
    expect(page.locator("#total-received_direct")).to_have_value(WRONG_DIRECT)
    expect(why.locator("textarea")).to_have_value("Một hồ sơ nhận hai lần")

    page.locator("#total-received_direct").press("ControlOrMeta+A")
    page.keyboard.type(FIGURES["received_direct"])
    expect(checks).to_contain_text("Không có phép kiểm nào bị lệch")
    expect(why).to_have_count(0)
    page.get_by_role("button", name="Lưu biểu").click()
    expect(page.locator("#total-received_direct")).to_have_value(FIGURES["received_direct"])
    expect(page.locator("#dossier-rates")).to_contain_text("60,64%")
    (stored,) = rows(
        server,
        "SELECT l.* FROM dossier_lines l JOIN dossier_reports r ON r.id = l.report_id"
        " JOIN units u ON u.id = r.unit_id WHERE u.name = 'Phường Cầu Tre' AND l.is_total",
    )
    assert {name: stored[name] for name in FIGURES} == {
        name: int(figure.replace(".", "")) for name, figure in FIGURES.items()
    }


# --- the member ----------------------------------------------------------------------------------


def scores_everything(score: ScorePage, given: list[Given]) -> None:
    for one in given:
        gives(score, one)
        # At once: this is the page's own reckoning, the server may still be asked.
        expect(score.points(one.leaf.code)).to_have_text(re.compile(rf"^\s*{one.shown}\s*/"))
    for code, reason in REASONS.items():
        expect(score.input(code, "reason")).to_be_visible()
        score.input(code, "reason").fill(reason)
        score.input(code, "reason").blur()
    expect(score.page.locator("#answered")).to_have_text("77/77")
    score.expect_saved()
    assert shown_points(score) == {one.leaf.code: one.shown for one in given}
    points, maximum = expected_total(given)
    expect(score.total).to_have_text(re.compile(rf"^\s*{written(points)}\s*/\s*{written(maximum)}\s*$"))


def gives(score: ScorePage, one: Given) -> None:
    """One answer by the criterion's own control."""
    code = one.leaf.code
    if code in NOT_APPLICABLE:
        score.mark_not_applicable(code, NOT_APPLICABLE[code])
    elif one.leaf.kind in {"co_khong", "muc"}:
        score.choose(code, one.choice)
    elif one.leaf.kind == "ty_le":
        score.type_ratio(code, *(f"{figure:,}".replace(",", ".") for figure in one.ratio))
    else:
        stepper = score.card(code).locator(".stepper")
        stepper.locator("[data-set='0']").click()
        for _fault in range(one.faults):
            stepper.locator("[data-step='1']").click()


def expected_total(given: list[Given]) -> tuple[Fraction, Fraction]:
    """Points and the maximum that applies."""
    applies = [one for one in given if one.points is not None]
    return sum(one.points or Fraction(0) for one in applies), sum(one.leaf.max_points for one in applies)


def shown_points(score: ScorePage) -> dict[str, str]:
    """Points of all cards as the page prints them."""
    found: dict[str, str] = score.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".criterion")].map((card) =>
            [card.dataset.code, card.querySelector(".criterion-points").textContent.split("/")[0].trim()]))"""
    )
    return found


def adds_findings(score: ScorePage) -> None:
    page = score.page
    drawer = page.locator("#finding")
    for code, text, recommended in FINDINGS:
        score.card(code).get_by_role("link", name="Phát hiện").click()
        expect(drawer).to_contain_text(code)
        drawer.locator("[name=text]").fill(text)
        drawer.get_by_label("Nghiêm trọng").check()
        drawer.locator("[name=recommended]").fill(recommended)
        drawer.locator("[name=addressee]").fill("UBND phường Cầu Tre")
        drawer.get_by_role("button", name="Lưu").click()
        expect(drawer).to_contain_text("Đã ghi nhận phát hiện")
        drawer.get_by_role("button", name="Chấm tiếp").click()
        expect(drawer).to_be_hidden()


def sees_everything_after_a_reload(score: ScorePage, given: list[Given]) -> None:
    score.open()
    assert shown_points(score) == {one.leaf.code: one.shown for one in given}
    for code, reason in {**REASONS, **NOT_APPLICABLE}.items():
        name = "na_reason" if code in NOT_APPLICABLE else "reason"
        expect(score.input(code, name)).to_have_value(reason)
    expect(score.input("3.4.1", "numerator")).to_have_value("4.541")
    for code, _text, _recommended in FINDINGS:
        expect(score.card(code).get_by_role("link", name="Phát hiện")).to_contain_text("1")
    score.page.goto(f"/inspections/{score.inspection}/findings")
    for _code, text, recommended in FINDINGS:
        expect(score.page.locator("#main")).to_contain_text(text)
        expect(score.page.locator("#main")).to_contain_text(recommended)


def signs_off(page: Page, inspection: int, areas: str) -> None:
    """A member confirms the result of each area that was given to them."""
    page.goto(f"/inspections/{inspection}")
    block = page.get_by_role("region", name="Xác nhận theo lĩnh vực")
    expect(block.get_by_role("button", name="Xác nhận kết quả lĩnh vực")).to_have_count(len(areas))
    for area in areas:
        block.get_by_role("button", name=f"Xác nhận kết quả lĩnh vực {area}").click()
        expect(page.locator(".messages")).to_contain_text(f"Đã xác nhận kết quả lĩnh vực {area}")
        page.goto(f"/inspections/{inspection}")
    expect(block.get_by_role("button", name="Xác nhận kết quả lĩnh vực")).to_have_count(0)


# --- the head ------------------------------------------------------------------------------------


def approves(page: Page, inspection: int) -> None:
    page.goto(f"/inspections/{inspection}")
    page.get_by_role("link", name="Chốt điểm, công bố cho đơn vị").click()
    expect(page.locator(".alert.bad")).to_contain_text("2.3.1")  # not approved yet
    page.goto(f"/inspections/{inspection}/score?area=2")
    page.locator('.criterion[data-code="2.3.1"]').get_by_role("button", name="Duyệt").click()
    expect(page.locator('.criterion[data-code="2.3.1"] .criterion-state')).to_contain_text("Đã lưu")


def is_asked_for_the_missing_sign_offs(page: Page, inspection: int) -> None:
    page.goto(f"/inspections/{inspection}")
    page.get_by_role("link", name="Chốt điểm, công bố cho đơn vị").click()
    page.get_by_role("button", name="Chốt điểm, công bố cho đơn vị").click()
    expect(page.locator("#reason-error")).to_contain_text("2 (Thư ký đoàn); 6 (Thư ký đoàn)")
    expect(page.get_by_label("Lý do")).to_be_editable()


def locks(page: Page, inspection: int) -> None:
    page.goto(f"/inspections/{inspection}")
    page.get_by_role("link", name="Chốt điểm, công bố cho đơn vị").click()
    page.get_by_role("button", name="Chốt điểm, công bố cho đơn vị").click()
    expect(page.locator(".messages")).to_contain_text("Đã chuyển sang")


def fills_and_downloads_the_minutes(page: Page, inspection: int, folder: Path) -> tuple[Workbook, Workbook]:
    """The workbook with its formulas, and with their values."""
    page.goto(f"/inspections/{inspection}/minutes")
    page.get_by_role("link", name="Sửa nội dung").click()
    page.get_by_label("Địa danh").fill("Hải Phòng")
    page.get_by_label("Ngày lập biên bản").fill("15/9/2022")
    page.get_by_label("Bắt đầu lúc").fill("8h00")
    page.get_by_label("Kết thúc lúc").fill("11h30")
    page.get_by_label("Địa điểm làm việc").fill("trụ sở UBND phường Cầu Tre")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".messages")).to_contain_text("Đã lưu biên bản")
    page.get_by_role("link", name="Ý kiến của đơn vị").click()
    page.get_by_label("Ý kiến của đơn vị").fill(OPINION)
    page.get_by_role("button", name="Lưu").click()
    paper = page.locator(".minutes-paper")
    expect(paper).to_contain_text("ngày 15 tháng 9 năm 2022")
    expect(paper).to_contain_text(OPINION)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải Excel").click()
    path = folder / download.value.suggested_filename
    assert re.fullmatch(r"Biên bản .*Cầu Tre.*2022-09-15\.xlsx", path.name)
    download.value.save_as(path)
    return load_workbook(path), load_workbook(path, data_only=True)


# --- the workbook --------------------------------------------------------------------------------


def texts(sheet: Worksheet) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def formulas(sheet: Worksheet) -> list[Cell]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def the_workbook_has_the_points(book: Workbook, values: Workbook, given: list[Given]) -> None:
    sheet = values["PL1 Chấm điểm"]
    lines = {row[0].value: row for row in sheet.iter_rows(min_row=5) if row[0].value}
    areas = [code for code in lines if "." not in code]
    assert areas == ["1", "2", "3", "4", "5", "6", "7"]
    assert [code for code in lines if code.count(".") == 2] == [one.leaf.code for one in given]
    for one in given:
        if one.points is None:
            assert lines[one.leaf.code][4].value == "Không áp dụng"
        else:
            assert Fraction(str(lines[one.leaf.code][4].value)) == one.points, one.leaf.code
    for code in areas:
        inside = [one for one in given if one.leaf.area == code]
        assert Fraction(str(lines[code][4].value)) == expected_total(inside)[0], code
    assert lines["1.4.1"][6].value == REASONS["1.4.1"]

    cells = {row[0].value: row for row in book["PL1 Chấm điểm"].iter_rows(min_row=5) if row[0].value}
    for code, row in cells.items():
        kinds = [cell.data_type for cell in row[2:5]]
        assert ("f" in kinds) == (code.count(".") < 2), f"{code}: sums are formulas, scores are numbers"
    total = next(row for row in sheet.iter_rows() if row[1].value == "Tổng cộng")
    applicable = next(row for row in sheet.iter_rows() if row[1].value == "Điểm tối đa áp dụng")
    assert tuple(Fraction(str(row[4].value)) for row in (total, applicable)) == expected_total(given)


def the_workbook_has_the_tasks_and_figures(book: Workbook, values: Workbook) -> None:
    assert any("14/27" in text and "51,8%" in text for text in texts(values["Biên bản"]))
    counts = {row[1].value: row[3].value for row in values["PL3 Nhiệm vụ"].iter_rows() if row[1].value}
    assert counts["Đã hoàn thành (H)"] == 14
    assert counts["Tổng số nhiệm vụ được giao (T)"] == 27
    form = book["PL4 Hồ sơ TTHC (II.06)"]
    total = next(row for row in form.iter_rows() if row[1].value == "Tổng số")
    typed = [int(figure.replace(".", "")) for figure in FIGURES.values()]
    assert [cell.value for cell in total[2:13]] == typed


def the_workbook_keeps_text_as_text(book: Workbook) -> None:
    found = {cell.value: cell for row in book["PL2 Tồn tại – Kiến nghị"].iter_rows() for cell in row}
    for _code, text, recommended in FINDINGS:
        for words in (text, recommended):
            cell = next(cell for value, cell in found.items() if str(value or "").startswith(words))
            assert cell.data_type in {"s", "inlineStr"}, f"«{words}» became {cell.data_type}"
    assert any(OPINION in text for text in texts(book["Biên bản"]))
    for name in ("PL2 Tồn tại – Kiến nghị", "PL6 Thành phần & tài liệu"):
        assert formulas(book[name]) == [], f"{name} has nothing to compute"
    (row,) = {cell.row for cell in formulas(book["Biên bản"])}
    assert any(cell.value == "Tổng cộng" for cell in book["Biên bản"][row])
