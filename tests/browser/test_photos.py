"""Photos and findings without a network: on the tablet's disk before the page says so, sent once, kept whole."""

from __future__ import annotations

import hashlib
import io
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.alone import nobody_signed_in, own_server
from tests.browser.database import rows, ward_inspection
from tests.browser.photos import CODE, FILES, come_back, expect_waiting, open_drawer, photo, queue, shoot
from tests.browser.scoring import ScorePage
from tests.browser.tablet import Tablet
from tests.browser.test_offline_pages import make_ready
from tests.documents.hostile import heif
from tests.server import Server

# One for each test: it is killed in the middle.
server, _cookies = pytest.fixture(own_server), pytest.fixture(nobody_signed_in)


def test_ten_photos_outlive_reload_and_a_killed_browser(browser, server: Server, tmp_path: Path) -> None:
    inspection = ward_inspection(server)
    tablet = Tablet(browser.browser_type, tmp_path / "profile", server.url)
    page = tablet.start()
    make_ready(page)
    score = ScorePage(page, inspection).open()
    open_drawer(score)
    before = len(rows(server, FILES))
    server.kill()
    drawer = score.page.locator("#evidence")
    shoot(drawer, *(photo(number) for number in range(4)))
    expect_waiting(drawer, 4)
    drawer.locator("input[data-caption]").first.fill("Bảng niêm yết thiếu thủ tục")
    drawer.locator("input[data-caption]").first.blur()
    score.open()
    expect(score.card(CODE).locator("[data-evidence-waiting]")).to_have_text("4 chờ gửi")
    drawer = open_drawer(score)
    expect_waiting(drawer, 4)
    expect(drawer.locator("input[data-caption]").first).to_have_value("Bảng niêm yết thiếu thủ tục")
    shoot(drawer, *(photo(number) for number in range(4, 8)))
    expect_waiting(drawer, 8)
    cookies = tablet.context.cookies()
    tablet.kill()
    score.page = tablet.start()
    # Chromium writes cookies to the disk every half minute only.
    tablet.context.add_cookies(cookies)
    score.open()
    drawer = open_drawer(score)
    expect_waiting(drawer, 8)
    shoot(drawer, photo(8), photo(9))
    expect_waiting(drawer, 10)
    held = queue(score.page)
    assert len(held) == 10
    assert all(op["buffer"] and op["sha256"] == op["sent"] == op["real"] for op in held)
    assert all(op["bytes"] == [0xFF, 0xD8, 0xFF] for op in held)
    expect(score.page.locator("#save-banner")).to_contain_text("10 ảnh chờ gửi")
    server.start()
    come_back(score.page)
    expect(drawer.locator("[data-sending] li")).to_have_count(0, timeout=90_000)
    expect(drawer.locator(".evidence-item")).to_have_count(10)
    score.expect_saved()
    expect(score.card(CODE).locator("[data-evidence-waiting]")).to_have_count(0)
    expect(score.card(CODE).locator("[data-evidence-count]")).to_have_text("10")
    tablet.close()
    assert not tablet.errors
    files = rows(server, FILES)[before:]
    assert len(files) == 10
    assert sorted(row["received_sha256"] for row in files) == sorted(op["real"] for op in held)
    assert sorted(row["op_id"] for row in files) == sorted(op["id"] for op in held)
    assert [row["caption"] for row in files if row["caption"]] == ["Bảng niêm yết thiếu thủ tục"]


