"""The scoring page as a person uses it: by its real controls, criterion by criterion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect


class ScorePage:
    """One person's scoring page of one inspection."""

    def __init__(self, page: Page, inspection: int, side: str = "verified") -> None:
        self.page = page
        self.inspection = inspection
        self.address = f"/inspections/{inspection}/score?side={side}"

    def open(self, area: str = "") -> ScorePage:
        """The whole checklist, or one area by itself, which is quicker."""
        self.page.goto(self.address + (f"&area={area}" if area else ""))
        self.expect_open()
        return self

    def expect_open(self) -> None:
        """Taps count, and what waited on the device stands in the controls again."""
        expect(self.page.locator("html")).to_have_attribute("data-outbox", "ready")

    @property
    def state(self) -> Locator:
        """Where the top bar says whether everything is saved."""
        return self.page.locator("#save-state")

    @property
    def total(self) -> Locator:
        return self.page.locator("#total-points")

    def card(self, code: str) -> Locator:
        return self.page.locator(f'.criterion[data-code="{code}"]')

    def input(self, code: str, name: str) -> Locator:
        """A text field of the card."""
        return self.card(code).locator(f'input[name="{name}"], textarea[name="{name}"]')

    def choices(self, code: str) -> Locator:
        """The rows of a «có/không» or a level; the whole row is the target."""
        return self.card(code).locator(".choice-row")

    def result(self, code: str) -> Locator:
        return self.card(code).locator(".criterion-result")

    def points(self, code: str) -> Locator:
        return self.card(code).locator(".criterion-points")

    def choose(self, code: str, place: int) -> None:
        self.choices(code).nth(place).click()

    def choose_another(self, code: str) -> None:
        """The first row that is not the chosen one."""
        self.choices(code).filter(has=self.page.locator("input:not(:checked)")).first.click()

    def type_ratio(self, code: str, numerator: str, denominator: str) -> None:
        self.input(code, "numerator").fill(numerator)
        self.input(code, "denominator").fill(denominator)
        # Leaving the field sends at once; waiting would send too.
        self.input(code, "denominator").blur()

    def mark_not_applicable(self, code: str, reason: str) -> None:
        self.card(code).locator(".na-button").click()
        self.input(code, "na_reason").fill(reason)
        self.input(code, "na_reason").blur()

    @contextmanager
    def saving(self, code: str, times: int = 1) -> Iterator[None]:
        """What is done inside is taken by the server as ``times`` changes of the criterion."""
        before = int(self.result(code).get_attribute("data-version") or 0)
        yield
        expect(self.result(code)).to_have_attribute("data-version", str(before + times))

    def expect_saved(self) -> None:
        expect(self.state).to_have_attribute("data-state", "clean")
        expect(self.state).to_contain_text("Đã lưu")
