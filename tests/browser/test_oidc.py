"""Signing in by a provider of identities, in a real browser: the button, its pages, and inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import has_no_sideways_scrolling
from tests.browser.people import sign_in as sign_in_by_password
from tests.provider import CLIENT, NAME, PASSWORD, PEOPLE, SECRET, Running
from tests.server import Server, running_server


@pytest.fixture(scope="module")
def server(demonstration_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Soát of our own: it and the provider know each other's address."""
    with running_server(
        tmp_path_factory.mktemp("server"), demonstration_data, _settings
    ) as running:
        provider = Running([f"{running.url}/login/oidc/callback"], _PORT["provider"])
        provider.start(running.data_dir / "provider.log")
        yield running
        provider.stop()


def agree(page: Page, name: str) -> None:
    """Through the provider's pages, as a person does."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=login]").press("Enter")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("#accept").click()
