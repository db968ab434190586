"""/tasks/new: the ladder of giving a task, and who may."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from app.db import db
from app.models import Task
from tests import make
from tests.cast import words
from tests.views.assigned import World


@pytest.fixture
def world(app) -> World:
    return World()


def new_task(world: World, **more) -> dict[str, object]:
    return {
        "title": "Báo cáo quý III",
        "assigned_on": "1/9/2022",
        "due": "20/9/2022",
        "lead": world.ward.id,
    } | more


def test_a_planner_gives_a_task(world, login):
    client = login(world.head)
    assert world.ward.name in client.get("/tasks/new").text
    response = client.post("/tasks/new", data=new_task(world))
    assert response.status_code == 303
    task = db.session.scalars(select(Task)).one()
    assert (task.unit_id, task.due_original, task.due_current) == (
        world.ward.id,
        date(2022, 9, 20),
        date(2022, 9, 20),
    )
    assert response.location.endswith(f"/tasks/{task.id}")


def test_a_page_sent_twice_gives_its_task_once_unless_one_says_so(world, login):
    client, data = login(world.head), new_task(world, detail="Đã gõ nhiều chữ")
    assert 'name="again"' not in client.get("/tasks/new").text
    location = client.post("/tasks/new", data=data).location
    reply = client.post("/tasks/new", data=data)
    assert reply.status_code == 409
    assert "Bạn vừa giao chính nhiệm vụ này cho 1 đơn vị" in words(reply)
    assert location in reply.text
    assert "Đã gõ nhiều chữ" in reply.text
    assert 'name="again"' in reply.text
    assert db.session.scalar(select(func.count()).select_from(Task)) == 1
    assert client.post("/tasks/new", data=data | {"again": "y"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Task)) == 2


def test_a_task_of_a_directive_leads_back_to_it(world, login):
    directive = make.directive(number="12/KH-UBND", unit_id=world.district.id)
    client = login(world.head)
    assert re.search(
        rf'<option selected value="{directive.id}"', client.get(f"/tasks/new?directive={directive.id}").text
    )
    response = client.post("/tasks/new", data=new_task(world, directive=directive.id))
    assert response.location.endswith(f"/directives/{directive.id}")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": " "}, "Hãy điền mục này"),
        ({"lead": ""}, "Chọn ít nhất một đơn vị chủ trì"),
        ({"lead": "999999"}, "Có đơn vị mà bạn không giao nhiệm vụ được"),
        ({"lead": "x'; --"}, "Có đơn vị mà bạn không giao nhiệm vụ được"),
        ({"due": "1/8/2022"}, "Hạn không được trước ngày giao"),
        ({"due": "31/02/2023"}, "không có ngày 31"),
        ({"directive": "999999"}, "Hãy chọn một mục trong danh sách"),
    ],
)
def test_a_refused_new_task_says_why_and_loses_nothing(world, login, data, sentence):
    response = login(world.head).post("/tasks/new", data=new_task(world, detail="Đã gõ nhiều chữ") | data)
    assert response.status_code == 422
    assert re.search(sentence, words(response))
    assert "Đã gõ nhiều chữ" in response.text
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0


def test_a_unit_neither_inspected_nor_below_ones_office_cannot_be_given_tasks(world, login):
    far = make.unit("Phường Xa")
    response = login(world.head).post("/tasks/new", data=new_task(world, lead=far.id))
    assert response.status_code == 422


def test_only_planners_give_tasks(world, login):
    for person in (world.officer, world.member, world.supervisor):
        client = login(person)
        assert client.get("/tasks/new").status_code == 403
        assert client.post("/tasks/new", data=new_task(world)).status_code == 403
        assert client.get("/directives/new").status_code == 403
