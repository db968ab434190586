"""What was said of the areas in the first round: read in the second, kept where nothing changed, not forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.answers import Field
from app.domain.inspections import State
from app.domain.refusals import Conflict, Invalid
from app.domain.scoring import YesNoInput
from app.domain.signoffs import Decision
from app.models import AreaSignoff, AuditEvent
from app.services.inspections import take_step
from app.services.signoffs import decide_opinion, record_opinion, withdraw_signoff
from tests import make
from tests.cast import fault_at, words
from tests.rounds import DUE, LATER, TwoRounds

SAID = "Điểm 1.1.1 phải là tối đa"
WHY = "Hồ sơ nộp bổ sung đã đủ"


def disagree(world, decision=Decision.TIEP_THU, at=make.NOW):
    record_opinion(world.id, world.checklist, "1", SAID, world.member.id, at)
    row = db.session.scalars(select(AreaSignoff).where(AreaSignoff.opinion != "")).one()
    decide_opinion(world.id, row.id, row.version, decision, WHY, world.row_role, world.head.id, at)


@pytest.fixture
def world(app):
    world = TwoRounds()
    world.page, world.row_role = f"{world.at}/signoffs", None
    return world


@pytest.mark.parametrize("place", ["page", "at"])
def test_the_first_round_is_read_beneath_the_second(login, world, place):
    disagree(world, Decision.GIU_NGUYEN)
    world.second()
    page = words(login(world.member).get(getattr(world, place)))
    assert "Lần 1" in page
    for what in (SAID, WHY, "Giữ nguyên kết quả", world.head.title):
        assert what in page
    world.step(State.CHO_KY_BIEN_BAN)
    assert SAID in words(login(world.head).get(world.page))


def test_one_round_says_nothing_of_a_first(login, world):
    assert "Lần 1" not in words(login(world.member).get(world.page))


def test_the_unit_reads_no_word_of_it(login, world):
    disagree(world, Decision.GIU_NGUYEN)
    world.second()
    assert SAID not in words(login(world.officer).get(world.at))


def test_rows_do_not_cost_statements(login, world, count_statements):
    world.second()
    browser = login(world.head)
    browser.get(world.page)
    with count_statements() as few:
        browser.get(world.page)
    for area in ("1", "2"):
        for person in (world.member, world.secretary):
            record_opinion(world.id, world.checklist, area, SAID, person.id, LATER)
    with count_statements() as many:
        browser.get(world.page)
    assert len(many) == len(few)


# --- an area in which nothing changes keeps its sign-offs ---------------------------------------


def test_untouched_areas_are_kept_as_signed(login, world):
    world.second()
    page = words(login(world.head).get(world.page))
    assert page.count("giữ từ lần 1") == 2
    world.tap(world.member, value=YesNoInput(True), field=Field.ALL, reason="Đã nộp bổ sung")
    page = words(login(world.head).get(world.page))
    assert page.count("giữ từ lần 1") == 1
    step = f"{world.at}/steps/cho-ky-bien-ban"
    refused = login(world.head).post(step, data={"reason": ""})
    assert "Lĩnh vực 1 (Thành viên lĩnh vực 1) chưa được xác nhận" in fault_at(refused, "reason")
    login(world.member).post(f"{world.page}/1")
    assert login(world.head).post(step).status_code == 303


def test_what_was_not_signed_in_the_first_round_is_not_kept(login, world):
    world.tap(world.member, value=YesNoInput(True), field=Field.VALUE, round_=1)
    world.second()
    assert words(login(world.head).get(world.page)).count("giữ từ lần 1") == 1


def test_a_kept_word_can_be_taken_back(login, world):
    world.second()
    browser = login(world.member)
    assert "Rút xác nhận của bạn" in words(browser.get(world.page))
    assert browser.post(f"{world.page}/1/withdraw").status_code == 303
    assert words(browser.get(world.page)).count("giữ từ lần 1") == 1
    with pytest.raises(Conflict):
        withdraw_signoff(world.id, world.checklist, "1", world.member.id, LATER)
    assert browser.post(f"{world.page}/1").status_code == 303
    # What the first round has on file is as it was.
    first = db.session.scalars(select(AreaSignoff).where(AreaSignoff.round == 1)).all()
    assert all(row.signed_at is not None for row in first)


# --- «Tiếp thu – sẽ sửa điểm» -------------------------------------------------------------------


def test_an_accepted_opinion_without_a_changed_score_asks_why(login, world):
    disagree(world)
    browser, step = login(world.head), f"{world.at}/steps/cho-giai-trinh"
    assert "Đã tiếp thu ý kiến khác nhưng chưa sửa điểm" in words(browser.get(step))
    refused = browser.post(step, data={"due_on": "20/09/2022", "reason": ""})
    assert refused.status_code == 422
    with pytest.raises(Invalid, match="chưa sửa điểm nào"):
        take_step(world.id, State.CHO_GIAI_TRINH, "", world.head.role, world.head.id, LATER, due_on=DUE)
    world.publish()
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "area.lock_unchanged")).one()
    assert event.data["areas"] == ["1"]


def test_a_reason_alone_changes_no_score(login, world):
    disagree(world, at=LATER - timedelta(hours=1))
    step = f"{world.at}/steps/cho-giai-trinh"
    promised = "Đã tiếp thu ý kiến khác nhưng chưa sửa điểm"
    world.tap(world.member, field=Field.REASON, reason="Câu chữ khác", round_=1)
    assert promised in words(login(world.head).get(step))
    world.tap(world.member, field=Field.VALUE, value=YesNoInput(True), base=2, round_=1)
    assert promised not in words(login(world.head).get(step))


def test_who_scores_the_area_reads_what_was_promised_until_it_is_done(login, world):
    badge = "Đã tiếp thu, chưa sửa điểm"
    browser = login(world.member)
    assert badge not in words(browser.get(world.page))
    disagree(world, at=LATER - timedelta(hours=1))
    assert badge in words(browser.get(world.page))
    assert badge in words(browser.get(world.at))
    world.tap(world.member, field=Field.VALUE, value=YesNoInput(True), round_=1)
    assert badge not in words(browser.get(world.page))
    assert badge not in words(browser.get(world.at))


def test_the_second_round_does_not_forget_it(login, world):
    disagree(world)
    world.second()
    step = f"{world.at}/steps/cho-ky-bien-ban"
    promised = "Đã tiếp thu ý kiến khác nhưng chưa sửa điểm"
    assert promised in words(login(world.head).get(step))
    world.tap(world.member, field=Field.VALUE, value=YesNoInput(True))
    assert promised not in words(login(world.head).get(step))


def test_an_opinion_that_was_not_accepted_promises_nothing(login, world):
    disagree(world, Decision.GIU_NGUYEN)
    page = words(login(world.head).get(f"{world.at}/steps/cho-giai-trinh"))
    assert "chưa sửa điểm" not in page
