"""/inspections/<id>/score: the scoring page, what is missing, and the figures the app counted."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from app.db import db
from app.domain.inspections import Side, State
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.models import Inspection
from app.queries.checklists import forget_checklists
from tests import make
from tests.cast import World, words

YES, NO = YesNoInput(True), YesNoInput(False)


@pytest.fixture
def world(app) -> World:
    return World()


def card_of(response, code: str) -> str:
    """The HTML of one criterion's card."""
    found = re.search(
        rf'<article class="criterion" id="c-{re.escape(code)}".*?</article>', response.text, re.DOTALL
    )
    assert found, code
    return found[0]


def can_type(card: str) -> bool:
    return '<fieldset class="bare" disabled>' not in card


# --- Works


def test_the_page_shows_every_criterion_with_the_control_of_its_rule(world, login):
    page = login(world.member).get(f"{world.at}/score")
    assert page.status_code == 200
    assert re.findall(r'<article class="criterion" id="c-([\d.]+)"', page.text) == [
        criterion.code for criterion in world.checklist.criteria
    ]
    for code, name in zip(range(1, 6), ("yes", "level", "numerator", "faults", "points"), strict=True):
        assert f'name="{name}"' in card_of(page, f"1.1.{code}")
    assert 'value="0"' in card_of(page, "1.1.1")


def test_the_page_says_what_was_scored_who_did_it_and_the_sums(world, login):
    world.score(world.member, YES)
    world.score(world.member, LevelInput(1), "1.1.2")
    page = login(world.head).get(f"{world.at}/score")
    text = words(page)
    assert "1,5 / 5 điểm" in text
    assert "Thành viên lĩnh vực 1" in card_of(page, "1.1.1")
    assert 'id="answered">2/10<' in page.text


def test_the_delegation_sees_the_units_score_beside_its_own(world, login):
    world.score(world.officer, YES, side=Side.SELF)
    card = card_of(login(world.member).get(f"{world.at}/score"), "1.1.1")
    assert "Đơn vị tự chấm" in card
    assert 'data-other="100"' in card


def test_a_difference_asks_for_its_reason(world, login):
    world.score(world.officer, YES, side=Side.SELF)
    world.score(world.member, NO)
    browser = login(world.member)
    assert "Cần lý do vì khác điểm tự chấm" in card_of(browser.get(f"{world.at}/score"), "1.1.1")
    missing = words(browser.get(f"{world.at}/score/missing"))
    assert "1.1.1" in missing
    assert "Cần lý do vì khác điểm tự chấm" in missing


def test_each_person_types_where_they_may_and_reads_the_rest(world, login):
    for person, first, second in (
        (world.head, True, True),
        (world.secretary, False, True),
        (world.member, True, False),
        (world.supervisor, False, False),
        (world.admin, False, False),
    ):
        page = login(person).get(f"{world.at}/score")
        assert (can_type(card_of(page, "1.1.1")), can_type(card_of(page, "2.1.1"))) == (first, second), (
            person.name
        )


@pytest.mark.parametrize("state", State)
def test_nothing_is_typed_in_a_state_that_does_not_take_it(app, login, state):
    world = World(state)
    of_delegation = login(world.head).get(f"{world.at}/score?side=verified")
    of_unit = login(world.officer).get(f"{world.at}/score?side=self")
    assert can_type(card_of(of_delegation, "1.1.1")) == (
        state in {State.DANG_KIEM_TRA, State.THAM_DINH_LAN_2}
    )
    if state in {State.DU_THAO, State.HUY}:
        assert of_unit.status_code == 404, "the unit was told of nothing"
        return
    before_visit = {State.DA_CO_QUYET_DINH, State.CHO_DON_VI_BAO_CAO, State.DANG_TU_CHAM}
    assert can_type(card_of(of_unit, "1.1.1")) == (state in before_visit)


def test_one_area_can_be_shown_alone(world, login):
    page = login(world.member).get(f"{world.at}/score?area=2")
    assert "c-2.1.1" in page.text
    assert 'id="c-1.1.1"' not in page.text
    assert page.status_code == 200


