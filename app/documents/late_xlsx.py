"""The ledger of late dossiers as a workbook whose rows can be copied into the paste box again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font

from ..domain.late_dossiers import CAUSE_WORDS, LateEntry
from ..vietnamese import date_short
from .cells import clean, put_text, text_cell

SHEET = "Sổ hồ sơ trễ hạn"
# Field → heading, in the order of the sheet and of the paste box.
COLUMNS = {
    "code": "Mã hồ sơ",
    "field": "Lĩnh vực",
    "received_on": "Ngày tiếp nhận",
    "due_on": "Ngày hẹn trả",
    "returned_on": "Ngày trả kết quả",
    "days_late": "Số ngày trễ",
    "cause_kind": "Nguyên nhân",
    "cause": "Giải trình",
    "apology_number": "Số văn bản xin lỗi",
    "apology_on": "Ngày văn bản xin lỗi",
    "reappointed_on": "Ngày hẹn lại",
    "reappointed_times": "Số lần hẹn lại",
    "published": "Đã công khai",
}
YES = "Có"
_WIDTHS = (26, 20, 12, 12, 12, 8, 26, 50, 18, 12, 12, 8, 10)
_BOLD = Font(bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)


def write_ledger(entries: Sequence[LateEntry], unit: str, period_from: date, period_to: date) -> bytes:
    """One row for each dossier; unit and period stand at the head of the printed page."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    for letter, width in zip("ABCDEFGHIJKLM", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    period = f"{date_short(period_from)} – {date_short(period_to)}"
    # «&» begins a command there.
    sheet.oddHeader.center.text = f"{SHEET} · {clean(unit)[:80]} · {period}".replace("&", "&&")
    sheet.append([_head(sheet, heading) for heading in COLUMNS.values()])
    for entry in entries:
        sheet.append([_cell(sheet, entry, name) for name in COLUMNS])
    sheet.auto_filter.ref = f"A1:M{len(entries) + 1}"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _head(sheet: object, heading: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.font, cell.alignment = _BOLD, _TOP
    return put_text(cell, heading)


def _cell(sheet: object, entry: LateEntry, name: str) -> Cell:
    value = getattr(entry, name)
    if name == "published":
        value = YES if value else ""
    elif name == "cause_kind":
        value = CAUSE_WORDS[value] if value else ""
    if isinstance(value, str):
        cell = text_cell(sheet, value)
    else:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "dd/mm/yyyy" if isinstance(value, date) else "0"
    cell.alignment = _TOP
    return cell
