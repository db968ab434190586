"""/units/<id>/handover of a unit that gave tasks: the preview counts them, and they are its successor's to confirm."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.db import db
from app.domain.access import Role
from app.domain.periods import today
from app.domain.tasks import Workflow
from app.models import Task
from tests import make
from tests.cast import words

TODAY = today(make.NOW)


class World:
    """An office that gave a ward two tasks, one of them reported, and was merged."""

    def __init__(self) -> None:
        self.old, self.new = make.unit("Sở Nội vụ"), make.unit("Sở Nội vụ và Lao động")
        self.ward = make.unit("Phường Cầu Tre")
        self.planner = make.user(Role.SECRETARY, unit=self.new)
        self.admin = make.user(Role.ADMIN)
        given = {"assigner_unit_id": self.old.id}
        self.reported = make.task(self.ward, title="Báo cáo quý", workflow=Workflow.AWAITING, **given)
        self.open = make.task(self.ward, title="Lập kế hoạch", **given)
        make.succession(self.old, self.new, TODAY - timedelta(days=1))
        self.address = f"/units/{self.old.id}/handover"


@pytest.fixture
def world(app) -> World:
    return World()


def send(client, world, **more):
    seal = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', client.get(world.address).text)
    return client.post(
        world.address, data={"seen": seal[1] if seal else "", "heir": world.new.id, "sure": "1"} | more
    )


def test_the_preview_counts_them_and_the_successor_confirms_them(world, login):
    planner, admin = login(world.planner), login(world.admin)
    assert "Báo cáo quý" not in planner.get("/tasks/confirm").text
    assert "2 nhiệm vụ đang mở do đơn vị này giao" in words(admin.get(f"/units/{world.old.id}"))
    page = words(admin.get(world.address))
    assert "2 nhiệm vụ đang mở ở 1 đơn vị do đơn vị này giao" in page
    assert "Chuyển vai trò bên giao" in page
    assert send(admin, world).status_code == 303
    page = words(admin.get(f"/units/{world.old.id}"))
    assert "Đơn vị kế thừa là bên giao của 2 nhiệm vụ đang mở." in page
    assert "Báo cáo quý" in planner.get("/tasks/confirm").text
    page = words(planner.get(f"/tasks/{world.open.id}"))
    assert "Bên giao Sở Nội vụ và Lao động" in page
    assert "Đổi bên giao" in page
    assert "Sở Nội vụ (cũ) → Sở Nội vụ và Lao động" in page
    assert "Không còn gì để bàn giao" in words(admin.get(world.address))
    assert send(admin, world).status_code == 409


def test_one_of_several_is_chosen_and_a_stranger_is_refused_at_the_field(world, login):
    other, stranger = make.unit("Sở Dân tộc và Tôn giáo"), make.unit("Sở Tài chính")
    make.succession(world.old, other, TODAY - timedelta(days=1))
    admin = login(world.admin)
    assert 'name="assigner"' not in admin.get(world.address).text, "the one choice there is says it"
    make.task(world.old)
    assert 'name="assigner"' in admin.get(world.address).text
    for wrong in (stranger.id, "x", 0):
        response = send(admin, world, assigner=wrong)
        assert response.status_code == 422
        assert "trong số các đơn vị kế thừa" in words(response)
        assert db.session.get_one(Task, world.open.id).assigner_unit_id == world.old.id
    assert send(admin, world, assigner=other.id).status_code == 303
    assert db.session.get_one(Task, world.open.id).assigner_unit_id == other.id


def test_the_successors_own_work_is_pointed_out(world, login):
    make.task(world.new, assigner_unit_id=world.old.id)
    page = words(login(world.admin).get(world.address))
    assert "Trong đó 1 nhiệm vụ do chính đơn vị kế thừa thực hiện" in page


def test_only_an_administrator_hands_over(world, login):
    assert login(world.planner).get(world.address).status_code == 403
    assert login(world.planner).post(world.address, data={}).status_code == 403
    assert login(world.admin).put(world.address).status_code == 405
    assert login(world.admin).post("/units/4711/handover", data={}).status_code == 404


def test_the_preview_asks_no_more_for_many_tasks_than_for_one(world, login, count_statements):
    admin = login(world.admin)
    admin.get(world.address)
    with count_statements() as few:
        admin.get(world.address)
    for _ in range(20):
        make.task(world.ward, assigner_unit_id=world.old.id)
    with count_statements() as many:
        admin.get(world.address)
    assert len(few) == len(many)
