"""The trail as a workbook: one row for each thing done, every cell text that no program calculates with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from app.vietnamese import count

from .cells import put_text, text_cell

HEADINGS = (
    "Giờ máy chủ",
    "Giờ thiết bị",
    "Người",
    "Việc",
    "Đối tượng",
    "Nội dung",
    "Trước",
    "Sau",
)
_WIDTHS = (20, 20, 28, 44, 40, 28, 44, 44)
_BOLD = Font(bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)


def write_trail(rows: Iterable[Sequence[str]], cut_at: int | None = None) -> bytes:
    """Rows of as many texts as there are headings; ``cut_at``: only so many were taken, a last line says it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Nhật ký")
    for place, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGH"[place]].width = width
    sheet.freeze_panes = "A2"
    heads = []
    for heading in HEADINGS:
        head = WriteOnlyCell(sheet)
        head.font = _BOLD
        heads.append(put_text(head, heading))
    sheet.append(heads)
    for row in rows:
        cells = []
        for text in row:
            cell = text_cell(sheet, text)
            cell.alignment = _TOP
            cells.append(cell)
        sheet.append(cells)
    if cut_at is not None:
        note = f"Chỉ gồm {count(cut_at)} dòng mới nhất; hãy lọc theo ngày để lấy phần còn lại."
        sheet.append([text_cell(sheet, note)])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
