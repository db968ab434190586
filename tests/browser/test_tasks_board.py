"""The ward's board in a browser: every size, a report with a file, and many returned with their reasons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.database import rows
from tests.browser.people import at_every_size, has_no_sideways_scrolling
from tests.documents.hostile import pdf
from tests.server import Server

OPEN = "SELECT id, title FROM tasks WHERE workflow = 'dang_thuc_hien' ORDER BY id"


def report(page: Page, task: int, *, file: str = "") -> None:
    """As the ward does it: from the card to the form, one press."""
    page.goto(f"/tasks/{task}?open=bao_cao")
    form = page.locator("#step-bao_cao form")
    form.locator("[name=result]").fill("Đã ban hành báo cáo kèm phụ lục")
    form.locator("[name=number]").fill("45/BC-UBND")
    form.locator("[name=issued_on]").fill("15/09/2022")
    if file:
        form.locator("[name=files]").set_input_files(
            {"name": file, "mimeType": "application/pdf", "buffer": pdf()}
        )
    form.locator("button[type=submit]").click()
    expect(page.locator(".badge", has_text="Chờ xác nhận").first).to_be_visible()


@at_every_size
def test_the_board_fits_the_screen_and_the_next_step_is_a_thumb_away(
    person: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = person("canbo")
    for address in ("/tasks", "/tasks?by=directive", "/tasks?group=tat_ca", "/tasks/confirm"):
        page.goto(address)
        assert has_no_sideways_scrolling(page), address
    page.goto("/tasks")
    tiles = page.locator(".board-tile")
    expect(tiles).to_have_count(6)
    for tile in tiles.all():
        expect(tile).to_be_in_viewport()
        box = tile.bounding_box()
        assert box is not None
        assert box["height"] >= 48
    card = page.locator(".task-card").first
    expect(card.locator(".badge", has_text="Quá hạn")).to_be_visible()
    card.get_by_role("link", name="Báo cáo").last.click()
    expect(page.locator("#step-bao_cao [name=result]")).to_be_visible()
    assert has_no_sideways_scrolling(page)


def test_a_report_with_a_file_and_many_returned_with_reasons(
    person: Callable[..., Page], server: Server
) -> None:
    first, second, third = rows(server, OPEN)[:3]
    ward, head = person("canbo"), person("truongdoan")
    report(ward, first["id"], file="Phụ lục.pdf")
    expect(ward.locator(".evidence-strip", has_text="Phụ lục.pdf")).to_be_visible()
    report(ward, second["id"])
    report(ward, third["id"])

    head.goto("/tasks")
    head.get_by_role("link", name="Xác nhận, trả lại nhiều việc").click()
    cards = {one["id"]: head.locator(f"#task-{one['id']}") for one in (first, second, third)}
    expect(cards[first["id"]].get_by_text("Phụ lục.pdf")).to_be_visible()
    cards[first["id"]].get_by_text("Xác nhận", exact=True).click()
    for one in (second, third):
        cards[one["id"]].get_by_text("Trả lại", exact=True).click()
    # A reason is asked for each; until it is there nothing happens and nothing is lost.
    cards[second["id"]].locator("textarea").fill("Thiếu phụ lục số liệu")
    head.get_by_role("button", name="Ghi các quyết định").click()
    expect(cards[third["id"]].get_by_text("Ghi lý do trả lại.")).to_be_visible()
    expect(cards[second["id"]].locator("textarea")).to_have_value("Thiếu phụ lục số liệu")
    expect(cards[first["id"]].locator("input[value=xac_nhan]")).to_be_checked()
    head.locator("[name=text]").fill("Sai mẫu báo cáo")
    head.get_by_role("button", name="Ghi các quyết định").click()
    expect(head.get_by_text("Đã trả lại 2 nhiệm vụ kèm lý do.")).to_be_visible()
    expect(head.get_by_role("link", name="Hoàn tác nếu nhầm")).to_be_visible()

    ward.goto(f"/tasks/{third['id']}")
    expect(ward.get_by_text("Sai mẫu báo cáo").first).to_be_visible()
    states = rows(
        server,
        "SELECT workflow FROM tasks WHERE id IN (?, ?, ?) ORDER BY id",
        first["id"],
        second["id"],
        third["id"],
    )
    assert [one["workflow"] for one in states] == ["hoan_thanh", "thuc_hien_lai", "thuc_hien_lai"]


@pytest.mark.parametrize("size", [(390, 844)])
def test_a_phone_shows_the_first_task_without_the_figures_in_between(
    person: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = person("canbo")
    page.goto("/tasks")
    card, figures = (
        page.locator(".task-card").first.bounding_box(),
        page.locator(".board-figures").bounding_box(),
    )
    assert card is not None
    assert figures is not None
    assert card["y"] < size[1] < figures["y"]