def test_what_is_kept_is_small_upright_and_without_its_place(
    person: Callable[..., Page], server: Server
) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    drawer = open_drawer(score)
    turned = Image.new("RGB", (3000, 1000), "red")
    turned.paste("blue", (0, 0, 1000, 1000))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    turned.save(out, "JPEG", exif=exif)
    server.kill()
    shoot(drawer, {"name": "Ảnh.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    expect_waiting(drawer, 1)
    bytes_ = score.page.evaluate(
        """() => new Promise((done) => {
            const opened = indexedDB.open("soat");
            opened.onsuccess = () => {
                const asked = opened.result.transaction("files").objectStore("files").getAll();
                asked.onsuccess = () => { opened.result.close(); done(Array.from(new Uint8Array(asked.result[0].buffer))); };
            };
        })"""
    )
    kept = Image.open(io.BytesIO(bytes(bytes_)))
    assert kept.size == (533, 1600)
    assert not kept.getexif()
    assert kept.getpixel((266, 20))[2] > 200, "the blue end is up"


def test_marks_are_drawn_before_sending_and_on_a_stored_picture(
    person: Callable[..., Page], server: Server
) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    page = score.page
    drawer = open_drawer(score)
    page.context.set_offline(True)
    white = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(white, "JPEG")
    shoot(drawer, {"name": "trang.jpg", "mimeType": "image/jpeg", "buffer": white.getvalue()})
    expect_waiting(drawer, 1)
    drawer.locator("input[data-caption]").first.fill("Vết nứt")
    drawer.locator("input[data-caption]").first.blur()
    (first,) = queue(page)
    drawer.get_by_role("button", name="Vẽ lên ảnh").click()
    draw_across(page)
    page.get_by_role("button", name="Xong").click()
    expect(page.locator("dialog.markup")).to_have_count(0)
    expect_waiting(drawer, 1)
    (second,) = queue(page)
    assert first["id"] != second["id"]
    assert first["real"] != second["real"] == second["sent"]
    page.context.set_offline(False)
    come_back(page)
    expect(drawer.locator(".evidence-item")).to_have_count(1, timeout=30_000)
    expect(drawer.locator(".evidence-item strong")).to_have_text("Vết nứt")
    (row,) = [row for row in rows(server, FILES) if row["code"] == CODE]
    assert row["received_sha256"] == second["real"]
    assert reddish(server, row["sha256"]) > 500
    # A stored picture gets a marked companion.
    drawer.locator(".evidence-item summary").click()
    drawer.locator("[data-marks]").click()
    page.get_by_label("Xanh").check(force=True)
    draw_across(page)
    page.get_by_role("button", name="Bỏ nét cuối").click()
    expect(page.get_by_role("button", name="Xóa hết")).to_be_disabled()
    draw_across(page)
    page.get_by_role("button", name="Xong").click()
    expect(drawer.locator(".evidence-item")).to_have_count(2, timeout=30_000)
    stored = [row for row in rows(server, FILES) if row["code"] == CODE]
    assert [row["caption"] for row in stored] == ["Vết nứt", "Vết nứt"]
    assert len({row["sha256"] for row in stored}) == 2


def draw_across(page: Page) -> None:
    box = page.locator("dialog.markup canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()


def reddish(server: Server, sha256: str) -> int:
    (path,) = [path for path in server.data_dir.rglob(sha256) if path.is_file()]
    raw = Image.open(path).convert("RGB").tobytes()
    return sum(
        1 for r, g, b in zip(raw[::3], raw[1::3], raw[2::3], strict=True) if r > 180 and g < 100 and b < 100
    )


# Minutes pass in seconds; what is shorter than half a minute takes as long as ever.
HURRIED = """
const later = window.setTimeout, QUICKER = 40;
window.setTimeout = (work, pause, ...rest) => later(work, pause >= 30000 ? pause / QUICKER : pause, ...rest);
const { set, get } = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "timeout");
Object.defineProperty(XMLHttpRequest.prototype, "timeout", { get, set(most) { set.call(this, most / QUICKER); } });
"""


def test_a_photo_over_a_slow_line_takes_as_long_as_it_needs(
    person: Callable[..., Page], server: Server
) -> None:
    page = person("thanhvien")
    page.add_init_script(HURRIED)
    score = ScorePage(page, ward_inspection(server)).open(area="3")
    drawer = open_drawer(score)
    out = io.BytesIO()
    noise = Image.frombytes("RGB", (1000, 800), random.Random(7).randbytes(1000 * 800 * 3))
    noise.save(out, "JPEG", quality=80)
    devtools = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 20, "downloadThroughput": 1_000_000, "uploadThroughput": 100_000}
    devtools.send("Network.emulateNetworkConditions", line)
    # More than the three minutes of the clock that runs faster here.
    assert len(out.getvalue()) / line["uploadThroughput"] > 180 / 40
    shoot(drawer, {"name": "IMG_7.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    expect(drawer.locator(".evidence-item")).to_have_count(1, timeout=30_000)


def test_a_refused_file_keeps_its_row_and_the_sentence(person: Callable[..., Page], server: Server) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    drawer = open_drawer(score)
    heic = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": heif(b"heic")}
    drawer.locator("input[name=file]").set_input_files([heic, photo(2)])
    expect(drawer.locator(".evidence-item")).to_have_count(1, timeout=30_000)
    for _again in range(2):
        row = drawer.locator("[data-sending] li")
        expect(row).to_have_count(1)
        expect(row.locator(".error")).to_contain_text("Tương thích nhất")
        expect(row.get_by_role("button", name="Gửi lại")).to_be_visible()
        score.open(area="3")
        drawer = open_drawer(score)
    drawer.get_by_role("button", name="Thôi").click()
    drawer.get_by_role("button", name="Bấm lần nữa để bỏ hẳn").click()
    expect(drawer.locator("[data-sending] li")).to_have_count(0)
    assert queue(score.page) == []


def test_bytes_bent_on_their_way_are_sent_again(person: Callable[..., Page], server: Server) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    drawer = open_drawer(score)
    bent = []

    def bend(route) -> None:
        body = route.request.post_data_buffer
        if route.request.method != "POST" or bent:
            return route.continue_()
        bent.append(1)
        place = body.index(b"\xff\xd8\xff") + 5000
        return route.continue_(post_data=body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])

    score.page.route(re.compile(r"/attachments(\?|$)"), bend)
    shoot(drawer, photo(3))
    expect(drawer.locator(".evidence-item")).to_have_count(1, timeout=30_000)
    assert bent
    assert len([row for row in rows(server, FILES) if row["code"] == CODE]) == 1


def test_words_of_a_stored_file_changed_offline_arrive(person: Callable[..., Page], server: Server) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    drawer = open_drawer(score)
    shoot(drawer, photo(4))
    expect(drawer.locator(".evidence-item")).to_have_count(1, timeout=30_000)
    server.kill()
    for text in ("Lời một", "Lời hai"):
        drawer.locator(".evidence-item summary").click()
        drawer.locator(".evidence-item input[name=caption]").fill(text)
        drawer.get_by_role("button", name="Lưu chú thích").click()
        expect(drawer.locator(".evidence-item strong")).to_have_text(text)
    expect(drawer.get_by_text("Chú thích chờ gửi")).to_be_visible()
    server.start()
    come_back(score.page)
    expect(drawer.get_by_text("Chú thích chờ gửi")).to_be_hidden(timeout=30_000)
    assert [row["caption"] for row in rows(server, FILES) if row["code"] == CODE] == ["Lời hai"]


def test_the_hash_of_what_is_sent_is_the_hash_that_is_kept(
    person: Callable[..., Page], server: Server
) -> None:
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    drawer = open_drawer(score)
    small = photo(5, (640, 480))
    shoot(drawer, small)
    expect(drawer.locator(".evidence-item")).to_have_count(1, timeout=30_000)
    (row,) = [row for row in rows(server, FILES) if row["code"] == CODE]
    assert row["received_sha256"] == hashlib.sha256(small["buffer"]).hexdigest()


def test_a_drawer_that_cannot_be_fetched_is_that_of_the_tapped_criterion(
    person: Callable[..., Page], server: Server
) -> None:
    """Without a kit, and though no drawer was opened before: the page itself knows enough for photos and findings."""
    score = ScorePage(person("thanhvien"), ward_inspection(server)).open(area="3")
    page = score.page
    expect(page.locator("html")).to_have_attribute("data-drawers", "ready", timeout=30_000)
    page.context.set_offline(True)
    drawer = open_drawer(score, CODE)
    expect(drawer).to_contain_text(CODE)
    shoot(drawer, photo(6))
    expect_waiting(drawer, 1)
    drawer.locator("[data-closes]").first.click()
    expect(score.card(CODE).locator("[data-evidence-waiting]")).to_have_text("1 chờ gửi")
    score.card(CODE).locator("[data-opens=finding]").click()
    finding = page.locator("#finding")
    expect(finding.locator("form[data-queue]")).to_contain_text(CODE)
    finding.get_by_label("Nội dung").fill("Không có trang thông tin")
    finding.get_by_role("button", name="Lưu").click()
    expect(finding.get_by_text("Chưa gửi – đã lưu trên máy")).to_be_visible()
    page.context.set_offline(False)
    come_back(page)
    score.expect_saved()
    assert [row["code"] for row in rows(server, FILES) if row["name"] == "IMG_0006.jpg"] == [CODE]
    made = "SELECT c.code FROM findings f JOIN criteria c ON c.id = f.criterion_id WHERE f.text = 'Không có trang thông tin'"
    assert rows(server, made) == [{"code": CODE}]
