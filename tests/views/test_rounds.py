"""Pages during two rounds of scores, and that the unit never sees a draft of the second."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app import vietnamese
from app.domain.access import Principal, Role
from app.domain.explanations import Stance
from app.domain.inspections import Side, State
from app.domain.periods import today
from app.domain.scoring import LevelInput, YesNoInput
from app.queries.overview import unit_table
from tests import make
from tests.cast import SCRIPT, fault_at, value_of, words
from tests.rounds import LATER, TwoRounds, card


@pytest.fixture
def world(app) -> TwoRounds:
    return TwoRounds()


def now():
    return datetime.now(UTC)


def soon(days: int = 3) -> str:
    return vietnamese.date_short(today(now()) + timedelta(days=days))


# --- The steps


def test_the_head_publishes_with_a_deadline_that_both_sides_see(world, login):
    browser = login(world.head)
    page = browser.get(world.at).text
    assert f'href="{world.at}/steps/cho-giai-trinh"' in page
    reply = browser.post(f"{world.at}/steps/cho-giai-trinh", data={"due_on": soon()})
    assert reply.status_code == 303
    for user in (world.head, world.officer):
        said = words(login(user).get(world.at))
        assert f"Giải trình đến {soon()} (còn 3 ngày)" in said
        assert "Giải trình" in said
    assert "Giải trình điểm thẩm định" in words(login(world.officer).get("/"))


@pytest.mark.parametrize("due_on", ["", "hôm qua", "1/9/2022"])
def test_a_step_without_a_good_deadline_gives_back_what_was_typed(world, login, due_on):
    reply = login(world.head).post(
        f"{world.at}/steps/cho-giai-trinh", data={"due_on": due_on, "reason": "Theo kế hoạch"}
    )
    assert reply.status_code == 422
    assert fault_at(reply, "due_on")
    assert value_of(reply, "due_on") == due_on
    assert value_of(reply, "reason") == "Theo kế hoạch"


def test_the_page_of_the_step_works_without_scripts(world, login):
    browser = login(world.head)
    page = browser.get(f"{world.at}/steps/cho-giai-trinh")
    assert value_of(page, "due_on") == ""
    seen = value_of(page, "seen")
    assert seen == "dang_kiem_tra"
    assert (
        browser.post(f"{world.at}/steps/cho-giai-trinh", data={"due_on": soon(), "seen": seen}).status_code
        == 303
    )


def test_others_do_not_publish(world, login):
    for user in (world.member, world.secretary, world.officer, world.unit_head, world.supervisor):
        reply = login(user).post(f"{world.at}/steps/cho-giai-trinh", data={"due_on": soon()})
        assert reply.status_code == 403
    assert world.row.state is State.DANG_KIEM_TRA


def test_who_comes_late_is_told_on_the_page_as_it_stands_now(world, login):
    world.publish()
    world.explain()
    world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
    browser = login(world.head)
    assert 'name="seen" value="da_giai_trinh"' in browser.get(world.at).text
    world.step(State.THAM_DINH_LAN_2)
    reply = browser.post(f"{world.at}/steps/cho-ky-bien-ban", data={"seen": "da_giai_trinh"})
    assert reply.status_code == 409
    assert "đã chuyển sang bước khác" in words(reply)
    assert "Thẩm định lần 2" in words(reply)
    assert world.row.state is State.THAM_DINH_LAN_2


def test_a_step_there_is_no_more_is_a_sentence_on_the_page(world, login):
    world.publish()
    reply = login(world.head).post(f"{world.at}/steps/cho-ky-bien-ban")
    assert reply.status_code == 409
    assert "đã chuyển sang bước khác" in words(reply)
    assert "Chờ đơn vị giải trình" in words(reply)


def test_after_the_deadline_the_button_asks_for_no_reason(world, login):
    world.publish()  # its deadline was in 2022
    browser = login(world.head)
    page = browser.get(world.at)
    assert "quá hạn" in words(page)
    assert 'data-opens="step-tham-dinh-lan-2"' not in page.text
    assert browser.post(f"{world.at}/steps/tham-dinh-lan-2").status_code == 303


def test_the_course_shows_explaining_and_the_second_round_only_where_they_take_place(world, login):
    def course(user) -> str:
        return re.search(r'<ol class="steps".*?</ol>', login(user).get(world.at).text, re.DOTALL)[0]

    assert "Giải trình" not in course(world.head)
    world.second()
    assert "Giải trình" in course(world.head)
    assert 'aria-current="step">Thẩm định lần 2' in course(world.unit_head)


# --- Scoring in the second round


def test_the_card_shows_the_first_round_and_what_the_unit_said(world, login):
    world.second()
    shown = card(login(world.member).get(f"{world.at}/score"), "1.1.1")
    assert "Thẩm định lần 1" in shown
    assert "Thành viên lĩnh vực 1, 15/9/2022" in shown.replace("15/09/2022", "15/9/2022")
    assert "Đơn vị giải trình" in shown
    assert "Đã nộp bổ sung" in shown
    assert 'data-first="0"' in shown
    assert 'name="round" value="2"' in shown


def test_the_scoring_page_asks_for_one_thing_more_in_the_second_round(world, login, count_statements):
    def statements() -> int:
        browser = login(world.head)
        browser.get(f"{world.at}/score")
        with count_statements() as counted:
            browser.get(f"{world.at}/score")
        return len(counted)

    first = statements()
    world.second()
    assert statements() == first + 1


def test_a_save_asks_the_same_of_the_database_in_both_rounds(world, login, count_statements):
    def statements(**more) -> int:
        form = {"op_id": str(uuid4()), "side": "verified", "field": "value", "yes": "1", **more}
        with count_statements() as counted:
            reply = browser.post(f"{world.at}/answers/1.1.1", data=form, headers=SCRIPT)
        assert reply.status_code == 200
        return len(counted)

    browser = login(world.member)
    statements(base_version="1")
    first = statements(base_version="2")
    world.second()
    assert statements(base_version="3", round="2") == first


def test_a_page_of_the_first_round_meets_both_values_in_the_second(world, login):
    world.second()
    form = {"op_id": str(uuid4()), "side": "verified", "field": "value", "yes": "1", "base_version": "1"}
    browser = login(world.member)
    reply = browser.post(f"{world.at}/answers/1.1.1", data=form | {"round": "1"}, headers=SCRIPT)
    assert reply.status_code == 409
    assert reply.headers["Soat-Op"] == form["op_id"]
    assert 'data-round="2"' in reply.text
    assert "đã sang thẩm định lần 2" in words(reply)
    # Without scripts: a page with both, whose button sends the value into the round that runs now.
    plain = browser.post(f"{world.at}/answers/1.1.1", data=form | {"op_id": str(uuid4()), "field": "all"})
    assert plain.status_code == 409
    assert value_of(plain, "round") == "2"
    again = {name: value_of(plain, name) for name in ("op_id", "side", "base_version", "round", "yes")}
    assert browser.post(f"{world.at}/answers/1.1.1", data=again).status_code == 303


@pytest.mark.parametrize("round_", ["0", "3", "x", "-1", "９"])
def test_a_round_there_cannot_be_is_an_old_page(world, login, round_):
    form = {"op_id": str(uuid4()), "side": "verified", "yes": "1", "base_version": "1", "round": round_}
    assert login(world.member).post(f"{world.at}/answers/1.1.1", data=form).status_code == 422


def test_what_the_head_went_over_stands_on_the_card_and_in_the_reply(world, login):
    form = {"op_id": str(uuid4()), "side": "verified", "field": "value", "level": "1", "base_version": "1"}
    reply = login(world.head).post(f"{world.at}/answers/1.1.2", data=form, headers=SCRIPT)
    assert "Trưởng đoàn đổi từ 1 (Thành viên lĩnh vực 1)" in words(reply)
    assert "Cần lý do thay đổi điểm của thành viên" in words(reply)
    assert "data-wants-reason" in reply.text
    page = login(world.member).get(f"{world.at}/score")
    assert "đổi từ 1 (Thành viên lĩnh vực 1)" in card(page, "1.1.2")
    missing = words(login(world.member).get(f"{world.at}/score/missing"))
    assert "Cần lý do thay đổi điểm của thành viên" in missing


# --- What the unit may bring while it explains


def test_the_unit_adds_files_while_it_explains_and_keeps_those_it_had_handed_in(world, login):
    old = make.attachment(world.inspection, side=Side.SELF, uploaded_by_id=world.officer.id)
    world.publish()
    new = make.attachment(
        world.inspection, side=Side.SELF, uploaded_by_id=world.officer.id, uploaded_at=LATER
    )
    browser = login(world.officer)
    page = browser.get(f"{world.at}/answers/1.1.1/attachments?side=self").text
    assert f"/attachments/{old.id}/remove" not in page
    assert f"/attachments/{new.id}/remove" in page
    assert browser.post(f"/attachments/{old.id}/remove").status_code == 409
    assert browser.post(f"/attachments/{new.id}/remove").status_code == 303
    world.move(State.DA_GIAI_TRINH)
    assert browser.post(f"/attachments/{new.id}/restore").status_code == 409


# --- On the other pages


def test_the_overview_says_whose_turn_it_is(world, login):
    world.publish()
    assert "Đã hết hạn giải trình (20/9/2022)" in words(login(world.head).get("/")).replace("20/09", "20/9")
    world.explain(stance=Stance.ACCEPT, text="")
    world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
    assert "bắt đầu thẩm định lần 2" in words(login(world.head).get("/"))
    world.step(State.THAM_DINH_LAN_2)
    assert "Giải trình điểm thẩm định" not in words(login(world.officer).get("/"))
    world.tap(world.member, "1.1.2", value=None)
    assert "Còn 1/10 tiêu chí chưa chấm" in words(login(world.head).get("/"))


def test_the_table_of_units_counts_the_round_that_runs(world):
    world.second()
    world.tap(world.member, value=YesNoInput(True))
    world.tap(world.secretary, "2.1.2", value=LevelInput(1))
    supervisor = Principal(1, Role.SUPERVISOR, world.district.id, world.district.path)
    (line,) = unit_table(supervisor, LATER.date()).lines
    assert {code: part.points for code, part in line.areas.items()} == {"1": 500, "2": 450}
    assert line.total.answered == 10
