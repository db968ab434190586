"""A sheet as paper: looks made once, rows written once, cells merged, pages set up.

All sheets are write-only, which is the fast way; merging works there too, the ranges are written
when the sheet is closed. Looks become style arrays that all cells looking alike share.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from app.documents.cells import clean, put_text

from .lines import count_lines, pieces

FONT = "Times New Roman"
PAPER_A4 = 9
# One unit of column width is the widest digit of the default font: 7 pixels, 5.25 points.
POINTS_PER_UNIT = 5.25
INCHES_PER_MM = 1 / 25.4
POINTS_PER_MM = 72 / 25.4
# Number formats; the office's own settings show comma and dots.
POINTS = "#,##0.00"
SIGNED = "+#,##0.00;-#,##0.00;0.00"
COUNT = "#,##0"
PERCENT = "0.00%"
DATE = "dd/mm/yyyy"
CONTINUED = "(tiếp)"
# What a cell keeps free left and right of its text.
PADDING = 5.0
# No row of a workbook may be higher than 409 points; a third of a page still breaks well.
MOST_LINES = 18


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks; equal looks share one style of the workbook."""

    size: float = 11
    bold: bool = False
    italic: bool = False
    across: str = "left"
    down: str = "center"
    box: bool = False
    line_above: bool = False
    number: str = "General"
    fill: str = ""


BLANK = Look()


@dataclass(frozen=True, slots=True)
class Formula:
    """One of our own formulas and the value it has now; ``{row}`` stands for the row it is in."""

    text: str
    value: Decimal | int


Value = str | int | Decimal | date | Formula | None


@dataclass(frozen=True, slots=True)
class Block:
    """A value over ``span`` columns."""

    value: Value
    look: Look
    span: int = 1


class Looks:
    """The workbook's styles, one per look."""

    def __init__(self) -> None:
        self._styles: dict[Look, StyleArray] = {}

    def style(self, look: Look, sheet: object) -> StyleArray:
        found = self._styles.get(look)
        if found is None:
            found = self._styles[look] = self._make(look, sheet)
        return found

    @staticmethod
    def _make(look: Look, sheet: object) -> StyleArray:
        cell = WriteOnlyCell(sheet)
        cell.font = Font(name=FONT, size=look.size, bold=look.bold, italic=look.italic)
        cell.alignment = Alignment(horizontal=look.across, vertical=look.down, wrap_text=True)
        cell.number_format = look.number
        thin = Side(style="thin")
        if look.box:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        elif look.line_above:
            cell.border = Border(top=thin)
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
        return cell._style


@dataclass(frozen=True, slots=True)
class Page:
    """Paper and margins, in millimetres."""

    landscape: bool = False
    top: float = 20
    bottom: float = 20
    left: float = 30
    right: float = 20

    @property
    def height(self) -> float:
        """The height of the text on one page, in points."""
        return ((210 if self.landscape else 297) - self.top - self.bottom) * POINTS_PER_MM


