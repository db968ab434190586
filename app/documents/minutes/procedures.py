"""Sheet «PL4 Hồ sơ TTHC (II.06)»: the form's thirteen columns, postal figures, rates, explanations."""

from __future__ import annotations

from app import vietnamese as vi
from app.domain.dossiers import COLUMNS, Figures, total_of
from app.domain.minutes import DossierPart, Minutes

from . import dossier_words, words
from .paper import COUNT, PERCENT, Block, Formula, Look, Paper, Value, appendix_heading, ratio

TITLE = "PL4 Hồ sơ TTHC (II.06)"
NAME = "Tình hình, kết quả giải quyết thủ tục hành chính"
WIDTHS = (30, 158, *[50] * 11)
FILL = "D9E2EC"
HEAD = Look(size=10, bold=True, across="center", box=True, fill=FILL)
NUMBERS = Look(size=9, italic=True, across="center", box=True)
CELL = Look(size=10, box=True)
MIDDLE = Look(size=10, across="center", box=True)
NUMBER = Look(size=10, across="right", box=True, number=COUNT)
MIDDLE_NUMBER = Look(size=10, across="center", box=True, number=COUNT)
BOLD = Look(size=10, bold=True, box=True)
BOLD_NUMBER = Look(size=10, bold=True, across="right", box=True, number=COUNT)
SHARE = Look(size=10, across="center", box=True, number=PERCENT)
NOTE = Look(size=10, italic=True, box=True)
TEXT = Look(size=11)
PERIOD = Look(size=12, italic=True, across="center")
UNIT = Look(size=10, italic=True, across="right")
PART = Look(size=12, bold=True)
LETTERS = "CDEFGHIJKLM"


def write(paper: Paper, minutes: Minutes, number: int) -> None:
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    part = minutes.dossiers
    if part is None:
        _wide(paper, "Chưa có số liệu hồ sơ thủ tục hành chính của kỳ.", TEXT)
        paper.finish(fixed=True)
        return
    period = f"(Từ ngày {vi.date_short(part.period_from)} đến ngày {vi.date_short(part.period_to)})"
    _wide(paper, period, PERIOD)
    _wide(paper, "Đơn vị tính: Số hồ sơ TTHC", UNIT)
    _header(paper)
    first = paper.next_row
    for n, line in enumerate(part.report.lines, 1):
        for row in paper.split(Block(n, MIDDLE), Block(line.field, CELL)):
            paper.row(*row, *(_figure(v, NUMBER) for v in _values(line.figures)))
    _total(paper, part, first)
    _more(paper, part)
    _broken(paper, part)
    paper.finish(fixed=True)


def _header(paper: Paper) -> None:
    top = paper.row(
        Block("STT", HEAD),
        Block("Lĩnh vực, công việc giải quyết theo cấp", HEAD),
        Block("Số hồ sơ nhận giải quyết", HEAD, 4),
        Block("Số hồ sơ đã giải quyết", HEAD, 4),
        Block("Số hồ sơ đang giải quyết", HEAD, 3),
        height=20,
        keep=True,
    )
    paper.row(
        Block(None, HEAD), Block(None, HEAD), *(Block(c.heading, HEAD) for c in COLUMNS), height=54, keep=True
    )
    paper.merge_down(1, top, top + 1)
    paper.merge_down(2, top, top + 1)
    paper.row(*(Block(f"({n})", NUMBERS) for n in range(1, 14)), keep=True)


def _total(paper: Paper, part: DossierPart, first: int) -> None:
    """Formulas where the rows add up to what was reported; else the reported figure, explained below."""
    last = paper.next_row - 1
    report = part.report
    sums = _values(total_of(line.figures for line in report.lines))
    cells = []
    for letter, reported, added in zip(LETTERS, _values(report.total), sums, strict=True):
        value: Value = reported
        if reported is not None and reported == added:
            value = Formula(f"=SUM({letter}{first}:{letter}{last})", reported)
        cells.append(_figure(value, BOLD_NUMBER))
    paper.row(Block(None, BOLD), Block("Tổng số", BOLD), *cells)


def _more(paper: Paper, part: DossierPart) -> None:
    """Postal figures are lượt, and parts of columns 5 and 7: never added to the form."""
    more = part.report.extras
    postal = (
        ("Qua bưu chính công ích (lượt)", more.postal_total),
        ("Tiếp nhận qua bưu chính", more.postal_in),
        ("Trả kết quả qua bưu chính", more.postal_out),
        ("Hồ sơ quá hạn đã có văn bản xin lỗi", more.apologies),
    )
    known = [(name, number) for name, number in postal if number is not None]
    rates = dossier_words.shown_rates(part)
    if not known and not rates:
        return
    paper.gap(12)
    _wide(paper, "Số liệu khác và tỷ lệ", PART, keep=True)
    for name, number in known:
        paper.row(
            Block(None, CELL),
            Block(name, CELL, 5),
            Block(number, MIDDLE_NUMBER, 2),
            Block("không cộng vào biểu", NOTE, 5),
        )
    for rate in rates:
        n, d = rate.n or 0, rate.d or 1
        shown = f"{rate.label}: {vi.count(n)}/{vi.count(d)}"
        paper.row(
            Block(None, CELL),
            Block(shown, CELL, 5),
            Block(Formula(f"={n}/{d}", ratio(n, d)), SHARE, 2),
            Block(rate.formula, NOTE, 5),
        )


def _broken(paper: Paper, part: DossierPart) -> None:
    if part.broken:
        paper.gap(12)
        _wide(paper, "Số liệu chưa khớp và giải trình", PART, keep=True)
        for line in dossier_words.broken_lines(part):
            paper.paragraph(f"- {line}", TEXT, air=4)


def _values(figures: Figures) -> list[int | None]:
    return [getattr(figures, column.name) for column in COLUMNS]


def _figure(value: Value, look: Look) -> Block:
    """What was not reported stays empty: it is not 0."""
    return Block("" if value is None else value, look)


def _wide(paper: Paper, text: str, look: Look, *, keep: bool = False) -> None:
    paper.row(Block(text, look, len(WIDTHS)), keep=keep)
