"""The pages of sign-offs: the block, the page, the forms, and areas that are given to others."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.inspections import State
from app.domain.scoring import YesNoInput
from app.models import AuditEvent, DelegationMember
from tests import make
from tests.cast import SCRIPT, World, fault_at, value_of, words
from tests.views.signed_off import TYPED, area_id, finish, give, half_scored, said


@pytest.fixture
def world(app):
    return half_scored()


# --- the block on the inspection's page -----------------------------------------------------------


def test_the_block_says_who_is_responsible_and_how_far_each_area_is(login, world):
    page = words(login(world.head).get(world.at))
    assert "Xác nhận theo lĩnh vực" in page
    assert "Thành viên lĩnh vực 1 Chưa xác nhận" in page
    assert "Phân công lại" in page
    assert "Xác nhận kết quả lĩnh vực" not in page, "the head was given no area"


def test_the_member_signs_from_the_block_once_the_area_is_finished(login, world):
    browser = login(world.member)
    assert f'action="{world.page}/1"' in browser.get(world.at).text
    assert f'action="{world.page}/2"' not in browser.get(world.at).text
    response = browser.post(f"{world.page}/1")
    assert (response.status_code, response.location) == (303, f"{world.page}#area-{area_id(world)}")
    page = browser.get(world.page)
    assert "Đã xác nhận kết quả lĩnh vực 1." in words(page)
    assert "1/2 lĩnh vực đã xác nhận" in words(page)
    assert "Thành viên lĩnh vực 1 Đã xác nhận 15/09/2022" not in words(browser.get(world.at)), "now, not then"
    assert "Thành viên lĩnh vực 1 Đã xác nhận" in words(browser.get(world.at))
    world.score(world.head, YesNoInput(False), base=1, reason="Thiếu")
    assert "Thành viên lĩnh vực 1 Đã đổi sau khi xác nhận" in words(browser.get(world.at))


def test_without_areas_given_to_anybody_it_says_so(login, world):
    db.session.query(DelegationMember).update({"areas": []})
    db.session.commit()
    for address in (world.at, world.page):
        assert "Chưa lĩnh vực nào được giao" in words(login(world.head).get(address))


def test_an_area_that_was_taken_from_who_signed_it_does_not_count_as_signed(login, world):
    login(world.member).post(f"{world.page}/1")
    give(world.member)
    page = words(login(world.head).get(world.page))
    assert "nay không phụ trách" in page
    assert "0/1 lĩnh vực đã xác nhận" in page


def test_the_unit_and_its_supervisor_see_nothing_of_it(login, world):
    login(world.member).post(f"{world.page}/1", data={"opinion": TYPED})
    for state, published in ((State.DANG_KIEM_TRA, False), (State.CHO_KY_BIEN_BAN, True)):
        world.move(state, published=published)
        for user in (world.officer, world.unit_head, world.supervisor):
            browser = login(user)
            page = words(browser.get(world.at))
            assert "Xác nhận theo lĩnh vực" not in page
            assert "quá cao" not in page
            assert browser.get(world.page).status_code == 403
        for user in world.strangers:
            assert login(user).get(world.page).status_code == 404


@pytest.mark.parametrize("state", [State.DA_CO_QUYET_DINH, State.HUY])
def test_before_the_visit_there_is_no_block(login, world, state):
    world.move(state)
    assert "Xác nhận theo lĩnh vực" not in words(login(world.head).get(world.at))


def test_a_giam_sat_has_no_sign_offs(login, app):
    world = World(scoring=False)
    browser = login(world.head)
    assert "Xác nhận theo lĩnh vực" not in words(browser.get(world.at))
    assert browser.get(f"{world.at}/signoffs").status_code == 404


def test_the_pages_ask_a_fixed_number_of_questions(login, world, count_statements):
    browser = login(world.head)

    def statements(address):
        browser.get(address)
        with count_statements() as counted:
            browser.get(address)
        return len(counted)

    few = [statements(world.at), statements(world.page)]
    for _number in range(8):
        member = make.member(world.delegation, areas=("1", "2"))
        login(member).post(f"{world.page}/1", data={"opinion": TYPED})
    assert len(said(world)) == 8
    assert [statements(world.at), statements(world.page)] == few


# --- signing, withdrawing, disagreeing ------------------------------------------------------------


def test_an_opinion_goes_with_the_sign_off_and_is_shown_as_text(login, world):
    browser = login(world.member)
    assert browser.post(f"{world.page}/1", data={"opinion": TYPED}).status_code == 303
    (row,) = said(world)
    assert (row.opinion, row.signed_at is not None) == (TYPED, True)
    page = login(world.head).get(world.page)
    assert "quá cao &lt;b&gt;so với" in page.text
    assert "Chờ Trưởng đoàn quyết định" in words(page)
    assert "Ý kiến khác chờ Trưởng đoàn" in words(login(world.head).get(world.at))
    browser.post(f"{world.page}/1")  # a button without the field leaves the opinion
    assert said(world)[0].opinion == TYPED
    browser.post(f"{world.page}/1", data={"opinion": ""})
    assert said(world)[0].opinion == ""


def test_what_is_not_finished_is_not_signed_and_nothing_typed_is_lost(login, world):
    response = login(world.secretary).post(f"{world.page}/2", data={"opinion": TYPED})
    assert response.status_code == 409
    assert "còn 5 tiêu chí chưa xong (2.1.1" in words(response)
    assert TYPED.replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in response.text
    assert said(world) == []


@pytest.mark.parametrize("place", ["1", "1/opinion"])
def test_too_long_an_opinion_is_refused_at_its_field(login, world, place):
    response = login(world.member).post(f"{world.page}/{place}", data={"opinion": "x" * 4001})
    assert response.status_code == 422
    assert "Tối đa 4000 ký tự" in fault_at(response, f"opinion-{area_id(world)}")
    assert value_of(response, "opinion") == "x" * 4001


def test_any_member_disagrees_with_any_area_and_takes_it_back(login, world):
    browser = login(world.secretary)
    empty = browser.post(f"{world.page}/1/opinion", data={"opinion": " "})
    assert empty.status_code == 422
    assert "Hãy ghi ý kiến khác" in fault_at(empty, f"opinion-{area_id(world)}")
    assert browser.post(f"{world.page}/1/opinion", data={"opinion": TYPED}).status_code == 303
    (row,) = said(world)
    assert (row.user_id, row.signed_at, row.opinion) == (world.secretary.id, None, TYPED)
    assert value_of(browser.get(world.page), "opinion") == TYPED
    assert browser.post(f"{world.page}/1/opinion", data={"opinion": ""}).status_code == 303
    assert "Đã bỏ ý kiến khác" in words(browser.get(world.page))


def test_a_sign_off_is_withdrawn(login, world):
    browser = login(world.member)
    assert browser.post(f"{world.page}/1/withdraw").status_code == 409
    browser.post(f"{world.page}/1")
    assert "Rút xác nhận của bạn" in words(browser.get(world.page))
    assert browser.post(f"{world.page}/1/withdraw").status_code == 303
    assert said(world)[0].signed_at is None


@pytest.mark.parametrize("place", ["1", "1/opinion", "1/withdraw"])
def test_who_may_not_and_where_there_is_nothing(login, world, place):
    for user, status in (
        (world.officer, 403),
        (world.unit_head, 403),
        (world.supervisor, 403),
        (world.admin, 403),
        (world.other_head, 404),
    ):
        assert login(user).post(f"{world.page}/{place}").status_code == status, user.name
    browser = login(world.member)
    assert browser.post(f"{world.page}/{place.replace('1', '9')}").status_code == 404
    assert browser.get(f"{world.page}/{place}").status_code == 405
    world.move(State.CHO_KY_BIEN_BAN)
    assert browser.post(f"{world.page}/{place}", data={"opinion": TYPED}).status_code == 409
    assert said(world) == []


def test_an_area_of_another_is_not_ones_own_to_confirm(login, world):
    finish(world)
    for user in (world.member, world.head):
        response = login(user).post(f"{world.page}/2", data={"opinion": TYPED})
        assert response.status_code == 403
        assert "Lĩnh vực này không được phân công cho bạn." in words(response)
        assert "quá cao &lt;b&gt;so với" in response.text, "what was typed stays on the page"


# --- areas given to others in mid-visit -----------------------------------------------------------


def reassigned(world, **areas):
    """The delegation's form with these areas; who is not named is left out."""
    delegation = db.session.get(models.Delegation, world.delegation.id, populate_existing=True)
    roles = {"head": Role.HEAD, "secretary": Role.SECRETARY, "member": Role.MEMBER}
    data = {"name": delegation.name, "version": str(delegation.version), "row": [], "reason": "Đổi người"}
    for number, (name, given) in enumerate(areas.items()):
        data["row"].append(str(number))
        data |= {f"m{number}-user": str(getattr(world, name).id), f"m{number}-role": roles[name].value}
        data[f"m{number}-areas"] = list(given)
    return data


