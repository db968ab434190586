"""What waits on a tablet: kept over a reload, in order, for one account only; conflicts are settled by people."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.database import change, rows, stored_answer, stored_changes, ward_inspection
from tests.browser.eventually import eventually
from tests.browser.people import sign_in
from tests.browser.scoring import ScorePage
from tests.server import Server

ANSWERS = re.compile(r"/inspections/\d+/answers/")
TOKEN = re.compile(r"/me/token")
SAVED = re.compile(r"Đã lưu \d\d:\d\d")
RETRIED = 20_000


def cut(score: ScorePage) -> None:
    """Pages come, nothing can be sent: what a service worker makes of a basement."""
    score.page.route(
        ANSWERS,
        lambda route: (
            route.abort("internetdisconnected") if route.request.method == "POST" else route.fallback()
        ),
    )
    score.page.route(TOKEN, lambda route: route.abort("internetdisconnected"))


def join(score: ScorePage) -> None:
    score.page.unroute(ANSWERS)
    score.page.unroute(TOKEN)
    score.page.evaluate("window.dispatchEvent(new Event('online'))")


def waiting(page: Page) -> int:
    count: int = page.evaluate(
        """() => new Promise((done) => {
            const opened = indexedDB.open("soat");
            opened.onsuccess = () => {
                const asked = opened.result.transaction("operations").objectStore("operations").count();
                asked.onsuccess = () => { opened.result.close(); done(asked.result); };
            };
        })"""
    )
    return count


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


# --- conflicts -----------------------------------------------------------------------------------


def in_conflict(open_score: Callable[..., ScorePage], code: str) -> ScorePage:
    member, head = open_score(code), open_score(code, "truongdoan")
    member.card(code).locator("summary").click()
    with member.saving(code, 2):
        member.choose(code, 0)
        member.input(code, "note").fill("Đã xem hồ sơ")
        member.input(code, "note").blur()
    head.choose(code, 1)
    expect(head.card(code).locator(".conflict")).to_be_visible()
    expect(head.state).to_contain_text("Có 1 mục khác với bản của")
    return head


def test_a_conflict_survives_a_reload_and_theirs_can_be_kept_with_mine_as_a_note(
    open_score, server, inspection
) -> None:
    code = "6.1.1"
    head = in_conflict(open_score, code)
    head.open(area="6")
    panel = head.card(code).locator(".conflict")
    expect(panel).to_be_visible()
    expect(head.choices(code).nth(1).locator("input")).to_be_checked()
    mine = panel.locator('[data-keeps="mine"]')
    expect(mine).to_contain_text(re.compile(r"\(\d\d:\d\d\)"))
    expect(panel.locator('[data-keeps="theirs"]')).to_contain_text("Đã xem hồ sơ")
    points = head.points(code).inner_text().split("/")[0].strip()
    panel.locator('[data-keeps="note"]').click()
    expect(head.state).to_have_text(SAVED)
    expect(panel).to_have_count(0)
    expect(head.choices(code).nth(0).locator("input")).to_be_checked()
    stored = stored_answer(server, inspection, code)
    assert stored["value"] in ({"level": 0}, {"yes": True})
    # Beside the score stands whose it is, not who wrote a note to it.
    assert stored["by"] == "thanhvien"
    expect(head.result(code)).to_contain_text("Thành viên đoàn")
    head.open(area="6")
    expect(head.result(code)).to_contain_text("Thành viên đoàn")
    lines = stored["note"].splitlines()
    assert lines[0] == "Đã xem hồ sơ"
    assert re.fullmatch(rf"Ý kiến khác \(tôi chấm {re.escape(points)} điểm, \d\d:\d\d\)", lines[1])
    log = [(one["by"], one["field"], one["outcome"]) for one in stored_changes(server, inspection, code)]
    assert log == [
        ("thanhvien", "value", "accepted"),
        ("thanhvien", "note", "accepted"),
        ("truongdoan", "value", "conflict"),
        ("truongdoan", "note", "accepted"),
    ]


def test_a_conflict_is_settled_without_a_connection_too(open_score, server, inspection) -> None:
    code = "6.1.2"
    head = in_conflict(open_score, code)
    cut(head)
    head.card(code).locator('[data-keeps="mine"]').click()
    expect(head.card(code).locator(".conflict")).to_have_count(0)
    expect(head.result(code)).to_contain_text("đã lưu trên máy")
    head.open(area="6")
    join(head)
    expect(head.state).to_have_text(SAVED, timeout=RETRIED)
    assert [one["outcome"] for one in stored_changes(server, inspection, code)][-2:] == [
        "conflict",
        "accepted",
    ]
    assert stored_answer(server, inspection, code)["by"] == "truongdoan"


def test_what_was_refused_is_kept_until_a_person_decides(open_score, server, inspection) -> None:
    score = open_score("4.4.1")
    score.type_ratio("4.4.1", "5", "0")
    expect(score.card("4.4.1").locator(".error")).to_be_visible()
    score.open(area="4")
    expect(score.card("4.4.1").locator(".error")).to_be_visible()
    expect(score.input("4.4.1", "numerator")).to_have_value("5")
    expect(score.state).to_have_attribute("data-state", "rejected")
    score.card("4.4.1").locator('[data-act="drop"]').click()
    expect(score.input("4.4.1", "numerator")).to_have_value("")
    expect(score.card("4.4.1").locator(".error")).to_have_count(0)
    expect(score.state).to_contain_text("Đã lưu")
    assert waiting(score.page) == 0
    assert stored_answer(server, inspection, "4.4.1") is None


def test_what_was_scored_in_an_area_that_is_somebody_elses_by_now_can_be_taken_along(
    new_page, server, inspection
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="3")
    with score.saving("3.1.1"):
        score.choose("3.1.1", 0)
    points = score.points("3.1.1").inner_text()
    given = score.choices("3.1.1").nth(1).locator(".choice-text").inner_text()
    cut(score)
    score.choose("3.1.1", 1)
    expect(score.result("3.1.1")).to_contain_text("đã lưu trên máy")
    places = """UPDATE delegation_members SET areas = ? WHERE user_id = (SELECT id FROM users WHERE name = ?)
        AND delegation_id = (SELECT delegation_id FROM inspections WHERE id = ?)"""
    of_member = (
        "SELECT areas FROM delegation_members m JOIN users u ON u.id = m.user_id WHERE u.name = 'thanhvien'"
    )
    before = rows(server, of_member)[0]["areas"]
    assert change(server, places, '["1"]', "thanhvien", inspection)
    assert change(server, places, '["3"]', "thuky", inspection)
    (secretary,) = rows(server, "SELECT title FROM users WHERE name = 'thuky'")
    card = score.card("3.1.1")
    try:
        join(score)
        for _again in range(2):
            expect(card.locator(".error")).to_contain_text(f"người chấm hiện nay: {secretary['title']}")
            expect(card.locator("[data-said]")).to_contain_text(given)
            # It can only fail: it is not offered.
            expect(card.locator('[data-act="retry"]')).to_be_hidden()
            score.open(area="3")
        expect(score.points("3.1.1")).to_have_text(points)
        expect(score.choices("3.1.1").nth(0).locator("input")).to_be_checked()
        expect(score.state).to_have_attribute("data-state", "rejected")
        card.locator('[data-act="copy"]').click()
        expect(card.locator('[data-act="copy"]')).to_have_text("Đã chép")
        assert given in page.evaluate("navigator.clipboard.readText()")
        card.locator('[data-act="drop"]').click()
        expect(card.locator(".error, .rejected-acts")).to_have_count(0)
        expect(score.points("3.1.1")).to_have_text(points)
        expect(score.state).to_contain_text("Đã lưu")
        assert waiting(page) == 0
    finally:
        assert change(server, places, before, "thanhvien", inspection)
    assert stored_answer(server, inspection, "3.1.1")["value"] in ({"level": 0}, {"yes": True})


def test_half_a_ratio_is_not_put_beside_another_persons_figures(
    person: Callable[..., Page], server: Server
) -> None:
    inspection = ward_inspection(server)
    mine = ScorePage(person("thanhvien"), inspection).open(area="1")
    mine.input("1.4.2", "numerator").fill("5")
    other = ScorePage(person("truongdoan"), inspection).open(area="1")
    other.type_ratio("1.4.2", "40", "50")
    other.expect_saved()
    mine.open(area="1")
    mine.page.wait_for_timeout(1500)
    expect(mine.input("1.4.2", "numerator")).to_have_value("40")
    assert stored_answer(server, inspection, "1.4.2")["value"] == {"n": "40", "d": "50"}


def test_a_note_left_behind_meets_the_one_that_came_meanwhile_as_a_conflict(
    person: Callable[..., Page], server: Server
) -> None:
    inspection = ward_inspection(server)
    page = person("thanhvien")
    page.route("**/answers/1.5.1", lambda route: route.abort())
    mine = ScorePage(page, inspection).open(area="1")
    mine.card("1.5.1").locator("summary").click()
    # As a tab leaves it that is gone half a second after the last key.
    page.evaluate(
        """() => {
            const { dataset } = document.getElementById("score");
            const key = `soat-typed-${dataset.person}-${dataset.inspection}-${dataset.side} 1.5.1 note`;
            localStorage.setItem(key, JSON.stringify({ value: "Ghi chú của tôi", version: 0 }));
        }"""
    )
    other = ScorePage(person("truongdoan"), inspection).open(area="1")
    other.card("1.5.1").locator("summary").click()
    other.input("1.5.1", "note").fill("Ghi chú của Trưởng đoàn")
    other.expect_saved()
    page.unroute("**/answers/1.5.1")
    mine.open(area="1")
    panel = mine.card("1.5.1").locator(".conflict")
    expect(panel.locator("[data-mine]")).to_have_text("«Ghi chú của tôi»")
    assert stored_answer(server, inspection, "1.5.1")["note"] == "Ghi chú của Trưởng đoàn"
