"""Every refusal of the format description, by its number, on the default workbook with one thing changed."""

import datetime
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.documents.workbooks import read_book

from .workbook_edits import (
    GOOD,
    edited,
    faults_after,
    faults_of,
    put,
    put_info,
    raw_of,
    row_of,
    saved,
    shorts_of,
    with_sheet_xml,
)

# Rows of the default workbook: 2 is area 1, 3 group 1.1, 4 criterion 1.1.1 (muc, 1 point),
# 5 criterion 1.1.2 (muc), 6 criterion 1.1.3 (ty_le), 7 group 1.2, 8 criterion 1.2.1 (ty_le).
PENALTY = next(
    row
    for row in range(2, 121)
    if load_workbook(BytesIO(GOOD), read_only=False)["Tiêu chí"].cell(row, 5).value == "tru_diem"
)
LONG = "Nội dung " * 300


def cell(address, reason):
    return f"Sheet «Tiêu chí», ô {address}: {reason}"


def info(address, reason):
    return f"Sheet «Thông tin», ô {address}: {reason}"


ONE_CELL = [
    # 10, 11: formulas and error values
    (10, put("D4", "=0.5+0.5"), [cell("D4", "là công thức; hãy dán giá trị số.")]),
    (10, put("C4", '="a"&"b"'), [cell("C4", "là công thức; hãy dán giá trị.")]),
    (10, put("X50", "=1"), [cell("X50", "là công thức; hãy dán giá trị.")]),
    (10, put_info("B4", "=100"), [info("B4", "là công thức; hãy dán giá trị.")]),
    (10, put("D1", "=A1"), [cell("D1", "là công thức; hãy dán giá trị.")]),
    (11, put("D9", "#REF!"), [cell("D9", "giá trị lỗi #REF!.")]),
    (11, put_info("B2", "#DIV/0!"), [info("B2", "giá trị lỗi #DIV/0!.")]),
    # 12 to 15: «Thông tin»
    (12, put_info("B1", None), [info("B1", "thiếu Tên bộ tiêu chí.")]),
    (12, put_info("B2", "  "), [info("B2", "thiếu Phiên bản.")]),
    (12, put_info("B3", None), [info("B3", "thiếu Cấp đơn vị.")]),
    (12, put_info("B4", None), [info("B4", "thiếu Thang điểm.")]),
    (12, put_info("B7", None), [info("B7", "thiếu Áp dụng từ ngày.")]),
    (
        12,
        put_info("A2", "Phien ban"),
        ["Sheet «Thông tin», cột A: thiếu Phiên bản (không có nhãn «Phiên bản»)."],
    ),
    (12, put_info("A9", "Phiên bản"), [info("A9", "nhãn «Phiên bản» có hai lần (xem ô A2).")]),
    (12, put_info("B1", "x" * 301), [info("B1", "Tên bộ tiêu chí dài 301 ký tự, quá 300.")]),
    (
        12,
        put_info("B2", 2026.1),
        [info("B2", "2026,1 là số, không phải chữ; hãy định dạng ô là Text rồi nhập lại.")],
    ),
    (13, put_info("B3", "phuong"), [info("B3", "cấp đơn vị «phuong» không có; dùng xa, so hoặc huyen.")]),
    (14, put_info("B4", 0), [info("B4", "Thang điểm phải là số lớn hơn 0.")]),
    (14, put_info("B4", "100"), [info("B4", "Thang điểm phải là số lớn hơn 0.")]),
    (14, put_info("B5", -1), [info("B5", "Điểm thưởng tối đa phải là số không âm.")]),
    (14, put_info("B6", True), [info("B6", "Điểm trừ tối đa phải là số không âm.")]),
    (14, put_info("B6", 1.005), [info("B6", "1,005 có quá hai chữ số thập phân.")]),
    (15, put_info("B7", "01/01/2026"), [info("B7", "không phải ngày (dd/mm/yyyy).")]),
    (15, put_info("B7", datetime.time(8, 30)), [info("B7", "không phải ngày (dd/mm/yyyy).")]),
    (
        15,
        put_info("B7", datetime.datetime(2026, 1, 1, 8, 30)),  # noqa: DTZ001  (Excel knows no zones)
        [info("B7", "không phải ngày (dd/mm/yyyy).")],
    ),
    # 17 to 20: codes, ranks, order, text
    (17, put("A4", None), [cell("A4", "thiếu mã.")]),
    (17, put("A6", "1.1.2"), [cell("A6", "mã «1.1.2» trùng với ô A5.")]),
    (17, put("A4", "1.1.a"), [cell("A4", "mã «1.1.a» không đúng dạng (1, 1.1 hoặc 1.1.1).")]),
    (17, put("A4", "1.1.1."), [cell("A4", "mã «1.1.1.» không đúng dạng (1, 1.1 hoặc 1.1.1).")]),
    (17, put("A4", "1.1.01"), [cell("A4", "mã «1.1.01» không đúng dạng (1, 1.1 hoặc 1.1.1).")]),
    (
        17,
        put("A3", 1.1),
        [
            cell(
                "A3",
                "mã 1,1 lưu dạng số; hãy định dạng ô là Text (1.1 và 1.10 dạng số không phân biệt được).",
            )
        ],
    ),
    (17, put("A4", "1.9"), [cell("A4", "mã «1.9» không đúng dạng của cấp TCTP (ví dụ 1.1.1).")]),
    (17, put("A7", "1.1"), [cell("A7", "mã «1.1» trùng với ô A3.")]),
    (18, put("A8", "1.3.9"), [cell("A8", "mã «1.3.9» không thuộc tiêu chí «1.2».")]),
    (18, put("A7", "2.9"), [cell("A7", "mã «2.9» không thuộc lĩnh vực «1».")]),
    (18, put("B4", "TC"), None),
    (19, put("B9", "TCT"), [cell("B9", "cấp «TCT» không có.")]),
    (19, put("B3", "tc"), [cell("B3", "cấp «tc» không có.")]),
    (19, put("B2", None), [cell("B2", "thiếu cấp (LV, TC hoặc TCTP).")]),
    (20, put("C9", None), [cell("C9", "thiếu nội dung.")]),
    (20, put("C9", LONG), [cell("C9", "nội dung dài 2.699 ký tự, quá 2.000.")]),
    (20, put("C9", 12), [cell("C9", "12 là số, không phải chữ; hãy định dạng ô là Text rồi nhập lại.")]),
    # 21 to 25: points
    (21, put("D6", None), [cell("D6", "thiếu điểm tối đa.")]),
    (22, put("D6", "1,5"), [cell("D6", "«1,5» là chữ, không phải số.")]),
    (22, put("D6", "1,5 điểm"), [cell("D6", "«1,5 điểm» là chữ, không phải số.")]),
    (22, put("D6", datetime.date(2026, 1, 1)), [cell("D6", "là ngày, không phải số.")]),
    (23, put("D6", 0), [cell("D6", "điểm tối đa phải lớn hơn 0.")]),
    (23, put("D6", -2), [cell("D6", "điểm tối đa phải lớn hơn 0.")]),
    (23, put("D6", True), [cell("D6", "điểm tối đa phải lớn hơn 0.")]),
    (23, put("D6", 1.999), [cell("D6", "1,999 có quá hai chữ số thập phân.")]),
    (23, put("D6", 1e300), [cell("D6", "số điểm quá lớn (tối đa 1.000.000).")]),
    (24, put("D3", 5), [cell("D3", "5 khác tổng các dòng con (4).")]),
    (24, put("D6", 1.5), [cell("D3", "4 khác tổng các dòng con (3,5).")]),
    (24, put("D2", 15), [cell("D2", "15 khác tổng các dòng con (16).")]),
    (25, put_info("B4", 99), [info("B4", "thang điểm 99 khác tổng các lĩnh vực (100).")]),
    # 26 to 32: rules
    (26, put("E6", None), [cell("E6", "thiếu cách chấm.")]),
    (26, put("E6", "phan_tram"), [cell("E6", "cách chấm «phan_tram» không có.")]),
    (26, put("E3", "muc"), [cell("E3", "«Cách chấm» chỉ ghi cho cấp TCTP; dòng cấp TC để trống.")]),
    (27, put("F4", None), [cell("F4", "thiếu các mức.")]),
    (27, put("F4", "Đạt = 1"), [cell("F4", "cần ít nhất hai mức.")]),
    (27, put("F4", "Đạt = 1; Đạt một phần"), [cell("F4", "không đọc được mức «Đạt một phần».")]),
    (27, put("F4", "Đạt = 1; = 0"), [cell("F4", "không đọc được mức «= 0».")]),
    (27, put("F4", "Đạt = 1; Đạt = 0"), [cell("F4", "mức «Đạt» có hai lần.")]),
    (27, put("F4", "Đạt = 1; Kém = -0,5"), [cell("F4", "mức «Kém» có điểm âm.")]),
    (
        27,
        put("F4", "Đạt = 1; Khá = 0,5; Vừa = 0,5"),
        [cell("F4", "điểm các mức phải giảm dần, «Vừa» không nhỏ hơn mức trước.")],
    ),
    (28, put("F4", "Đạt = 0,75; Không = 0"), [cell("F4", "mức cao nhất 0,75 khác điểm tối đa 1.")]),
    (29, put("G6", None), [cell("G6", "thiếu Tử số.")]),
    (29, put("H6", None), [cell("H6", "thiếu Mẫu số.")]),
    (29, put("I6", None), [cell("I6", "thiếu Đạt tối đa từ (%).")]),
    (29, put("J6", None), [cell("J6", "thiếu 0 điểm dưới (%).")]),
    (29, put("K6", None), [cell("K6", "thiếu Cách tính ở giữa.")]),
    (29, put("L6", None), [cell("L6", "thiếu Mẫu số bằng 0.")]),
    (30, put("I6", "95%"), [cell("I6", "«95%» là chữ, không phải số.")]),
    (30, put("I6", 101), [cell("I6", "Đạt tối đa từ (%) phải là số lớn hơn 0 đến 100.")]),
    (30, put("I6", 0), [cell("I6", "Đạt tối đa từ (%) phải là số lớn hơn 0 đến 100.")]),
    (30, put("J6", -1), [cell("J6", "0 điểm dưới (%) phải là số từ 0 đến 100.")]),
    (30, put("I6", 70), [cell("J6", "0 điểm dưới 80% lớn hơn đạt tối đa từ 70%.")]),
    (30, put("K6", "tuyen_tinh"), None),
    (30, put("L6", "bo_qua"), None),
    (31, put(f"M{PENALTY}", None), [cell(f"M{PENALTY}", "thiếu số điểm trừ mỗi lỗi.")]),
    (31, put(f"M{PENALTY}", "0,1"), [cell(f"M{PENALTY}", "«0,1» là chữ, không phải số.")]),
    (31, put(f"M{PENALTY}", 0), [cell(f"M{PENALTY}", "số điểm trừ mỗi lỗi phải lớn hơn 0.")]),
    (31, put(f"M{PENALTY}", 50), None),
    (31, put(f"N{PENALTY}", None), [cell(f"N{PENALTY}", "thiếu Đơn vị lỗi.")]),
    (32, put("G4", "Số việc"), [cell("G4", "«Tử số» không dùng cho cách chấm muc.")]),
    (32, put("F6", "Đạt = 2; Không = 0"), [cell("F6", "«Các mức» không dùng cho cách chấm ty_le.")]),
    (32, put("G2", "Số việc"), [cell("G2", "«Tử số» chỉ ghi cho cấp TCTP; dòng cấp LV để trống.")]),
    (
        32,
        put("P3", "Tài liệu"),
        [cell("P3", "«Tài liệu kiểm chứng» chỉ ghi cho cấp TCTP; dòng cấp TC để trống.")],
    ),
    # 33, 34
    (33, put("O4", "có"), [cell("O4", "chỉ ghi x hoặc để trống.")]),
    (33, put("O4", True), [cell("O4", "chỉ ghi x hoặc để trống.")]),
    (33, put("O3", "x"), [cell("O3", "dòng cấp TC không dùng cột này; hãy để trống.")]),
    (34, put("R4", "dossier.ontime"), [cell("R4", "số liệu «dossier.ontime» không có.")]),
]


