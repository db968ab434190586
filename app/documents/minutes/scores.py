"""Sheet «PL1 Chấm điểm»: every criterion with both sides' points, sums as formulas."""

from __future__ import annotations

from app.domain.minutes import AreaLine, CriterionLine, Minutes, Sums
from app.domain.scoring import Scored

from . import words
from .paper import POINTS, SIGNED, Block, Formula, Look, Paper, Value, appendix_heading, hundredths

TITLE = "PL1 Chấm điểm"
NAME = "Bảng chấm điểm chi tiết"
WIDTHS = (40, 236, 44, 44, 44, 46, 146, 140)
HEADERS = (
    "Mã",
    "Nội dung",
    "Điểm tối đa",
    "Tự chấm",
    "Thẩm định",
    "Chênh lệch",
    "Lý do",
    "Tài liệu kiểm chứng",
)
_AREA, _GROUP = "D9E2EC", "F1F5F9"


HEAD = Look(size=10, bold=True, across="center", box=True, fill=_AREA)


class _Looks:
    """The looks of one kind of row."""

    def __init__(self, *, bold: bool = False, italic: bool = False, fill: str = "") -> None:
        self.text = Look(size=10, bold=bold, italic=italic, down="top", box=True, fill=fill)
        self.points = Look(
            size=10, bold=bold, italic=italic, across="center", down="top", box=True, number=POINTS, fill=fill
        )
        self.signed = Look(
            size=10, bold=bold, italic=italic, across="center", down="top", box=True, number=SIGNED, fill=fill
        )
        self.note = Look(size=9, italic=True, across="center", down="top", box=True, fill=fill)


AREA, GROUP, LINE, TOTAL = (
    _Looks(bold=True, fill=_AREA),
    _Looks(italic=True, fill=_GROUP),
    _Looks(),
    _Looks(bold=True),
)


def write(paper: Paper, minutes: Minutes, number: int) -> None:
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    paper.row(*(Block(text, HEAD) for text in HEADERS))
    first = paper.next_row
    areas = []
    for area in minutes.areas:
        areas.append(paper.next_row)
        _area(paper, area)
    _totals(paper, minutes, areas, first)
    paper.finish(fixed=True)


def _area(paper: Paper, area: AreaLine) -> None:
    """The area's row, which adds up its groups, and under each group its criteria."""
    planned = [
        (group, [row for line in group.criteria for row in _rows(paper, line)]) for group in area.groups
    ]
    starts, at = [], paper.next_row + 1
    for _, rows in planned:
        starts.append(at)
        at += 1 + len(rows)
    _sums(paper, area.code, area.name, area, AREA, _sum_of(starts))
    for (group, rows), start in zip(planned, starts, strict=True):
        _sums(paper, group.code, group.text, group, GROUP, f"=SUM({{0}}{start + 1}:{{0}}{start + len(rows)})")
        for row in rows:
            paper.row(*row)


def _sum_of(rows: list[int]) -> str:
    """«=SUM({0}5,{0}12)», where {0} is the column."""
    return f"=SUM({','.join(f'{{0}}{row}' for row in rows)})" if rows else "=0"


def _sums(paper: Paper, code: str, text: str, sums: Sums, looks: _Looks, formula: str) -> None:
    """A row of sums; no page ends after the heading of an area or a group."""
    own, verified = sums.self_sum, sums.verified_sum
    paper.row(
        Block(code, looks.text),
        Block(text, looks.text),
        Block(Formula(formula.format("C"), hundredths(sums.max_points)), looks.points),
        Block(Formula(formula.format("D"), hundredths(own.points)), looks.points),
        Block(Formula(formula.format("E"), hundredths(verified.points)), looks.points),
        _difference(sums.difference, looks),
        Block("", looks.text),
        Block("", looks.text),
        keep=looks is not TOTAL,
    )


def _rows(paper: Paper, line: CriterionLine) -> list[tuple[Block, ...]]:
    reason = line.reason
    if line.na_reason:
        reason = f"{reason}\n{line.na_reason}" if reason else line.na_reason
    return paper.split(
        Block(line.code, LINE.text),
        Block(line.text, LINE.text),
        Block(hundredths(line.max_points), LINE.points),
        _points(line.self_score),
        _points(line.verified),
        _difference(line.difference, LINE),
        Block(reason, LINE.text),
        Block(line.evidence, LINE.text),
    )


def _points(scored: Scored) -> Block:
    """Three kinds of empty stay apart: not applicable, not scored, and 0."""
    if scored.not_applicable:
        return Block(words.NOT_APPLICABLE, LINE.note)
    if scored.points is None:
        return Block(words.NOT_SCORED, LINE.note)
    return Block(hundredths(scored.points), LINE.points)


def _difference(points: int | None, looks: _Looks) -> Block:
    if points is None:
        return Block("", looks.signed)
    return Block(Formula("=ROUND(E{row}-D{row},2)", hundredths(points)), looks.signed)


def _totals(paper: Paper, minutes: Minutes, areas: list[int], first: int) -> None:
    last = paper.next_row - 1
    _sums(paper, "", "Tổng cộng", minutes, TOTAL, _sum_of(areas))
    total = paper.next_row - 1

    def applicable(column: str, maximum: int) -> Formula:
        marked = f'SUMIF({column}{first}:{column}{last},"{words.NOT_APPLICABLE}",C{first}:C{last})'
        return Formula(f"=C{total}-{marked}", hundredths(maximum))

    own, verified = minutes.self_sum, minutes.verified_sum
    _figures(
        paper, "Điểm tối đa áp dụng", applicable("D", own.max_points), applicable("E", verified.max_points)
    )
    _figures(paper, "Quy đổi (thang điểm 100)", _index(minutes.self_index), _index(minutes.index))
    if minutes.adjustments:
        for adjustment in minutes.adjustments:
            kind = "Điểm thưởng" if adjustment.points > 0 else "Điểm trừ"
            paper.long_row(
                Block("", LINE.text),
                Block(kind, LINE.text),
                Block("", LINE.text),
                Block("", LINE.text),
                Block(hundredths(adjustment.points), LINE.signed),
                Block("", LINE.text),
                Block(adjustment.reason, LINE.text),
                Block(adjustment.evidence, LINE.text),
            )
        _figures(paper, "Điểm sau thưởng, trừ", "", _index(minutes.final_index))
    _figures(paper, "Xếp loại dự kiến", "", minutes.grade or words.NOT_SCORED)


def _index(index: int | None) -> Value:
    return words.NOT_SCORED if index is None else hundredths(index)


def _figures(paper: Paper, name: str, own: Value, verified: Value) -> None:
    text, points = TOTAL.text, TOTAL.points
    paper.row(
        Block("", text),
        Block(name, text),
        Block("", text),
        Block(own, points),
        Block(verified, points),
        *[Block("", text)] * 3,
    )