class Paper:
    """One sheet under construction: rows from top to bottom, then :meth:`finish`."""

    def __init__(
        self,
        book: Workbook,
        looks: Looks,
        title: str,
        widths: Sequence[float],
        page: Page,
        footer: str = "",
        repeat: str = "",
    ) -> None:
        """``widths`` of the columns in points; ``repeat``: header rows of every page, as «4:5»."""
        self.sheet = book.create_sheet(title)
        self.looks = looks
        self.widths = tuple(widths)
        self.page = page
        self.values: dict[str, Decimal | int] = {}
        self._heights: list[tuple[float, bool]] = []
        self._set_up(footer, repeat)

    @property
    def next_row(self) -> int:
        return len(self._heights) + 1

    @cached_property
    def width(self) -> float:
        return sum(self.widths)

    def row(self, *blocks: Block, height: float | None = None, air: float = 3, keep: bool = False) -> int:
        """Writes one row and returns its number.

        A merged row gets an estimated height with ``air`` points to spare; others grow by themselves.
        ``keep``: no page may end after this row.
        """
        number = self.next_row
        if height is None and any(b.span > 1 and b.value is not None for b in blocks):
            height = self._estimate(blocks) + air
        cells: list[Cell | None] = []
        for block in blocks:
            column = len(cells) + 1
            cells.append(self._cell(block, number, column))
            if block.span > 1:
                beside = [
                    self._cell(replace(block, value=None), number, column) for _ in range(block.span - 1)
                ]
                cells.extend(beside)
                if block.value is not None:
                    self._merge(column, number, column + block.span - 1, number)
        if height is not None:
            self.sheet.row_dimensions[number].height = round(min(height, 409), 2)
        self.sheet.append(cells)
        self._heights.append((height or 0, keep))
        return number

    def long_row(self, *blocks: Block, keep: bool = False) -> None:
        """A row whose texts may be too long for one row of a workbook."""
        for row in self.split(*blocks):
            self.row(*row, keep=keep)

    def split(self, *blocks: Block) -> list[tuple[Block, ...]]:
        """The rows that ``blocks`` need: what is too long goes on below, marked «(tiếp)» in front."""
        texts: list[list[str]] = []
        column = 0
        for block in blocks:
            room = sum(self.widths[column : column + block.span]) - PADDING
            column += block.span
            text = clean(block.value) if isinstance(block.value, str) else ""
            texts.append(pieces(text, room, block.look.size, MOST_LINES, bold=block.look.bold))
        rows = [blocks]
        for part in range(1, max(len(text) for text in texts)):
            values = [text[part] if part < len(text) else "" for text in texts]
            rows.append(tuple(replace(b, value=v) for b, v in zip(blocks, values, strict=True)))
            rows[-1] = (replace(rows[-1][0], value=rows[-1][0].value or CONTINUED), *rows[-1][1:])
        firsts = (b if len(t) == 1 else replace(b, value=t[0]) for b, t in zip(blocks, texts, strict=True))
        return [tuple(firsts), *rows[1:]]

    def paragraph(self, text: str, look: Look, *, air: float = 6, keep: bool = False) -> None:
        """Text over the whole width; what is longer than a good part of a page goes on in the next row."""
        for piece in pieces(clean(text), self.width - PADDING, look.size, MOST_LINES, bold=look.bold):
            self.row(Block(piece, look, len(self.widths)), air=air, keep=keep)

    def gap(self, height: float, *, keep: bool = False) -> None:
        self.row(height=height, keep=keep)

    def merge_down(self, column: int, top: int, bottom: int) -> None:
        self._merge(column, top, column, bottom)

    def finish(self) -> None:
        for row in self._forced_breaks():
            self.sheet.row_breaks.append(Break(id=row))

    def _cell(self, block: Block, row: int, column: int) -> Cell | None:
        if block.value is None and block.look is BLANK:
            return None
        cell = WriteOnlyCell(self.sheet)
        style = self.looks.style(block.look, self.sheet)
        value = block.value
        if isinstance(value, str):
            cell._style = copy(style)
            put_text(cell, value)
        else:
            cell._style = style
            if isinstance(value, Formula):
                self.values[f"{get_column_letter(column)}{row}"] = value.value
                cell.value = value.text.format(row=row)
            else:
                cell.value = value
        return cell

    def _merge(self, left: int, top: int, right: int, bottom: int) -> None:
        self.sheet.merged_cells.ranges.add(
            CellRange(min_col=left, min_row=top, max_col=right, max_row=bottom)
        )

    def _estimate(self, blocks: Sequence[Block]) -> float:
        """The height of the highest text of a row."""
        highest, column = 0.0, 0
        for block in blocks:
            room = sum(self.widths[column : column + block.span]) - PADDING
            column += block.span
            size = block.look.size
            lines = (
                count_lines(block.value, room, size, bold=block.look.bold)
                if isinstance(block.value, str)
                else 1
            )
            highest = max(highest, lines * size * 1.2)
        return highest

    def _forced_breaks(self) -> list[int]:
        """Rows after which a page must end, so that kept rows stay together."""
        breaks = []
        start, filled = 0, 0.0
        for row, (height, _) in enumerate(self._heights):
            if filled + height <= self.page.height or row == start:
                filled += height
                continue
            first = row
            while first > start + 1 and self._heights[first - 1][1]:
                first -= 1
            if first < row and first > start + 1:
                breaks.append(first)
            else:
                first = row
            start, filled = first, sum(h for h, _ in self._heights[first : row + 1])
        return breaks

    def _set_up(self, footer: str, repeat: str) -> None:
        sheet, page = self.sheet, self.page
        for column, width in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(column)].width = round(width / POINTS_PER_UNIT, 2)
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.paperSize = PAPER_A4
        sheet.page_setup.orientation = "landscape" if page.landscape else "portrait"
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        # Appendices are numbered each by itself (NĐ 30/2020/NĐ-CP, Phụ lục I).
        sheet.page_setup.firstPageNumber = 1
        sheet.page_setup.useFirstPageNumber = True
        sheet.page_margins = PageMargins(
            left=round(page.left * INCHES_PER_MM, 2),
            right=round(page.right * INCHES_PER_MM, 2),
            top=round(page.top * INCHES_PER_MM, 2),
            bottom=round(page.bottom * INCHES_PER_MM, 2),
            header=round(page.top / 2 * INCHES_PER_MM, 2),
            footer=round(page.bottom / 2 * INCHES_PER_MM, 2),
        )
        sheet.print_options.horizontalCentered = True
        parts = sheet.HeaderFooter
        parts.differentFirst = True  # no number on page 1
        parts.oddHeader.center.text = "&P"
        parts.oddHeader.center.font = f"{FONT},Regular"
        parts.oddHeader.center.size = 13
        for place in (parts.oddFooter, parts.firstFooter):
            place.right.text = footer
            place.right.font = f"{FONT},Regular"
            place.right.size = 8
        if repeat:
            sheet.print_title_rows = repeat


def hundredths(points: int) -> Decimal:
    """Whole hundredths as the exact number of a cell."""
    return Decimal(points).scaleb(-2)


def ratio(n: int, d: int) -> Decimal:
    """n/d for a cell that shows a percentage."""
    return Decimal(n) / Decimal(d)


def appendix_heading(paper: Paper, number: int, name: str, reference: str) -> None:
    """«Phụ lục 1», its name in capitals, and which minutes it belongs to."""
    columns = len(paper.widths)
    paper.row(Block(f"Phụ lục {number}", Look(size=13, bold=True, across="center"), columns))
    paper.row(Block(name.upper(), Look(size=13, bold=True, across="center"), columns))
    paper.row(Block(reference, Look(size=12, italic=True, across="center"), columns), air=8)