def tap(world, browser, headers=None, **form):
    data = {
        "op_id": str(uuid4()),
        "side": "verified",
        "field": "note",
        "base_version": "1",
        "note": TYPED,
        **form,
    }
    return browser.post(f"{world.at}/answers/1.1.1", data=data, headers=headers or {})


def test_the_head_gives_an_area_to_another_in_mid_visit(login, world):
    former, head, heir = login(world.member), login(world.head), login(world.secretary)
    edit = f"/delegations/{world.delegation.id}/edit"
    assert edit in head.get(world.at).text
    assert edit in head.get(world.page).text
    assert edit not in former.get(world.page).text
    assert tap(world, former, note="Đã xem").status_code == 303
    assert head.post(edit, data=reassigned(world, head="", secretary="12", member="2")).status_code == 303

    refused = tap(world, former, base_version="2")
    assert refused.status_code == 403
    assert f"người chấm hiện nay: {world.secretary.title}." in words(refused)
    assert "quá cao &lt;b&gt;so với" in refused.text, "what was typed stays on the page"
    by_script = tap(world, former, SCRIPT, base_version="2")
    assert (by_script.status_code, "không được phân công" in words(by_script)) == (403, True)

    answer = db.session.scalars(
        select(models.Answer)
        .where(models.Answer.criterion_id == make.criterion(world.inspection).id)
        .execution_options(populate_existing=True)
    ).one()
    assert (answer.updated_by_id, answer.note) == (world.member.id, "Đã xem"), "stays under their name"
    assert tap(world, heir, base_version="2", note="Tiếp").status_code == 303, "theirs at the next request"

    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "delegation.update")).one()

    def areas(side):
        return {member["user"]: member["areas"] for member in event.data[side]["members"]}

    assert areas("before")[world.member.id] == ["1"]
    assert areas("after") == {world.head.id: [], world.secretary.id: ["1", "2"], world.member.id: ["2"]}


