"""Reads about reminders: what a run needs, and what its recipients are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, or_, select

from ..db import db
from ..domain import periods
from ..domain.access import TABLE, Action, Role
from ..domain.news import News
from ..domain.reminders import (
    DUE_MARKS,
    OpenTask,
    Recipient,
    Topic,
)
from ..domain.task_steps import REQUESTS
from ..domain.task_steps import Action as Hop
from ..domain.tasks import OPEN, Workflow
from ..models import DelegationMember, Directive, Inspection, Notice, Reminder, Task, TaskReport, Unit, User
from ._task_titles import title_with_period
from .access import UNDECIDED, held_by_user
from .news import happened, last_told, news_for
from .notices import HAS_MAILBOX, MAILED
from .own_units import own_units
from .reading import end_reading
from .tasks import waits_for_answer

# Rows that are read at once while a run plans: a few hundredths of a second.
_AT_ONCE = 250
_UNIT_ROLES = (Role.OFFICER, Role.UNIT_HEAD)
_PLANNERS = TABLE[Action.ASSIGN_TASKS]


# The moment at which it was made: what went over to another unit counts for the figures from a later day.
_REPORTED = (
    select(func.max(TaskReport.at))
    .where(TaskReport.task_id == Task.id, TaskReport.action == Hop.REPORT)
    .scalar_subquery()
)
_ASKED = (
    select(func.max(TaskReport.at))
    .where(TaskReport.task_id == Task.id, TaskReport.action.in_(REQUESTS))
    .scalar_subquery()
)
_TASKS = (
    select(
        Task.id,
        Task.unit_id,
        title_with_period(),
        Task.workflow,
        Task.due_current,
        _REPORTED.label("reported_at"),
        Unit.name,
        Unit.name_sort,
        func.coalesce(Directive.number, "").label("number"),
        Task.assigner_unit_id,
        Task.created_by_id,
        Directive.inspection_id.label("asked_by_id"),
        Task.reinspection_id,
        case((waits_for_answer(), _ASKED)).label("asked_at"),
    )
    .join(Unit, Unit.id == Task.unit_id)
    .outerjoin(Directive, Directive.id == Task.directive_id)
    .order_by(Task.id)
)
_TOLD = select(
    Reminder.task_id,
    Reminder.user_id,
    Reminder.unit_id,
    Reminder.topic,
    Reminder.counted_from,
    func.max(Reminder.mark).label("mark"),
).group_by(Reminder.task_id, Reminder.user_id, Reminder.unit_id, Reminder.topic, Reminder.counted_from)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a run plans with: the tasks, who is told of each, what they know, and who has today's digest.

    ``deciders``: who is asked by the unit; ``news``: what happened since each recipient's last digest.
    """

    tasks: tuple[OpenTask, ...]
    recipients: dict[int, list[Recipient]]
    told: dict[tuple[int, Recipient, Topic, date], int]
    has_digest: frozenset[Recipient]
    # Who wants mail, and can be sent one.
    mailed: frozenset[Recipient]
    deciders: dict[int, list[Recipient]] = field(default_factory=dict)
    news: dict[Recipient, tuple[News, ...]] = field(default_factory=dict)


