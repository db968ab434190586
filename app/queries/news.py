"""What happened to tasks since a person last looked, for the bell, and since their last digest, for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.access import TABLE, Action, Role
from ..domain.news import (
    NEWS_FOR,
    SETTLED_AFTER,
    SINGLE,
    TO_GIVER,
    TO_UNIT,
    News,
    gathered,
    in_order,
    summed_up,
)
from ..domain.reminders import OpenTask, Recipient
from ..domain.tasks import Workflow
from ..models import DelegationMember, Directive, Inspection, Notice, Task, TaskReport, Unit, User
from ._task_titles import title_with_period
from .access import UNDECIDED, held_by_user
from .reading import end_reading

# Rows that are read at once while a run plans.
_AT_ONCE = 500
_PLANNERS = TABLE[Action.ASSIGN_TASKS]
_MEMBER = aliased(DelegationMember)
# What a unit reported or wished before the task went to another one stands there once more, and is told once.
_STILL_ASKED = and_(TaskReport.action.in_(TO_GIVER), Task.workflow != Workflow.MOVED)


def _told_to_user() -> ColumnElement[bool]:
    """Whether a hop of a task is news for the person of the row ``User``: what the other side did with tasks of
    the unit they work for, or with those their office or their delegation's conclusion gave."""
    plans = (
        select(Inspection)
        .join(_MEMBER, _MEMBER.delegation_id == Inspection.delegation_id)
        .where(
            _MEMBER.user_id == User.id,
            _MEMBER.role.in_(_PLANNERS),
            held_by_user(_MEMBER),
            Inspection.state.not_in(UNDECIDED),
        )
        .correlate(User)
    )
    asked_for, inspected = plans.with_only_columns(Inspection.id), plans.with_only_columns(Inspection.unit_id)
    works_on_it = and_(
        User.role.in_([Role.OFFICER, Role.UNIT_HEAD]),
        Task.unit_id == User.unit_id,
        TaskReport.action.in_(TO_UNIT),
    )
    gave_it = and_(
        _STILL_ASKED,
        Task.unit_id.is_distinct_from(User.unit_id),
        or_(
            and_(User.role.in_(_PLANNERS), Task.assigner_unit_id == User.unit_id),
            and_(User.role.in_(_PLANNERS), User.unit_id.is_(None), Task.created_by_id == User.id),
            Directive.inspection_id.in_(asked_for),
            Task.reinspection_id.in_(asked_for),
            # No office gave it: then those who inspect the unit did.
            and_(Task.assigner_unit_id.is_(None), Task.unit_id.in_(inspected)),
        ),
    )
    return and_(
        TaskReport.at > func.coalesce(User.news_seen_at, User.created_at),
        TaskReport.at > bindparam("news_since"),
        TaskReport.user_id.is_distinct_from(User.id),
        or_(works_on_it, gave_it),
    )


def has_news() -> ColumnElement[bool]:
    """For the statement that asks who is signed in: whether anything stands at the bell; needs ``news_since``."""
    return (
        select(TaskReport.id)
        .join(Task, Task.id == TaskReport.task_id)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .where(_told_to_user())
        .correlate(User)
        .exists()
    )


_COLUMNS = (
    TaskReport.action,
    Task.id.label("task_id"),
    title_with_period(),
    Unit.name.label("unit"),
    TaskReport.at,
    TaskReport.text,
    func.coalesce(TaskReport.due_after, TaskReport.due).label("due"),
    Task.directive_id,
    func.coalesce(func.nullif(Directive.number, ""), Directive.title, "").label("number"),
)


def _of_tasks(*columns: Any) -> Select[Any]:
    return (
        select(*_COLUMNS, *columns)
        .join(Task, Task.id == TaskReport.task_id)
        .join(Unit, Unit.id == Task.unit_id)
        .outerjoin(Directive, Directive.id == Task.directive_id)
    )


