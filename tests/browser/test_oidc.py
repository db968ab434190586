"""Signing in by a provider of identities, in a real browser: the button, the provider's pages, and inside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import PASSWORD as OWN_PASSWORD
from tests.browser.people import at_every_size, has_no_sideways_scrolling
from tests.browser.people import sign_in as sign_in_by_password
from tests.provider import CLIENT, NAME, PASSWORD, PEOPLE, SECRET, Running
from tests.server import Server


@pytest.fixture(scope="module")
def server(demonstration_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Soát and a provider that know each other's address."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(demonstration_data, folder, dirs_exist_ok=True)
    server = Server(folder)
    provider = Running([f"{server.url}/login/oidc/callback"])
    server.settings = {
        "SOAT_OIDC_ISSUER": provider.issuer,
        "SOAT_OIDC_CLIENT_ID": CLIENT,
        "SOAT_OIDC_CLIENT_SECRET": SECRET,
        "SOAT_OIDC_NAME": NAME,
    }
    try:
        provider.start(folder / "provider.log")
        server.start()
        yield server
    finally:
        server.stop()
        provider.stop()


def agree(page: Page, name: str, again: bool = False) -> None:
    """Through the provider's pages, as a person does; who has agreed is not asked ``again``."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=login]").press("Enter")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    if not again:
        page.locator("#accept").click()


def test_a_person_links_their_account_and_from_then_on_needs_no_password_here(page: Page, new_page) -> None:
    """Chromium holds every redirect of a form against form-action: here all goes by links."""
    sign_in_by_password(page, "thanhvien")
    page.goto("/me")
    page.locator("a[href='/me/identity']").click()
    page.locator("input[name=password]").fill(OWN_PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("link", name=f"Sang «{NAME}»").click()
    agree(page, PEOPLE[0])
    expect(page.locator("h1")).to_have_text("Danh tính bên ngoài")
    expect(page.get_by_text(PEOPLE[0], exact=True)).to_be_visible()

    other = new_page()
    other.goto("/tasks")
    other.get_by_role("link", name=f"Đăng nhập bằng {NAME}").click()
    agree(other, PEOPLE[0], again=True)
    other.wait_for_url("**/tasks")
    assert has_no_sideways_scrolling(other)

    stranger = new_page()
    stranger.goto("/login")
    stranger.get_by_role("link", name=f"Đăng nhập bằng {NAME}").click()
    agree(stranger, PEOPLE[1])
    stranger.wait_for_url("**/login")
    expect(stranger.locator(".messages")).to_contain_text(PEOPLE[1])


@at_every_size
def test_the_pages_fit_the_screen(page: Page, size: tuple[int, int]) -> None:
    page.goto("/login")
    expect(page.get_by_role("link", name=f"Đăng nhập bằng {NAME}")).to_be_visible()
    assert has_no_sideways_scrolling(page)
    sign_in_by_password(page, "quantri")
    for address in ("/me/identity", "/admin/users/4/identity", "/admin/users/4", "/me"):
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        assert has_no_sideways_scrolling(page), address
