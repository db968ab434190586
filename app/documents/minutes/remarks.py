"""Sheet «PL2 Tồn tại – Kiến nghị»: strengths, shortcomings, recommendations in both directions."""

from __future__ import annotations

from app import vietnamese as vi
from app.domain.minutes import FindingLine, Minutes, RecommendationLine

from . import words
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
        _header(paper, ("STT", 1), ("Lĩnh vực", 1), ("Tiêu chí", 1), ("Nội dung", 5))
        for n, finding in enumerate(minutes.strengths, 1):
            paper.long_row(
                Block(n, MIDDLE),
                Block(areas.get(finding.area_code, ""), CELL),
                Block(finding.criterion_code, MIDDLE),
                Block(finding.text, CELL, 5),
            )
    else:
        _nothing(paper)
    _part(paper, "B. Tồn tại, hạn chế")
    if minutes.shortcomings:
        _header(
            paper,
            *((text, 1) for text in ("STT", "Lĩnh vực", "Tiêu chí", "Nội dung", "Mức độ", "Nguyên nhân")),
            ("Trách nhiệm", 1),
            ("Hạn khắc phục", 1),
        )
        for n, finding in enumerate(minutes.shortcomings, 1):
            _shortcoming(paper, n, finding, areas.get(finding.area_code, ""))
    else:
        _nothing(paper)
    _recommendations(paper, f"C. Kiến nghị, yêu cầu của Đoàn {minutes.act} đối với đơn vị", minutes.demands)
    _recommendations(paper, "D. Đề xuất, kiến nghị của đơn vị với cấp trên", minutes.proposals)
    paper.finish(fixed=True)


def _shortcoming(paper: Paper, number: int, finding: FindingLine, area: str) -> None:
    text = finding.text + (f"\n(Căn cứ: {finding.legal_basis})" if finding.legal_basis else "")
    paper.long_row(
        Block(number, MIDDLE),
        Block(area, CELL),
        Block(finding.criterion_code, MIDDLE),
        Block(text, CELL),
        Block(SEVERITIES[finding.severity] if finding.severity else "", MIDDLE),
        Block(finding.cause, CELL),
        Block(finding.responsibility, CELL),
        Block(vi.date_short(finding.due), MIDDLE),
    )


def _recommendations(paper: Paper, title: str, recommendations: tuple[RecommendationLine, ...]) -> None:
    _part(paper, title)
    if not recommendations:
        _nothing(paper)
        return
    columns = (
        ("STT", 1),
        ("Nội dung", 3),
        ("Người, bộ phận thực hiện", 2),
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


def _nothing(paper: Paper) -> None:
    paper.row(Block(words.NOTHING_FOUND, Look(size=11), len(WIDTHS)))
