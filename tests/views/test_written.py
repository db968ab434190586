"""Findings and recommendations from the queue of a device: once, corrected, and as a conflict with both versions."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.db import db
from app.models import AuditEvent, Finding, Recommendation
from tests import make
from tests.cast import SCRIPT, World, value_of, words
from tests.views.test_findings import typed


@pytest.fixture
def world(app) -> World:
    return World()


def the(table=Finding):
    return db.session.execute(select(table).order_by(table.id)).scalars().one()


def actions() -> list[str]:
    found = db.session.execute(select(AuditEvent.action).order_by(AuditEvent.id)).scalars()
    return [action for action in found if action.startswith(("finding.", "recommendation."))]


def asked(**more: object) -> dict[str, object]:
    base = {"op_id": str(uuid4()), "version": "1", "direction": "to_unit", "text": "Công khai", "due_on": ""}
    return base | more


def test_a_change_repeats_its_name_and_counts_once(world, login):
    finding = make.finding(world.inspection)
    browser, sent = login(world.member), typed(text="Đã sửa")
    for _twice in range(2):
        reply = browser.post(f"{world.at}/findings/{finding.id}", data=sent, headers=SCRIPT)
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
    assert (the().text, the().version) == ("Đã sửa", 2)
    assert actions() == ["finding.change"]


def test_every_opened_form_is_an_operation_of_its_own(world, login):
    finding, other = make.finding(world.inspection), make.recommendation(world.inspection)
    for address, thing in ((f"findings/{finding.id}", finding), (f"recommendations/{other.id}", other)):
        browser = login(world.head)
        names = {value_of(browser.get(f"{world.at}/{address}/edit"), "op_id") for _twice in range(2)}
        assert len(names - {thing.op_id}) == 2


def test_a_change_sent_again_with_other_words_goes_on_from_itself(world, login):
    finding = make.finding(world.inspection)
    browser, sent = login(world.member), typed(text="Một")
    for nth, text in enumerate(("Một", "Hai", "Ba")):
        again = sent | {"text": text, "corrected": str(nth)}
        assert (
            browser.post(f"{world.at}/findings/{finding.id}", data=again, headers=SCRIPT).status_code == 200
        )
    # An older one that comes late changes nothing.
    browser.post(f"{world.at}/findings/{finding.id}", data=sent | {"corrected": "1"}, headers=SCRIPT)
    assert the().text == "Ba"


def test_a_new_one_that_had_arrived_takes_the_correction_with_what_was_asked(world, login):
    browser, sent = login(world.member), typed(text="Thieu", recommended="Lam bien")
    assert browser.post(f"{world.at}/findings", data=sent, headers=SCRIPT).status_code == 200
    again = sent | {"text": "Thiếu", "recommended": "Làm biển", "corrected": "1"}
    for _twice in range(2):
        assert browser.post(f"{world.at}/findings", data=again, headers=SCRIPT).status_code == 200
    assert the().text == "Thiếu"
    assert the(Recommendation).text == "Làm biển"
    without = sent | {"recommended": "", "corrected": "2"}
    assert browser.post(f"{world.at}/findings", data=without, headers=SCRIPT).status_code == 200
    assert the(Recommendation).removed_at is not None


def test_a_correction_after_somebody_elses_change_is_a_conflict(world, login):
    browser, sent = login(world.member), typed(text="Thieu")
    browser.post(f"{world.at}/findings", data=sent, headers=SCRIPT)
    login(world.head).post(f"{world.at}/findings/{the().id}", data=typed(text="Bản A"))
    reply = browser.post(f"{world.at}/findings", data=sent | {"text": "B", "corrected": "1"}, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Op"]) == (409, sent["op_id"])
    assert f'data-url="{world.at}/findings/{the().id}"' in reply.text
    assert the().text == "Bản A"
    # What was only sent twice is taken, as ever.
    assert browser.post(f"{world.at}/findings", data=sent, headers=SCRIPT).status_code == 200


def test_a_conflict_shows_who_and_what_and_keeps_theirs(world, login):
    finding = make.finding(world.inspection)
    login(world.head).post(f"{world.at}/findings/{finding.id}", data=typed(text="Bản A", cause="khác"))
    sent = typed(text="Bản B", due_on="1/10/2022")
    reply = login(world.member).post(f"{world.at}/findings/{finding.id}", data=sent, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Op"]) == (409, sent["op_id"])
    said = words(reply)
    for text in (world.head.title, "Nội dung Bản A", "Nguyên nhân khác", "Hạn khắc phục 30/09/2022"):
        assert text in said
    assert "Căn cứ" not in said
    assert 'data-version="2"' in reply.text
    assert the().text == "Bản A"


@pytest.mark.parametrize("kind", ["findings", "recommendations"])
def test_taking_out_and_bringing_back_repeat_their_name_and_count_once(world, login, kind):
    thing = make.finding(world.inspection) if kind == "findings" else make.recommendation(world.inspection)
    browser = login(world.head)
    for verb, gone in (("remove", True), ("restore", False)):
        sent = {"op_id": str(uuid4()), "version": "1", "text": "for the list of the device"}
        for _twice in range(2):
            reply = browser.post(f"{world.at}/{kind}/{thing.id}/{verb}", data=sent, headers=SCRIPT)
            assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
        assert (the(type(thing)).removed_at is not None) == gone
    assert actions() == [f"{kind[:-1]}.remove", f"{kind[:-1]}.restore"]


@pytest.mark.parametrize("kind", ["findings", "recommendations"])
def test_what_somebody_changed_is_not_taken_out_unseen(world, login, kind):
    thing = make.finding(world.inspection) if kind == "findings" else make.recommendation(world.inspection)
    change = typed(text="Bản A") if kind == "findings" else asked(text="Bản A")
    assert login(world.head).post(f"{world.at}/{kind}/{thing.id}", data=change).status_code == 303
    sent = {"op_id": str(uuid4()), "version": "1"}
    browser = login(world.secretary)
    reply = browser.post(f"{world.at}/{kind}/{thing.id}/remove", data=sent, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Op"]) == (409, sent["op_id"])
    assert "Bản A" in words(reply)
    # From a plain page it is said there.
    reply = browser.post(f"{world.at}/{kind}/{thing.id}/remove", data={"version": "1"})
    assert reply.status_code == 303
    assert "Người khác vừa sửa" in words(browser.get(reply.location))
    assert the(type(thing)).removed_at is None
    for broken in ({"op_id": "x"}, {"version": "một"}, {"corrected": "-1"}):
        assert browser.post(f"{world.at}/{kind}/{thing.id}/remove", data=broken).status_code == 422


def test_what_was_taken_out_meanwhile_says_so(world, login):
    finding = make.finding(world.inspection, removed_at=make.NOW)
    reply = login(world.member).post(f"{world.at}/findings/{finding.id}", data=typed(), headers=SCRIPT)
    assert reply.status_code == 404
    assert "đã được bỏ khỏi biên bản" in words(reply)


def test_what_cannot_be_read_is_refused_in_one_line(world, login):
    finding, other = make.finding(world.inspection), make.recommendation(world.inspection)
    browser = login(world.head)
    for address, sent in (
        (f"findings/{finding.id}", typed(due_on="45/13/2022")),
        (f"recommendations/{other.id}", asked(due_on="45/13/2022")),
    ):
        reply = browser.post(f"{world.at}/{address}", data=sent, headers=SCRIPT)
        assert reply.status_code == 422
        assert "Không có tháng 13" in words(reply)


def test_a_recommendation_is_changed_once_and_as_a_conflict_after_another(world, login):
    one = make.recommendation(world.inspection)
    browser, sent = login(world.head), asked(text="Bản A")
    for _twice in range(2):
        reply = browser.post(f"{world.at}/recommendations/{one.id}", data=sent, headers=SCRIPT)
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
    assert (the(Recommendation).text, the(Recommendation).version) == ("Bản A", 2)
    late = asked(text="Bản B")
    reply = login(world.secretary).post(f"{world.at}/recommendations/{one.id}", data=late, headers=SCRIPT)
    assert reply.status_code == 409
    assert "Bản A" in words(reply)


def test_a_new_recommendation_that_had_arrived_takes_the_correction(world, login):
    browser, sent = login(world.head), asked(text="Bo sung")
    for nth, text in enumerate(("Bo sung", "Bổ sung")):
        again = sent | {"text": text, "corrected": str(nth)}
        assert browser.post(f"{world.at}/recommendations", data=again, headers=SCRIPT).status_code == 200
    assert the(Recommendation).text == "Bổ sung"
