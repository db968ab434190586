"""/inspections/<id>/recommendations: both directions, the ladder of each page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.inspections import Direction, State
from app.models import Recommendation
from tests import make
from tests.cast import SCRIPT, World, checked_of, fault_at, value_of, words


@pytest.fixture
def world(app) -> World:
    return World()


def typed(**more: object) -> dict[str, object]:
    return {
        "op_id": str(uuid4()),
        "version": "1",
        "direction": "to_unit",
        "text": "Công khai trước 30/9",
        "addressee": "Chủ tịch UBND phường",
        "report_to": "Sở Nội vụ",
        "due_on": "30/9/2022",
    } | more


def stored() -> list[Recommendation]:
    return list(db.session.execute(select(Recommendation).order_by(Recommendation.id)).scalars())


# --- Works


def test_the_delegation_asks_and_the_list_shows_it(world, login):
    browser = login(world.member)
    assert checked_of(browser.get(f"{world.at}/recommendations/new"), "direction") == "to_unit"
    reply = browser.post(f"{world.at}/recommendations", data=typed())
    assert (reply.status_code, reply.location) == (303, f"{world.at}/findings#recommendations")
    page = words(browser.get(f"{world.at}/findings"))
    for text in ("Công khai trước 30/9", "Chủ tịch UBND phường", "báo cáo về Sở Nội vụ", "hạn 30/09/2022"):
        assert text in page


@pytest.mark.parametrize("state", [State.DANG_TU_CHAM, State.DA_CHOT_TU_CHAM, State.DANG_KIEM_TRA])
def test_the_unit_proposes_to_its_superior_and_sees_it_at_once(app, login, state):
    world = World(state)
    browser = login(world.officer)
    assert value_of(browser.get(f"{world.at}/recommendations/new"), "direction") == "to_superior"
    reply = browser.post(f"{world.at}/recommendations", data=typed(direction="to_superior"))
    assert reply.status_code == 303
    assert stored()[0].direction is Direction.TO_SUPERIOR
    assert "Công khai trước 30/9" in browser.get(f"{world.at}/findings").text


def test_the_direction_may_be_chosen_in_the_address(world, login):
    page = login(world.head).get(f"{world.at}/recommendations/new?direction=to_superior")
    assert checked_of(page, "direction") == "to_superior"


def test_sending_twice_is_one_recommendation(world, login):
    browser, sent = login(world.head), typed()
    assert [browser.post(f"{world.at}/recommendations", data=sent).status_code for _ in range(2)] == [
        303,
        303,
    ]
    assert len(stored()) == 1


def test_a_recommendation_is_changed_taken_out_and_brought_back(world, login):
    row = make.recommendation(world.inspection)
    at = f"{world.at}/recommendations/{row.id}"
    browser = login(world.head)
    assert value_of(browser.get(f"{at}/edit"), "text") == row.text
    assert browser.post(at, data=typed(text="Mới")).status_code == 303
    assert (stored()[0].text, stored()[0].version) == ("Mới", 2)
    reply = browser.post(f"{at}/remove")
    page = browser.get(reply.location)
    assert "Hoàn tác" in page.text
    assert "Mới" not in [line.text for line in stored() if line.removed_at is None]
    assert browser.post(f"{at}/restore").status_code == 303
    assert stored()[0].removed_at is None


def test_the_address_of_all_recommendations_leads_to_their_place(world, login):
    reply = login(world.officer).get(f"{world.at}/recommendations")
    assert (reply.status_code, reply.location) == (303, f"{world.at}/findings#recommendations")


# --- Refuses


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "a" * 5001}, "text"),
        ({"addressee": "a" * 501}, "addressee"),
        ({"report_to": "a" * 501}, "report_to"),
        ({"due_on": "hôm nay"}, "due_on"),
        ({"direction": "sang ngang"}, "direction"),
    ],
    ids=lambda case: str(case)[:40],
)
def test_what_cannot_be_taken_is_refused_at_its_field_and_stays_typed(world, login, wrong, field):
    sent = typed(**wrong)
    reply = login(world.head).post(f"{world.at}/recommendations", data=sent)
    assert reply.status_code == 422
    sentence = fault_at(reply, field)
    assert sentence
    assert "Not a valid" not in sentence
    for name in ("text", "addressee", "report_to", "due_on"):
        assert value_of(reply, name) == sent[name]
    assert stored() == []


def test_the_unit_cannot_ask_anything_of_itself_in_the_delegations_name(world, login):
    row = make.recommendation(world.inspection)
    removed = make.recommendation(world.inspection, removed_at=make.NOW)
    browser = login(world.officer)
    assert browser.post(f"{world.at}/recommendations", data=typed()).status_code == 403
    assert browser.get(f"{world.at}/recommendations/{row.id}/edit").status_code == 403
    for address in (f"{row.id}", f"{row.id}/remove", f"{removed.id}/restore"):
        assert browser.post(f"{world.at}/recommendations/{address}", data=typed()).status_code == 403
    assert [line.removed_at for line in stored()] == [None, make.NOW]
    own = make.recommendation(world.inspection, direction=Direction.TO_SUPERIOR)
    turned = browser.post(f"{world.at}/recommendations/{own.id}", data=typed(direction="to_unit"))
    assert turned.status_code == 403


def test_those_who_only_watch_write_nothing(world, login):
    row = make.recommendation(world.inspection)
    for person in (world.supervisor, world.admin):
        browser = login(person)
        for address in ("new", f"{row.id}/edit"):
            assert browser.get(f"{world.at}/recommendations/{address}").status_code == 403
        for address in ("", f"/{row.id}", f"/{row.id}/remove", f"/{row.id}/restore"):
            assert browser.post(f"{world.at}/recommendations{address}", data=typed()).status_code == 403


def test_strangers_and_unknown_things_are_not_found(world, login):
    row = make.recommendation(world.inspection)
    other = make.recommendation(make.inspection(delegation=world.delegation, unit=world.neighbour))
    for person in world.strangers:
        browser = login(person)
        for address in ("", "/new", f"/{row.id}/edit"):
            assert browser.get(f"{world.at}/recommendations{address}").status_code == 404
        for address in ("", f"/{row.id}", f"/{row.id}/remove", f"/{row.id}/restore"):
            assert browser.post(f"{world.at}/recommendations{address}", data=typed()).status_code == 404
    browser = login(world.head)
    for id_ in (other.id, 999999):
        assert browser.get(f"{world.at}/recommendations/{id_}/edit").status_code == 404
        for verb in ("", "/remove", "/restore"):
            assert browser.post(f"{world.at}/recommendations/{id_}{verb}", data=typed()).status_code == 404


def test_a_recommendation_changed_by_another_is_a_conflict_and_nothing_typed_is_lost(world, login):
    row = make.recommendation(world.inspection)
    at = f"{world.at}/recommendations/{row.id}"
    assert login(world.head).post(at, data=typed(text="bản A")).status_code == 303
    reply = login(world.member).post(at, data=typed(text="bản B"))
    assert reply.status_code == 409
    assert value_of(reply, "text") == "bản B"
    assert stored()[0].text == "bản A"


def test_nothing_is_written_after_the_minutes_are_signed(world, login):
    world.move(State.DA_KY_BIEN_BAN, published=True)
    for person, direction in ((world.head, "to_unit"), (world.officer, "to_superior")):
        reply = login(person).post(f"{world.at}/recommendations", data=typed(direction=direction))
        assert reply.status_code == 409
    assert stored() == []


def test_other_methods_are_refused(world, login):
    row = make.recommendation(world.inspection)
    browser = login(world.head)
    assert browser.get(f"{world.at}/recommendations/{row.id}/remove").status_code == 405
    assert browser.get(f"{world.at}/recommendations/{row.id}/restore").status_code == 405
    assert browser.delete(f"{world.at}/recommendations/{row.id}").status_code == 405
    assert browser.post(f"{world.at}/recommendations/new").status_code == 405


def test_the_outbox_gets_one_line_and_its_operation_back(world, login):
    browser, sent = login(world.member), typed()
    for _again in range(2):
        reply = browser.post(f"{world.at}/recommendations", data=sent, headers=SCRIPT)
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
    assert len(stored()) == 1
    refused = browser.post(f"{world.at}/recommendations", data=typed(text=""), headers=SCRIPT)
    assert (refused.status_code, refused.headers.get("Soat-Op")) == (422, None)
    assert "Nội dung:" in words(refused)
