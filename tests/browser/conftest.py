"""A real server with the demonstration data, and a real Chromium; missing ones fail, they are never skipped.

``tests/browser/people.py`` has ``sign_in(page, "truongdoan")`` and ``@at_every_size``. A failed test leaves
a picture of its page in ``build/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import prepare
from tests.browser.people import TABLET_PORTRAIT
from tests.server import ROOT, Server, running_server

PICTURES = ROOT / "build"
ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses root otherwise, and CI is root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # None: the Chromium that Playwright keeps; when there is none either, launching fails.
        chromium = playwright.chromium.launch(executable_path=prepare.chromium(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(
    browser: Browser, server: Server, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """``new_page()`` is one more person: a browser context of its own; options as Playwright's new_context."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(
            base_url=server.url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **_size(request), **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    if getattr(request.node, "failed", False):
        _take_pictures(request.node.name, contexts)
    for context in contexts:
        context.close()
    assert not errors, f"A script failed in the browser: {errors}"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


def _size(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The size asked for by ``at_every_size``, else a tablet in portrait."""
    callspec = getattr(request.node, "callspec", None)
    width, height = (callspec.params.get("size") if callspec else None) or TABLET_PORTRAIT
    return {"viewport": {"width": width, "height": height}}


def _take_pictures(name: str, contexts: list[BrowserContext]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for person, context in enumerate(contexts, 1):
        for page in context.pages:
            page.screenshot(
                path=PICTURES / f"{re.sub(r'[^0-9A-Za-z_-]+', '-', name)}-{person}.png", full_page=True
            )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report
