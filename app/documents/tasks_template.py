"""The workbook to write a list of tasks in, and the same list given back with its faults marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .cells import put_text
from .faults import Fault
from .lists_xlsx import wrapped
from .tasks_xlsx import AREAS, DATES, FAULTS_COLUMN, MOST_ROWS, NEEDED, SHEET, Col, TaskSheet
from .workbooks import Kind, Raw

GUIDE, EXAMPLE, LISTS = "Hướng dẫn", "Ví dụ", "Danh mục"
FONT = "Times New Roman"
DAY = "dd/mm/yyyy"
_WIDTHS: Mapping[Col, int] = {
    Col.UNIT: 26,
    Col.TITLE: 48,
    Col.DETAIL: 34,
    Col.NUMBER: 18,
    Col.SUBJECT: 36,
    Col.AGENCY: 24,
    Col.AREA: 28,
    Col.RESULT: 34,
}
_HOW: Mapping[Col, str] = {
    Col.UNIT: "Tên hoặc mã của đơn vị nhận nhiệm vụ; mỗi hàng một đơn vị. Danh sách ở trang «Danh mục».",
    Col.TITLE: "Việc phải làm, tối đa 1.000 ký tự.",
    Col.DETAIL: "Yêu cầu cụ thể, sản phẩm cần có.",
    Col.NUMBER: "Số, ký hiệu văn bản giao, ví dụ 12/KH-UBND. Cùng số, ngày và trích yếu là một văn bản.",
    Col.ISSUED_ON: "Ngày ban hành văn bản giao.",
    Col.SUBJECT: "Trích yếu của văn bản giao.",
    Col.AGENCY: "Cơ quan ban hành văn bản giao.",
    Col.ASSIGNED_ON: "Ngày giao, không sau hôm nay.",
    Col.DUE: "Hạn hoàn thành, không trước ngày giao; để trống nếu không có hạn.",
    Col.ROLE: "Chủ trì (để trống cũng là chủ trì) hoặc Phối hợp; chỉ đơn vị chủ trì được tính vào tỷ lệ.",
    Col.OWN_PLAN: "Có nếu thuộc kế hoạch CCHC của chính đơn vị; để trống là Không.",
    Col.AREA: "Lĩnh vực CCHC, chọn trong danh sách.",
    Col.COMPLETED_ON: "Chỉ cho danh sách cũ: ngày đơn vị báo cáo hoàn thành đã được chấp nhận.",
    Col.PRODUCT_NUMBER: "Chỉ cho danh sách cũ: số, ký hiệu văn bản sản phẩm.",
    Col.PRODUCT_DATE: "Chỉ cho danh sách cũ: ngày văn bản sản phẩm.",
    Col.RESULT: "Chỉ cho danh sách cũ: tóm tắt kết quả.",
}
_RULES = (
    f"Ghi nhiệm vụ ở trang «{SHEET}», mỗi hàng một nhiệm vụ của một đơn vị; không đổi tên các cột.",
    "Cột có dấu * ở bảng dưới đây phải có. Thứ tự các cột không quan trọng, cột không dùng có thể bỏ.",
    "Ngày ghi theo ngày/tháng/năm, ví dụ 08/09/2025. Không dùng công thức.",
    f"Tối đa {MOST_ROWS:,} hàng và 5 MB một tệp.".replace(",", "."),
    "Tệp được kiểm tra trước; còn một lỗi thì chưa có gì được ghi. Nhiệm vụ đã có thì được bỏ qua.",
)
_LINE = Side(style="thin", color="9AA5B1")
_BOX = Border(_LINE, _LINE, _LINE, _LINE)
_HEAD = PatternFill("solid", fgColor="D9E2EC")
_OLD = PatternFill("solid", fgColor="EDEDED")
_RED = PatternFill("solid", fgColor="F8C9C4")
_TOP = Alignment(vertical="top", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_PLAIN, _BOLD = Font(name=FONT, size=11), Font(name=FONT, size=11, bold=True)
_REASONS_WIDTH, _HIGHEST = 60, 400.0
_FURTHEST_ROW, _FURTHEST_COLUMN = 60_000, 60


# Its name, its code, and its last day if it has one.
Unit = tuple[str, str, date | None]


def write_template(units: Sequence[Unit], today: date) -> bytes:
    """The .xlsx to fill in; ``units`` are those this person may give tasks to: names, codes, and the last days of
    those that have one. They are listed in their order, those of today first."""
    units = sorted(units, key=lambda unit: unit[2] is not None and unit[2] < today)
    book = Workbook()
    sheet = book.create_sheet(SHEET, 0)
    book.remove(book.worksheets[1])
    _headings(sheet)
    for column in DATES:
        sheet.column_dimensions[get_column_letter(list(Col).index(column) + 1)].number_format = DAY
    _guide(book.create_sheet(GUIDE))
    _example(book.create_sheet(EXAMPLE), units, today)
    _lists(book.create_sheet(LISTS), units)
    last = max(len(units), 1) + 1
    for column, source, said in (
        (Col.UNIT, f"'{LISTS}'!$A$2:$A${last}", "Chọn đơn vị trong danh sách, hoặc ghi đúng mã đơn vị."),
        (Col.AREA, f"'{LISTS}'!$C$2:$C${len(AREAS) + 1}", "Chọn lĩnh vực trong danh sách."),
        (Col.ROLE, '"Chủ trì,Phối hợp"', "Chủ trì hoặc Phối hợp."),
        (Col.OWN_PLAN, '"Có,Không"', "Có hoặc Không."),
    ):
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        # A code is as good as a name, so a unit outside the list is only warned of.
        rule.errorStyle = "warning" if column is Col.UNIT else "stop"
        rule.errorTitle, rule.error = str(column), said
        sheet.add_data_validation(rule)
        letter = get_column_letter(list(Col).index(column) + 1)
        rule.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    for one in book.worksheets:
        _on_paper(one)
    return _bytes(book)


def _headings(sheet: Worksheet) -> None:
    for place, column in enumerate(Col, start=1):
        cell = sheet.cell(1, place)
        put_text(cell, f"{column}")
        cell.font, cell.border, cell.alignment = _BOLD, _BOX, _CENTRE
        cell.fill = (
            _OLD if column in (Col.COMPLETED_ON, Col.PRODUCT_NUMBER, Col.PRODUCT_DATE, Col.RESULT) else _HEAD
        )
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, 15)
    sheet.row_dimensions[1].height = 34
    sheet.freeze_panes = "C2"


def _guide(guide: Worksheet) -> None:
    put_text(guide.cell(1, 1), "Cách lập danh sách nhiệm vụ").font = Font(name=FONT, size=14, bold=True)
    for number, rule in enumerate(_RULES, start=2):
        put_text(guide.cell(number, 1), f"{number - 1}. {rule}").font = _PLAIN
    start = len(_RULES) + 3
    rows = [("Cột", "Phải có", "Cách ghi"), *((f"{c}", "*" if c in NEEDED else "", _HOW[c]) for c in Col)]
    for number, row in enumerate(rows, start=start):
        for place, words in enumerate(row, start=1):
            cell = put_text(guide.cell(number, place), words)
            cell.font, cell.border, cell.alignment = (_BOLD if number == start else _PLAIN), _BOX, _TOP
    for letter, width in zip("ABC", (28, 10, 90), strict=True):
        guide.column_dimensions[letter].width = width


def _example(example: Worksheet, units: Sequence[Unit], today: date) -> None:
    """Two tasks, one to be done and one of before, for the first unit that may be given any."""
    _headings(example)
    name, code, last = units[0] if units else ("Phường Cầu Tre", "", None)
    # A row copied from here into the list is taken: no day of it lies ahead, and the unit exists on its day.
    day = min(today, last or today)
    given = day - timedelta(days=30)
    if code and sum(unit[0] == name for unit in units) > 1:
        name = code
    shown: dict[Col, str | date] = {
        Col.UNIT: name,
        Col.TITLE: "Báo cáo kết quả cải cách hành chính",
        Col.DETAIL: "Có số liệu hồ sơ và danh sách hồ sơ trễ hạn",
        Col.NUMBER: "12/KH-UBND",
        Col.ISSUED_ON: given - timedelta(days=5),
        Col.SUBJECT: f"Kế hoạch cải cách hành chính năm {given.year}",
        Col.AGENCY: "Ủy ban nhân dân",
        Col.ASSIGNED_ON: given,
        Col.DUE: day,
        Col.ROLE: "Chủ trì",
        Col.OWN_PLAN: "Không",
        Col.AREA: next(iter(AREAS.values())),
    }
    old = shown | {
        Col.UNIT: code or name,
        Col.TITLE: "Công khai kết quả giải quyết thủ tục hành chính",
        Col.ROLE: "Phối hợp",
        Col.COMPLETED_ON: day - timedelta(days=3),
        Col.PRODUCT_NUMBER: "45/BC-UBND",
        Col.PRODUCT_DATE: day - timedelta(days=4),
        Col.RESULT: "Đã báo cáo đủ số liệu",
    }
    for number, task in enumerate((shown, old), start=2):
        for place, column in enumerate(Col, start=1):
            cell = example.cell(number, place)
            value = task.get(column, "")
            if isinstance(value, date):
                cell.value, cell.number_format = value, DAY
            else:
                put_text(cell, value)
            cell.font, cell.border, cell.alignment = _PLAIN, _BOX, _TOP


def _lists(lists: Worksheet, units: Sequence[Unit]) -> None:
    """What the list's cells may be chosen from; the units stand in the order given."""
    table: list[tuple[str | date | None, ...]] = [
        ("Đơn vị", "Mã", "Lĩnh vực", "Đơn vị hoạt động đến hết ngày")
    ]
    areas = list(AREAS.values())
    for number in range(max(len(units), len(areas))):
        name, code, last = units[number] if number < len(units) else ("", "", None)
        table.append((name, code, areas[number] if number < len(areas) else "", last))
    for number, line in enumerate(table, start=1):
        for place, entry in enumerate(line, start=1):
            cell = lists.cell(number, place)
            if isinstance(entry, date):
                cell.value, cell.number_format = entry, DAY
            else:
                put_text(cell, entry or "")
            cell.font = _BOLD if number == 1 else _PLAIN
    for letter, width in zip("ABCD", (40, 14, 40, 32), strict=True):
        lists.column_dimensions[letter].width = width
    lists.freeze_panes = "A2"


