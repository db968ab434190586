"""A sheet as paper: looks made once, rows written once, cells merged, pages set up.

All sheets are write-only, which is the fast way; merging works there too, the ranges are written
when the sheet is closed. Looks become style arrays that all cells looking alike share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import ceil

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
# Of the font's size.
LINE_HEIGHT = 1.2
CONTINUED = "(tiếp)"
# What a cell keeps free left and right of its text.
PADDING = 4.0
# No row of a workbook may be higher; and a third of a page still breaks well.
MOST_HEIGHT = 408.75
PIXEL = 0.75
MOST_LINES = 18
# Programs break a page some points earlier than counted: so much of it is never filled.
SPARE = 12.0


@dataclass(frozen=True, eq=False)
class Look:
    """How a cell looks. Looks are constants, told apart by identity: each becomes one style."""

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
TITLE_LOOK = Look(size=13, bold=True, across="center")
REFERENCE_LOOK = Look(size=12, italic=True, across="center")


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
    right: float = 15

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
        repeat: tuple[int, int] | None = None,
    ) -> None:
        """``widths`` of the columns in points; ``repeat``: first and last header row of every page."""
        self.sheet = book.create_sheet(title)
        self.looks = looks
        self.widths = tuple(widths)
        self.page = page
        self.repeat = repeat
        self.values: dict[str, Decimal | int] = {}
        self._heights: list[tuple[float, bool]] = []
        self._set_up(footer)

    @property
    def next_row(self) -> int:
        return len(self._heights) + 1

    @cached_property
    def width(self) -> float:
        return sum(self.widths)

    def row(self, *blocks: Block, height: float | None = None, air: float = 3, keep: bool = False) -> int:
        """Writes one row and returns its number.

        Its height is estimated, with ``air`` points to spare: merged cells do not grow with their text,
        and not every program lets the others grow. ``keep``: no page may end after this row.
        """
        number = self.next_row
        if height is None:
            height = self._estimate(blocks) + air
        cells: list[Cell | None] = []
        for block in blocks:
            column = len(cells) + 1
            cells.append(self._cell(block, number, column))
            if block.span > 1:
                cells.extend(self._empty(block.look) for _ in range(block.span - 1))
                if block.value is not None:
                    self._merge(column, number, column + block.span - 1, number)
        # Whole pixels, or programs round it down and pages end elsewhere than counted here.
        height = min(ceil(height / PIXEL) * PIXEL, MOST_HEIGHT)
        self.sheet.row_dimensions[number].height = height
        self.sheet.append(cells)
        self._heights.append((height, keep))
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

    def finish(self, *, fixed: bool = False) -> None:
        """Sets page breaks so that kept rows stay together.

        ``fixed`` sets every page break, for long tables that nobody edits; elsewhere only the needed
        ones, so that a row added by hand does not leave a page almost empty.
        """
        for row, needed in self._page_ends():
            if needed or fixed:
                self.sheet.row_breaks.append(Break(id=row))

    def _cell(self, block: Block, row: int, column: int) -> Cell | None:
        value = block.value
        if value is None:
            return self._empty(block.look)
        cell = WriteOnlyCell(self.sheet)
        style = self.looks.style(block.look, self.sheet)
        if isinstance(value, str):
            cell._style = copy(style)
            return put_text(cell, value)
        cell._style = style
        if isinstance(value, Formula):
            self.values[f"{get_column_letter(column)}{row}"] = value.value
            cell.value = value.text.format(row=row)
        else:
            cell.value = value
        return cell

    def _empty(self, look: Look) -> Cell | None:
        """A cell without a value; only lines and colours need one."""
        if not (look.box or look.line_above or look.fill):
            return None
        cell = WriteOnlyCell(self.sheet)
        cell._style = self.looks.style(look, self.sheet)
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
            look, text = block.look, block.value
            lines = count_lines(text, room, look.size, bold=look.bold) if isinstance(text, str) else 1
            highest = max(highest, lines * look.size * LINE_HEIGHT)
        return highest

    def _page_ends(self) -> Iterator[tuple[int, bool]]:
        """The last row of every page but the last, and whether the page ends early to keep rows together."""
        start, filled, room = 0, 0.0, self.page.height - SPARE
        for row, (height, _) in enumerate(self._heights):
            if filled + height <= room or row == start:
                filled += height
                continue
            first = row
            while first > start and self._heights[first - 1][1]:
                first -= 1
            if first == start:  # kept rows longer than a page
                first = row
            yield first, first < row
            start, filled = first, sum(h for h, _ in self._heights[first : row + 1])
            room = self.page.height - SPARE - self._repeated_height

    @cached_property
    def _repeated_height(self) -> float:
        """Of the header rows that every page but the first begins with."""
        if not self.repeat:
            return 0
        first, last = self.repeat
        return sum(height for height, _ in self._heights[first - 1 : last])

    def _set_up(self, footer: str) -> None:
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
        if self.repeat:
            sheet.print_title_rows = f"{self.repeat[0]}:{self.repeat[1]}"


def hundredths(points: int) -> Decimal:
    """Whole hundredths as the exact number of a cell."""
    return Decimal(points).scaleb(-2)


def ratio(n: int, d: int) -> Decimal:
    """n/d for a cell that shows a percentage."""
    return Decimal(n) / Decimal(d)


def appendix_heading(paper: Paper, number: int, name: str, reference: str) -> None:
    """«Phụ lục 1», its name in capitals, and which minutes it belongs to."""
    columns = len(paper.widths)
    paper.row(Block(f"Phụ lục {number}", TITLE_LOOK, columns))
    paper.row(Block(name.upper(), TITLE_LOOK, columns))
    paper.row(Block(reference, REFERENCE_LOOK, columns), air=8)
