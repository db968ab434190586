"""From finding to fixed, as two people do it: a conclusion's tasks, reports with files, verdicts, a re-inspection."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.database import change, rows, ward_inspection
from tests.browser.people import has_no_sideways_scrolling
from tests.documents.hostile import pdf
from tests.server import Server

SIGNED = "2022-09-16 02:00:00"
FIRST, SECOND = "Niêm yết đầy đủ thủ tục hành chính", "Mở lại hòm thư góp ý"


def signed_inspection(server: Server) -> int:
    """Another inspection of the ward by the same delegation, its minutes signed, with two recommendations."""
    (given,) = rows(server, "SELECT * FROM inspections WHERE id = ?", ward_inspection(server))
    (head,) = rows(server, "SELECT id FROM users WHERE name = 'truongdoan'")
    given |= {
        "kind": "chuyen_de",
        "state": "da_ky_bien_ban",
        "scoring": 0,
        "published_at": SIGNED,
        "locked_at": SIGNED,
    }
    del given["id"]
    columns = ", ".join(given)
    assert change(
        server,
        f"INSERT INTO inspections ({columns}) VALUES ({', '.join('?' * len(given))})",
        *given.values(),
    )
    (new,) = rows(server, "SELECT max(id) AS id FROM inspections")
    for text in (FIRST, SECOND):
        assert change(
            server,
            "INSERT INTO recommendations (op_id, inspection_id, direction, text, addressee, report_to, version,"
            " created_by_id, created_at, updated_at) VALUES (?, ?, 'to_unit', ?, '', '', 1, ?, ?, ?)",
            f"{text}-{new['id']}",
            new["id"],
            text,
            head["id"],
            SIGNED,
            SIGNED,
        )
    return int(new["id"])


def card(page: Page, title: str) -> Locator:
    return page.locator("section.card").filter(has=page.get_by_role("heading", name=title))


def reports(page: Page, task: int, result: str) -> None:
    page.goto(f"/tasks/{task}")
    accept = page.locator(f"form[action='/tasks/{task}/steps/tiep-nhan'] button[type=submit]")
    if accept.count():
        accept.click()
        expect(accept).to_have_count(0)
    form = page.locator(f"form[action='/tasks/{task}/steps/bao-cao']")
    form.locator("xpath=..").locator("summary").click()
    form.locator("[name=result]").fill(result)
    form.locator("[name=number]").fill("12/BC-UBND")
    form.locator("[name=issued_on]").fill("20/9/2022")
    form.locator("input[type=file]").set_input_files(
        [{"name": f"{result}.pdf", "mimeType": "application/pdf", "buffer": pdf()}]
    )
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)


def test_a_recommendation_becomes_a_task_and_what_is_left_is_reinspected(
    server: Server, person: Callable[..., Page]
) -> None:
    at = f"/inspections/{signed_inspection(server)}"
    head, officer = person("truongdoan"), person("canbo")

    head.goto(at)
    head.get_by_role("link", name="Ban hành kết luận").click()
    expect(head.locator("main")).to_contain_text(FIRST)
    assert has_no_sideways_scrolling(head)
    head.get_by_label("Số, ký hiệu").fill("45/TB-SNV")
    head.get_by_role("button", name="Ban hành kết luận").click()
    head.wait_for_url(f"**{at}/follow-up")
    expect(head.locator("main")).to_contain_text("Đã khắc phục 0/2 nội dung")

    task = int(
        (card(head, FIRST).get_by_role("link", name=FIRST).get_attribute("href") or "").rpartition("/")[2]
    )
    officer.goto("/")
    officer.locator(f"a[href='{at}/follow-up']").click()
    expect(officer.locator("main")).to_contain_text(SECOND)
    reports(officer, task, "Đã niêm yết tại Bộ phận Một cửa")

    head.reload()
    mine = card(head, FIRST)
    expect(mine).to_contain_text("1 tệp")
    mine.locator("summary").filter(has_text="Chưa đạt").click()
    mine.locator("textarea").fill("Còn thiếu 3 thủ tục")
    mine.locator("form[action$='/tra-lai'] button[type=submit]").click()
    expect(card(head, FIRST)).to_contain_text("Còn thiếu 3 thủ tục")

    officer.goto(f"{at}/follow-up")
    expect(card(officer, FIRST)).to_contain_text("Còn thiếu 3 thủ tục")
    reports(officer, task, "Đã niêm yết bổ sung 3 thủ tục")

    head.reload()
    card(head, FIRST).get_by_role("button", name="Đã khắc phục").click()
    expect(head.locator("main")).to_contain_text("Đã khắc phục 1/2 nội dung")

    head.goto(at)
    head.get_by_role("link", name="Kết thúc cuộc kiểm tra").click()
    expect(head.locator(".alert.bad")).to_contain_text("Còn 1 nội dung chưa xong")
    head.goto(f"{at}/follow-up")
    head.get_by_role("link", name="Lập cuộc phúc tra").click()
    head.get_by_label("Ngày phúc tra").fill("30/06/2025")
    head.get_by_label("Đến").fill("30/06/2025")
    head.get_by_role("button", name="Lập cuộc phúc tra").click()
    head.wait_for_url(re.compile(r"/inspections/\d+/follow-up$"))
    expect(head.locator("main")).to_contain_text(SECOND)
    expect(head.locator("main")).not_to_contain_text(FIRST)

    again = head.url
    head.goto(f"{at}/follow-up")
    head.get_by_role("link", name="Kết thúc cuộc kiểm tra").click()
    expect(head.locator("main")).to_contain_text("Kết thúc rồi thì không mở lại được")
    head.get_by_role("button", name="Kết thúc cuộc kiểm tra").click()
    expect(head.locator(".badge").filter(has_text="Kết thúc").first).to_be_visible()
    assert rows(server, "SELECT state FROM inspections WHERE id = ?", int(at.rpartition("/")[2])) == [
        {"state": "ket_thuc"}
    ]

    # The visit of the re-inspection begins.
    visit = int(again.split("/")[-2])
    assert change(server, "UPDATE inspections SET state = 'dang_kiem_tra' WHERE id = ?", visit)
    head.goto(again)
    left = card(head, SECOND)
    left.locator("summary").filter(has_text="Đã khắc phục (ghi nhận tại chỗ)").click()
    left.locator("form[action$='/ghi-nhan-tai-cho'] textarea").fill("Hòm thư đã mở, có lịch mở hằng tuần")
    left.locator("form[action$='/ghi-nhan-tai-cho'] button[type=submit]").click()
    expect(head.locator("main")).to_contain_text("Đã khắc phục 1/1 nội dung")
