"""The scores side by side as a workbook, as the person who asks may see them; sums are formulas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font

from app import vietnamese as vi
from app.domain.answers import AnswerState
from app.domain.checklists import Area
from app.domain.explanations import Stance
from app.domain.scores import Column, Line, Table
from app.domain.scoring import Sum, index_of

from .minutes.archive import workbook_bytes
from .minutes.paper import (
    FONT,
    POINTS,
    REFERENCE_LOOK,
    TITLE_LOOK,
    Block,
    Formula,
    Look,
    Looks,
    Page,
    Paper,
    hundredths,
)

TITLE = "So sánh điểm"
NOT_APPLICABLE, NOT_SCORED = "Không áp dụng", vi.NOTHING
_AREA = "D9E2EC"
_NAMES = {
    Column.OWN: "Tự chấm",
    Column.FIRST: "Thẩm định lần 1",
    Column.SECOND: "Thẩm định lần 2",
    Column.FINAL: "Điểm cuối",
}
_HEAD = Look(size=10, bold=True, across="center", box=True, fill=_AREA)
_TEXT = Look(size=10, down="top", box=True)
_NUMBER = Look(size=10, across="center", down="top", box=True, number=POINTS)
_NOTE = Look(size=9, italic=True, across="center", down="top", box=True)
_AREA_TEXT = Look(size=10, bold=True, down="top", box=True, fill=_AREA)
_AREA_NUMBER = Look(size=10, bold=True, across="center", down="top", box=True, number=POINTS, fill=_AREA)
_TOTAL_TEXT = Look(size=10, bold=True, down="top", box=True)
_TOTAL_NUMBER = Look(size=10, bold=True, across="center", down="top", box=True, number=POINTS)
# Points of paper; what is left of the page goes to the reasons.
_CODE, _CONTENT, _POINTS, _WHOLE = 38, 210, 46, 740


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above and below the table; hundredths, ``index`` is the result of the last column.

    ``locked``: the last column will not change any more.
    """

    unit: str
    period: str
    inspected_on: date
    bonus: int = 0
    deduction: int = 0
    bonus_reason: str = ""
    deduction_reason: str = ""
    index: int | None = None
    grade: str = ""
    locked: bool = True


def write_scores(table: Table, heading: Heading, now: datetime) -> bytes:
    """The .xlsx file."""
    book = Workbook(write_only=True)
    book._named_styles["Normal"].font = Font(name=FONT, size=11)
    numbers = 1 + len(table.columns)
    texts = [
        *(["reason"] if table.rounds else []),
        *(["said"] if table.explained else []),
        *(["again"] if table.rounds == 2 else []),
    ]
    room = (_WHOLE - _CODE - _CONTENT - numbers * _POINTS) / max(len(texts), 1)
    widths = [_CODE, _CONTENT, *[_POINTS] * numbers, *[room] * len(texts)]
    paper = Paper(book, Looks(), TITLE, widths, Page(landscape=True, left=20), repeat=(3, 3))
    _heading(paper, heading)
    names = {
        "reason": "Lý do thẩm định lần 1" if table.rounds == 2 or table.explained else "Lý do thẩm định",
        "said": "Giải trình của đơn vị",
        "again": "Lý do thẩm định lần 2",
    }
    titles = [
        "Mã",
        "Nội dung",
        "Điểm tối đa",
        *(_name(table, heading, c) for c in table.columns),
        *(names[t] for t in texts),
    ]
    paper.row(*(Block(title, _HEAD) for title in titles))
    areas = [_area(paper, table, area, texts) for area in table.checklist.areas]
    _total(paper, table, heading, areas, texts)
    paper.finish(fixed=True)
    return workbook_bytes(book, {TITLE: paper.values}, now, f"{TITLE} – {heading.unit}")


def _name(table: Table, heading: Heading, column: Column) -> str:
    if column is Column.FIRST and table.rounds == 1 and not table.explained:
        return "Thẩm định"
    return "Điểm hiện tại" if column is Column.FINAL and not heading.locked else _NAMES[column]


def _heading(paper: Paper, heading: Heading) -> None:
    columns = len(paper.widths)
    paper.row(Block("BẢNG SO SÁNH ĐIỂM", TITLE_LOOK, columns))
    parts = [heading.unit, f"kiểm tra ngày {vi.date_short(heading.inspected_on)}", heading.period]
    paper.row(Block(" – ".join(filter(None, parts)), REFERENCE_LOOK, columns), air=8)


