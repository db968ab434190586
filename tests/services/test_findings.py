"""Findings and recommendations: written once, changed by one person at a time, taken out and brought back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.inspections import Direction, FindingKind, Severity, State
from app.domain.refusals import Conflict, Invalid, Missing
from app.models import AuditEvent, Finding, Recommendation
from app.queries.findings import findings_by_criterion, findings_of, recommendations_of
from app.services.findings import (
    FindingText,
    RecommendationText,
    add_finding,
    add_recommendation,
    change_finding,
    change_recommendation,
    remove_finding,
    remove_recommendation,
)
from tests import make

FAULT = FindingText(
    FindingKind.TON_TAI,
    Severity.TRUNG_BINH,
    "Chưa công khai thủ tục",
    cause="Chưa phân công",
    responsibility="Bộ phận Một cửa",
    legal_basis="NĐ 61/2018/NĐ-CP",
    due_on=date(2022, 9, 30),
)
ASKED = RecommendationText(
    Direction.TO_UNIT, "Công khai đủ thủ tục", "Chủ tịch UBND", due_on=date(2022, 9, 30)
)
PROPOSED = RecommendationText(Direction.TO_SUPERIOR, "Bổ sung máy quét", "UBND quận")


class World:
    def __init__(self, state: State = State.DANG_KIEM_TRA) -> None:
        self.inspection = make.inspection(state=state)
        self.id = self.inspection.id
        self.criterion = make.criterion(self.inspection)
        self.criterion_id, self.area_id = self.criterion.id, self.criterion.area_id
        self.user, self.other = make.user(Role.MEMBER).id, make.user(Role.SECRETARY).id

    def add(self, op_id: str | None = None, written=FAULT, recommended=None, user: int | None = None) -> int:
        return add_finding(
            self.id,
            self.area_id,
            self.criterion_id,
            op_id or str(uuid4()),
            written,
            recommended,
            user or self.user,
            make.NOW,
        )

    def ask(self, op_id: str | None = None, written=ASKED, user: int | None = None, **rest: Any) -> int:
        return add_recommendation(
            self.id, op_id or str(uuid4()), written, user or self.user, make.NOW, **rest
        )

    def move(self, state: State) -> None:
        db.session.get_one(models.Inspection, self.id).state = state
        db.session.commit()


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def events() -> list[str]:
    return list(db.session.execute(select(AuditEvent.action).order_by(AuditEvent.id)).scalars())


# --- Findings


def test_a_finding_is_stored_as_written_and_in_the_trail(world):
    id_ = world.add()
    (line,) = findings_of(world.id)
    assert (line.id, line.text, line.severity, line.criterion_code, line.area_code) == (
        id_,
        FAULT.text,
        Severity.TRUNG_BINH,
        "1.1.1",
        "1",
    )
    assert (line.cause, line.responsibility, line.legal_basis, line.due_on) == (
        FAULT.cause,
        FAULT.responsibility,
        FAULT.legal_basis,
        FAULT.due_on,
    )
    assert events() == ["finding.add"]


def test_a_finding_may_bring_its_recommendation(world):
    id_ = world.add(recommended=ASKED)
    (line,) = recommendations_of(world.id)
    assert (line.finding_id, line.criterion_code, line.text, line.direction) == (
        id_,
        "1.1.1",
        ASKED.text,
        Direction.TO_UNIT,
    )


def test_the_same_operation_again_is_the_same_finding(world):
    op_id = str(uuid4())
    first = world.add(op_id, recommended=ASKED)
    assert world.add(op_id, recommended=ASKED) == first
    world.move(State.DA_KY_BIEN_BAN)
    assert world.add(op_id) == first
    assert (len(findings_of(world.id)), len(recommendations_of(world.id))) == (1, 1)
    assert events() == ["finding.add"]


def test_an_operation_of_somebody_else_is_refused(world):
    op_id = str(uuid4())
    world.add(op_id)
    with pytest.raises(Invalid):
        world.add(op_id, user=world.other)
    with pytest.raises(Invalid):
        another = World()
        add_finding(another.id, another.area_id, None, op_id, FAULT, None, world.user, make.NOW)


def test_twenty_identical_findings_at_once_are_one(app):
    world, op_id = World(), str(uuid4())

    def send(_number: int) -> int:
        with app.app_context():
            return world.add(op_id, recommended=ASKED)

    db.session.commit()
    with ThreadPoolExecutor(20) as pool:
        ids = set(pool.map(send, range(20)))
    assert len(ids) == 1
    assert (len(findings_of(world.id)), len(recommendations_of(world.id))) == (1, 1)


def test_a_change_counts_up_and_keeps_old_and_new_in_the_trail(world):
    id_ = world.add()
    change_finding(world.id, id_, 1, replace(FAULT, text="Đã công khai một phần"), world.other, make.NOW)
    (line,) = findings_of(world.id)
    assert (line.text, line.version) == ("Đã công khai một phần", 2)
    data = db.session.execute(
        select(AuditEvent.data).where(AuditEvent.action == "finding.change")
    ).scalar_one()
    assert (data["before"]["text"], data["after"]["text"]) == (FAULT.text, "Đã công khai một phần")


def test_a_change_of_an_older_version_is_a_conflict_and_changes_nothing(world):
    id_ = world.add()
    change_finding(world.id, id_, 1, replace(FAULT, text="bản của A"), world.user, make.NOW)
    with pytest.raises(Conflict):
        change_finding(world.id, id_, 1, replace(FAULT, text="bản của B"), world.other, make.NOW)
    assert findings_of(world.id)[0].text == "bản của A"


def test_a_finding_taken_out_takes_its_recommendation_along_and_both_come_back(world):
    id_ = world.add(recommended=ASKED)
    world.ask(written=PROPOSED)
    remove_finding(world.id, id_, world.user, make.NOW)
    assert findings_of(world.id) == []
    assert [line.text for line in recommendations_of(world.id)] == [PROPOSED.text]
    remove_finding(world.id, id_, world.user, make.NOW + timedelta(minutes=1), back=True)
    assert [line.id for line in findings_of(world.id)] == [id_]
    assert {line.text for line in recommendations_of(world.id)} == {ASKED.text, PROPOSED.text}


def test_a_recommendation_taken_out_before_its_finding_stays_out(world):
    id_ = world.add(recommended=ASKED)
    attached = recommendations_of(world.id)[0].id
    remove_recommendation(world.id, attached, world.user, make.NOW - timedelta(minutes=5))
    remove_finding(world.id, id_, world.user, make.NOW)
    remove_finding(world.id, id_, world.user, make.NOW, back=True)
    assert recommendations_of(world.id) == []


def test_what_was_taken_out_cannot_be_changed(world):
    id_ = world.add()
    remove_finding(world.id, id_, world.user, make.NOW)
    with pytest.raises(Missing):
        change_finding(world.id, id_, 1, FAULT, world.user, make.NOW)


def test_another_inspections_finding_is_missing(world):
    id_, other = world.add(), World()
    for verb in (
        lambda: change_finding(other.id, id_, 1, FAULT, other.user, make.NOW),
        lambda: remove_finding(other.id, id_, other.user, make.NOW),
        lambda: remove_recommendation(other.id, world.ask(), other.user, make.NOW),
        lambda: add_finding(
            world.id + 99, world.area_id, None, str(uuid4()), FAULT, None, world.user, make.NOW
        ),
    ):
        with pytest.raises(Missing):
            verb()


@pytest.mark.parametrize("state", State)
def test_findings_are_written_from_the_visit_until_the_minutes_are_signed(app, state):
    world = World(state)
    row = make.finding(world.inspection)
    allowed = state in {State.DANG_KIEM_TRA, State.THAM_DINH_LAN_2, State.CHO_KY_BIEN_BAN}
    for verb in (
        lambda: world.add(),
        lambda: change_finding(world.id, row.id, 1, FAULT, world.user, make.NOW),
        lambda: remove_finding(world.id, row.id, world.user, make.NOW),
    ):
        if allowed:
            verb()
        else:
            with pytest.raises(Conflict):
                verb()


# --- Recommendations


def test_recommendations_go_both_ways_and_those_to_the_unit_stand_first(world):
    world.ask(written=PROPOSED)
    world.ask()
    assert [line.direction for line in recommendations_of(world.id)] == [
        Direction.TO_UNIT,
        Direction.TO_SUPERIOR,
    ]


def test_the_same_operation_again_is_the_same_recommendation(world):
    op_id = str(uuid4())
    first = world.ask(op_id)
    assert world.ask(op_id) == first
    with pytest.raises(Invalid):
        world.ask(op_id, user=world.other)
    assert len(recommendations_of(world.id)) == 1


def test_a_recommendation_is_changed_once_per_version(world):
    id_ = world.ask()
    change_recommendation(world.id, id_, 1, replace(ASKED, text="mới"), world.user, make.NOW)
    with pytest.raises(Conflict):
        change_recommendation(world.id, id_, 1, replace(ASKED, text="khác"), world.other, make.NOW)
    (line,) = recommendations_of(world.id)
    assert (line.text, line.version) == ("mới", 2)


def test_a_recommendation_is_taken_out_and_comes_back(world):
    id_ = world.ask()
    remove_recommendation(world.id, id_, world.user, make.NOW)
    assert recommendations_of(world.id) == []
    remove_recommendation(world.id, id_, world.user, make.NOW, back=True)
    assert [line.id for line in recommendations_of(world.id)] == [id_]
    assert events() == ["recommendation.add", "recommendation.remove", "recommendation.restore"]


def test_the_unit_may_propose_before_the_visit_and_the_delegation_not_yet_ask(app):
    world = World(State.DANG_TU_CHAM)
    world.ask(written=PROPOSED)
    with pytest.raises(Conflict):
        world.ask()


def test_nothing_is_proposed_after_the_minutes_are_signed(app):
    world = World(State.DA_KY_BIEN_BAN)
    for written in (ASKED, PROPOSED):
        with pytest.raises(Conflict):
            world.ask(written=written)


# --- What the scoring page reads


def test_the_scoring_page_counts_findings_now_and_shows_what_was_found_last_time(world):
    world.add()
    world.add()
    last = make.inspection(unit=db.session.get(models.Unit, world.inspection.unit_id))
    make.finding(last, text="Lần trước: chưa niêm yết")
    make.finding(last, kind=FindingKind.UU_DIEM, severity=None, text="Lần trước: gọn gàng")
    make.finding(last, text="đã bỏ", removed_at=make.NOW)
    assert findings_by_criterion(world.id, last.id).last_time == {}, "not published yet"
    last.published_at = make.NOW
    db.session.commit()
    found = findings_by_criterion(world.id, last.id)
    assert found.now == {world.criterion_id: 2}
    assert found.last_time == {"1.1.1": ("Lần trước: chưa niêm yết",)}


def test_what_is_deleted_stays_in_the_tables(world):
    id_ = world.add(recommended=ASKED)
    remove_finding(world.id, id_, world.user, make.NOW)
    assert len(db.session.execute(select(Finding)).scalars().all()) == 1
    assert len(db.session.execute(select(Recommendation)).scalars().all()) == 1
