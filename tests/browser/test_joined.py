"""The outbox and the service worker together: real pages of a real tablet, and a server that goes and comes back."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.alone import own_server
from tests.browser.database import rows, stored_answer, stored_changes
from tests.browser.eventually import eventually
from tests.browser.people import sign_in
from tests.browser.scoring import ScorePage
from tests.browser.tablet import Tablet
from tests.browser.test_offline_pages import make_ready, visit_of
from tests.server import ROOT, Server

SAVED = re.compile(r"Đã lưu \d\d:\d\d")
RETRIED = 40_000
NO_PAGE = "Không có kết nối tới máy chủ"

# As the first version of the app would have written them: no seal, no lane, no part, no round, no counter beside.
WRITE = """(all) => new Promise((done, fail) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const writing = opened.result.transaction("operations", "readwrite");
        for (const one of all) writing.objectStore("operations").put(one);
        writing.oncomplete = () => { opened.result.close(); done(); };
        writing.onerror = fail;
    };
})"""
WAITING = """() => new Promise((done) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("operations").objectStore("operations").getAll();
        asked.onsuccess = () => { opened.result.close(); done(asked.result); };
    };
})"""
# The page goes on as it is, but what it posts stays on its way until ``window.release()``.
HOLD = """() => {
    const fetching = window.fetch;
    const held = new Promise((done) => (window.release = done));
    window.fetch = async (address, options) => {
        if (options?.method === "POST" && /answers/.test(address)) await held;
        return fetching(address, options);
    };
}"""
# Nothing is fetched for the kit any more, as when the network goes at that moment.
NO_KIT = """() => {
    const fetching = window.fetch;
    window.fetch = (address, options) =>
        options?.headers?.["Soat-Kit"] ? Promise.reject(new TypeError("gone")) : fetching(address, options);
}"""


# One for each test: it is stopped in the middle.
server = pytest.fixture(own_server)


@pytest.fixture
def tablet(browser: Browser, server: Server, tmp_path: Path) -> Iterator[Tablet]:
    one = Tablet(browser.browser_type, tmp_path / "profile", server.url)
    yield one
    one.close()
    assert not one.errors, f"A script failed in the browser: {one.errors}"


def waiting(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = page.evaluate(WAITING)
    return found


def next_build(server: Server, folder: Path) -> None:
    """The server, stopped, is started with another build of the app."""
    for name in ("app", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "wsgi.py", folder)
    with (folder / "app" / "static" / "print.css").open("a") as sheet:
        sheet.write("\n/* the next build */\n")
    server.root = folder
    server.start()


def taken_over(page: Page, offered: Locator) -> None:
    """The newer worker is in charge and the page has come anew.

    Chromium lets the older one go when it idles, but not always while developer tools look at it, as they do
    here: then it is stopped, as the browser stops one that idles.
    """
    try:
        expect(offered).to_have_count(0, timeout=15_000)
    except AssertionError:
        devtools = page.context.new_cdp_session(page)
        devtools.send("ServiceWorker.enable")
        devtools.send("ServiceWorker.stopAllWorkers")
        expect(offered).to_have_count(0, timeout=60_000)


def note(score: ScorePage, code: str, text: str) -> None:
    field = score.input(code, "note")
    if not field.is_visible():
        score.card(code).locator("summary").click()
    field.fill(text)
    field.blur()


def leave(page: Page) -> None:
    page.locator(".topbar .menu summary").click()
    page.locator("form[action='/logout'] button").click()


def test_a_queue_made_without_a_network_is_carried_in_by_another_and_counts_once(
    server: Server, tablet: Tablet, browser: Browser, inspection: int, tmp_path: Path
) -> None:
    page = tablet.start()
    visit = make_ready(page)
    server.stop()
    score = ScorePage(page, inspection).open(area="4")
    score.choose("4.1.2", 0)
    note(score, "4.1.2", "Đã xem sổ «theo dõi» 100%; chữ ký đủ\nDòng hai")
    expect(score.state).to_contain_text("(2)")
    page.goto(visit)
    expect(page.get_by_text("Chưa gửi (2)")).to_be_visible()
    leave(page)
    asked = page.locator("#sign-out")
    with page.expect_download() as started:
        asked.get_by_role("button", name="Tải hàng đợi về máy").click()
    started.value.save_as(tmp_path / "queue.json")
    queue = json.loads((tmp_path / "queue.json").read_text())
    assert [len(one["seal"]) for one in queue["operations"]] == [64, 64]
    # The tablet is switched off; its file goes by another way.
    tablet.close()
    server.start()
    office = browser.new_context(base_url=server.url, locale="vi-VN", service_workers="block").new_page()
    sign_in(office, "quantri")
    office.goto("/admin/queue-files")
    office.locator("input[type=file]").set_input_files(tmp_path / "queue.json")
    office.get_by_role("button", name="Xem trước").click()
    office.locator("form[action$='/import'] button").click()
    office.wait_for_url("**/import")
    office.context.close()
    stored = stored_answer(server, inspection, "4.1.2")
    assert stored
    assert stored["by"] == "thanhvien"
    assert stored["note"] == "Đã xem sổ «theo dõi» 100%; chữ ký đủ\nDòng hai"
    before = stored_changes(server, inspection, "4.1.2")
    assert [one["by"] for one in before] == ["thanhvien", "thanhvien"]
    # Later the tablet sends what it still holds: nothing happens twice.
    page = tablet.start()
    tablet.context.clear_cookies()
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="4")
    expect(score.state).to_contain_text("Đã lưu", timeout=RETRIED)
    assert waiting(page) == []
    assert stored_changes(server, inspection, "4.1.2") == before


def test_a_new_version_waits_for_what_is_on_its_way(
    server: Server, tablet: Tablet, inspection: int, tmp_path: Path
) -> None:
    page = tablet.start()
    make_ready(page)
    old = page.locator("#shell-words").get_attribute("data-build")
    server.stop()
    next_build(server, tmp_path / "newer")
    score = ScorePage(page, inspection).open(area="4")
    offered = page.locator("[data-shell=shell-new-version]")
    expect(offered).to_be_visible(timeout=20_000)
    page.evaluate(HOLD)
    score.choose("4.1.2", 0)
    expect(score.result("4.1.2")).to_contain_text("Chưa gửi")
    page.evaluate("window.still = true")
    offered.locator("[data-press]").click()
    expect(offered.locator("[data-busy]")).to_be_visible()
    page.wait_for_timeout(1_500)
    assert page.evaluate("window.still") is True
    assert stored_answer(server, inspection, "4.1.2") is None
    # Nobody presses again.
    page.evaluate("window.release()")
    taken_over(page, offered)
    score.expect_open()
    assert page.evaluate("window.still") is None
    assert page.locator("#shell-words").get_attribute("data-build") != old
    assert [one["by"] for one in stored_changes(server, inspection, "4.1.2")] == ["thanhvien"]
    assert waiting(page) == []


def test_a_new_version_sends_what_the_first_version_kept(
    server: Server, tablet: Tablet, inspection: int, tmp_path: Path
) -> None:
    page = tablet.start()
    make_ready(page)
    (member,) = rows(server, "SELECT id FROM users WHERE name = 'thanhvien'")
    score = ScorePage(page, inspection).open(area="4")
    server.stop()

    def kept(number: int, code: str, **fields: str) -> dict[str, object]:
        return {
            "id": f"00000000-0000-4000-8000-{number:012}",
            "order": number,
            "format": 1,
            "account": member["id"],
            "kind": "answer",
            "inspection": inspection,
            "place": code,
            "side": "verified",
            "url": f"/inspections/{inspection}/answers/{code}",
            "fields": {"side": "verified", **fields},
            "base": 0,
            "at": "2026-11-20T03:10:00.000Z",
            "tried": 0,
            "state": "waiting",
        }

    page.evaluate(
        WRITE,
        [
            kept(1, "4.1.2", field="value", yes="1"),
            kept(2, "4.1.2", field="note", note="Ghi từ bản cũ"),
            kept(3, "4.1.2", field="note", note="Ghi thêm từ bản cũ"),
            kept(4, "4.2.1", field="note", note="Mục khác"),
        ],
    )
    next_build(server, tmp_path / "newer")
    score.open(area="4")
    page.locator("[data-shell=shell-new-version] [data-press]").click(timeout=60_000)
    taken_over(page, page.locator("[data-shell=shell-new-version]"))
    score.expect_open()
    expect(score.state).to_contain_text("Đã lưu", timeout=RETRIED)
    assert waiting(page) == []
    assert stored_answer(server, inspection, "4.1.2")["value"] == {"yes": True}
    sent = [one["sent"] for one in stored_changes(server, inspection, "4.1.2")]
    assert [one.get("note") or one["field"] for one in sent] == [
        "value",
        "Ghi từ bản cũ",
        "Ghi thêm từ bản cũ",
    ]
    assert len(stored_changes(server, inspection, "4.2.1")) == 1
    # And what is made now comes after it.
    note(score, "4.2.1", "Ghi ở bản mới")
    expect(score.state).to_have_text(SAVED)
    assert stored_answer(server, inspection, "4.2.1")["note"] == "Ghi ở bản mới"


def test_the_browser_wakes_the_page_when_the_network_is_back(
    server: Server, tablet: Tablet, inspection: int
) -> None:
    page = tablet.start()
    make_ready(page)
    score = ScorePage(page, inspection).open(area="4")
    devtools = page.context.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    server.stop()
    tries: list[str] = []
    page.on("request", lambda one: tries.append(one.url) if one.url.endswith("/me/token") else None)
    score.choose("4.1.2", 0)
    expect(score.state).to_have_attribute("data-state", "offline")
    page.wait_for_timeout(5_000)
    # The pauses between the tries grow, whatever the browser thinks of the network.
    assert 1 <= len(tries) <= 5
    # The page's own clock stands still, as in the back of a tablet.
    page.evaluate(
        "() => { window.setTimeout = () => 0; for (let one = 0; one < 10000; one++) clearTimeout(one); }"
    )
    server.start()
    page.wait_for_timeout(1_500)
    assert stored_answer(server, inspection, "4.1.2") is None
    devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": server.url,
            "registrationId": registrations[-1],
            "tag": "soat-outbox",
            "lastChance": False,
        },
    )
    expect(score.result("4.1.2")).to_contain_text(SAVED)
    assert len(stored_changes(server, inspection, "4.1.2")) == 1


def test_a_kept_page_knows_what_was_saved_a_moment_before_the_network_went(
    server: Server, tablet: Tablet, inspection: int
) -> None:
    page = tablet.start()
    make_ready(page)
    score = ScorePage(page, inspection).open(area="4")
    page.evaluate(NO_KIT)
    score.choose("4.1.2", 0)
    note(score, "4.1.2", "Nói ngay trước khi mất mạng")
    expect(score.state).to_have_text(SAVED)
    expect(score.result("4.1.2")).to_have_attribute("data-version", "2")
    shown = score.points("4.1.2").inner_text()
    total = score.total.inner_text()
    server.stop()
    tablet.kill()
    page = tablet.start()
    score = ScorePage(page, inspection).open(area="4")
    expect(page.get_by_text("đây là bản giữ trên máy lúc")).to_be_visible()
    expect(score.choices("4.1.2").nth(0).locator("input")).to_be_checked()
    expect(score.input("4.1.2", "note")).to_have_value("Nói ngay trước khi mất mạng")
    expect(score.result("4.1.2")).to_have_attribute("data-version", "2")
    expect(score.points("4.1.2")).to_have_text(re.compile(re.escape(shown.split()[0])))
    expect(score.total).to_have_text(total)
    # Going on from there is no conflict with oneself.
    score.choose("4.1.2", 1)
    server.start()
    tablet.context.clear_cookies()
    sign_in(page, "thanhvien")
    score.open(area="4")
    expect(score.state).to_contain_text("Đã lưu", timeout=RETRIED)
    assert {one["outcome"] for one in stored_changes(server, inspection, "4.1.2")} == {"accepted"}
    assert len(stored_changes(server, inspection, "4.1.2")) == 3


def test_two_accounts_on_one_tablet_share_nothing(server: Server, tablet: Tablet, inspection: int) -> None:
    page = tablet.start()
    visit = make_ready(page)
    server.stop()
    score = ScorePage(page, inspection).open(area="4")
    score.choose("4.2.1", 0)
    expect(score.state).to_contain_text("(1)")
    page.goto(visit)
    leave(page)
    page.locator("#sign-out").get_by_role("button", name="Vẫn đăng xuất, giữ trên máy").click()
    expect(page.locator("h1")).to_have_text(NO_PAGE)
    server.start()
    # The network is back, and whoever comes next is not the one who left.
    page.goto(visit)
    expect(page).to_have_url(re.compile("/login"))
    assert (
        page.evaluate("caches.keys().then(all => all.filter(one => one.startsWith('soat-kit')).length)") == 0
    )
    sign_in(page, "truongdoan")
    assert visit_of(page) == visit
    score.open(area="4")
    expect(score.choices("4.2.1").nth(0).locator("input")).not_to_be_checked()
    expect(score.result("4.2.1")).not_to_contain_text("Chưa gửi")
    expect(score.state).to_contain_text("Đã lưu")
    page.goto(visit)
    page.wait_for_timeout(1_000)
    expect(page.get_by_text("Chưa gửi (")).to_have_count(0)
    assert stored_answer(server, inspection, "4.2.1") is None
    server.stop()
    page.goto(visit)
    expect(page.locator("h1")).to_have_text(NO_PAGE)
    server.start()
    page.goto(visit)
    leave(page)
    page.wait_for_url("**/login")
    # The first one is back: it goes as theirs, from whatever page they open.
    sign_in(page, "thanhvien")
    expect(page.locator("h1")).to_be_visible()
    assert eventually(page, lambda: not waiting(page))
    assert [one["by"] for one in stored_changes(server, inspection, "4.2.1")] == ["thanhvien"]
