"""Photos and findings without a network: on the tablet's disk before the page says so, sent once, kept whole."""

from __future__ import annotations

import hashlib
import io
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.alone import nobody_signed_in, own_server
from tests.browser.database import rows, ward_inspection
from tests.browser.scoring import ScorePage
from tests.browser.tablet import Tablet
from tests.browser.test_offline_pages import make_ready
from tests.browser.wire import Wire, wire_to
from tests.documents.hostile import heif
from tests.server import Server

CODE = "3.2.2"
KEPT = """() => new Promise((done) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const parts = opened.result.transaction(["operations", "files"]);
        const ops = parts.objectStore("operations").getAll();
        const files = parts.objectStore("files").getAll();
        parts.oncomplete = async () => {
            opened.result.close();
            const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
            const found = [];
            for (const op of ops.result) {
                const file = files.result.find((one) => one.id === op.id);
                const real = file && hex(await crypto.subtle.digest("SHA-256", file.buffer));
                found.push({id: op.id, kind: op.kind, sha256: op.sha256, sent: op.fields.sha256, real, buffer: file?.buffer instanceof ArrayBuffer,
                            state: op.state, size: file?.buffer.byteLength, bytes: file && Array.from(new Uint8Array(file.buffer)).slice(0, 3)});
            }
            done(found);
        };
    };
})"""
FILES = """
SELECT a.*, c.code, f.op_id AS finding_op FROM attachments a
LEFT JOIN criteria c ON c.id = a.criterion_id LEFT JOIN findings f ON f.id = a.finding_id ORDER BY a.id
"""


# One for each test: it is killed in the middle.
server, _cookies = pytest.fixture(own_server), pytest.fixture(nobody_signed_in)


def photo(number: int, size: tuple[int, int] = (2400, 1800)) -> dict[str, Any]:
    """As a camera makes it: large, and no two alike."""
    dice = random.Random(number)
    small = Image.frombytes("RGB", (60, 45), dice.randbytes(60 * 45 * 3))
    out = io.BytesIO()
    small.resize(size).save(out, "JPEG", quality=85)
    return {"name": f"IMG_{number:04}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def queue(page: Page, kind: str = "photo") -> list[dict[str, Any]]:
    return [op for op in page.evaluate(KEPT) if op["kind"] == kind]


def open_drawer(score: ScorePage, code: str = CODE) -> Locator:
    score.card(code).locator("[data-opens=evidence]").click()
    drawer = score.page.locator("#evidence")
    expect(drawer.locator("form[data-uploads][data-prepared]").first).to_be_visible()
    return drawer


def shoot(drawer: Locator, *photos: dict[str, Any]) -> None:
    """The tablet's camera gives one photo at a time."""
    for one in photos:
        drawer.locator("input[data-camera]").first.set_input_files([one])


def expect_waiting(drawer: Locator, number: int) -> None:
    waiting = drawer.locator("[data-sending] li[data-state=waiting]")
    expect(waiting).to_have_count(number, timeout=30_000)
    expect(drawer.locator("[data-sending] img:visible")).to_have_count(number)


def come_back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with wire_to(server, keeps_pages=True) as through:
        yield through


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
