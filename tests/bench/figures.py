"""(d) to (g): a ward's list of 500 tasks, and a province of 12 and of 124 communes with 200 tasks each.

The floor of a province is a province of 12: what one row more costs must not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
from flask import Flask
from sqlalchemy import insert

from app import create_app, models
from app.db import db
from app.domain.access import Role
from app.domain.areas import ReformArea
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.domain.units import UnitKind
from tests import make
from tests.bench.stage import sign_in

FEW, MANY, EACH, OF_WARD = 12, 124, 200, 500


@dataclass(frozen=True)
class Place:
    """An app of its own, with the session of one person."""

    app: Flask
    cookie: str
    csrf: str


@contextmanager
def ward(tasks: int) -> Iterator[Place]:
    """The tasks of the ward whose officer asks."""
    with _place(lambda: _give([make.unit()], tasks), Role.OFFICER) as place:
        yield place


@contextmanager
def province(communes: int) -> Iterator[Place]:
    """200 tasks in each of so many communes, each inspected once; its leader asks."""

    def build() -> models.Unit:
        top = make.unit("Tỉnh Thái Nguyên", kind=UnitKind.TINH)
        units = [make.unit(f"Xã thứ {number}", parent=top) for number in range(communes)]
        delegation = make.delegation()
        version = make.checklist_version()
        for unit in units:
            make.inspection(unit=unit, delegation=delegation, version=version)
        _give(units, EACH)
        return top

    with _place(build, Role.SUPERVISOR) as place:
        yield place


@contextmanager
def _place(build: Callable[[], models.Unit], role: Role) -> Iterator[Place]:
    with TemporaryDirectory(prefix="soat-bench-") as name:
        url = f"sqlite:///{Path(name) / 'soat.db'}"
        app = create_app({"DATA_DIR": name, "DATABASE_URL": url, "SECRET_KEY": "bench"})
        with app.app_context():
            flask_migrate.upgrade()
            user = make.user(role, unit=build()).name
        yield Place(app, *sign_in(app, user, "/tasks"))
        with app.app_context():
            db.engine.dispose()


def _give(units: list[models.Unit], each: int) -> models.Unit:
    """Tasks of twenty directives with the history of each: given, accepted, reported, confirmed."""
    directives = [make.directive(number=f"{number}/CV-UBND").id for number in range(20)]
    tasks, hops = [], []
    for unit in units:
        for number in range(each):
            given = date(2022, 1, 3) + timedelta(days=number % 240)
            done = given + timedelta(days=20) if number % 2 else None
            due = None if number % 7 == 0 else given + timedelta(days=15 + number % 20)
            state = Workflow.DONE if done else Workflow.IN_PROGRESS
            id_ = len(tasks) + 1
            tasks.append(
                {
                    "id": id_,
                    "unit_id": unit.id,
                    "directive_id": directives[number % 20],
                    "area": [*ReformArea, None][number % 8],
                    "title": f"Nhiệm vụ số {number}",
                    "title_search": f"nhiem vu so {number}",
                    "assigned_on": given,
                    "due_original": due,
                    "due_current": due,
                    "workflow": state,
                    "completed_on": done,
                    "created_at": make.NOW,
                }
            )
            way = [(Action.ASSIGN, Workflow.NOT_STARTED, 0), (Action.ACCEPT, Workflow.IN_PROGRESS, 1)]
            if done:
                way += [(Action.REPORT, Workflow.AWAITING, 20), (Action.CONFIRM, Workflow.DONE, 22)]
            hops += [
                {
                    "task_id": id_,
                    "action": action,
                    "workflow_after": after,
                    "effective_on": given + timedelta(days=later),
                    "due": due,
                    "completed_on": done if after is Workflow.DONE else None,
                    "at": make.NOW,
                }
                for action, after, later in way
            ]
    db.session.execute(insert(models.Task), tasks)
    db.session.execute(insert(models.TaskReport), hops)
    db.session.commit()
    return units[0]
