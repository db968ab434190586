"""A list as filtered is a workbook: the same rows, true dates and numbers, nothing that calculates."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from app.db import db
from app.documents.lists_xlsx import HEAD_ROW
from app.domain.access import Role
from app.domain.inspections import FindingKind, State
from app.domain.task_steps import Action
from app.domain.tasks import DirectiveKind, Workflow
from app.models import Inspection
from tests import make

LISTS = ("/tasks.xlsx", "/directives.xlsx", "/dossiers.xlsx", "/inspections.xlsx", "/units.xlsx")


def day(value: object) -> object:
    """openpyxl gives a moment for a day."""
    return value.date() if isinstance(value, datetime) else value


def rows(reply: TestResponse) -> list[dict[str, object]]:
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"].startswith("attachment")
    book = load_workbook(BytesIO(reply.data))
    lines = list(book.worksheets[0].iter_rows(min_row=HEAD_ROW, values_only=True))
    head, *rest = lines
    return [dict(zip(head, map(day, line), strict=True)) for line in rest if isinstance(line[0], int)]


def said(reply: TestResponse) -> str:
    return load_workbook(BytesIO(reply.data)).worksheets[0]["A2"].value


@pytest.fixture
def planned(app):
    delegation = make.delegation()
    ward = make.unit()
    inspection = make.inspection(unit=ward, delegation=delegation)
    head = make.user(Role.HEAD)
    make.member(delegation, Role.HEAD, user=head)
    return head, ward, inspection


def test_the_tasks_as_filtered_are_exported(login, planned):
    head, ward, _inspection = planned
    directive = make.directive(number="12/KH-UBND", issued_on=date(2022, 1, 5))
    make.task(ward, title="=HYPERLINK(1)", directive_id=directive.id, due_original=date(2022, 3, 1))
    make.task(ward, title="Rà soát", workflow=Workflow.DONE, completed_on=date(2022, 2, 1))
    make.task(make.unit("Phường khác", code="PK"), title="Không thấy")
    browser = login(head)
    reply = browser.get("/tasks.xlsx")
    found = rows(reply)
    assert {row["Nội dung nhiệm vụ"] for row in found} == {"=HYPERLINK(1)", "Rà soát"}
    assert [row["STT"] for row in found] == [1, 2]
    one = next(row for row in found if row["Nội dung nhiệm vụ"] == "=HYPERLINK(1)")
    assert (one["Số văn bản"], one["Ngày văn bản"]) == ("12/KH-UBND", date(2022, 1, 5))
    assert one["Hạn ban đầu"] == date(2022, 3, 1)
    assert one["Vai trò"] == "Chủ trì"
    cells = load_workbook(BytesIO(reply.data)).worksheets[0]
    assert all(cell.data_type != "f" for line in cells.iter_rows() for cell in line)
    assert cells.print_title_rows == f"${HEAD_ROW}:${HEAD_ROW}"
    assert cells.freeze_panes == f"A{HEAD_ROW + 1}"
    filtered = browser.get(f"/tasks.xlsx?workflow=hoan_thanh&unit={ward.id}&q=ra+soat")
    assert [row["Nội dung nhiệm vụ"] for row in rows(filtered)] == ["Rà soát"]
    assert "Trạng thái: Đã hoàn thành" in said(filtered)
    assert "Đơn vị: Phường Cầu Tre" in said(filtered)
    page = browser.get("/tasks?workflow=hoan_thanh&page=2")
    assert "/tasks.xlsx?workflow=hoan_thanh" in page.text


def test_a_report_that_was_taken_back_is_not_exported(login, planned):
    head, ward, _inspection = planned
    directive = make.directive(number="12/KH-UBND", title="Kế hoạch năm")
    said = {"product_number": "45/BC-UBND", "product_date": date(2022, 2, 1), "result": "Đã làm"}
    for workflow in (Workflow.IN_PROGRESS, Workflow.AWAITING):
        make.task(ward, title=workflow, workflow=workflow, period_label="Quý I/2022", **said)
    make.task(ward, title="Theo kế hoạch", directive_id=directive.id)
    reply = login(head).get("/tasks.xlsx")
    found = {row["Nội dung nhiệm vụ"]: row for row in rows(reply)}
    taken_back, waiting = found[Workflow.IN_PROGRESS], found[Workflow.AWAITING]
    columns = ("Số văn bản sản phẩm", "Ngày văn bản sản phẩm", "Kết quả thực hiện")
    assert [taken_back[name] for name in columns] == [None, None, None]
    assert [waiting[name] for name in columns] == ["45/BC-UBND", date(2022, 2, 1), "Đã làm"]
    assert waiting["Kỳ"] == "Quý I/2022"
    assert found["Theo kế hoạch"]["Trích yếu văn bản"] == "Kế hoạch năm"
    sheet = load_workbook(BytesIO(reply.data)).worksheets[0]
    assert sheet.row_dimensions[HEAD_ROW].height >= 30, "headings of two lines are seen whole"


def test_requests_that_wait_are_exported_as_their_page_shows_them(login, planned):
    """Of what other offices gave a person sees the requests, and answers none."""
    head, ward, _inspection = planned
    office = make.unit("Sở Tư pháp")
    for title, giver in (("Của đoàn", None), ("Của sở khác", office.id)):
        task = make.task(ward, title=title, assigner_unit_id=giver)
        make.hop(task, Action.REFUSE, Workflow.NOT_STARTED, date(2022, 2, 1), None)
    make.task(ward, title="Không hỏi gì")
    browser = login(head)
    reply = browser.get("/tasks.xlsx?asked=1&group=tat_ca")
    assert [row["Nội dung nhiệm vụ"] for row in rows(reply)] == ["Của đoàn"]
    assert "Đề nghị của đơn vị chờ trả lời" in said(reply)
    page = browser.get("/tasks?asked=1").text
    assert "Của đoàn" in page
    assert "Của sở khác" not in page


def test_the_order_is_that_of_the_page(login, planned):
    head, ward, _inspection = planned
    for day in (3, 1, 2):
        make.task(
            ward, title=f"Việc {day}", assigned_on=date(2022, 1, day), due_current=date(2022, 5, 9 - day)
        )
    browser = login(head)
    by = {"moi": ["Việc 3", "Việc 2", "Việc 1"], "han": ["Việc 3", "Việc 2", "Việc 1"]}
    for sort, titles in by.items():
        found = rows(browser.get(f"/tasks.xlsx?sort={sort}"))
        assert [row["Nội dung nhiệm vụ"] for row in found] == titles


def test_the_other_lists_are_exported(login, planned):
    head, ward, inspection = planned
    directive = make.directive(number="5/CV", title="Chấn chỉnh")
    make.task(ward, directive_id=directive.id, workflow=Workflow.DONE, completed_on=date(2022, 2, 1))
    make.task(ward, directive_id=directive.id)
    make.dossier_report(ward)
    browser = login(head)
    (one,) = rows(browser.get("/directives.xlsx?q=chan+chinh"))
    assert (one["Nhiệm vụ đã giao"], one["Đã hoàn thành"], one["Tỷ lệ hoàn thành"]) == (2, 1, 0.5)
    assert rows(browser.get("/directives.xlsx?q=khong+co")) == []
    assert [row["Đơn vị"] for row in rows(browser.get("/dossiers.xlsx"))] == ["Phường Cầu Tre"]
    (one,) = rows(browser.get("/inspections.xlsx"))
    assert (one["Đơn vị"], one["Ngày kiểm tra"]) == ("Phường Cầu Tre", date(2022, 9, 15))
    assert "Phường Cầu Tre" in [row["Tên đơn vị"] for row in rows(browser.get("/units.xlsx?q=cau+tre"))]
    make.finding(inspection, kind=FindingKind.TON_TAI, text="Chưa niêm yết")
    (one,) = rows(browser.get(f"/inspections/{inspection.id}/findings.xlsx"))
    assert one["Nội dung"] == "Chưa niêm yết"


def test_the_workbook_of_directives_is_the_list_on_the_page(login, planned):
    head, ward, _inspection = planned
    plan = make.directive(number="1/KH", title="Kế hoạch", kind=DirectiveKind.KE_HOACH)
    letter = make.directive(number="2/CV", title="Chấn chỉnh", kind=DirectiveKind.CONG_VAN)
    for directive in (plan, letter):
        make.task(ward, directive_id=directive.id, workflow=Workflow.DONE, completed_on=date(2022, 2, 1))
        make.task(ward, directive_id=directive.id, assigned_on=date(2999, 1, 1))  # has not begun
    browser = login(head)
    address = f"/directives.xlsx?kind={DirectiveKind.KE_HOACH.value}"
    assert address in browser.get(f"/directives?kind={DirectiveKind.KE_HOACH.value}").text
    reply = browser.get(address)
    (one,) = rows(reply)
    assert one["Số, ký hiệu"] == "1/KH"
    assert (one["Nhiệm vụ đã giao"], one["Đã hoàn thành"]) == (1, 1)
    assert "Loại văn bản: Kế hoạch" in said(reply)
    assert len(rows(browser.get("/directives.xlsx?kind=khong_co"))) == 2


def test_the_unit_has_no_findings_before_they_are_published(login, planned):
    _head, ward, inspection = planned
    make.finding(inspection, text="Chưa niêm yết")
    officer = make.user(Role.OFFICER, unit=ward)
    browser = login(officer)
    assert rows(browser.get(f"/inspections/{inspection.id}/findings.xlsx")) == []
    stranger = login(make.user(Role.OFFICER, unit=make.unit("Phường khác", code="PK")))
    assert stranger.get(f"/inspections/{inspection.id}/findings.xlsx").status_code == 404
    assert stranger.get("/inspections/999999/findings.xlsx").status_code == 404
    assert rows(stranger.get("/tasks.xlsx")) == []
    assert rows(stranger.get("/inspections.xlsx")) == []


@pytest.mark.parametrize("address", LISTS)
def test_an_export_is_only_read(login, planned, address):
    browser = login(planned[0])
    assert browser.post(address).status_code == 405
    assert rows(browser.get(f"{address}?unit=x&year=x&kind=x&within=x&state=zz&sort=9&q=%00%ff")) is not None


def test_a_long_list_asks_once_for_every_500_rows(login, planned, count_statements):
    head, ward, _inspection = planned
    browser = login(head)
    make.task(ward)
    counts = []
    for more in (1, 30):
        for number in range(more):
            make.task(ward, title=f"Việc {number}")
        with count_statements() as statements:
            browser.get("/tasks.xlsx")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_papers_are_vietnamese_for_who_reads_english(login, planned):
    head, ward, _inspection = planned
    make.task(ward, workflow=Workflow.IN_PROGRESS)
    browser = login(head)
    browser.post("/language", data={"language": "en"})
    assert rows(browser.get("/tasks.xlsx"))[0]["Trạng thái"] == "Đang thực hiện"


def test_a_called_off_inspection_is_filtered_by_its_state(login, planned):
    head, _ward, inspection = planned
    db.session.get(Inspection, inspection.id).state = State.HUY
    db.session.commit()
    assert rows(login(head).get("/inspections.xlsx?state=dang_kiem_tra")) == []


def test_a_long_finding_goes_on_below_and_a_strength_has_no_state(login, planned):
    head, _ward, inspection = planned
    long = " ".join(f"từ{number}" for number in range(900))
    make.finding(inspection, text=long, cause="Chủ quan")
    make.finding(inspection, kind=FindingKind.UU_DIEM, severity=None, text="Tốt")
    reply = login(head).get(f"/inspections/{inspection.id}/findings.xlsx")
    assert {row["Nội dung"]: row["Trạng thái khắc phục"] for row in rows(reply)}["Tốt"] is None
    sheet = load_workbook(BytesIO(reply.data)).active
    lines = [row for row in sheet.iter_rows(min_row=HEAD_ROW + 1) if row[5].value != "Tốt"]
    assert " ".join(row[5].value for row in lines) == long
    assert [row[0].value for row in lines][1:] == ["(tiếp)"] * (len(lines) - 1)
    assert len(lines) > 1
    assert [row[6].value for row in lines] == ["Chủ quan", *[None] * (len(lines) - 1)]
    assert all(sheet.row_dimensions[row[0].row].height <= 400 for row in lines)
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row))


def test_lists_say_whose_they_are_and_read_well_on_paper(login, planned):
    head, ward, _inspection = planned
    make.task(ward, title="Rà soát", due_original=date(2022, 3, 1))
    book = load_workbook(BytesIO(login(head).get("/tasks.xlsx").data))
    sheet = book.active
    assert (book.properties.creator, book.properties.title) == ("Soát", "Danh sách nhiệm vụ")
    assert sheet.cell(HEAD_ROW + 1, 1).alignment.horizontal == "center"
    assert sheet.cell(HEAD_ROW + 1, 7).alignment.horizontal == "center"
    assert "Times New Roman" in sheet.oddFooter.center.font