def owed(day: date, now: datetime | None = None) -> Owed:
    """Everything a run needs for its plan; SELECTs for each :data:`_AT_ONCE` tasks, and some more.

    With ``now``, what happened until then too.

    No reading lasts long: SQLite lets nobody's save end while somebody reads.
    """
    soonest = day - timedelta(days=DUE_MARKS[0])
    concerned = (
        Task.workflow.in_(OPEN),
        or_(Task.workflow == Workflow.AWAITING, Task.due_current <= soonest, waits_for_answer()),
    )
    tasks: list[OpenTask] = []
    givers: dict[int, tuple[int | None, int | None]] = {}
    inspections: dict[int, tuple[int | None, int | None]] = {}
    told: dict[tuple[int, Recipient, Topic, date], int] = {}
    while True:
        after = tasks[-1].id if tasks else 0
        rows = db.session.execute(_TASKS.where(*concerned, Task.id > after).limit(_AT_ONCE)).all()
        end_reading()
        # Only the sort key's order matters; it is bytes or text, as the database keeps it.
        tasks += (
            OpenTask(
                *row[:5],
                reported_on=_day(row.reported_at),
                unit_name=row.name,
                unit_sort=row.name_sort,
                number=row.number,
                asked_on=_day(row.asked_at),
            )
            for row in rows
        )
        givers |= {row.id: (row.assigner_unit_id, row.created_by_id) for row in rows}
        inspections |= {row.id: (row.asked_by_id, row.reinspection_id) for row in rows}
        if rows:
            known = db.session.execute(_TOLD.where(Reminder.task_id.between(rows[0].id, rows[-1].id))).all()
            end_reading()
            told |= {
                (row.task_id, Recipient(row.user_id, row.unit_id), row.topic, row.counted_from): row.mark
                for row in known
            }
        if len(rows) < _AT_ONCE:
            break
    hops = happened(now) if now else []
    givers |= {hop.task.id: (hop.assigner_unit_id, hop.created_by_id) for hop in hops}
    inspections |= {hop.task.id: (hop.asked_by_id, hop.reinspection_id) for hop in hops}
    working, giving, mailed = _people([*tasks, *(hop.task for hop in hops)], givers, inspections)
    people = {one.id: (giving if one.workflow is Workflow.AWAITING else working)[one.id] for one in tasks}
    deciders = {one.id: giving[one.id] for one in tasks if one.asked_on is not None}
    news = news_for(hops, working, giving, last_told()) if hops else {}
    today = db.session.execute(select(Notice.user_id, Notice.unit_id).where(Notice.day == day)).all()
    end_reading()
    return Owed(
        tuple(tasks), people, told, frozenset(Recipient(*row) for row in today), mailed, deciders, news
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else periods.today(moment)


def _people(
    tasks: Iterable[OpenTask],
    givers: dict[int, tuple[int | None, int | None]],
    inspections: dict[int, tuple[int | None, int | None]],
) -> tuple[dict[int, list[Recipient]], dict[int, list[Recipient]], frozenset[Recipient]]:
    """Who is told of each task: its unit's people and mailbox; and of what it reports or asks, the side that gave it.

    That side is who plans in the assigning office, with its mailbox; where there is nobody, who wrote it down
    without an office (``givers``: the office, the person) and who plans in a delegation whose inspection asked for it
    or looks at it again (``inspections``), or, when no office gave it, that inspects the unit. Nobody is asked to
    confirm the work of their own unit.
    """
    accounts = db.session.execute(
        select(User.id, User.unit_id, User.role, MAILED.label("mailed")).where(
            User.active,
            or_(User.unit_id.is_not(None), User.role.in_(_PLANNERS)),
            User.role.in_([*_UNIT_ROLES, *_PLANNERS]),
        )
    ).all()
    mailboxes = frozenset(db.session.scalars(select(Unit.id).where(HAS_MAILBOX)))
    planners = db.session.execute(
        select(
            Inspection.id.label("inspection_id"),
            Inspection.unit_id,
            User.id,
            User.unit_id.label("works_in"),
            Unit.path,
            MAILED.label("mailed"),
        )
        .join(DelegationMember, DelegationMember.delegation_id == Inspection.delegation_id)
        .join(User, User.id == DelegationMember.user_id)
        .outerjoin(Unit, Unit.id == User.unit_id)
        .where(
            Inspection.state.not_in(UNDECIDED),
            DelegationMember.role.in_(_PLANNERS),
            held_by_user(),
            User.active,
        )
        .order_by(User.id, Inspection.id)
    ).all()
    own = own_units({one.works_in: one.path for one in planners if one.works_in is not None})
    end_reading()
    working: dict[int, list[Recipient]] = {}
    planning: dict[int, list[Recipient]] = {}
    # Who plans, and the units that are theirs: by the inspected unit, and by inspection.
    of_unit: dict[int, dict[int, frozenset[int]]] = {}
    of_inspection: dict[int | None, dict[int, frozenset[int]]] = {}
    for one in accounts:
        office = working if one.role in _UNIT_ROLES else planning
        office.setdefault(one.unit_id, []).append(Recipient(one.id))
    for member in planners:
        theirs = own.get(member.works_in, frozenset())
        of_unit.setdefault(member.unit_id, {})[member.id] = theirs
        of_inspection.setdefault(member.inspection_id, {})[member.id] = theirs
    alone = {one.id for one in accounts if one.unit_id is None}

    def inspecting(task: OpenTask) -> list[Recipient]:
        office, maker = givers[task.id]
        people = of_unit.get(task.unit_id, {}).copy() if office is None else {}
        for id_ in inspections[task.id]:
            people |= of_inspection.get(id_, {})
        ids = {id_ for id_, theirs in people.items() if task.unit_id not in theirs}
        if maker is not None and maker in alone:
            ids.add(maker)
        return [Recipient(id_) for id_ in sorted(ids)]

    def with_mailbox(office: int, people: list[Recipient]) -> list[Recipient]:
        return [*people, Recipient(None, office)] if office in mailboxes else people

    def giving(task: OpenTask) -> list[Recipient]:
        assigner, _maker = givers[task.id]
        office = assigner if assigner is not None and assigner != task.unit_id else 0
        return with_mailbox(office, planning.get(office) or inspecting(task))

    mailed = {Recipient(one.id) for one in (*accounts, *planners) if one.mailed}
    mailed |= {Recipient(None, unit_id) for unit_id in mailboxes}
    every = {task.id: task for task in tasks}.values()
    at_work = {task.id: with_mailbox(task.unit_id, working.get(task.unit_id, [])) for task in every}
    return at_work, {task.id: giving(task) for task in every}, frozenset(mailed)


def names_of(recipients: Iterable[Recipient]) -> dict[Recipient, str]:
    """What a person signs in as, or what a unit is called; for the table of a run."""
    wanted = list(recipients)
    users = db.session.execute(
        select(User.id, User.name).where(User.id.in_([one.user_id for one in wanted if one.user_id]))
    )
    units = db.session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_([one.unit_id for one in wanted if one.unit_id]))
    )
    return {Recipient(row.id): row.name for row in users} | {
        Recipient(None, row.id): row.name for row in units
    }
