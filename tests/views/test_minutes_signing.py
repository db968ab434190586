"""/inspections/<id>/minutes/sign: what was looked at is signed, whole, and nothing else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.inspections import State
from app.domain.minutes import Minutes
from app.models import AuditEvent, Inspection, MinutesRevision
from app.queries.minutes import minutes_card
from tests import make
from tests.cast import words
from tests.views.minuted import FORM, World


@pytest.fixture
def world(app) -> World:
    return World()


def test_signing_freezes_what_was_looked_at(world, login):
    client = login(world.head)
    client.post(f"{world.url}/edit", data={**FORM, "version": "0"})
    page = client.get(f"{world.url}/sign")
    assert page.status_code == 200
    seal = re.search(r'name="sha256"[^>]*value="([0-9a-f]{64})"', page.text)[1]
    assert client.post(f"{world.url}/sign", data={"sha256": seal}).status_code == 303
    row = db.session.scalars(select(MinutesRevision)).one()
    assert row.sha256 == seal == Minutes.from_json(row.snapshot).sha256
    assert db.session.get(Inspection, world.inspection.id).state is State.DA_KY_BIEN_BAN
    # Later rows change nothing in what was signed.
    make.finding(world.inspection, text="Ghi thêm sau khi ký")
    text = words(client.get(world.url))
    assert "Ghi thêm sau khi ký" not in text
    assert seal in text
    assert minutes_card(world.inspection.id).minutes.sha256 == seal
    for path in ("edit", "opinion", "sign"):
        assert client.post(f"{world.url}/{path}", data=FORM).status_code == 409


def test_what_changed_since_it_was_looked_at_is_not_signed(world, login):
    client = login(world.head)
    seal = re.search(r'name="sha256"[^>]*value="([0-9a-f]{64})"', client.get(f"{world.url}/sign").text)[1]
    make.finding(world.inspection, text="Phát hiện vừa thêm")
    response = client.post(f"{world.url}/sign", data={"sha256": seal})
    assert response.status_code == 409
    assert "vừa thay đổi" in words(response)
    assert world.version() == 0


def sign(client, world, **data):
    seal = re.search(r'name="sha256"[^>]*value="([0-9a-f]{64})"', client.get(f"{world.url}/sign").text)[1]
    return client.post(f"{world.url}/sign", data={"sha256": seal} | data)


def test_what_is_still_blank_is_listed_and_place_and_hours_are_asked_for(world, login):
    client = login(world.head)
    page = client.get(f"{world.url}/sign")
    for blank in ("Số biên bản", "Địa danh – phải ghi", "Giờ bắt đầu – phải ghi", "Giờ kết thúc – phải ghi"):
        assert blank in words(page)
    assert "Hai bên đã ký" not in words(page)
    assert f'href="{world.url}/edit"' in page.text
    refused = sign(client, world, number_by_hand="y")
    assert refused.status_code == 422
    assert "còn để trống địa danh, ngày, giờ" in words(refused)
    assert world.version() == 0
    for name in ("place", "started", "ended", "venue"):
        client.post(f"{world.url}/edit", data={**FORM, name: "", "version": world.version()})
        assert sign(client, world, number_by_hand="y").status_code == 422


def test_a_number_is_left_to_the_pen_only_on_purpose_and_the_trail_keeps_it(world, login):
    client = login(world.head)
    client.post(f"{world.url}/edit", data={**FORM, "number": "", "version": "0"})
    page = client.get(f"{world.url}/sign")
    assert "Để trống số biên bản" in words(page)
    refused = sign(client, world)
    assert refused.status_code == 422
    assert "Biên bản chưa có số" in words(refused)
    assert 'id="number_by_hand-error"' in refused.text
    assert sign(client, world, number_by_hand="y").status_code == 303
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "minutes.sign")).one()
    assert event.data["number_by_hand"] is True
    trail = words(client.get(f"/inspections/{world.inspection.id}/history"))
    assert "Để trống số, ghi tay sau" in trail


def test_minutes_with_all_that_they_must_hold_ask_for_no_tick(world, login):
    client = login(world.head)
    client.post(f"{world.url}/edit", data={**FORM, "version": "0"})
    assert "còn để trống" not in words(client.get(f"{world.url}/sign"))
    assert sign(client, world).status_code == 303
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "minutes.sign")).one()
    assert "number_by_hand" not in event.data


def test_minutes_are_not_signed_before_the_scores_are_locked(app, login):
    world = World(State.DANG_KIEM_TRA)
    client = login(world.head)
    seal = minutes_card(world.inspection.id).minutes.sha256
    assert client.post(f"{world.url}/sign", data={"sha256": seal}).status_code == 409
