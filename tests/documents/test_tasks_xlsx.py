"""A list of tasks as the reader sees it: shapes of dates, headings in any order, what is not a list."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from app.documents.faults import Faults
from app.documents.tasks_xlsx import MOST_ROWS, SHEET, Notes, as_faults, open_sheet, read_rows
from app.domain.imports import UnitBook, UnitName
from tests.documents import hostile

TODAY = date(2025, 9, 15)


def workbook(*rows: tuple[object, ...], title: str = SHEET) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = ("Ngày giao", "ĐƠN VỊ", "noi dung nhiem vu", "Hạn")


@pytest.mark.parametrize(
    "written",
    ["8/9/2025", "08-09-2025", "8.9.2025", "ngày 8 tháng 9 năm 2025", "2025-09-08", date(2025, 9, 8)],
)
def test_a_day_may_be_written_in_many_ways(written):
    notes: Notes = {}
    sheet = open_sheet(workbook(HEAD, (written, "Phường Cầu Tre", "Báo cáo", None)))
    (task,) = read_rows(sheet, TODAY, notes)
    assert (task.assigned_on, task.unit, task.title, task.due) == (
        date(2025, 9, 8),
        "Phường Cầu Tre",
        "Báo cáo",
        None,
    )
    assert notes == {}


def test_every_fault_is_noted_in_row_order():
    notes: Notes = {}
    rows = [("9/15/2025", "A", "Việc", "31/2/2026") for _row in range(200)]
    tasks = list(read_rows(open_sheet(workbook(HEAD, *rows)), TODAY, notes))
    faults = as_faults(notes)
    assert len(tasks) == 200
    assert [fault.place for fault in faults[:3]] == ["A2", "D2", "A3"]
    assert len(faults) == 400 + 199, "199 rows repeat the first"


def test_an_empty_row_keeps_the_numbers_of_the_others():
    notes: Notes = {}
    data = workbook(HEAD, (), ("x", "A", "Việc", None))
    list(read_rows(open_sheet(data), TODAY, notes))
    assert [fault.place for fault in as_faults(notes)] == ["A3"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "0 byte"),
        (hostile.pdf(), "không phải là sổ Excel"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "mật khẩu"),
        (workbook(HEAD, title="Khác"), "không có trang tính"),
        (workbook(("Đơn vị", "Hạn")), "thiếu cột «Nội dung nhiệm vụ»"),
        (workbook(HEAD), "chưa có nhiệm vụ nào"),
    ],
)
def test_what_is_no_list_is_refused(data, says):
    with pytest.raises(Faults) as refusal:
        open_sheet(data)
    assert says in str(refusal.value)


def test_too_many_rows_are_refused():
    rows = [(date(2025, 1, 1), "A", "B", None)] * (MOST_ROWS + 1)
    with pytest.raises(Faults, match="chia thành nhiều tệp"):
        open_sheet(workbook(HEAD, *rows))


def test_who_waits_hears_how_far_the_reading_is():
    heard: list[int] = []
    rows = [(date(2025, 1, 1), "A", f"Việc {number}", None) for number in range(6000)]
    sheet = open_sheet(workbook(HEAD, *rows), heard.append)
    assert len(sheet.rows) == 6000
    assert heard == sorted(heard)
    assert all(0 <= rows_read <= 6002 for rows_read in heard)


def test_a_unit_is_found_by_name_or_code_and_a_slip_gets_a_hint():
    book = UnitBook(
        (
            UnitName(1, "Phường Cầu Tre", "phuong cau tre", "11359"),
            UnitName(2, "Phường An Biên", "phuong an bien", "11360"),
            UnitName(3, "Phường An Biên", "phuong an bien", "900", date(2025, 6, 30)),
        ),
        frozenset({1, 2, 3}),
    )
    assert book.find("Phường Cầu Tre", "phuong cau tre") == 1
    assert book.find("11360", "11360") == 2
    assert book.find("Phường An Biên", "phuong an bien") == 2, "that of today before that of old"
    assert book.find("900", "900") == 3
    assert book.ended_before(3, date(2025, 7, 1)) == date(2025, 6, 30)
    assert book.ended_before(3, date(2025, 6, 30)) is None
    assert "Có phải «Phường Cầu Tre»" in str(book.find("Phường Cầu Te", "phuong cau te"))
    assert "không được giao" in str(UnitBook(book.units, frozenset({1})).find("11360", "11360"))


def test_names_that_differ_in_their_tones_alone_are_two_units():
    """Both are communes of Hải Phòng since 01/7/2025."""
    folded = "xa cam giang"
    units = (UnitName(1, "Xã Cẩm Giàng", folded, "10888"), UnitName(2, "Xã Cẩm Giang", folded, "10903"))
    book = UnitBook(units)
    assert [book.find(name, folded) for name in ("Xã Cẩm Giàng", "xã  Cẩm Giang")] == [1, 2]
    assert "hãy ghi mã đơn vị (10888, 10903)" in str(book.find("Xa Cam Giang", folded))
    one = UnitBook(units, frozenset({2}))
    assert "không được giao nhiệm vụ cho «Xã Cẩm Giàng»" in str(one.find("Xã Cẩm Giàng", folded))
    assert one.find("XA CAM GIANG", folded) == 2
