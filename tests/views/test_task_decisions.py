"""/tasks/confirm: many reports confirmed or returned at once, all of them or none."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Task, TaskReport
from tests import make
from tests.cast import words
from tests.documents.hostile import pdf
from tests.views.assigned import PRODUCT, World, state, step
from tests.views.attached import form as file_form

AT = "/tasks/confirm"


@pytest.fixture
def world(app) -> World:
    return World()


def reported(world: World, login, **rest) -> Task:
    """A task of the ward with a report of its officer that waits."""
    task = world.task(Workflow.IN_PROGRESS, **rest)
    assert step(login(world.officer), task, Action.REPORT, **PRODUCT).status_code == 303
    return task


def decisions(*rows: tuple[Task, str, str], **more: str) -> dict[str, str]:
    data: dict[str, str] = dict(more)
    for task, choice, reason in rows:
        version = db.session.scalar(select(Task.version).where(Task.id == task.id))
        data |= {
            f"version-{task.id}": str(version),
            f"decision-{task.id}": choice,
            f"text-{task.id}": reason,
        }
    return data


def test_everything_that_waits_is_shown_with_its_report_product_and_files(world, login):
    task = reported(world, login, title="Báo cáo quý III", due_current=make.NOW.date())
    report = db.session.scalars(select(TaskReport).where(TaskReport.action == Action.REPORT)).one()
    officer = login(world.officer)
    assert (
        officer.post(
            f"/tasks/{task.id}/reports/{report.id}/attachments", data=file_form(pdf(), "Phụ lục.pdf")
        ).status_code
        == 303
    )
    page = login(world.head).get(AT)
    said = words(page)
    assert "Báo cáo chờ bạn xác nhận 1" in said
    for piece in ("Báo cáo quý III", "Đã ban hành", "45/BC-UBND ngày 15/09/2022", "Phụ lục.pdf", "muộn"):
        assert piece in said


def test_who_confirms_nothing_sees_an_empty_page(world, login):
    reported(world, login)
    for person in (world.officer, world.member, world.supervisor, world.stranger):
        assert "Không có báo cáo nào chờ bạn xác nhận" in words(login(person).get(AT))


def test_some_are_confirmed_some_returned_and_the_rest_left(world, login):
    first, second, third, fourth = (reported(world, login, title=f"Việc {number}.") for number in "1234")
    head = login(world.head)
    sent = decisions(
        (first, "xac_nhan", ""),
        (second, "tra_lai", "Thiếu phụ lục"),
        (third, "tra_lai", ""),
        (fourth, "", ""),
        text="Sai mẫu",
    )
    response = head.post(AT, data=sent)
    assert (response.status_code, response.location) == (303, AT)
    assert [state(one) for one in (first, second, third, fourth)] == [
        Workflow.DONE,
        Workflow.REDO,
        Workflow.REDO,
        Workflow.AWAITING,
    ]
    reasons = db.session.scalars(
        select(TaskReport.text).where(TaskReport.action == Action.RETURN).order_by(TaskReport.task_id)
    ).all()
    assert reasons == ["Thiếu phụ lục", "Sai mẫu"]
    page = words(head.get(AT))
    assert "Đã xác nhận hoàn thành: «Việc 1.» Hoàn tác nếu nhầm" in page
    assert "Đã trả lại 2 nhiệm vụ kèm lý do." in page


@pytest.mark.parametrize(
    ("choice", "reason", "sentence"),
    [
        ("tra_lai", "", "Ghi lý do trả lại."),
        ("tra_lai", "​", "Ghi lý do trả lại."),
        ("tra_lai", "x" * 2001, "Tối đa 2000 ký tự"),
        ("xac_nhan", "Sai rồi", "Đã ghi lý do nhưng chưa chọn «Trả lại»."),
        ("", "Sai rồi", "Đã ghi lý do nhưng chưa chọn «Trả lại»."),
    ],
)
def test_a_row_that_does_not_fit_stops_all_and_loses_nothing(world, login, choice, reason, sentence):
    good, bad = reported(world, login), reported(world, login)
    sent = decisions((good, "tra_lai", "Lý do đã gõ"), (bad, choice, reason))
    response = login(world.head).post(AT, data=sent)
    assert response.status_code == 422
    assert sentence in words(response)
    assert f'<li><a href="#task-{bad.id}">' in response.text
    assert ">Lý do đã gõ</textarea>" in response.text
    assert re.search(rf'name="decision-{good.id}" value="tra_lai" data-returns checked', response.text)
    assert {state(good), state(bad)} == {Workflow.AWAITING}


@pytest.mark.parametrize(
    "data", [{}, {"version-1": "x"}, {"version-99999999999": "1"}, {"decision-1": "xac_nhan"}]
)
def test_nothing_chosen_is_told(world, login, data):
    reported(world, login)
    response = login(world.head).post(AT, data=data)
    assert response.status_code == 422
    assert "Chưa chọn nhiệm vụ nào" in words(response)


def test_what_was_decided_meanwhile_is_named_and_the_rest_keeps_its_ticks(world, login):
    mine, taken = reported(world, login, title="Việc còn chờ"), reported(world, login, title="Việc đã rút")
    sent = decisions((mine, "xac_nhan", ""), (taken, "tra_lai", "Thiếu số liệu"))
    assert step(login(world.officer), taken, Action.WITHDRAW).status_code == 303
    head = login(world.head)
    response = head.post(AT, data=sent)
    assert response.status_code == 409
    said = words(response)
    assert "Việc đã rút : Nhiệm vụ vừa được người khác cập nhật" in said
    assert "Bạn đã ghi: Thiếu số liệu" in said
    assert re.search(rf'name="decision-{mine.id}" value="xac_nhan" checked', response.text)
    assert state(mine) is Workflow.AWAITING
    # Reported anew in between: the row is there with the reason, to be looked at again.
    assert step(login(world.officer), taken, Action.REPORT, **PRODUCT).status_code == 303
    response = head.post(AT, data=sent)
    assert response.status_code == 409
    assert ">Thiếu số liệu</textarea>" in response.text
    assert not re.search(rf'name="decision-{taken.id}" value="tra_lai" data-returns checked', response.text)


def test_a_parent_and_its_child_are_confirmed_together_and_not_the_parent_alone(world, login):
    parent = reported(world, login)
    child = reported(world, login, parent_id=parent.id)
    head = login(world.head)
    response = head.post(AT, data=decisions((parent, "xac_nhan", ""), (child, "", "")))
    assert response.status_code == 409
    assert "Còn 1 nhiệm vụ con chưa hoàn thành" in words(response)
    response = head.post(AT, data=decisions((parent, "xac_nhan", ""), (child, "xac_nhan", "")))
    assert response.status_code == 303
    assert {state(parent), state(child)} == {Workflow.DONE}


def test_others_get_403_and_strangers_404(world, login):
    task = reported(world, login)
    sent = decisions((task, "xac_nhan", ""))
    insider = make.member(world.delegation, Role.HEAD, user=make.user(Role.HEAD, unit=world.ward))
    for person in (world.officer, world.member, world.supervisor, insider):
        assert login(person).post(AT, data=sent).status_code == 403
    assert login(world.stranger).post(AT, data=sent).status_code == 404
    assert (
        login(world.head)
        .post(AT, data=sent | {"version-999999": "1", "decision-999999": "xac_nhan"})
        .status_code
        == 404
    )
    assert state(task) is Workflow.AWAITING


def test_nobody_confirms_the_report_they_made_wherever_they_sit_now(world, login):
    task = reported(world, login)
    report = db.session.scalars(select(TaskReport).where(TaskReport.action == Action.REPORT)).one()
    report.user_id = world.head.id
    db.session.commit()
    head = login(world.head)
    assert "Báo cáo này do chính bạn gửi" in words(head.get(AT))
    assert f'name="decision-{task.id}"' not in head.get(AT).text
    page = head.get(f"/tasks/{task.id}")
    assert "Báo cáo này do chính bạn gửi" in words(page)
    assert "/steps/xac-nhan" not in page.text
    assert step(head, task, Action.CONFIRM).status_code == 403
    response = head.post(AT, data=decisions((task, "xac_nhan", "")))
    assert response.status_code == 409
    assert "người khác của bên giao sẽ xác nhận" in words(response)
    assert state(task) is Workflow.AWAITING


def test_all_are_ticked_by_one_link_for_a_last_look(world, login):
    tasks = [reported(world, login) for _ in range(2)]
    page = login(world.head).get(AT + "?choose=xac_nhan").text
    for task in tasks:
        assert re.search(rf'name="decision-{task.id}" value="xac_nhan" checked', page)


def test_the_page_asks_no_more_for_ten_reports_than_for_one(world, login, count_statements):
    head = login(world.head)
    reported(world, login)
    head.get(AT)
    with count_statements() as one:
        head.get(AT)
    for _ in range(9):
        reported(world, login)
    with count_statements() as ten:
        head.get(AT)
    assert len(ten) == len(one) <= 7


def test_wrong_methods_get_405_and_nobody_gets_in_without_signing_in(world, login, client):
    assert login(world.head).put(AT).status_code == 405
    assert client.get(AT).status_code == 303
