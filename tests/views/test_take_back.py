"""/tasks/import/…/take-back: the second question with its counts, what stands in the way, and what is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.imports import ImportedTask, ImportState
from app.domain.task_steps import Action, Hop, Side
from app.domain.tasks import Workflow
from app.models import ImportJob, Task, User
from app.queries.news import my_news
from app.services.task_imports import Source, import_tasks
from app.services.tasks import move_task
from tests import make
from tests.cast import words

AGO = datetime.now(UTC) - timedelta(hours=2)


class List:
    """Carried in by a planner of an office, for a ward below it; tasks are done, new, new, …"""

    def __init__(self, number: int) -> None:
        office = make.unit("Quận")
        ward = make.unit("Phường A", parent=office)
        self.planner = make.user(Role.HEAD, unit=office)
        self.officer = make.user(Role.OFFICER, unit=ward)
        self.by = Principal(self.planner.id, Role.HEAD, office.id, office.path)
        job = ImportJob(
            user_id=self.by.id,
            state=ImportState.WRITING,
            file_name="viec.xlsx",
            sha256="s",
            size=1,
            beat_at=AGO,
            created_at=AGO,
        )
        db.session.add(job)
        db.session.commit()
        self.address, self.job_id = f"/tasks/import/{job.id}/take-back", job.id
        rows = [
            ImportedTask(n, "A", f"Việc {n}", date(2025, 1, 2), completed_on=None if n else date(2025, 2, 1))
            for n in range(number)
        ]
        import_tasks(rows, {"A": ward.id}, self.by, Source("s", "viec.xlsx", job.id), AGO)

    @property
    def tasks(self) -> list[Task]:
        db.session.expire_all()
        mine = select(Task).where(Task.created_by_id == self.by.id).order_by(Task.id)
        return list(db.session.scalars(mine))

    def accept(self, *tasks: Task) -> None:
        who = Principal(self.officer.id, Role.OFFICER, self.officer.unit_id)
        for id_ in [task.id for task in tasks]:
            move_task(id_, Hop(Action.ACCEPT), (Side.UNIT,), 1, who, AGO + timedelta(hours=1))


@pytest.fixture
def given(app) -> List:
    return List(3)


def test_the_list_is_taken_back_from_its_own_page_after_a_second_question(given, login):
    browser = login(given.planner)
    page = browser.get(f"/tasks/import/{given.job_id}")
    assert given.address in page.text
    page = browser.get(given.address)
    assert page.status_code == 200
    assert "Sẽ thu hồi 3 nhiệm vụ của 1 đơn vị." in words(page)
    assert "Trong đó 1 nhiệm vụ danh sách ghi là đã hoàn thành." in words(page)
    reply = browser.post(given.address, data={"text": "Nhập nhầm tệp năm trước"})
    assert (reply.status_code, reply.location) == (303, f"/tasks/import/{given.job_id}")
    page = browser.get(reply.location)
    assert "Đã thu hồi 3 nhiệm vụ" in words(page)
    assert "Nhập nhầm tệp năm trước" in words(page)
    assert given.address not in page.text
    assert {task.workflow for task in given.tasks} == {Workflow.CANCELLED}
    assert "Đã thu hồi" in words(browser.get("/tasks/import"))
    history = words(browser.get(f"/tasks/{given.tasks[0].id}"))
    assert "Thu hồi cùng cả danh sách đã nhập" in history
    assert "Nhập nhầm tệp năm trước" in history
    # Not twice, asked or pressed.
    assert browser.get(given.address).status_code == 409
    assert browser.post(given.address, data={"text": "Lần nữa"}).status_code == 409


def test_the_unit_is_told_with_the_reason(given, login):
    login(given.planner).post(given.address, data={"text": "Nhập nhầm tệp"})
    officer = db.session.get_one(User, given.officer.id)
    told = my_news(officer.id, datetime.now(UTC))
    assert [(one.action, one.text) for one in told if one.action is Action.TAKE_BACK] == [
        (Action.TAKE_BACK, "Nhập nhầm tệp")
    ] * 3
    assert "Thu hồi cùng cả danh sách đã nhập: «Nhập nhầm tệp»" in words(login(officer).get("/notices"))


def test_what_was_acted_on_is_counted_named_and_keeps_everything(app, login):
    given = List(14)
    given.accept(*given.tasks[1:13])
    browser = login(given.planner)
    for reply, status in (
        (browser.get(given.address), 200),
        (browser.post(given.address, data={"text": "Nhập nhầm"}), 409),
    ):
        assert reply.status_code == status
        assert "12 trong 14 nhiệm vụ đã có bước tiếp theo sau khi nhập" in words(reply)
        assert reply.text.count('class="row-title">Việc') == 10
        assert "Còn 2 nhiệm vụ nữa." in words(reply)
        assert f'href="/tasks/{given.tasks[1].id}"' in reply.text
        assert "<textarea" not in reply.text
    assert Workflow.CANCELLED not in {task.workflow for task in given.tasks}


def test_without_a_reason_nothing_happens_and_the_page_asks_again(given, login):
    reply = login(given.planner).post(given.address, data={"text": "  "})
    assert reply.status_code == 422
    assert "Sẽ thu hồi 3 nhiệm vụ" in words(reply)
    assert Workflow.CANCELLED not in {task.workflow for task in given.tasks}
    page = login(given.planner).post(given.address, data={"text": "x" * 2001})
    assert page.status_code == 422
    assert "x" * 2001 in page.text


def test_strangers_find_no_list_and_the_unit_may_not_ask(given, login):
    stranger = make.user(Role.HEAD, unit=db.session.get_one(make.models.Unit, given.by.unit_id))
    for browser, status in ((login(stranger), 404), (login(given.officer), 403)):
        assert browser.get(given.address).status_code == status
        assert browser.post(given.address, data={"text": "Nhập nhầm"}).status_code == status
    browser = login(given.planner)
    assert browser.get("/tasks/import/999/take-back").status_code == 404
    assert browser.delete(given.address).status_code == 405


def test_the_page_asks_as_much_for_many_tasks_as_for_few(app, login, count_statements):
    counts = []
    for number in (3, 40):
        given = List(number)
        given.accept(*given.tasks[-2:])
        browser = login(given.planner)
        with count_statements() as statements:
            assert browser.get(given.address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
