"""/inspections/<id>/explanations/due: the head gives the unit more time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.inspections import State
from app.domain.periods import today
from app.views._login import now
from tests.cast import fault_at, words
from tests.views.minuted import World
from tests.views.test_explanations import published, say, stored


@pytest.fixture
def world(app) -> World:
    return published()


def far_off(days: int) -> str:
    return f"{today(now()) + timedelta(days=days):%d/%m/%Y}"


def test_the_head_gives_more_time_without_taking_anything_back(world, login):
    say(world, login)
    head, address = login(world.head), f"{world.at}/explanations/due"
    assert f'href="{address}"' in head.get(world.at).text
    assert f'href="{address}"' not in login(world.officer).get(world.at).text
    assert 'value="01/01/2100"' in head.get(address).text
    reply = head.post(address, data={"due_on": far_off(7), "reason": "Đơn vị xin thêm ngày"})
    assert (reply.status_code, reply.location) == (303, world.at)
    page = words(login(world.officer).get(f"{world.at}/explanations"))
    assert f"Giải trình đến {far_off(7)}" in page
    assert stored()["1.1.1"][1] == "Đã có văn bản 12/KH-UBND"
    history = words(head.get(f"{world.at}/history?action=explanation.due"))
    assert "đổi hạn giải trình" in history
    assert "Đơn vị xin thêm ngày" in history


@pytest.mark.parametrize(
    ("due_on", "reason", "field", "sentence"),
    [
        ("", "Lý do", "due_on", "Hãy ghi hạn giải trình"),
        ("32/1/2026", "Lý do", "due_on", ""),
        (-1, "Lý do", "due_on", "trong quá khứ"),
        (91, "Lý do", "due_on", "muộn nhất là"),
        (5, "", "reason", "Hãy ghi lý do"),
    ],
)
def test_another_deadline_nobody_can_mean_is_said_at_its_field(world, login, due_on, reason, field, sentence):
    due_on = far_off(due_on) if isinstance(due_on, int) else due_on
    data = {"due_on": due_on, "reason": reason}
    reply = login(world.head).post(f"{world.at}/explanations/due", data=data)
    assert reply.status_code == 422
    assert sentence in fault_at(reply, field)
    assert f'value="{due_on}"' in reply.text


def test_the_deadline_moves_only_while_the_unit_explains(world, login):
    world.move(State.THAM_DINH_LAN_2)
    reply = login(world.head).post(
        f"{world.at}/explanations/due", data={"due_on": far_off(5), "reason": "Lý do"}
    )
    assert reply.status_code == 409
