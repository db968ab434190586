"""Workbooks of the default checklist with something changed, for tests of the import."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO

from openpyxl import Workbook, load_workbook

from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_workbook
from app.documents.faults import Faults

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


def put(address: str, value: object, sheet: str = "Tiêu chí") -> Edit:
    """An edit that writes one cell."""

    def edit(book: Workbook) -> None:
        book[sheet][address] = value

    return edit


def put_info(address: str, value: object) -> Edit:
    return put(address, value, "Thông tin")


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
