"""What an inspected unit learns of an inspection, and when: never of drafts, of an unannounced one when it begins."""

from __future__ import annotations

import pytest

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.announcements import is_told, untold_states
from app.domain.inspections import InspectionKind, State, steps_from
from tests import make
from tests.cast import World, fault_at, main_words

UNANNOUNCED = InspectionKind.DOT_XUAT
# Pages of the inspection that are the unit's too, or would tell it that there is one.
PAGES = ("", "/score?side=self", "/findings", "/minutes", "/explanations", "/history", "/steps/dang-tu-cham")

# The form of an inspection that becomes unannounced.
TURNED = {
    "kind": "dot_xuat",
    "inspected_on": "20/9/2022",
    "period_from": "1/1/2022",
    "period_to": "20/9/2022",
    "version": "1",
}


@pytest.mark.parametrize("kind", InspectionKind)
@pytest.mark.parametrize("state", State)
def test_every_state_says_whether_the_unit_knows(kind, state):
    told = is_told(state, kind)
    assert (told is None) == (state is State.HUY)
    assert told is None or told == (state not in untold_states(kind))


@pytest.mark.parametrize("state", State)
def test_an_unannounced_visit_never_opens_the_self_score(state):
    steps = {step.to for step in steps_from(state, kind=UNANNOUNCED)}
    assert not steps & {State.DANG_TU_CHAM, State.DA_CHOT_TU_CHAM}
    if state is State.DA_CO_QUYET_DINH:
        assert State.DANG_KIEM_TRA in steps


def sees(browser, at: str) -> bool:
    """Whether the unit finds it anywhere; either everywhere or nowhere."""
    answers = {browser.get(at + page).status_code for page in PAGES}
    listed = f'href="{at}"' in browser.get("/inspections").text
    home = at in browser.get("/").text
    choice = f"/dossiers/new?inspection={at.split('/')[-1]}" in browser.get("/dossiers/new").text
    if answers == {404}:
        assert not any((listed, home, choice))
        return False
    assert listed
    return True


@pytest.mark.parametrize(
    ("kind", "state", "known"),
    [
        (InspectionKind.DINH_KY, State.DU_THAO, False),
        (InspectionKind.DINH_KY, State.DA_CO_QUYET_DINH, True),
        (UNANNOUNCED, State.DU_THAO, False),
        (UNANNOUNCED, State.DA_CO_QUYET_DINH, False),
        (UNANNOUNCED, State.DANG_KIEM_TRA, True),
        (UNANNOUNCED, State.HUY, False),
    ],
)
def test_the_unit_sees_it_from_the_right_moment(app, login, kind, state, known):
    world = World(state, kind=kind)
    for person in (world.officer, world.unit_head):
        assert sees(login(person), world.at) is known
    assert login(world.member).get(world.at).status_code == 200
    assert login(world.supervisor).get(world.at).status_code == 200


def test_a_leader_of_the_unit_itself_is_told_no_earlier(app, login):
    world = World(State.DA_CO_QUYET_DINH, kind=UNANNOUNCED)
    leader = login(make.user(Role.SUPERVISOR, unit=world.ward))
    assert leader.get(world.at).status_code == 404
    assert world.at not in leader.get("/inspections").text
    world.move(State.DANG_KIEM_TRA)
    assert leader.get(world.at).status_code == 200


def test_its_answers_are_nobodys_before_it_begins(app, login):
    world = World(State.DA_CO_QUYET_DINH, kind=UNANNOUNCED)
    reply = login(world.officer).post(f"{world.at}/answers/1.1.1", data={"side": "self", "yes": "1"})
    assert reply.status_code == 404
    assert not db.session.query(models.Answer).count()


@pytest.mark.parametrize(
    ("kind", "before", "known"),
    [
        (InspectionKind.DINH_KY, State.DU_THAO, False),
        (InspectionKind.DINH_KY, State.DANG_TU_CHAM, True),
        (UNANNOUNCED, State.DA_CO_QUYET_DINH, False),
        (UNANNOUNCED, State.DANG_KIEM_TRA, True),
    ],
)
def test_what_was_called_off_stays_with_the_unit_only_if_it_knew(app, login, kind, before, known):
    world = World(before, kind=kind)
    reply = login(world.head).post(f"{world.at}/steps/huy", data={"seen": before, "reason": "Lý do mật"})
    assert reply.status_code == 303
    page = login(world.officer).get(world.at)
    assert page.status_code == (200 if known else 404)
    assert (world.at in login(world.officer).get("/inspections").text) is known


def test_the_head_is_offered_no_self_score_for_it(app, login):
    world = World(State.DA_CO_QUYET_DINH, kind=UNANNOUNCED)
    head = login(world.head)
    page = main_words(head.get(world.at))
    assert "Bắt đầu kiểm tra" in page
    assert "Mở cho đơn vị tự chấm" not in page
    data = {"seen": "da_co_quyet_dinh"}
    assert head.post(f"{world.at}/steps/dang-tu-cham", data=data).status_code == 409
    assert head.post(f"{world.at}/steps/dang-kiem-tra", data=data).status_code == 303


def test_it_does_not_become_unannounced_while_the_unit_scores_itself(app, login):
    world = World(State.DANG_TU_CHAM)
    reply = login(world.head).post(f"{world.at}/edit", data=TURNED)
    assert reply.status_code == 422
    assert "Đơn vị đã được báo" in fault_at(reply, "kind")


def test_an_unannounced_visit_has_no_deadline_for_the_self_score(app, login):
    world = World(State.DA_CO_QUYET_DINH)
    data = TURNED | {"self_due_on": "10/9/2022"}
    reply = login(world.head).post(f"{world.at}/edit", data=data)
    assert reply.status_code == 422
    assert "để trống hạn tự chấm" in fault_at(reply, "self_due_on")


def test_who_left_a_delegation_for_the_unit_learns_no_more_than_the_unit(app, login):
    world = World(State.DA_CO_QUYET_DINH, kind=UNANNOUNCED)
    turned = make.member(world.delegation, user=make.user(Role.OFFICER, unit=world.ward))
    browser = login(turned)
    assert browser.get(world.at).status_code == 404
    assert world.at not in browser.get("/inspections").text
