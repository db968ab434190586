"""Evidence on a tablet: several files one by one, none lost and none twice, and a sentence for each refused one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.database import rows
from tests.browser.people import at_every_size, has_no_sideways_scrolling
from tests.browser.scoring import ScorePage
from tests.documents.hostile import heif, pdf, picture
from tests.server import Server

ATTACHMENTS = re.compile(r"/attachments(\?|$)")


def file(name: str, content: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


@pytest.fixture
def drawer(person: Callable[..., Page], inspection: int) -> Callable[[str], Locator]:
    """The files of a criterion, beside the scoring page."""

    def open_drawer(code: str) -> Locator:
        score = ScorePage(person("thanhvien"), inspection).open(area=code[0])
        score.card(code).locator("[data-opens=evidence]").click()
        found = score.page.locator("#evidence")
        expect(found.locator("form[data-uploads]")).to_be_visible()
        return found

    return open_drawer


def choose(drawer: Locator, *files: dict[str, Any]) -> None:
    drawer.locator("input[name=file]").set_input_files(list(files))


def kept(server: Server, code: str) -> list[dict[str, Any]]:
    return rows(
        server,
        "SELECT a.* FROM attachments a JOIN criteria c ON c.id = a.criterion_id WHERE c.code = ? ORDER BY a.id",
        code,
    )


def test_several_files_are_kept_one_by_one_and_counted_on_the_card(drawer, server) -> None:
    shown = drawer("1.1.1")
    choose(
        shown,
        file("Niêm yết.jpg", picture(size=(3000, 2000))),
        file("Quyết định.pdf", pdf(), "application/pdf"),
    )
    expect(shown.locator(".evidence-item")).to_have_count(2)
    expect(shown.locator(".evidence-sending li")).to_have_count(0)
    expect(shown.page.locator('.criterion[data-code="1.1.1"] [data-evidence-count]')).to_have_text("2")
    assert [row["name"] for row in kept(server, "1.1.1")] == ["Niêm yết.jpg", "Quyết định.pdf"]
    shown.page.wait_for_function(
        "[...document.querySelectorAll('#evidence .evidence-item img')].every((image) => image.naturalWidth > 0)"
    )


def test_a_reply_that_was_lost_leads_to_no_second_copy(drawer, server) -> None:
    shown = drawer("1.1.2")
    lost = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    shown.page.route(ATTACHMENTS, lose)
    choose(shown, file("anh.jpg", picture()))
    expect(shown.locator(".evidence-sending li")).to_contain_text("mất kết nối")
    # It is sent again by itself.
    expect(shown.locator(".evidence-item")).to_have_count(1, timeout=15_000)
    expect(shown.locator(".evidence-sending li")).to_have_count(0)
    assert len(kept(server, "1.1.2")) == 1


def test_refused_files_get_their_sentences_and_the_others_go_on(drawer, server) -> None:
    shown = drawer("1.1.3")
    choose(
        shown,
        file("IMG_1.HEIC", heif(b"heic"), "image/heic"),
        file("trang.jpg", b"<html><script>alert(1)</script></html>"),
        file("lon.pdf", b"%PDF-" + bytes(16 * 2**20), "application/pdf"),
        file("anh.jpg", picture()),
    )
    expect(shown.locator(".evidence-item")).to_have_count(1)
    refused = shown.locator(".evidence-sending li")
    for place, words in enumerate(("Tương thích nhất", "Chỉ nhận ảnh", "lớn hơn 15 MB")):
        expect(refused.nth(place)).to_contain_text(words)
    assert [row["name"] for row in kept(server, "1.1.3")] == ["anh.jpg"]


def test_a_file_is_taken_out_and_brought_back_without_leaving_the_page(drawer) -> None:
    shown = drawer("1.2.2")
    choose(shown, file("anh.jpg", picture()))
    shown.locator(".evidence-item summary").click()
    shown.get_by_role("button", name="Bỏ tệp").click()
    expect(shown.locator(".evidence-item")).to_have_count(0)
    shown.get_by_role("button", name="Hoàn tác").click()
    expect(shown.locator(".evidence-item")).to_have_count(1)
    assert "/score" in shown.page.url


def test_it_works_without_scripts(person, inspection, server) -> None:
    page = person("thanhvien", java_script_enabled=False)
    page.goto(f"/inspections/{inspection}/answers/1.2.1")
    for content, words in ((b"<svg/>", "Chỉ nhận ảnh"), (picture(), "Đã lưu tệp «anh.jpg»")):
        form = page.locator("form[data-uploads]")
        form.locator("input[name=file]").set_input_files([file("anh.jpg", content)])
        with page.expect_navigation():
            form.locator("button[type=submit]").click()
        expect(page.locator("main")).to_contain_text(words)
    assert len(kept(server, "1.2.1")) == 1


@at_every_size
def test_the_pages_of_files_fit_the_screen(person, inspection, size) -> None:
    page = person("thanhvien")
    for end in ("", "/attachments"):
        page.goto(f"/inspections/{inspection}/answers/1.1.1{end}")
        assert has_no_sideways_scrolling(page)
