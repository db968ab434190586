"""Reads about directives: one with its tasks is on its page, all of them are in the list and in choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from ..db import db
from ..domain.tasks import OUTSIDE, Workflow
from ..models import Directive, Task
from ._pages import Page, within
from .tasks import Seen

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """One directive as the list shows it: how many tasks it gives, how many of them are done."""

    id: int
    number: str
    issued_on: date | None
    title: str
    agency: str
    tasks: int
    done: int


def get_directive(directive_id: int) -> Directive | None:
    return db.session.get(Directive, directive_id)


def list_directives(seen: Seen, *, everything: bool, words: str, page: int) -> Page[DirectiveRow]:
    """One page of directives, the newest first; two SELECTs.

    Only tasks a person may see are counted, and without ``everything`` only directives that give them one are
    listed.
    """
    mine = select(Task.id).where(Task.directive_id == Directive.id, seen)
    conditions: list[ColumnElement[bool]] = [
        Directive.title_search.contains(word, autoescape=True) for word in words.split()
    ]
    if not everything:
        conditions.append(mine.exists())
    total = db.session.execute(select(func.count()).select_from(Directive).where(*conditions)).scalar_one()
    page = within(page, total, PAGE_SIZE)
    counted = mine.with_only_columns(func.count()).where(Task.lead, Task.workflow.not_in(OUTSIDE))
    rows = db.session.execute(
        select(
            Directive.id,
            Directive.number,
            Directive.issued_on,
            Directive.title,
            Directive.agency,
            counted.scalar_subquery(),
            counted.where(Task.workflow == Workflow.DONE).scalar_subquery(),
        )
        .where(*conditions)
        .order_by(Directive.issued_on.is_(None), Directive.issued_on.desc(), Directive.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(DirectiveRow(*row) for row in rows), total, page, PAGE_SIZE)


def directive_choices(most: int = 300) -> list[tuple[int, str, str]]:
    """Id, number and title of the newest directives, for a select field."""
    rows = db.session.execute(
        select(Directive.id, Directive.number, Directive.title)
        .order_by(Directive.issued_on.is_(None), Directive.issued_on.desc(), Directive.id.desc())
        .limit(most)
    )
    return [(row.id, row.number, row.title) for row in rows]
