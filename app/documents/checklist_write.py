"""A :class:`Checklist` as the workbook it came from: same cells, same types, ready to print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from decimal import Decimal
from io import BytesIO
from math import ceil

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from app.domain.checklists import (
    Between,
    Checklist,
    Criterion,
    Levels,
    Penalty,
    Ratio,
    RuleKind,
    ZeroDen,
)

from .cells import put_text
from .checklist_columns import CRITERIA, INFO, Col, Label, Rank
from .checklist_rules import levels_as_text

Value = str | int | Decimal | datetime

_THIN = Side(style="thin", color="9AA7B1")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER_FILL = PatternFill("solid", fgColor="1F4E64")
_LABEL_FILL = PatternFill("solid", fgColor="E3EDF3")
_FILLS = {
    Rank.AREA: PatternFill("solid", fgColor="CFE0EA"),
    Rank.GROUP: PatternFill("solid", fgColor="EEF4F7"),
}
_FACE = "Times New Roman"
_FONTS = {
    Rank.AREA: Font(name=_FACE, size=11, bold=True),
    Rank.GROUP: Font(name=_FACE, size=10, bold=True),
    Rank.CRITERION: Font(name=_FACE, size=10),
}
_WIDTHS = (7, 6, 40, 9, 10, 32, 20, 20, 9.5, 9.5, 12, 14, 9, 14, 12, 26, 24, 22, 16)
_CENTRED = {Col.CODE, Col.RANK, Col.RULE, Col.BETWEEN, Col.ZERO_DEN, Col.MAY_BE_NA}
_NUMBER_FORMATS = {Col.POINTS: "0.00", Col.PER: "0.00", Col.FULL_AT: "General", Col.ZERO_BELOW: "General"}
_CHOICES = {
    Col.RANK: ",".join(Rank),
    Col.RULE: ",".join(RuleKind),
    Col.BETWEEN: ",".join(Between),
    Col.ZERO_DEN: ",".join(ZeroDen),
    Col.MAY_BE_NA: "x",
}
# Room for lines that the office adds below.
_CHOICES_TO = 3_001


def write_checklist(checklist: Checklist) -> bytes:
    """The workbook; reading it again gives an equal checklist (ids and bands apart)."""
    book = Workbook()
    _write_info(book.active, checklist)
    _write_criteria(book.create_sheet(CRITERIA), checklist)
    book.properties.title = checklist.name
    book.properties.creator = "Soát"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write_info(sheet: Worksheet, checklist: Checklist) -> None:
    sheet.title = INFO
    values: dict[Label, Value] = {
        Label.NAME: checklist.name,
        Label.VERSION: checklist.version,
        Label.LEVEL: checklist.level.value,
        Label.SCALE: _number(checklist.scale),
        Label.BONUS_MAX: _number(checklist.bonus_max),
        Label.DEDUCTION_MAX: _number(checklist.deduction_max),
        Label.VALID_FROM: datetime.combine(checklist.valid_from, time.min),
        Label.NOTE: checklist.note,
    }
    for row, (label, value) in enumerate(values.items(), start=1):
        name, cell = sheet.cell(row, 1), sheet.cell(row, 2)
        _put(name, label.value)
        _put(cell, value)
        _dress(name, Font(name=_FACE, size=11, bold=True), _LABEL_FILL)
        _dress(cell, Font(name=_FACE, size=11), None)
        if isinstance(value, str):
            cell.number_format = "@"
            sheet.row_dimensions[row].height = 3 + 15.5 * _lines(value, 80)
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 80
    sheet["B7"].number_format = "dd/mm/yyyy"
    _set_up_page(sheet, fit_to_height=1)


def _write_criteria(sheet: Worksheet, checklist: Checklist) -> None:
    for column, (name, width) in enumerate(zip(Col, _WIDTHS, strict=True), start=1):
        cell = sheet.cell(1, column)
        _put(cell, name.value)
        _dress(cell, Font(name=_FACE, size=10, bold=True, color="FFFFFF"), _HEADER_FILL, "center", "center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[1].height = 44
    last = 1
    for last, (rank, values) in enumerate(_rows(checklist), start=2):
        for column, name in enumerate(Col, start=1):
            cell = sheet.cell(last, column)
            _put(cell, values.get(name, ""))
            _dress(cell, _FONTS[rank], _FILLS.get(rank), _horizontal(name))
            cell.number_format = _NUMBER_FORMATS.get(name, "@")
        sheet.row_dimensions[last].height = _height(values)
    for name, choices in _CHOICES.items():
        _offer(sheet, name, choices)
    sheet.freeze_panes = "C2"
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:C"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(Col))}{last}"
    # Two pages wide, as many high as it takes.
    _set_up_page(sheet, fit_to_width=2)


def _rows(checklist: Checklist) -> Iterator[tuple[Rank, dict[Col, Value]]]:
    """The rows below the header in display order, each with its filled columns."""
    for area in checklist.areas:
        yield (
            Rank.AREA,
            _common(Rank.AREA, area.code, area.name, area.max_points, area.in_charge) | _na(area.may_be_na),
        )
        for group in area.groups:
            yield Rank.GROUP, _common(Rank.GROUP, group.code, group.text, group.max_points, group.in_charge)
            for criterion in group.criteria:
                yield Rank.CRITERION, _criterion(criterion)


def _common(rank: Rank, code: str, text: str, max_points: int, in_charge: str) -> dict[Col, Value]:
    return {
        Col.CODE: code,
        Col.RANK: rank.value,
        Col.TEXT: text,
        Col.POINTS: _number(max_points),
        Col.IN_CHARGE: in_charge,
    }


def _na(may_be_na: bool) -> dict[Col, Value]:
    return {Col.MAY_BE_NA: "x"} if may_be_na else {}


def _criterion(criterion: Criterion) -> dict[Col, Value]:
    c = criterion
    values = _common(Rank.CRITERION, c.code, c.text, c.max_points, c.in_charge) | _na(c.may_be_na)
    values |= {
        Col.RULE: c.rule.kind.value,
        Col.EVIDENCE: c.evidence,
        Col.LEGAL_BASIS: c.legal_basis,
        Col.FIGURE: c.figure,
    }
    match c.rule:
        case Levels(levels):
            values[Col.LEVELS] = levels_as_text(levels)
        case Ratio() as ratio:
            values |= {
                Col.NUMERATOR: ratio.numerator,
                Col.DENOMINATOR: ratio.denominator,
                Col.FULL_AT: ratio.full_at,
                Col.ZERO_BELOW: ratio.zero_below,
                Col.BETWEEN: ratio.between.value,
                Col.ZERO_DEN: ratio.zero_den.value,
            }
        case Penalty(per, fault_unit):
            values |= {Col.PER: per, Col.FAULT_UNIT: fault_unit}
    return values


def _number(hundredths: int) -> int | Decimal:
    whole, rest = divmod(hundredths, 100)
    return Decimal(hundredths) / 100 if rest else whole


def _put(cell: Cell, value: Value) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


def _dress(
    cell: Cell, font: Font, fill: PatternFill | None, horizontal: str = "left", vertical: str = "top"
) -> None:
    cell.font = font
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True)
    if fill:
        cell.fill = fill


def _horizontal(name: Col) -> str:
    if name in _NUMBER_FORMATS:
        return "right"
    return "center" if name in _CENTRED else "left"


def _height(values: dict[Col, Value]) -> float:
    """Excel does not fit the height of rows it did not write itself, so it is estimated here."""
    texts = ((values.get(name, ""), width) for name, width in zip(Col, _WIDTHS, strict=True))
    most = max(_lines(text, width) for text, width in texts if isinstance(text, str))
    return min(3 + 13.2 * most, 409)


def _lines(text: str, width: float) -> int:
    """Lines that wrapped text takes, with 1.3 letters of the narrow typeface to a unit of width."""
    return sum(max(1, ceil(len(line) / (width * 1.3))) for line in text.split("\n"))


def _offer(sheet: Worksheet, name: Col, choices: str) -> None:
    letter = get_column_letter(list(Col).index(name) + 1)
    offer = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True, showErrorMessage=True)
    offer.errorTitle, offer.error = name.value[:32], "Giá trị không có trong danh sách"
    offer.add(f"{letter}2:{letter}{_CHOICES_TO}")
    sheet.add_data_validation(offer)


def _set_up_page(sheet: Worksheet, fit_to_width: int = 1, fit_to_height: int = 0) -> None:
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = sheet.ORIENTATION_LANDSCAPE, sheet.PAPERSIZE_A4
    setup.fitToWidth, setup.fitToHeight = fit_to_width, fit_to_height
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left, margins.right, margins.top, margins.bottom = 0.59, 0.39, 0.59, 0.75
    sheet.oddFooter.center.text = "Trang &P/&N"
