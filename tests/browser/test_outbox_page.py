"""/outbox: all that waits on a device can be read, sent again, dropped and taken along, whatever became of its place."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain import queue_files
from tests.browser.alone import nobody_signed_in, own_server
from tests.browser.database import change, rows, stored_answer
from tests.browser.outbox import cut, drop, in_conflict, item, items, join, open_list, waiting
from tests.browser.people import has_no_sideways_scrolling, sign_in
from tests.browser.photos import expect_waiting, open_drawer, photo, queue, shoot
from tests.browser.scoring import ScorePage
from tests.browser.tablet import Tablet
from tests.browser.test_offline_pages import watched
from tests.server import Server

PICTURES = Path("build")
RETRIED = 20_000


# One for each test: delegations and states are changed below it.
server, _cookies = pytest.fixture(own_server), pytest.fixture(nobody_signed_in)


def test_the_list_says_of_every_item_where_what_and_when(open_score, server, inspection) -> None:
    score = open_score("2.1.1")
    cut(score)
    score.choose("2.1.2", 1)
    label = score.choices("2.1.2").nth(1).locator(".choice-text").inner_text()
    text = score.card("2.1.2").locator("h4").inner_text()
    score.type_ratio("2.3.2", "4.541", "4.545")
    score.mark_not_applicable("2.3.1", "Phường mới thành lập")
    score.input("2.4.1", "numerator").fill("7")
    score.input("2.4.1", "numerator").blur()
    expect(score.page.locator("#save-banner")).to_contain_text("3 mục chờ gửi")
    page = score.page
    # What lies there since another day says so.
    page.evaluate(
        """() => new Promise((done) => {
            const opened = indexedDB.open("soat");
            opened.onsuccess = () => {
                const parts = opened.result.transaction("operations", "readwrite");
                const table = parts.objectStore("operations");
                table.getAll().onsuccess = ({ target }) =>
                    table.put({ ...target.result.find((op) => op.place === "2.3.2"), at: "2022-09-14T18:05:00.000Z" });
                parts.oncomplete = () => { opened.result.close(); done(); };
            };
        })"""
    )
    page.locator("#save-state").click()
    page.wait_for_url("**/outbox")
    expect(items(page)).to_have_count(4)
    expect(page.locator("[data-groups] h2")).to_contain_text("Phường Cầu Tre")
    level = item(page, "2.1.2")
    expect(level).to_contain_text(label)
    expect(level.locator("[data-place]")).to_contain_text(text.replace("2.1.2", "").strip())
    expect(level).to_contain_text("Thẩm định")
    expect(level.locator("[data-at]")).to_have_text(re.compile(r"\d\d:\d\d hôm nay"))
    expect(item(page, "2.3.2")).to_contain_text("4.541 / 4.545")
    # 18:05 in London is the next day in Viet Nam.
    expect(item(page, "2.3.2").locator("[data-at]")).to_have_text("01:05 15/9/2022")
    expect(item(page, "2.3.1")).to_contain_text("Không áp dụng: «Phường mới thành lập»")
    expect(item(page, "2.4.1")).to_contain_text("Đang gõ dở")
    expect(item(page, "2.4.1")).to_contain_text("7 / …")
    expect(page.locator("[data-counts]")).to_have_text("3 chưa gửi · 1 đang gõ dở")
    expect(item(page, "2.1.2")).to_contain_text("Chưa có kết nối")
    assert has_no_sideways_scrolling(page)
    page.screenshot(path=PICTURES / "outbox.png", full_page=True)
    # Dropped only when asked twice; the way to its place works.
    drop(item(page, "2.3.1"))
    drop(item(page, "2.4.1"))
    expect(items(page)).to_have_count(2)
    assert waiting(page) == 2
    item(page, "2.1.2").get_by_role("link", name="Mở").click()
    score.expect_open()
    expect(score.card("2.1.2").locator("h4")).to_be_in_viewport()
    expect(score.input("2.4.1", "numerator")).to_have_value("")
    open_list(page)
    join(score)
    expect(items(page)).to_have_count(0, timeout=RETRIED)
    expect(page.locator("[data-none]")).to_be_visible()
    assert stored_answer(server, inspection, "2.3.2")["value"] == {"n": "4541", "d": "4545"}
    assert stored_answer(server, inspection, "2.3.1") is None


def test_a_conflict_is_found_from_anywhere(open_score, server, inspection) -> None:
    head = in_conflict(open_score, "6.1.1")
    page = head.page
    page.goto("/tasks")
    chip = page.locator("#unsent")
    expect(chip).to_have_text("Xung đột (1)")
    chip.click()
    page.wait_for_url("**/outbox")
    row = item(page, "6.1.1")
    expect(row.locator("[data-badge]")).to_have_text("Xung đột")
    expect(row).to_contain_text("Bản của Thành viên")
    expect(row.get_by_role("button", name="Gửi lại")).to_be_hidden()
    page.screenshot(path=PICTURES / "outbox-conflict.png", full_page=True)
    # Another area's page says it in its bar, and the bar leads here.
    head.open(area="1")
    expect(head.state).to_contain_text("Có 1 mục khác")
    head.state.click()
    page.wait_for_url("**/outbox")
    row.get_by_role("link", name="Mở để chọn bản giữ lại").click()
    head.expect_open()
    head.card("6.1.1").locator('[data-keeps="theirs"]').click()
    expect(head.state).to_have_attribute("data-state", "clean")


def test_who_left_the_delegation_can_still_read_and_drop_what_waits(open_score, server, inspection) -> None:
    score = open_score("3.2.2")
    page = score.page
    cut(score)
    drawer = open_drawer(score)
    shoot(drawer, photo(1))
    expect_waiting(drawer, 1)
    page.locator("#evidence [data-closes]").first.click()
    score.choose("3.1.1", 0) if score.choices("3.1.1").count() else score.type_ratio("3.1.1", "1", "2")
    expect(score.result("3.1.1")).to_contain_text("đã lưu trên máy")
    (member,) = rows(server, "SELECT id FROM users WHERE name = 'thanhvien'")
    assert change(server, "DELETE FROM delegation_members WHERE user_id = ?", member["id"]) >= 1
    page.goto("/tasks")
    join(score)
    page.locator("#unsent").click()
    page.wait_for_url("**/outbox")
    expect(items(page)).to_have_count(2)
    for row in (item(page, "3.1.1"), item(page, "IMG_0001.jpg")):
        expect(row.locator("[data-badge]")).to_have_text("Bị từ chối", timeout=RETRIED)
        expect(row).to_contain_text("không còn mở được", timeout=RETRIED)
        expect(row.get_by_role("link", name="Mở")).to_be_hidden()
    expect(page.locator("[data-groups] h2")).to_contain_text("Phường Cầu Tre")
    with page.expect_download() as started:
        page.get_by_role("button", name="Tải hàng đợi về máy").click()
    assert len(json.loads(Path(started.value.path()).read_text())["operations"]) == 2
    expect(page.locator("[data-files] a")).to_have_count(1)
    drop(item(page, "3.1.1"))
    drop(item(page, "IMG_0001.jpg"))
    expect(items(page)).to_have_count(0)
    assert waiting(page) == 0


def test_what_was_given_to_somebody_else_is_not_offered_to_be_sent_in_vain(
    open_score, server, inspection
) -> None:
    score = open_score("3.1.1")
    page = score.page
    cut(score)
    score.choose("3.1.1", 1)
    expect(score.result("3.1.1")).to_contain_text("đã lưu trên máy")
    areas = """UPDATE delegation_members SET areas = ? WHERE user_id = (SELECT id FROM users WHERE name = 'thanhvien')
        AND delegation_id = (SELECT delegation_id FROM inspections WHERE id = ?)"""
    assert change(server, areas, '["1"]', inspection)
    open_list(page)
    join(score)
    row = item(page, "3.1.1")
    expect(row.locator("[data-badge]")).to_have_text("Bị từ chối", timeout=RETRIED)
    expect(row.locator("[data-closed]")).to_contain_text("chỉ bị từ chối lần nữa", timeout=RETRIED)
    expect(row.get_by_role("button", name="Gửi lại")).to_be_hidden()
    expect(page.get_by_role("button", name="Gửi lại tất cả")).to_be_hidden()
    page.screenshot(path=PICTURES / "outbox-given-away.png", full_page=True)
    # Given back, it is sent by itself with the next page.
    assert change(server, areas, '["3"]', inspection)
    page.reload()
    expect(page.locator("[data-none]")).to_be_visible(timeout=RETRIED)
    assert stored_answer(server, inspection, "3.1.1")["by"] == "thanhvien"


def test_a_refused_photo_is_seen_saved_as_a_file_and_dropped(open_score, server, inspection) -> None:
    score = open_score("3.2.2")
    page = score.page
    cut(score)
    drawer = open_drawer(score)
    shoot(drawer, photo(1))
    expect_waiting(drawer, 1)
    held = queue(page)[0]["real"]
    files = len(rows(server, "SELECT id FROM attachments"))
    (before,) = rows(server, "SELECT state FROM inspections WHERE id = ?", inspection)
    change(server, "UPDATE inspections SET state = 'cho_ky_bien_ban' WHERE id = ?", inspection)
    open_list(page)
    join(score)
    row = items(page)
    expect(row.locator("[data-badge]")).to_have_text("Bị từ chối", timeout=RETRIED)
    expect(row.locator("[data-reason]")).not_to_be_empty()
    expect(row.locator("img")).to_be_visible()
    expect(page.locator("#unsent")).to_have_text("Bị từ chối (1)")
    page.screenshot(path=PICTURES / "outbox-photo.png", full_page=True)
    with page.expect_download() as started:
        row.get_by_role("link", name="Lưu thành tệp").click()
    assert started.value.suggested_filename == "IMG_0001.jpg"
    assert hashlib.sha256(Path(started.value.path()).read_bytes()).hexdigest() == held
    # Turned back, it is taken when it is sent again.
    change(server, "UPDATE inspections SET state = ? WHERE id = ?", before["state"], inspection)
    row.get_by_role("button", name="Gửi lại").click()
    expect(items(page)).to_have_count(0, timeout=RETRIED)
    assert len(rows(server, "SELECT id FROM attachments")) == files + 1


def test_without_a_server_the_list_opens_for_who_signed_in_last(
    browser: Browser, server: Server, inspection: int, tmp_path: Path
) -> None:
    tablet = Tablet(browser.browser_type, tmp_path / "profile", server.url)
    page = tablet.start()
    sign_in(page, "thanhvien")
    watched(page)
    score = ScorePage(page, inspection).open(area="2")
    server.stop()
    score.choose("2.1.2", 1)
    expect(score.result("2.1.2")).to_contain_text("đã lưu trên máy")
    page.locator("#save-banner a", has_text="Xem mục chưa gửi").click()
    expect(item(page, "2.1.2")).to_contain_text("Chưa gửi")
    expect(page.locator("[data-groups] h2")).to_contain_text("Phường Cầu Tre")
    page.reload()
    expect(item(page, "2.1.2")).to_contain_text("Chưa có kết nối")
    page.screenshot(path=PICTURES / "outbox-offline.png", full_page=True)
    with page.expect_download() as started:
        page.get_by_role("button", name="Tải hàng đợi về máy").click()
    (operation,) = json.loads(Path(started.value.path()).read_text())["operations"]
    assert operation["seal"]
    # The network is back: the same page sends.
    server.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(items(page)).to_have_count(0, timeout=RETRIED)
    assert stored_answer(server, inspection, "2.1.2")["by"] == "thanhvien"
    # Nobody signed in: nothing of anybody is shown.
    page.goto("/tasks")
    page.locator(".topbar-end summary").click()
    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    page.wait_for_url("**/login")
    server.stop()
    page.goto("/outbox")
    expect(page.locator("h1")).to_have_text("Không có kết nối tới máy chủ")
    page.goto("/offline/outbox")
    expect(page.locator("[data-nobody]")).to_be_visible()
    tablet.close()
    assert not tablet.errors


def test_a_full_disk_loses_nothing_on_the_way_to_the_list(person, server, inspection) -> None:
    person("thanhvien")  # signs in; the browser below has written nothing yet
    page = person("thanhvien")
    page.route("**/me/token", lambda route: route.abort("internetdisconnected"))
    score = ScorePage(page, inspection).open(area="6")
    page.wait_for_load_state("networkidle")
    cut(score)
    tools = page.context.new_cdp_session(page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": server.url, "quotaSize": 1})
    score.choose("6.1.1", 1)
    expect(score.state).to_have_attribute("data-state", "full")
    expect(score.result("6.1.1")).to_contain_text("chỉ còn trên trang này")
    page.screenshot(path=PICTURES / "outbox-full.png")
    with page.expect_download() as started:
        page.locator("#save-banner").get_by_role("button", name="Tải hàng đợi về máy").click()
    (operation,) = json.loads(Path(started.value.path()).read_text())["operations"]
    assert operation["place"] == "6.1.1"
    # The list opens beside the page, and knows of what that page holds.
    with page.context.expect_page() as opened:
        page.locator("#save-banner a", has_text="Xem mục chưa gửi").click()
    beside = opened.value
    expect(item(beside, "6.1.1")).to_contain_text("chỉ còn trên một trang khác đang mở")
    with beside.expect_download() as started:
        beside.get_by_role("button", name="Tải hàng đợi về máy").click()
    assert len(json.loads(Path(started.value.path()).read_text())["operations"]) == 1
    beside.close()
    expect(score.result("6.1.1")).to_contain_text("chỉ còn trên trang này")
    page.unroute("**/me/token")
    tools.send("Storage.overrideQuotaForOrigin", {"origin": server.url})
    join(score)
    expect(score.state).to_have_attribute("data-state", "clean", timeout=RETRIED)
    assert stored_answer(server, inspection, "6.1.1")["by"] == "thanhvien"


LEFT = """() => new Promise((done) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("meta").objectStore("meta").getAllKeys();
        asked.onsuccess = () => { opened.result.close(); done([...asked.result, ...Object.keys(localStorage)]); };
    };
})"""


def test_signing_out_leaves_no_traces_and_asks_about_what_is_half_typed(
    open_score, server, inspection
) -> None:
    score = open_score("2.1.1")
    page = score.page
    score.choose("2.1.2", 1)
    score.expect_saved()
    score.input("2.4.1", "numerator").fill("7")
    score.input("2.4.1", "numerator").blur()
    page.goto("/tasks")
    expect(page.locator("html")).not_to_have_attribute("data-scoring", "ready")
    page.wait_for_load_state("networkidle")
    page.locator(".topbar-end summary").click()
    page.get_by_role("button", name="Đăng xuất", exact=True).click()
    asked = page.locator("#sign-out")
    expect(asked).to_contain_text("1 chỗ đang gõ dở")
    expect(asked.get_by_role("button", name="Gửi ngay rồi đăng xuất")).to_be_hidden()
    page.screenshot(path=PICTURES / "outbox-sign-out.png")
    asked.get_by_role("button", name="Bỏ phần gõ dở rồi đăng xuất").click()
    page.wait_for_url("**/login")
    page.wait_for_load_state("networkidle")
    left = [one for one in page.evaluate(LEFT) if one not in {"order", "sender"}]
    assert left == []


def test_a_queue_larger_than_one_import_comes_as_several_files(person: Callable[..., Page]) -> None:
    page = person("thanhvien")
    page.goto("/outbox")
    shares = page.evaluate(
        """async () => {
            const at = document.querySelector('script[src*="js/queue_page.js"]').src.replace("queue_page", "queuefile");
            const { shares, MOST_BYTES, MOST_OPERATIONS } = await import(at);
            return { most: MOST_BYTES, many: MOST_OPERATIONS, one: shares([]), some: shares([4, 5, 6, 20, 1, 1], 10, 3),
                     count: shares([1, 1, 1, 1], 10, 3) };
        }"""
    )
    assert shares["most"] < queue_files.MOST_BYTES
    assert shares["many"] <= queue_files.MOST_OPERATIONS
    assert shares["one"] == [[]]
    assert shares["some"] == [[0, 1], [2], [3], [4, 5]]
    assert shares["count"] == [[0, 1, 2], [3]]


def test_no_connection_is_said_in_passing_and_covers_nothing(
    person: Callable[..., Page], inspection: int
) -> None:
    page = person("thanhvien")
    page.goto("/tasks")
    page.wait_for_load_state("networkidle")
    toast = page.locator("#notices [data-notice]")
    page.context.set_offline(True)
    page.evaluate("htmx.ajax('GET', '/tasks', '#main').catch(() => {})")
    expect(toast).to_contain_text("Không có kết nối")
    # The last thing of the page can be moved above it.
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    last, box = page.locator("main").bounding_box(), toast.bounding_box()
    assert last["y"] + last["height"] <= box["y"] + 1
    page.context.set_offline(False)
    expect(toast).to_have_count(0)
    # A drawer that opens from what the page has needs no word about the network.
    score = ScorePage(page, inspection).open(area="3")
    page.wait_for_load_state("networkidle")
    open_drawer(score)
    page.locator("#evidence [data-closes]").first.click()
    page.route("**/attachments?*", lambda route: route.abort("internetdisconnected"))
    score.card("3.1.1").locator("[data-opens=evidence]").click()
    expect(page.locator("#evidence [data-about]")).to_contain_text("3.1.1")
    expect(toast).to_have_count(0)
