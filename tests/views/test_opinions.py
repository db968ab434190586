"""Opinions that differ: the head decides them, and until then they stop the step."""

from __future__ import annotations

import pytest

from app.domain.access import Role
from app.domain.inspections import State
from tests import make
from tests.cast import checked_of, fault_at, value_of, words
from tests.views.signed_off import TYPED, finish, half_scored, said, verdict


@pytest.fixture
def world(app):
    return half_scored()


# --- the head decides -----------------------------------------------------------------------------


@pytest.fixture
def opinion(login, world):
    login(world.member).post(f"{world.page}/1", data={"opinion": TYPED})
    (row,) = said(world)
    world.decision = f"{world.at}/opinions/{row.id}/decision"
    return row


def test_the_head_decides_an_opinion_with_a_reason(login, world, opinion):
    browser = login(world.head)
    response = browser.post(world.decision, data=verdict(opinion))
    assert (response.status_code, response.location) == (303, f"{world.page}#opinion-of-{opinion.id}")
    decided = browser.get(world.page)
    assert f'id="opinion-of-{opinion.id}"' in decided.text
    page = words(decided)
    assert "Giữ nguyên kết quả Trưởng đoàn" in page
    assert "Đúng bộ tiêu chí" in page
    assert "Ý kiến khác đã có quyết định" in words(login(world.member).get(world.at))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("reason", "", "Hãy ghi lý do của quyết định"),
        ("decision", "", "Hãy điền mục này"),
        ("decision", "khac", "Hãy chọn"),
    ],
)
def test_half_a_decision_is_refused_at_its_field(login, world, opinion, field, value, sentence):
    response = login(world.head).post(world.decision, data=verdict(opinion, **{field: value}))
    assert response.status_code == 422
    assert sentence in fault_at(response, f"{field}-{opinion.id}")
    assert said(world)[0].decision is None


def test_what_was_reworded_meanwhile_is_read_before_it_is_decided(login, world, opinion):
    old = verdict(opinion, reason="Lý do đã gõ")
    login(world.member).post(f"{world.page}/1/opinion", data={"opinion": "Câu mới"})
    browser = login(world.head)
    response = browser.post(world.decision, data=old)
    assert response.status_code == 409
    assert "Câu mới" in words(response)
    assert value_of(response, "reason") == "Lý do đã gõ"
    again = verdict(opinion, reason="Lý do đã gõ", version=value_of(response, "version"))
    assert browser.post(world.decision, data=again).status_code == 303


def test_only_the_heads_decide_and_only_what_is_there(login, world, opinion):
    for user, status in (
        (world.member, 403),
        (world.secretary, 403),
        (world.officer, 403),
        (world.admin, 403),
        (world.other_head, 404),
    ):
        assert login(user).post(world.decision, data=verdict(opinion)).status_code == status, user.name
    browser = login(world.head)
    assert browser.post(f"{world.at}/opinions/999/decision", data=verdict(opinion)).status_code == 404
    assert browser.get(world.decision).status_code == 405
    world.move(State.CHO_KY_BIEN_BAN)
    assert browser.post(world.decision, data=verdict(opinion)).status_code == 409


def test_two_opinions_about_one_area_stand_together_and_each_waits_for_its_own_decision(
    login, world, opinion
):
    other = make.member(world.delegation, user=make.user(Role.MEMBER, title="Thành viên thứ hai"))
    login(other).post(f"{world.page}/1/opinion", data={"opinion": "Điểm 1.1.1 quá thấp"})
    finish(world)
    browser, step = login(world.head), f"{world.at}/steps/cho-ky-bien-ban"
    assert "Thành viên lĩnh vực 1; Thành viên thứ hai Trưởng đoàn quyết định" in words(browser.get(step))
    page = words(browser.get(world.page))
    assert page.index("quá cao") < page.index("quá thấp") < page.index("2. ")
    assert page.count("Chờ Trưởng đoàn quyết định") == 2
    browser.post(world.decision, data=verdict(opinion))
    page = words(browser.get(step))
    assert "Thành viên thứ hai Trưởng đoàn quyết định" in page
    assert "; Thành viên thứ hai" not in page


