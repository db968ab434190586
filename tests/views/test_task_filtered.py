"""/tasks/many/…/all: one act on all tasks of a filter; and refusals, answered together with requests for time."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.inspections import FindingState
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import AuditEvent, Task, TaskReport
from app.queries import task_filtered
from app.services import many_tasks
from tests import make
from tests.views.test_task_many import actions, answers, asked
from tests.views.test_tasks import FUTURE, World, state, step, words
from tests.views.test_tasks_board import DAY, TODAY

CANCEL, EXTEND, ACCEPT = (f"/tasks/many/{act}/all" for act in ("huy", "gia-han", "tiep-nhan"))
ALL = "?group=tat_ca&year=tat_ca"


@pytest.fixture
def world(app) -> World:
    return World()


def seal(page) -> str:
    (found,) = re.findall(r'name="seal" value="([0-9a-f]*)"', page.text)
    return found


def links(page) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="(/tasks/many/[^"]+)"', page.text)]


def states(*tasks: Task) -> set[Workflow]:
    return {state(task) for task in tasks}


def test_the_board_chooses_all_of_a_filter_and_the_next_page_names_the_number(world, login):
    ours = [world.task(title=f"Báo cáo {n}.", due_current=TODAY + DAY) for n in range(32)]
    done = world.task(Workflow.DONE, title="Báo cáo cũ.")
    other = world.task(title="Kế hoạch.", due_current=TODAY + DAY)
    head = login(world.head)
    board = head.get("/tasks?q=bao cao&group=tat_ca&year=tat_ca")
    assert "Chọn cả 33 nhiệm vụ theo bộ lọc" in words(board)
    chosen = head.get("/tasks?q=bao cao&group=tat_ca&year=tat_ca&choose=all")
    assert "Đã chọn cả 33 nhiệm vụ theo bộ lọc" in words(chosen)
    assert 'name="task"' not in chosen.text
    extend, cancel = links(chosen)
    assert extend.startswith(EXTEND)
    page = head.get(cancel)
    said = words(page)
    assert "«bao cao»" in said
    assert "Hủy nhiều nhiệm vụ 32" in said
    assert "32 nhiệm vụ, 1 đơn vị" in said
    assert "… và 22 nhiệm vụ khác" in said
    assert "Theo bộ lọc còn 1 nhiệm vụ không thuộc quyền" in said
    assert "Hủy 32 nhiệm vụ" in said
    (back,) = re.findall(r'name="next" value="(/tasks[^"]*)"><input type="hidden" name="seal"', page.text)
    sent = {"seal": seal(page), "next": unescape(back)}
    nothing = head.post(cancel, data=sent)
    assert nothing.status_code == 422
    assert "Ghi lý do." in words(nothing)
    assert states(*ours) == {Workflow.NOT_STARTED}
    response = head.post(cancel, data=sent | {"text": "Kế hoạch thay"})
    assert response.status_code == 303
    assert response.location.startswith("/tasks?q=bao+cao")
    assert states(*ours) == {Workflow.CANCELLED}
    assert (state(done), state(other)) == (Workflow.DONE, Workflow.NOT_STARTED)
    assert "Đã hủy 32 nhiệm vụ." in words(head.get(response.location))
    assert "Chưa có nhiệm vụ nào để làm việc này" in words(head.get(cancel))


def test_every_task_has_its_line_in_its_history_and_in_the_trail(world, login):
    tasks = [world.task(due_current=TODAY) for _ in range(3)]
    head = login(world.head)
    sent = {"seal": seal(head.get(EXTEND + ALL)), "due": FUTURE, "text": "Chờ hướng dẫn"}
    assert head.post(EXTEND + ALL, data=sent).status_code == 303
    hops = db.session.scalars(select(TaskReport).where(TaskReport.action == Action.EXTEND)).all()
    assert {(one.due_before, one.text) for one in hops} == {(TODAY, "Chờ hướng dẫn")}
    assert len({one.due_after for one in hops}) == 1
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "task.gia_han")).all()
    assert {one.object_id for one in trail} == {task.id for task in tasks}
    assert {one.data["before"]["due_current"] for one in trail} == {TODAY.isoformat()}


def test_others_than_the_page_spoke_of_are_looked_at_first(world, login):
    first = world.task(due_current=TODAY)
    head = login(world.head)
    sent = {"seal": seal(head.get(CANCEL + ALL)), "text": "Giao nhầm"}
    second = world.task(due_current=TODAY)
    response = head.post(CANCEL + ALL, data=sent)
    assert response.status_code == 409
    assert "nay là 2 nhiệm vụ" in words(response)
    assert "Giao nhầm</textarea>" in response.text
    sent["seal"] = seal(response)
    assert step(login(world.officer), first, Action.ACCEPT).status_code == 303
    assert head.post(CANCEL + ALL, data=sent).status_code == 409
    assert states(second) == {Workflow.NOT_STARTED}
    sent["seal"] = seal(head.get(CANCEL + ALL))
    assert head.post(CANCEL + ALL, data=sent).status_code == 303
    assert states(first, second) == {Workflow.CANCELLED}


def test_those_that_are_due_later_anyway_are_named_and_may_be_left_out(world, login):
    soon = [world.task(title=f"Gần {n}.", due_current=TODAY) for n in "12"]
    far = world.task(title="Xa.", due_current=TODAY + 9000 * DAY)
    world.task(title="Không hạn.")
    head = login(world.head)
    page = head.get(EXTEND + ALL)
    assert "Gia hạn 3 nhiệm vụ" in words(page)
    assert 'name="leave"' not in page.text
    sent = {"seal": seal(page), "due": FUTURE, "text": "Chờ hướng dẫn"}
    past = head.post(EXTEND + ALL, data=sent | {"due": "01/01/2020"})
    assert past.status_code == 422
    assert "Hạn mới không được trước hôm nay." in words(past)
    assert "không làm được như vậy" not in words(past)
    refused = head.post(EXTEND + ALL, data=sent)
    assert refused.status_code == 422
    assert "1 nhiệm vụ không làm được như vậy: Xa. :" in words(refused)
    assert {actions(one)[-1] for one in soon} == {Action.ASSIGN}
    response = head.post(EXTEND + ALL, data=sent | {"leave": "y"})
    assert response.status_code == 303
    assert "Đã gia hạn 2 nhiệm vụ." in words(head.get(response.location))
    assert {actions(one)[-1] for one in soon} == {Action.EXTEND}
    assert actions(far)[-1] is Action.ASSIGN


def test_more_than_one_press_takes_is_said_and_nothing_is_written(world, login, monkeypatch):
    tasks = [world.task() for _ in range(3)]
    head = login(world.head)
    sent = {"seal": seal(head.get(CANCEL + ALL)), "text": "Giao nhầm"}
    for module in (task_filtered, many_tasks):
        monkeypatch.setattr(module, "MOST_FILTERED", 2)
    monkeypatch.setattr("app.domain.task_many.MOST_FILTERED", 2)
    page = head.get(CANCEL + ALL)
    assert "Bộ lọc có 3 nhiệm vụ" in words(page)
    assert "<textarea" not in page.text
    response = head.post(CANCEL + ALL, data=sent)
    assert response.status_code == 422
    assert states(*tasks) == {Workflow.NOT_STARTED}


def test_a_ward_accepts_all_its_new_tasks_at_once_and_only_those(world, login):
    new = [world.task(title=f"Việc {n}.") for n in range(101)]
    later, foreign = world.task(assigned_on=TODAY + DAY), make.task(world.other)
    officer = login(world.officer)
    page = officer.get("/tasks/many/tiep-nhan")
    assert "Trang này hiện 100 trong 101 nhiệm vụ mới." in words(page)
    (address,) = [one for one in links(page) if one.startswith(ACCEPT)]
    asked_ = officer.get(address)
    assert "Tiếp nhận 101 nhiệm vụ" in words(asked_)
    assert officer.post(address, data={"seal": seal(asked_)}).status_code == 303
    assert states(*new) == {Workflow.IN_PROGRESS}
    assert states(later, foreign) == {Workflow.NOT_STARTED}


def test_what_a_conclusion_asked_for_tells_its_finding(world, login):
    finding = make.finding(make.inspection(unit=world.ward))
    task = world.task(finding_id=finding.id)
    officer = login(world.officer)
    assert officer.post(ACCEPT + ALL, data={"seal": seal(officer.get(ACCEPT + ALL))}).status_code == 303
    assert state(task) is Workflow.IN_PROGRESS
    db.session.refresh(finding)
    assert finding.state is FindingState.DANG_KHAC_PHUC


def test_who_may_not_reaches_nothing_of_it(world, login):
    task = world.task()
    for person in (world.officer, world.supervisor, world.member, world.stranger):
        browser = login(person)
        assert "Chưa có nhiệm vụ nào để làm việc này" in words(browser.get(CANCEL + ALL))
        assert browser.post(CANCEL + ALL, data={"seal": "", "text": "x"}).status_code == 409
    head = login(world.head)
    assert head.post(ACCEPT + ALL, data={"seal": ""}).status_code == 409
    assert head.get("/tasks/many/xoa/all").status_code == 404
    assert head.post("/tasks/many/mo-lai/all").status_code == 404
    assert head.put(CANCEL).status_code == 405
    assert head.get(CANCEL + "?unit=999999&directive=999999&year=abcd&group=zz&q=%00").status_code == 200
    assert state(task) is Workflow.NOT_STARTED


def test_the_page_costs_the_same_for_few_and_many_and_the_act_two_lines_a_task(
    world, login, count_statements
):
    head, looked, done = login(world.head), [], []
    for number in (2, 30):
        for place in range(number):
            world.task(title=f"Việc {number}-{place}.")
        at = f"{CANCEL}{ALL}&q=viec+{number}-"
        with count_statements() as statements:
            page = head.get(at)
        looked.append(len(statements))
        assert f"Hủy {number} nhiệm vụ" in words(page)
        with count_statements() as statements:
            assert head.post(at, data={"seal": seal(page), "text": "Nhầm"}).status_code == 303
        done.append(len(statements))
    assert looked[0] == looked[1] <= 14
    # What is read does not grow; each task has its line in the history and in the trail.
    assert done[1] - done[0] <= 2 * 28


# --- Refusals


def refused(world: World, login, **rest) -> Task:
    task = world.task(**rest)
    said = step(login(world.officer), task, Action.REFUSE, text="Không thuộc thẩm quyền")
    assert said.status_code == 303
    return task


def test_refusals_and_requests_for_time_are_answered_together_with_one_reason(world, login):
    first, second, third = (refused(world, login, title=f"Việc {n}.") for n in "123")
    fourth = asked(world, login, title="Việc xin thêm.")
    head, at = login(world.head), "/tasks/confirm/requests"
    page = head.get("/tasks/confirm")
    said = words(page)
    assert "Đề nghị của đơn vị chờ trả lời 4" in said
    assert said.count("Không thuộc thẩm quyền") == 3
    assert f"Xin gia hạn đến {FUTURE}" in said
    assert f'name="due-{first.id}"' not in page.text
    rows = (
        (first, "huy", ""),
        (second, "khong_dong_y", ""),
        (third, "", ""),
        (fourth, "gia_han", FUTURE),
    )
    for word, refusal, request in (
        ("dong_y", "huy", "gia_han"),
        ("khong_dong_y", "khong_dong_y", "khong_dong_y"),
    ):
        picked = head.get(f"/tasks/confirm?answer={word}").text
        assert f'name="answer-{first.id}" value="{refusal}" checked' in picked
        assert f'name="answer-{fourth.id}" value="{request}" checked' in picked
    assert 'href="/tasks/confirm#wishes"' in head.get("/tasks?asked=1").text
    no_reason = head.post(at, data=answers(*rows))
    assert no_reason.status_code == 422
    assert f'name="answer-{first.id}" value="huy" checked' in no_reason.text
    assert head.post(at, data=answers(*rows, text="Đã họp giao ban")).status_code == 303
    last = [actions(one)[-1] for one in (first, second, third, fourth)]
    assert last == [Action.CANCEL, Action.DECLINE, Action.REFUSE, Action.EXTEND]
    assert "Đề nghị của đơn vị chờ trả lời 1" in words(head.get("/tasks/confirm"))
    # Pressed too soon: the refusal waits again.
    assert step(head, first, Action.UNDO, text="Nhầm").status_code == 303
    assert "Đề nghị của đơn vị chờ trả lời 2" in words(head.get("/tasks/confirm"))


def test_a_refusal_taken_back_meanwhile_is_named_and_stops_all(world, login):
    first, second = refused(world, login, title="Việc một."), refused(world, login, title="Việc hai.")
    sent = answers((first, "huy", ""), (second, "huy", ""), text="Đã họp")
    assert step(login(world.officer), second, Action.RECALL).status_code == 303
    response = login(world.head).post("/tasks/confirm/requests", data=sent)
    assert response.status_code == 409
    assert "Việc hai. : Nhiệm vụ vừa được người khác cập nhật" in words(response)
    assert "Đã họp</textarea>" in response.text
    assert f'name="answer-{first.id}" value="huy" checked' in response.text
    assert states(first, second) == {Workflow.NOT_STARTED}


def test_words_put_right_after_it_was_asked_leave_the_request_waiting(world, login):
    task = refused(world, login)
    head = login(world.head)
    assert step(head, task, Action.CORRECT, title="Việc ghi lại").status_code == 303
    assert "Đề nghị của đơn vị chờ trả lời 1" in words(head.get("/tasks/confirm"))


def test_the_page_costs_the_same_for_one_refusal_and_many(world, login, count_statements):
    head, costs = login(world.head), []
    for number in (1, 9):
        for _ in range(number):
            refused(world, login)
        with count_statements() as statements:
            assert head.get("/tasks/confirm").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
