"""Steps that are hard to take back are asked about first, with what becomes final; honest progress beside «đã chấm»."""

from __future__ import annotations

import re

import pytest

from app.domain.inspections import Side, State
from app.domain.scoring import FreeInput, YesNoInput
from tests import make
from tests.cast import SCRIPT, World, main_words
from tests.rounds import TwoRounds
from tests.signed import Signed


def step(world, name: str) -> str:
    return f"{world.at}/steps/{name}"


@pytest.fixture
def world(app) -> TwoRounds:
    return TwoRounds()


def test_locking_the_own_scores_says_what_will_be_final_and_what_is_missing(app, login):
    world = World(State.DANG_TU_CHAM)
    browser = login(world.unit_head)
    offered = browser.get(world.at).text
    assert f'href="{step(world, "da-chot-tu-cham")}"' in offered
    assert f'action="{step(world, "da-chot-tu-cham")}"' not in offered
    world.score(world.officer, FreeInput(50), "1.1.5", Side.SELF)
    page = browser.get(step(world, "da-chot-tu-cham"))
    assert "Đã chấm 1/10 tiêu chí" in main_words(page)
    assert "Chưa chấm 9" in main_words(page)
    assert "Còn thiếu lý do 1" in main_words(page)
    assert "Còn 10 tiêu chí chưa xong: 1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5 …" in main_words(page)
    assert f'href="{world.at}/score?side=self#c-1.1.5"' in page.text
    assert f'href="{world.at}/score/missing?side=self"' in page.text
    assert "<button" not in re.search(r"<main.*</main>", page.text, re.DOTALL)[0]
    # Who sends it all the same is told why not, as ever.
    assert browser.post(step(world, "da-chot-tu-cham")).status_code == 409


def test_what_is_complete_is_locked_by_a_second_press_without_a_script(app, login):
    world = TwoRounds(state=State.DANG_TU_CHAM)
    world.move(State.DANG_TU_CHAM)
    browser = login(world.unit_head)
    page = browser.get(step(world, "da-chot-tu-cham"))
    assert "Đã chấm 10/10 tiêu chí" in main_words(page)
    assert "đơn vị không sửa được" in main_words(page)
    assert f'<a class="button quiet" href="{world.at}">' in page.text
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page.text)
    assert browser.post(step(world, "da-chot-tu-cham"), data={"seen": seen[1]}).status_code == 303


def test_publishing_and_locking_show_the_delegations_figures(world, login):
    browser = login(world.head)
    for name in ("cho-giai-trinh", "cho-ky-bien-ban"):
        page = browser.get(step(world, name))
        assert "Đã chấm 10/10 tiêu chí" in main_words(page)
        assert "Khác điểm tự chấm 1 tiêu chí" in main_words(page)
        assert f'action="{step(world, name)}"' in page.text
    assert "Hạn giải trình" in main_words(browser.get(step(world, "cho-giai-trinh")))
    missing = browser.post(step(world, "cho-giai-trinh"), data={"reason": "Đã thống nhất"})
    assert missing.status_code == 422
    assert "Khác điểm tự chấm" in main_words(missing)


def test_a_missing_reason_stands_against_the_lock(world, login):
    world.score(world.member, YesNoInput(False), "1.1.1", base=1)
    page = main_words(login(world.head).get(step(world, "cho-ky-bien-ban")))
    assert "Còn thiếu lý do 1" in page
    assert "Còn 1 tiêu chí chưa xong: 1.1.1" in page


def test_sending_explanations_is_asked_about(world, login):
    world.publish()
    browser = login(world.unit_head)
    page = browser.get(step(world, "da-giai-trinh"))
    assert "Đã trả lời 0/1 tiêu chí" in main_words(page)
    assert "Còn 1 tiêu chí chưa xong: 1.1.1" in main_words(page)
    world.explain()
    page = browser.get(step(world, "da-giai-trinh"))
    assert "Giải trình 1 tiêu chí" in main_words(page)
    assert "chỉ Trưởng đoàn mở lại được" in main_words(page)
    assert browser.post(step(world, "da-giai-trinh")).status_code == 303


