"""A unit that ended with what it had open, and its heir: for tests of handing over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.tasks import OUTSIDE
from app.domain.units import SuccessionType
from app.models import Task, TaskReport, Unit, UnitSuccession
from app.queries.handovers import estate_of
from app.services import tasks as verbs
from app.services.handovers import hand_over_unit
from tests import make

DAY = date(2022, 10, 3)

NOW = datetime(2022, 10, 3, 3, 0, tzinfo=UTC)

END = date(2022, 9, 30)

DUE = date(2022, 10, 20)


def person(role: Role, unit: Unit | None = None) -> Principal:
    user = make.user(role, unit=unit)
    return Principal(user.id, role, unit.id if unit else None, unit.path if unit else "")


class World:
    def __init__(self) -> None:
        self.giver = make.unit("Quận Ngô Quyền")
        self.old = make.unit("Phường Cầu Tre", valid_to=END)
        self.new = make.unit("Phường Ngô Quyền")
        self.admin = person(Role.ADMIN)
        self.head = person(Role.HEAD, self.giver)
        self.officer = person(Role.OFFICER, self.old)
        become(self.old, self.new)

    def task(self, **rest):
        return make.task(self.old, **({"due_current": DUE, "assigner_unit_id": self.giver.id} | rest))

    def seal(self) -> str:
        return estate_of(self.unit, DAY).seal

    @property
    def unit(self) -> Unit:
        return db.session.get_one(Unit, self.old.id)

    def hand_over(self, main=None, elsewhere=None, seen=None, now=NOW, assigner=None):
        seen = self.seal() if seen is None else seen
        main = self.new.id if main is None else main
        *done, self.given = hand_over_unit(
            self.old.id, main, elsewhere or {}, seen, self.admin, now, assigner
        )
        db.session.expire_all()
        return tuple(done)


def become(old, new, type_=SuccessionType.MERGE, day=END + timedelta(days=1)):
    make._save(UnitSuccession(from_unit_id=old.id, to_unit_id=new.id, effective_date=day, type=type_))


def move_task(*given) -> None:
    verbs.move_task(*given)
    db.session.expire_all()


def heir_of(task) -> Task:
    return db.session.execute(select(Task).where(Task.handed_over_from_id == task.id)).scalar_one()


def hops(task) -> list[TaskReport]:
    return list(
        db.session.scalars(select(TaskReport).where(TaskReport.task_id == task.id).order_by(TaskReport.id))
    )


def counted_on(day: date) -> int:
    """As the figures count: the last hop of each task by that day, if it is inside."""
    last: dict[int, TaskReport] = {}
    for hop in db.session.scalars(select(TaskReport).order_by(TaskReport.effective_on, TaskReport.id)):
        if hop.effective_on <= day:
            last[hop.task_id] = hop
    return sum(hop.workflow_after not in OUTSIDE for hop in last.values())
