"""A tablet: a browser with its service worker and a profile on the disk, which outlives a dead battery."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from playwright.sync_api import BrowserContext, BrowserType, Error, Page

from tests import prepare
from tests.browser.conftest import ARGUMENTS
from tests.browser.people import TABLET_PORTRAIT


class Tablet:
    def __init__(self, chromium: BrowserType, profile: Path, url: str) -> None:
        self._chromium, self._profile, self._url = chromium, profile, url
        self.context: BrowserContext | None = None
        self.errors: list[str] = []

    def start(self) -> Page:
        self.context = self._chromium.launch_persistent_context(
            self._profile,
            executable_path=prepare.chromium(),
            args=ARGUMENTS,
            base_url=self._url,
            viewport={"width": TABLET_PORTRAIT[0], "height": TABLET_PORTRAIT[1]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            service_workers="allow",
        )
        self.context.set_default_timeout(15_000)
        page = self.context.pages[0]
        page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        return page

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None

    def kill(self) -> None:
        """SIGKILL to the browser and all its processes, which carry the profile's path."""
        assert self.context is not None
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"--user-data-dir={self._profile}" in command and int(process.name) != os.getpid():
                os.kill(int(process.name), signal.SIGKILL)
        # Playwright may or may not have noticed already that there is nothing left to close.
        with contextlib.suppress(Error):
            self.close()
        self.context = None
        # The next start finds the lock of the one that died.
        for lock in self._profile.glob("Singleton*"):
            lock.unlink()