def test_the_end_is_asked_about(app, login):
    world = Signed()
    head = login(world.head)
    world.conclude(head)
    page = main_words(head.get(step(world, "ket-thuc")))
    assert "Đã khắc phục 0/3 nội dung" in page
    assert "Còn 3 nội dung chưa xong." in page
    for task in world.tasks():
        version = {"version": task.version, "text": "Không còn phù hợp"}
        assert head.post(f"/tasks/{task.id}/steps/huy", data=version).status_code == 303
    assert f'href="{step(world, "ket-thuc")}"' in head.get(f"{world.at}/follow-up").text
    assert "Kết thúc rồi thì không mở lại được." in main_words(head.get(step(world, "ket-thuc")))


def test_a_visit_without_scores_tells_what_was_found(app, login):
    world = World(scoring=False)
    make.finding(world.inspection)
    page = main_words(login(world.head).get(step(world, "cho-ky-bien-ban")))
    assert "Phát hiện 1" in page
    assert "Kiến nghị 0" in page


def test_who_may_not_take_the_step_is_not_asked(world, login):
    assert login(world.member).get(step(world, "cho-ky-bien-ban")).status_code == 403
    assert login(world.other_head).get(step(world, "cho-ky-bien-ban")).status_code == 404


# --- «10/10 đã chấm · 1 còn thiếu lý do»


def test_progress_does_not_count_a_score_without_its_reason_as_finished(world, login):
    head = login(world.head)
    assert "thiếu lý do" not in head.get("/inspections").text
    world.score(world.member, YesNoInput(False), "1.1.1", base=1)
    assert "đã chấm 10/10 · 1 còn thiếu lý do" in main_words(head.get("/inspections"))
    page = head.get(world.at)
    assert "1 còn thiếu lý do" in main_words(page)
    assert f'href="{world.at}/score?side=verified#c-1.1.1"' in page.text
    scoring = head.get(f"{world.at}/score")
    assert '<a class="button" href="#c-1.1.1">' in scoring.text
    assert "1 thiếu lý do" in scoring.text
    # On the page of another area the first one is a way to the whole page.
    other = head.get(f"{world.at}/score?area=2").text
    assert f'<a class="button" href="{world.at}/score?side=verified#c-1.1.1">' in other
    assert "1.1.1" in main_words(head.get(f"{world.at}/score/missing"))


def test_the_reply_to_a_tap_says_what_still_lacks_a_reason(world, login):
    browser = login(world.member)
    sent = {"side": "verified", "field": "value", "base_version": "1", "yes": "0", "round": "1"}
    answer = f"{world.at}/answers/1.1.1"
    world.score(world.member, YesNoInput(False), "1.1.1", base=1)
    first = browser.post(answer, data=sent | {"base_version": "2", "op_id": "a1" * 16}, headers=SCRIPT)
    assert first.status_code == 200
    assert '<span class="lacking" id="lacking"><a class="button" href="#c-1.1.1">' in first.text
    reason = {
        "side": "verified",
        "field": "reason",
        "base_version": "3",
        "reason": "Thiếu văn bản",
        "round": "1",
    }
    second = browser.post(answer, data=reason | {"op_id": "b2" * 16}, headers=SCRIPT)
    assert second.status_code == 200
    assert '<span class="lacking" id="lacking"></span>' in second.text


def test_the_unit_does_not_learn_of_the_delegations_reasons(world, login):
    world.score(world.member, YesNoInput(False), "1.1.1", base=1)
    assert "thiếu lý do" not in main_words(login(world.officer).get("/inspections"))
    assert "thiếu lý do" not in main_words(login(world.officer).get(world.at))


def test_a_free_score_without_reason_is_not_ready_to_be_locked_at_home(app, login):
    world = TwoRounds(state=State.DANG_TU_CHAM)
    world.score(world.officer, FreeInput(50), "1.1.5", Side.SELF, base=1)
    world.move(State.DANG_TU_CHAM, published=False)
    page = main_words(login(world.unit_head).get("/"))
    assert "Còn 1 tiêu chí chưa tự chấm xong" in page
