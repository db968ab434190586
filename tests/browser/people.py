"""What every browser test does: sign in as a post of the demonstration data, at one of the sizes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

PASSWORD = "soat-demo"

TABLET_PORTRAIT = (820, 1180)
TABLET_LANDSCAPE = (1180, 820)
PHONE = (390, 844)
SMALL_PHONE = (360, 740)

at_every_size = pytest.mark.parametrize(
    "size",
    [TABLET_PORTRAIT, TABLET_LANDSCAPE, PHONE, SMALL_PHONE],
    ids=["820x1180", "1180x820", "390x844", "360x740"],
)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Through the login page, as a person does."""
    page.goto("/login")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def has_no_sideways_scrolling(page: Page) -> bool:
    """Whether the page itself (not a table within it) fits the width of the screen."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width <= 0