def test_what_is_missing_is_listed_until_nothing_is(world, login):
    browser = login(world.head)
    inputs = (YES, LevelInput(0), RatioInput(Decimal(95), Decimal(100)), PenaltyInput(0), FreeInput(50))
    for place, criterion in enumerate(world.checklist.criteria):
        assert f" {criterion.code} " in words(browser.get(f"{world.at}/score/missing"))
        world.score(world.head, inputs[place % 5], criterion.code, reason="Có mô hình mới")
    page = browser.get(f"{world.at}/score/missing")
    assert "Không còn tiêu chí nào thiếu" in words(page)
    assert "data-code" not in page.text
    assert '<div class="empty" data-none>' in page.text, "not hidden"


def test_free_points_without_a_reason_are_missing(world, login):
    world.score(world.head, FreeInput(50), "1.1.5")
    assert "Cần lý do cho điểm tự do" in words(login(world.head).get(f"{world.at}/score/missing"))


def test_what_was_found_last_time_stands_at_the_criterion_once_it_is_published(world, login):
    last = make.inspection(unit=world.ward, published_at=make.NOW)
    make.finding(last, text="Lần trước chưa niêm yết")
    row = db.session.get_one(Inspection, world.id)
    row.previous_id = last.id
    db.session.commit()
    for person in (world.member, world.officer):
        side = "self" if person is world.officer else "verified"
        card = card_of(login(person).get(f"{world.at}/score?side={side}"), "1.1.1")
        assert "Lần trước chưa niêm yết" in card


# --- The unit and the delegation's side


def test_the_unit_sees_its_own_side_and_not_a_trace_of_the_delegations_before_publication(world, login):
    world.score(world.member, NO, reason="lý do thẩm định")
    for person in (world.officer, world.unit_head):
        browser = login(person)
        page = browser.get(f"{world.at}/score")
        assert page.status_code == 200
        assert "Đoàn thẩm định" not in page.text
        assert "lý do thẩm định" not in page.text
        assert "Thành viên lĩnh vực 1" not in page.text
        for address in ("score?side=verified", "score/missing?side=verified", "answers/1.1.1?side=verified"):
            assert browser.get(f"{world.at}/{address}").status_code == 403


def test_the_unit_sees_both_sides_after_publication(world, login):
    world.score(world.member, NO)
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    browser = login(world.officer)
    assert browser.get(f"{world.at}/score?side=verified").status_code == 200
    assert "Đoàn thẩm định" in browser.get(f"{world.at}/score?side=self").text


# --- Refuses


@pytest.mark.parametrize("address", ["score", "score/missing", "score/figures"])
def test_a_stranger_learns_nothing_and_a_missing_inspection_looks_the_same(world, login, address):
    for person in world.strangers:
        browser = login(person)
        foreign = browser.get(f"{world.at}/{address}")
        missing = browser.get(f"/inspections/{world.id + 999}/{address}")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert words(foreign) == words(missing)


@pytest.mark.parametrize("query", ["area=9", "area=%00", "side=x", "side=both", "side=%F0%9F%98%80"])
def test_an_unknown_area_or_side_is_not_found(world, login, query):
    assert login(world.head).get(f"{world.at}/score?{query}").status_code == 404


def test_the_page_takes_no_post(world, login):
    for address in ("score", "score/missing", "score/figures"):
        assert login(world.head).post(f"{world.at}/{address}").status_code == 405


# --- What it costs


def test_opening_the_page_takes_few_statements_however_many_criteria_there_are(app, login, count_statements):
    def cost(areas: int) -> tuple[int, int]:
        world = World(version=make.checklist_version(areas=areas))
        for criterion in world.checklist.criteria[::5]:
            world.score(world.head, YES, criterion.code)
        make.finding(world.inspection)
        browser = login(world.head)
        forget_checklists()  # as after a start: the checklist is read, too
        with count_statements() as first:
            assert browser.get(f"{world.at}/score").status_code == 200
        with count_statements() as again:
            browser.get(f"{world.at}/score")
        return len(first), len(again)

    small, large = cost(1), cost(12)
    assert small == large
    assert small[0] <= 11  # four of them read the checklist
    assert small[1] <= 7