def _area(paper: Paper, table: Table, area: Area, texts: list[str]) -> int:
    """The area's row, which adds up its criteria, and these; gives the number of the area's row."""
    rows = [row for line in table.lines_of(area) for row in paper.split(*_line(line, table, texts))]
    start = paper.next_row + 1
    span = f"{start}:{{0}}{start + len(rows) - 1}"
    maximum = sum(criterion.max_points for criterion in area.criteria)
    number = paper.row(
        Block(area.code, _AREA_TEXT),
        Block(area.name, _AREA_TEXT),
        _sum("C", span, hundredths(maximum)),
        *(_sum("DEFG"[i], span, _points_of(table.sum_of(c, area))) for i, c in enumerate(table.columns)),
        *(Block("", _AREA_TEXT) for _ in texts),
        keep=True,
    )
    for row in rows:
        paper.row(*row)
    return number


def _sum(column: str, span: str, points: Decimal | None) -> Block:
    if points is None:
        return Block(NOT_SCORED, _AREA_NUMBER)
    return Block(Formula(f"=SUM({column}{span.format(column)})", points), _AREA_NUMBER)


def _points_of(total: Sum) -> Decimal | None:
    """Nothing scored is no sum: it is not 0."""
    return hundredths(total.points) if total.answered else None


def _line(line: Line, table: Table, texts: list[str]) -> tuple[Block, ...]:
    words = {
        "reason": _reason(line.first),
        "said": _said(line),
        "again": _reason(line.second) if line.changed else "",
    }
    return (
        Block(line.criterion.code, _TEXT),
        Block(line.criterion.text, _TEXT),
        Block(hundredths(line.criterion.max_points), _NUMBER),
        *(_points(line.of(column)) for column in table.columns),
        *(Block(words[text], _TEXT) for text in texts),
    )


def _points(answer: AnswerState) -> Block:
    """Three kinds of empty stay apart: not applicable, not scored, and 0."""
    if answer.scored.not_applicable:
        return Block(NOT_APPLICABLE, _NOTE)
    if answer.points is None:
        return Block(NOT_SCORED, _NOTE)
    return Block(hundredths(answer.points), _NUMBER)


def _reason(answer: AnswerState) -> str:
    return "\n".join(filter(None, (answer.reason, answer.na_reason)))


def _said(line: Line) -> str:
    said = line.said
    if said.stance is not Stance.ACCEPT:
        return said.text
    agreed = "Đồng ý với điểm công bố trước đó" if line.agreed_before else "Đồng ý"
    return "\n".join(filter(None, (agreed, said.text)))


def _total(paper: Paper, table: Table, heading: Heading, areas: list[int], texts: list[str]) -> None:
    planned: list[tuple[Block, ...]] = []

    def row(name: str, *values: str | Decimal | Formula, reason: str = "") -> None:
        blocks = [Block(value, _TOTAL_NUMBER) for value in values]
        said = [reason, *[""] * (len(texts) - 1)] if texts else []
        words = (Block(text, _TEXT if text else _TOTAL_TEXT) for text in said)
        planned.extend(
            paper.split(Block("", _TOTAL_TEXT), Block(name, _TOTAL_TEXT), *blocks, *words),
        )

    def whole(column: str, points: Decimal | None) -> str | Formula:
        if points is None:
            return NOT_SCORED
        return Formula(f"=SUM({','.join(f'{column}{area}' for area in areas)})", points)

    sums = [table.sum_of(column) for column in table.columns]
    maximum = sum(criterion.max_points for criterion in table.checklist.criteria)
    row(
        "Tổng cộng",
        whole("C", hundredths(maximum)),
        *(whole("DEFG"[place], _points_of(one)) for place, one in enumerate(sums)),
    )
    most = [hundredths(one.max_points) if one.answered else NOT_SCORED for one in sums]
    row("Điểm tối đa áp dụng", "", *most)
    indexes = [index_of(one.points, one.max_points) if one.answered else None for one in sums]
    row("Quy đổi (thang điểm 100)", "", *(NOT_SCORED if i is None else hundredths(i) for i in indexes))
    blanks = [""] * len(sums)
    if table.rounds and (heading.bonus or heading.deduction):
        row("Điểm thưởng", *blanks, hundredths(heading.bonus), reason=heading.bonus_reason)
        row("Điểm trừ", *blanks, hundredths(-heading.deduction), reason=heading.deduction_reason)
    if table.rounds and heading.index is not None:
        row("Điểm sau thưởng, trừ", *blanks, hundredths(heading.index))
        row("Xếp loại dự kiến", *blanks, heading.grade or NOT_SCORED)
    # The totals stand together: none begins a page alone.
    for number, blocks in enumerate(planned, 1):
        paper.row(*blocks, keep=number < len(planned))
