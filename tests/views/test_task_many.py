"""/tasks/many, the end of a directive, and answers to many requests for more time: all of them, or none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Task, TaskReport
from tests import make
from tests.cast import words
from tests.told import hop_at
from tests.views.assigned import FUTURE, PRODUCT, World, state, step
from tests.views.test_tasks_board import DAY, TODAY


@pytest.fixture
def world(app) -> World:
    return World()


def ticked(*tasks: Task, **more: str) -> dict[str, object]:
    versions = {
        f"version-{task.id}": str(db.session.scalar(select(Task.version).where(Task.id == task.id)))
        for task in tasks
    }
    return {"task": [str(task.id) for task in tasks], **versions, **more}


def actions(task: Task) -> list[Action]:
    found = select(TaskReport.action).where(TaskReport.task_id == task.id).order_by(TaskReport.id)
    return list(db.session.scalars(found))


def test_the_board_offers_ticks_to_who_may_steer_and_to_who_may_accept(world, login):
    task = world.task(title="Việc mới.")
    tick = f'name="task" value="{task.id}" form="many"'
    assert tick in login(world.head).get("/tasks").text
    assert tick + " checked" in login(world.head).get("/tasks?choose=1").text
    page = login(world.officer).get("/tasks")
    assert tick in page.text
    assert "Tiếp nhận nhiệm vụ mới 1" in words(page)
    for person in (world.supervisor, world.member):
        assert tick not in login(person).get("/tasks").text


def test_many_are_cancelled_with_one_reason(world, login):
    first, second, third = (world.task(title=f"Việc {n}.", due_current=TODAY) for n in "123")
    head = login(world.head)
    page = head.get(f"/tasks/many/huy?task={first.id}&task={second.id}&task=x&task=999")
    assert "Hủy nhiều nhiệm vụ 2" in words(page)
    nothing = head.post("/tasks/many/huy", data=ticked(first, second))
    assert nothing.status_code == 422
    assert "Ghi lý do." in words(nothing)
    assert state(first) is Workflow.NOT_STARTED
    sent = ticked(first, second, text="Giao nhầm", next="/tasks?group=trong_han")
    response = head.post("/tasks/many/huy", data=sent)
    assert (response.status_code, response.location) == (303, "/tasks?group=trong_han")
    assert [state(one) for one in (first, second, third)] == [
        Workflow.CANCELLED,
        Workflow.CANCELLED,
        Workflow.NOT_STARTED,
    ]
    assert "Đã hủy 2 nhiệm vụ." in words(head.get("/tasks"))


def test_one_that_was_changed_meanwhile_stops_all_and_nothing_typed_is_lost(world, login):
    first, second = (world.task(due_current=TODAY) for _ in range(2))
    sent = ticked(first, second, text="Giao nhầm")
    assert step(login(world.officer), second, Action.ACCEPT).status_code == 303
    response = login(world.head).post("/tasks/many/huy", data=sent)
    assert response.status_code == 409
    assert "vừa được người khác cập nhật" in words(response)
    assert "Giao nhầm</textarea>" in response.text
    assert f'name="task" value="{first.id}" checked' in response.text
    assert f'name="task" value="{second.id}" checked' not in response.text
    assert state(first) is Workflow.NOT_STARTED


def test_many_get_one_new_due_date_where_they_have_one(world, login):
    dated, undated = world.task(due_current=TODAY - DAY), world.task(title="Không hạn.")
    head = login(world.head)
    page = head.get(f"/tasks/many/gia-han?task={dated.id}&task={undated.id}")
    assert "chừa lại: Không hạn." in words(page)
    bad = head.post("/tasks/many/gia-han", data=ticked(dated, text="Chờ hướng dẫn"))
    assert bad.status_code == 422
    sent = ticked(dated, due=FUTURE, text="Chờ hướng dẫn")
    assert head.post("/tasks/many/gia-han", data=sent).status_code == 303
    due = db.session.execute(select(Task.due_original, Task.due_current).where(Task.id == dated.id)).one()
    assert due[0] == TODAY - DAY
    assert due[1] > TODAY


def test_a_ward_accepts_all_that_is_new(world, login):
    tasks = [world.task(title=f"Việc {n}.") for n in "12"]
    later = world.task(assigned_on=TODAY + DAY)
    officer = login(world.officer)
    assert "Tiếp nhận nhiều nhiệm vụ 2" in words(officer.get("/tasks/many/tiep-nhan"))
    assert officer.post("/tasks/many/tiep-nhan", data=ticked(*tasks)).status_code == 303
    assert {state(one) for one in tasks} == {Workflow.IN_PROGRESS}
    assert state(later) is Workflow.NOT_STARTED
    assert "Chưa có nhiệm vụ nào để làm việc này" in words(officer.get("/tasks/many/tiep-nhan"))


def test_who_may_not_is_told_so_and_nothing_is_written(world, login):
    task = world.task(due_current=TODAY)
    cancel = ticked(task, text="Giao nhầm")
    for person in (world.officer, world.supervisor, world.member):
        assert login(person).post("/tasks/many/huy", data=cancel).status_code == 403
    assert login(world.stranger).post("/tasks/many/huy", data=cancel).status_code == 404
    assert login(world.head).post("/tasks/many/tiep-nhan", data=ticked(task)).status_code == 403
    assert login(world.head).post("/tasks/many/huy", data={"text": "x"}).status_code == 422
    assert login(world.head).get("/tasks/many/xoa").status_code == 404
    assert login(world.head).post("/tasks/many/mo-lai", data=cancel).status_code == 404
    assert login(world.head).put("/tasks/many/huy").status_code == 405
    assert state(task) is Workflow.NOT_STARTED


def test_a_report_accepts_what_was_not_accepted_yet(world, login):
    task = world.task()
    officer = login(world.officer)
    assert step(officer, task, Action.REPORT, **PRODUCT | {"result": ""}).status_code == 422
    assert state(task) is Workflow.NOT_STARTED
    assert step(officer, task, Action.REPORT, **PRODUCT).status_code == 303
    assert state(task) is Workflow.AWAITING
    assert actions(task) == [Action.ASSIGN, Action.ACCEPT, Action.REPORT]
    assert step(officer, task, Action.WITHDRAW).status_code == 303
    assert state(task) is Workflow.IN_PROGRESS


# --- A directive that was entered by mistake


def test_all_that_a_directive_gave_is_cancelled_at_once(world, login):
    directive = make.directive(number="12/KH-UBND")
    second = make.unit("Phường Lạc Viên", parent=world.district)
    make.inspection(unit=second, delegation=world.delegation)
    open_ones = [make.task(unit, directive_id=directive.id) for unit in (world.ward, second)]
    done = world.task(Workflow.DONE, directive_id=directive.id)
    foreign = make.task(world.other, directive_id=directive.id)
    head, at = login(world.head), f"/directives/{directive.id}/cancel"
    assert at in head.get(f"/directives/{directive.id}").text
    assert "Sẽ hủy 2 nhiệm vụ của 2 đơn vị." in words(head.get(at))
    assert head.post(at, data={"shown": "2"}).status_code == 422
    stale = head.post(at, data={"shown": "5", "text": "Nhập nhầm"})
    assert stale.status_code == 409
    assert "nay là 2" in words(stale)
    assert "Nhập nhầm</textarea>" in stale.text
    assert head.post(at, data={"shown": "2", "text": "Nhập nhầm"}).status_code == 303
    assert {state(one) for one in open_ones} == {Workflow.CANCELLED}
    assert state(done) is Workflow.DONE
    assert state(foreign) is Workflow.NOT_STARTED
    assert all(actions(one)[-1] is Action.CANCEL for one in open_ones)
    assert head.get(at).status_code == 403


def test_only_who_gave_them_cancels_the_tasks_of_a_directive(world, login):
    directive = make.directive(number="12/KH-UBND")
    task = world.task(directive_id=directive.id)
    at, sent = f"/directives/{directive.id}/cancel", {"shown": "1", "text": "Nhập nhầm"}
    for person in (world.officer, world.supervisor, world.member):
        assert login(person).get(at).status_code == 403
        assert login(person).post(at, data=sent).status_code == 403
    assert login(world.stranger).post(at, data=sent).status_code == 404
    assert login(world.head).delete(at).status_code == 405
    assert state(task) is Workflow.NOT_STARTED


def test_cancelling_all_costs_few_statements_a_task(world, login, count_statements):
    head, costs = login(world.head), []
    for number in (2, 12):
        directive = make.directive(number=f"{number}/KH-UBND")
        for _ in range(number):
            world.task(directive_id=directive.id)
        with count_statements() as statements:
            sent = {"shown": str(number), "text": "Nhập nhầm"}
            assert head.post(f"/directives/{directive.id}/cancel", data=sent).status_code == 303
        costs.append(len(statements))
    assert costs[1] - costs[0] <= 2 * 10


# --- Requests for more time


def asked(world: World, login, **rest) -> Task:
    task = world.task(Workflow.IN_PROGRESS, due_current=TODAY, **rest)
    said = step(login(world.officer), task, Action.ASK_EXTENSION, due=FUTURE, text="Chờ hướng dẫn")
    assert said.status_code == 303
    return task


def answers(*rows: tuple[Task, str, str], **more: str) -> dict[str, object]:
    data = ticked(*(task for task, _choice, _due in rows), **more)
    del data["task"]
    for task, choice, due in rows:
        data |= {f"answer-{task.id}": choice, f"due-{task.id}": due}
    return data


def test_many_requests_are_answered_at_once(world, login):
    first, second, third = (asked(world, login, title=f"Việc {n}.") for n in "123")
    head, at = login(world.head), "/tasks/confirm/requests"
    page = head.get("/tasks/confirm")
    assert "Đề nghị của đơn vị chờ trả lời 3" in words(page)
    assert f'value="{FUTURE}"' in page.text
    rows = ((first, "gia_han", FUTURE), (second, "khong_dong_y", ""), (third, "", FUTURE))
    no_reason = head.post(at, data=answers(*rows))
    assert no_reason.status_code == 422
    assert "Ghi lý do." in words(no_reason)
    assert head.post(at, data=answers(*rows, text="Đã bàn")).status_code == 303
    assert [actions(one)[-1] for one in (first, second, third)] == [
        Action.EXTEND,
        Action.DECLINE,
        Action.ASK_EXTENSION,
    ]
    assert "Đề nghị của đơn vị chờ trả lời 1" in words(head.get("/tasks/confirm"))


def test_a_request_goes_on_waiting_here_when_the_task_is_put_right_or_its_assigner_becomes_another(
    world, login
):
    task = asked(world, login, title="Niêm yết")
    corrected = {"title": "Niêm yết thủ tục", "detail": "", "area": "", "directive": ""}
    assert step(login(world.head), task, Action.CORRECT, **corrected).status_code == 303
    hop_at(task, Action.ADOPT, datetime.now(UTC))
    page = login(world.head).get("/tasks/confirm")
    assert "Đề nghị của đơn vị chờ trả lời 1 Niêm yết thủ tục" in words(page)
    sent = answers((task, "gia_han", FUTURE), text="Đã bàn")
    assert login(world.head).post("/tasks/confirm/requests", data=sent).status_code == 303
    assert actions(task)[-1] is Action.EXTEND


def test_a_day_that_cannot_be_read_or_has_gone_by_stops_all_answers(world, login):
    first, second = asked(world, login), asked(world, login)
    head, at = login(world.head), "/tasks/confirm/requests"
    for due in ("hôm nào đó", "01/01/2020"):
        sent = answers((first, "gia_han", FUTURE), (second, "gia_han", due), text="Đã bàn")
        response = head.post(at, data=sent)
        assert response.status_code == 422
        assert f'value="{due}"' in response.text
    assert actions(first)[-1] is Action.ASK_EXTENSION
    assert head.post(at, data={}).status_code == 422
    assert login(world.officer).post(at, data=sent).status_code == 403
    assert login(world.stranger).post(at, data=sent).status_code == 404
    assert head.get(at).status_code == 405


# --- Given before its document, or too late


def test_a_task_before_its_document_or_overdue_at_birth_is_given_with_a_warning(world, login):
    head = login(world.head)
    directive = make.directive(number="12/KH-UBND", issued_on=TODAY, created_by_id=world.head.id)
    sent = {
        "title": "Việc mới",
        "lead": str(world.ward.id),
        "directive": str(directive.id),
        "assigned_on": (TODAY - 20 * DAY).strftime("%d/%m/%Y"),
        "due": (TODAY - DAY).strftime("%d/%m/%Y"),
    }
    early, late = "trước ngày của văn bản", "quá hạn ngay khi được giao"
    seen = words(head.post("/tasks/new", data=sent | {"preview": "1"}))
    assert early in seen
    assert late in seen
    response = head.post("/tasks/new", data=sent)
    assert response.status_code == 303
    said = words(head.get(response.location))
    assert early in said
    assert late in said
    fine = sent | {"title": "Việc khác", "assigned_on": TODAY.strftime("%d/%m/%Y"), "due": FUTURE}
    said = words(head.get(head.post("/tasks/new", data=fine).location))
    assert early not in said
    assert late not in said


def test_more_time_is_offered_where_there_is_a_due_date(world, login):
    dated, undated = world.task(due_current=TODAY), world.task()
    for person, words_ in ((world.officer, "Đề nghị gia hạn"), (world.head, "Gia hạn")):
        assert words_ in words(login(person).get(f"/tasks/{dated.id}"))
        assert words_ not in words(login(person).get(f"/tasks/{undated.id}"))


# --- A document task by task, and one word for each unit


def test_a_document_shows_each_task_with_its_units_done_and_overdue(world, login):
    directive = make.directive(number="12/KH-UBND")
    second = make.unit("Phường Lạc Viên", parent=world.district)
    make.inspection(unit=second, delegation=world.delegation)
    for unit in (world.ward, second):
        make.task(unit, title="Báo cáo quý.", directive_id=directive.id, due_current=TODAY - DAY)
    world.task(Workflow.DONE, title="Ban hành kế hoạch.", directive_id=directive.id)
    make.task(world.other, title="Báo cáo quý.", directive_id=directive.id)
    head, at = login(world.head), f"/directives/{directive.id}"
    page = words(head.get(f"{at}?by=task"))
    assert "Theo nhiệm vụ 2" in page
    assert "Báo cáo quý. 2 0/2 0,00% 2" in page
    assert "Ban hành kế hoạch. 1 1/1 100,00% 0" in page
    units = words(head.get(at))
    assert "Phường Cầu Tre 1/2" in units
    assert units.count("1 quá hạn") == 2


def test_a_document_task_by_task_costs_the_same_for_few_and_many(world, login, count_statements):
    directive, costs = make.directive(number="12/KH-UBND"), []
    head = login(world.head)
    for number in (2, 20):
        for place in range(number):
            world.task(title=f"Việc {number}/{place}", directive_id=directive.id)
        with count_statements() as statements:
            assert head.get(f"/directives/{directive.id}?by=task").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
