"""Sheet «PL5 Hồ sơ trễ hạn»: the ledger of late dossiers by code; left out where it has no entry."""

from __future__ import annotations

from app import vietnamese as vi
from app.domain.minutes import Minutes

from . import dossier_words, words
from .paper import COUNT, DATE, Block, Look, Paper, appendix_heading

TITLE = "PL5 Hồ sơ trễ hạn"
NAME = "Sổ theo dõi hồ sơ trễ hạn"
WIDTHS = (30, 130, 90, 62, 62, 44, 196, 64, 62)
HEADERS = (
    "STT",
    "Mã hồ sơ",
    "Lĩnh vực",
    "Ngày hẹn trả",
    "Ngày trả",
    "Số ngày trễ",
    "Nguyên nhân, giải trình",
    "Văn bản xin lỗi",
    "Ngày hẹn lại",
)
FILL = "D9E2EC"
HEAD = Look(size=10, bold=True, across="center", box=True, fill=FILL)
CELL = Look(size=10, down="top", box=True)
MIDDLE = Look(size=10, across="center", down="top", box=True)
DAY = Look(size=10, across="center", down="top", box=True, number=DATE)
NUMBER = Look(size=10, across="center", down="top", box=True, number=COUNT)
TEXT = Look(size=11)


def write(paper: Paper, minutes: Minutes, number: int) -> None:
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    paper.row(*(Block(text, HEAD) for text in HEADERS), keep=True)
    part = minutes.dossiers
    for n, entry in enumerate(part.late_entries if part else (), 1):
        paper.long_row(
            Block(n, MIDDLE),
            Block(entry.code, CELL),
            Block(entry.field, CELL),
            Block(entry.due_on or "", DAY if entry.due_on else MIDDLE),
            Block(entry.returned_on or "Chưa trả", DAY if entry.returned_on else MIDDLE),
            Block("" if entry.days_late is None else entry.days_late, NUMBER),
            Block(dossier_words.late_cause(entry), CELL),
            Block(dossier_words.late_apology(entry), MIDDLE),
            Block(entry.reappointed_on or dossier_words.NO_APOLOGY, DAY if entry.reappointed_on else MIDDLE),
        )
    paper.gap(10)
    if part:
        until = vi.date_short(part.period_to)
        paper.paragraph(
            f"Hồ sơ chưa trả: số ngày trễ tính đến {until}. {dossier_words.late_line(part)}".strip(), TEXT
        )
    paper.finish(fixed=True)
