"""Figures of tasks as of any day: each task as its last hop of that day left it, counted in the database.

The hop, not the row of the task, says what counted on a day; for today both say the same. What a task is
about (unit, original due date) does not change with its hops and comes from its row; its directive and area may
have been put right since, and then the first correction after the day tells where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import QueryableAttribute, aliased

from ..db import db
from ..domain import tasks
from ..domain.areas import ReformArea
from ..domain.periods import Period
from ..domain.task_history import (
    By,
    Point,
    Question,
    Tally,
    common_root,
    ids_of,
    month_ends,
    roll_up,
    total,
    year_of,
)
from ..domain.tasks import OUTSIDE, SOON_DAYS, Basis, Counts, Rate, Workflow
from ..models import Directive, Task, TaskCorrection, TaskReport, Unit

# A condition on tasks, as `queries.access.visible_tasks` gives one.
Seen = ColumnElement[bool]
Columns = ColumnElement[Any]


def last_hop_of(day: date) -> ColumnElement[bool]:
    """Joins each task to its last hop by the end of a day; tasks that were not there yet fall out.

    Hops stand in the order of their days, those of one day as they were logged, as in :func:`trend`. One look into the index of each task's hops: as quick for one unit
    among many as for all of them.
    """
    earlier = aliased(TaskReport)
    last = (
        select(earlier.id)
        .where(earlier.task_id == Task.id, earlier.effective_on <= day)
        .order_by(earlier.effective_on.desc(), earlier.id.desc())
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    return and_(TaskReport.task_id == Task.id, TaskReport.id == last)


def belongs_to(period: Period) -> ColumnElement[bool]:
    """:func:`app.domain.tasks.in_period` as a condition on a task joined to its hop."""
    return and_(
        Task.assigned_on <= period.end,
        or_(TaskReport.completed_on.is_(None), TaskReport.completed_on >= period.start),
    )


def assigned_in(unit_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """«Nhiệm vụ được giao» of a unit in a period, as an inspection and its minutes tell it: not its own plan."""
    return Task.unit_id == unit_id, Task.own_plan.is_(False), belongs_to(period)


def values_as_of(day: date, *conditions: ColumnElement[bool]) -> list[tasks.Task]:
    """Tasks as the figures saw them at the end of a day; one SELECT. Conditions may speak of task and hop."""
    rows = db.session.execute(
        select(
            TaskReport.workflow_after,
            Task.due_original,
            TaskReport.due,
            TaskReport.completed_on,
            Task.lead,
            Task.own_plan,
        )
        .join(TaskReport, last_hop_of(day))
        .where(*conditions)
        .order_by(Task.id)
    )
    return [tasks.Task(*row) for row in rows]


def tallies_as_of(
    key: QueryableAttribute[Any], day: date, basis: Basis = Basis.CURRENT, *conditions: ColumnElement[bool]
) -> dict[Any, Tally]:
    """:func:`app.domain.task_history.tally` for each value of a column of tasks; one SELECT, one row each."""
    found: ColumnElement[Any] | QueryableAttribute[Any] = key
    kept = _BEFORE.get(key.key)
    asked = select(key).join_from(Task, TaskReport, last_hop_of(day))
    if kept is not None:
        found = case((TaskCorrection.report_id.is_not(None), kept), else_=key)
        asked = asked.outerjoin(TaskCorrection, _first_correction_after(day))
    rows = db.session.execute(
        asked.with_only_columns(found, *_sums(day, basis))
        .where(Task.lead, TaskReport.workflow_after.not_in(OUTSIDE), *conditions)
        .group_by(found)
    )
    return {row[0]: Tally(Counts(*map(int, row[1:8])), Rate(int(row[8]), int(row[9]))) for row in rows}


# What stood before a correction, by the column of a task that it changed.
_BEFORE: dict[str, QueryableAttribute[Any]] = {
    "area": TaskCorrection.area_before,
    "directive_id": TaskCorrection.directive_before_id,
}


def _first_correction_after(day: date) -> ColumnElement[bool]:
    later = aliased(TaskCorrection)
    first = (
        select(func.min(later.report_id))
        .where(later.task_id == Task.id, later.effective_on > day)
        .correlate(Task)
        .scalar_subquery()
    )
    return TaskCorrection.report_id == first


def _sums(day: date, basis: Basis, soon_days: int = SOON_DAYS) -> list[Columns]:
    """The fields of Counts in their order, then completed among due and due."""
    due = Task.due_original if basis is Basis.ORIGINAL else TaskReport.due
    completed = TaskReport.completed_on
    done = and_(TaskReport.workflow_after == Workflow.DONE, completed <= day)
    open_ = or_(TaskReport.workflow_after != Workflow.DONE, completed.is_(None), completed > day)
    classes = (
        and_(done, completed <= due),
        and_(done, completed > due),
        and_(done, due.is_(None)),
        and_(open_, due >= day),
        and_(open_, due < day),
        and_(open_, due.is_(None)),
        and_(open_, due >= day, due <= day + timedelta(days=soon_days)),
        and_(done, due <= day),
        due <= day,
    )
    return [func.sum(case((class_, 1), else_=0)) for class_ in classes]


# --- The page of figures ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. ``key``: the unit's or directive's id, the area, or none for what has none.

    ``own``: what the unit above all other rows has itself; ``deeper``: it has units with tasks below it.
    """

    key: int | ReformArea | None
    name: str
    tally: Tally
    issued_on: date | None = None
    own: bool = False
    deeper: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The table that was asked for. ``crumbs``: id and name of the units from the top to the chosen one."""

    lines: tuple[Line, ...]
    crumbs: tuple[tuple[int, str], ...]
    trend: tuple[Point, ...]

    @property
    def total(self) -> Tally:
        return total(line.tally for line in self.lines)


def answer(seen: Seen, asked: Question) -> Answer:
    """Five SELECTs at most, whatever the number of units and tasks."""
    root = db.session.get(Unit, asked.unit_id) if asked.unit_id is not None else None
    conditions: list[ColumnElement[bool]] = [seen]
    if asked.unit_id is not None:
        conditions.append(_below(root))
    lines, crumbs = _LINES[asked.by](root, asked, [*conditions, belongs_to(asked.period)])
    # Of a year gone by its own months are asked for, not those of a year whose tasks the table does not count.
    return Answer(lines, crumbs, trend(min(asked.day, asked.period.end), *conditions))


def _below(root: Unit | None) -> ColumnElement[bool]:
    """In the subtree of a unit; nothing is below a unit that there is not."""
    if root is None:
        return Task.unit_id.is_(None)
    return Task.unit_id.in_(select(Unit.id).where(Unit.path.startswith(root.path, autoescape=True)))


Lines = tuple[tuple[Line, ...], tuple[tuple[int, str], ...]]


def _by_unit(root: Unit | None, asked: Question, conditions: list[ColumnElement[bool]]) -> Lines:
    """Sums of the subtrees right below the chosen unit, or below the deepest one that holds them all."""
    tallies = tallies_as_of(Task.unit_id, asked.day, asked.basis, *conditions)
    paths = _paths(list(tallies))
    above = root.path if root is not None else common_root(paths.values())
    sums = roll_up(tallies, paths, above)
    names = _names({*sums, *(ids_of(root.path) if root else ())})
    own = ids_of(above)[-1] if above != "/" else 0
    above_others = {id_ for path in paths.values() for id_ in ids_of(path[len(above) :])[:-1]}
    lines = [
        Line(key, name, sums[key], own=key == own, deeper=key in above_others)
        for key, name in names.items()
        if key in sums
    ]
    return tuple(sorted(lines, key=lambda line: not line.own)), _crumbs(root, names)


def _by_directive(root: Unit | None, asked: Question, conditions: list[ColumnElement[bool]]) -> Lines:
    """The newest first, and last what comes from no directive."""
    tallies = tallies_as_of(Task.directive_id, asked.day, asked.basis, *conditions)
    rows = db.session.execute(
        select(Directive.id, Directive.number, Directive.title, Directive.issued_on)
        .where(Directive.id.in_([key for key in tallies if key is not None]))
        .order_by(Directive.issued_on.is_(None), Directive.issued_on.desc(), Directive.id.desc())
    ).all()
    lines = [
        Line(row.id, " – ".join(filter(None, (row.number, row.title))), tallies[row.id], row.issued_on)
        for row in rows
    ]
    if None in tallies:
        lines.append(Line(None, "", tallies[None]))
    return tuple(lines), _crumbs(root)


def _by_area(root: Unit | None, asked: Question, conditions: list[ColumnElement[bool]]) -> Lines:
    """In the order of the programme (NQ 76/NQ-CP), and last what nobody has put in an area."""
    tallies = tallies_as_of(Task.area, asked.day, asked.basis, *conditions)
    return tuple(Line(key, "", tallies[key]) for key in (*ReformArea, None) if key in tallies), _crumbs(root)


_LINES = {By.UNIT: _by_unit, By.DIRECTIVE: _by_directive, By.AREA: _by_area}


def _paths(ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(ids)))
    return {row.id: row.path for row in rows}


def _names(ids: set[int]) -> dict[int, str]:
    """In Vietnamese order."""
    rows = db.session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_(ids)).order_by(Unit.name_sort, Unit.id)
    )
    return {row.id: row.name for row in rows}


def _crumbs(root: Unit | None, names: Mapping[int, str] | None = None) -> tuple[tuple[int, str], ...]:
    if root is None:
        return ()
    way = ids_of(root.path)
    names = names if names is not None else _names(set(way))
    return tuple((id_, names[id_]) for id_ in way)


def trend(day: date, *conditions: ColumnElement[bool]) -> tuple[Point, ...]:
    """H of T at the end of each month up to a day, each for the year that month is in; one SELECT.

    A hop counts from its day until the day of the next. The database only sorts the hops by the months in which
    they began, ended and were completed; which of them stood at the end of a month is then a small sum.
    """
    days = month_ends(day)
    # The year that the first month is in begins before the first of these days.
    edges = (*([year_of(days[0]).start - timedelta(days=1)] if days[0].year > 1 else []), *days)
    until = func.lead(TaskReport.effective_on).over(
        partition_by=TaskReport.task_id, order_by=(TaskReport.effective_on, TaskReport.id)
    )
    hop = (
        select(
            _place(TaskReport.effective_on, edges).label("began"),
            _place(until, edges).label("ended"),
            _place(TaskReport.completed_on, edges).label("completed"),
            TaskReport.workflow_after,
        )
        .join_from(Task, TaskReport, TaskReport.task_id == Task.id)
        .where(Task.lead, *conditions)
        .subquery()
        .c
    )
    done = case((hop.workflow_after == Workflow.DONE, 1), else_=0)
    rows = db.session.execute(
        select(hop.began, hop.ended, hop.completed, done.label("done"), func.count())
        .where(hop.workflow_after.not_in(OUTSIDE), or_(hop.ended.is_(None), hop.ended != hop.began))
        .group_by(hop.began, hop.ended, hop.completed, done)
    ).all()
    return tuple(Point(end, _stood(rows, edges, edges.index(end))) for end in days)


def _place(day: Columns | QueryableAttribute[Any], edges: Sequence[date]) -> Columns:
    """Which of the edges is the first that a day does not go beyond; beyond the last their number."""
    ladder = [(day <= edge, place) for place, edge in enumerate(edges)]
    return case((day.is_(None), None), *ladder, else_=len(edges))


def _stood(rows: Sequence[Any], edges: Sequence[date], at: int) -> Rate:
    """Of the hops that counted at the end of the day ``edges[at]``: done and all of its year."""
    first = sum(edge < year_of(edges[at]).start for edge in edges)
    n = d = 0
    for began, ended, completed, done, number in rows:
        if began > at or (ended is not None and ended <= at):
            continue
        if completed is None or completed >= first:
            d += number
        if done and completed is not None and first <= completed <= at:
            n += number
    return Rate(n, d)


def counts_by_unit(day: date, *conditions: ColumnElement[bool]) -> dict[int, Counts]:
    """All tasks of each unit as they stood on a day, whatever period they belong to; one SELECT."""
    tallies: Mapping[int, Tally] = tallies_as_of(Task.unit_id, day, Basis.CURRENT, *conditions)
    return {unit_id: one.counts for unit_id, one in tallies.items()}
