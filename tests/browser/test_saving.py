"""Saving on the scoring page: nothing is lost, nothing is sent twice, and «Đã lưu» is always true."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.database import change, rows, stored_answer, stored_changes
from tests.browser.eventually import eventually
from tests.browser.people import sign_in
from tests.browser.scoring import ScorePage
from tests.server import Server

ANSWERS = re.compile(r"/inspections/\d+/answers/")
SAVED = re.compile(r"Đã lưu \d\d:\d\d")
# The longest pause between two tries is 30 s; the first ones are 2 and 4 s.
RETRIED = 15_000


@pytest.fixture
def answer(server: Server, inspection: int) -> Callable[[str], dict | None]:
    return lambda code: stored_answer(server, inspection, code)


@pytest.fixture
def changes(server: Server, inspection: int) -> Callable[[str], list[dict]]:
    return lambda code: stored_changes(server, inspection, code)


def nothing_says_saved(score: ScorePage, code: str) -> None:
    """Neither the top bar nor the card claims what is not so."""
    expect(score.state).not_to_contain_text("Đã lưu")
    expect(score.result(code)).not_to_contain_text("Đã lưu")


# --- the plain way -------------------------------------------------------------------------------


def test_a_tap_is_stored_and_only_then_called_saved(open_score, answer, changes, server, inspection) -> None:
    score = open_score("1.1.1")
    expect(score.points("1.1.1")).to_have_text(re.compile(r"^\s*–"))
    score.choose("1.1.1", 0)
    expect(score.state).to_have_text(SAVED)
    expect(score.result("1.1.1")).to_contain_text(SAVED)
    stored = answer("1.1.1")
    assert stored["value"] == {"level": 0}
    assert (stored["points"], stored["by"]) == (100, "thanhvien")
    assert [one["outcome"] for one in changes("1.1.1")] == ["accepted"]
    sums = rows(
        server,
        "SELECT points, answered FROM area_scores JOIN areas ON areas.id = area_id"
        " WHERE inspection_id = ? AND side = 'verified' AND code = '1'",
        inspection,
    )
    assert sums == [{"points": 100, "answered": 1}]
    score.open(area="1")
    expect(score.choices("1.1.1").nth(0).locator("input")).to_be_checked()


def test_typed_text_is_stored_once_when_its_field_is_left(open_score, answer, changes) -> None:
    score = open_score("1.1.2")
    score.card("1.1.2").locator("summary").click()
    score.page.clock.install()
    with score.saving("1.1.2"):
        score.input("1.1.2", "note").fill("Đối chiếu bản gốc")
        score.input("1.1.2", "note").blur()
    assert answer("1.1.2")["note"] == "Đối chiếu bản gốc"
    # Nor is it sent a second time when the pause after the last key is over.
    score.page.clock.run_for(5_000)
    with score.saving("1.1.2"):
        score.choose("1.1.2", 0)
    assert len(changes("1.1.2")) == 2


def test_leaving_the_page_with_unsent_text_asks_first(open_score) -> None:
    score = open_score("1.1.2")
    asked: list[str] = []

    def stay(dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    score.page.on("dialog", stay)
    score.card("1.1.2").locator("summary").click()
    score.input("1.1.2", "note").press_sequentially("Chưa gửi")
    score.page.close(run_before_unload=True)
    score.page.wait_for_event("dialog") if not asked else None
    assert asked == ["beforeunload"]


# --- two people ----------------------------------------------------------------------------------


def in_conflict(open_score, code: str) -> tuple[ScorePage, ScorePage]:
    """The member gives the best level; the head, who had the page open before, the second."""
    member, head = open_score(code), open_score(code, "truongdoan")
    with member.saving(code):
        member.choose(code, 0)
    head.choose(code, 1)
    panel = head.card(code).locator(".conflict")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("Thành viên đoàn")
    expect(panel.locator('[data-keeps="mine"]')).to_contain_text(
        head.points(code).inner_text().split("/")[0].strip()
    )
    expect(panel.locator('[data-keeps="theirs"]')).to_contain_text(
        head.choices(code).nth(0).locator(".choice-points").inner_text()
    )
    expect(head.state).to_have_attribute("data-state", "conflict")
    expect(head.card(code)).to_have_attribute("data-state", "conflict")
    nothing_says_saved(head, code)
    return member, head


def test_of_two_answers_mine_can_be_kept(open_score, answer, changes) -> None:
    _member, head = in_conflict(open_score, "2.1.2")
    assert answer("2.1.2")["value"] == {"level": 0}
    head.card("2.1.2").locator('[data-keeps="mine"]').click()
    head.expect_saved()
    expect(head.card("2.1.2").locator(".conflict")).to_have_count(0)
    assert answer("2.1.2")["value"] == {"level": 1}
    log = [(one["by"], one["outcome"], one["sent"]["value"]) for one in changes("2.1.2")]
    assert log == [
        ("thanhvien", "accepted", {"level": 0}),
        ("truongdoan", "conflict", {"level": 1}),
        ("truongdoan", "accepted", {"level": 1}),
    ]


def test_of_two_answers_theirs_can_be_kept(open_score, answer, changes) -> None:
    _member, head = in_conflict(open_score, "2.2.1")
    head.card("2.2.1").locator('[data-keeps="theirs"]').click()
    expect(head.choices("2.2.1").nth(0).locator("input")).to_be_checked()
    expect(head.card("2.2.1").locator(".conflict")).to_have_count(0)
    expect(head.state).not_to_have_attribute("data-state", "conflict")
    assert answer("2.2.1")["value"] == {"level": 0}
    # The next tap stands on the version that was kept.
    with head.saving("2.2.1"):
        head.choose("2.2.1", 1)
    assert [one["outcome"] for one in changes("2.2.1")] == ["accepted", "conflict", "accepted"]


# --- no connection -------------------------------------------------------------------------------


def test_without_a_connection_a_tap_waits_and_is_sent_once(open_score, answer, changes) -> None:
    score = open_score("1.5.1")
    with score.saving("1.5.1"):
        score.choose("1.5.1", 0)
    score.page.context.set_offline(True)
    score.choose("1.5.1", 1)
    expect(score.state).to_have_attribute("data-state", "offline")
    expect(score.page.locator("#save-banner")).to_contain_text("1 mục chờ gửi")
    nothing_says_saved(score, "1.5.1")
    assert answer("1.5.1")["value"] == {"level": 0}
    score.page.context.set_offline(False)
    score.expect_saved()
    expect(score.page.locator("#save-banner")).to_be_hidden()
    assert answer("1.5.1")["value"] == {"level": 1}
    assert len(changes("1.5.1")) == 2


def test_taps_made_without_a_connection_arrive_in_their_order(open_score, answer) -> None:
    score = open_score("1.6.3")
    score.page.context.set_offline(True)
    score.choose("1.6.3", 0)
    score.choose("1.6.3", 1)
    score.choose("1.6.3", 2)
    score.choose("1.6.4", 0)
    expect(score.page.locator("#save-banner")).to_be_visible()
    score.page.context.set_offline(False)
    score.expect_saved()
    assert answer("1.6.3")["value"] == {"level": 2}
    assert answer("1.6.4")["value"] == {"level": 0}


def test_a_server_that_is_started_again_gets_what_waited(open_score, answer, changes, server) -> None:
    score = open_score("3.3.5")
    server.stop()
    try:
        score.choose("3.3.5", 1)
        expect(score.state).to_have_attribute("data-state", "offline")
        nothing_says_saved(score, "3.3.5")
    finally:
        server.start()
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    assert answer("3.3.5")["value"] == {"level": 1}
    assert len(changes("3.3.5")) == 1


def test_a_reply_that_was_lost_is_asked_for_again_and_stored_once(open_score, answer, changes) -> None:
    score = open_score("3.2.2")

    def lose(route: Route) -> None:
        route.fetch()  # the server has it
        route.abort("connectionreset")  # the tablet never hears of it

    score.page.route(ANSWERS, lose, times=1)
    score.choose("3.2.2", 1)
    expect(score.state).to_have_attribute("data-state", "offline")
    nothing_says_saved(score, "3.2.2")
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    assert answer("3.2.2")["value"] == {"level": 1}
    assert len(changes("3.2.2")) == 1


# --- answers that are none -----------------------------------------------------------------------


def refuse_once(status: int, body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, content_type="text/html", body=body)


@pytest.mark.parametrize(
    ("code", "status", "body", "state"),
    [
        ("3.2.3", 500, "Internal Server Error", "local"),
        ("3.5.2", 503, "<h1>Bảo trì</h1>", "local"),
        ("3.6.1", 200, "<h1>Chào mừng đến Wi-Fi miễn phí</h1>", "offline"),
        ("3.4.2", 302, "", "offline"),
    ],
    ids=["a broken server", "a server at rest", "a captive portal", "a redirect"],
)
def test_what_is_no_answer_of_ours_is_not_taken_as_saved(
    open_score, answer, code, status, body, state
) -> None:
    score = open_score(code)
    score.page.route(ANSWERS, refuse_once(status, body), times=1)
    score.choose(code, 0)
    expect(score.state).to_have_attribute("data-state", state)
    nothing_says_saved(score, code)
    assert answer(code) is None
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    assert answer(code)["value"] == {"level": 0}


@pytest.fixture
def signed_out(person: Callable[..., Page], new_page, server: Server, inspection: int) -> Iterator[ScorePage]:
    """A member whose session ended while the page was open, after one tap on 4.2.1."""
    page = new_page()
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="4")
    newest = "SELECT max(id) FROM user_sessions"
    assert change(server, f"DELETE FROM user_sessions WHERE id = ({newest})") == 1
    score.choose("4.2.1", 0)
    expect(page.locator("#signed-out")).to_be_visible()
    nothing_says_saved(score, "4.2.1")
    yield score
    change(server, "DELETE FROM answers WHERE criterion_id = (SELECT id FROM criteria WHERE code = '4.2.1')")


def sign_in_beside(score: ScorePage, name: str) -> None:
    """By the dialog's own link, in the tab it opens."""
    with score.page.context.expect_page() as opened:
        score.page.locator("#signed-out a").click()
    tab = opened.value
    tab.wait_for_load_state()
    sign_in(tab, name)
    tab.close()


