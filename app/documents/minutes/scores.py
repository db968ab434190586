"""Sheet «PL1 Chấm điểm»: every criterion with both sides' points, sums as formulas.

After a second round there is a column more for the first, and one for what the unit said to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.minutes import Minutes
from app.domain.minutes_scores import AreaLine, CriterionLine, Sums
from app.domain.scoring import Scored, Sum

from . import words
from .paper import POINTS, SIGNED, Block, Formula, Look, Paper, Value, appendix_heading, hundredths

TITLE = "PL1 Chấm điểm"
NAME = "Bảng chấm điểm chi tiết"
_AREA, _GROUP = "D9E2EC", "F1F5F9"


HEAD = Look(size=10, bold=True, across="center", box=True, fill=_AREA)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns there are: a row is made with all of them, and those that are not wanted are left out."""

    first: bool = False
    said: bool = False

    @property
    def verified(self) -> str:
        return "F" if self.first else "E"

    @property
    def names(self) -> tuple[str, ...]:
        verified = ("Thẩm định lần 1", "Thẩm định lần 2") if self.first else ("Thẩm định",)
        said = ("Giải trình của đơn vị",) if self.said else ()
        return (
            *("Mã", "Nội dung", "Điểm tối đa", "Tự chấm"),
            *verified,
            *("Chênh lệch", "Lý do"),
            *said,
            "Tài liệu yêu cầu",
        )

    @property
    def widths(self) -> tuple[float, ...]:
        """Together as wide as the page."""
        text, reason, said, evidence = {
            (False, False): (236, 146, 0, 140),
            (True, False): (216, 132, 0, 128),
            (False, True): (200, 116, 114, 92),
            (True, True): (184, 106, 104, 82),
        }[self.first, self.said]
        first = (44,) if self.first else ()
        return (40, text, 44, 44, *first, 44, 46, reason, *((said,) if said else ()), evidence)

    def row(self, *parts: Block, first: Block, said: Block) -> tuple[Block, ...]:
        """``parts`` of the usual columns, with those of the two others in their places."""
        return (
            *parts[:4],
            *((first,) if self.first else ()),
            *parts[4:7],
            *((said,) if self.said else ()),
            *parts[7:],
        )


def _columns(minutes: Minutes) -> _Columns:
    return _Columns(minutes.two_rounds, minutes.explained)


def widths(minutes: Minutes) -> tuple[float, ...]:
    return _columns(minutes).widths


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
    columns = _columns(minutes)
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    paper.row(*(Block(text, HEAD) for text in columns.names))
    first = paper.next_row
    areas = []
    for area in minutes.areas:
        areas.append(paper.next_row)
        _area(paper, area, columns)
    _totals(paper, minutes, areas, first, columns)
    paper.finish(fixed=True)


def _area(paper: Paper, area: AreaLine, columns: _Columns) -> None:
    """The area's row, which adds up its groups, and under each group its criteria."""
    planned = [
        (group, [row for line in group.criteria for row in _rows(paper, line, columns)])
        for group in area.groups
    ]
    starts, at = [], paper.next_row + 1
    for _, rows in planned:
        starts.append(at)
        at += 1 + len(rows)
    _sums(paper, area.code, area.name, area, AREA, _sum_of(starts), columns)
    for (group, rows), start in zip(planned, starts, strict=True):
        formula = f"=SUM({{0}}{start + 1}:{{0}}{start + len(rows)})"
        _sums(paper, group.code, group.text, group, GROUP, formula, columns)
        for row in rows:
            paper.row(*row)


def _sum_of(rows: list[int]) -> str:
    """«=SUM({0}5,{0}12)», where {0} is the column."""
    return f"=SUM({','.join(f'{{0}}{row}' for row in rows)})" if rows else "=0"


