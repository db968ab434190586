"""From finding to fixed, as the people do it, every step on its page: written down at the criterion, signed, concluded,
reported with a file, returned, reported again, accepted; what is left is looked at again in a re-inspection."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.database import ward_inspection
from tests.browser.people import has_no_sideways_scrolling
from tests.browser.reckoning import leaves
from tests.browser.scoring import ScorePage
from tests.browser.test_explanations import sends_scores, takes_step
from tests.documents.hostile import pdf
from tests.server import Server

# Two criteria of one area: what is found there, and what is asked for.
ASKED = {
    "3.2.2": ("Chưa niêm yết đủ thủ tục hành chính", "Niêm yết đầy đủ thủ tục hành chính"),
    "3.2.3": ("Hòm thư góp ý bị khóa", "Mở lại hòm thư góp ý"),
}
(FIXED, (_FOUND, FIRST)), (LEFT, (STILL, SECOND)) = ASKED.items()


def test_a_recommendation_becomes_a_task_and_what_is_left_is_reinspected(
    server: Server, person: Callable[..., Page]
) -> None:
    at = f"/inspections/{ward_inspection(server)}"
    head, member, officer = person("truongdoan"), person("thanhvien"), person("canbo")
    decided_on_paper(head, at)
    writes_down(member, at)
    comes_to_its_signature(head, member, at)
    first, second = is_concluded(head, officer, at)

    accepts(officer, first)
    reports(officer, first, "Đã niêm yết tại Bộ phận Một cửa")
    head.goto(f"{at}/follow-up")
    expect(card(head, FIRST)).to_contain_text("1 tệp")
    falls_short(head, FIRST, "Còn thiếu 3 thủ tục")
    officer.goto(f"{at}/follow-up")
    expect(card(officer, FIRST)).to_contain_text("Còn thiếu 3 thủ tục")
    reports(officer, first, "Đã niêm yết bổ sung 3 thủ tục")
    accepts(officer, second)
    reports(officer, second, "Đã gọi thợ mở khóa")
    head.goto(f"{at}/follow-up")
    card(head, FIRST).get_by_role("button", name="Đã khắc phục").click()
    expect(head.locator("main")).to_contain_text("Đã khắc phục 1/2 nội dung")
    falls_short(head, SECOND, "Khóa chưa mở được")

    again = is_handed_on(head, at)
    ends(head, at)
    is_looked_at_again(head, member, again)


# --- the inspection -----------------------------------------------------------------------------------


def decided_on_paper(head: Page, at: str) -> None:
    """What a re-inspection by the same delegation begins with."""
    head.goto(at)
    head.get_by_role("link", name="Đoàn kiểm tra công tác cải cách hành chính").first.click()
    head.get_by_role("link", name="Sửa đoàn").click()
    head.get_by_label("Số quyết định thành lập").fill("34/QĐ-SNV")
    head.get_by_label("Ngày quyết định").fill("01/09/2022")
    head.get_by_role("button", name="Lưu đoàn").last.click()
    expect(head.locator("#main")).to_contain_text("34/QĐ-SNV")


def writes_down(member: Page, at: str) -> None:
    """At the criterion: what was found, and what is asked for."""
    score = ScorePage(member, int(at.rpartition("/")[2])).open(area="3")
    for code, (found, asked) in ASKED.items():
        score.card(code).locator("[data-opens=finding]").click()
        drawer = member.locator("#finding")
        expect(drawer.locator("form[data-queue][data-prepared]")).to_contain_text(code)
        drawer.get_by_label("Nội dung").fill(found)
        drawer.get_by_label("Kiến nghị kèm theo").fill(asked)
        drawer.get_by_role("button", name="Lưu").click()
        expect(drawer.get_by_text("Đã ghi nhận phát hiện")).to_be_visible()
        drawer.get_by_role("button", name="Chấm tiếp").click()
        expect(drawer).to_be_hidden()


def comes_to_its_signature(head: Page, member: Page, at: str) -> None:
    sends_scores(member, at, leaves(), "verified")
    takes_step(head, at, "Chốt điểm, công bố cho đơn vị")
    head.get_by_role("link", name="Ký biên bản").click()
    head.get_by_role("link", name="Sửa nội dung").click()
    for label, words in (
        ("Số biên bản", "12"),
        ("Địa danh", "Hải Phòng"),
        ("Ngày lập biên bản", "15/09/2022"),
        ("Bắt đầu lúc", "08:00"),
        ("Kết thúc lúc", "11:30"),
        ("Địa điểm làm việc", "Trụ sở UBND phường Cầu Tre"),
    ):
        head.get_by_label(label).fill(words)
    head.get_by_role("button", name="Lưu").click()
    expect(head.locator(".minutes-paper")).to_contain_text(FIRST)
    head.get_by_role("link", name="Ghi nhận đã ký").click()
    head.get_by_role("button", name="Hai bên đã ký, giữ nguyên nội dung").click()
    expect(head.locator("#main")).to_contain_text("Nội dung đã ký được giữ nguyên")


def is_concluded(head: Page, officer: Page, at: str) -> list[int]:
    """What is asked for has come to the ward as tasks; their ids."""
    head.goto(at)
    head.get_by_role("link", name="Ban hành kết luận").click()
    for words in (FIRST, SECOND):
        expect(head.locator("main")).to_contain_text(words)
    assert has_no_sideways_scrolling(head)
    head.get_by_label("Số, ký hiệu").fill("45/TB-SNV")
    head.get_by_role("button", name="Ban hành kết luận").click()
    head.wait_for_url(f"**{at}/follow-up")
    expect(head.locator("main")).to_contain_text("Đã khắc phục 0/2 nội dung")

    officer.goto("/")
    officer.locator(f"a[href='{at}/follow-up']").click()
    links = [card(officer, words).get_by_role("link", name=words, exact=True) for words in (FIRST, SECOND)]
    return [int((link.get_attribute("href") or "").rpartition("/")[2]) for link in links]


# --- following up -------------------------------------------------------------------------------------


def card(page: Page, title: str) -> Locator:
    return page.locator("section.card").filter(has=page.get_by_role("heading", name=title))


def accepts(officer: Page, task: int) -> None:
    officer.goto(f"/tasks/{task}")
    officer.get_by_role("button", name="Tiếp nhận nhiệm vụ").click()
    expect(officer.locator(".messages")).to_contain_text("Tiếp nhận")


def reports(officer: Page, task: int, result: str) -> None:
    """The words, the document and the file go in one form."""
    officer.goto(f"/tasks/{task}")
    form = officer.locator(f"form[action='/tasks/{task}/steps/bao-cao']")
    form.locator("xpath=..").locator("summary").click()
    form.get_by_label("Kết quả thực hiện").fill(result)
    form.get_by_label("Số, ký hiệu văn bản sản phẩm").fill("12/BC-UBND")
    form.get_by_label("Ngày văn bản").fill("20/09/2022")
    form.get_by_label("Tệp kèm báo cáo").set_input_files(
        [{"name": f"{result}.pdf", "mimeType": "application/pdf", "buffer": pdf()}]
    )
    form.get_by_role("button", name="Báo cáo kết quả khắc phục").click()
    expect(form).to_have_count(0)
    expect(officer.locator("#main")).to_contain_text(f"{result}.pdf")


def falls_short(head: Page, title: str, reason: str) -> None:
    mine = card(head, title)
    mine.locator("summary").filter(has_text="Chưa đạt").click()
    mine.locator("form[action$='/tra-lai'] textarea").fill(reason)
    mine.locator("form[action$='/tra-lai'] button[type=submit]").click()
    expect(card(head, title)).to_contain_text(reason)


def is_handed_on(head: Page, at: str) -> str:
    """What is left goes to a re-inspection that is scored; its address."""
    head.goto(at)
    head.get_by_role("link", name="Kết thúc cuộc kiểm tra").click()
    expect(head.locator(".alert.bad")).to_contain_text("Còn 1 nội dung chưa xong")
    head.get_by_role("link", name="Xem từng mục còn thiếu").click()
    head.get_by_role("link", name="Lập cuộc phúc tra").click()
    # The ward of the demonstration was merged on the day after.
    head.get_by_label("Ngày phúc tra").fill("30/06/2025")
    head.get_by_label("Đến").fill("30/06/2025")
    head.get_by_label("Chấm điểm lại theo bộ tiêu chí").check()
    head.get_by_role("button", name="Lập cuộc phúc tra").click()
    head.wait_for_url(re.compile(r"/inspections/\d+/follow-up$"))
    expect(head.locator("main")).to_contain_text(SECOND)
    expect(head.locator("main")).not_to_contain_text(FIRST)
    return head.url.removesuffix("/follow-up")


def ends(head: Page, at: str) -> None:
    head.goto(at)
    head.get_by_role("link", name="Kết thúc cuộc kiểm tra").click()
    expect(head.locator("main")).to_contain_text("Kết thúc rồi thì không mở lại được")
    head.get_by_role("button", name="Kết thúc cuộc kiểm tra").click()
    expect(head.locator(".badge").filter(has_text="Kết thúc").first).to_be_visible()


def is_looked_at_again(head: Page, member: Page, again: str) -> None:
    """The visit of the re-inspection begins; at the criterion stands what is left, and there it is settled."""
    takes_step(head, again, "Bắt đầu kiểm tra (bỏ qua tự chấm)")
    score = ScorePage(member, int(again.rpartition("/")[2])).open(area="3")
    for code, remedied in ((FIXED, "đã khắc phục"), (LEFT, "chưa khắc phục")):
        before = score.card(code).locator(".criterion-earlier")
        before.locator("summary").click()
        expect(before).to_contain_text(ASKED[code][0])
        expect(before).to_contain_text(remedied)
    head.goto(f"{again}/follow-up")
    left = card(head, SECOND)
    expect(left).to_contain_text("Khóa chưa mở được")
    left.locator("summary").filter(has_text="Đã khắc phục (ghi nhận tại chỗ)").click()
    left.locator("form[action$='/ghi-nhan-tai-cho'] textarea").fill("Hòm thư đã mở, có lịch mở hằng tuần")
    left.locator("form[action$='/ghi-nhan-tai-cho'] button[type=submit]").click()
    expect(head.locator("main")).to_contain_text("Đã khắc phục 1/1 nội dung")
