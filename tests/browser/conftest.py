"""A real server with the demonstration data, and a real Chromium; missing ones fail, they are never skipped.

Every file of tests has a server of its own, on a fresh copy of the demonstration data. ``person("truongdoan")``
is a signed-in person with a browser of their own. A failed test leaves a picture of its page in ``build/``.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests import prepare
from tests.browser.database import ward_inspection
from tests.browser.people import TABLET_PORTRAIT, sign_in
from tests.browser.scoring import ScorePage
from tests.server import ROOT, Server, prepare_data, running_server

PICTURES = ROOT / "build"
# Whatever has come is seen at once: on a busy machine one only waits longer for it.
expect.set_options(timeout=20_000)
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
def demonstration_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as it is after the first ``make run``; servers work on copies of it."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # every worker has a folder of its own in it
    folder, done = run / "demonstration", run / "demonstration.done"
    with (run / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker makes it, the others wait for that
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            prepare_data(folder)
            done.touch()
    return folder


@pytest.fixture(scope="module")
def server(demonstration_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server"), demonstration_data) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_the_first_time(request: pytest.FixtureRequest) -> None:
    """A second try begins with the data of the first: what that one left behind must not answer for it."""
    if getattr(request.node, "execution_count", 1) == 1 or "server" not in request.fixturenames:
        return
    server: Server = request.getfixturevalue("server")
    server.stop()
    shutil.rmtree(server.data_dir)
    shutil.copytree(request.getfixturevalue("demonstration_data"), server.data_dir)
    server.start()
    request.getfixturevalue("_cookies").clear()


@pytest.fixture(scope="session")
def open_browser() -> Iterator[Callable[[], Browser]]:
    """The browser that is open: one that has crashed takes one test with it, not all that follow."""
    opened: list[Browser] = []
    with sync_playwright() as playwright:

        def give() -> Browser:
            if not opened or not opened[-1].is_connected():
                # None: the Chromium that Playwright keeps; when there is none either, launching fails.
                opened.append(playwright.chromium.launch(executable_path=prepare.chromium(), args=ARGUMENTS))
            return opened[-1]

        yield give
        for one in opened:
            one.close()


@pytest.fixture
def browser(open_browser: Callable[[], Browser]) -> Browser:
    return open_browser()


@pytest.fixture
def new_page(
    browser: Browser, server: Server, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """``new_page()`` is one more person: a browser context of its own; options as Playwright's new_context."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
        page.on("console", lambda message: errors.extend(_violations(message)))

    def make(**options: Any) -> Page:
        context = browser.new_context(
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            # Requests that a service worker answers cannot be looked at: tests that want one say so.
            **{"base_url": server.url, "service_workers": "block"} | _size(request) | options,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        context.on("page", listen)
        return context.new_page()

    yield make
    if getattr(request.node, "failed", False):
        _take_pictures(request.node.name, contexts)
    for context in contexts:
        context.close()
    assert not errors, f"A script failed in the browser: {errors}"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture(scope="module")
def _cookies() -> dict[str, Any]:
    """What a browser keeps of one sign-in, by account: signing in is slow on purpose, and limited."""
    return {}


@pytest.fixture
def person(new_page: Callable[..., Page], _cookies: dict[str, Any]) -> Callable[..., Page]:
    """``person("thanhvien")``: one more person, signed in, with a browser of their own."""

    def enter(name: str, **options: Any) -> Page:
        if name in _cookies:
            return new_page(storage_state=_cookies[name], **options)
        page = new_page(**options)
        sign_in(page, name)
        _cookies[name] = page.context.storage_state()
        return page

    return enter


@pytest.fixture
def inspection(server: Server) -> int:
    """The one that is scored in the demonstration data."""
    return ward_inspection(server)


@pytest.fixture
def open_score(person: Callable[..., Page], inspection: int) -> Callable[..., ScorePage]:
    """``open_score("1.4.1", "truongdoan")``: this person has the area of the criterion open for scoring."""
    return lambda code, name="thanhvien": ScorePage(person(name), inspection).open(area=code[0])


def _violations(message: ConsoleMessage) -> list[str]:
    """What the content security policy stopped; other words of the console are the tests' own to read."""
    return [message.text] if "Content Security Policy" in message.text else []


def _size(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The size asked for by ``at_every_size``, else a tablet in portrait."""
    callspec = getattr(request.node, "callspec", None)
    width, height = (callspec.params.get("size") if callspec else None) or TABLET_PORTRAIT
    return {"viewport": {"width": width, "height": height}}


def _take_pictures(name: str, contexts: list[BrowserContext]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for person, context in enumerate(contexts, 1):
        for page in context.pages:
            page.screenshot(path=PICTURES / f"{re.sub(r'[^0-9A-Za-z_-]+', '-', name)}-{person}.png")


# What must hold every single time: nothing is lost, nothing is called saved that is not.
EVERY_TIME = {"test_faults.py", "test_faults_of_files.py", "test_killed.py", "test_three_tablets.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes and a machine that others use: a test that fails is tried once more, and the summary names it."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name not in EVERY_TIME:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report
