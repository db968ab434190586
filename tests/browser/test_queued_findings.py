"""Findings and their photos in the outbox: refused ones can be mended, dropped ones take their photos along."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.alone import nobody_signed_in, own_server
from tests.browser.database import change, rows, ward_inspection
from tests.browser.outbox import RETRIED, cut, drop, item, items, join, open_list
from tests.browser.photos import CODE, FILES, KEPT, come_back, expect_waiting, photo, queue, shoot
from tests.browser.scoring import ScorePage
from tests.server import Server

FINDINGS = re.compile(r"/inspections/\d+/findings$")

# One for each test: it is killed in the middle.
server, _cookies = pytest.fixture(own_server), pytest.fixture(nobody_signed_in)


def test_a_finding_and_its_photo_made_offline_arrive_together(
    person: Callable[..., Page], server: Server
) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    page = score.page
    score.card(CODE).locator("[data-opens=finding]").click()
    drawer = page.locator("#finding")
    expect(drawer.locator("form[data-queue][data-prepared]")).to_be_visible()
    drawer.get_by_label("Nội dung").fill("Chưa niêm yết thủ tục đất đai")
    server.kill()
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("Chưa gửi – đã lưu trên máy")).to_be_visible()
    shoot(drawer, photo(1))
    expect_waiting(drawer, 1)
    expect(page.locator("#save-banner")).to_contain_text("1 mục, 1 ảnh chờ gửi")
    expect(drawer.locator("[data-written] li")).to_have_count(1)
    expect(drawer.locator("[data-written] li")).to_contain_text("1 ảnh")
    (finding,) = queue(page, "finding")
    (held,) = queue(page)
    server.start()
    come_back(page)
    score.expect_saved()
    expect(drawer.locator("[data-written]")).to_be_hidden()
    (stored,) = rows(server, "SELECT * FROM findings WHERE op_id = ?", finding["id"])
    assert stored["text"] == "Chưa niêm yết thủ tục đất đai"
    (row,) = [row for row in rows(server, FILES) if row["finding_op"] == finding["id"]]
    assert row["received_sha256"] == held["real"]


@pytest.mark.parametrize("typed", ["ngày 31 tháng 2 năm 2026", "01/01/2001"])
def test_a_finding_online_is_answered_at_once_and_a_refused_one_can_be_mended(
    person: Callable[..., Page], server: Server, typed: str
) -> None:
    text = f"Thiếu biểu mẫu, hạn {typed}"
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    page = score.page
    score.card(CODE).locator("[data-opens=finding]").click()
    drawer = page.locator("#finding")
    drawer.get_by_label("Nội dung").fill(text)
    drawer.get_by_label("Hạn khắc phục").fill(typed)
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.locator("form .alert.bad")).to_contain_text("Hạn khắc phục")
    expect(drawer.get_by_label("Nội dung")).to_have_value(text)
    # Even closed it is not lost.
    page.reload()
    page.locator("#finding-here").click()
    waiting = drawer.locator("[data-written] li")
    expect(waiting.locator(".error")).to_contain_text("Hạn khắc phục")
    waiting.get_by_role("button", name="Sửa").click()
    expect(drawer.get_by_label("Nội dung")).to_have_value(text)
    drawer.get_by_label("Hạn khắc phục").fill("28/02/2026")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("Đã ghi nhận phát hiện")).to_be_visible()
    assert len(rows(server, "SELECT * FROM findings WHERE text = ?", text)) == 1
    assert queue(page, "finding") == []


def test_the_photos_of_a_refused_finding_wait_for_it(person: Callable[..., Page], server: Server) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    page, drawer = score.page, score.page.locator("#finding")
    score.card(CODE).locator("[data-opens=finding]").click()
    drawer.get_by_label("Nội dung").fill("Thiếu biểu mẫu có ảnh")
    drawer.get_by_label("Hạn khắc phục").fill("ngày 31 tháng 2 năm 2026")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.locator("form .alert.bad")).to_contain_text("Hạn khắc phục")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if "/by-op/" in one.url else None)
    waiting = drawer.locator("[data-written] li")
    waiting.get_by_role("button", name="Ảnh").click()
    shoot(drawer, photo(1, (400, 300)))
    expect_waiting(drawer, 1)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    # One thing was refused; its photo is neither sent in vain nor called refused.
    expect(score.state).to_have_text("Có 1 mục chưa nhận được")
    list_of_all = page.context.new_page()
    list_of_all.goto("/outbox")
    expect(list_of_all.locator("[data-op]", has_text="IMG_0001.jpg")).to_contain_text(
        "Chờ mục mà nó thuộc về"
    )
    list_of_all.close()
    assert sent == []
    waiting.get_by_role("button", name="Sửa").click()
    drawer.get_by_label("Hạn khắc phục").fill("28/02/2026")
    drawer.get_by_role("button", name="Lưu").click()
    score.expect_saved()
    assert len([row for row in rows(server, FILES) if row["finding_op"]]) == 1


def test_a_finding_dropped_before_it_was_sent_takes_its_photos_and_their_words_along(
    person: Callable[..., Page], server: Server
) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    page, drawer = score.page, score.page.locator("#finding")
    page.wait_for_load_state("networkidle")
    server.kill()
    # Known to be offline by the first thing that does not get through: nothing of the rest was ever sent.
    score.choose("3.1.1", 0)
    expect(score.state).to_have_attribute("data-state", "offline")
    score.card(CODE).locator("[data-opens=finding]").click()
    expect(drawer.locator("form[data-queue][data-prepared]")).to_be_visible()
    drawer.get_by_label("Nội dung").fill("Chưa niêm yết thủ tục đất đai")
    drawer.get_by_role("button", name="Lưu").click()
    expect(drawer.get_by_text("Chưa gửi – đã lưu trên máy")).to_be_visible()
    shoot(drawer, photo(1), photo(2))
    expect_waiting(drawer, 2)
    words = drawer.locator("[data-sending] [data-caption]").first
    words.fill("Bảng niêm yết")
    words.blur()
    expect(page.locator("#save-banner")).to_contain_text("3 mục, 2 ảnh chờ gửi")
    row = drawer.locator("[data-written] li")
    row.get_by_role("button", name="Bỏ").click()
    row.get_by_role("button", name="Bấm lần nữa để bỏ hẳn").click()
    expect(page.locator("#save-banner")).to_contain_text("1 mục chờ gửi")
    assert [op["kind"] for op in page.evaluate(KEPT)] == ["answer"]


def test_a_finding_half_written_stands_in_the_list_and_opens_again(open_score, inspection) -> None:
    score = open_score("3.2.2")
    page = score.page
    page.wait_for_load_state("networkidle")  # as above
    score.card("3.2.2").locator("[data-opens=finding]").click()
    page.locator("#finding").get_by_label("Nội dung").fill("Sổ theo dõi ghi thiếu")
    page.goto("/outbox")
    row = item(page, "«Sổ theo dõi ghi thiếu»")
    expect(row).to_contain_text("3.2.2")
    expect(row).to_contain_text("Đang viết dở, chưa bấm lưu")
    row.locator("[data-way]").click()
    page.wait_for_url("**/findings/new?criterion=3.2.2")
    expect(page.get_by_label("Nội dung")).to_have_value("Sổ theo dõi ghi thiếu")
    page.goto("/outbox")
    drop(item(page, "«Sổ theo dõi ghi thiếu»"))
    expect(items(page)).to_have_count(0)


def test_a_refused_finding_is_seen_at_its_criterion_and_a_full_field_says_so(
    open_score, server, inspection
) -> None:
    score = open_score("3.2.2")
    page = score.page
    page.wait_for_load_state("networkidle")  # what drawers need comes a moment after the page
    cut(score)
    page.route(FINDINGS, lambda route: route.abort("internetdisconnected"))
    score.card("3.2.2").locator("[data-opens=finding]").click()
    form = page.locator("#finding-body form[data-queue]")
    form.locator("textarea[name=text]").fill("Chưa niêm yết đủ")
    form.get_by_role("button", name=re.compile("^Lưu")).first.click()
    mark = score.card("3.2.2").locator("[data-found-waiting]")
    expect(mark).to_have_text("1 chờ gửi")
    change(server, "UPDATE inspections SET state = 'huy' WHERE id = ?", inspection)
    page.unroute(FINDINGS)
    join(score)
    expect(mark).to_have_text("1 chưa nhận được", timeout=RETRIED)
    open_list(page)
    row = item(page, "Chưa niêm yết đủ")
    expect(row.locator("[data-kind]")).to_have_text("Phát hiện")
    expect(row.locator("[data-place]")).to_contain_text("3.2.2")
    drop(row)
    expect(items(page)).to_have_count(0)
    change(server, "UPDATE inspections SET state = 'dang_kiem_tra' WHERE id = ?", inspection)
    score.open(area="3")
    score.card("3.2.2").locator("summary").last.click()
    note = score.input("3.2.2", "note")
    note.fill("a" * 4999)
    note.press("b")
    expect(score.card("3.2.2").locator("[data-limit-reached]")).to_contain_text("5.000 ký tự")
    note.press("Backspace")
    expect(score.card("3.2.2").locator("[data-limit-reached]")).to_have_count(0)
