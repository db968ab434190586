"""The minutes' workbook, read back with openpyxl."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.documents.cells import clean
from app.documents.minutes.lines import count_lines, pieces
from app.documents.minutes_xlsx import write_minutes
from app.domain.inspections import FindingKind
from app.domain.minutes import FindingLine, Minutes
from app.domain.minutes_scores import AreaLine, CriterionLine, GroupLine
from app.domain.scoring import Scored
from tests.examples import full_minutes

MINUTES = full_minutes()
SHEETS = [
    "Biên bản",
    "PL1 Chấm điểm",
    "PL2 Tồn tại – Kiến nghị",
    "PL3 Nhiệm vụ",
    "PL4 Hồ sơ TTHC (II.06)",
    "PL5 Thành phần & tài liệu",
]
# Every kind of formula we write; nothing else may ever be one.
OWN_FORMULAS = re.compile(
    r"=(SUM\([A-M]\d+(:[A-M]\d+|(,[A-M]\d+)*)\)"
    r"|ROUND\(E\d+-D\d+,2\)"
    r'|C\d+-SUMIF\([DE]\d+:[DE]\d+,"Không áp dụng",C\d+:C\d+\)'
    r"|D\d+/(D\d+|\(D\d+\+D\d+\))|\d+/\d+)"
)


def book(minutes: Minutes, *, values: bool = False) -> Workbook:
    return load_workbook(io.BytesIO(write_minutes(minutes)), data_only=values)


@pytest.fixture(scope="module")
def full() -> Workbook:
    return book(MINUTES)


def texts(sheet: Worksheet) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def codes(sheet: Worksheet) -> list[str]:
    return [row[0].value for row in sheet.iter_rows(min_row=5) if row[0].value]


def test_the_workbook_has_the_record_and_five_appendices(full):
    assert full.sheetnames == SHEETS


def test_seven_areas_and_seventy_seven_criteria_are_scored_in_the_first_appendix(full):
    found = codes(full["PL1 Chấm điểm"])
    assert [code for code in found if "." not in code] == [area.code for area in MINUTES.areas]
    assert [code for code in found if code.count(".") == 2] == [line.code for line in MINUTES.lines]
    assert len(MINUTES.areas) == 7
    assert len(MINUTES.lines) == 77


def test_points_are_numbers_and_not_applicable_is_neither_empty_nor_zero(full):
    rows = {row[0].value: row for row in full["PL1 Chấm điểm"].iter_rows(min_row=5)}
    for line in MINUTES.lines:
        shown = rows[line.code][4].value
        if line.verified.not_applicable:
            assert shown == "Không áp dụng"
        else:
            assert Decimal(str(shown)) == Decimal(line.verified.points).scaleb(-2)


def test_not_scored_yet_is_a_dash():
    criterion = CriterionLine("1.1.1", "Nội dung", 100)
    minutes = replace(MINUTES, areas=(AreaLine("1", "Lĩnh vực", (GroupLine("1.1", "Nhóm", (criterion,)),)),))
    rows = {row[0].value: row for row in book(minutes)["PL1 Chấm điểm"].iter_rows(min_row=5)}
    assert [cell.value for cell in rows["1.1.1"][2:6]] == [1, "–", "–", None]


def test_sums_are_formulas_whose_stored_values_are_the_minutes_own():
    formulas, values = book(MINUTES)["PL1 Chấm điểm"], book(MINUTES, values=True)["PL1 Chấm điểm"]
    row = next(row[0].row for row in formulas.iter_rows() if row[1].value == "Tổng cộng")
    sums = (MINUTES.max_points, MINUTES.self_sum.points, MINUTES.verified_sum.points)
    for column, points in zip("CDE", sums, strict=True):
        assert formulas[f"{column}{row}"].value.startswith("=SUM(")
        assert round(values[f"{column}{row}"].value * 100) == points
    assert round(values[f"F{row}"].value * 100) == MINUTES.difference
    assert round(values[f"E{row + 1}"].value * 100) == MINUTES.verified_sum.max_points
    assert round(values[f"E{row + 2}"].value * 100) == MINUTES.index


def test_the_area_table_of_the_record_adds_up(full):
    sheet = full["Biên bản"]
    row = next(row[0].row for row in sheet.iter_rows() if row[1].value == "Tổng cộng")
    assert sheet[f"F{row}"].value == f"=SUM(F{row - 7}:F{row - 1})"
    values = book(MINUTES, values=True)["Biên bản"]
    assert round(values[f"J{row}"].value * 100) == MINUTES.verified_sum.points
    assert round(values[f"K{row}"].value * 100) == MINUTES.index


def test_the_ward_s_tasks_read_fourteen_of_twenty_seven(full):
    assert any("14/27 nhiệm vụ được giao (51,8%)" in text for text in texts(full["Biên bản"]))
    sheet = book(MINUTES, values=True)["PL3 Nhiệm vụ"]
    found = {row[1].value: row[3].value for row in sheet.iter_rows() if row[1].value}
    assert found["Đã hoàn thành (H)"] == 14
    assert found["Tổng số nhiệm vụ được giao (T)"] == 27
    assert found["Tỷ lệ hoàn thành (H/T) = 14/27"] == pytest.approx(14 / 27)


def test_the_dossier_form_has_thirteen_columns_and_sums_only_what_adds_up():
    sheet = book(MINUTES)["PL4 Hồ sơ TTHC (II.06)"]
    row = next(row[0].row for row in sheet.iter_rows() if row[1].value == "Tổng số")
    assert [cell.value for cell in sheet[row - 7]][:13] == [f"({n})" for n in range(1, 14)]
    assert sheet[f"C{row}"].value == f"=SUM(C{row - 6}:C{row - 1})"
    part = MINUTES.dossiers
    wrong = replace(part.report, total=replace(part.report.total, received_total=4600))
    sheet = book(replace(MINUTES, dossiers=replace(part, report=wrong)))["PL4 Hồ sơ TTHC (II.06)"]
    assert sheet[f"C{row}"].value == 4600
    assert any("lệch 55" in text for text in texts(sheet))


def test_a_broken_identity_is_printed_with_the_unit_s_explanation(full):
    (line,) = [
        text for text in texts(full["PL4 Hồ sơ TTHC (II.06)"]) if "Giải trình" in text and "1.250" in text
    ]
    assert "1.247" in line
    assert "lệch 3" in line
    assert "ghi trùng" in line


def test_every_sheet_is_set_up_for_paper(full):
    for sheet in full:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert "&P" in sheet.oddHeader.center.text
        assert sheet.HeaderFooter.differentFirst
        assert not sheet.firstHeader.center.text
    record, scores = full["Biên bản"], full["PL1 Chấm điểm"]
    assert (record.page_setup.orientation, scores.page_setup.orientation) == ("portrait", "landscape")
    assert (record.page_margins.left, record.page_margins.top) == (1.18, 0.79)
    assert scores.print_title_rows == "$4:$4"


def test_every_row_has_a_height_that_excel_takes_and_shows_its_text(full):
    for sheet in full:
        for row in range(1, sheet.max_row + 1):
            assert 0 < sheet.row_dimensions[row].height <= 409


def test_all_text_is_in_times_new_roman(full):
    fonts = {cell.font.name for sheet in full for row in sheet.iter_rows() for cell in row if cell.value}
    assert fonts == {"Times New Roman"}


def test_the_same_minutes_are_the_same_bytes():
    assert write_minutes(MINUTES) == write_minutes(full_minutes())


def test_supervision_by_the_council_has_no_score_sheet_and_its_own_words():
    minutes = replace(MINUTES, act="giám sát", symbol="BB-ĐGS", areas=())
    supervised = book(minutes)
    assert "PL1 Chấm điểm" not in supervised.sheetnames
    found = " ".join(texts(supervised["Biên bản"]))
    assert "KẾT QUẢ GIÁM SÁT" in found
    assert "ĐOÀN GIÁM SÁT" in found


def test_empty_minutes_can_still_be_printed_and_filled_in_by_hand():
    empty = replace(
        MINUTES,
        details=replace(MINUTES.details, number="", day=None, started_at=None, ended_at=None, unit_people=()),
        delegation=(),
        areas=(),
        findings=(),
        recommendations=(),
        tasks=None,
        dossiers=None,
    )
    found = " ".join(texts(book(empty)["Biên bản"]))
    assert "…… giờ …… phút" in found
    assert "/BB-ĐKT" in found


hostile = st.one_of(
    st.text(max_size=80),
    st.builds(lambda start, rest: start + rest, st.sampled_from("=+-@\t'\x00\ud800"), st.text(max_size=40)),
    st.sampled_from(
        ["=1+1", "= 1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "#REF!", "- Chưa có", "{row}", "{0}"]
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(hostile, min_size=6, max_size=6))
def test_hostile_text_stays_text_byte_for_byte(words):
    reason, evidence, finding, opinion, name, document = words
    line = CriterionLine("1.1.1", finding, 100, Scored(100), Scored(50), reason, evidence)
    small = replace(
        MINUTES,
        unit_name=name,
        areas=(AreaLine("1", name, (GroupLine("1.1", name, (line,)),)),),
        findings=(FindingLine(FindingKind.TON_TAI, finding, "1", "1.1.1"),),
        details=replace(MINUTES.details, opinion=opinion, documents=(document,)),
        tasks=None,
        dossiers=None,
    )
    result = book(small)
    for sheet in result:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert OWN_FORMULAS.fullmatch(cell.value), (sheet.title, cell.coordinate, cell.value)
    shown = texts(result["PL1 Chấm điểm"])
    for text in (reason, evidence, finding, name):
        assert not clean(text) or clean(text) in shown
    if clean(finding):
        assert clean(finding) in texts(result["PL2 Tồn tại – Kiến nghị"])
    if clean(document):
        assert clean(document) in texts(result["PL5 Thành phần & tài liệu"])


def test_a_text_too_long_for_one_row_goes_on_below_and_nothing_is_lost():
    long = " ".join(f"từ{n}" for n in range(4000))
    first = MINUTES.areas[0]
    line = replace(first.groups[0].criteria[0], reason=long)
    areas = (replace(first, groups=(replace(first.groups[0], criteria=(line,)),)),)
    sheet = book(replace(MINUTES, areas=areas))["PL1 Chấm điểm"]
    assert "".join(row[6].value or "" for row in sheet.iter_rows(min_row=5)).strip() == long
    assert "(tiếp)" in [row[0].value for row in sheet.iter_rows()]


@given(st.text(st.sampled_from("abcệ ượw\nWM-"), max_size=300), st.integers(20, 300), st.integers(1, 5))
def test_pieces_of_a_text_are_the_text_and_none_is_too_high(text, width, most):
    found = pieces(text, width, 11, most)
    assert "".join(found) == text
    for piece in found:
        assert count_lines(piece.rstrip("\n"), width, 11) <= most
