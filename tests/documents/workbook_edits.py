"""Workbooks of the default checklist with something changed, for tests of the import."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from io import BytesIO

from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import coordinate_to_tuple

from app.documents.checklist_read import read_checklist_book
from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_workbook
from app.documents.faults import Faults
from app.documents.workbooks import Book, Kind, Raw, Row, read_book

GOOD = DEFAULT_WORKBOOK.read_bytes()

Edit = Callable[[Workbook], None]


def edited(*edits: Edit) -> bytes:
    """The default workbook after ``edits``, saved by openpyxl."""
    book = load_workbook(BytesIO(GOOD))
    for edit in edits:
        edit(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@dataclass(frozen=True)
class Put:
    """An edit that writes one cell."""

    sheet: str
    address: str
    value: object

    def __call__(self, book: Workbook) -> None:
        book[self.sheet][self.address] = self.value


def put(address: str, value: object) -> Put:
    return Put("Tiêu chí", address, value)


def put_info(address: str, value: object) -> Put:
    return Put("Thông tin", address, value)


@cache
def good_book() -> Book:
    """The cells of the default workbook as the child process reads them."""
    return read_book(GOOD, ("Thông tin", "Tiêu chí"), 3002)


def raw_of(value: object) -> Raw | None:
    """What the child makes of a value that openpyxl wrote; a test compares the two."""
    match value:
        case bool():
            return Raw(Kind.BOOL, value)
        case int() | float():
            return Raw(Kind.NUMBER, Decimal(format(value, ".15g")))
        case datetime():
            return Raw(Kind.DATE, value.date() if value.time() == time.min else None)
        case date():
            return Raw(Kind.DATE, value)
        case time():
            return Raw(Kind.DATE)
        case str() if value.startswith("="):
            return Raw(Kind.FORMULA)
        case str() if value.startswith("#"):
            return Raw(Kind.ERROR, value)
        case str() if value.strip():
            return Raw(Kind.TEXT, value)
        case _:
            return None


def faults_after(*edits: Put) -> list[str]:
    """The sentences for the default workbook after ``edits``, without the way through a file."""
    book = good_book()
    sheets = {title: {row.number: dict(row.cells) for row in rows} for title, rows in book.sheets.items()}
    for edit in edits:
        row, column = coordinate_to_tuple(edit.address)
        cells = sheets[edit.sheet].setdefault(row, {})
        cells.pop(column, None)
        raw = raw_of(edit.value)
        if raw:
            cells[column] = raw
    rows = {
        title: tuple(Row(n, lines[n]) for n in sorted(lines) if lines[n]) for title, lines in sheets.items()
    }
    try:
        read_checklist_book(Book(rows, ()))
    except Faults as refusal:
        return [str(fault) for fault in refusal.faults]
    return []


def faults_of(data: bytes) -> list[str]:
    """The sentences a workbook is refused with; none if it is taken."""
    try:
        read_workbook(data)
    except Faults as refusal:
        return [str(fault) for fault in refusal.faults]
    return []


def shorts_of(data: bytes) -> list[str]:
    try:
        read_workbook(data)
    except Faults as refusal:
        return [fault.short for fault in refusal.faults]
    return []


@cache
def row_of(code: str) -> int:
    """The row of a code in the default workbook."""
    sheet = load_workbook(BytesIO(GOOD))["Tiêu chí"]
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == code)


def repacked(change: Callable[[str, bytes], bytes | None], extra: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The default workbook with members of its archive changed (``None`` drops one) or added."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in extra:
            new.writestr(name, content)
    return file.getvalue()


def with_sheet_xml(change: Callable[[str], str]) -> bytes:
    """The default workbook with the XML of «Tiêu chí» changed."""
    name_of_sheet = "xl/worksheets/sheet2.xml"
    return repacked(
        lambda name, content: change(content.decode()).encode() if name == name_of_sheet else content
    )
