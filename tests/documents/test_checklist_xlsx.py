"""The default workbook, the round trip, and what is read leniently."""

import unicodedata
from collections import Counter
from datetime import date
from decimal import Decimal
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.documents.checklist_rules import levels_as_text, levels_of
from app.documents.checklist_xlsx import read_checklist, read_workbook, write_checklist
from app.domain.checklists import (
    Area,
    AreaKind,
    Between,
    Checklist,
    Criterion,
    CriterionGroup,
    Free,
    Level,
    Levels,
    Penalty,
    Ratio,
    RuleKind,
    UnitLevel,
    YesNo,
    ZeroDen,
)

from .workbook_edits import GOOD, edited, put, row_of, with_sheet_xml


def cells_of(data):
    """Every cell of both sheets: address → (value, type), texts trimmed and in NFC."""
    book = load_workbook(BytesIO(data))
    cells = {}
    for title, most in (("Thông tin", 2), ("Tiêu chí", 19)):
        for row in book[title].iter_rows(max_col=most):
            for cell in row:
                value, kind = cell.value, cell.data_type
                if isinstance(value, str):
                    value = unicodedata.normalize("NFC", value).strip()
                if value is not None:
                    cells[title, cell.coordinate] = (value, kind)
    return cells


def test_the_default_workbook_has_7_areas_35_groups_77_criteria_and_100_points():
    checklist = read_checklist(GOOD)
    assert len(checklist.areas) == 7
    assert sum(len(area.groups) for area in checklist.areas) == 35
    assert len(checklist.criteria) == 77
    assert checklist.scale == 10000 == sum(c.max_points for c in checklist.criteria)
    assert Counter(c.rule.kind for c in checklist.criteria) == {
        RuleKind.YES_NO: 9,
        RuleKind.LEVELS: 28,
        RuleKind.RATIO: 35,
        RuleKind.PENALTY: 5,
    }
    assert (checklist.version, checklist.level, checklist.valid_from) == (
        "2026.1",
        UnitLevel.XA,
        date(2026, 1, 1),
    )
    assert (checklist.bonus_max, checklist.deduction_max) == (200, 500)
    assert [area.max_points // 100 for area in checklist.areas] == [16, 8, 28, 9, 11, 8, 20]
    assert [area.kind for area in checklist.areas] == [AreaKind.LEADERSHIP] + [AreaKind.REFORM] * 6


def test_the_default_workbook_gives_no_notice():
    assert read_workbook(GOOD).notices == ()


def test_import_and_export_give_the_same_cells_with_the_same_types():
    exported = write_checklist(read_checklist(GOOD))
    assert cells_of(exported) == cells_of(GOOD)
    assert read_checklist(exported) == read_checklist(GOOD)


def test_the_export_keeps_the_look():
    book = load_workbook(BytesIO(write_checklist(read_checklist(GOOD))))
    sheet = book["Tiêu chí"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C2", "$1:$1")
    assert sheet.print_title_cols == "$A:$C"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    offered = {str(v.sqref)[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert set(offered) == set("BEKLO")
    assert sheet["A2"].font.b
    assert sheet["A3"].font.b
    assert not sheet["A4"].font.b
    assert sheet["C4"].alignment.wrap_text
    assert book["Thông tin"]["B7"].number_format == "dd/mm/yyyy"


def test_labels_of_levels_may_contain_a_semicolon():
    checklist = read_checklist(GOOD)
    for code in ("1.5.1", "6.3.1"):
        assert len(checklist.by_code[code][1].rule.levels) == 3
    assert any(";" in level.label for level in checklist.by_code["6.3.1"][1].rule.levels)


def test_a_level_ends_at_a_number_before_a_semicolon_or_the_end():
    text = (
        "Đủ, đúng hạn = 2; Đủ, chậm; hoặc thiếu 1 nội dung = 1.50; Từ 80% (>= 80; < 90) = 0,5;\nKhông = 0 ;"
    )
    assert levels_of(text) == (
        Level("Đủ, đúng hạn", 200),
        Level("Đủ, chậm; hoặc thiếu 1 nội dung", 150),
        Level("Từ 80% (>= 80; < 90)", 50),
        Level("Không", 0),
    )
    assert levels_as_text(levels_of(text)) == (
        "Đủ, đúng hạn = 2; Đủ, chậm; hoặc thiếu 1 nội dung = 1,5; Từ 80% (>= 80; < 90) = 0,5; Không = 0"
    )


def test_text_that_starts_like_a_formula_stays_text_there_and_back():
    def edit(book):
        for address, text in (("C4", "=A1+1"), ("C5", "-5 điểm"), ("P4", "+84"), ("Q4", "@mọi người")):
            cell = book["Tiêu chí"][address]
            cell.value, cell.data_type = text, "s"

    checklist = read_checklist(edited(edit))
    assert [c.text for c in checklist.criteria[:2]] == ["=A1+1", "-5 điểm"]
    sheet = load_workbook(BytesIO(write_checklist(checklist)))["Tiêu chí"]
    for address in ("C4", "C5", "P4", "Q4"):
        assert (sheet[address].data_type, bool(sheet[address].quotePrefix)) == ("s", True)
    assert not sheet["C6"].quotePrefix


def test_decomposed_letters_are_composed_in_texts_sheet_titles_headers_and_labels():
    def edit(book):
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        cell.value = unicodedata.normalize("NFD", cell.value)
            sheet.title = unicodedata.normalize("NFD", sheet.title)

    assert read_checklist(edited(edit)) == read_checklist(GOOD)


def test_outer_blanks_are_cut_and_inner_line_breaks_kept():
    checklist = read_checklist(edited(put("C4", "  Dòng một\r\nDòng hai \n\u00a0")))
    assert checklist.criteria[0].text == "Dòng một\nDòng hai"


def test_columns_and_labels_are_found_by_name_whatever_their_order():
    def edit(book):
        sheet = book["Tiêu chí"]
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, 3).value, sheet.cell(row, 17).value = (
                sheet.cell(row, 17).value,
                sheet.cell(row, 3).value,
            )
        info = book["Thông tin"]
        for column in (1, 2):
            info.cell(1, column).value, info.cell(3, column).value = (
                info.cell(3, column).value,
                info.cell(1, column).value,
            )

    assert read_checklist(edited(edit)) == read_checklist(GOOD)


def test_blank_rows_are_skipped_and_other_sheets_and_columns_ignored_with_a_notice():
    def edit(book):
        book["Tiêu chí"].insert_rows(10, 3)
        book["Tiêu chí"]["U1"] = "Ý kiến"
        book["Tiêu chí"]["W5"] = "riêng"
        book.create_sheet("Nháp")["A1"] = "=1+1"
        book["Thông tin"]["A9"] = "Người lập"

    reading = read_workbook(edited(edit))
    assert reading.checklist == read_checklist(GOOD)
    assert reading.notices == (
        "Đã bỏ qua sheet «Nháp».",
        "Sheet «Tiêu chí»: đã bỏ qua cột «Ý kiến» (ô U1).",
        "Sheet «Tiêu chí»: đã bỏ qua cột W (không có tiêu đề).",
        "Sheet «Thông tin»: đã bỏ qua dòng «Người lập» (A9).",
    )


def test_a_size_that_the_sheet_states_wrongly_hides_no_cell():
    data = with_sheet_xml(lambda xml: xml.replace('ref="A1:S120"', 'ref="A1"', 1))
    assert read_checklist(data) == read_checklist(GOOD)


def test_a_code_that_is_a_whole_number_is_taken_as_text():
    assert read_checklist(edited(put("A2", 1))).areas[0].code == "1"


def test_a_capital_x_is_read_as_x():
    checklist = read_checklist(edited(put("O4", "X"), put("O2", "x")))
    assert checklist.criteria[0].may_be_na
    assert checklist.areas[0].may_be_na


def test_numbers_are_decimals_with_the_digits_that_excel_shows():
    row = row_of("1.1.3")
    checklist = read_checklist(edited(put(f"I{row}", 92.5), put(f"J{row}", 0.1 + 0.2)))
    rule = checklist.by_code["1.1.3"][1].rule
    assert (rule.full_at, rule.zero_below) == (Decimal("92.5"), Decimal("0.3"))


def test_a_day_is_the_same_day_in_both_calendars_of_excel():
    def edit(book):
        book.epoch = CALENDAR_MAC_1904

    assert read_checklist(edited(edit)).valid_from == date(2026, 1, 1)


# --- any checklist survives the way to Excel and back ---------------------------------------------

_LETTERS = st.text("aăâđêôơư=+-@;,.%ÀỆ 0123456789\n", min_size=1, max_size=20)
texts = _LETTERS.map(lambda t: unicodedata.normalize("NFC", t).strip()).filter(bool)
maybe = st.just("") | texts
percents = st.integers(1, 10000).map(lambda n: Decimal(n) / 100)
labels = st.lists(texts.filter(lambda t: "=" not in t), min_size=4, max_size=4, unique=True)


@st.composite
def rules(draw, max_points):
    kind = draw(st.sampled_from(RuleKind))
    match kind:
        case RuleKind.YES_NO:
            return YesNo()
        case RuleKind.FREE:
            return Free()
        case RuleKind.PENALTY:
            return Penalty(Decimal(draw(st.integers(1, max_points))) / 100, draw(texts))
        case RuleKind.LEVELS:
            lower = draw(st.lists(st.integers(0, max_points - 1), min_size=1, max_size=3, unique=True))
            points = [max_points, *sorted(lower, reverse=True)]
            names = draw(labels)
            names = [name if not name.startswith(";") else "m" + name for name in names]
            return Levels(
                tuple(Level(n.strip(";").strip() or "m", p) for n, p in zip(names, points, strict=False))
            )
        case RuleKind.RATIO:
            low, high = sorted((draw(percents), draw(percents)))
            return Ratio(
                draw(texts),
                draw(texts),
                high,
                low,
                draw(st.sampled_from(Between)),
                draw(st.sampled_from(ZeroDen)),
            )


@st.composite
def checklists(draw):
    def criterion(code):
        points = draw(st.integers(1, 1000))
        return Criterion(
            code,
            draw(texts),
            points,
            draw(rules(points)),
            draw(st.booleans()),
            draw(maybe),
            draw(maybe),
            draw(st.sampled_from(["", "task.on_time_rate"])),
            draw(maybe),
        )

    def group(code):
        children = tuple(criterion(f"{code}.{n}") for n in range(1, draw(st.integers(2, 3))))
        return CriterionGroup(code, draw(texts), sum(c.max_points for c in children), children, draw(maybe))

    def area(code):
        children = tuple(group(f"{code}.{n}") for n in range(1, draw(st.integers(2, 3))))
        return Area(
            code, draw(texts), sum(g.max_points for g in children), children, may_be_na=draw(st.booleans())
        )

    areas = tuple(area(str(n)) for n in range(1, draw(st.integers(2, 3))))
    return Checklist(
        name=draw(texts),
        version=draw(texts),
        level=draw(st.sampled_from(UnitLevel)),
        scale=sum(a.max_points for a in areas),
        bonus_max=draw(st.integers(0, 1000)),
        deduction_max=draw(st.integers(0, 1000)),
        valid_from=draw(st.dates(date(1901, 1, 1), date(2100, 1, 1))),
        areas=areas,
        note=draw(maybe),
    )


def has_same_labels(checklist):
    rules = [c.rule for c in checklist.criteria if isinstance(c.rule, Levels)]
    return any(len({v.label for v in rule.levels}) < len(rule.levels) for rule in rules)


@settings(max_examples=12, deadline=None)
@given(checklists().filter(lambda c: not has_same_labels(c)))
def test_every_checklist_is_read_back_as_it_was_written(checklist):
    assert read_checklist(write_checklist(checklist)) == checklist
