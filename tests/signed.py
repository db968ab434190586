"""An inspection with signed minutes, and what is asked of it: for the tests of conclusions, of following up and of re-inspections."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import vietnamese
from app.db import db
from app.domain.inspections import (
    Direction,
    FindingKind,
    State,
)
from app.domain.tasks import Workflow
from app.models import (
    Finding,
    Inspection,
    Task,
)
from tests import make
from tests.cast import World

TODAY = vietnamese.local(datetime.now(UTC)).date()
LATER = TODAY + timedelta(days=40)
PRODUCT = {"result": "Đã niêm yết đủ", "number": "12/BC-UBND", "issued_on": "15/9/2022", "link": ""}
FORM = {
    "number": "45/TB-SNV",
    "issued_on": vietnamese.date_short(TODAY),
    "title": "Kết luận kiểm tra",
    "agency": "Sở Nội vụ",
}


def short(day: date) -> str:
    return vietnamese.date_short(day)


AGAIN = {"inspected_on": short(TODAY), "period_from": "15/09/2022", "period_to": short(TODAY)}


class Signed(World):
    """Minutes are signed: two recommendations, one of them for a finding, and a finding nobody asked about."""

    def __init__(self, **inspection: Any) -> None:
        super().__init__(State.DA_KY_BIEN_BAN, published_at=make.NOW, locked_at=make.NOW, **inspection)
        self.found = make.finding(self.inspection, text="Chưa niêm yết thủ tục")
        self.silent = make.finding(self.inspection, "2.1.1", text="Sổ theo dõi ghi thiếu")
        make.finding(self.inspection, kind=FindingKind.UU_DIEM, severity=None, text="Trụ sở gọn gàng")
        self.first = make.recommendation(
            self.inspection, text="Niêm yết đủ thủ tục", finding_id=self.found.id, due_on=LATER
        )
        self.second = make.recommendation(self.inspection, text="Mở lại hòm thư góp ý")
        make.recommendation(self.inspection, text="Bổ sung biên chế", direction=Direction.TO_SUPERIOR)
        self.rows = {f"chosen-{self.silent.id}": "y"}

    def conclude(self, client: Any, **form: Any) -> Any:
        return client.post(f"{self.at}/conclusion", data=FORM | self.rows | form)

    def tasks(self) -> list[Task]:
        return list(db.session.scalars(select(Task).order_by(Task.id)))


def state_of(inspection_id: int) -> State:
    return db.session.execute(select(Inspection.state).where(Inspection.id == inspection_id)).scalar_one()


def finding(id_: int) -> Finding:
    return db.session.get_one(Finding, id_, populate_existing=True)


def step(client, task: Task, action: str, **data: Any):
    row = db.session.get_one(Task, task.id, populate_existing=True)
    return client.post(f"/tasks/{task.id}/steps/{action}", data={"version": row.version} | data)


def judge(client, at: str, task: Task, action: str, **data: Any):
    row = db.session.get_one(Task, task.id, populate_existing=True)
    return client.post(f"{at}/follow-up/{task.id}/{action}", data={"version": row.version} | data)


def report(client, task: Task) -> None:
    if db.session.get_one(Task, task.id, populate_existing=True).workflow is Workflow.NOT_STARTED:
        assert step(client, task, "tiep-nhan").status_code == 303
    assert step(client, task, "bao-cao", **PRODUCT).status_code == 303


def handed_to(task: Task, unit: Any) -> Task:
    """The task at the unit that goes on with it."""
    row = db.session.get_one(Task, task.id, populate_existing=True)
    row.workflow = Workflow.MOVED
    same = ("directive_id", "recommendation_id", "finding_id", "reinspection_id", "title")
    return make.task(unit, handed_over_from_id=row.id, **{name: getattr(row, name) for name in same})


def reinspect(client, world: Signed, **form: Any):
    return client.post(
        f"{world.at}/reinspection", data=AGAIN | {"delegation": str(world.delegation.id)} | form
    )


def newest() -> Inspection:
    return db.session.scalars(select(Inspection).order_by(Inspection.id.desc())).first()


def begin() -> str:
    """The visit of the newest inspection has begun; its address."""
    newest().state = State.DANG_KIEM_TRA
    db.session.commit()
    return f"/inspections/{newest().id}"