@pytest.mark.parametrize(
    ("edit", "sentences"),
    [case[1:] for case in ONE_CELL],
    ids=[f"{n}-{i}" for i, (n, *_) in enumerate(ONE_CELL)],
)
def test_one_wrong_cell_gives_one_sentence_that_names_it(edit, sentences):
    found = faults_after(edit)
    assert len(found) == 1 or sentences is None
    assert found
    if sentences is not None:
        assert found == sentences


def test_every_value_used_above_is_read_from_a_file_as_above():
    values = [case[1].value for case in ONE_CELL]

    def edit(book):
        for row, value in enumerate(values, start=1):
            book["Tiêu chí"].cell(row, 30).value = value

    read = read_book(edited(edit), ("Tiêu chí",), 3002).sheets["Tiêu chí"]
    rows = {row.number: row.cells for row in read}
    for row, value in enumerate(values, start=1):
        assert rows[row].get(30) == raw_of(value)


@pytest.mark.parametrize("title", ["Thông tin", "Tiêu chí"])
def test_6_a_missing_sheet_is_named(title):
    assert faults_of(edited(lambda book: book.remove(book[title]))) == [f"Thiếu sheet «{title}»."]


@pytest.mark.parametrize(("title", "rows"), [("Thông tin", 1), ("Tiêu chí", 1), ("Tiêu chí", 2)])
def test_7_an_empty_sheet_is_named(title, rows):
    assert faults_of(edited(lambda book: book[title].delete_rows(rows, 200))) == [f"Sheet «{title}» trống."]


