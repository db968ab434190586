"""What waits on a tablet: kept over a reload, in order, for one account only; conflicts are settled by people."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.database import change, rows, stored_answer, stored_changes
from tests.browser.eventually import eventually
from tests.browser.outbox import ANSWERS, RETRIED, SAVED, TOKEN, cut, join, waiting
from tests.browser.people import sign_in
from tests.browser.scoring import ScorePage

# --- kept ----------------------------------------------------------------------------------------


def test_a_reload_without_a_connection_shows_everything_typed_in_its_state(
    open_score, server, inspection
) -> None:
    score = open_score("2.1.1")
    cut(score)
    score.choose("2.1.2", 1)
    score.card("2.1.2").locator("summary").click()
    score.input("2.1.2", "note").fill("Đối chiếu bản gốc; «nguyên văn» & 100%")
    score.input("2.1.2", "note").blur()
    score.type_ratio("2.3.2", "4.541", "4.545")
    score.mark_not_applicable("2.3.1", "Phường mới thành lập")
    # Half a ratio cannot be sent, nor a text whose last key was a moment ago; both stay.
    score.input("2.4.1", "numerator").fill("7")
    score.input("2.4.1", "numerator").blur()
    expect(score.page.locator("#save-banner")).to_contain_text("Ngoại tuyến – 4 mục chờ gửi")
    score.input("2.4.2", "denominator").press_sequentially("31")
    score.open(area="2")
    expect(score.choices("2.1.2").nth(1).locator("input")).to_be_checked()
    expect(score.input("2.1.2", "note")).to_have_value("Đối chiếu bản gốc; «nguyên văn» & 100%")
    expect(score.input("2.3.2", "numerator")).to_have_value("4.541")
    expect(score.points("2.3.1")).to_contain_text("KAD")
    expect(score.input("2.3.1", "na_reason")).to_have_value("Phường mới thành lập")
    expect(score.input("2.4.1", "numerator")).to_have_value("7")
    expect(score.input("2.4.2", "denominator")).to_have_value("31")
    for code in ("2.1.2", "2.3.2", "2.3.1"):
        expect(score.result(code)).to_contain_text("Chưa gửi – đã lưu trên máy")
    expect(score.result("2.4.1")).to_contain_text("Chưa đủ số để gửi")
    expect(score.state).to_have_attribute("data-state", "offline")
    join(score)
    expect(score.result("2.1.2")).to_contain_text(SAVED, timeout=RETRIED)
    expect(score.result("2.3.1")).not_to_contain_text("Chưa gửi", timeout=RETRIED)
    assert stored_answer(server, inspection, "2.1.2")["note"] == "Đối chiếu bản gốc; «nguyên văn» & 100%"
    assert stored_answer(server, inspection, "2.3.2")["value"] == {"n": "4541", "d": "4545"}
    assert stored_answer(server, inspection, "2.4.1") is None
    expect(score.state).not_to_contain_text("Đã lưu")
    score.input("2.4.1", "denominator").fill("8")
    score.input("2.4.2", "numerator").fill("31")
    score.input("2.4.2", "numerator").blur()
    expect(score.state).to_have_text(SAVED)
    assert waiting(score.page) == 0


def test_one_stay_in_a_field_is_one_operation_and_every_tap_is_its_own(
    open_score, server, inspection
) -> None:
    score = open_score("1.1.2")
    cut(score)
    for place in (0, 1, 0):
        score.choose("1.1.2", place)
    score.card("1.1.2").locator("summary").click()
    note = score.input("1.1.2", "note")
    for part in ("Một", " hai", " ba"):
        note.press_sequentially(part)
        score.page.wait_for_timeout(800)
    note.blur()
    assert eventually(score.page, lambda: waiting(score.page) == 4)
    join(score)
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    sent = [one["sent"] for one in stored_changes(server, inspection, "1.1.2")]
    assert [one["field"] for one in sent] == ["value", "value", "value", "note"]
    assert sent[-1]["note"] == "Một hai ba"


def test_a_note_typed_while_replies_come_late_is_stored_as_typed(open_score, server, inspection) -> None:
    score = open_score("1.1.3")

    def late(route: Route) -> None:
        reply = route.fetch()
        score.page.wait_for_timeout(800)
        route.fulfill(response=reply)

    score.page.route(ANSWERS, late)
    score.card("1.1.3").locator("summary").click()
    note = score.input("1.1.3", "note")
    note.fill("dưới sàn")
    note.focus()
    note.evaluate("(field) => field.setSelectionRange(0, 0)")
    for letter in "bụi bẩn, ẩm mốc ":
        score.page.keyboard.type(letter)
        score.page.wait_for_timeout(130)
        if letter == ",":
            score.page.wait_for_timeout(700)  # sent, and the reply is on its way
    expect(note).to_be_focused()
    assert note.evaluate("(field) => field.selectionStart") == len("bụi bẩn, ẩm mốc ")
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    expect(note).to_be_focused()
    expect(note).to_have_value("bụi bẩn, ẩm mốc dưới sàn")
    assert note.evaluate("(field) => field.selectionStart") == len("bụi bẩn, ẩm mốc ")
    assert stored_answer(server, inspection, "1.1.3")["note"] == "bụi bẩn, ẩm mốc dưới sàn"


def test_a_criterion_that_is_stuck_holds_up_no_other(open_score, server, inspection) -> None:
    score = open_score("1.4.1")
    score.page.route(re.compile(r"/answers/1\.5\.1"), lambda route: route.fulfill(status=500, body="no"))
    score.choose("1.5.1", 0)
    expect(score.state).to_have_attribute("data-state", "local")
    score.choose("1.6.3", 0)
    expect(score.result("1.6.3")).to_contain_text(SAVED)
    expect(score.result("1.5.1")).to_contain_text("Chưa gửi")
    expect(score.state).to_have_text(re.compile(r"Chưa gửi – đã lưu trên máy \(1\)"))
    score.page.unroute(re.compile(r"/answers/1\.5\.1"))


# --- two tabs, two accounts ----------------------------------------------------------------------


def test_two_tabs_send_once_and_both_show_what_became_of_it(open_score, server, inspection) -> None:
    score = open_score("1.6.4")
    other = ScorePage(score.page.context.new_page(), inspection).open(area="1")
    before = len(stored_changes(server, inspection, "1.6.4"))
    cut(score)
    cut(other)
    score.choose("1.6.4", 1)
    expect(other.choices("1.6.4").nth(1).locator("input")).to_be_checked()
    expect(other.result("1.6.4")).to_contain_text("Chưa gửi")
    other.choose("1.6.4", 0)
    expect(score.choices("1.6.4").nth(0).locator("input")).to_be_checked()
    for one in (score, other):
        one.page.unroute(ANSWERS)
        one.page.unroute(TOKEN)
    for one in (score, other):
        one.page.evaluate("window.dispatchEvent(new Event('online'))")
    for one in (score, other):
        expect(one.result("1.6.4")).to_contain_text(SAVED, timeout=RETRIED)
        expect(one.state).to_contain_text("Đã lưu")
    assert len(stored_changes(server, inspection, "1.6.4")) == before + 2
    assert waiting(score.page) == 0


def test_another_account_on_the_tablet_sees_and_sends_nothing_of_it(new_page, server, inspection) -> None:
    page = new_page()
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="4")
    cut(score)
    score.choose("4.1.3", 0)
    expect(score.result("4.1.3")).to_contain_text("đã lưu trên máy")
    page.context.clear_cookies()  # before the network is back: a try of the first one may be due
    page.unroute(ANSWERS)
    page.unroute(TOKEN)
    sign_in(page, "truongdoan")
    score.open(area="4")
    expect(score.state).to_contain_text("Đã lưu")
    expect(score.choices("4.1.3").nth(0).locator("input")).not_to_be_checked()
    expect(score.result("4.1.3")).not_to_contain_text("Chưa gửi")
    page.wait_for_timeout(1_000)
    assert stored_answer(server, inspection, "4.1.3") is None
    assert waiting(page) == 1
    # The owner comes back, on any page: then it goes.
    page.context.clear_cookies()
    sign_in(page, "thanhvien")
    page.goto("/tasks")
    assert eventually(page, lambda: waiting(page) == 0)
    assert stored_answer(server, inspection, "4.1.3")["by"] == "thanhvien"


def test_signing_out_with_a_queue_asks_and_the_queue_can_be_taken_along(
    new_page, server, inspection, tmp_path: Path
) -> None:
    page = new_page()
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="4")
    cut(score)
    score.choose("4.1.2", 0)
    expect(score.result("4.1.2")).to_contain_text("đã lưu trên máy")
    page.goto("/tasks")
    # Whoever signs out before the page has told what waits is not asked; nothing is lost by it.
    expect(page.locator("#unsent")).to_contain_text("Chưa gửi (1)")
    page.locator(".topbar-end summary").click()
    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    asked = page.locator("#sign-out")
    expect(asked).to_be_visible()
    expect(asked).to_contain_text("Còn 1 mục chưa gửi")
    with page.expect_download() as started:
        asked.get_by_role("button", name="Tải hàng đợi về máy").click()
    started.value.save_as(tmp_path / "queue.json")
    queue = json.loads((tmp_path / "queue.json").read_text())
    (member,) = rows(server, "SELECT id FROM users WHERE name = 'thanhvien'")
    assert (queue["format"], queue["account"], queue["name"]) == (1, member["id"], "thanhvien")
    (operation,) = queue["operations"]
    assert (operation["kind"], operation["place"], operation["side"]) == ("answer", "4.1.2", "verified")
    assert operation["fields"]["field"] == "value"
    asked.get_by_role("button", name="Gửi ngay rồi đăng xuất").click()
    expect(asked.locator("[data-failed]")).to_be_visible()
    page.unroute(ANSWERS)
    page.unroute(TOKEN)
    asked.get_by_role("button", name="Gửi ngay rồi đăng xuất").click()
    page.wait_for_url("**/login")
    assert stored_answer(server, inspection, "4.1.2")["by"] == "thanhvien"


def test_signing_out_with_nothing_waiting_just_signs_out(new_page) -> None:
    page = new_page()
    sign_in(page, "thanhvien")
    page.locator(".topbar-end summary").click()
    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    page.wait_for_url("**/login")


def test_a_session_that_ended_leaves_the_queue_and_goes_on_for_the_same_person(
    new_page, server, inspection
) -> None:
    page = new_page()
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="5")
    assert change(server, "DELETE FROM user_sessions WHERE id = (SELECT max(id) FROM user_sessions)") == 1
    score.choices("5.1.2").nth(0).click()
    expect(page.locator("#signed-out")).to_be_visible()
    expect(score.state).to_have_attribute("data-state", "signed-out")
    expect(page.locator("#save-banner")).to_contain_text(
        "Hết phiên – đăng nhập lại, dữ liệu vẫn còn trên máy"
    )
    assert waiting(page) == 1
    # The tablet is restarted at its login page; the queue goes with the first page after it.
    sign_in(page, "thanhvien")
    score.open(area="5")
    expect(score.result("5.1.2")).to_contain_text(SAVED, timeout=RETRIED)
    assert len(stored_changes(server, inspection, "5.1.2")) == 1
