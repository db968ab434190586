"""Bonus and deduction: the ladder of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.inspections import State
from tests import make

Login = Callable[..., Any]


@pytest.fixture
def visit(app: object) -> tuple[models.Inspection, models.User]:
    delegation = make.delegation()
    head = make.member(delegation, Role.HEAD)
    return make.inspection(delegation=delegation), head


def form(inspection: models.Inspection, **rest: str) -> dict[str, str]:
    return {"version": str(inspection.version), **rest}


def test_the_head_records_a_bonus_with_its_reason(visit: Any, login: Login) -> None:
    inspection, head = visit
    page = f"/inspections/{inspection.id}/adjustments"
    client = login(head)
    assert client.get(page).status_code == 200
    data = form(inspection, bonus="1,5", bonus_reason="Sáng kiến được công nhận", deduction="")
    assert client.post(page, data=data).status_code == 303
    stored = db.session.get_one(models.Inspection, inspection.id, populate_existing=True)
    assert (stored.bonus, stored.deduction, stored.version) == (150, 0, 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"bonus": "2,5", "bonus_reason": "Sáng kiến"}, "nhiều nhất 2 điểm"),
        ({"deduction": "1"}, "Hãy ghi lý do"),
        ({"bonus": "một"}, "chữ số"),
        ({"deduction": "-1", "deduction_reason": "Chậm"}, "số âm"),
    ],
)
def test_what_is_refused_is_said_at_the_field_and_nothing_is_lost(
    visit: Any, login: Login, data: dict[str, str], words: str
) -> None:
    inspection, head = visit
    response = login(head).post(f"/inspections/{inspection.id}/adjustments", data=form(inspection, **data))
    assert response.status_code == 422
    assert words in response.text
    for typed in data.values():
        assert typed in response.text


def test_an_old_page_meets_the_newer_one(visit: Any, login: Login) -> None:
    inspection, head = visit
    client, page = login(head), f"/inspections/{inspection.id}/adjustments"
    data = form(inspection, bonus="1", bonus_reason="Sáng kiến")
    assert client.post(page, data=data).status_code == 303
    assert client.post(page, data=data).status_code == 409


def test_only_the_head_during_the_visit(visit: Any, login: Login) -> None:
    inspection, head = visit
    page = f"/inspections/{inspection.id}/adjustments"
    delegation = db.session.get_one(models.Delegation, inspection.delegation_id)
    member = make.member(delegation, Role.MEMBER, areas=("1",))
    assert login(member).get(page).status_code == 403
    assert login(make.user(Role.MEMBER)).get(page).status_code == 404
    assert login(head).get("/inspections/999999/adjustments").status_code == 404
    assert login(head).put(page).status_code == 405
    inspection.state = State.DA_KY_BIEN_BAN
    db.session.commit()
    assert login(head).get(page).status_code == 409
