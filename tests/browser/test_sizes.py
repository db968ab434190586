"""Every page at the sizes people hold: nothing runs out of the screen, nothing is too small for a finger.

Pictures of all pages at all sizes are left in ``build/screenshots/``: look at them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PICTURES
from tests.browser.database import ward_inspection
from tests.browser.pages import addresses, open_page
from tests.browser.people import at_every_size, has_no_sideways_scrolling
from tests.browser.scoring import ScorePage
from tests.server import Server

SCREENSHOTS = PICTURES / "screenshots"
# These are many screens long: their pictures are of the first.
LONG = {"score", "score-self", "missing", "checklist"}

# Tapped things of the scoring page that are smaller than a finger. The target may be larger than the thing:
# the whole row of a choice, or what a pseudo-element adds around it.
TOO_SMALL = """() => {
    const things = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.type !== "hidden")
        .filter((one) => !one.matches(".skip-link"));
    const hit = (one, x, y) => one.contains(document.elementFromPoint(x, y));
    const reach = (one, box) => {
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        let [top, bottom] = [y, y];
        while (hit(one, x, top - 1)) top -= 1;
        while (hit(one, x, bottom + 1)) bottom += 1;
        return bottom - top + 1;
    };
    return things.flatMap((one) => {
        const target = one.closest(".choice-row, .na-button") ?? one;
        const box = target.getBoundingClientRect();
        const needed = one.closest(".criterion-form, .criterion-foot") ? 48 : 44;
        const high = box.height >= needed - 0.5 || reach(target, box) >= needed;
        if (high && box.width >= 44) return [];
        return [`${one.closest("[data-code]")?.dataset.code ?? ""} ${target.outerHTML.slice(0, 90)}`
            + ` ${Math.round(box.width)}x${Math.round(box.height)}`];
    });
}"""

# Each thing that can have the focus gets it; those that lie under a bar that sticks are given back. Of tall
# things (a table, a text area, where the line with the caret is shown) the upper edge must be free.
COVERED = """() => {
    const bars = [...document.querySelectorAll(".score-top, .score-banner, .score-bottom, .sticky-bar, .topbar, .nav")]
        .filter((bar) => ["fixed", "sticky"].includes(getComputedStyle(bar).position) && bar.checkVisibility());
    const covered = [];
    for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")) {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.disabled || one.type === "hidden") continue;
        if (bars.some((bar) => bar.contains(one)) || one.matches(".skip-link")) continue;
        one.focus();
        if (document.activeElement !== one) continue;
        const target = one.matches(".visually-hidden") ? one.parentElement : one;
        const box = target.getBoundingClientRect();
        const bottom = Math.min(box.bottom, box.top + 40);
        for (const bar of bars) {
            const over = bar.getBoundingClientRect();
            const beside = box.right <= over.left || box.left >= over.right;
            if (beside || bottom <= over.top + 1 || box.top >= over.bottom - 1) continue;
            covered.push(`${bar.className} over ${one.outerHTML.slice(0, 100)} at ${Math.round(box.top)}`);
        }
    }
    return covered;
}"""


@pytest.fixture
def head(person: Callable[..., Page]) -> Page:
    return person("truongdoan")


@at_every_size
def test_every_page_fits_the_screen_and_its_console_is_silent(
    head: Page, server: Server, size: tuple[int, int]
) -> None:
    said: list[str] = []
    head.on(
        "console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None
    )
    # Blocked by the tests themselves (conftest.py).
    ours = "Service Worker registration blocked by Playwright"
    wide = []
    folder = SCREENSHOTS / f"{size[0]}x{size[1]}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, address in addresses(server).items():
        assert open_page(head, address) == 200, address
        if not has_no_sideways_scrolling(head):
            wide.append(address)
        head.screenshot(path=folder / f"{name}.png", full_page=name not in LONG)
    assert not wide, f"Runs out of the screen: {wide}"
    said = [text for text in said if ours not in text]
    assert not said, f"The console says: {said}"


@at_every_size
def test_the_login_page_fits_the_screen(page: Page, size: tuple[int, int]) -> None:
    open_page(page, "/login")
    assert has_no_sideways_scrolling(page)
    folder = SCREENSHOTS / f"{size[0]}x{size[1]}"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "login.png", full_page=True)


@at_every_size
def test_everything_on_the_scoring_page_is_large_enough_for_a_finger(
    head: Page, server: Server, size: tuple[int, int]
) -> None:
    score = ScorePage(head, ward_inspection(server)).open()
    # What is folded or asked for only now and then is looked at too.
    for code in ("1.1.1", "3.1.3"):
        score.card(code).locator("summary").click()
    score.card("2.3.1").locator(".na-button").click()
    expect(score.input("2.3.1", "na_reason")).to_be_visible()
    small = head.evaluate(TOO_SMALL)
    assert not small, f"{len(small)} too small: " + "\n".join(small[:10])


@at_every_size
def test_no_bar_covers_what_has_the_focus(head: Page, server: Server, size: tuple[int, int]) -> None:
    pages = addresses(server)
    covered = []
    for name in ("score", "dossier", "tasks", "minutes-edit"):
        open_page(head, pages[name])
        covered += [f"{name}: {one}" for one in head.evaluate(COVERED)]
    assert not covered, f"{len(covered)} covered: " + "\n".join(covered[:10])


@at_every_size
def test_missing_criteria_findings_and_areas_open_beside_the_work(
    head: Page, server: Server, size: tuple[int, int]
) -> None:
    score = ScorePage(head, ward_inspection(server)).open()
    folder = SCREENSHOTS / f"{size[0]}x{size[1]}"
    head.locator('[data-opens="missing"]').click()
    expect(head.locator("#missing .row").first).to_be_visible()
    head.screenshot(path=folder / "score-missing.png")
    assert has_no_sideways_scrolling(head)
    head.locator("#missing .row").nth(30).click()
    expect(head.locator("#missing")).to_be_hidden()
    expect(head.locator(".criterion h4:focus")).to_be_in_viewport()
    head.locator("#finding-here").click()
    expect(head.locator("#finding [name=text]")).to_be_visible()
    head.screenshot(path=folder / "score-finding.png")
    assert has_no_sideways_scrolling(head)
    head.keyboard.press("Escape")
    expect(head.locator("#finding")).to_be_hidden()
    if size[0] <= 640:
        head.locator(".score-areas-button").click()
        expect(head.locator("#areas a").first).to_be_visible()
        head.screenshot(path=folder / "score-areas.png")
        head.locator("#areas a").nth(4).click()
        expect(head.locator("#areas")).to_be_hidden()
        expect(score.card("5.1.1")).to_be_in_viewport()
