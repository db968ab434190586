"""Three tablets on one inspection, random taps, random cuts: no operation is lost or doubled, every conflict is shown."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.database import rows, stored_answer, ward_inspection
from tests.browser.scoring import ScorePage
from tests.server import Server

SECONDS = 120 if os.environ.get("SOAT_LONG") else 45
CODES = ("3.2.2", "3.3.4", "3.3.5", "3.4.2", "3.5.2")
SETTLED_WITHIN = 90

# Every operation that the tablet's disk ever held, with its states.
WATCH = """
window.kept = {};
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...rest) {
    if (this.name === "operations") {
        const op = (window.kept[value.id] ??= {code: value.place, fields: value.fields, order: value.order, conflict: false});
        op.conflict ||= value.state === "conflict";
    }
    return put.call(this, value, ...rest);
};
"""
QUEUE = """() => new Promise((done) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("operations").objectStore("operations").getAll();
        asked.onsuccess = () => { opened.result.close(); done(asked.result.map((op) => [op.place, op.state])); };
    };
})"""
SENT = """
SELECT x.op_id, c.code, json_extract(x.sent, '$.value.level') AS level, x.field, x.outcome, json_extract(x.after, '$.value.level') AS became
FROM answer_changes x JOIN criteria c ON c.id = x.criterion_id WHERE x.inspection_id = ? AND x.side = 'verified' ORDER BY x.id
"""


def test_three_tablets_lose_nothing(person: Callable[..., Page], server: Server, capsys) -> None:
    inspection = ward_inspection(server)
    tablets = []
    for name in ("thanhvien", "truongdoan", "thanhvien"):
        page = person(name)
        page.add_init_script(WATCH)
        tablets.append(ScorePage(page, inspection).open(area="3"))
    dice = random.Random(20261122)
    taps = cuts = 0
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        tablet = dice.choice(tablets)
        chance = dice.random()
        if chance < 0.12:
            tablet.page.context.set_offline(dice.random() < 0.6)
            cuts += 1
        elif chance < 0.18:
            settle_one(tablet, dice)
        else:
            code = dice.choice(CODES)
            tablet.choices(code).locator("input:not(:checked)").first.check(force=True)
            taps += 1
        tablet.page.wait_for_timeout(dice.choice((0, 20, 150)))
    for tablet in tablets:
        tablet.page.context.set_offline(False)
    settle_all(tablets, dice)

    kept = [tablet.page.evaluate("window.kept") for tablet in tablets]
    held = {id_: op for one in kept for id_, op in one.items()}
    sent = rows(server, SENT, inspection)
    assert {row["op_id"] for row in sent} == held.keys(), "an operation was lost, or came from nowhere"
    assert len(sent) == len(held), "an operation was written twice"
    conflicts = {row["op_id"] for row in sent if row["outcome"] == "conflict"}
    assert {id_ for id_, op in held.items() if op["conflict"]} == conflicts
    # Each tablet's operations of a criterion arrived in the order in which they were made.
    place = {row["op_id"]: number for number, row in enumerate(sent)}
    for one in kept:
        for code in CODES:
            mine = sorted((op["order"], place[id_]) for id_, op in one.items() if op["code"] == code)
            assert [number for _, number in mine] == sorted(number for _, number in mine), code
    # The model: the last accepted value of each criterion; the database and every tablet have it.
    model = {
        row["code"]: row["level"] for row in sent if row["field"] == "value" and row["outcome"] == "accepted"
    }
    for code, level in model.items():
        assert stored_answer(server, inspection, code)["value"] == {"level": level}, code
        for tablet in tablets:
            tablet.open(area="3")
            expect(tablet.choices(code).locator("input:checked")).to_have_value(str(level))
    assert taps > 50
    assert conflicts
    with capsys.disabled():
        print(
            f"\n{taps} taps, {cuts} cuts, {len(sent)} operations, {len(conflicts)} conflicts, all shown and settled"
        )


def settle_one(tablet: ScorePage, dice: random.Random) -> None:
    panel = tablet.page.locator(".conflict").first
    if panel.count():
        panel.locator(f'[data-keeps="{dice.choice(("mine", "theirs", "note"))}"]').click()


def settle_all(tablets: list[ScorePage], dice: random.Random) -> None:
    """Until nothing waits anywhere; a conflict that a disk holds stands on its card."""
    until = time.monotonic() + SETTLED_WITHIN
    while True:
        queues = [tablet.page.evaluate(QUEUE) for tablet in tablets]
        if not any(queues):
            return
        assert time.monotonic() < until, queues
        for tablet, queue in zip(tablets, queues, strict=True):
            for code in {code for code, state in queue if state == "conflict"}:
                expect(tablet.card(code).locator(".conflict")).to_be_visible()
                tablet.card(code).locator(f'[data-keeps="{dice.choice(("mine", "theirs", "note"))}"]').click()
                # What is kept may meet what another tablet has kept meanwhile: then it is settled once more.
                tablet.page.wait_for_timeout(200)
        tablets[0].page.wait_for_timeout(500)
