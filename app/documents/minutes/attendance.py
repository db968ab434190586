"""Sheet «PL5 Thành phần & tài liệu»: who took part, which papers belong to the minutes."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.minutes import Minutes, Person

from . import supervised, words
from .labels import ROLES
from .paper import Block, Look, Paper, appendix_heading

TITLE = "PL5 Thành phần & tài liệu"
NAME = "Thành phần tham dự và danh mục tài liệu"
WIDTHS = (34, 150, 180, 84)
FILL = "D9E2EC"
PART = Look(size=12, bold=True)
HEAD = Look(size=11, bold=True, across="center", box=True, fill=FILL)
CELL = Look(size=11, down="top", box=True)
MIDDLE = Look(size=11, across="center", down="top", box=True)


def write(paper: Paper, minutes: Minutes, number: int, appendices: Sequence[str]) -> None:
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    _people(paper, f"I. Đoàn {minutes.act}", minutes.delegation or words.blank_people(3))
    # Room for a pen, as on the record itself; only «Thành phần khác» may be nobody.
    of_unit = minutes.details.unit_people or words.blank_people(2)
    _people(paper, f"II. {supervised.unit_heading(minutes)}", of_unit)
    _people(paper, "III. Thành phần khác", minutes.details.other_people)
    paper.row(Block("IV. Hồ sơ, tài liệu kèm theo", PART, 4), air=10, keep=True)
    paper.row(Block("STT", HEAD), Block("Tên tài liệu", HEAD, 3), keep=True)
    for n, document in enumerate(words.documents(minutes, appendices), 1):
        paper.long_row(Block(n, MIDDLE), Block(document, CELL, 3))
    paper.finish()


def _people(paper: Paper, title: str, people: Sequence[Person]) -> None:
    paper.row(Block(title, PART, 4), air=10, keep=True)
    if not people:
        paper.row(Block(words.NOTHING_FOUND, Look(size=11), 4))
        return
    paper.row(*(Block(text, HEAD) for text in ("STT", "Họ và tên", "Chức vụ, đơn vị", "Vai trò")), keep=True)
    for n, person in enumerate(people, 1):
        paper.long_row(
            Block(n, MIDDLE),
            Block(person.name or words.DOTS, CELL),
            Block(person.post or words.DOTS, CELL),
            Block(ROLES.get(person.role, ""), MIDDLE),
        )