def test_after_a_session_has_ended_signing_in_again_sends_what_waited(signed_out, answer) -> None:
    sign_in_beside(signed_out, "thanhvien")
    signed_out.page.locator("[data-retries]").click()
    expect(signed_out.page.locator("#signed-out")).to_be_hidden()
    signed_out.expect_saved()
    stored = answer("4.2.1")
    assert (stored["value"], stored["by"]) == ({"level": 0}, "thanhvien")


def test_what_one_person_scored_is_never_sent_in_the_name_of_another(signed_out, answer) -> None:
    sign_in_beside(signed_out, "truongdoan")
    signed_out.page.locator("[data-retries]").click()
    expect(signed_out.page.locator("#signed-out [data-another]")).to_be_visible()
    nothing_says_saved(signed_out, "4.2.1")
    assert answer("4.2.1") is None


# --- refused values ------------------------------------------------------------------------------


def test_a_refused_value_stays_in_its_field_with_the_sentence_beside_it(open_score, answer) -> None:
    score = open_score("2.3.2")
    score.type_ratio("2.3.2", "5", "0")
    field = score.input("2.3.2", "numerator")
    expect(score.card("2.3.2").locator(".error")).to_contain_text("Mẫu số bằng 0 thì tử số cũng phải bằng 0")
    expect(field).to_have_value("5")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Mẫu số bằng 0"))
    expect(score.state).to_have_attribute("data-state", "rejected")
    nothing_says_saved(score, "2.3.2")
    assert answer("2.3.2") is None
    with score.saving("2.3.2"):
        score.type_ratio("2.3.2", "9", "10")
    expect(score.card("2.3.2").locator(".error")).to_have_count(0)
    score.expect_saved()
    assert answer("2.3.2")["value"] == {"n": "9", "d": "10"}


