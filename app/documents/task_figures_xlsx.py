"""The figures of tasks as a workbook: one sheet with the table and its sums, one with the months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app import vietnamese as vi
from app.domain.task_history import By, Point, Question, Tally, total
from app.domain.tasks import Basis, Rate

from .lists_xlsx import MOST_PART
from .minutes.archive import workbook_bytes
from .minutes.paper import (
    COUNT,
    FONT,
    PERCENT,
    REFERENCE_LOOK,
    TITLE_LOOK,
    Block,
    Formula,
    Look,
    Looks,
    Page,
    Paper,
    ratio,
)

TITLE, TREND = "Số liệu nhiệm vụ", "Theo tháng"
_FILL = "D9E2EC"
_HEAD = Look(size=10, bold=True, across="center", box=True, fill=_FILL)
_TEXT = Look(size=10, box=True)
_NUMBER = Look(size=10, across="center", box=True, number=COUNT)
_PERCENT = Look(size=10, across="center", box=True, number=PERCENT)
_DAY = Look(size=10, across="center", box=True, number="dd/mm/yyyy")
_SUM_TEXT = Look(size=10, bold=True, box=True, fill=_FILL)
_SUM_NUMBER = Look(size=10, bold=True, across="center", box=True, number=COUNT, fill=_FILL)
_SUM_PERCENT = Look(size=10, bold=True, across="center", box=True, number=PERCENT, fill=_FILL)
_NOTE = Look(size=10, italic=True)
_BY = {By.UNIT: "Đơn vị", By.DIRECTIVE: "Văn bản giao việc", By.AREA: "Lĩnh vực"}
# Points of paper.
_PLACE, _NAME, _COUNT_WIDTH, _RATE_WIDTH = 26, 170, 40, 48
_GROUPS = (
    ("", 2),
    ("Tổng số", 1),
    ("Đã hoàn thành", 4),
    ("Chưa hoàn thành", 4),
    ("Đã đến hạn", 2),
    ("Tỷ lệ", 4),
)
_HEADS = (
    "T",
    *("H", "Đúng hạn", "Quá hạn", "Không hạn"),
    *("C", "Trong hạn", "Quá hạn", "Không hạn"),
    *("Tổng số", "Đã xong"),
    *("Hoàn thành", "Hoàn thành/ đến hạn", "Đúng hạn", "Quá hạn chưa xong"),
)
_FIRST = 3
# Numerator and denominator of the four rates, by the letters of their columns.
_RATES = (("D{row}", "C{row}"), ("M{row}", "L{row}"), ("E{row}", "(E{row}+F{row})"), ("J{row}", "C{row}"))


@dataclass(frozen=True, slots=True)
class Heading:
    """What was asked, and the names of the rows; ``unit`` empty: all the person may see."""

    asked: Question
    unit: str
    names: tuple[str, ...]


def write_figures(heading: Heading, tallies: Sequence[Tally], trend: Sequence[Point], now: datetime) -> bytes:
    """The .xlsx file; sums and rates are formulas that carry their values."""
    book = Workbook(write_only=True)
    book._named_styles["Normal"].font = Font(name=FONT, size=11)
    looks = Looks()
    values = {TITLE: _table(book, looks, heading, tallies), TREND: _months(book, looks, heading, trend)}
    return workbook_bytes(book, values, now, TITLE)


def _titles(paper: Paper, name: str, lines: Sequence[str]) -> None:
    columns = len(paper.widths)
    paper.row(Block(name, TITLE_LOOK, columns))
    for line in lines:
        paper.row(Block(line, REFERENCE_LOOK, columns))
    paper.gap(6)


def _table(
    book: Workbook, looks: Looks, heading: Heading, tallies: Sequence[Tally]
) -> dict[str, Decimal | int]:
    widths = [_PLACE, _NAME, *[_COUNT_WIDTH] * 11, *[_RATE_WIDTH] * 4]
    asked = heading.asked
    paper = Paper(book, looks, TITLE, widths, Page(landscape=True, left=15), repeat=(5, 6))
    basis = "hạn giao ban đầu" if asked.basis is Basis.ORIGINAL else "hạn hiện tại, kể cả đã gia hạn"
    _titles(
        paper,
        "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO",
        [
            " – ".join(filter(None, (heading.unit, _period(asked)))),
            f"Số liệu tính đến ngày {vi.date_short(asked.day)}, theo {basis}",
        ],
    )
    paper.row(*(Block(text, _HEAD, span) for text, span in _GROUPS), keep=True)
    paper.row(*(Block(text, _HEAD) for text in ("TT", _BY[asked.by], *_HEADS)), keep=True)
    first = paper.next_row
    for place, (name, tally) in enumerate(zip(heading.names, tallies, strict=True), 1):
        paper.row(
            Block(place, _NUMBER),
            Block(name, _TEXT),
            *(Block(number, _NUMBER) for number in _numbers(tally)),
            *_rates(tally, _PERCENT),
        )
    sum_, last = total(tallies), paper.next_row - 1
    paper.row(
        Block("", _SUM_TEXT),
        Block("Tổng cộng", _SUM_TEXT),
        *(
            Block(_sum_of(column, first, last, number), _SUM_NUMBER)
            for column, number in enumerate(_numbers(sum_), _FIRST)
        ),
        *_rates(sum_, _SUM_PERCENT),
    )
    paper.gap(6)
    for note in (
        "T: nhiệm vụ giao trong kỳ và các kỳ trước chuyển sang, chỉ tính đơn vị chủ trì; không tính nhiệm vụ"
        " tạm hoãn, hủy, chuyển đơn vị khác. H: đã được xác nhận hoàn thành đến ngày tính số liệu. C = T − H.",
        "Hoàn thành = H/T; hoàn thành/đến hạn = đã xong/tổng số nhiệm vụ đã đến hạn; đúng hạn = H đúng hạn/"
        "(H đúng hạn + H quá hạn); quá hạn chưa xong = C quá hạn/T.",
    ):
        paper.paragraph(note, _NOTE, air=3)
    paper.finish()
    return paper.values


def _numbers(tally: Tally) -> tuple[int, ...]:
    one = tally.counts
    return (
        one.total,
        *(one.done, one.done_on_time, one.done_late, one.done_no_due),
        *(one.open, one.open_in_time, one.open_overdue, one.open_no_due),
        *(tally.due.d, tally.due.n),
    )


def _sum_of(column: int, first: int, last: int, number: int) -> int | Formula:
    letter = get_column_letter(column)
    return Formula(f"=SUM({letter}{first}:{letter}{last})", number) if last >= first else number


def _rates(tally: Tally, look: Look) -> list[Block]:
    return [_rate(rate, n, d, look) for rate, (n, d) in zip(tally.rates, _RATES, strict=True)]


def _rate(rate: Rate, n: str, d: str, look: Look) -> Block:
    """0/0 is «–», for there is nothing it could be a part of; with one task left it never shows 100%, as on pages."""
    if not rate.d:
        return Block(vi.NOTHING, look)
    share = ratio(rate.n, rate.d)
    if MOST_PART < share < 1:
        return Block(Formula(f"=MIN({n}/{d},{MOST_PART})", MOST_PART), look)
    return Block(Formula(f"={n}/{d}", share), look)


def _months(
    book: Workbook, looks: Looks, heading: Heading, trend: Sequence[Point]
) -> dict[str, Decimal | int]:
    paper = Paper(book, looks, TREND, [130, 100, 100, 100], Page(), repeat=(5, 5))
    _titles(
        paper,
        "XU HƯỚNG THEO THÁNG",
        [heading.unit or "Tất cả đơn vị", "Nhiệm vụ của năm, tính đến cuối mỗi tháng"],
    )
    paper.row(*(Block(text, _HEAD) for text in ("Tính đến ngày", "Đã hoàn thành (H)", "Tổng số (T)", "H/T")))
    for point in trend:
        paper.row(
            Block(point.day, _DAY),
            Block(point.done.n, _NUMBER),
            Block(point.done.d, _NUMBER),
            _rate(point.done, "B{row}", "C{row}", _PERCENT),
        )
    paper.finish()
    return paper.values


def _period(asked: Question) -> str:
    if asked.period.label:
        return f"Nhiệm vụ năm {asked.period.label}"
    return f"Nhiệm vụ từ {vi.date_short(asked.period.start)} đến {vi.date_short(asked.period.end)}"
