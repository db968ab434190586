"""axe-core finds no breach of WCAG 2.2 A and AA on any page, for any role, in light and dark.

axe-core stands unchanged in ``vendor/``. Of dark only the colours are looked at again: the rest is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.database import ward_inspection
from tests.browser.pages import addresses, open_page
from tests.browser.scoring import ScorePage
from tests.server import Server

AXE = (Path(__file__).parent / "vendor" / "axe-core@4.14.1" / "axe.min.js").read_text()
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}

# Colours that are still on their way to the other theme would be told as faults: nothing moves meanwhile.
RUN = """async (rules) => {
    if (!document.adoptedStyleSheets.length) {
        const still = new CSSStyleSheet();
        still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important }");
        document.adoptedStyleSheets.push(still);
    }
    return axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
}"""
# The whole checklist takes axe long, and says nothing that this area with every kind of rule does not.
ONE_AREA = "&area=3"

# Pages that a role may not open (403), or may not even learn of (404); every other one must answer.
CLOSED = {
    "truongdoan": set(),
    "canbo": {
        "campaigns",
        "campaign",
        "minutes",
        "minutes-edit",
        "score",
        "missing",
        "criterion",
        "finding-new",
        "signoffs",
    },
    "lanhdao": {"minutes-edit", "finding-new", "signoffs"},
    "quantri": {"minutes-edit", "finding-new"},
}


def breaches(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe finds, one line each: the rule, what it asks, where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN, rules)
    return [
        f"{one['id']}: {one['help']}: {len(one['nodes'])} × {one['nodes'][0]['html'][:160]}"
        f" ({one['nodes'][0]['any'][0]['message'] if one['nodes'][0]['any'] else ''})"
        for one in found["violations"]
    ]


def in_light_and_dark(page: Page, where: str) -> list[str]:
    """The page is light before and after."""
    found = [f"{where}, light: {one}" for one in breaches(page, RULES)]
    page.emulate_media(color_scheme="dark")
    found += [f"{where}, dark: {one}" for one in breaches(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("name", CLOSED)
def test_no_page_has_a_barrier(person: Callable[..., Page], server: Server, name: str) -> None:
    page = person(name)
    found = []
    for what, address in addresses(server).items():
        if what == "score":
            address += ONE_AREA
        status = open_page(page, address)
        assert (status in {403, 404}) if what in CLOSED[name] else status == 200, (
            f"{name} on {address}: {status}"
        )
        if status == 200:
            found += in_light_and_dark(page, what)
    assert not found, "\n".join(found)


def test_the_login_page_has_no_barrier(page: Page) -> None:
    open_page(page, "/login")
    assert not in_light_and_dark(page, "login")


def test_the_scoring_page_has_no_barrier_in_the_middle_of_work(
    person: Callable[..., Page], server: Server
) -> None:
    """With a score, a refused value, a conflict, an open finding and no connection."""
    inspection = ward_inspection(server)
    member = ScorePage(person("thanhvien"), inspection).open(area="2")
    head = ScorePage(person("truongdoan"), inspection).open(area="2")
    with member.saving("2.1.2"):
        member.choose("2.1.2", 0)
    head.choose("2.1.2", 1)
    head.card("2.1.2").locator(".conflict").wait_for()
    head.type_ratio("2.4.1", "5", "0")
    head.card("2.4.1").locator(".error").wait_for()
    head.card("2.3.1").locator(".na-button").click()
    head.page.locator("#finding-here").click()
    head.page.locator("#finding [name=text]").wait_for()
    found = in_light_and_dark(head.page, "score with a finding")
    head.page.keyboard.press("Escape")
    head.page.context.set_offline(True)
    head.choose("2.2.1", 0)
    head.page.locator("#save-banner").wait_for()
    found += in_light_and_dark(head.page, "score without connection")
    head.page.locator('[data-opens="missing"]').click()
    found += in_light_and_dark(head.page, "what is missing")
    assert not found, "\n".join(found)
