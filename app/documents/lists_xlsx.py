"""A list as it is on the page, in a workbook: rows go to the file as they come, so that memory stays flat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .cells import put_text

FONT = "Times New Roman"
DAY, WHOLE, PERCENT = "dd/mm/yyyy", "#,##0", "0.00%"
HEAD_ROW = 4
# What is not whole shows at most 99,99%, as on pages: cells of two decimals would round it up to 100%.
MOST_PART = Decimal("0.9999")

Value = str | date | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and its width in letters. ``percent``: its numbers are parts of one."""

    heading: str
    width: int = 14
    percent: bool = False


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list is called: on its sheet, in its heading, as a file.

    ``printed``: only so many of its columns go on paper, where all would be too small to be read.
    ``numbered``: its first column is the number of the row (STT).
    """

    sheet: str
    heading: str
    file: str
    columns: tuple[Column, ...]
    printed: int | None = None
    # Without: rows are copied from here into a page that knows no numbers of rows.
    numbered: bool = True
    # A text too long for one row goes on in the next.
    splits: bool = False


TASKS = ListKind(
    "Nhiệm vụ",
    "DANH SÁCH NHIỆM VỤ",
    "nhiem-vu.xlsx",
    (
        Column("STT", 6),
        Column("Đơn vị", 22),
        Column("Nội dung nhiệm vụ", 42),
        Column("Số văn bản", 15),
        Column("Vai trò", 9),
        Column("Ngày giao", 11),
        Column("Hạn ban đầu", 11),
        Column("Hạn hiện tại", 11),
        Column("Trạng thái", 14),
        Column("Theo hạn", 12),
        Column("Ngày hoàn thành", 11),
        Column("Kỳ", 16),
        Column("Yêu cầu", 34),
        Column("Ngày văn bản", 12),
        Column("Trích yếu văn bản", 40),
        Column("Lĩnh vực", 24),
        Column("Kế hoạch của đơn vị", 12),
        Column("Tiến độ (%)", 10),
        Column("Số văn bản sản phẩm", 18),
        Column("Ngày văn bản sản phẩm", 13),
        Column("Kết quả thực hiện", 40),
    ),
    printed=11,
)
DIRECTIVES = ListKind(
    "Văn bản",
    "DANH SÁCH VĂN BẢN CHỈ ĐẠO",
    "van-ban-chi-dao.xlsx",
    (
        Column("STT", 6),
        Column("Loại", 18),
        Column("Số, ký hiệu", 20),
        Column("Ngày ban hành", 13),
        Column("Trích yếu", 60),
        Column("Cơ quan ban hành", 30),
        Column("Nhiệm vụ đã giao", 11),
        Column("Đã hoàn thành", 11),
        Column("Tỷ lệ hoàn thành", 11, percent=True),
    ),
)
DOSSIERS = ListKind(
    "Hồ sơ",
    "DANH SÁCH BIỂU HỒ SƠ THỦ TỤC HÀNH CHÍNH (II.06)",
    "bieu-ho-so.xlsx",
    (
        Column("STT", 6),
        Column("Đơn vị", 20),
        Column("Kỳ", 12),
        Column("Từ ngày", 11),
        Column("Đến ngày", 11),
        Column("Nguồn số liệu", 10),
        Column("Trạng thái", 10),
        Column("Tiếp nhận: tổng số", 8),
        Column("Trực tuyến", 8),
        Column("Trực tiếp, bưu chính", 8),
        Column("Kỳ trước chuyển qua", 8),
        Column("Đã giải quyết: tổng số", 8),
        Column("Trước hạn", 8),
        Column("Đúng hạn", 8),
        Column("Quá hạn", 8),
        Column("Đang giải quyết: tổng số", 8),
        Column("Trong hạn", 8),
        Column("Quá hạn", 8),
        Column("Tỷ lệ đúng hạn", 8, percent=True),
        Column("Tỷ lệ trực tuyến", 8, percent=True),
        Column("Chỗ chưa khớp", 10),
    ),
)
INSPECTIONS = ListKind(
    "Cuộc kiểm tra",
    "DANH SÁCH CUỘC KIỂM TRA, GIÁM SÁT",
    "cuoc-kiem-tra.xlsx",
    (
        Column("STT", 6),
        Column("Đơn vị", 27),
        Column("Loại", 11),
        Column("Hình thức", 16),
        Column("Ngày kiểm tra", 12),
        Column("Đoàn", 30),
        Column("Trạng thái", 20),
        Column("Hạn tự chấm", 12),
        Column("Hạn giải trình", 12),
        Column("Số tiêu chí", 10),
        Column("Đơn vị đã tự chấm", 10),
        Column("Đoàn đã chấm", 10),
    ),
)
UNITS = ListKind(
    "Đơn vị",
    "DANH SÁCH ĐƠN VỊ",
    "don-vi.xlsx",
    (
        Column("STT", 6),
        Column("Mã", 14),
        Column("Tên đơn vị", 44),
        Column("Loại", 30),
        Column("Đơn vị cấp trên", 44),
        Column("Hoạt động từ ngày", 14),
        Column("Đến hết ngày", 14),
    ),
)
FINDINGS = ListKind(
    "Phát hiện",
    "DANH SÁCH PHÁT HIỆN",
    "phat-hien.xlsx",
    (
        Column("STT", 6),
        Column("Lĩnh vực", 20),
        Column("Tiêu chí", 8),
        Column("Loại", 10),
        Column("Mức độ", 11),
        Column("Nội dung", 44),
        Column("Nguyên nhân", 26),
        Column("Trách nhiệm", 16),
        Column("Căn cứ", 16),
        Column("Thời hạn", 11),
        Column("Trạng thái khắc phục", 13),
        Column("Người ghi", 20),
    ),
    printed=11,
    splits=True,
)

_LINE = Side(style="thin", color="9AA5B1")
_BOX = Border(_LINE, _LINE, _LINE, _LINE)
_HEAD = PatternFill("solid", fgColor="D9E2EC")
_TOP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(vertical="top", horizontal="center")
# What Excel gives a row at most is 409 points; text beyond goes on in a row below, marked so.
_LINE_HEIGHT, _MOST_LINES = 15.0, 26
CONTINUED = "(tiếp)"


def write_list(
    file: IO[bytes],
    kind: ListKind,
    said: str,
    rows: Iterable[Sequence[Value]],
    note: str = "",
) -> int:
    """Writes the whole .xlsx to ``file``; how many rows came. ``said``: what was filtered by, and as of when.

    ``note`` stands below the rows.

    Dates are dates and numbers are numbers; text is never a formula. ``rows`` come without their numbers (STT).
    """
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.title = "Soát", kind.heading.capitalize()
    sheet = book.create_sheet(kind.sheet)
    _on_paper(sheet, kind)
    _top(sheet, kind, said)
    line = _Line(sheet, kind.columns)
    columns = kind.columns[int(kind.numbered) : kind.printed]
    number, place = 0, HEAD_ROW
    try:
        for number, row in enumerate(rows, start=1):
            first: Value = number
            for part in _split(row, columns) if kind.splits else (row,):
                place += 1
                sheet.row_dimensions[place].height = _height(part, columns)
                sheet.append(line.cells((first, *part) if kind.numbered else part))
                # Written already: kept, the heights of a long list would fill the memory.
                del sheet.row_dimensions[place]
                first = CONTINUED
    except BaseException:
        # The half sheet is closed, or its writer complains when it is swept up.
        with suppress(Exception):
            sheet.close()
        raise
    # Only now the last row is known.
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(kind.columns))}{max(place, HEAD_ROW + 1)}"
    if kind.printed:
        sheet.print_area = f"A1:{get_column_letter(kind.printed)}{max(place, HEAD_ROW + 1)}"
    if note:
        sheet.append([put_text(_styled(sheet, Font(name=FONT, size=11, italic=True)), note)])
    if not number:
        sheet.append([put_text(_styled(sheet, Font(name=FONT, size=11, italic=True)), "Không có dòng nào.")])
    book.save(file)
    return number


def _on_paper(sheet: WriteOnlyWorksheet, kind: ListKind) -> None:
    for place, column in enumerate(kind.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "Trang &P/&N"
    sheet.oddFooter.center.font = f"{FONT},Regular"


def _top(sheet: WriteOnlyWorksheet, kind: ListKind, said: str) -> None:
    sheet.append([put_text(_styled(sheet, Font(name=FONT, size=14, bold=True)), kind.heading)])
    sheet.append([put_text(_styled(sheet, Font(name=FONT, size=11, italic=True)), said)])
    sheet.append([])
    heads = []
    for column in kind.columns:
        cell = _styled(sheet, Font(name=FONT, size=11, bold=True))
        cell.fill, cell.border = _HEAD, _BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        heads.append(put_text(cell, column.heading))
    sheet.row_dimensions[HEAD_ROW].height = heading_height(kind.columns)
    sheet.append(heads)


def _styled(sheet: WriteOnlyWorksheet, font: Font) -> Cell:
    cell: Cell = WriteOnlyCell(sheet)
    cell.font = font
    return cell


def wrapped(text: str, width: int) -> int:
    """How many lines a column so many letters wide breaks the text into, words kept whole."""
    lines = 0
    for part in text.split("\n"):
        used = 0
        lines += 1
        for word in part.split():
            if used and used + 1 + len(word) > width:
                lines, used = lines + 1, 0
            used += (1 if used else 0) + len(word)
            lines, used = lines + max(0, used - 1) // width, used % width or used
    return max(lines, 1)


def heading_height(columns: Sequence[Column]) -> float:
    """Points for the headings; bold letters are wider, so a column holds fewer of them."""
    return 15.0 * max(wrapped(one.heading, max(3, int(one.width * 0.8) - 1)) for one in columns) + 3


def _height(row: Sequence[Value], columns: Sequence[Column]) -> float:
    """Points for the longest of the texts that go on paper: programs do not measure rows of a file they open."""
    lines = 1
    for value, column in zip(row, columns, strict=False):
        if isinstance(value, str) and (len(value) >= column.width or "\n" in value):
            lines = max(lines, wrapped(value, column.width - 2))
    return min(_LINE_HEIGHT * lines, 400.0)


def _split(row: Sequence[Value], columns: Sequence[Column]) -> list[Sequence[Value]]:
    """The rows that the texts need which go on paper: what is too long for one goes on in those below."""
    texts = [
        _pieces(value, columns[at].width - 2) if isinstance(value, str) and at < len(columns) else [value]
        for at, value in enumerate(row)
    ]
    most = max((len(pieces) for pieces in texts), default=1)
    return [[pieces[part] if part < len(pieces) else None for pieces in texts] for part in range(most)]


def _pieces(text: str, width: int) -> list[str]:
    """``text`` in pieces of at most so many lines as a row is high, words kept whole where they fit."""
    if len(text) < width * 2 and text.count("\n") < _MOST_LINES:
        return [text]
    pieces: list[str] = []
    held = ""
    for word in re.findall(rf"\S{{1,{width}}}\s*|\s+", text):
        if held and wrapped(held + word.rstrip(), width) > _MOST_LINES:
            pieces.append(held.rstrip())
            held = ""
        held += word
    return [*pieces, held.rstrip()]


class _Line:
    """One cell for each column and look, filled anew for each row: looking styles up is what costs."""

    def __init__(self, sheet: WriteOnlyWorksheet, columns: Sequence[Column]) -> None:
        self._texts = [self._cell(sheet, _TOP) for _column in columns]
        self._quoted = [self._cell(sheet, _TOP) for _column in columns]
        self._days = [self._cell(sheet, _MIDDLE, DAY) for _column in columns]
        self._numbers = [self._cell(sheet, _MIDDLE, PERCENT if c.percent else WHOLE) for c in columns]
        for cell in self._quoted:
            put_text(cell, "=")

    @staticmethod
    def _cell(sheet: WriteOnlyWorksheet, alignment: Alignment, number: str = "General") -> Cell:
        cell = _styled(sheet, Font(name=FONT, size=11))
        cell.border, cell.alignment, cell.number_format = _BOX, alignment, number
        return cell

    def cells(self, row: Sequence[Value]) -> list[Cell]:
        return [self._filled(place, value) for place, value in enumerate(row)]

    def _filled(self, place: int, value: Value) -> Cell:
        if isinstance(value, str) and value:
            cell = (self._quoted if value[0] in "=+-@" else self._texts)[place]
            return put_text(cell, value)
        if isinstance(value, date):
            cell = self._days[place]
            cell.value = value
            return cell
        if isinstance(value, int | Decimal):
            cell = self._numbers[place]
            cell.value = value
            return cell
        cell = self._texts[place]
        cell.value = None
        return cell
