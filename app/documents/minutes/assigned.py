"""Sheet «PL3 Nhiệm vụ»: the tasks one by one, then their classes as T = H + C."""

from __future__ import annotations

from app import vietnamese as vi
from app.domain.minutes import Minutes
from app.domain.minutes_tasks import TaskLine, TaskPart
from app.domain.tasks import Rate

from . import words
from .labels import TIMELINESS, WORKFLOWS
from .paper import BLANK, COUNT, DATE, PERCENT, Block, Formula, Look, Paper, appendix_heading, ratio

TITLE = "PL3 Nhiệm vụ"
NAME = "Kết quả thực hiện nhiệm vụ được giao"
WIDTHS = (30, 190, 124, 78, 58, 70, 52, 58, 80)
# The unit leads every task told here: its own name in each row would say nothing. Column letters stay.
SPANS = (1, 1, 2, 1, 1, 1, 1, 1)
HEADERS = (
    "STT",
    "Nội dung nhiệm vụ",
    "Văn bản giao",
    "Hạn",
    "Trạng thái",
    "Thời hạn",
    "Ngày hoàn thành",
    "Kết quả, sản phẩm",
)
FILL = "D9E2EC"
HEAD = Look(size=10, bold=True, across="center", box=True, fill=FILL)
CELL = Look(size=10, down="top", box=True)
MIDDLE = Look(size=10, across="center", down="top", box=True)
DAY = Look(size=10, across="center", down="top", box=True, number=DATE)
NUMBER = Look(size=10, across="right", box=True, number=COUNT)
BOLD_NUMBER = Look(size=10, bold=True, across="right", box=True, number=COUNT)
BOLD_SHARE = Look(size=10, bold=True, across="right", box=True, number=PERCENT)
BOLD = Look(size=10, bold=True, box=True)


def write(paper: Paper, minutes: Minutes, number: int) -> None:
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    part = minutes.tasks
    if part is None or not (part.lines or part.counts.total):
        paper.row(Block("Không có nhiệm vụ được giao trong kỳ.", Look(size=12), len(WIDTHS)))
        paper.finish(fixed=True)
        return
    paper.row(*(Block(text, HEAD, span) for text, span in zip(HEADERS, SPANS, strict=True)))
    for n, line in enumerate(part.lines, 1):
        _task(paper, n, line)
    paper.gap(14)
    _classes(paper, part)
    paper.finish(fixed=True)


def _task(paper: Paper, number: int, line: TaskLine) -> None:
    paper.long_row(
        Block(number, MIDDLE),
        Block(line.text, CELL),
        Block("\n".join(filter(None, (line.directive, line.lead))), CELL, 2),
        Block(line.due or "", DAY if line.due else MIDDLE),
        Block(WORKFLOWS[line.workflow], MIDDLE),
        Block(TIMELINESS[line.timeliness] if line.timeliness else "", MIDDLE),
        Block(line.completed_on or "", DAY if line.completed_on else MIDDLE),
        Block(line.result, CELL),
    )


def _classes(paper: Paper, part: TaskPart) -> None:
    """Six classes, their sums, and the rates with their fractions."""
    n = part.counts
    as_of = vi.date_short(part.as_of)
    blank = Block(None, BLANK)
    paper.row(blank, Block(f"Tổng hợp đến ngày {as_of}", HEAD, 2), Block("Số nhiệm vụ", HEAD), keep=True)
    classes = (
        ("Hoàn thành đúng hạn", n.done_on_time),
        ("Hoàn thành quá hạn", n.done_late),
        ("Hoàn thành, không quy định thời hạn", n.done_no_due),
        ("Chưa hoàn thành, trong hạn", n.open_in_time),
        ("Chưa hoàn thành, quá hạn", n.open_overdue),
        ("Chưa hoàn thành, không quy định thời hạn", n.open_no_due),
    )
    first = paper.next_row
    for name, number in classes:
        paper.row(blank, Block(name, CELL, 2), Block(number, NUMBER), keep=True)
    done = _sum(paper, "Đã hoàn thành (H)", first, first + 2, n.done)
    total = _sum(paper, "Tổng số nhiệm vụ được giao (T)", first, first + 5, n.total)
    rates = (
        ("Tỷ lệ hoàn thành (H/T)", n.done_rate, f"=D{done}/D{total}"),
        ("Tỷ lệ hoàn thành đúng hạn", n.on_time_rate, f"=D{first}/(D{first}+D{first + 1})"),
        ("Tỷ lệ quá hạn chưa hoàn thành", n.overdue_rate, f"=D{first + 4}/D{total}"),
        ("Tỷ lệ hoàn thành nhiệm vụ đến hạn", part.due, f"={part.due.n}/{part.due.d}"),
    )
    for name, rate, formula in rates:
        _rate(paper, name, rate, formula)


def _sum(paper: Paper, name: str, first: int, last: int, number: int) -> int:
    value = Formula(f"=SUM(D{first}:D{last})", number)
    return paper.row(Block(None, BLANK), Block(name, BOLD, 2), Block(value, BOLD_NUMBER), keep=True)


def _rate(paper: Paper, name: str, rate: Rate, formula: str) -> None:
    fraction = f" = {vi.count(rate.n)}/{vi.count(rate.d)}" if rate.d else ""
    value = Formula(formula, ratio(rate.n, rate.d)) if rate.d else vi.NOTHING
    paper.row(Block(None, BLANK), Block(name + fraction, BOLD, 2), Block(value, BOLD_SHARE), keep=True)
