"""A ward, the office that gives it tasks under a document, and hops of these: for tests of what people are told."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

from app.domain.access import Role
from app.domain.task_steps import Action
from app.models import Task, TaskReport
from tests import make


def sides() -> SimpleNamespace:
    ward, office = make.unit("Phường Cầu Tre"), make.unit("Văn phòng UBND thành phố")
    return SimpleNamespace(
        ward=ward,
        office=office,
        officer=make.user(Role.OFFICER, unit=ward),
        giver=make.user(Role.HEAD, unit=office),
        directive=make.directive(number="12/KH-UBND"),
    )


def given(world: SimpleNamespace, **rest: object) -> Task:
    return make.task(
        world.ward, assigner_unit_id=world.office.id, **{"directive_id": world.directive.id} | rest
    )


def hop_at(task: Task, action: Action, at: datetime, **rest: object) -> None:
    fields = {"workflow_after": task.workflow, "due": task.due_current, "effective_on": at.date()} | rest
    make._save(TaskReport(task_id=task.id, action=action, at=at, **fields))
