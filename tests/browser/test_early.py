"""Pressed and typed before the scripts are there, on a slow line: it works, waits, or goes as a plain form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.database import rows, stored_answer
from tests.browser.eventually import eventually
from tests.browser.scoring import ScorePage
from tests.browser.test_photos import open_drawer, photo, shoot
from tests.server import Server


@contextmanager
def held(page: Page, *scripts: str) -> Iterator[None]:
    """These scripts come when the block is over, as they do over a slow line."""
    waiting: list[Route] = []
    for script in scripts:
        page.route(f"**/js/{script}.js", lambda route: waiting.append(route))
    yield
    for route in waiting:
        route.continue_()
    for script in scripts:
        page.unroute(f"**/js/{script}.js")


def test_what_is_tapped_and_typed_before_the_script_of_the_page_is_saved(
    person: Callable[..., Page], server: Server, inspection: int
) -> None:
    page = person("thanhvien")
    score = ScorePage(page, inspection)
    with held(page, "score"):
        page.goto(score.address + "&area=2", wait_until="commit")
        score.choose("2.1.2", 1)
        score.input("2.3.2", "numerator").fill("4.541")
        score.input("2.3.2", "denominator").fill("4.545")
        score.card("2.3.1").locator(".criterion-more summary").click()
        score.input("2.3.1", "note").fill("Gõ trước khi trang kịp chạy")
        # What only a script can do looks so until it is there.
        expect(page.locator("#evidence-here")).to_have_css("pointer-events", "none")
    score.expect_open()
    expect(page.locator("#evidence-here")).to_have_css("pointer-events", "auto")
    score.expect_saved()
    level, ratio, note = (stored_answer(server, inspection, code) for code in ("2.1.2", "2.3.2", "2.3.1"))
    assert level["value"] == {"level": 1}
    assert ratio["value"] == {"n": "4541", "d": "4545"}
    assert note["note"] == "Gõ trước khi trang kịp chạy"


def test_the_page_does_not_move_to_the_last_place_below_a_finger_that_has_begun(
    open_score: Callable[..., ScorePage],
) -> None:
    score = open_score("6.1.1")
    page = score.page
    page.locator(".criterion h4").last.focus()
    score.open(area="6")
    assert page.evaluate("scrollY") > 0, "it remembers the last place"
    with held(page, "score"):
        page.goto("/tasks")
        page.goto(score.address + "&area=6", wait_until="commit")
        page.locator(".criterion .choice-row").first.click()
    score.expect_open()
    assert page.evaluate("scrollY") == 0


def open_finding_drawer(page: Page, code: str) -> Locator:
    page.locator(f'.criterion[data-code="{code}"] [data-opens=finding]').click()
    drawer = page.locator("#finding")
    expect(drawer.locator("form[data-queue]")).to_contain_text(code)
    return drawer


def test_an_older_draft_and_what_is_typed_before_it_comes_back_both_stay(
    open_score: Callable[..., ScorePage], server: Server
) -> None:
    score = open_score("3.2.2")
    page = score.page
    text = open_finding_drawer(page, "3.2.2").get_by_label("Nội dung")
    expect(page.locator("#finding form[data-prepared]")).to_be_visible()
    text.fill("Hôm qua viết dở")
    page.locator("#finding").get_by_label("Nguyên nhân").fill("Thiếu người")
    with held(page, "findings", "unsaved"):
        score.open(area="3")
        drawer = open_finding_drawer(page, "3.2.2")
        drawer.get_by_label("Nội dung").fill("Hôm nay thấy thêm")
    expect(drawer.locator("[data-draft]")).to_be_visible()
    expect(drawer.get_by_label("Nội dung")).to_have_value("Hôm qua viết dở\nHôm nay thấy thêm")
    expect(drawer.get_by_label("Nguyên nhân")).to_have_value("Thiếu người")


def test_a_page_of_its_own_keeps_what_is_typed_before_any_script_is_there(
    person: Callable[..., Page], server: Server, inspection: int
) -> None:
    page = person("truongdoan")
    with held(page, "app"):
        page.goto(f"/inspections/{inspection}/findings/new?criterion=3.2.3", wait_until="commit")
        page.get_by_label("Nội dung").fill("Gõ sớm rồi rời đi")
        page.get_by_label("Nguyên nhân").focus()
    expect(page.locator("form[data-queue][data-prepared]")).to_be_visible()
    expect(page.get_by_label("Nội dung")).to_have_value("Gõ sớm rồi rời đi")
    page.goto("/outbox")
    expect(page.locator("[data-op]").filter(has_text="«Gõ sớm rồi rời đi»")).to_be_visible()


def test_words_and_marks_of_a_stored_photo_wait_for_their_script(
    open_score: Callable[..., ScorePage], server: Server
) -> None:
    score = open_score("3.2.2")
    page = score.page
    drawer = open_drawer(score)
    shoot(drawer, photo(1))
    expect(drawer.locator(".evidence-item")).to_have_count(1)
    posts: list[str | None] = []
    page.on("request", lambda one: posts.append(one.post_data) if one.url.endswith("/caption") else None)
    with held(page, "evidence"):
        score.open(area="3")
        score.card("3.2.2").locator("[data-opens=evidence]").click()
        item = page.locator("#evidence .evidence-item").first
        item.locator("summary").click()
        item.get_by_role("button", name="Vẽ lên ảnh").click()
        item.get_by_label("Chú thích").fill("Bảng niêm yết")
        item.get_by_role("button", name="Lưu chú thích").click()
    page.get_by_role("button", name="Thôi").last.click()
    found = "SELECT caption FROM attachments ORDER BY id DESC LIMIT 1"
    assert eventually(page, lambda: rows(server, found)[0]["caption"] == "Bảng niêm yết")
    assert len(posts) == 1
    assert "op_id=" in (posts[0] or ""), "the words of a photo go through the outbox"


def test_a_photo_chosen_before_its_script_is_sent_once(
    open_score: Callable[..., ScorePage], server: Server
) -> None:
    score = open_score("3.2.2")
    page = score.page
    before = len(rows(server, "SELECT id FROM attachments"))
    with held(page, "evidence"):
        score.open(area="3")
        score.card("3.2.2").locator("[data-opens=evidence]").click()
        shoot(page.locator("#evidence"), photo(2))
    drawer = page.locator("#evidence")
    assert eventually(page, lambda: len(rows(server, "SELECT id FROM attachments")) > before)
    expect(drawer.locator("[data-sending] li")).to_have_count(0)
    score.expect_saved()
    assert len(rows(server, "SELECT id FROM attachments")) == before + 1


def test_the_button_of_the_kit_can_be_pressed_when_it_works(
    person: Callable[..., Page], inspection: int
) -> None:
    page = person("thanhvien", service_workers="allow")
    with held(page, "ready"):
        page.goto(f"/inspections/{inspection}")
        expect(page.locator("[data-prepares]")).to_be_disabled()
    expect(page.locator("[data-prepares]")).to_be_enabled()


def test_what_came_too_late_for_the_network_comes_when_it_is_back(
    person: Callable[..., Page], inspection: int
) -> None:
    page = person("thanhvien")
    late = ("progress", "figures", "waiting", "shell", "presence")
    for script in late:
        page.route(f"**/js/{script}.js", lambda route: route.abort("internetdisconnected"))
    score = ScorePage(page, inspection).open(area="1")
    opener = page.locator('[data-opens="missing"]')
    opener.click()
    expect(page.locator("#notices")).to_contain_text("Không có kết nối")
    expect(page.locator("#missing")).to_be_hidden()
    for script in late:
        page.unroute(f"**/js/{script}.js")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("html")).to_have_attribute("data-drawers", "ready")
    opener.click()
    expect(page.locator("#missing-list li").first).to_be_visible()
    score.expect_saved()
