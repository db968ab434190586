"""The session ends while somebody types: they are asked to sign in, and nothing they typed is lost.

The scoring page's own taps are looked at in ``test_saving.py``; here are the plain forms, and the finding drawer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.database import change, rows, ward_inspection
from tests.browser.eventually import eventually
from tests.browser.people import PASSWORD, sign_in
from tests.browser.scoring import ScorePage
from tests.server import Server

LINES = "Dòng một: «chưa niêm yết»\nDòng hai: <b>0 < 1</b>"
REPORT = "SELECT r.id FROM dossier_reports r JOIN units u ON u.id = r.unit_id WHERE u.name = 'Phường Cầu Tre'"
TASK = (
    "SELECT t.id FROM tasks t JOIN units u ON u.id = t.unit_id "
    "WHERE u.name = 'Phường Cầu Tre' AND t.workflow = 'dang_thuc_hien'"
)
# Who, where, what is typed by the name of its field, and where the server keeps it.
FORMS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "finding": (
        "truongdoan",
        "/inspections/{inspection}/findings/new?criterion=3.4.1",
        {"text": LINES, "cause": "Thiếu người", "due_on": "30/09/2022"},
        "SELECT text FROM findings WHERE text LIKE ?",
    ),
    "recommendation": (
        "truongdoan",
        "/inspections/{inspection}/recommendations/new",
        {"text": LINES, "addressee": "UBND phường Cầu Tre"},
        "SELECT text FROM recommendations WHERE text LIKE ?",
    ),
    "minutes": (
        "truongdoan",
        "/inspections/{inspection}/minutes/edit",
        {"number": "12/BB-ĐKT", "strengths": LINES, "copies": "5"},
        "SELECT details FROM minutes WHERE details LIKE ?",
    ),
    "task report": (
        "canbo",
        "/tasks/{task}",
        {"result": LINES, "number": "15/BC-UBND", "issued_on": "25/01/2022"},
        "SELECT result FROM tasks WHERE result LIKE ?",
    ),
    "dossier figures": (
        "canbo",
        "/dossiers/{report}",
        {"total-received_total": "4545", "total-received_online": "4545", "note": LINES},
        "SELECT note FROM dossier_reports WHERE note LIKE ?",
    ),
}


@pytest.fixture(scope="module")
def ids(server: Server) -> dict[str, Any]:
    change(
        server,
        f"UPDATE tasks SET workflow = 'dang_thuc_hien' WHERE id = ({TASK.split(' AND t.')[0]} LIMIT 1)",
    )
    return {
        "inspection": ward_inspection(server),
        "report": rows(server, REPORT)[0]["id"],
        "task": rows(server, TASK)[0]["id"],
    }


def end_the_newest_session(server: Server) -> None:
    assert change(server, "DELETE FROM user_sessions WHERE id = (SELECT max(id) FROM user_sessions)") == 1


def type_into(page: Page, fields: dict[str, str]) -> None:
    """Into the one form of the page that has them all; it may be folded."""
    for name, value in fields.items():
        field = page.locator(f'main [name="{name}"]').first
        fold = field.locator("xpath=ancestor::details")
        if fold.count() and fold.first.get_attribute("open") is None:
            fold.first.locator("summary").click()
        field.fill(value)


def press_save(page: Page, last: str) -> None:
    page.locator(f'main form:has([name="{last}"]) button[type=submit].primary').last.click()


def enter_again(page: Page, name: str = "") -> None:
    if name:
        page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("#login-form button[type=submit]").click()


# With scripts these two wait in the outbox, as scores do.
QUEUED = ("finding", "recommendation")


@pytest.mark.parametrize("what", QUEUED)
def test_what_was_written_of_an_inspection_waits_on_the_device_until_its_author_is_back(
    new_page: Callable[..., Page], server: Server, ids: dict[str, Any], what: str
) -> None:
    who, address, fields, stored = FORMS[what]
    mark = f"{what}, from the device"
    fields = {name: f"{value}\n{mark}" if value == LINES else value for name, value in fields.items()}
    page = new_page()
    sign_in(page, who)
    page.goto(address.format(**ids))
    type_into(page, fields)
    end_the_newest_session(server)
    press_save(page, "text")
    expect(page.locator("main")).to_contain_text("đã lưu trên máy", timeout=20_000)
    assert not rows(server, stored, f"%{mark}%")
    page.goto(f"/inspections/{ids['inspection']}")
    enter_again(page, who)
    expect(page.locator("h1")).to_have_text("Phường Cầu Tre")
    expect(page.locator("#unsent")).to_be_hidden(timeout=20_000)
    assert len(eventually(page, lambda: rows(server, stored, f"%{mark}%"))) == 1


@pytest.mark.parametrize(
    ("what", "script"),
    [
        *((what, True) for what in FORMS if what not in QUEUED),
        ("finding", False),
        ("dossier figures", False),
    ],
)
def test_after_signing_in_again_one_press_saves_what_was_typed(
    new_page: Callable[..., Page], server: Server, ids: dict[str, Any], what: str, script: bool
) -> None:
    who, address, fields, stored = FORMS[what]
    mark = f"{what}, {'with' if script else 'without'} scripts"
    fields = {name: f"{value}\n{mark}" if value == LINES else value for name, value in fields.items()}
    page = new_page(java_script_enabled=script)
    sign_in(page, who)
    page.goto(address.format(**ids))
    type_into(page, fields)
    end_the_newest_session(server)
    press_save(page, next(name for name, value in fields.items() if mark in value))
    expect(page.locator("#login-form")).to_be_visible()
    expect(page.locator("main")).to_contain_text("chưa được lưu")
    enter_again(page, who)
    expect(page.locator("h1")).to_have_text("Gửi tiếp nội dung vừa nhập")
    for value in fields.values():
        kept = page.locator("main textarea[readonly]").evaluate_all(
            "all => all.map((one) => one.value).join('\\n')"
        )
        assert value in kept
    assert not rows(server, stored, f"%{mark}%"), "nothing is saved before the press"
    page.get_by_role("button", name="Gửi tiếp").click()
    expect(page.locator("main")).not_to_contain_text("Gửi tiếp nội dung")
    assert rows(server, stored, f"%{mark}%"), page.locator("main").inner_text()[:800]


def signs_in_beside(page: Page, name: str) -> None:
    """By the link of the dialog, in a tab of its own; then «Thử lại»."""
    dialog = page.locator("#signed-out")
    expect(dialog).to_be_visible()
    with page.context.expect_page() as opened:
        dialog.locator("a").click()
    opened.value.wait_for_load_state()
    sign_in(opened.value, name)
    opened.value.close()
    dialog.locator("[data-retries]").click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("early", [False, True], ids=["at leisure", "before its script is there"])
def test_the_finding_drawer_keeps_its_text_while_one_signs_in_beside(
    new_page: Callable[..., Page], server: Server, ids: dict[str, Any], early: bool
) -> None:
    text = f"Gõ dở trong ngăn kéo, {'sớm' if early else 'thong thả'}"
    held: list[Route] = []
    page = new_page()
    sign_in(page, "truongdoan")
    if early:
        page.route("**/js/findings*.js", lambda route: held.append(route))
    ScorePage(page, ids["inspection"]).open(area="3")
    page.locator("#finding-here").click()
    drawer = page.locator("#finding")
    drawer.locator("[name=text]").fill(text)
    end_the_newest_session(server)
    drawer.locator("button.primary").click()
    for script in held:
        script.continue_()
    signs_in_beside(page, "truongdoan")
    assert len(eventually(page, lambda: rows(server, "SELECT id FROM findings WHERE text = ?", text))) == 1


def test_a_drawer_that_meets_the_end_of_the_session_asks_to_sign_in_until_one_has(
    new_page: Callable[..., Page], server: Server, ids: dict[str, Any]
) -> None:
    page = new_page()
    sign_in(page, "truongdoan")
    ScorePage(page, ids["inspection"]).open(area="3")
    end_the_newest_session(server)
    page.locator("#evidence-here").click()
    expect(page.locator("#signed-out")).to_be_visible()
    # What is drawn meanwhile does not take it away.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    signs_in_beside(page, "truongdoan")
    page.locator("#evidence [data-closes]").first.click()
    page.locator("#evidence-here").click()
    expect(page.locator("#evidence-body form").first).to_be_visible()


def test_a_role_that_was_taken_away_leaves_what_was_typed_on_the_page(
    new_page: Callable[..., Page], server: Server, ids: dict[str, Any]
) -> None:
    page = new_page()
    sign_in(page, "thuky")
    page.goto(f"/inspections/{ids['inspection']}/minutes/edit")
    type_into(page, {"strengths": LINES, "copies": "7"})
    role = "role = ? WHERE user_id = (SELECT id FROM users WHERE name = 'thuky')"
    assert change(server, f"UPDATE delegation_members SET {role}", "member")
    try:
        press_save(page, "strengths")
        expect(page.locator("h1")).to_have_text("Bạn không có quyền làm việc này.")
        expect(page.get_by_label("Ưu điểm")).to_have_value(LINES)
        expect(page.locator("main")).to_contain_text("chưa được lưu")
    finally:
        change(server, f"UPDATE delegation_members SET {role}", "secretary")
