"""Every fault between tablet and server: the page never says «Đã lưu» for what the server does not have."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.browser.database import rows, stored_answer, stored_changes
from tests.browser.people import sign_in
from tests.browser.scoring import ScorePage
from tests.browser.wire import wire_to
from tests.server import Server

ANSWERS = re.compile(r"/inspections/\d+/answers/")
SAVED = re.compile(r"Đã lưu \d\d:\d\d")
RETRIED = 20_000

# What the corner and the card say from now on, with the moment, until it is looked at.
WATCH = """code => {
    window.said = [];
    const look = () => window.said.push(
        document.getElementById("save-state").textContent + " | " + document.getElementById(`result-${code}`).textContent);
    // From the tap on: before it «Đã lưu» is the truth.
    const begin = () => new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
    document.addEventListener("change", begin, {capture: true, once: true});
}"""


def answer_with(status: int, body: str, **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, content_type="text/html", body=body, headers=headers)


def hold(_route: Route) -> None:
    """Neither an answer nor an end."""


def lose_the_reply(route: Route) -> None:
    route.fetch()
    route.abort("connectionreset")


OURS = '<p class="alert bad" role="alert" data-code="{}"><span>Không được.</span></p>'
FAULTS: dict[str, tuple[str, Callable[[Route], None], str, bool]] = {
    # name: criterion, what happens, the state that is shown, whether the server has it nevertheless
    "500": ("3.1.1", answer_with(500, "Internal Server Error"), "local", False),
    "502 of a proxy": ("3.1.2", answer_with(502, "<h1>Bad gateway</h1>"), "local", False),
    "429": ("3.2.1", answer_with(429, "slow down"), "local", False),
    "400": ("3.2.2", answer_with(400, OURS.format(400)), "sending", False),
    "401": ("3.2.3", answer_with(401, "Phiên làm việc đã hết"), "signed-out", False),
    "403": ("3.2.4", answer_with(403, OURS.format(403)), "rejected", False),
    "404": ("3.2.5", answer_with(404, OURS.format(404)), "rejected", False),
    "409 of a state": ("3.3.1", answer_with(409, OURS.format(409)), "rejected", False),
    "413": ("3.3.2", answer_with(413, "<h1>Request Entity Too Large</h1>"), "rejected", False),
    "422": (
        "3.3.3",
        answer_with(422, '<p class="error" data-field="level">Không nhận.</p>'),
        "rejected",
        False,
    ),
    "a captive portal": ("3.3.5", answer_with(200, "<h1>Wi-Fi miễn phí</h1>"), "offline", False),
    "a portal that repeats another op": (
        "3.3.6",
        answer_with(200, "ok", **{"Soat-Op": "00000000-0000-0000-0000-000000000000"}),
        "offline",
        False,
    ),
    "a redirect": ("3.5.1", answer_with(302, "", Location="/login"), "offline", False),
    "no connection": ("3.5.2", lambda route: route.abort("internetdisconnected"), "offline", False),
    "a reply that is lost": ("3.5.3", lose_the_reply, "offline", True),
    "silence": ("3.6.1", hold, "sending", False),
}


def choices(server: Server) -> list[str]:
    """Criteria of area 3 that are scored by one tap."""
    sql = """SELECT c.code FROM criteria c WHERE c.code LIKE '3.%' AND json_extract(c.rule, '$.kind') IN ('co_khong', 'muc')"""
    return [row["code"] for row in rows(server, sql)]


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_is_ever_called_saved(open_score, server, inspection, name) -> None:
    _, fault, state, has_it = FAULTS[name]
    code = choices(server)[list(FAULTS).index(name) % len(choices(server))]
    before = len(stored_changes(server, inspection, code))
    score = open_score(code)
    score.page.route(ANSWERS, fault)
    score.page.evaluate(WATCH, code)
    score.choose_another(code)
    chosen = free_value(score, code)
    expect(score.state).to_have_attribute("data-state", state)
    score.page.wait_for_timeout(1_500)
    # A second try may just be under way, and take its time on a busy machine.
    expect(score.state).to_have_attribute("data-state", state, timeout=RETRIED)
    said = score.page.evaluate("window.said")
    assert said
    assert not [text for text in said if "Đã lưu" in text]
    assert len(stored_changes(server, inspection, code)) == before + has_it
    score.page.unroute(ANSWERS)
    # Nothing was lost: a reload shows what was chosen, and it is stored once when the fault is over.
    score.open(area="3")
    assert free_value(score, code) == chosen
    if state == "rejected" and name in {"413", "422"}:
        score.card(code).locator('[data-act="retry"]').click()
    # Without an hour when it went through before the reload.
    expect(score.state).to_contain_text("Đã lưu", timeout=RETRIED)
    expect(score.result(code)).to_contain_text(SAVED)
    assert len(stored_changes(server, inspection, code)) == before + 1


def free_value(score: ScorePage, code: str) -> str:
    return str(score.choices(code).locator("input:checked").input_value())


def test_a_request_that_is_never_answered_is_given_up_and_sent_again(open_score, server, inspection) -> None:
    code = choices(server)[0]
    before = len(stored_changes(server, inspection, code))
    score = open_score(code)
    score.page.route(ANSWERS, hold, times=1)
    score.choose_another(code)
    expect(score.state).to_have_attribute("data-state", "offline", timeout=20_000)
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    assert len(stored_changes(server, inspection, code)) == before + 1


def test_a_reply_cut_in_the_middle_is_no_reply(new_page, server, inspection) -> None:
    """The server has it; the tablet asks again with the same op_id, and it is written once."""
    with wire_to(server) as wire:
        page = new_page(base_url=wire.url)
        sign_in(page, "thanhvien")
        score = ScorePage(page, inspection).open(area="3")
        code = choices(server)[1]
        before = len(stored_changes(server, inspection, code))
        page.evaluate(WATCH, code)
        wire.fault = "cut"
        score.choose_another(code)
        expect(score.state).to_have_attribute("data-state", "offline")
        assert wire.cuts
        assert not [text for text in page.evaluate("window.said") if "Đã lưu" in text]
        wire.fault = None
        expect(score.state).to_have_text(SAVED, timeout=RETRIED)
        assert len(stored_changes(server, inspection, code)) == before + 1


@pytest.mark.parametrize("days", [-1, 1], ids=["a day slow", "a day fast"])
def test_a_clock_that_is_wrong_by_a_day_changes_nothing(open_score, server, inspection, days) -> None:
    score = open_score("3")
    code = choices(server)[2]
    wrong = datetime.now(UTC) + timedelta(days=days, hours=3)
    score.page.clock.set_system_time(wrong)
    score.page.context.set_offline(True)
    for place in (0, 1, 0, 1):
        score.choose(code, place)
    score.page.context.set_offline(False)
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    # The order is that of the taps, the hour that of the server.
    assert stored_answer(server, inspection, code)["value"] in ({"level": 1}, {"yes": False})
    told = re.search(r"\d\d:\d\d", score.state.inner_text())[0]
    hanoi = datetime.now(UTC) + timedelta(hours=7)
    assert told in {hanoi.strftime("%H:%M"), (hanoi - timedelta(minutes=1)).strftime("%H:%M")}


def test_a_full_disk_loses_nothing_while_the_page_is_open(person, server, inspection) -> None:
    person("thanhvien")  # signs in; the browser below has written nothing yet
    page = person("thanhvien")
    # For half a minute after a write Chromium believes that there is room: the key for the seals is not written.
    page.route("**/me/token", lambda route: route.abort("internetdisconnected"))
    score = ScorePage(page, inspection).open(area="3")
    code = choices(server)[3]
    before = len(stored_changes(server, inspection, code))
    score.page.context.set_offline(True)
    tools = score.page.context.new_cdp_session(score.page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": server.url, "quotaSize": 1})
    score.choose_another(code)
    expect(score.state).to_have_attribute("data-state", "full")
    expect(score.page.locator("#save-banner")).to_contain_text("Bộ nhớ máy sắp đầy")
    expect(score.page.locator("#save-banner")).to_have_class(re.compile("bad"))
    expect(score.result(code)).not_to_contain_text("trên máy")
    # It is sent from the page's memory; when there is room again, the bar goes away.
    page.unroute("**/me/token")
    score.page.context.set_offline(False)
    expect(score.result(code)).to_contain_text(SAVED, timeout=RETRIED)
    assert len(stored_changes(server, inspection, code)) == before + 1
    tools.send("Storage.overrideQuotaForOrigin", {"origin": server.url})
    score.choose_another(code)
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    expect(score.page.locator("#save-banner")).to_be_hidden()


def test_without_storage_the_page_says_so_and_still_sends(person, server, inspection) -> None:
    page = person("thanhvien")
    page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', {get() { throw new DOMException('no', 'SecurityError'); }})"
    )
    score = ScorePage(page, inspection).open(area="3")
    code = choices(server)[4]
    before = len(stored_changes(server, inspection, code))
    page.context.set_offline(True)
    score.choose_another(code)
    expect(score.state).to_have_attribute("data-state", "full")
    expect(page.locator("#save-banner")).to_contain_text("không giữ được dữ liệu trên máy")
    page.context.set_offline(False)
    expect(score.state).to_have_text(SAVED, timeout=RETRIED)
    assert len(stored_changes(server, inspection, code)) == before + 1