HELD = """async () => {
    const { outbox } = await import(new URL("queue.js", document.querySelector("script[src*='score.js']").src));
    const put = outbox.store.put.bind(outbox.store);
    outbox.store.put = async (row) => {
        if (row.state === "rejected") await new Promise((done) => (window.goOn = done));
        return put(row);
    };
    window.waiting = () => outbox.list.length;
}"""


def test_a_value_given_while_a_refusal_is_being_kept_takes_its_place(open_score, answer) -> None:
    score = open_score("2.3.2")
    score.page.evaluate(HELD)
    score.type_ratio("2.3.2", "5", "0")
    assert eventually(score.page, lambda: score.page.evaluate("Boolean(window.goOn)"))
    score.input("2.3.2", "denominator").fill("8")
    score.input("2.3.2", "denominator").blur()
    assert eventually(score.page, lambda: score.page.evaluate("window.waiting()") == 2)
    score.page.evaluate("window.goOn()")
    score.expect_saved()
    expect(score.card("2.3.2").locator(".error")).to_have_count(0)
    assert answer("2.3.2")["value"] == {"n": "5", "d": "8"}


def test_a_number_that_cannot_be_read_is_refused_in_words_and_stays(open_score, answer) -> None:
    score = open_score("2.4.1")
    score.type_ratio("2.4.1", "1,234.5", "10")
    expect(score.card("2.4.1").locator(".error")).to_contain_text("Số ghi bằng chữ số")
    expect(score.input("2.4.1", "numerator")).to_have_value("1,234.5")
    nothing_says_saved(score, "2.4.1")
    assert answer("2.4.1") is None


