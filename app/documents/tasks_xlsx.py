"""Reads a workbook of tasks given to units: one sheet «Nhiệm vụ», one task of one unit a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openpyxl.utils import get_column_letter

from ..domain.areas import ReformArea, recognise
from ..domain.imports import ImportedTask
from ..domain.refusals import sentence, told
from ..domain.task_corrections import too_far
from ..domain.tasks import DirectiveText
from ..vietnamese import Unreadable, clean_number_of_document, fold, read_date
from .cells import clean
from .faults import Fault, Faults, file_fault
from .workbooks import Kind, Row, read_book

SHEET = "Nhiệm vụ"
MOST_ROWS = 20_000
# Longer than a page waits: a list is read outside any request.
SECONDS = 60


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
    AREA = "Lĩnh vực"
    COMPLETED_ON = "Đã hoàn thành ngày"
    PRODUCT_NUMBER = "Số văn bản sản phẩm"
    PRODUCT_DATE = "Ngày văn bản sản phẩm"
    RESULT = "Kết quả thực hiện"


# What we write beside the rows of a list with faults; who mends that very file may send it as it is.
FAULTS_COLUMN = "Lỗi cần sửa"
NEEDED = (Col.UNIT, Col.TITLE, Col.ASSIGNED_ON)
DATES = (Col.ISSUED_ON, Col.ASSIGNED_ON, Col.DUE, Col.COMPLETED_ON, Col.PRODUCT_DATE)
AREAS: Mapping[ReformArea, str] = {
    ReformArea.CDDH: "Chỉ đạo, điều hành",
    ReformArea.TC: "Cải cách thể chế",
    ReformArea.TTHC: "Cải cách thủ tục hành chính",
    ReformArea.TCBM: "Cải cách tổ chức bộ máy",
    ReformArea.CDCV: "Cải cách chế độ công vụ",
    ReformArea.TCC: "Cải cách tài chính công",
    ReformArea.CQS: "Chính quyền điện tử, chính quyền số",
}
TWIN = sentence("trùng với hàng %(row)s: cùng đơn vị, nội dung, ngày giao và văn bản.")
EMPTY_CELL = sentence("còn trống.")
_EARLIEST = date(1990, 1, 1)
_MOST_LETTERS = {
    Col.TITLE: 1000,
    Col.DETAIL: 4000,
    Col.NUMBER: 100,
    Col.SUBJECT: 1000,
    Col.AGENCY: 300,
    Col.PRODUCT_NUMBER: 100,
    Col.RESULT: 4000,
}
_LEADS = {"": True, "chu tri": True, "phoi hop": False}
_YES = {"": False, "khong": False, "co": True, "x": True}


@dataclass(frozen=True, slots=True)
class TaskSheet:
    """The filled rows of the sheet below its headings, as they stand in the file."""

    columns: Mapping[Col, int]
    header: Row
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()

    def place(self, row: int, column: Col) -> str:
        return f"{get_column_letter(self.columns[column])}{row}"


Notes = dict[tuple[int, int], str]


def open_sheet(data: bytes, tell: Callable[[int], None] | None = None) -> TaskSheet:
    """The rows of a list; raises :class:`Faults` when the file, the sheet or its headings are not right.

    ``tell`` hears from time to time how many rows have been read.
    """
    rows = read_book(data, (SHEET,), MOST_ROWS + 2, seconds=SECONDS, tell=tell).sheets.get(SHEET)
    if not rows:
        raise file_fault(
            told(sentence("Sổ không có trang tính «%(sheet)s» hoặc trang tính đó rỗng."), sheet=SHEET)
        )
    header, *lines = rows
    if len(lines) > MOST_ROWS:
        raise file_fault(
            told(
                sentence("Trang tính «%(sheet)s» có quá %(most)s dòng; hãy chia thành nhiều tệp."),
                sheet=SHEET,
                most=MOST_ROWS,
            )
        )
    columns, unknown = _columns(header)
    if not lines:
        raise Faults([Fault(told(sentence("chưa có nhiệm vụ nào.")), SHEET, "hàng 2")])
    return TaskSheet(columns, header, tuple(lines), unknown)


def read_rows(sheet: TaskSheet, today: date, notes: Notes) -> Iterator[ImportedTask]:
    """One task for each row, in order; what cannot be read is noted by row and column, and read as nothing."""
    seen: dict[tuple[object, ...], int] = {}
    for row in sheet.rows:
        line = _Line(row, sheet.columns, notes)
        task = line.task(today)
        text = task.directive
        key = (
            fold(task.unit),
            task.title,
            task.assigned_on,
            text and (text.number, text.title, text.issued_on),
        )
        first = seen.setdefault(key, row.number)
        if first != row.number and task.title:
            line.fault(Col.TITLE, told(TWIN, row=first))
        yield task


def as_faults(notes: Notes) -> list[Fault]:
    """All that was noted, in row order."""
    return [
        Fault(reason, SHEET, f"{get_column_letter(column)}{row}")
        for (row, column), reason in sorted(notes.items())
    ]


def _columns(header: Row) -> tuple[dict[Col, int], tuple[str, ...]]:
    names: dict[str, int] = {}
    for column, raw in header.cells.items():
        names.setdefault(fold(clean(str(raw.value or ""))), column)
    columns = {name: names[fold(name)] for name in Col if fold(name) in names}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise Faults(
            Fault(
                told(sentence("thiếu cột «%(column)s» ở hàng tiêu đề."), column=str(name)),
                SHEET,
                f"hàng {header.number}",
            )
            for name in missing
        )
    ours = {*columns.values(), names.get(fold(FAULTS_COLUMN))}
    unknown = [str(raw.value) for column, raw in header.cells.items() if column not in ours and raw.value]
    return columns, tuple(unknown)


class _Line:
    """One row."""

    def __init__(self, row: Row, columns: Mapping[Col, int], notes: Notes) -> None:
        self._row, self._columns, self._notes = row, columns, notes

    def task(self, today: date) -> ImportedTask:
        assigned_on = self._past(Col.ASSIGNED_ON, today, sentence("ngày giao"), needed=True) or date.min
        due = self._day(Col.DUE)
        if due is not None and due < assigned_on:
            self.fault(Col.DUE, told(sentence("hạn không được trước ngày giao.")))
        elif due is not None and too_far(due, today, assigned_on):
            self.fault(
                Col.DUE,
                told(
                    sentence("%(date)s là năm %(year)s; hãy xem lại năm."),
                    date=told(sentence("hạn")),
                    year=due.year,
                ),
            )
        completed_on = self._past(Col.COMPLETED_ON, today, sentence("ngày hoàn thành"))
        if completed_on is not None and completed_on < assigned_on:
            self.fault(Col.COMPLETED_ON, told(sentence("ngày hoàn thành không được trước ngày giao.")))
        number, result = clean_number_of_document(self._text(Col.PRODUCT_NUMBER)), self._text(Col.RESULT)
        product_date = self._past(Col.PRODUCT_DATE, today, sentence("ngày văn bản sản phẩm"))
        if completed_on is None and not self._filled(Col.COMPLETED_ON):
            for column in (Col.PRODUCT_NUMBER, Col.PRODUCT_DATE, Col.RESULT):
                if self._filled(column):
                    self.fault(
                        column, told(sentence("chỉ ghi khi có «%(column)s»."), column=str(Col.COMPLETED_ON))
                    )
        return ImportedTask(
            row=self._row.number,
            unit=self._text(Col.UNIT, needed=True),
            title=self._text(Col.TITLE, needed=True),
            detail=self._text(Col.DETAIL),
            directive=self._directive(today),
            assigned_on=assigned_on,
            due=due,
            lead=self._word(Col.ROLE, _LEADS, sentence("chỉ nhận «Chủ trì» hoặc «Phối hợp».")),
            own_plan=self._word(Col.OWN_PLAN, _YES, sentence("chỉ nhận «Có» hoặc «Không».")),
            area=self._area(),
            completed_on=completed_on,
            product_number=number,
            product_date=product_date,
            result=result,
        )

    def _directive(self, today: date) -> DirectiveText | None:
        number, subject = clean_number_of_document(self._text(Col.NUMBER)), self._text(Col.SUBJECT)
        day, agency = self._past(Col.ISSUED_ON, today, sentence("ngày văn bản")), self._text(Col.AGENCY)
        if not number and not subject:
            return None
        return DirectiveText(subject or number, number, day, agency)

    def _area(self) -> ReformArea | None:
        text = self._text(Col.AREA)
        if not text:
            return None
        word = next((area for area in ReformArea if area == text.upper()), None) or recognise(fold(text))
        if word is None:
            unknown = sentence("không nhận ra lĩnh vực «%(area)s»; hãy chọn trong danh sách của tệp mẫu.")
            self.fault(Col.AREA, told(unknown, area=text))
        return word

    def _filled(self, column: Col) -> bool:
        return self._columns.get(column, 0) in self._row.cells

    def _text(self, column: Col, *, needed: bool = False) -> str:
        raw = self._row.cells.get(self._columns.get(column, 0))
        if raw is None:
            if needed:
                self.fault(column, told(EMPTY_CELL))
            return ""
        if raw.kind is Kind.FORMULA:
            self.fault(column, told(sentence("là công thức; hãy dán giá trị thay cho công thức.")))
            return ""
        if raw.kind in {Kind.ERROR, Kind.BOOL} or raw.value is None:
            self.fault(column, told(sentence("phải là chữ, không phải lỗi hay giờ.")))
            return ""
        if isinstance(raw.value, date):
            self.fault(column, told(sentence("là ngày, không phải chữ.")))
            return ""
        text = clean(str(raw.value)).strip()
        most = _MOST_LETTERS.get(column, 300)
        if len(text) > most:
            self.fault(
                column, told(sentence("dài %(length)s ký tự, tối đa %(most)s."), length=len(text), most=most)
            )
        if needed and not text:
            self.fault(column, told(EMPTY_CELL))
        return text

    def _past(self, column: Col, today: date, name: str, *, needed: bool = False) -> date | None:
        """A day that has come: what is written down here has happened."""
        day = self._day(column, needed=needed)
        if day is not None and day > today:
            self.fault(column, told(sentence("%(date)s không được sau hôm nay."), date=told(name)))
        elif day is not None and day < _EARLIEST:
            self.fault(
                column,
                told(sentence("%(date)s là năm %(year)s; hãy xem lại năm."), date=told(name), year=day.year),
            )
        return day

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
            self.fault(column, told(error.text, **error.params))
            return None

    def _word(self, column: Col, words: Mapping[str, bool], demand: str) -> bool:
        text = fold(self._text(column))
        if text not in words:
            self.fault(column, told(demand))
        return words.get(text, words[""])

    def fault(self, column: Col, reason: str) -> None:
        """The first fault of a cell is kept; a column that is not there is meant by its row's first cell."""
        self._notes.setdefault((self._row.number, self._columns.get(column, 1)), reason)
