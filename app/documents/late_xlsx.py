"""The ledger of late dossiers as a workbook whose rows can be copied into the paste box again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from ..domain.late_dossiers import CAUSE_WORDS, LateEntry
from ..vietnamese import date_short
from .cells import clean
from .lists_xlsx import Column, ListKind, Value, write_list

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
_WIDTHS = (20, 15, 11, 11, 11, 7, 18, 34, 13, 11, 11, 7, 8)
LEDGER = ListKind(
    SHEET,
    "SỔ HỒ SƠ TRỄ HẠN",
    "so-ho-so-tre-han.xlsx",
    tuple(Column(heading, width) for heading, width in zip(COLUMNS.values(), _WIDTHS, strict=True)),
    numbered=False,
)


def write_ledger(entries: Sequence[LateEntry], unit: str, period_from: date, period_to: date) -> bytes:
    """One row for each dossier, below the unit and the period; looks like the other lists."""
    file = BytesIO()
    said = f"Đơn vị: {clean(unit)} · Kỳ: {date_short(period_from)} – {date_short(period_to)}"
    write_list(file, LEDGER, said, ([_value(entry, name) for name in COLUMNS] for entry in entries))
    return file.getvalue()


def _value(entry: LateEntry, name: str) -> Value:
    if name == "published":
        return YES if entry.published else None
    if name == "cause_kind":
        return CAUSE_WORDS[entry.cause_kind] if entry.cause_kind else None
    value: Value = getattr(entry, name)
    return value
