"""Reads about corrections: what was given along with a task, and what its words were before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.areas import ReformArea
from ..domain.task_steps import Action
from ..domain.tasks import OPEN
from ..models import Directive, Task, TaskCorrection
from .task_pages import HopRow
from .tasks import Seen


def given_along(task: Task, *, units: bool, periods: bool) -> ColumnElement[bool]:
    """The open tasks that were given at the same press as this one and still say the same.

    ``units``: of the other units, ``periods``: of the periods that come after; both: the later ones of all units.
    """
    when = Task.assigned_on >= task.assigned_on if periods else Task.assigned_on == task.assigned_on
    return and_(
        Task.id != task.id,
        Task.created_at == task.created_at,
        Task.created_by_id.is_not_distinct_from(task.created_by_id),
        Task.assigner_unit_id.is_not_distinct_from(task.assigner_unit_id),
        Task.title == task.title,
        Task.detail == task.detail,
        Task.recommendation_id.is_(None),
        Task.finding_id.is_(None),
        Task.workflow.in_(OPEN),
        when,
        *(() if units else (Task.unit_id == task.unit_id,)),
    )


def count_along(task: Task, decided: Seen) -> tuple[int, int]:
    """How many other units, and how many later periods at this unit, a correction may reach; one SELECT."""
    here, at_once = Task.unit_id == task.unit_id, Task.assigned_on == task.assigned_on
    row = db.session.execute(
        select(
            func.count(case((and_(at_once, ~here), 1))),
            func.count(case((and_(here, Task.assigned_on > task.assigned_on), 1))),
        ).where(or_(here, at_once), given_along(task, units=True, periods=True), decided)
    ).one()
    return int(row[0]), int(row[1])


@dataclass(frozen=True, slots=True)
class Correction:
    """What one hop put right; a part that was not touched is the same on both sides."""

    title: tuple[str, str]
    detail: tuple[str, str]
    area: tuple[ReformArea | None, ReformArea | None]
    directive: tuple[str, str]


def corrections_of(hops: Iterable[HopRow]) -> dict[int, Correction]:
    """By the ids of those hops that corrected their task; one SELECT, or none."""
    ids: Collection[int] = [hop.id for hop in hops if hop.action is Action.CORRECT]
    if not ids:
        return {}
    old, new = aliased(Directive), aliased(Directive)
    rows = db.session.execute(
        select(TaskCorrection, _words(old), _words(new))
        .outerjoin(old, old.id == TaskCorrection.directive_before_id)
        .outerjoin(new, new.id == TaskCorrection.directive_after_id)
        .where(TaskCorrection.report_id.in_(ids))
        .order_by(TaskCorrection.report_id)
    )
    return {
        row.report_id: Correction(
            (row.title_before, row.title_after),
            (row.detail_before, row.detail_after),
            (row.area_before, row.area_after),
            (before, after) if row.directive_before_id != row.directive_after_id else ("", ""),
        )
        for row, before, after in rows
    }


def _words(directive: type[Directive]) -> ColumnElement[str]:
    """Its number, else what it is about; «» without one."""
    return func.coalesce(func.nullif(directive.number, ""), directive.title, "")
