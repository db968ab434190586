"""What the scoring page costs the wire."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.database import ward_inspection
from tests.browser.scoring import ScorePage
from tests.server import ROOT, Server

STATIC = ROOT / "app" / "static"
MOST = 45_000


def test_the_scripts_of_the_scoring_page_are_light(
    person: Callable[..., Page], server: Server, capsys
) -> None:
    """Each file by itself, as a server without a build step sends it; htmx included."""
    page = person("thanhvien")
    asked: set[str] = set()
    page.on("request", lambda one: asked.add(one.url) if one.resource_type == "script" else None)
    ScorePage(page, ward_inspection(server)).open(area="1")
    paths = [re.sub(r"^v-[0-9a-f]+/", "", url.partition("/static/")[2]) for url in asked]
    sizes = {path: len(gzip.compress((STATIC / path).read_bytes(), 9)) for path in paths}
    assert {"js/score.js", "js/outbox.js"} <= sizes.keys()
    assert any("htmx" in path for path in sizes)
    total = sum(sizes.values())
    with capsys.disabled():
        print(
            f"\nJavaScript of the scoring page: {len(sizes)} files, {total / 1000:.1f} KB gzipped (aim: 45)"
        )
    assert total <= MOST, sizes