def test_the_heads_own_page_says_how_many_opinions_wait_for_them(login, world, opinion):
    """Whoever may decide, and only while it is theirs to decide."""
    waits = "1 ý kiến khác chờ quyết định"
    deputy = make.member(world.delegation, Role.DEPUTY, user=make.user(Role.HEAD))
    insider = make.member(world.delegation, Role.DEPUTY, user=make.user(Role.HEAD, unit=world.ward))
    assert waits in words(login(world.head).get("/"))
    assert waits in words(login(deputy).get("/"))
    for person in (insider, world.secretary, world.member, world.other_head, world.officer, world.admin):
        assert "ý kiến khác chờ" not in words(login(person).get("/"))
    login(deputy).post(f"{world.page}/1/opinion", data={"opinion": "Điểm 1.1.1 quá thấp"})
    assert "2 ý kiến khác chờ quyết định" in words(login(world.head).get("/"))
    assert waits in words(login(deputy).get("/")), "their own is the head's to decide"
    assert f'href="{world.page}"' not in login(world.head).get("/").text, "there is something to score first"
    finish(world)
    page = login(world.head).get("/")
    assert f'href="{world.page}"' in page.text
    assert "Đã chấm đủ các tiêu chí · 2 ý kiến khác chờ quyết định" in words(page)
    world.move(State.CHO_GIAI_TRINH, published=True)
    assert "ý kiến khác chờ" not in words(login(world.head).get("/"))


# --- the step -------------------------------------------------------------------------------------


def test_the_step_page_shows_what_is_not_signed_and_takes_a_reason(login, world):
    finish(world)
    browser, step = login(world.head), f"{world.at}/steps/cho-ky-bien-ban"
    page = words(browser.get(step))
    assert "Lĩnh vực chưa được xác nhận" in page
    assert "Thành viên lĩnh vực 1 (Chưa xác nhận)" in page
    refused = browser.post(step, data={"reason": ""})
    assert refused.status_code == 422
    assert "1 (Thành viên lĩnh vực 1); 2 (" in fault_at(refused, "reason")
    assert browser.post(step, data={"reason": "Hai người đi vắng"}).status_code == 303
    assert "Hai người đi vắng" in words(browser.get(world.at))
    assert "Điểm đã chốt" in words(browser.get(world.page))


def test_an_undecided_opinion_stops_the_step_with_a_sentence(login, world, opinion):
    finish(world)
    browser, step = login(world.head), f"{world.at}/steps/cho-ky-bien-ban"
    assert "Ý kiến khác chưa được quyết định" in words(browser.get(step))
    refused = browser.post(step, data={"reason": "Có lý do"})
    assert refused.status_code == 409
    assert "chưa quyết định ý kiến khác ở lĩnh vực 1" in words(refused)
    browser.post(world.decision, data=verdict(opinion))
    login(world.secretary).post(f"{world.page}/2")
    assert "Mọi lĩnh vực đã giao đều được xác nhận" in words(browser.get(step))
    assert browser.post(step).status_code == 303


# --- nobody judges their own unit -----------------------------------------------------------------


def test_a_deputy_of_the_inspected_unit_is_told_why_they_may_not(login, world, opinion):
    insider = make.member(
        world.delegation, Role.DEPUTY, areas=("1",), user=make.user(Role.HEAD, unit=world.ward)
    )
    browser = login(insider)
    sentence = "Bạn thuộc đơn vị được kiểm tra nên không được làm việc này thay cho Đoàn."
    for address in (
        f"{world.at}/steps/cho-ky-bien-ban",
        f"{world.page}/1",
        f"{world.page}/1/opinion",
        world.decision,
        f"{world.at}/answers/1.1.2/approve-na",
        f"{world.at}/adjustments",
        f"{world.at}/findings",
        f"{world.at}/minutes/edit",
    ):
        response = browser.post(address, data={"reason": TYPED})
        assert response.status_code == 403, address
        assert sentence in words(response), address
    page = words(browser.get(world.at))
    assert "Chốt điểm, công bố cho đơn vị" not in page
    assert "thuộc đơn vị được kiểm tra, không xác nhận" in page
    assert checked_of(browser.get(world.page), "decision") is None
