"""Sheet «PL2 Tồn tại – Kiến nghị»: strengths, shortcomings, recommendations in both directions."""

from __future__ import annotations

from collections.abc import Mapping

from app import vietnamese as vi
from app.domain.minutes import FindingLine, Minutes, RecommendationLine
from app.domain.minutes_tasks import RemedyLine

from . import carried, supervised, words
from .labels import SEVERITIES
from .paper import Block, Look, Paper, appendix_heading

TITLE = "PL2 Tồn tại – Kiến nghị"
NAME = "Ưu điểm, tồn tại, hạn chế và kiến nghị"
WIDTHS = (32, 110, 48, 216, 68, 118, 84, 64)
FILL = "D9E2EC"
PART = Look(size=12, bold=True)
HEAD = Look(size=10, bold=True, across="center", box=True, fill=FILL)
CELL = Look(size=10, down="top", box=True)
MIDDLE = Look(size=10, across="center", down="top", box=True)


def write(paper: Paper, minutes: Minutes, number: int) -> None:
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    areas = {area.code: area.name for area in minutes.areas}
    _part(paper, "A. Ưu điểm")
    if minutes.strengths:
        _header(paper, ("STT", 1), *_where(minutes), ("Nội dung", 5))
        for n, finding in enumerate(minutes.strengths, 1):
            paper.long_row(Block(n, MIDDLE), *_place(minutes, finding, areas), Block(finding.text, CELL, 5))
    else:
        _nothing(paper)
    _part(paper, "B. Tồn tại, hạn chế")
    handed = carried.handed(minutes)
    if handed:
        _handed(paper, handed)
        _part(paper, carried.NEW)
    if minutes.shortcomings:
        _header(
            paper,
            ("STT", 1),
            *_where(minutes),
            *((text, 1) for text in ("Nội dung", "Mức độ", "Nguyên nhân")),
            ("Trách nhiệm", 1),
            ("Hạn khắc phục", 1),
        )
        for n, finding in enumerate(minutes.shortcomings, 1):
            _shortcoming(paper, n, finding, _place(minutes, finding, areas))
    else:
        _nothing(paper, carried.NOTHING_NEW if handed else words.NOTHING_FOUND)
    doer = supervised.doer(minutes)
    demands = f"C. {supervised.demands_to_unit(minutes)}"
    _recommendations(paper, demands, minutes.demands, doer, words.nothing_new(minutes) if handed else "")
    if minutes.supervised:
        _recommendations(paper, "D. Kiến nghị của Đoàn đối với cơ quan, đơn vị khác", minutes.others, doer)
    last = "E" if minutes.supervised else "D"
    _recommendations(paper, f"{last}. Đề xuất, kiến nghị của đơn vị với cấp trên", minutes.proposals, doer)
    paper.finish(fixed=True)


def _where(minutes: Minutes) -> tuple[tuple[str, int], ...]:
    """Without scores there are no criteria to name."""
    return (("Lĩnh vực", 1), ("Tiêu chí", 1)) if minutes.scored else (("Lĩnh vực", 2),)


def _place(minutes: Minutes, finding: FindingLine, areas: Mapping[str, str]) -> tuple[Block, ...]:
    name = areas.get(finding.area_code, "") or finding.area_name
    if not minutes.scored:
        return (Block(name, CELL, 2),)
    return Block(name, CELL), Block(finding.criterion_code, MIDDLE)


def _shortcoming(paper: Paper, number: int, finding: FindingLine, place: tuple[Block, ...]) -> None:
    text = finding.text + (f"\n(Căn cứ: {finding.legal_basis})" if finding.legal_basis else "")
    if finding.repeated_on:
        text += f"\n({words.repeated(finding)})"
    paper.long_row(
        Block(number, MIDDLE),
        *place,
        Block(text, CELL),
        Block(SEVERITIES[finding.severity] if finding.severity else "", MIDDLE),
        Block(finding.cause, CELL),
        Block(finding.responsibility, CELL),
        Block(vi.date_short(finding.due), MIDDLE),
    )


def _recommendations(
    paper: Paper, title: str, recommendations: tuple[RecommendationLine, ...], doer: str, nothing: str = ""
) -> None:
    _part(paper, title)
    if not recommendations:
        _nothing(paper, nothing or words.NOTHING_FOUND)
        return
    columns = (
        ("STT", 1),
        ("Nội dung", 3),
        (doer, 2),
        ("Báo cáo về", 1),
        ("Thời hạn", 1),
    )
    _header(paper, *columns)
    for n, one in enumerate(recommendations, 1):
        paper.long_row(
            Block(n, MIDDLE),
            Block(one.text, CELL, 3),
            Block(one.addressee, CELL, 2),
            Block(one.report_to, CELL),
            Block(vi.date_short(one.due), MIDDLE),
        )


def _part(paper: Paper, title: str) -> None:
    paper.row(Block(title, PART, len(WIDTHS)), air=10, keep=True)


def _header(paper: Paper, *columns: tuple[str, int]) -> None:
    paper.row(*(Block(text, HEAD, span) for text, span in columns), keep=True)


def _handed(paper: Paper, lines: tuple[RemedyLine, ...]) -> None:
    """What a re-inspection took over: where it comes from, and all that was said of it."""
    paper.row(Block(carried.HANDED, Look(size=11, bold=True), len(WIDTHS)), keep=True)
    spans = (1, 2, 1, 2, 2)
    _header(paper, *zip(carried.COLUMNS, spans, strict=True))
    for n, one in enumerate(lines, 1):
        texts = zip(carried.cells(one), spans[1:], strict=True)
        paper.long_row(Block(n, MIDDLE), *(Block(text, CELL, span) for text, span in texts))


def _nothing(paper: Paper, text: str = words.NOTHING_FOUND) -> None:
    paper.row(Block(text, Look(size=11), len(WIDTHS)))
