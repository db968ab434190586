"""Handing over what a unit has open to the units in which it lives on, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import and_, or_, select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.handovers import HANDED_OVER, Kind, Piece, destinations, next_assigner
from ..domain.periods import today
from ..domain.refusals import Missing, sentence
from ..domain.task_steps import Action, Hop, pending_request
from ..domain.tasks import Workflow
from ..models import Attachment, Finding, Task, TaskReport, Unit
from ..queries.handovers import estate_of, open_findings_of, open_given_by, open_tasks_of
from ._audit import changes, note_event, note_events
from ._tasks import heir_of, log_hop


@verb
def hand_over_unit(
    unit_id: int,
    main: int | None,
    elsewhere: Mapping[Piece, int],
    seen: str,
    by: Principal,
    now: datetime,
    assigner: int | None = None,
) -> tuple[int, int, int]:
    """How many tasks and shortcomings went over, and how many tasks have another assigner now. ``seen`` is the seal of the preview the person decided by.

    A task goes on where it stood: accepted stays accepted, a report that waits goes on waiting, and the day
    it was made stays the day that counts. What the unit gave is confirmed by the successor ``assigner``, or where
    everything goes. Nothing of :func:`destinations` is written by halves.
    """
    unit = db.session.execute(
        select(Unit).where(Unit.id == unit_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if unit is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    _hold_tasks(unit_id)
    tasks, given = _locked_tasks(unit_id), _locked_given(unit_id)
    findings = _locked_findings(unit_id)
    estate = estate_of(unit, today(now))
    goes = destinations(estate, main, elsewhere, seen)
    giver_id = next_assigner(estate, main, assigner)
    names = {heir.id: heir.name for heir in estate.heirs}
    moved = [(tasks[id_], heir_id) for (kind, id_), heir_id in goes.items() if kind is Kind.TASK]
    handed = [(findings[id_], heir_id) for (kind, id_), heir_id in goes.items() if kind is Kind.FINDING]
    old_name = unit.name if estate.goes_on else f"{unit.name} (cũ)"
    heirs = _move(moved, old_name, names, by, now)
    for finding, heir_id in handed:
        finding.handed_to_unit_id = heir_id
        finding.version += 1
    note_events(
        "finding.hand_over",
        "inspection",
        (
            (finding.inspection_id, {"finding": finding.id, "unit_id": heir_id, "from_unit_id": unit_id})
            for finding, heir_id in handed
        ),
        by.id,
        now,
    )
    adopted = [
        task
        for task in (*given, *heirs)
        if task.assigner_unit_id == unit_id and task.workflow in HANDED_OVER and giver_id is not None
    ]
    told = {"to": sorted(set(goes.values())), "tasks": len(moved), "findings": len(handed)}
    if giver_id is not None:
        _adopt(adopted, giver_id, f"{old_name} → {names[giver_id]}", by, now)
        told |= {"to": sorted({*goes.values(), giver_id}), "given": len(adopted)}
    note_event("unit.hand_over", "unit", unit_id, by.id, now, told)
    return len(moved), len(handed), len(adopted)


def _adopt(tasks: Iterable[Task], giver_id: int, text: str, by: Principal, now: datetime) -> None:
    """The successor confirms from now on what the unit gave, also what has just gone over."""
    said: list[tuple[int, dict[str, object]]] = []
    for task in tasks:
        other = changes({"assigner_unit_id": task.assigner_unit_id}, {"assigner_unit_id": giver_id})
        said.append((task.id, {"text": text, **other}))
        task.assigner_unit_id = giver_id
        task.version += 1
        log_hop(task, Hop(Action.ADOPT, text), task.workflow, by, now)
    note_events(f"task.{Action.ADOPT}", "task", said, by.id, now)


def _hold_tasks(unit_id: int) -> None:
    """All of them at once and in one order, before anything is noted in the trail, so that nobody waits for each
    other."""
    either = or_(and_(*open_tasks_of(unit_id)), and_(*open_given_by(unit_id)))
    db.session.execute(select(Task.id).where(either).order_by(Task.id).with_for_update()).all()


def _locked_given(unit_id: int) -> list[Task]:
    rows = db.session.scalars(
        select(Task).where(*open_given_by(unit_id)).order_by(Task.id),
        execution_options={"populate_existing": True},
    )
    return list(rows)


def _locked_tasks(unit_id: int) -> dict[int, Task]:
    rows = db.session.scalars(
        select(Task).where(*open_tasks_of(unit_id)).order_by(Task.id).with_for_update(),
        execution_options={"populate_existing": True},
    )
    return {task.id: task for task in rows}


def _locked_findings(unit_id: int) -> dict[int, Finding]:
    rows = db.session.scalars(
        select(Finding)
        .where(Finding.id.in_(open_findings_of(unit_id)))
        .order_by(Finding.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    return {finding.id: finding for finding in rows}


def _move(
    moved: list[tuple[Task, int]], old_name: str, names: Mapping[int, str], by: Principal, now: datetime
) -> list[Task]:
    """The rows that go on at the heirs."""
    if not moved:
        return []
    heirs = {task.id: _same_place(task, heir_of(task, heir_id, by, now)) for task, heir_id in moved}
    db.session.add_all(heirs.values())
    db.session.flush()
    said: list[tuple[int, dict[str, object]]] = []
    for task, heir_id in moved:
        text = f"Bàn giao cho {names[heir_id]}"
        log_hop(heirs[task.id], Hop(Action.ASSIGN, f"Nhận bàn giao từ {old_name}"), None, by, now)
        before, task.workflow = task.workflow, Workflow.MOVED
        task.version += 1
        log_hop(task, Hop(Action.MOVE, text, unit_id=heir_id), before, by, now)
        said.append((task.id, {"from": before, "to": task.workflow, "text": text, "unit_id": heir_id}))
    db.session.flush()
    again = _hops_that_wait(heirs, now)
    _copy_files(heirs, again)
    _follow_parents(heirs)
    note_events(f"task.{Action.MOVE}", "task", said, by.id, now)
    return list(heirs.values())


def _same_place(task: Task, heir: Task) -> Task:
    """Where the old one stood, with what was reported. Who gave it without an office goes on confirming it: the
    administrator only carries it over."""
    kept = (
        "workflow",
        "progress",
        "product_number",
        "product_date",
        "product_link",
        "result",
        "created_by_id",
    )
    for name in kept:
        setattr(heir, name, getattr(task, name))
    return heir


def _hops_that_wait(heirs: Mapping[int, Task], now: datetime) -> dict[int, TaskReport]:
    """The report or request that nobody has answered yet, or the pause that lasts, once more at the heir, by the id
    of the old hop.

    It keeps the moment at which it was made, for that is the day of completion once it is accepted. For the
    figures it counts from today, until then the old row told it; a period that has not begun, from its first day.
    """
    history: dict[int, list[TaskReport]] = {}
    for hop in db.session.scalars(
        select(TaskReport).where(TaskReport.task_id.in_(list(heirs))).order_by(TaskReport.id)
    ):
        if hop.action is not Action.MOVE:
            history.setdefault(hop.task_id, []).append(hop)
    again: dict[int, TaskReport] = {}
    for id_, hops in history.items():
        waiting = _waiting(hops, heirs[id_].workflow)
        if waiting is not None:
            again[waiting.id] = _once_more(waiting, heirs[id_], now)
    db.session.add_all(again.values())
    db.session.flush()
    return again


def _waiting(hops: list[TaskReport], workflow: Workflow) -> TaskReport | None:
    lasting = {Workflow.AWAITING: Action.REPORT, Workflow.PAUSED: Action.PAUSE}.get(workflow)
    wanted = lasting or pending_request(hop.action for hop in hops)
    return next((hop for hop in reversed(hops) if hop.action is wanted), None)


def _once_more(hop: TaskReport, heir: Task, now: datetime) -> TaskReport:
    copied = (
        *("action", "text", "product_number", "product_date", "product_link"),
        *("due_before", "due_after", "workflow_before", "progress", "user_id", "at"),
    )
    return TaskReport(
        **{name: getattr(hop, name) for name in copied},
        task_id=heir.id,
        effective_on=max(today(now), heir.assigned_on),
        due=heir.due_current,
        workflow_after=heir.workflow,
    )


def _copy_files(heirs: Mapping[int, Task], again: Mapping[int, TaskReport]) -> None:
    """The papers go along, those of a waiting report with the report; the bytes are kept once."""
    copied = (
        *("sha256", "thumbnail_sha256", "received_sha256", "name", "kind", "size", "caption"),
        *("uploaded_by_id", "uploaded_at"),
    )
    files = db.session.scalars(
        select(Attachment)
        .where(Attachment.task_id.in_(list(heirs)), Attachment.removed_at.is_(None))
        .order_by(Attachment.id)
    )
    for file in files.all():
        if file.task_id is None:
            continue
        report = again.get(file.task_report_id or 0)
        db.session.add(
            Attachment(
                **{name: getattr(file, name) for name in copied},
                op_id=str(uuid4()),
                task_id=heirs[file.task_id].id,
                task_report_id=report.id if report else None,
            )
        )


def _follow_parents(heirs: Mapping[int, Task]) -> None:
    """Children of a task that went over are children of its heir, wherever they are."""
    children: Iterable[Task] = db.session.scalars(
        select(Task).where(Task.parent_id.in_(list(heirs)), Task.workflow != Workflow.MOVED)
    )
    for child in children:
        if child.parent_id is not None:
            child.parent_id = heirs[child.parent_id].id