def _on_paper(sheet: Worksheet | WriteOnlyWorksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def write_marked(sheet: TaskSheet, faults: Iterable[Fault]) -> bytes:
    """The list as it was sent, every cell with a fault red and its reason at the end of the row.

    Its sheet may be mended and sent as it is; a second one names every fault.
    """
    faults = list(faults)
    by_row: dict[int, dict[str, str]] = {}
    for fault in faults:
        letters = fault.place.rstrip("0123456789")
        by_row.setdefault(int(fault.place[len(letters) :] or 0), {})[letters] = fault.reason
    book = Workbook(write_only=True)
    page = book.create_sheet(SHEET)
    _on_paper(page)
    page.freeze_panes, page.print_title_rows = "A2", "1:1"
    # A list that was marked before has its reasons in the last column: they are written anew.
    places = [at for at, raw in sheet.header.cells.items() if raw.value != FAULTS_COLUMN]
    last = min(max(places, default=1), _FURTHEST_COLUMN)
    widths: list[int] = []
    for place in range(1, last + 1):
        column = next((c for c, at in sheet.columns.items() if at == place), None)
        widths.append(_WIDTHS.get(column, 16) if column else 16)
    widths.append(_REASONS_WIDTH)
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    heads = [_marked(page, sheet.header.cells.get(at), "", _HEAD) for at in range(1, last + 1)]
    page.append([*heads, _marked(page, Raw(Kind.TEXT, FAULTS_COLUMN), "", _HEAD)])
    book_row = 1
    for row in sheet.rows:
        while book_row + 1 < row.number <= _FURTHEST_ROW:
            page.append([])
            book_row += 1
        book_row += 1
        wrong = by_row.get(row.number, {})
        cells = [
            _marked(page, row.cells.get(at), wrong.get(get_column_letter(at), ""), None)
            for at in range(1, last + 1)
        ]
        said = WriteOnlyCell(page)
        said.font, said.alignment = _PLAIN, _TOP
        reasons = "\n".join(f"{letters}{row.number}: {reason}" for letters, reason in wrong.items())
        page.row_dimensions[book_row].height = _height([*(cell.value for cell in cells), reasons], widths)
        page.append([*cells, put_text(said, reasons)])
        # Written already: kept, the heights of a long list would fill the memory.
        del page.row_dimensions[book_row]
    _fault_list(book.create_sheet("Danh sách lỗi"), faults)
    return _bytes(book)


def _height(values: Sequence[object], widths: Sequence[int]) -> float:
    """Programs do not measure the rows of a file they open: wrapped text would lie over the next one."""
    texts = ((value, width) for value, width in zip(values, widths, strict=False) if isinstance(value, str))
    lines = max((wrapped(text, width - 2) for text, width in texts), default=1)
    return min(15.0 * lines, _HIGHEST)


def _marked(page: WriteOnlyWorksheet, raw: Raw | None, wrong: str, fill: PatternFill | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(page)
    cell.font, cell.alignment = (_BOLD if fill else _PLAIN), _TOP
    if fill or wrong:
        cell.fill, cell.border = (_RED if wrong else fill), _BOX
    if raw is None:
        return cell
    if raw.kind is Kind.FORMULA:
        put_text(cell, "(công thức)")
    elif isinstance(raw.value, date):
        cell.value, cell.number_format = raw.value, DAY
    elif isinstance(raw.value, Decimal):
        cell.value = raw.value
    elif raw.value is not None:
        put_text(cell, str(raw.value))
    return cell


def _fault_list(page: WriteOnlyWorksheet, faults: Iterable[Fault]) -> None:
    _on_paper(page)
    page.freeze_panes, page.print_title_rows = "A2", "1:1"
    for letter, width in zip("ABC", (16, 10, 100), strict=True):
        page.column_dimensions[letter].width = width
    for number, row in enumerate(
        [("Trang tính", "Ô", "Lý do"), *((f.sheet, f.place, f.reason) for f in faults)]
    ):
        cells = []
        for words in row:
            cell = WriteOnlyCell(page)
            cell.font, cell.alignment = (_PLAIN if number else _BOLD), _TOP
            cells.append(put_text(cell, words))
        page.append(cells)


def _bytes(book: Workbook) -> bytes:
    book.properties.creator, book.properties.title = "Soát", "Danh sách nhiệm vụ"
    file = BytesIO()
    book.save(file)
    return file.getvalue()
