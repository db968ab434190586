"""Findings and recommendations half written, corrected and taken out: nothing typed is lost, nothing is overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.alone import nobody_signed_in, own_server
from tests.browser.database import rows, ward_inspection
from tests.browser.eventually import eventually, kept
from tests.browser.people import sign_in
from tests.browser.photos import come_back, queue
from tests.browser.scoring import ScorePage
from tests.browser.tablet import Tablet
from tests.browser.test_offline_pages import make_ready
from tests.server import Server

CODE = "3.2.2"
FINDING = "Chưa niêm yết thủ tục đất đai"


# One for each test: it is killed in the middle.
server, _cookies = pytest.fixture(own_server), pytest.fixture(nobody_signed_in)


@pytest.fixture
def score(person: Callable[..., Page], server: Server) -> ScorePage:
    return ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")


def open_finding(score: ScorePage, code: str = CODE) -> Locator:
    score.card(code).locator("[data-opens=finding]").click()
    drawer = score.page.locator("#finding")
    expect(drawer.locator("form[data-queue][data-prepared]")).to_contain_text(code)
    return drawer


def write(score: ScorePage, text: str = FINDING, code: str = CODE) -> Locator:
    drawer = open_finding(score, code)
    drawer.get_by_label("Nội dung").fill(text)
    drawer.get_by_role("button", name="Lưu").click()
    return drawer


def opened(page: Page) -> None:
    expect(page.locator("form[data-queue][data-prepared], form[data-queue-move]").first).to_be_attached()
    page.wait_for_load_state("networkidle")


def findings(server: Server, text: str) -> list[dict[str, Any]]:
    return rows(server, "SELECT * FROM findings WHERE text = ?", text)


def add_finding(server: Server, score: ScorePage, text: str = FINDING) -> dict[str, Any]:
    drawer = write(score, text)
    expect(drawer.get_by_text("Đã ghi nhận phát hiện")).to_be_visible()
    (row,) = findings(server, text)
    return row


# --- half written


def test_what_is_half_written_outlives_a_reload_and_closing_the_drawer(
    score: ScorePage, server: Server
) -> None:
    drawer = open_finding(score)
    drawer.get_by_label("Nội dung").fill("Thiếu biển hiệu")
    drawer.get_by_label("Ưu điểm").check()
    drawer.get_by_label("Nguyên nhân").fill("Chưa có kinh phí")
    drawer.get_by_role("button", name="Đóng").click()
    expect(drawer).to_be_hidden()
    expect(score.card(CODE).locator("[data-found-waiting]")).to_have_text("đang viết dở")
    open_finding(score, "3.2.3")
    expect(drawer.get_by_label("Nội dung")).to_have_value("")
    score.page.reload()
    expect(score.card(CODE).locator("[data-found-waiting]")).to_have_text("đang viết dở")
    open_finding(score)
    expect(drawer.get_by_label("Nội dung")).to_have_value("Thiếu biển hiệu")
    expect(drawer.get_by_label("Nguyên nhân")).to_have_value("Chưa có kinh phí")
    expect(drawer.get_by_label("Ưu điểm")).to_be_checked()
    expect(drawer.locator("[data-draft]")).to_contain_text("được giữ trên máy này")
    # Sent, it is no draft any more.
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("Đã ghi nhận phát hiện")).to_be_visible()
    drawer.get_by_role("button", name="Chấm tiếp").click()
    expect(score.card(CODE).locator("[data-found-waiting]")).to_have_count(0)
    open_finding(score)
    expect(drawer.get_by_label("Nội dung")).to_have_value("")
    assert len(findings(server, "Thiếu biển hiệu")) == 1


def test_what_is_half_written_is_thrown_away_only_on_purpose(score: ScorePage) -> None:
    drawer = open_finding(score)
    drawer.get_by_label("Nội dung").fill("Thiếu biển hiệu")
    score.page.reload()
    open_finding(score)
    forgets = drawer.locator("[data-forgets]")
    forgets.click()
    expect(forgets).to_contain_text("Bấm lần nữa")
    expect(drawer.get_by_label("Nội dung")).to_have_value("Thiếu biển hiệu")
    forgets.click()
    expect(drawer.get_by_label("Nội dung")).to_have_value("")
    score.page.reload()
    open_finding(score)
    expect(drawer.get_by_label("Nội dung")).to_have_value("")
    expect(drawer.locator("[data-draft]")).to_have_count(0)


def test_pages_of_their_own_give_back_what_was_typed_after_a_restart_of_the_browser(
    browser, server: Server, tmp_path: Path
) -> None:
    at = f"/inspections/{ward_inspection(server)}"
    tablet = Tablet(browser.browser_type, tmp_path / "profile", server.url)
    page = tablet.start()
    sign_in(page, "thanhvien")
    for address in ("findings/new", "recommendations/new"):
        page.goto(f"{at}/{address}")
        opened(page)
        page.get_by_label("Nội dung").fill(f"Đang viết {address}")
    cookies = tablet.context.cookies()
    tablet.close()
    page = tablet.start()
    tablet.context.add_cookies(cookies)
    for address in ("findings/new", "recommendations/new"):
        page.goto(f"{at}/{address}")
        expect(page.get_by_label("Nội dung")).to_have_value(f"Đang viết {address}")
        expect(page.locator("[data-draft]")).to_be_visible()
    # Another account on the same tablet sees nothing of it.
    page.context.clear_cookies()
    sign_in(page, "truongdoan")
    page.goto(f"{at}/findings/new")
    opened(page)
    expect(page.get_by_label("Nội dung")).to_have_value("")
    tablet.close()
    assert not tablet.errors


# --- without a network


def test_a_finding_is_written_offline_where_no_drawer_was_opened_and_no_kit_made(
    score: ScorePage, server: Server
) -> None:
    score.page.wait_for_load_state("networkidle")
    score.page.context.set_offline(True)
    basis = score.card(CODE).locator("[data-basis]")
    drawer = open_finding(score)
    if basis.count():
        expect(drawer.get_by_label("Căn cứ")).to_have_value(basis.text_content() or "")
    drawer.get_by_label("Nội dung").fill(FINDING)
    drawer.get_by_role("button", name="Đóng").click()
    open_finding(score)
    expect(drawer.get_by_label("Nội dung")).to_have_value(FINDING)
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    expect(score.card(CODE).locator("[data-found-waiting]")).to_have_text("1 chờ gửi")
    score.page.context.set_offline(False)
    come_back(score.page)
    score.expect_saved()
    expect(score.card(CODE).locator("[data-found-waiting]")).to_have_count(0)
    # What was said while it waited is not true any more.
    expect(drawer.locator("[data-kept-words]")).to_have_text("Máy chủ đã nhận.")
    assert len(findings(server, FINDING)) == 1


def test_a_waiting_finding_is_corrected_before_it_is_sent(score: ScorePage, server: Server) -> None:
    open_finding(score)
    server.kill()
    drawer = score.page.locator("#finding")
    drawer.get_by_label("Nội dung").fill("Thieu bien hieu")
    drawer.get_by_label("Kiến nghị kèm theo").fill("Làm biển")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    for text in ("Thiếu biển hịu", "Thiếu biển hiệu"):
        drawer.locator("[data-written] li").get_by_role("button", name="Sửa").click()
        expect(drawer.get_by_label("Kiến nghị kèm theo")).to_have_value("Làm biển")
        drawer.get_by_label("Nội dung").fill(text)
        drawer.get_by_role("button", name="Lưu").click()
        expect(drawer.locator("[data-written] li [data-title]")).to_have_text(text)
        expect(drawer.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    expect(drawer.locator("[data-written] li")).to_have_count(1)
    assert len(queue(score.page, "finding")) == 1
    server.start()
    come_back(score.page)
    score.expect_saved()
    assert len(findings(server, "Thiếu biển hiệu")) == 1
    assert not findings(server, "Thieu bien hieu")
    assert len(rows(server, "SELECT * FROM recommendations WHERE text = 'Làm biển'")) == 1


def test_what_had_arrived_without_an_answer_takes_the_correction(score: ScorePage, server: Server) -> None:
    drawer = open_finding(score)
    # It arrives, the answer does not.
    score.page.route("**/findings", lambda route: (route.fetch(), route.abort()))
    drawer.get_by_label("Nội dung").fill("Thieu bien hieu")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    assert len(findings(server, "Thieu bien hieu")) == 1
    score.page.context.set_offline(True)
    score.page.unroute("**/findings")
    drawer.locator("[data-written] li").get_by_role("button", name="Sửa").click()
    drawer.get_by_label("Nội dung").fill("Thiếu biển hiệu")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.locator("[data-written] li [data-title]")).to_have_text("Thiếu biển hiệu")
    score.page.context.set_offline(False)
    come_back(score.page)
    score.expect_saved()
    (row,) = findings(server, "Thiếu biển hiệu")
    assert row["version"] == 2
    assert not findings(server, "Thieu bien hieu")


def test_what_was_sent_without_an_answer_is_dropped_only_with_a_word_of_warning(
    score: ScorePage, server: Server
) -> None:
    drawer = open_finding(score)
    # It arrives, the answer does not.
    score.page.route("**/findings", lambda route: (route.fetch(), route.abort()))
    drawer.get_by_label("Nội dung").fill("Thieu bien hieu")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    row = drawer.locator("[data-written] li")
    row.get_by_role("button", name="Bỏ").click()
    expect(row.locator("[data-act=drop]")).to_contain_text("máy chủ có thể đã nhận rồi")
    row.locator("[data-act=drop]").click()
    expect(row).to_have_count(0)
    assert queue(score.page, "finding") == []
    assert len(findings(server, "Thieu bien hieu")) == 1, "as the question said"


def test_a_day_that_does_not_exist_is_said_before_it_is_queued(score: ScorePage) -> None:
    drawer = open_finding(score)
    score.page.wait_for_load_state("networkidle")
    score.page.context.set_offline(True)
    drawer.get_by_label("Nội dung").fill(FINDING)
    day = drawer.get_by_label("Hạn khắc phục")
    for text in ("45/13/2022", "31/02/2026", "15-9", "ba"):
        day.fill(text)
        drawer.get_by_role("button", name="Lưu").click()
        expect(drawer.locator("form [data-device]")).to_contain_text("ngày/tháng/năm")
        expect(day).to_be_focused()
        expect(drawer.get_by_label("Nội dung")).to_have_value(FINDING)
    assert queue(score.page, "finding") == []
    day.fill("28/2/2026")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("tự gửi khi có kết nối")).to_be_visible()


def test_a_refused_finding_does_not_say_that_it_will_be_sent(score: ScorePage, server: Server) -> None:
    open_finding(score)
    server.kill()
    drawer = score.page.locator("#finding")
    drawer.get_by_label("Nội dung").fill(FINDING)
    drawer.get_by_label("Hạn khắc phục").fill("ngày 31 tháng 2 năm 2026")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    server.start()
    come_back(score.page)
    expect(drawer.locator("[data-written] li .error")).to_contain_text("Hạn khắc phục", timeout=30_000)
    expect(drawer.get_by_text("tự gửi khi có kết nối")).to_have_count(0)
    expect(drawer.locator("[data-kept-words]")).to_contain_text("Hạn khắc phục")
    expect(score.card(CODE).locator("[data-found-waiting]")).to_have_text("1 chưa nhận được")


# --- what the server has


def test_an_existing_finding_is_corrected_and_taken_out_without_a_network(
    score: ScorePage, server: Server
) -> None:
    finding = add_finding(server, score)
    other = add_finding(server, score.open(area="3"), "Biển báo mờ")
    page, at = score.page, f"/inspections/{score.inspection}/findings"
    page.goto(f"{at}/{finding['id']}/edit")
    opened(page)
    page.context.set_offline(True)
    page.get_by_label("Nội dung").fill("Đã niêm yết một phần")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    expect(page.locator("[data-written] li")).to_contain_text("Phát hiện: sửa · 3.2.2 · chờ gửi")
    # Once more, before it is sent.
    page.locator("[data-written] li").get_by_role("button", name="Sửa").click()
    expect(page.get_by_label("Nội dung")).to_have_value("Đã niêm yết một phần")
    page.get_by_label("Nội dung").fill("Đã niêm yết phần lớn")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("[data-written] li [data-title]")).to_have_text("Đã niêm yết phần lớn")
    assert findings(server, FINDING)
    page.context.set_offline(False)
    come_back(page)
    expect(page.locator("[data-written]")).to_be_hidden(timeout=30_000)
    assert [row["id"] for row in findings(server, "Đã niêm yết phần lớn")] == [finding["id"]]
    page.goto(at)
    opened(page)
    page.context.set_offline(True)
    row = page.locator("li.row", has_text="Biển báo mờ")
    row.get_by_role("button", name="Bỏ").click()
    expect(row.locator("[data-thing-waits]")).to_contain_text("bỏ khỏi biên bản · chờ gửi")
    assert not findings(server, "Biển báo mờ")[0]["removed_at"]
    page.context.set_offline(False)
    come_back(page)
    expect(page.locator("[data-written]")).to_be_hidden(timeout=30_000)
    assert findings(server, "Biển báo mờ")[0]["removed_at"]
    # With a network it goes as quickly as ever, and can be undone.
    page.goto(f"{at}?removed={other['id']}")
    opened(page)
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("li.row", has_text="Biển báo mờ")).to_be_visible()
    page.locator("li.row", has_text="Biển báo mờ").get_by_role("button", name="Bỏ").click()
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_visible()


@pytest.mark.parametrize("keeps", ["tôi", "họ"])
def test_what_somebody_else_changed_meanwhile_is_a_conflict_that_a_person_settles(
    score: ScorePage, server: Server, person: Callable[..., Page], keeps: str
) -> None:
    finding = add_finding(server, score)
    page, address = score.page, f"/inspections/{score.inspection}/findings/{finding['id']}/edit"
    page.goto(address)
    opened(page)
    page.context.set_offline(True)
    page.get_by_label("Nội dung").fill("Bản của tôi")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("tự gửi khi có kết nối")).to_be_visible()
    head = person("truongdoan")
    head.goto(address)
    opened(head)
    head.get_by_label("Nội dung").fill("Bản của Trưởng đoàn")
    head.get_by_role("button", name="Lưu").click()
    expect(head.get_by_role("heading", name="Phát hiện và kiến nghị")).to_be_visible()
    page.context.set_offline(False)
    come_back(page)
    row = page.locator("[data-written] li")
    expect(row.locator("[data-theirs]")).to_contain_text("Bản của Trưởng đoàn", timeout=30_000)
    assert findings(server, "Bản của Trưởng đoàn")
    row.get_by_role("button", name=f"Giữ bản của {keeps}").click()
    expect(page.locator("[data-written]")).to_be_hidden(timeout=30_000)
    text = {"tôi": "Bản của tôi", "họ": "Bản của Trưởng đoàn"}[keeps]
    assert [one["id"] for one in findings(server, text)] == [finding["id"]]
    assert queue(page, "finding") == []


def test_an_existing_recommendation_is_corrected_without_a_network(score: ScorePage, server: Server) -> None:
    page, at = score.page, f"/inspections/{score.inspection}"
    page.goto(f"{at}/recommendations/new")
    opened(page)
    page.get_by_label("Nội dung").fill("Bổ sung máy quét")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", name="Phát hiện và kiến nghị", level=1)).to_be_visible()
    (row,) = rows(server, "SELECT * FROM recommendations WHERE text = 'Bổ sung máy quét'")
    page.goto(f"{at}/recommendations/{row['id']}/edit")
    opened(page)
    server.kill()
    page.get_by_label("Nội dung").fill("Bổ sung hai máy quét")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("[data-written] li")).to_contain_text("Kiến nghị: sửa · chờ gửi")
    server.start()
    come_back(page)
    expect(page.locator("[data-written]")).to_be_hidden(timeout=30_000)
    (row,) = rows(server, "SELECT * FROM recommendations WHERE text = 'Bổ sung hai máy quét'")
    assert row["version"] == 2


def test_a_kit_holds_the_forms_of_what_was_found(browser, server: Server, tmp_path: Path) -> None:
    inspection = ward_inspection(server)
    tablet = Tablet(browser.browser_type, tmp_path / "profile", server.url)
    page = tablet.start()
    sign_in(page, "thanhvien")
    score = ScorePage(page, inspection).open(area="3")
    finding = add_finding(server, score)
    page.context.clear_cookies()
    make_ready(page)
    server.kill()
    page.goto(f"/inspections/{inspection}/findings/{finding['id']}/edit")
    opened(page)
    page.get_by_label("Nội dung").fill("Sửa ở xã")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("[data-written] li")).to_contain_text("chờ gửi")
    # Opened once more it shows what waits, not what the kit knows.
    page.goto(f"/inspections/{inspection}/findings/{finding['id']}/edit")
    expect(page.get_by_label("Nội dung")).to_have_value("Sửa ở xã")
    server.start()
    come_back(page)
    expect(page.locator("[data-written]")).to_be_hidden(timeout=30_000)
    assert findings(server, "Sửa ở xã")
    # The kept form has learnt of it: changed once more without a network, it is no conflict with oneself.
    form = f"/inspections/{inspection}/findings/{finding['id']}/edit"
    assert eventually(page, lambda: re.search(r'name="version"[^>]*value="2"', kept(page, form)))
    server.kill()
    page.goto(form)
    expect(page.locator('form[data-queue] input[name="version"]').first).to_have_value("2")
    tablet.close()
    assert not tablet.errors
