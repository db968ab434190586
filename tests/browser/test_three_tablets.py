"""Three tablets of three people on one inspection: two minutes of random taps, notes and cuts of the network.

What must come out is reckoned from what the test tapped and what the pages were told, never from the server's log:
no operation is lost or doubled, every conflict is shown, and the last word on each criterion is everybody's.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.database import change, rows, stored_answer, ward_inspection
from tests.browser.scoring import ScorePage
from tests.server import Server

SECONDS = 120
PEOPLE = ("thanhvien", "truongdoan", "thuky")
CODES = ("3.2.2", "3.3.4", "3.3.5", "3.4.2", "3.5.2")
SETTLED_WITHIN = 180
WAYS = ("mine", "theirs", "note")

# Every operation that the tablet's disk ever held; how often it was posted and what came back; whether the panel of
# a conflict stood on its card afterwards.
WATCH = """
window.kept = {};
window.posts = {};
window.told = [];
window.unseen = {};
window.seen = [];
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...rest) {
    if (this.name === "operations") {
        const op = (window.kept[value.id] ??= {code: value.place, order: value.order, conflict: false});
        op.fields = value.fields;
        op.conflict ||= value.state === "conflict";
    }
    return put.call(this, value, ...rest);
};
const fetching = window.fetch;
window.fetch = async (address, options) => {
    const op = options?.method === "POST" && /answers/.test(address) ? options.body.get("op_id") : null;
    if (!op) return fetching(address, options);
    window.posts[op] = (window.posts[op] ?? 0) + 1;
    const reply = await fetching(address, options);
    const text = await reply.clone().text();
    if (reply.status === 409) window.unseen[op] = window.kept[op].code;
    const version = Number(/id="result-[^>]*data-version="(\\d+)"/.exec(text)?.[1]);
    window.told.push({op, status: reply.status, version, echo: reply.headers.get("Soat-Op")});
    return reply;
};
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    for (const [op, code] of Object.entries(window.unseen)) {
        const panel = document.querySelector(`.criterion[data-code="${code}"] .conflict`);
        if (panel?.checkVisibility()) { delete window.unseen[op]; window.seen.push(op); }
    }
}).observe(document.body, {subtree: true, childList: true}));
"""
QUEUE = """() => new Promise((done) => {
    const opened = indexedDB.open("soat");
    opened.onsuccess = () => {
        const asked = opened.result.transaction("operations").objectStore("operations").getAll();
        asked.onsuccess = () => { opened.result.close(); done(asked.result.map((op) => [op.place, op.state])); };
    };
})"""
SENT = """
SELECT x.op_id, c.code, x.outcome, u.name AS by FROM answer_changes x JOIN criteria c ON c.id = x.criterion_id
JOIN users u ON u.id = x.user_id WHERE x.inspection_id = ? AND x.side = 'verified' ORDER BY x.id
"""


@dataclass
class Tablet:
    """What one person did, and what their page was told."""

    score: ScorePage
    did: list[tuple[str, str, str]] = field(default_factory=list)  # criterion, part, what was tapped or typed
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def tap(self, code: str, dice: random.Random) -> None:
        inputs = self.score.choices(code).locator("input")
        chosen = self.score.choices(code).locator("input:checked")
        now = chosen.input_value() if chosen.count() else ""
        free = [one for one in inputs.evaluate_all("all => all.map((one) => one.value)") if one != now]
        value = dice.choice(free)
        self.score.choices(code).locator(f'input[value="{value}"]').check(force=True)
        self.did.append((code, "value", value))

    def write(self, code: str, text: str) -> None:
        note = self.score.input(code, "note")
        if not note.is_visible():
            note.evaluate("one => (one.closest('details').open = true)")
        note.fill(text)
        note.blur()
        self.did.append((code, "note", text))

    def settle(self, panel: Any, dice: random.Random) -> None:
        panel.locator(f'[data-keeps="{dice.choice(WAYS)}"]').click()

    def remember(self) -> None:
        for name in ("kept", "posts", "told"):
            setattr(self, name, self.score.page.evaluate(f"window.{name}"))
        self.seen = set(self.score.page.evaluate("window.seen"))

    def operations(self, code: str) -> list[tuple[str, str]]:
        """What the disk held of a criterion, in its order there."""
        mine = sorted((op["order"], op["fields"]) for op in self.kept.values() if op["code"] == code)
        return [(said["field"], said_of(said)) for _order, said in mine]


def said_of(fields: dict[str, str]) -> str:
    return fields["level"] if fields["field"] == "value" else fields["note"]


def test_three_tablets_lose_nothing(person: Callable[..., Page], server: Server, capsys) -> None:
    inspection = ward_inspection(server)
    # The secretary is given this area too: three people, so that each may contradict each.
    assert change(
        server,
        'UPDATE delegation_members SET areas = \'["2", "3", "6"]\' WHERE user_id ='
        " (SELECT id FROM users WHERE name = 'thuky') AND delegation_id ="
        " (SELECT delegation_id FROM inspections WHERE id = ?)",
        inspection,
    )
    tablets = {}
    for name in PEOPLE:
        page = person(name)
        page.add_init_script(WATCH)
        tablets[name] = Tablet(ScorePage(page, inspection).open(area="3"))
    dice = random.Random(20261122)
    cuts = 0
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        name = dice.choice(PEOPLE)
        tablet, page, code = tablets[name], tablets[name].score.page, dice.choice(CODES)
        chance = dice.random()
        if chance < 0.1:
            page.context.set_offline(dice.random() < 0.6)
            cuts += 1
        elif chance < 0.2:
            panel = page.locator(".conflict").first
            if panel.count():
                tablet.settle(panel, dice)
        elif chance < 0.4:
            tablet.write(code, f"{name} ghi lần {len(tablet.did)}")
        else:
            tablet.tap(code, dice)
        page.wait_for_timeout(dice.choice((0, 20, 150)))
    for tablet in tablets.values():
        tablet.score.page.context.set_offline(False)
    settle_all(list(tablets.values()), dice)
    for tablet in tablets.values():
        tablet.remember()

    nothing_is_lost_or_doubled(tablets, rows(server, SENT, inspection))
    for tablet in tablets.values():
        what_was_done_was_kept(tablet)
        assert {told["op"] for told in tablet.told if told["status"] == 409} == tablet.seen
    open_ends = the_last_word_stands(tablets, server, inspection)
    conflicts = sum(len(tablet.seen) for tablet in tablets.values())
    did = [one for tablet in tablets.values() for one in tablet.did]
    assert len([one for one in did if one[1] == "value"]) > 50
    assert len([one for one in did if one[1] == "note"]) > 10
    assert conflicts
    with capsys.disabled():
        print(
            f"\n{len(did)} taps and notes, {cuts} cuts, {sum(len(one.kept) for one in tablets.values())} operations,"
            f" {conflicts} conflicts, all shown and settled; {open_ends} last words known only to be one of several"
        )


def settle_all(tablets: list[Tablet], dice: random.Random) -> None:
    """Until nothing waits anywhere; a conflict that a disk holds stands on its card."""
    until = time.monotonic() + SETTLED_WITHIN
    while True:
        queues = [tablet.score.page.evaluate(QUEUE) for tablet in tablets]
        if not any(queues):
            return
        assert time.monotonic() < until, queues
        for tablet, queue in zip(tablets, queues, strict=True):
            for code in {code for code, state in queue if state == "conflict"}:
                panel = tablet.score.card(code).locator(".conflict")
                expect(panel).to_be_visible()
                tablet.settle(panel, dice)
                # What is kept may meet what another tablet has kept meanwhile: then it is settled once more.
                tablet.score.page.wait_for_timeout(200)
        tablets[0].score.page.wait_for_timeout(500)


def what_was_done_was_kept(tablet: Tablet) -> None:
    """Each tap and note is an operation, in the order of the fingers; settling has added some between them."""
    for code in CODES:
        rest = iter(tablet.operations(code))
        for done in [(part, said) for place, part, said in tablet.did if place == code]:
            assert done in rest, (code, done, tablet.operations(code))


def nothing_is_lost_or_doubled(tablets: dict[str, Tablet], log: list[dict[str, Any]]) -> None:
    held = {id_: (name, op["code"]) for name, tablet in tablets.items() for id_, op in tablet.kept.items()}
    assert {row["op_id"]: (row["by"], row["code"]) for row in log} == held, "lost, or from nowhere"
    assert len(log) == len(held), "an operation was written twice"
    conflicts = {row["op_id"] for row in log if row["outcome"] == "conflict"}
    assert {
        told["op"] for tablet in tablets.values() for told in tablet.told if told["status"] == 409
    } == conflicts
    # Each tablet's operations of a criterion arrived in the order in which they were made.
    place = {row["op_id"]: number for number, row in enumerate(log)}
    for tablet in tablets.values():
        for code in CODES:
            mine = sorted((op["order"], place[id_]) for id_, op in tablet.kept.items() if op["code"] == code)
            assert [number for _, number in mine] == sorted(number for _, number in mine), code


def the_last_word_stands(tablets: dict[str, Tablet], server: Server, inspection: int) -> int:
    """Each criterion has, in the file and on every tablet, what was acknowledged with its highest version.

    An operation that was posted twice may have been written the first time, and the reply was cut off: the version it
    was told with is then a later one. Those are all that leave a choice; their number is given.
    """
    open_ends = 0
    for code in CODES:
        stored = stored_answer(server, inspection, code)
        assert stored
        for part, found in (("value", str(stored["value"]["level"])), ("note", stored["note"])):
            acknowledged = [
                (told["version"], tablet.posts[told["op"]] > 1, said_of(tablet.kept[told["op"]]["fields"]))
                for tablet in tablets.values()
                for told in tablet.told
                if told["status"] == 200
                and told["echo"] == told["op"]
                and tablet.kept[told["op"]]["code"] == code
                and tablet.kept[told["op"]]["fields"]["field"] == part
            ]
            sure = max((version, said) for version, again, said in acknowledged if not again)
            last = {sure[1]} | {said for version, again, said in acknowledged if again and version >= sure[0]}
            assert found.splitlines() in [said.splitlines() for said in last], (code, part, found, last)
            open_ends += len(last) > 1
    for tablet in tablets.values():
        tablet.score.open(area="3")
        for code in CODES:
            stored = stored_answer(server, inspection, code)
            level = str(stored["value"]["level"])
            expect(tablet.score.choices(code).locator("input:checked")).to_have_value(level)
            expect(tablet.score.input(code, "note")).to_have_value(stored["note"].replace("\r\n", "\n"))
    return open_ends