def test_not_applicable_asks_for_its_reason_before_it_is_sent(open_score, answer) -> None:
    score = open_score("2.3.1")
    score.card("2.3.1").locator(".na-button").click()
    expect(score.input("2.3.1", "na_reason")).to_be_focused()
    assert answer("2.3.1") is None
    with score.saving("2.3.1"):
        score.input("2.3.1", "na_reason").fill("Phường mới thành lập")
        score.input("2.3.1", "na_reason").blur()
    expect(score.points("2.3.1")).to_contain_text("KAD")
    stored = answer("2.3.1")
    assert (stored["not_applicable"], stored["na_reason"], stored["points"]) == (
        1,
        "Phường mới thành lập",
        None,
    )


def test_a_long_queue_says_how_much_of_it_is_left_and_a_tap_shows_at_once(open_score) -> None:
    score = open_score("3.1.1")
    score.page.route(ANSWERS, lambda route: None)  # neither an answer nor an end
    score.mark_not_applicable("3.3.4", "Không phát sinh")
    expect(score.points("3.3.4")).to_contain_text("KAD")
    expect(score.state).to_have_text("Đang lưu…")
    for place in (0, 1) * 5:
        score.choose("3.1.1", place)
    expect(score.state).to_have_text("Đang lưu… (11)")
    score.page.unroute(ANSWERS)


def test_a_browser_that_keeps_nothing_is_not_called_full(person, inspection) -> None:
    page = person("thanhvien")
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('', 'SecurityError'); } });"
    )
    score = ScorePage(page, inspection).open(area="4")
    page.context.set_offline(True)
    score.choose("4.1.2", 0)
    expect(score.state).to_have_attribute("data-state", "full")
    expect(score.state).to_contain_text("chỉ còn trên trang này")
    expect(score.page.locator("#save-banner")).to_contain_text("Trình duyệt này không giữ được dữ liệu")


# --- Telex and VNI -------------------------------------------------------------------------------


def test_half_a_letter_of_telex_is_never_sent(open_score, changes) -> None:
    """The keyboard's own composition, through Chromium's input method interface."""
    score = open_score("5.1.2")
    sent: list[str] = []
    score.page.on(
        "request",
        lambda request: sent.append(request.post_data or "") if ANSWERS.search(request.url) else None,
    )
    score.page.clock.install()
    score.open(area="5")
    score.card("5.1.2").locator("summary").click()
    note = score.input("5.1.2", "note")
    note.focus()
    score.page.keyboard.type("Co ")
    keys = score.page.context.new_cdp_session(score.page)
    for half in ("t", "ti", "tie", "tiê", "tiên"):
        keys.send(
            "Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)}
        )
    expect(note).to_have_value("Co tiên")
    # Much longer than the pause after which text is sent.
    score.page.clock.run_for(5_000)
    assert sent == []
    keys.send("Input.insertText", {"text": "tiến"})
    expect(note).to_have_value("Co tiến")
    score.page.clock.run_for(1_000)
    expect(score.result("5.1.2")).to_have_attribute("data-version", "1")
    assert [one["sent"]["note"] for one in changes("5.1.2")] == ["Co tiến"]
