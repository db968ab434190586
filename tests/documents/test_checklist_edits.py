"""Any edit at all of the default workbook is read or refused, never worse."""

import datetime
import math
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.documents.checklist_read import read_checklist_book
from app.documents.checklist_xlsx import Faults
from app.documents.workbooks import Book, Kind, Raw, Row

from .workbook_edits import edited, faults_of, good_book

_words = st.sampled_from(
    [
        "",
        "x",
        "X",
        "LV",
        "TC",
        "TCTP",
        "muc",
        "ty_le",
        "tru_diem",
        "tu_do",
        "co_khong",
        "1",
        "1.1",
        "1.1.1",
        "8.1.1",
        "Đạt = 1; Không = 0",
        "Đạt = 1; Không = 0; ",
        "=;=;= 1",
        "Mã",
        "Điểm tối đa",
        "Phiên bản",
        "xa",
        "%s %(a)s {0}",
    ]
)
_numbers = st.decimals(allow_nan=True, allow_infinity=True) | st.integers(-10, 10**18).map(Decimal)
raws = st.one_of(
    st.builds(Raw, st.just(Kind.TEXT), _words | st.text(min_size=1, max_size=30)),
    st.builds(Raw, st.just(Kind.NUMBER), _numbers),
    st.builds(Raw, st.just(Kind.BOOL), st.booleans()),
    st.builds(Raw, st.just(Kind.DATE), st.none() | st.dates()),
    st.builds(Raw, st.just(Kind.FORMULA)),
    st.builds(Raw, st.just(Kind.ERROR), st.just("#REF!")),
)
cell_edits = st.lists(
    st.tuples(
        st.sampled_from(["Thông tin", "Tiêu chí", "Tiêu chí", "Tiêu chí"]),
        st.integers(0, 121),
        st.integers(1, 20),
        st.none() | raws,
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(cell_edits)
def test_random_edits_of_cells_raise_nothing_but_faults(edits):
    sheets = {title: [dict(row.cells) for row in rows] for title, rows in good_book().sheets.items()}
    for title, row, column, raw in edits:
        cells = sheets[title][row % len(sheets[title])]
        cells.pop(column, None)
        if raw is not None:
            cells[column] = raw
    rows = {title: tuple(Row(n, cells) for n, cells in enumerate(all_, 1)) for title, all_ in sheets.items()}
    try:
        read_checklist_book(Book(rows, ()))
    except Faults as refusal:
        sentences = [str(fault) for fault in refusal.faults]
    else:
        sentences = ["Không có lỗi."]
    assert 1 <= len(sentences) <= 100
    assert all(sentence.endswith(".") for sentence in sentences)


_VALUES = [None, True, -1, 0, 1.5, math.pi, 1e200, "=1", "#N/A", "x", "1,5", "1.1", " ", "LV", "muc"]
_VALUES += [
    datetime.date(2026, 1, 1),
    datetime.time(1, 2),
    datetime.timedelta(hours=50),
    "chữ\nchữ",
    "a" * 3000,
]


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_of_files_raise_nothing_but_faults(seed):
    dice = random.Random(seed)

    def edit(book: Workbook):
        for sheet in book:
            for _ in range(dice.randint(0, 6)):
                sheet.cell(dice.randint(1, 130), dice.randint(1, 22)).value = dice.choice(_VALUES)
        if dice.random() < 0.3:
            book["Tiêu chí"].delete_rows(dice.randint(1, 120), dice.randint(1, 20))
        if dice.random() < 0.2:
            book["Tiêu chí"].move_range("A5:S9", rows=dice.randint(-3, 30))

    faults_of(edited(edit))