def test_who_signed_and_was_given_other_areas_is_still_named_but_no_longer_counts(login, world):
    finish(world)
    login(world.member).post(f"{world.page}/1")
    login(world.secretary).post(f"{world.page}/2")
    give(world.member)
    give(world.secretary, "1", "2")
    page = words(login(world.head).get(world.page))
    assert "nay không phụ trách" in page
    refused = login(world.head).post(f"{world.at}/steps/cho-ky-bien-ban")
    assert refused.status_code == 422
    assert fault_at(refused, "reason").startswith("Lĩnh vực 1 (")


def test_who_was_taken_out_meets_nothing_and_keeps_what_was_typed(login, world):
    former, head = login(world.member), login(world.head)
    edit = f"/delegations/{world.delegation.id}/edit"
    assert head.post(edit, data=reassigned(world, head="", secretary="12")).status_code == 303
    refused = tap(world, former)
    assert refused.status_code == 404
    assert "quá cao &lt;b&gt;so với" in refused.text
    assert former.get(world.at).status_code == 404


# --- who planned and was taken out ----------------------------------------------------------------


def test_who_planned_and_was_taken_out_of_the_last_delegation_only_reads(login, app):
    world = World()
    campaign = db.session.get(models.Campaign, world.delegation.campaign_id)
    campaign.created_by_id = world.secretary.id
    other = make.delegation(campaign)
    make.member(other, Role.HEAD, user=world.other_head)
    make.member(other, Role.SECRETARY, user=world.secretary)
    db.session.commit()
    planner, head, other_head = login(world.secretary), login(world.head), login(world.other_head)
    plan = f"/campaigns/{campaign.id}"

    edit = f"/delegations/{world.delegation.id}/edit"
    assert head.post(edit, data=reassigned(world, head="", member="12")).status_code == 303
    assert planner.get(f"{plan}/edit").status_code == 200, "there is a place left in the other delegation"

    data = {"name": "Đoàn 2", "version": "1", "row": ["0"], "m0-user": str(world.other_head.id)}
    assert (
        other_head.post(f"/delegations/{other.id}/edit", data=data | {"m0-role": "head"}).status_code == 303
    )
    for address, status in (
        (plan, 200),
        (f"{plan}/edit", 403),
        (edit, 403),
        (f"{plan}/delegations/new", 403),
        (f"/delegations/{world.delegation.id}", 200),
    ):
        assert planner.get(address).status_code == status, address

    back = reassigned(world, head="", member="1", secretary="2")
    assert head.post(edit, data=back).status_code == 303
    assert planner.get(f"{plan}/edit").status_code == 200, "taken in again, it is theirs again"


def test_who_takes_themselves_out_is_told_what_it_means(login, app):
    world = World(State.DA_CHOT_TU_CHAM)
    campaign = db.session.get(models.Campaign, world.delegation.campaign_id)
    campaign.created_by_id = world.secretary.id
    db.session.commit()
    browser = login(world.secretary)
    edit = f"/delegations/{world.delegation.id}/edit"
    response = browser.post(edit, data=reassigned(world, head="", member="12"))
    assert response.status_code == 303
    assert "từ nay chỉ xem được" in words(browser.get(response.location))