def test_8_missing_and_doubled_columns_are_named_alone():
    two_missing = edited(put("D1", "Điểm"), put("E1", None), put("D9", "một"))
    assert faults_of(two_missing) == ["Sheet «Tiêu chí», hàng 1: thiếu cột «Điểm tối đa», «Cách chấm»."]
    assert faults_of(edited(put("T1", "Mã"))) == [
        "Sheet «Tiêu chí», hàng 1: cột «Mã» có hai lần (ô A1 và T1)."
    ]


def many_rows(criteria, blanks):
    """A workbook of one area and group with ``criteria`` criteria, then ``blanks`` rows of rank TC."""
    book = load_workbook(BytesIO(GOOD))
    sheet = book["Tiêu chí"]
    sheet.delete_rows(4, 200)
    for number in range(1, criteria + 1):
        sheet.append([f"1.1.{number}", "TCTP", "Nội dung", 1, "tu_do"])
    for number in range(1, blanks + 1):
        sheet.append([f"1.{number + 1}", "TC", "Nội dung", 1])
    return saved(book)


def test_9_too_many_criteria_or_rows_end_the_reading():
    most = "một bộ tiêu chí"
    assert faults_of(many_rows(1001, 0)) == [
        f"Sheet «Tiêu chí», hàng 1004: {most} chỉ có tối đa 1.000 tiêu chí thành phần."
    ]
    assert faults_of(many_rows(0, 2999)) == [
        f"Sheet «Tiêu chí», hàng 3002: quá 3.000 dòng; {most} có tối đa 1.000 tiêu chí thành phần."
    ]
    assert len(faults_of(many_rows(1000, 0))) < 5