def my_news(user_id: int, now: datetime) -> tuple[News, ...]:
    """What happened since the person last said that they had seen it; one SELECT, whatever the number of tasks."""
    group = (TaskReport.action, Task.directive_id)
    latest_first = (TaskReport.at.desc(), TaskReport.id.desc())
    every = (
        _of_tasks(
            func.count().over(partition_by=group).label("size"),
            func.row_number().over(partition_by=group, order_by=latest_first).label("place"),
            TaskReport.id.label("hop_id"),
        )
        .join(User, User.id == user_id)
        .where(_told_to_user())
        .subquery()
    )
    rows = db.session.execute(
        select(every).where(or_(every.c.place == 1, every.c.size <= SINGLE)).order_by(every.c.hop_id.desc()),
        {"news_since": now - NEWS_FOR},
    )
    found = []
    for row in rows:
        one = News(*row[: len(_COLUMNS)])
        found.append(summed_up(one, row.size) if row.size > SINGLE else one)
    return in_order(found)


# --- For the next digest --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happened:
    """A hop that somebody may have to be told of, with what says who: as :class:`OpenTask` for reminders."""

    news: News
    by_id: int | None
    task: OpenTask
    assigner_unit_id: int | None
    created_by_id: int | None
    asked_by_id: int | None
    reinspection_id: int | None


def happened(now: datetime) -> list[Happened]:
    """All that a digest of this moment may tell, in the order in which it happened; SELECTs for each
    :data:`_AT_ONCE` hops."""
    wanted = (
        _of_tasks(
            TaskReport.id.label("hop_id"),
            TaskReport.user_id,
            Task.unit_id,
            Task.assigner_unit_id,
            Task.created_by_id,
            Directive.inspection_id.label("asked_by_id"),
            Task.reinspection_id,
        )
        .where(
            TaskReport.at > now - NEWS_FOR - SETTLED_AFTER,
            TaskReport.at <= now - SETTLED_AFTER,
            or_(TaskReport.action.in_(TO_UNIT), _STILL_ASKED),
        )
        .order_by(TaskReport.id)
        .limit(_AT_ONCE)
    )
    found: list[Happened] = []
    after = 0
    while True:
        rows = db.session.execute(wanted.where(TaskReport.id > after)).all()
        end_reading()
        for row in rows:
            # Only who is told is asked of it: whatever its state, the unit and the giving side are the same.
            task = OpenTask(row.task_id, row.unit_id, row.title, Workflow.IN_PROGRESS, None)
            news = News(*row[: len(_COLUMNS)])
            found.append(
                Happened(
                    news,
                    row.user_id,
                    task,
                    row.assigner_unit_id,
                    row.created_by_id,
                    row.asked_by_id,
                    row.reinspection_id,
                )
            )
        if len(rows) < _AT_ONCE:
            return found
        after = rows[-1].hop_id


def last_told() -> dict[Recipient, datetime]:
    """Until when each recipient was told what happened: the moment of their last digest; one SELECT."""
    rows = db.session.execute(
        select(Notice.user_id, Notice.unit_id, func.max(Notice.created_at)).group_by(
            Notice.user_id, Notice.unit_id
        )
    ).all()
    end_reading()
    return {Recipient(user_id, unit_id): at for user_id, unit_id, at in rows}


def news_for(
    hops: list[Happened],
    working: Mapping[int, list[Recipient]],
    giving: Mapping[int, list[Recipient]],
    told: Mapping[Recipient, datetime],
) -> dict[Recipient, tuple[News, ...]]:
    """What each recipient has not been told yet; not what they did themselves."""
    found: dict[Recipient, list[News]] = {}
    for hop in hops:
        people = (working if hop.news.action in TO_UNIT else giving)[hop.task.id]
        for one in dict.fromkeys(people):
            since = told.get(one)
            if one.user_id == hop.by_id and one.user_id is not None:
                continue
            if since is None or hop.news.at > since - SETTLED_AFTER:
                found.setdefault(one, []).append(hop.news)
    return {one: gathered(some) for one, some in found.items()}
