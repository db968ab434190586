"""The app without a network: real Chromium with a profile on disk, and a real server that is stopped.

Here are the pages; what was typed on them and how it is sent is in test_outbox.py and test_saving.py.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.seals import seal, seal_key
from tests.browser.alone import own_server
from tests.browser.eventually import eventually, kept, kits
from tests.browser.people import PASSWORD, sign_in
from tests.browser.tablet import Tablet
from tests.domain.test_seals import OPERATION
from tests.server import ROOT, Server

READY = re.compile("Sẵn sàng ngoại tuyến · ")


# One for each test: it is stopped in the middle.
server = pytest.fixture(own_server)


@pytest.fixture
def tablet(browser: Browser, server: Server, tmp_path: Path) -> Iterator[Callable[[], Page]]:
    """``tablet()`` switches the tablet on: the page of a browser whose profile outlives it. Called again it switches
    the browser off first, as a restart of the tablet does."""
    one = Tablet(browser.browser_type, tmp_path / "profile", server.url)

    def switch_on() -> Page:
        one.close()
        return one.start()

    yield switch_on
    one.close()
    assert not one.errors, f"A script failed in the browser: {one.errors}"


def watched(page: Page) -> None:
    """Waits until the worker looks after the page."""
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.wait_for_timeout(200)


def visit_of(page: Page) -> str:
    """The address of the inspection that goes on in the demonstration data."""
    page.goto("/inspections")
    link = page.locator("a.row, a[href^='/inspections/']", has_text="Cầu Tre").first
    return str(link.get_attribute("href"))


def make_ready(page: Page, who: str = "thanhvien") -> str:
    sign_in(page, who)
    watched(page)
    visit = visit_of(page)
    page.goto(visit)
    page.locator("[data-prepares]").click()
    expect(page.locator(".kit [data-said]")).to_have_text(READY, timeout=60_000)
    return visit


def test_what_was_made_ready_opens_without_a_server_after_reload_and_restart(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    visit = make_ready(page)
    page.goto(f"{visit}/score")
    cards = page.locator(".criterion").count()
    assert cards > 10
    server.stop()
    for _again in range(2):
        page.reload()
        expect(page.locator(".criterion")).to_have_count(cards)
        expect(page.locator("html")).to_have_attribute("data-scoring", "ready")
        expect(page.get_by_text("đây là bản giữ trên máy lúc")).to_be_visible()
    page = tablet()
    page.goto(f"{visit}/score?area=3")
    expect(page.locator("html")).to_have_attribute("data-scoring", "ready")
    expect(page.locator(".criterion")).to_have_count(cards)
    page.goto(visit)
    expect(page.locator("h1")).to_contain_text("Cầu Tre")
    page.goto(f"{visit}/score/missing?side=verified")
    expect(page.locator("h1")).to_have_text("Còn thiếu")
    page.goto("/tasks")
    expect(page.locator("h1")).to_have_text("Không có kết nối tới máy chủ")
    page.goto("/help/offline")
    expect(page.locator("h1")).to_have_text("Khi không có mạng")
    page.goto("/tasks")
    page.locator(".kits a.row-title").click()
    expect(page.locator("h1")).to_contain_text("Cầu Tre")


def test_what_waits_is_reckoned_in_on_kept_pages_after_reload_and_restart(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    visit = make_ready(page)
    score, missing = f"{visit}/score?side=verified", f"{visit}/score/missing?side=verified"
    answered, waits = page.locator("#answered"), page.locator(".score-bottom .waits")
    page.goto(score)
    expect(page.locator("html")).to_have_attribute("data-outbox", "ready")
    page.locator("[id='c-1.5.1'] .choice-row").first.click()
    expect(page.locator("[id='result-1.5.1']")).to_contain_text("Đã lưu")
    before = int(answered.inner_text().split("/")[0])
    server.stop()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-outbox", "ready")
    page.locator("[id='c-1.1.1'] .choice-row").first.click()
    page.locator("[id='c-1.1.2'] .choice-row").first.click()
    page.locator("[id='c-1.5.1'] summary").click()
    page.locator("[id='c-1.5.1'] [data-clears]").click()
    expect(waits).to_contain_text("3 chờ gửi")
    page.reload()
    expect(waits).to_contain_text("3 chờ gửi")
    page = tablet()
    page.goto(score)
    expect(page.locator("#answered")).to_have_text(f"{before + 1}/77")
    expect(page.locator(".score-bottom .waits")).to_contain_text("3 chờ gửi")
    page.goto(missing)
    row = page.locator("main li", has_text=re.compile(r"^\s*1\.1\.1 "))
    expect(page.locator("main [data-waits]")).to_contain_text("3 mục chấm trên máy này, chờ gửi")
    expect(page.locator("main li", has_text=re.compile(r"^\s*1\.5\.1 "))).to_contain_text("Chưa chấm")
    expect(row).to_be_hidden()
    expect(page.locator("main li", has_text=re.compile(r"^\s*1\.1\.3 "))).to_contain_text("Chưa chấm")
    server.start()
    page.goto(score)
    expect(page.locator("[id='result-1.1.1']")).to_contain_text("Đã lưu", timeout=20_000)
    expect(page.locator("#save-state")).to_contain_text("Đã lưu", timeout=20_000)
    expect(page.locator("#answered")).to_have_text(f"{before + 1}/77")
    # The list that is kept may be of before: what the server has taken since is not missing either.
    server.stop()
    page.goto(missing)
    expect(page.locator("html[data-kept]")).to_have_count(1)
    expect(row).not_to_be_visible()
    expect(page.locator("main [data-waits]")).to_be_hidden()


def test_the_drawers_of_a_criterion_open_without_a_server_with_new_operation_ids(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    visit = make_ready(page)
    page.goto(f"{visit}/score")
    server.stop()
    page.reload()
    finding = page.locator("[data-opens=finding][hx-get]").first
    ids = set()
    for _again in range(2):
        finding.click()
        field = page.locator("#finding-body input[name=op_id]")
        expect(field).to_have_count(1)
        ids.add(field.get_attribute("value"))
        page.locator("#finding [data-closes]").first.click()
        page.locator("#finding-body").evaluate("body => body.replaceChildren()")
    assert len(ids) == 2
    page.locator("[data-opens=evidence][hx-get]").first.click()
    expect(page.locator("#evidence-body form[data-uploads]")).to_have_count(1)


def test_a_network_that_comes_back_gives_the_page_as_it_is_now(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    visit = make_ready(page)
    server.stop()
    page.goto(visit)
    expect(page.get_by_text("đây là bản giữ trên máy lúc")).to_be_visible()
    server.start()
    page.goto(visit)
    expect(page.locator("h1")).to_contain_text("Cầu Tre")
    expect(page.get_by_text("đây là bản giữ trên máy lúc")).to_have_count(0)


def test_what_was_saved_is_on_the_kept_scoring_page_soon_after(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    visit = make_ready(page)
    page.goto(f"{visit}/score")
    expect(page.locator("html")).to_have_attribute("data-scoring", "ready")
    note = page.locator(".criterion textarea[name=note]:not([readonly])").first
    note.evaluate("area => area.closest('details').open = true")
    name = note.get_attribute("id")
    note.fill("Bảng niêm yết mới treo hôm qua")
    note.blur()
    expect(page.locator("#save-state")).to_contain_text("Đã lưu", timeout=15_000)
    assert eventually(page, lambda: "Bảng niêm yết mới treo hôm qua" in kept(page, f"{visit}/score"))
    server.stop()
    page.goto(f"{visit}/score")
    assert page.locator(f"[id='{name}']").input_value() == "Bảng niêm yết mới treo hôm qua"


def test_signing_out_takes_the_pages_from_the_device(server: Server, tablet: Callable[[], Page]) -> None:
    page = tablet()
    visit = make_ready(page)
    page.locator(".topbar .menu summary").click()
    page.locator("form[action='/logout'] button").click()
    page.wait_for_url("**/login")
    assert eventually(page, lambda: kits(page) == 0)
    server.stop()
    page.goto(visit)
    expect(page.locator("h1")).to_have_text("Không có kết nối tới máy chủ")
    expect(page.locator(".kits [data-none]")).to_be_visible()


def test_another_account_on_the_same_tablet_never_sees_them(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    visit = make_ready(page)
    page.context.clear_cookies()  # the session is over, nobody signed out
    sign_in(page, "lanhdao")
    assert eventually(page, lambda: kits(page) == 0)
    server.stop()
    page.goto(visit)
    expect(page.locator("h1")).to_have_text("Không có kết nối tới máy chủ")
    assert "Cầu Tre" not in page.content()


def test_without_a_network_signing_out_locks_the_pages(server: Server, tablet: Callable[[], Page]) -> None:
    page = tablet()
    visit = make_ready(page)
    server.stop()
    page.goto(visit)
    page.locator(".topbar .menu summary").click()
    page.locator("form[action='/logout'] button").click()
    expect(page.locator("h1")).to_have_text("Không có kết nối tới máy chủ")
    page.goto(visit)
    expect(page.locator("h1")).to_have_text("Không có kết nối tới máy chủ")
    expect(page.locator(".kits [data-none]")).to_be_visible()


def test_a_form_that_reaches_nobody_stays_with_all_that_was_typed(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    page.goto("/login")
    watched(page)
    page.locator("input[name=name]").fill("thanhvien")
    page.locator("input[name=password]").fill(PASSWORD)
    server.kill()
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("#notices")).to_contain_text("Không có kết nối tới máy chủ")
    expect(page).to_have_url(re.compile("/login$"))
    expect(page.locator("input[name=name]")).to_have_value("thanhvien")
    # It is sent again as it stands, once there is somebody to take it.
    server.start()
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def test_neither_a_login_page_nor_a_refusal_is_kept(server: Server, tablet: Callable[[], Page]) -> None:
    page = tablet()
    visit = make_ready(page)
    page.context.clear_cookies()
    page.goto(visit)
    expect(page).to_have_url(re.compile("/login"))
    server.stop()
    page.goto(visit)
    expect(page.locator("h1")).to_contain_text("Cầu Tre")


def test_the_list_on_the_own_page_takes_one_away(server: Server, tablet: Callable[[], Page]) -> None:
    page = tablet()
    visit = make_ready(page)
    page.goto("/me")
    expect(page.locator(".kits .row")).to_have_count(1)
    page.locator("[data-removes]").click()
    expect(page.locator(".kits [data-none]")).to_be_visible()
    server.stop()
    page.goto(visit)
    expect(page.locator("h1")).to_have_text("Không có kết nối tới máy chủ")


def test_a_new_version_is_offered_quietly_and_kept_pages_live_on(
    server: Server, tablet: Callable[[], Page], tmp_path: Path
) -> None:
    page = tablet()
    visit = make_ready(page)
    score = f"{visit}/score"
    page.goto(score)
    old = page.locator("#shell-words").get_attribute("data-build")
    server.stop()
    newer = tmp_path / "newer"
    for name in ("app", "migrations"):
        shutil.copytree(ROOT / name, newer / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "wsgi.py", newer)
    with (newer / "app" / "static" / "print.css").open("a") as sheet:
        sheet.write("\n/* the next build */\n")
    server.root = newer
    server.start()
    # The kept page of the old build still finds its scripts while the new worker waits.
    page.goto(score)
    expect(page.locator("[data-shell=shell-new-version]")).to_be_visible(timeout=20_000)
    new = page.locator("#shell-words").get_attribute("data-build")
    assert new != old
    page.locator("[data-shell=shell-new-version] [data-press]").click()
    expect(page.locator("html")).to_have_attribute("data-scoring", "ready", timeout=20_000)
    # A browser that developer tools watch may keep the older worker: then the page comes anew after ten seconds.
    expect(page.locator("[data-shell=shell-new-version]")).to_have_count(0, timeout=30_000)
    # The kit of the old build is fetched anew by itself; then the old build's files go.
    build = "caches.open('soat-kit-' + document.querySelector('[data-kit]').dataset.person).then(c => c.match('/__kit/{}')).then(r => r.json()).then(k => k.build)"
    assert eventually(page, lambda: page.evaluate(build.format(visit.rsplit("/", 1)[1])) == new)
    server.stop()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-scoring", "ready")


def test_a_page_in_the_middle_of_writing_is_not_loaded_anew(
    server: Server, tablet: Callable[[], Page]
) -> None:
    page = tablet()
    make_ready(page)
    page.evaluate("document.addEventListener('soat:update', event => event.preventDefault())")
    assert page.evaluate("!document.dispatchEvent(new CustomEvent('soat:update', { cancelable: true }))")


def test_the_seal_a_browser_makes_is_the_seal_the_server_expects(
    server: Server, tablet: Callable[[], Page]
) -> None:
    """With the very lines that CONTRIBUTING.md gives."""
    lines = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```js\n")[1].split("```")[0]
    page = tablet()
    page.goto("/offline")
    key = seal_key("a secret of the tests", 4)
    made = page.evaluate(f"async ([seal_key, op]) => {{ {lines}; return op.seal; }}", [key, OPERATION])
    assert made == seal(key, OPERATION)
