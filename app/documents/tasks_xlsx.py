"""Reads a workbook of tasks given to units: one sheet «Nhiệm vụ», one task of one unit a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from openpyxl.utils import get_column_letter

from ..domain.tasks import DirectiveText, ImportedTask
from ..vietnamese import Unreadable, clean_number_of_document, fold, read_date
from .cells import clean
from .faults import Fault, Faults, file_fault
from .workbooks import Kind, Row, read_book

SHEET = "Nhiệm vụ"
MOST_ROWS = 5000


class Col(StrEnum):
    """Headings of the first row; their order does not matter, nor do accents and capitals."""

    UNIT = "Đơn vị"
    TITLE = "Nội dung nhiệm vụ"
    DETAIL = "Yêu cầu"
    NUMBER = "Số văn bản"
    ISSUED_ON = "Ngày văn bản"
    SUBJECT = "Trích yếu"
    AGENCY = "Cơ quan ban hành"
    ASSIGNED_ON = "Ngày giao"
    DUE = "Hạn"
    ROLE = "Vai trò"
    OWN_PLAN = "Kế hoạch của đơn vị"


NEEDED = (Col.UNIT, Col.TITLE, Col.ASSIGNED_ON)
_MOST_LETTERS = {Col.TITLE: 1000, Col.DETAIL: 4000, Col.NUMBER: 100, Col.SUBJECT: 1000, Col.AGENCY: 300}
_LEADS = {"": True, "chu tri": True, "phoi hop": False}
_YES = {"": False, "khong": False, "co": True, "x": True}


def read_tasks(data: bytes, today: date) -> tuple[ImportedTask, ...]:
    """The tasks in row order; raises :class:`Faults` with every fault, each at its cell."""
    rows = read_book(data, (SHEET,), MOST_ROWS + 2).sheets.get(SHEET)
    if not rows:
        raise file_fault(f"Sổ không có sheet «{SHEET}» hoặc sheet đó rỗng.")
    header, *lines = rows
    if len(lines) > MOST_ROWS:
        raise file_fault(f"Sheet «{SHEET}» có quá {MOST_ROWS} dòng; hãy chia thành nhiều tệp.")
    columns = _columns(header)
    if not lines:
        raise Faults([Fault("chưa có nhiệm vụ nào.", SHEET, "hàng 2")])
    faults: dict[tuple[int, int], str] = {}
    tasks = [_Line(row, columns, faults).task(today) for row in lines]
    if faults:
        raise Faults(
            Fault(reason, SHEET, f"{get_column_letter(column)}{row}")
            for (row, column), reason in sorted(faults.items())
        )
    return tuple(tasks)


def unit_fault(row: int, unit: str, found: int) -> Fault:
    """The unit of a row is not known, or not the only one of that name."""
    reason = f"có {found} đơn vị tên «{unit}»; hãy ghi mã đơn vị." if found else f"không có đơn vị «{unit}»."
    return Fault(reason, SHEET, f"hàng {row}")


def _columns(header: Row) -> dict[Col, int]:
    names = {fold(clean(str(raw.value))): column for column, raw in header.cells.items()}
    columns = {name: names[fold(name)] for name in Col if fold(name) in names}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Faults(
            Fault(f"thiếu cột «{name}» ở hàng tiêu đề.", SHEET, f"hàng {header.number}") for name in missing
        )
    return columns


class _Line:
    """One row; what cannot be read is noted by row and column, and read as nothing."""

    def __init__(self, row: Row, columns: Mapping[Col, int], faults: dict[tuple[int, int], str]) -> None:
        self._row, self._columns, self._faults = row, columns, faults

    def task(self, today: date) -> ImportedTask:
        assigned_on = self._day(Col.ASSIGNED_ON, needed=True) or date.min
        if assigned_on > today:
            self._fault(Col.ASSIGNED_ON, "ngày giao không được sau hôm nay.")
        due = self._day(Col.DUE)
        if due is not None and due < assigned_on:
            self._fault(Col.DUE, "hạn không được trước ngày giao.")
        return ImportedTask(
            row=self._row.number,
            unit=self._text(Col.UNIT, needed=True),
            title=self._text(Col.TITLE, needed=True),
            detail=self._text(Col.DETAIL),
            directive=self._directive(),
            assigned_on=assigned_on,
            due=due,
            lead=self._word(Col.ROLE, _LEADS, "chỉ nhận «Chủ trì» hoặc «Phối hợp»."),
            own_plan=self._word(Col.OWN_PLAN, _YES, "chỉ nhận «Có» hoặc «Không»."),
        )

    def _directive(self) -> DirectiveText | None:
        number, subject = clean_number_of_document(self._text(Col.NUMBER)), self._text(Col.SUBJECT)
        day, agency = self._day(Col.ISSUED_ON), self._text(Col.AGENCY)
        if not number and not subject:
            return None
        return DirectiveText(subject or number, number, day, agency)

    def _text(self, column: Col, *, needed: bool = False) -> str:
        raw = self._row.cells.get(self._columns.get(column, 0))
        if raw is None:
            if needed:
                self._fault(column, "còn trống.")
            return ""
        if raw.kind in {Kind.FORMULA, Kind.ERROR, Kind.BOOL} or raw.value is None:
            self._fault(column, "phải là chữ, không phải công thức hay lỗi.")
            return ""
        if isinstance(raw.value, date):
            self._fault(column, "là ngày, không phải chữ.")
            return ""
        text = clean(str(raw.value)).strip()
        most = _MOST_LETTERS.get(column, 300)
        if len(text) > most:
            self._fault(column, f"dài {len(text)} ký tự, tối đa {most}.")
        if needed and not text:
            self._fault(column, "còn trống.")
        return text

    def _day(self, column: Col, *, needed: bool = False) -> date | None:
        raw = self._row.cells.get(self._columns.get(column, 0))
        if raw is not None and raw.kind is Kind.DATE and isinstance(raw.value, date):
            return raw.value
        text = self._text(column, needed=needed)
        if not text:
            return None
        try:
            return read_date(text)
        except Unreadable as error:
            self._fault(column, str(error))
            return None

    def _word(self, column: Col, words: Mapping[str, bool], demand: str) -> bool:
        text = fold(self._text(column))
        if text not in words:
            self._fault(column, demand)
        return words.get(text, words[""])

    def _fault(self, column: Col, reason: str) -> None:
        self._faults.setdefault((self._row.number, self._columns[column]), reason)
