"""«Hoàn tác» on a task's page, and a report on what was closed meanwhile."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from app.db import db
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Task
from tests.cast import words
from tests.views.assigned import PRODUCT, World, state, step


@pytest.fixture
def world(app) -> World:
    return World()


def test_a_wrong_return_is_taken_back_on_the_page(world, login):
    task = world.task(Workflow.AWAITING)
    head = login(world.head)
    assert step(head, task, Action.RETURN, text="Thiếu phụ lục").status_code == 303
    page = head.get(f"/tasks/{task.id}")
    assert "Hoàn tác «Trả lại, yêu cầu thực hiện lại»" in words(page)
    assert "Hoàn tác" not in words(login(world.officer).get(f"/tasks/{task.id}"))
    assert step(login(world.officer), task, Action.UNDO, text="Thử").status_code == 403
    refused = step(head, task, Action.UNDO, text=" ")
    assert refused.status_code == 422
    assert re.search(r'<details id="step-hoan_tac" open', refused.text)
    assert step(head, task, Action.UNDO, text="Bấm nhầm").status_code == 303
    assert state(task) is Workflow.AWAITING
    again = step(head, task, Action.UNDO, text="Bấm nhầm")
    assert again.status_code == 409
    assert "chỉ hoàn tác được quyết định vừa rồi" in words(again)
    page = words(login(world.officer).get(f"/tasks/{task.id}"))
    assert "Hoàn tác quyết định Bấm nhầm" in page[: page.index("Nội dung")]


def test_a_cancelled_task_offers_both_ways_back_and_says_which_is_which(world, login):
    task = world.task()
    head = login(world.head)
    step(head, task, Action.CANCEL, text="Trùng")
    page = words(head.get(f"/tasks/{task.id}"))
    assert "Hoàn tác «Hủy nhiệm vụ»" in page
    assert "đơn vị thực hiện và báo cáo lại từ đầu" in page
    step(head, task, Action.UNDO, text="Hủy nhầm")
    assert state(task) is Workflow.NOT_STARTED


def test_a_report_on_a_closed_task_gets_one_sentence_and_loses_nothing(world, login):
    task = world.task(Workflow.IN_PROGRESS)
    old = task.version
    step(login(world.head), task, Action.CANCEL, text="Trùng")
    for more in ({}, {"number": "", "issued_on": "khong phai ngay"}):
        response = login(world.officer).post(
            f"/tasks/{task.id}/steps/bao-cao",
            data={
                **PRODUCT,
                **more,
                "version": old,
                "result": "Đã ban hành kế hoạch dài",
                "files": [(BytesIO(b"%PDF-1.4"), "ke-hoach.pdf")],
            },
        )
        assert response.status_code == 409
        page = words(response)
        assert page.count("Nhiệm vụ đã khép lại") == 1
        assert "chọn lại các tệp" not in page
        assert "thực hiện lại" not in page
        assert "Đã ban hành kế hoạch dài" in page
        assert "ke-hoach.pdf" in page
    assert db.session.get_one(Task, task.id, populate_existing=True).workflow is Workflow.CANCELLED
