"""Waiting for what no locator shows: rows of the database, what a browser keeps on the device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page

Found = TypeVar("Found")
PAUSE = 200
TRIES = 150


def eventually(page: Page, look: Callable[[], Found]) -> Found:
    """What ``look`` gives as soon as it gives something true, the last of it after half a minute; the page goes on."""
    for _try in range(TRIES):
        if found := look():
            return found
        page.wait_for_timeout(PAUSE)
    return look()


def kept(page: Page, address: str) -> str:
    """The page of this address as a kit on the device holds it; empty: none does."""
    text: str = page.evaluate(
        "address => caches.match(address, { ignoreSearch: true }).then((reply) => reply?.text() ?? '')",
        address,
    )
    return text


def kits(page: Page) -> int:
    """How many kits this device keeps."""
    number: int = page.evaluate(
        "caches.keys().then(all => all.filter(one => one.startsWith('soat-kit')).length)"
    )
    return number
