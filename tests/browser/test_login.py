"""Signing in, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.people import at_every_size, has_no_sideways_scrolling, sign_in


@at_every_size
def test_the_login_page_fits_the_screen_and_lets_a_person_in(page: Page, size: tuple[int, int]) -> None:
    page.goto("/login")
    assert has_no_sideways_scrolling(page)
    sign_in(page, "truongdoan")
    expect(page.locator("h1")).to_have_count(1)
    assert has_no_sideways_scrolling(page)


def test_a_wrong_password_is_told_at_the_field_and_the_name_stays(page: Page) -> None:
    page.goto("/login")
    page.locator("input[name=name]").fill("truongdoan")
    page.locator("input[name=password]").fill("sai-mat-khau")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator(".error").first).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("truongdoan")
