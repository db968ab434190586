"""The trail as a workbook: one row for each thing done, every cell text that no program calculates with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from app.vietnamese import count

from .lists_xlsx import Column, ListKind, write_list

TRAIL = ListKind(
    "Nhật ký",
    "NHẬT KÝ HỆ THỐNG",
    "nhat-ky.xlsx",
    (
        Column("Giờ máy chủ", 18),
        Column("Giờ thiết bị", 18),
        Column("Người", 20),
        Column("Việc", 28),
        Column("Đối tượng", 26),
        Column("Nội dung", 22),
        Column("Trước", 30),
        Column("Sau", 30),
    ),
    # Times are text: nothing is counted here.
    numbered=False,
    splits=True,
)


def write_trail(rows: Iterable[Sequence[str]], said: str, cut_at: int | None = None) -> bytes:
    """Rows of as many texts as there are headings; ``said``: of what, and what was filtered by.

    ``cut_at``: only so many were taken, a last line says it.
    """
    note = ""
    if cut_at is not None:
        note = f"Chỉ gồm {count(cut_at)} dòng mới nhất; hãy lọc theo ngày để lấy phần còn lại."
    file = BytesIO()
    write_list(file, TRAIL, said, rows, note)
    return file.getvalue()
