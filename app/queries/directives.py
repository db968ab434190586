"""Reads about directives: one with its tasks is on its page, all of them are in the list and in choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Label, and_, case, distinct, func, or_, select

from ..db import db
from ..domain.task_board import Group
from ..domain.tasks import OPEN, OUTSIDE, DirectiveKind, Workflow
from ..models import Attachment, Directive, Task, TaskCorrection, Unit
from ._pages import Page, within
from ._task_groups import in_group
from .tasks import Seen

PAGE_SIZE = 30
UNITS = 50


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """One directive as the list shows it: how many tasks it gives, how many of them are done."""

    id: int
    number: str
    issued_on: date | None
    title: str
    agency: str
    kind: DirectiveKind
    files: int
    tasks: int
    done: int


@dataclass(frozen=True, slots=True)
class UnitOfDirective:
    """What a directive gave to one unit: only tasks it leads count, and of those only what has begun."""

    unit_id: int
    unit_name: str
    total: int
    done: int
    overdue: int
    awaiting: int
    cooperating: int
    upcoming: int
    next_due: date | None
    soon: int = 0
    redo: int = 0
    new: int = 0

    @property
    def worst(self) -> str:
        """The one word for all tasks of the unit: what is worst among them comes first."""
        if self.overdue:
            return "overdue"
        if self.soon:
            return "soon"
        if self.redo:
            return "redo"
        return "new" if self.new else ""


def get_directive(directive_id: int, visible: ColumnElement[bool]) -> Directive | None:
    """The directive, of those that are ``visible``; one SELECT."""
    found = select(Directive).where(Directive.id == directive_id, visible)
    return db.session.scalars(found).one_or_none()


def has_given(directive_id: int) -> bool:
    """Whether it gives a task to anybody, or did until the task was put right; one SELECT."""
    tasks = select(Task.id).where(Task.directive_id == directive_id)
    once = select(TaskCorrection.report_id).where(
        or_(
            TaskCorrection.directive_before_id == directive_id,
            TaskCorrection.directive_after_id == directive_id,
        )
    )
    return bool(db.session.scalar(select(or_(tasks.exists(), once.exists()))))


@dataclass(frozen=True, slots=True)
class DirectiveList:
    """Which directives a list shows and what it counts of each, for the page and for its workbook.

    Only directives that are ``visible`` are listed; tasks a person has ``seen`` and that have begun are counted.
    ``words`` are folded for search.
    """

    seen: Seen
    today: date
    visible: ColumnElement[bool]
    words: str = ""
    kind: DirectiveKind | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        found = [self.visible] + [
            Directive.title_search.contains(word, autoescape=True) for word in self.words.split()
        ]
        if self.kind is not None:
            found.append(Directive.kind == self.kind)
        return found

    @property
    def counts(self) -> tuple[Label[int], Label[int]]:
        """``tasks`` and ``done`` as columns of a SELECT of directives."""
        counted = select(func.count(Task.id)).where(
            Task.directive_id == Directive.id,
            self.seen,
            Task.lead,
            Task.workflow.not_in(OUTSIDE),
            Task.assigned_on <= self.today,
        )
        done = counted.where(Task.workflow == Workflow.DONE)
        return counted.scalar_subquery().label("tasks"), done.scalar_subquery().label("done")


NEWEST_FIRST = (Directive.issued_on.is_(None), Directive.issued_on.desc(), Directive.id.desc())


def list_directives(wanted: DirectiveList, page: int = 1) -> Page[DirectiveRow]:
    """One page of directives, the newest first; two SELECTs."""
    conditions = wanted.conditions
    total = db.session.execute(select(func.count()).select_from(Directive).where(*conditions)).scalar_one()
    page = within(page, total, PAGE_SIZE)
    files = select(func.count()).where(
        Attachment.directive_id == Directive.id, Attachment.removed_at.is_(None)
    )
    rows = db.session.execute(
        select(
            Directive.id,
            Directive.number,
            Directive.issued_on,
            Directive.title,
            Directive.agency,
            Directive.kind,
            files.scalar_subquery(),
            *wanted.counts,
        )
        .where(*conditions)
        .order_by(*NEWEST_FIRST)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(DirectiveRow(*row) for row in rows), total, page, PAGE_SIZE)


def units_of_directive(seen: Seen, directive_id: int, today: date, page: int = 1) -> Page[UnitOfDirective]:
    """Unit by unit what it was given and how far it is, of the tasks a person may see; two SELECTs."""
    mine = [seen, Task.directive_id == directive_id, Task.workflow != Workflow.MOVED]
    total = db.session.execute(select(func.count(distinct(Task.unit_id))).where(*mine)).scalar_one()
    page = within(page, total, UNITS)
    counts = and_(Task.lead, Task.workflow.not_in(OUTSIDE), Task.assigned_on <= today)
    open_ = and_(counts, Task.workflow.in_(OPEN))
    rows = db.session.execute(
        select(
            Unit.id,
            Unit.name,
            _number(counts),
            _number(and_(counts, Task.workflow == Workflow.DONE)),
            _number(and_(open_, Task.due_current < today)),
            _number(and_(counts, Task.workflow == Workflow.AWAITING)),
            _number(and_(Task.lead.is_(False), Task.workflow.not_in(OUTSIDE))),
            _number(and_(Task.lead, Task.workflow.not_in(OUTSIDE), Task.assigned_on > today)),
            func.min(case((open_, Task.due_current))),
            _number(and_(open_, in_group(Group.DUE_SOON, today))),
            _number(and_(counts, Task.workflow == Workflow.REDO)),
            _number(and_(counts, Task.workflow == Workflow.NOT_STARTED)),
        )
        .join(Unit, Unit.id == Task.unit_id)
        .where(*mine)
        .group_by(Unit.id, Unit.name, Unit.name_sort)
        .order_by(Unit.name_sort, Unit.id)
        .limit(UNITS)
        .offset((page - 1) * UNITS)
    )
    return Page(tuple(UnitOfDirective(*row) for row in rows), total, page, UNITS)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def directive_choices(
    visible: ColumnElement[bool], most: int = 300, also: int | None = None
) -> list[tuple[int, str, str]]:
    """Id, number and title of the newest directives that are ``visible``, for a select field; ``also`` one that
    may be older."""
    rows = db.session.execute(
        select(Directive.id, Directive.number, Directive.title)
        .where(visible)
        .order_by(
            Directive.id != (also or 0),
            *NEWEST_FIRST,
        )
        .limit(most)
    )
    return [(row.id, row.number, row.title) for row in rows]


def twin_of(number: str, issued_on: date | None, visible: ColumnElement[bool], own_id: int = 0) -> bool:
    """Whether another directive of this number and day is there among those ``visible``: what other offices
    have is nobody else's business, and their numbers are their own."""
    found = select(Directive.id).where(
        Directive.number == number, Directive.issued_on == issued_on, Directive.id != own_id, visible
    )
    return bool(number) and issued_on is not None and db.session.execute(found.limit(1)).first() is not None
