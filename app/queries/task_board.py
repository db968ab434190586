"""Reads of the ward's board: its groups with their counts, sections by document or area, what waits for whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, func, or_, select
from sqlalchemy import cast as as_type

from ..db import db
from ..domain import periods
from ..domain.areas import ReformArea
from ..domain.task_board import Group
from ..domain.task_steps import Action
from ..domain.tasks import OPEN, OUTSIDE, Rate, Workflow
from ..models import Directive, Task, TaskReport, Unit, User
from ._pages import Page, within
from ._task_groups import group_word, in_group
from .attachments import AttachmentLine, files_of_reports
from .tasks import PAGE_SIZE, Seen, TaskFilter, TaskRow, task_conditions, task_rows, waits_for_answer

CONFIRM_PAGE = 30
_MOST_DIRECTIVES = 300


class By(StrEnum):
    """What the sections of the board are made by."""

    DIRECTIVE = "directive"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Board:
    """How many tasks stand in each group, with the filters but for the group itself.

    What is ``reported`` and waits stands in the group of its day and in that of what waits. ``to_confirm`` wait for
    this person's word; ``late_awaiting`` wait for anybody's and their day has gone by: they are overdue until they
    are confirmed.
    """

    counts: dict[Group, int] = field(default_factory=dict)
    to_confirm: int = 0
    late_awaiting: int = 0
    reported: dict[Group, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(number for group, number in self.counts.items() if group is not Group.AWAITING)

    @property
    def left(self) -> dict[Group, int]:
        """The counts without what the unit has reported: what it still has to do, and what waits."""
        return {group: number - self.reported.get(group, 0) for group, number in self.counts.items()}


@dataclass(frozen=True, slots=True)
class Section:
    """The tasks of one document or area: all that are shown, and n/d of those that count."""

    key: int | ReformArea | None
    number: str
    title: str
    total: int
    overdue: int
    soon: int
    awaiting: int
    done: Rate


@dataclass(frozen=True, slots=True)
class Waiting:
    """One report that waits for a person's word: the task, what was reported, by whom and when."""

    id: int
    version: int
    title: str
    unit_name: str
    directive_number: str
    period_label: str
    due_original: date | None
    due_current: date | None
    report_id: int | None
    text: str
    product_number: str
    product_date: date | None
    product_link: str
    at: datetime | None
    who: str
    reporter_id: int | None
    files: tuple[AttachmentLine, ...] = ()

    @property
    def reported_on(self) -> date | None:
        """The day that counts once it is accepted: when the unit sent it, not when the task went to another unit."""
        return periods.today(self.at) if self.at is not None else None

    @property
    def days_late(self) -> int:
        """How late the report came; confirmed, this is how late the task will have been done."""
        if self.due_current is None or self.reported_on is None:
            return 0
        return max(0, (self.reported_on - self.due_current).days)


