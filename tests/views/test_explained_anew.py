"""Points that are others by now: nobody agrees to what they have not seen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.inspections import Side
from app.models import Answer, Inspection
from tests import make
from tests.cast import HTMX, World, words
from tests.views.test_explanations import published, say, stored


@pytest.fixture
def world(app) -> World:
    return published()


def published_anew(world: World) -> None:
    """The head takes the publication back, a member scores 1.1.2 with nothing, the head publishes again."""
    row = db.session.execute(
        select(Answer).where(
            Answer.criterion_id == make.criterion(world.inspection, "1.1.2").id, Answer.side == Side.VERIFIED
        )
    ).scalar_one()
    row.points, row.updated_at = 0, make.NOW + timedelta(hours=1)
    inspection = db.session.get_one(Inspection, world.id, populate_existing=True)
    inspection.published_at = make.NOW + timedelta(hours=2)
    db.session.commit()


def seen_on(page) -> set[str]:
    return set(re.findall(r'name="seen" value="([^"]*)"', page.text))


def test_nobody_agrees_to_points_they_have_not_seen(world, login):
    officer, address = login(world.officer), f"{world.at}/explanations"
    (old,) = seen_on(officer.get(address))
    published_anew(world)
    all_of_them = officer.post(f"{address}/accept-remaining", data={"seen": old})
    assert all_of_them.status_code == 409
    assert "công bố điểm khác sau khi trang này mở ra" in words(all_of_them)
    one = say(world, login, "1.1.2", stance="accept", seen=old)
    assert one.status_code == 409
    assert "công bố điểm khác sau khi trang này mở ra" in words(one)
    assert "Thay bằng bản của bạn" not in words(one), "nobody else has answered"
    assert stored() == {}
    assert say(world, login, "1.1.1", stance="accept", seen=old).status_code == 303, "these are the same"
    (new,) = seen_on(one)
    assert new != old
    assert say(world, login, "1.1.2", stance="accept", seen=new).status_code == 303
    assert officer.post(f"{address}/accept-remaining", data={"seen": new}).status_code == 303
    assert len(stored()) == 3


def test_by_script_the_new_points_come_and_what_was_typed_stays(world, login):
    (old,) = seen_on(login(world.officer).get(f"{world.at}/explanations"))
    published_anew(world)
    reply = say(world, login, "1.1.2", text="Gõ cho điểm cũ", seen=old, headers=HTMX)
    assert reply.status_code == 409
    id_ = make.criterion(world.inspection, "1.1.2").id
    assert re.search(rf'id="points-{id_}" hx-swap-oob="true"', reply.text)
    assert re.search(
        rf'id="seen-{id_}" name="seen" value="(?!{re.escape(old)})[^"]+" hx-swap-oob', reply.text
    )
    assert "<textarea" not in reply.text
    saved = say(world, login, "1.1.1", headers=HTMX)
    assert "points-" not in saved.text, "otherwise only what changes comes back"


@pytest.mark.parametrize("seen", ["hôm nay", "2022-09-15", "9" * 400])
def test_a_moment_that_is_none_is_refused(world, login, seen):
    assert say(world, login, seen=seen).status_code == 422
    address = f"{world.at}/explanations/accept-remaining"
    assert login(world.officer).post(address, data={"seen": seen}).status_code == 409
    assert stored() == {}
