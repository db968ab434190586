"""A ward, who gives it tasks, and one hop of a task over the web: for tests of the pages of tasks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Task
from tests import make

PRODUCT = {"result": "Đã ban hành", "number": "45/BC-UBND", "issued_on": "15/9/2022", "link": ""}

FUTURE = (datetime.now(UTC) + timedelta(days=30)).strftime("%d/%m/%Y")


class World:
    """A ward in a district, its officer, the head and a member of the delegation that inspects it."""

    def __init__(self) -> None:
        self.district = make.unit("Quận Ngô Quyền")
        self.ward = make.unit("Phường Cầu Tre", parent=self.district)
        self.other = make.unit("Phường Đằng Giang", parent=self.district)
        self.officer = make.user(Role.OFFICER, unit=self.ward)
        self.stranger = make.user(Role.OFFICER, unit=self.other)
        self.supervisor = make.user(Role.SUPERVISOR, unit=self.district)
        self.delegation = make.delegation()
        make.inspection(unit=self.ward, delegation=self.delegation)
        self.head = make.member(self.delegation, Role.HEAD, user=make.user(Role.HEAD, unit=self.district))
        self.member = make.member(self.delegation, Role.MEMBER)

    def task(self, workflow: Workflow = Workflow.NOT_STARTED, **rest) -> Task:
        if workflow is Workflow.DONE:
            rest.setdefault("completed_on", date(2022, 9, 1))
        return make.task(self.ward, workflow=workflow, **rest)


def step(client, task, action: Action, **data):
    version = db.session.scalar(select(Task.version).where(Task.id == task.id))
    return client.post(f"/tasks/{task.id}/steps/{action.replace('_', '-')}", data={"version": version} | data)


def state(task) -> Workflow:
    return db.session.scalar(select(Task.workflow).where(Task.id == task.id))