def board(seen: Seen, decided: ColumnElement[bool], wanted: TaskFilter, today: date) -> Board:
    """The groups; one SELECT. ``decided`` are the tasks this person confirms."""
    word = group_word(today).label("word")
    waits = in_group(Group.AWAITING, today)
    late = _count(and_(waits, in_group(Group.OVERDUE, today)))
    mine = _count(and_(waits, decided))
    inner = (
        select(word, _count(waits).label("waits"), mine.label("mine"), late.label("late"))
        .where(seen, *task_conditions(replace(wanted, group=None), today))
        .subquery()
    )
    rows = db.session.execute(
        select(
            inner.c.word,
            func.count().label("tasks"),
            *(func.sum(inner.c[name]).label(name) for name in ("waits", "mine", "late")),
        ).group_by(inner.c.word)
    ).all()
    counts = {Group(row.word): row.tasks for row in rows}
    reported = {Group(row.word): int(row.waits) for row in rows if row.waits}
    if reported:
        counts[Group.AWAITING] = sum(reported.values())
    return Board(counts, sum(row.mine for row in rows), sum(row.late for row in rows), reported)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def board_rows(seen: Seen, wanted: TaskFilter, today: date, total: int, page: int) -> Page[TaskRow]:
    """One page of a group, whose size the board knows; one SELECT."""
    page = within(page, total, PAGE_SIZE)
    rows = task_rows([seen, *task_conditions(wanted, today)], wanted.sort, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return Page(rows, total, page, PAGE_SIZE)


def decided_among(decided: ColumnElement[bool], ids: Collection[int]) -> frozenset[int]:
    """Which of these tasks are this person's to decide; one SELECT."""
    return frozenset(db.session.scalars(select(Task.id).where(Task.id.in_(ids), decided)))


def sections(seen: Seen, wanted: TaskFilter, today: date, by: By) -> tuple[Section, ...]:
    """Document by document, or area by area, the one with most that is overdue first; one SELECT."""
    counts = and_(Task.lead, Task.workflow.not_in(OUTSIDE), Task.assigned_on <= today)
    figures = [
        func.count().label("total"),
        *(
            as_type(func.sum(_count(condition)), Integer).label(name)
            for name, condition in (
                ("overdue", in_group(Group.OVERDUE, today)),
                ("soon", in_group(Group.DUE_SOON, today)),
                ("awaiting", in_group(Group.AWAITING, today)),
                ("n", and_(counts, Task.workflow == Workflow.DONE)),
                ("d", counts),
            )
        ),
    ]
    where = [seen, *task_conditions(replace(wanted, group=None), today)]
    if by is By.AREA:
        areas = db.session.execute(select(Task.area, *figures).where(*where).group_by(Task.area)).all()
        order = {area: place for place, area in enumerate(ReformArea)}
        areas = sorted(areas, key=lambda row: order.get(row.area, len(order)))
        return tuple(_section(row.area, "", "", row) for row in areas)
    rows = db.session.execute(
        select(Task.directive_id, Directive.number, Directive.title, *figures)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .where(*where)
        .group_by(Task.directive_id, Directive.id)
    ).all()
    rows = sorted(
        rows, key=lambda row: (not row.directive_id, -row.overdue, -row.soon, -(row.directive_id or 0))
    )
    return tuple(_section(row.directive_id, row.number or "", row.title or "", row) for row in rows)


def _section(key: int | ReformArea | None, number: str, title: str, row: Any) -> Section:
    return Section(key, number, title, row.total, row.overdue, row.soon, row.awaiting, Rate(row.n, row.d))


def directives_with_tasks(seen: Seen) -> list[tuple[int, str, str]]:
    """The documents that gave a task the person may see, newest first; for the filter."""
    rows = db.session.execute(
        select(Directive.id, Directive.number, Directive.title)
        .where(select(Task.id).where(Task.directive_id == Directive.id, seen).exists())
        .order_by(Directive.issued_on.is_(None), Directive.issued_on.desc(), Directive.id.desc())
        .limit(_MOST_DIRECTIVES)
    )
    return [(row.id, row.number, row.title) for row in rows]


# --- What waits for this person's word ----------------------------------------------------------------

_report_ids = (
    select(TaskReport.task_id, func.max(TaskReport.id).label("id"))
    .where(TaskReport.action == Action.REPORT)
    .group_by(TaskReport.task_id)
)


def waiting_reports(
    decided: ColumnElement[bool], page: int = 1, only: Collection[int] | None = None
) -> Page[Waiting]:
    """Reports that wait for this person, the oldest first; three SELECTs. ``only``: those of these tasks."""
    where = [decided, Task.workflow == Workflow.AWAITING]
    if only is not None:
        where.append(Task.id.in_(only))
    total = db.session.scalar(select(func.count()).select_from(Task).where(*where)) or 0
    size = CONFIRM_PAGE if only is None else max(len(only), 1)
    page = within(page, total, size)
    last = _report_ids.where(TaskReport.task_id.in_(select(Task.id).where(*where))).subquery()
    rows = db.session.execute(
        select(
            Task.id,
            Task.version,
            Task.title,
            Unit.name.label("unit_name"),
            func.coalesce(Directive.number, "").label("directive_number"),
            Task.period_label,
            Task.due_original,
            Task.due_current,
            TaskReport.id.label("report_id"),
            func.coalesce(TaskReport.text, Task.result).label("text"),
            func.coalesce(TaskReport.product_number, Task.product_number).label("product_number"),
            func.coalesce(TaskReport.product_date, Task.product_date).label("product_date"),
            func.coalesce(TaskReport.product_link, Task.product_link).label("product_link"),
            TaskReport.at,
            func.coalesce(User.title, "").label("who"),
            TaskReport.user_id.label("reporter_id"),
        )
        .join(Unit, Unit.id == Task.unit_id)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .outerjoin(last, last.c.task_id == Task.id)
        .outerjoin(TaskReport, TaskReport.id == last.c.id)
        .outerjoin(User, User.id == TaskReport.user_id)
        .where(*where)
        .order_by(TaskReport.at.is_(None), TaskReport.at, Task.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    files = files_of_reports([row.report_id for row in rows if row.report_id])
    found = tuple(Waiting(**row._asdict(), files=tuple(files.get(row.report_id, ()))) for row in rows)
    return Page(found, total, page, size)


def waiting_for(decided: ColumnElement[bool]) -> tuple[int, int]:
    """How many reports wait for this person's word, and how many requests for their answer; one SELECT."""
    row = db.session.execute(
        select(
            func.sum(_count(Task.workflow == Workflow.AWAITING)), func.sum(_count(waits_for_answer()))
        ).where(decided, Task.workflow.in_(OPEN))
    ).one()
    return int(row[0] or 0), int(row[1] or 0)


def titles_of(seen: Seen, ids: Collection[int]) -> dict[int, str]:
    """What tasks are called, of those this person may see; one SELECT."""
    rows = db.session.execute(select(Task.id, Task.title).where(Task.id.in_(ids), seen))
    return {row.id: row.title for row in rows}


# --- What belongs together ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Relative:
    """A task that belongs to another one; ``linked`` when this person may open it."""

    id: int
    title: str
    unit_name: str
    period_label: str
    workflow: Workflow
    due_current: date | None
    kind: str
    linked: bool


def relatives(task: Task, seen: Seen) -> dict[str, list[Relative]]:
    """The other periods of a regular task at the unit, where it was taken over from or went, parent and children.

    One SELECT, by the words «series», «source», «heir», «parent», «child».
    """
    kinds: list[tuple[ColumnElement[bool], str]] = [
        (Task.handed_over_from_id == task.id, "heir"),
        (Task.parent_id == task.id, "child"),
    ]
    if task.handed_over_from_id is not None:
        kinds.append((Task.id == task.handed_over_from_id, "source"))
    if task.parent_id is not None:
        kinds.append((Task.id == task.parent_id, "parent"))
    first = task.series_id or task.id
    same = or_(Task.series_id == first, Task.id == first)
    kinds.append((and_(same, Task.unit_id == task.unit_id), "series"))
    rows = db.session.execute(
        select(
            Task.id,
            Task.title,
            Unit.name.label("unit_name"),
            Task.period_label,
            Task.workflow,
            Task.due_current,
            case(*kinds).label("kind"),
            case((seen, 1), else_=0).label("linked"),
        )
        .join(Unit, Unit.id == Task.unit_id)
        .where(or_(*(condition for condition, _kind in kinds)))
        .order_by(Task.assigned_on, Task.id)
        .limit(200)
    )
    found: dict[str, list[Relative]] = {}
    for row in rows:
        facts = row._asdict()
        found.setdefault(row.kind, []).append(Relative(**facts | {"linked": bool(row.linked)}))
    # A series of one is none.
    if len(found.get("series", ())) < 2:
        found.pop("series", None)
    return found
