from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.documents.cells import MOST_UNITS, clean, fitted, put_text


def written_and_read(text):
    book = Workbook()
    put_text(book.active["A1"], text)
    file = BytesIO()
    book.save(file)
    return load_workbook(BytesIO(file.getvalue())).active["A1"]


def test_text_that_looks_like_a_formula_or_an_error_stays_text():
    for text in (
        "=1+1",
        "= 1",
        "+84",
        "-5",
        "@SUM(A1)",
        "#REF!",
        "=cmd|' /C calc'!A0",
        "TRUE",
        "1,5",
        "31/12/2026",
    ):
        cell = written_and_read(text)
        assert (cell.value, cell.data_type) == (text, "s")
        assert bool(cell.quotePrefix) == (text[0] in "=+-@")


def test_control_characters_are_dropped_and_letters_composed():
    assert written_and_read("Tie\u0302\u0301p\x00\x0b dân\r\nxã\ud800").value == "Tiếp dân\nxã\ufffd"


def test_empty_text_leaves_the_cell_empty():
    assert written_and_read("").value is None
    assert written_and_read("\x00").value is None


def test_text_over_the_limit_of_excel_ends_with_a_visible_mark():
    text = "ạ" * (MOST_UNITS + 10)
    value = written_and_read(text).value
    assert len(value) <= MOST_UNITS
    assert value.endswith("… [ô Excel không chứa hết: còn 70 ký tự]")
    assert fitted("ạ" * MOST_UNITS) == "ạ" * MOST_UNITS


def test_characters_outside_the_basic_plane_count_twice_as_in_excel():
    assert len(fitted("😀" * MOST_UNITS).encode("utf-16-le")) // 2 <= MOST_UNITS


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_text_is_read_back_as_the_cleaned_text(text):
    cell = written_and_read(text)
    assert (cell.value or "") == clean(text)
