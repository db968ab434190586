"""Keeps the state of a finding beside that of its tasks, inside the running transaction; itself no verb."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from ..db import db
from ..domain.inspections import FindingState
from ..domain.remedies import GONE, remedied_on, state_after
from ..domain.task_steps import Action
from ..models import Finding, Task
from ._audit import note_event


def follow_remedy(finding_id: int | None, action: Action, user_id: int, now: datetime) -> None:
    """After a hop of one of its tasks: how far the finding is remedied. Nothing for tasks without one."""
    if finding_id is None:
        return
    # Two tasks of one finding that are confirmed at once wait here for each other.
    finding = db.session.get(Finding, finding_id, populate_existing=True, with_for_update=True)
    if finding is None:
        return
    tasks = db.session.execute(
        select(Task.workflow, Task.completed_on).where(Task.finding_id == finding_id, Task.lead)
    ).all()
    state = state_after(action, finding.state, [task.workflow for task in tasks])
    _note(finding, state, user_id, now)
    finding.remedied_on = remedied_on(
        state, [task.completed_on for task in tasks if task.workflow not in GONE]
    )


def announce(finding: Finding, user_id: int, now: datetime) -> None:
    """Told to the unit by the conclusion."""
    if finding.state is FindingState.MOI:
        _note(finding, FindingState.DA_THONG_BAO, user_id, now)


def _note(finding: Finding, state: FindingState, user_id: int, now: datetime) -> None:
    if state is finding.state:
        return
    said = {"finding": finding.id, "from": finding.state, "to": state}
    finding.state = state
    note_event("finding.state", "inspection", finding.inspection_id, user_id, now, said)
