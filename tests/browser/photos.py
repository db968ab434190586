"""Photos as a tablet's camera makes them, and what the device and the server keep of them."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.scoring import ScorePage

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