def _sums(
    paper: Paper, code: str, text: str, sums: Sums, looks: _Looks, formula: str, columns: _Columns
) -> None:
    """A row of sums; no page ends after the heading of an area or a group."""

    def sum_(column: str, points: int, answered: int = 1) -> Block:
        if not answered:
            return Block(words.NOT_SCORED, looks.points)
        return Block(Formula(formula.format(column), hundredths(points)), looks.points)

    own, verified, before = sums.self_sum, sums.verified_sum, sums.first_sum

    paper.row(
        *columns.row(
            Block(code, looks.text),
            Block(text, looks.text),
            sum_("C", sums.max_points),
            sum_("D", own.points, own.answered),
            sum_(columns.verified, verified.points, verified.answered),
            _difference(sums.difference, looks, columns),
            Block("", looks.text),
            Block("", looks.text),
            first=sum_("E", before.points, before.answered),
            said=Block("", looks.text),
        ),
        keep=looks is not TOTAL,
    )


def _rows(paper: Paper, line: CriterionLine, columns: _Columns) -> list[tuple[Block, ...]]:
    return paper.split(
        *columns.row(
            Block(line.code, LINE.text),
            Block(line.text, LINE.text),
            Block(hundredths(line.max_points), LINE.points),
            _points(line.self_score),
            _points(line.verified),
            _difference(line.difference, LINE, columns),
            Block(words.reason(line), LINE.text),
            Block(line.evidence, LINE.text),
            first=_points(line.first),
            said=Block(line.explanation, LINE.text),
        )
    )


def _points(scored: Scored) -> Block:
    """Three kinds of empty stay apart: not applicable, not scored, and 0."""
    if scored.not_applicable:
        return Block(words.NOT_APPLICABLE, LINE.note)
    if scored.points is None:
        return Block(words.NOT_SCORED, LINE.note)
    return Block(hundredths(scored.points), LINE.points)


def _difference(points: int | None, looks: _Looks, columns: _Columns) -> Block:
    if points is None:
        return Block("", looks.signed)
    return Block(Formula(f"=ROUND({columns.verified}{{row}}-D{{row}},2)", hundredths(points)), looks.signed)


def _totals(paper: Paper, minutes: Minutes, areas: list[int], first: int, columns: _Columns) -> None:
    last = paper.next_row - 1
    _sums(paper, "", "Tổng cộng", minutes, TOTAL, _sum_of(areas), columns)
    total = paper.next_row - 1

    def applicable(column: str, total_: Sum) -> Value:
        if not total_.answered:
            return words.NOT_SCORED
        marked = f'SUMIF({column}{first}:{column}{last},"{words.NOT_APPLICABLE}",C{first}:C{last})'
        return Formula(f"=C{total}-{marked}", hundredths(total_.max_points))

    def figures(name: str, own: Value, verified: Value, before: Value = "") -> None:
        text, points = TOTAL.text, TOTAL.points
        blank = Block("", text)
        blocks = (blank, Block(name, text), blank, Block(own, points), Block(verified, points))
        paper.row(*columns.row(*blocks, *[blank] * 3, first=Block(before, points), said=blank))

    own, verified, before = minutes.self_sum, minutes.verified_sum, minutes.first_sum
    figures(
        "Điểm tối đa áp dụng",
        applicable("D", own),
        applicable(columns.verified, verified),
        applicable("E", before),
    )
    figures(
        "Quy đổi (thang điểm 100)",
        _index(minutes.self_index),
        _index(minutes.index),
        _index(minutes.first_index),
    )
    if minutes.adjustments:
        for adjustment in minutes.adjustments:
            kind = "Điểm thưởng" if adjustment.points > 0 else "Điểm trừ"
            blank = Block("", LINE.text)
            paper.long_row(
                *columns.row(
                    *(blank, Block(kind, LINE.text), blank, blank),
                    Block(hundredths(adjustment.points), LINE.signed),
                    blank,
                    Block(adjustment.reason, LINE.text),
                    Block(adjustment.evidence, LINE.text),
                    first=blank,
                    said=blank,
                )
            )
        figures("Điểm sau thưởng, trừ", "", _index(minutes.final_index))
    figures("Xếp loại dự kiến", "", minutes.grade or words.NOT_SCORED)


def _index(index: int | None) -> Value:
    return words.NOT_SCORED if index is None else hundredths(index)
