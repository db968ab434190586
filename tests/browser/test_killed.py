"""The hardest day: the server is off, the page is reloaded, the browser is killed; nothing is lost, nothing is doubled."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.database import rows, ward_inspection
from tests.browser.people import sign_in
from tests.browser.photos import FILES, open_drawer, photo, queue, shoot
from tests.browser.scoring import ScorePage
from tests.browser.tablet import Tablet
from tests.browser.test_offline_pages import make_ready
from tests.server import Server

OPERATIONS = 200
PHOTOS = 10
AREA = "3"
SAVED = re.compile(r"Đã lưu \d\d:\d\d")

SENT = """
SELECT c.code, x.op_id, x.field, json_extract(x.sent, '$.value') AS value, json_extract(x.sent, '$.note') AS note, x.outcome
FROM answer_changes x JOIN criteria c ON c.id = x.criterion_id
WHERE x.inspection_id = ? AND x.side = 'verified' ORDER BY x.id
"""

CAPTION_KEPT = """(caption) => new Promise((done) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("operations").objectStore("operations").getAll();
        asked.onsuccess = () => { opened.result.close(); done(asked.result.some((op) => op.fields.caption === caption)); };
    };
})"""


def test_two_hundred_operations_and_ten_photos_outlive_reloads_and_a_killed_browser(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    inspection = ward_inspection(server)
    criteria = [
        row["code"]
        for row in rows(
            server,
            "SELECT code FROM criteria WHERE code LIKE '3.%'"
            " AND json_extract(rule, '$.kind') IN ('muc', 'co_khong') ORDER BY code",
        )
    ]
    tablet = Tablet(browser.browser_type, tmp_path / "profile", server.url)
    page = tablet.start()
    make_ready(page)
    score = ScorePage(page, inspection).open(AREA)
    files = {row["id"] for row in rows(server, FILES)}
    server.kill()
    reload = partial(score.open, AREA)
    dice = random.Random("soat")
    done: dict[str, list[object]] = {code: [] for code in criteria}
    breaks: dict[int, Callable[[], None]] = {
        40: reload,
        90: tablet.kill,
        120: reload,
        150: tablet.kill,
        180: reload,
    }
    shot: dict[str, list[str]] = {}  # by criterion: the captions, in the order in which the photos were taken
    for number in range(OPERATIONS):
        if number % (OPERATIONS // PHOTOS) == 7:
            code = dice.choice(criteria[:4])
            shot.setdefault(code, []).append(f"Ảnh sau {number} thao tác")
            take_photo(score, code, number, shot[code])
        if number in breaks:
            expect_kept(score.page, number + sum(map(len, shot.values())))
            breaks[number]()
            if breaks[number] == tablet.kill:
                # The server is still off: the page comes from the tablet itself.
                score.page = tablet.start()
                score.open(AREA)
            expect(score.page.get_by_text("đây là bản giữ trên máy lúc")).to_be_visible()
            expect_shown(score, done)
        code = dice.choice(criteria)
        make_one(score, code, number, done[code])
    assert sum(map(len, shot.values())) == PHOTOS
    expect_kept(score.page, OPERATIONS + PHOTOS)
    held = queue(score.page)
    assert len(held) == PHOTOS
    expect(score.state).not_to_contain_text("Đã lưu")
    server.start()
    # A browser that is killed may have lost its cookie; whoever signs in again goes on.
    assert tablet.context is not None
    tablet.context.clear_cookies()
    sign_in(score.page, "thanhvien")
    score.open(AREA)
    expect(score.state).to_have_text(SAVED, timeout=180_000)
    expect_kept(score.page, 0)
    tablet.close()
    assert not tablet.errors
    sent = rows(server, SENT, inspection)
    assert len(sent) == OPERATIONS
    assert len({row["op_id"] for row in sent}) == OPERATIONS
    assert {row["outcome"] for row in sent} == {"accepted"}
    for code, made in done.items():
        told = [
            row["note"] if row["field"] == "note" else row["value"] for row in sent if row["code"] == code
        ]
        assert told == made, code
    stored = [row for row in rows(server, FILES) if row["id"] not in files]
    assert sorted(row["op_id"] for row in stored) == sorted(op["id"] for op in held)
    assert {row["op_id"]: row["received_sha256"] for row in stored} == {op["id"]: op["real"] for op in held}
    for code, captions in shot.items():
        assert [row["caption"] for row in stored if row["code"] == code] == captions
    for row in stored:
        content = next(path for path in server.data_dir.rglob(row["sha256"]) if path.is_file()).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]


def take_photo(score: ScorePage, code: str, number: int, captions: list[str]) -> None:
    """With a caption of its own: what arrives is told apart by it."""
    drawer = open_drawer(score, code)
    shoot(drawer, photo(number))
    waiting = drawer.locator("[data-sending] li[data-state=waiting]")
    expect(waiting).to_have_count(len(captions), timeout=30_000)
    field = waiting.locator("input[data-caption]").last
    field.fill(captions[-1])
    field.blur()
    score.page.wait_for_function(CAPTION_KEPT, arg=captions[-1])
    score.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def make_one(score: ScorePage, code: str, number: int, made: list[object]) -> None:
    """A tap on another choice, or every fourth time a note; what the server must have in the end goes to ``made``."""
    if number % 4 == 3:
        field = score.input(code, "note")
        if not field.is_visible():
            score.card(code).locator("summary").click()
        field.fill(f"Ghi chú số {number}")
        field.blur()
        made.append(f"Ghi chú số {number}")
        return
    choice = score.choices(code).locator("input:not(:checked)").first
    name, value = choice.get_attribute("name"), choice.get_attribute("value")
    choice.check(force=True)
    made.append(
        f'{{"yes":{"true" if value == "1" else "false"}}}' if name == "yes" else f'{{"level":{value}}}'
    )


def expect_kept(page: Page, number: int) -> None:
    """So many are on the tablet's disk; the words of a photo that was tried already wait beside it."""
    counting = """(wanted) => new Promise((done) => {
        const opened = indexedDB.open("soat");
        opened.onsuccess = () => {
            const look = () => {
                const asked = opened.result.transaction("operations").objectStore("operations").getAll();
                asked.onsuccess = () => {
                    const kept = asked.result.filter((op) => op.kind !== "caption" || !wanted).length;
                    if (kept !== wanted && --left) return setTimeout(look, 100);
                    opened.result.close();
                    done(kept);
                };
            };
            let left = 50;
            look();
        };
    })"""
    assert page.evaluate(counting, number) == number


def expect_shown(score: ScorePage, done: dict[str, list[object]]) -> None:
    """The last choice and the last note of every criterion stand in its controls."""
    for code, made in done.items():
        notes = [one for one in made if not one.startswith("{")]
        values = [one for one in made if one.startswith("{")]
        if notes:
            expect(score.input(code, "note")).to_have_value(notes[-1], timeout=30_000)
        if values:
            value = {"true": "1", "false": "0"}.get(
                values[-1].split(":")[1][:-1], values[-1].split(":")[1][:-1]
            )
            expect(score.choices(code).locator("input:checked")).to_have_value(value, timeout=30_000)
        if made:
            expect(score.result(code)).to_contain_text("Chưa gửi – đã lưu trên máy", timeout=30_000)
