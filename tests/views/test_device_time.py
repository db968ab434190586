"""What was written on a device is told with the device's own time, like scores; and found by its criterion."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import db
from app.domain.scoring import YesNoInput
from app.models import AuditEvent, Finding
from tests.cast import World, words
from tests.rounds import TwoRounds

AT = "2022-09-15T00:05:00.000Z"
TOLD = "giờ trên máy người ghi: 15/09/2022 07:05"


@pytest.fixture
def world(app):
    return World()


def find(world, browser, code="1.1.1", at=AT, text="Chưa niêm yết"):
    data = {
        "criterion": code,
        "op_id": str(uuid4()),
        "kind": "ton_tai",
        "severity": "nhe",
        "text": text,
        "device_at": at,
        "recommended": "",
    }
    return browser.post(f"{world.at}/findings", data=data, headers={"X-Requested-With": "soat"})


def told(action):
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)).one()
    return event.data.get("device_at")


def test_a_finding_and_its_change_tell_the_devices_time(login, world):
    browser = login(world.member)
    assert find(world, browser).status_code < 400
    assert told("finding.add") == "2022-09-15T00:05:00+00:00"
    finding = db.session.scalars(select(Finding)).one()
    data = {
        "op_id": str(uuid4()),
        "kind": "ton_tai",
        "severity": "nhe",
        "text": "Khác",
        "version": "1",
        "device_at": AT,
    }
    address = f"{world.at}/findings/{finding.id}"
    assert browser.post(address, data=data, headers={"X-Requested-With": "soat"}).status_code < 400
    removed = {"op_id": str(uuid4()), "device_at": AT}
    assert (
        browser.post(f"{address}/remove", data=removed, headers={"X-Requested-With": "soat"}).status_code
        < 400
    )
    page = login(world.head).get(f"{world.at}/history")
    assert words(page).count(TOLD) == 3
    assert "device_at" not in words(page)
    sheet = load_workbook(BytesIO(login(world.head).get(f"{world.at}/history.xlsx").data)).active
    assert "15/09/2022 07:05:00" in {cell.value for row in sheet.rows for cell in row}


def test_a_recommendation_tells_it(login, world):
    data = {"op_id": str(uuid4()), "direction": "to_unit", "text": "Niêm yết", "device_at": AT}
    page = login(world.member).post(
        f"{world.at}/recommendations", data=data, headers={"X-Requested-With": "soat"}
    )
    assert page.status_code < 400, words(page)
    assert told("recommendation.add")


@pytest.mark.parametrize("at", ["", "hôm qua", "2022-09-15T00:05:00", "0001-01-01T00:00:00Z"])
def test_a_clock_that_makes_no_sense_is_left_out(login, world, at):
    assert find(world, login(world.member), at=at).status_code < 400
    assert told("finding.add") is None


def test_an_explanation_tells_it(login, app):
    world = TwoRounds()
    world.publish()
    data = {"stance": "accept", "text": "", "version": "0", "device_at": AT}
    reply = login(world.officer).post(f"{world.at}/explanations/1.1.1", data=data)
    assert reply.status_code < 400, words(reply)
    assert told("explanation.save")
    page = words(login(world.head).get(f"{world.at}/history?criterion=1.1.1"))
    assert TOLD in page


# --- the history of one criterion ----------------------------------------------------------------


def test_the_history_is_filtered_by_the_code_of_a_criterion(login, world):
    world.score(world.member, YesNoInput(True), "1.1.1")
    browser, head = login(world.member), login(world.head)
    find(world, browser, "1.1.1", text="Thiếu ở một")
    find(world, browser, "1.1.2", text="Thiếu ở hai")
    page = words(head.get(f"{world.at}/history?criterion=1.1.1"))
    assert "chấm điểm tiêu chí 1.1.1" in page
    assert "Thiếu ở một" in page
    assert "Thiếu ở hai" not in page
    page = words(head.get(f"{world.at}/history?criterion=+1.1.2+"))
    assert "Thiếu ở hai" in page
    assert "chấm điểm tiêu chí" not in page
    assert "Thiếu ở một" not in page
    sheet = load_workbook(BytesIO(head.get(f"{world.at}/history.xlsx?criterion=1.1.2").data)).active
    cells = " ".join(str(cell.value) for row in sheet.rows for cell in row)
    assert "Thiếu ở hai" in cells
    assert "Thiếu ở một" not in cells


@pytest.mark.parametrize("code", ["9.9.9", "%", '"', "x" * 400, "\\"])
def test_a_code_that_is_none_finds_nothing(login, world, code):
    find(world, login(world.member))
    page = login(world.head).get(f"{world.at}/history", query_string={"criterion": code})
    assert page.status_code == 200
    if len(code) < 30:
        assert "Không có việc nào như vậy" in words(page)


def test_more_findings_cost_no_more_statements(login, world, count_statements):
    browser, head = login(world.member), login(world.head)
    find(world, browser)
    address = f"{world.at}/history?criterion=1.1.1"
    head.get(address)
    with count_statements() as few:
        head.get(address)
    for _ in range(3):
        find(world, browser)
    with count_statements() as many:
        head.get(address)
    assert len(many) == len(few)
