"""What the scoring page costs the wire."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.database import ward_inspection
from tests.browser.scoring import ScorePage
from tests.server import ROOT, Server

STATIC = ROOT / "app" / "static"
MOST = 44_500
# Fetched when the page has long been usable, or when a drawer is opened.
LATE = {"js/waiting.js", "js/shell.js", "js/presence.js", "js/ready.js", "js/kit.js", "js/seals.js"} | {
    # What waits, conflicts or was refused; the network may be gone when there is the first one.
    *("js/progress.js", "js/standing.js", "js/conflicts.js", "js/refusals.js", "js/figures.js"),
    *("js/names.js", "js/toasts.js", "js/limits.js"),
    # What the drawers need, fetched ahead: the network may be gone when the first one is opened.
    *("js/blank.js", "js/blank_forms.js", "js/evidence.js", "js/captions.js", "js/camera.js", "js/upload.js"),
    *("js/findings.js", "js/written.js", "js/written_drafts.js", "js/written_faults.js"),
}
IMPORT = re.compile(r'^import (?:[^"]*? from )?"\./([\w-]+\.js)";', re.MULTILINE)


def test_the_scripts_of_the_scoring_page_are_light(
    person: Callable[..., Page], server: Server, capsys
) -> None:
    """Each file by itself, as a server without a build step sends it; htmx included."""
    page = person("thanhvien")
    asked: set[str] = set()
    page.on("request", lambda one: asked.add(name_of(one.url)) if one.resource_type == "script" else None)
    score = ScorePage(page, ward_inspection(server)).open(area="1")
    tags = {
        name_of(src) for src in page.locator("script[src]").evaluate_all("all => all.map(one => one.src)")
    }
    at_once = with_imports(tags)
    # What the browser fetches by itself, sooner or later, and what it fetches for the drawers.
    page.wait_for_load_state("networkidle")
    by_itself = set(asked)
    page.locator("[data-opens=evidence][hx-get]").first.click()
    expect(page.locator("#evidence-body form").first).to_be_attached()
    page.locator("#evidence [data-closes]").first.click()
    page.locator("[data-opens=finding][hx-get]").first.click()
    expect(page.locator("#finding-body form").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    light, whole = weight(at_once), weight(asked)
    with capsys.disabled():
        print(
            f"\nJavaScript of the scoring page, gzipped: at once {len(at_once)} files, {light / 1000:.1f} KB"
            f" (aim: 45); with everything that comes later {len(asked)} files, {whole / 1000:.1f} KB"
        )
    assert {"js/score.js", "js/outbox.js", "js/sender.js"} <= at_once
    assert any("htmx" in name for name in at_once)
    assert at_once <= by_itself
    assert by_itself - at_once == LATE
    assert light <= MOST, sorted(at_once)
    expect(score.state).to_have_attribute("data-state", "clean")


def with_imports(names: set[str]) -> set[str]:
    """The scripts, and what each of them imports before it runs."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        if name.startswith("js/"):
            todo += [f"js/{other}" for other in IMPORT.findall((STATIC / name).read_text(encoding="utf-8"))]
    return found


def weight(names: set[str]) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def name_of(url: str) -> str:
    """Without the build that stands in its path."""
    return re.sub(r"^.*/static/(?:v-[0-9a-f]+/)?|\?.*$", "", url)
