"""/inspections/<id>/answers/<criterion>: two people or devices at one score, or a state that takes none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.inspections import State
from app.domain.scoring import LevelInput, RatioInput, YesNoInput
from app.models import AnswerChange, Outcome
from tests.cast import SCRIPT, World, value_of, words
from tests.views.tapped import card, rows, stored, tap


@pytest.fixture
def world(app) -> World:
    return World()


def test_another_persons_newer_answer_is_a_conflict_that_shows_both(world, login):
    world.score(world.head, LevelInput(0), "1.1.2")
    sent = tap(level="2")
    reply = login(world.member).post(f"{world.at}/answers/1.1.2", data=sent, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Op"]) == (409, sent["op_id"])
    assert "Khác với bản của Trưởng đoàn" in words(reply)
    assert "Đủ → 1" in words(reply)
    assert 'data-version="1"' in reply.text
    assert stored(world, "1.1.2").points == 100
    last = db.session.execute(select(AnswerChange).order_by(AnswerChange.id.desc()).limit(1)).scalar_one()
    assert (last.outcome, last.sent["value"]) == (Outcome.CONFLICT, {"level": 2})


def test_without_scripts_a_conflict_is_a_page_where_one_can_keep_either(world, login):
    world.score(world.head, RatioInput(*map(Decimal, (95, 100))), "1.1.3")
    browser = login(world.member)
    page = browser.post(
        f"{world.at}/answers/1.1.3", data=card(numerator="50", denominator="100", note="tôi đếm lại")
    )
    assert page.status_code == 409
    assert "95/100 → 1" in words(page)
    assert "50/100" in words(page)
    kept = {
        name: value_of(page, name)
        for name in ("op_id", "side", "base_version", "numerator", "denominator", "note")
    }
    assert (kept["base_version"], kept["note"]) == ("1", "tôi đếm lại")
    assert browser.post(f"{world.at}/answers/1.1.3", data=kept).status_code == 303
    assert (stored(world, "1.1.3").points, stored(world, "1.1.3").note) == (0, "tôi đếm lại")


@pytest.mark.parametrize(
    ("code", "first", "typed"),
    [
        ("1.1.1", {"yes": "1"}, {"yes": "0"}),
        ("1.1.2", {"level": "0"}, {"level": "2"}),
        ("1.1.2", {"level": "0"}, {"not_applicable": "1", "na_reason": "không có"}),
        ("1.1.4", {"faults": "1"}, {"faults": "0"}),
        ("1.1.5", {"points": "1", "reason": "mới"}, {"points": ""}),
        ("1.1.2", {"not_applicable": "1", "na_reason": "không có"}, {"level": "1"}),
    ],
)
def test_the_page_of_a_conflict_fits_every_rule(world, login, code, first, typed):
    assert login(world.head).post(f"{world.at}/answers/{code}", data=card(**first)).status_code == 303
    page = login(world.member).post(f"{world.at}/answers/{code}", data=card(**typed))
    assert page.status_code == 409
    assert "Trưởng đoàn" in words(page)


def test_a_stale_answer_that_is_also_wrong_is_refused_at_its_field(world, login):
    world.score(world.head, LevelInput(0), "1.1.2")
    for headers in ({}, SCRIPT):
        reply = login(world.member).post(f"{world.at}/answers/1.1.2", data=tap(level="99"), headers=headers)
        assert reply.status_code == 422


def test_a_state_that_takes_no_score_is_a_conflict(world, login):
    world.move(State.DA_KY_BIEN_BAN, published=True)
    for headers in ({}, SCRIPT):
        reply = login(world.head).post(f"{world.at}/answers/1.1.1", data=tap(yes="1"), headers=headers)
        assert reply.status_code == 409
        assert "bước không cho phép" in words(reply)
    assert rows() == 0


def test_a_stale_save_costs_no_more(world, login, count_statements):
    world.score(world.head, YesNoInput(True))
    browser = login(world.member)
    browser.get(f"{world.at}/score")
    with count_statements() as statements:
        assert browser.post(f"{world.at}/answers/1.1.1", data=tap(yes="0"), headers=SCRIPT).status_code == 409
    assert len(statements) <= 8


def test_two_devices_of_one_person_do_not_write_over_each_other(world, login):
    desk, field = login(world.member), login(world.member)
    at = f"{world.at}/answers/1.1.1"
    assert field.post(at, data=tap(yes="1"), headers=SCRIPT).status_code == 200
    reply = desk.post(at, data=tap(yes="0"), headers=SCRIPT)
    assert reply.status_code == 409
    assert "Khác với bản của bạn, trên thiết bị khác" in words(reply)
    # The one that has written before goes on from what it wrote.
    assert field.post(at, data=tap(yes="0"), headers=SCRIPT).status_code == 200


def test_a_colleague_of_the_same_post_is_not_called_you(world, login):
    world.secretary.title = world.member.title
    db.session.commit()
    world.score(world.secretary, YesNoInput(True))
    reply = login(world.member).post(f"{world.at}/answers/1.1.1", data=tap(yes="0"), headers=SCRIPT)
    assert reply.status_code == 409
    assert f"Khác với bản của {world.member.title} (" in words(reply)