def test_10_a_formula_is_refused_although_excel_stored_its_value():
    data = with_sheet_xml(
        lambda xml: (
            xml.replace('<c r="D4" s="17" t="n"><v>1</v>', '<c r="D4" t="n"><f>0.5*2</f><v>1</v>')
            if 'r="D4" s="17"' in xml
            else re.sub(r'<c r="D4"([^>]*)><v>1</v>', r'<c r="D4"\1><f>0.5*2</f><v>1</v>', xml)
        )
    )
    assert faults_of(data) == [cell("D4", "là công thức; hãy dán giá trị số.")]


def test_18_rows_without_parents_and_parents_without_children():
    def drop(row):
        return lambda book: book["Tiêu chí"].delete_rows(row)

    assert faults_of(edited(drop(3)))[0] == cell(
        "A3", "tiêu chí thành phần «1.1.1» không nằm dưới tiêu chí nào."
    )
    assert faults_of(edited(drop(2)))[0] == cell("A2", "tiêu chí «1.1» không nằm dưới lĩnh vực nào.")
    assert cell("A3", "tiêu chí «1.1» không có tiêu chí thành phần nào.") in faults_of(
        edited(lambda book: book["Tiêu chí"].delete_rows(4, 3))
    )
    last = row_of("7")
    assert faults_of(edited(lambda book: book["Tiêu chí"].delete_rows(last + 1, 100)))[0] == cell(
        f"A{last}", "lĩnh vực «7» không có tiêu chí nào."
    )


def test_several_faults_come_together_in_row_order_each_once():
    data = edited(
        put("D12", "1,5"),
        put("F4", "Đạt một phần"),
        put_info("B3", "phuong"),
        put("B9", "TCT"),
        put("C4", None),
    )
    assert shorts_of(data) == [
        "Thông tin!B3: cấp đơn vị «phuong» không có; dùng xa, so hoặc huyen.",
        "Tiêu chí!C4: thiếu nội dung.",
        "Tiêu chí!F4: không đọc được mức «Đạt một phần».",
        "Tiêu chí!B9: cấp «TCT» không có.",
        "Tiêu chí!D12: «1,5» là chữ, không phải số.",
    ]


def test_two_wrong_sums_of_different_causes_are_both_found():
    assert faults_of(edited(put("D3", 5), put("D2", 15))) == [
        cell("D2", "15 khác tổng các dòng con (17)."),
        cell("D3", "5 khác tổng các dòng con (4)."),
    ]


def test_a_wrong_sum_beside_an_unreadable_number_is_not_told_again_higher_up():
    assert faults_after(put("D3", 5), put("D12", "1,5")) == [
        cell("D3", "5 khác tổng các dòng con (4)."),
        cell("D12", "«1,5» là chữ, không phải số."),
    ]


def test_only_the_first_hundred_faults_are_told():
    def edit(book):
        for row in range(2, 121):
            book["Tiêu chí"].cell(row, 3).value = None

    found = faults_of(edited(edit))
    assert len(found) == 100
    assert found[0].startswith("Sheet «Tiêu chí», ô C2")
    assert found[-1].startswith("Sheet «Tiêu chí», ô C101")


def test_a_number_that_is_not_finite_is_refused():
    for text in ("1e999", "NaN", "inf"):
        data = with_sheet_xml(
            lambda xml, text=text: re.sub(r'(<c r="D6"[^>]*>)<v>2</v>', rf"\1<v>{text}</v>", xml)
        )
        assert len(faults_of(data)) == 1
