"""/tasks/import: looked at first, carried in whole or not at all, by who may give tasks to these units."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from app.db import db
from app.documents.tasks_xlsx import FAULTS_COLUMN, SHEET, Col
from app.domain.access import Role
from app.domain.areas import ReformArea
from app.domain.imports import ImportState
from app.domain.periods import today
from app.domain.task_steps import Action
from app.domain.tasks import DirectiveKind, Workflow
from app.models import AuditEvent, Directive, TaskReport, Unit, User
from tests import make
from tests.documents import hostile
from tests.views.imported import GOOD, a_planner, last_job, tasks, upload, workbook


@pytest.fixture
def planner(app) -> User:
    return a_planner()


def test_a_list_is_looked_at_and_then_carried_in(login, planner):
    browser = login(planner)
    page = browser.get("/tasks/import")
    assert page.status_code == 200
    done = GOOD | {
        Col.TITLE: "Rà soát thủ tục",
        Col.COMPLETED_ON: "15-2-2022",
        Col.PRODUCT_NUMBER: "45/BC-UBND",
        Col.PRODUCT_DATE: date(2022, 2, 14),
        Col.RESULT: "Đã rà soát",
    }
    reply = upload(browser, workbook(GOOD, done))
    assert reply.status_code == 303
    job = last_job()
    page = browser.get(reply.location)
    assert "Nhập 2 nhiệm vụ" in page.text
    assert "1 văn bản mới" in page.text
    assert tasks() == [], "nothing is written before it is asked for"
    assert browser.post(f"/tasks/import/{job.id}/write", data={"backdated": "y"}).status_code == 303
    page = browser.get(reply.location)
    assert "Đã nhập 2 nhiệm vụ" in page.text
    assert "nhập từ danh sách cũ" in page.text
    first, second = tasks()
    assert (first.area, first.workflow, first.due_current) == (
        ReformArea.TTHC,
        Workflow.NOT_STARTED,
        date(2022, 9, 20),
    )
    assert (first.assigner_unit_id, first.created_by_id) == (planner.unit_id, planner.id)
    assert (second.workflow, second.completed_on, second.product_number, second.progress) == (
        Workflow.DONE,
        date(2022, 2, 15),
        "45/BC-UBND",
        100,
    )
    assert db.session.get(Directive, first.directive_id).kind is DirectiveKind.KE_HOACH
    hops = db.session.execute(
        select(TaskReport.action, TaskReport.effective_on, TaskReport.completed_on, TaskReport.workflow_after)
        .where(TaskReport.task_id == second.id)
        .order_by(TaskReport.id)
    ).all()
    assert hops == [
        (Action.ASSIGN, date(2022, 1, 10), None, Workflow.NOT_STARTED),
        (Action.CONFIRM, date(2022, 2, 15), date(2022, 2, 15), Workflow.DONE),
    ]
    events = list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "task.import")))
    assert [event.data["after"]["added"] for event in events] == [2], "one link for the whole list"
    assert events[0].data["after"]["sha256"] == job.sha256
    assert browser.post(f"/tasks/import/{job.id}/write").status_code == 409, "not twice"
    assert browser.get(f"/tasks/{second.id}").status_code == 200


def test_the_same_list_again_brings_nothing(login, planner):
    browser = login(planner)
    for _time in range(2):
        upload(browser, workbook(GOOD, GOOD | {Col.TITLE: "Việc khác"}))
        browser.post(f"/tasks/import/{last_job().id}/write")
    assert len(tasks()) == 2
    assert db.session.scalar(select(func.count()).select_from(Directive)) == 1
    page = browser.get(f"/tasks/import/{last_job().id}")
    assert "Đã nhập 0 nhiệm vụ" in page.text


FAULTY = (
    ({Col.DUE: date(2022, 1, 9)}, "I2", "hạn không được trước ngày giao"),
    ({Col.DUE: date(2202, 1, 31)}, "I2", "hạn là năm 2202; hãy xem lại năm"),
    ({Col.ASSIGNED_ON: date(2100, 1, 1), Col.DUE: None}, "H2", "không được sau hôm nay"),
    ({Col.ASSIGNED_ON: "07/15/2022"}, "H2", "Không có tháng 15"),
    ({Col.ASSIGNED_ON: date(1905, 7, 14)}, "H2", "xem lại năm"),
    ({Col.UNIT: "Phường Cầu Tr"}, "A2", "Có phải «Phường Cầu Tre»"),
    ({Col.UNIT: "Sở Nội vụ"}, "A2", "bạn không được giao nhiệm vụ"),
    ({Col.TITLE: "=1+1"}, "B2", "là công thức"),
    ({Col.TITLE: None}, "B2", "còn trống"),
    ({Col.AREA: "Nông nghiệp"}, "L2", "không nhận ra lĩnh vực"),
    ({Col.ROLE: "Chính"}, "J2", "chỉ nhận «Chủ trì»"),
    ({Col.COMPLETED_ON: date(2022, 1, 1)}, "M2", "không được trước ngày giao"),
    ({Col.PRODUCT_NUMBER: "45/BC-UBND"}, "N2", "chỉ ghi khi có"),
)


@pytest.mark.parametrize(("wrong", "place", "reason"), FAULTY)
def test_a_fault_stands_at_its_cell_and_nothing_can_be_carried_in(login, planner, wrong, place, reason):
    browser = login(planner)
    reply = upload(browser, workbook(GOOD | wrong))
    page = browser.get(reply.location)
    assert f"{SHEET}!{place}:" in page.text
    assert reason in page.text
    assert browser.post(f"/tasks/import/{last_job().id}/write").status_code == 409
    assert tasks() == []


def test_the_same_row_twice_names_the_first(login, planner):
    browser = login(planner)
    reply = upload(browser, workbook(GOOD, GOOD))
    assert f"{SHEET}!B3: trùng với hàng 2" in browser.get(reply.location).text


def test_the_same_row_once_by_name_and_once_by_code_names_the_first(login, planner):
    ward = db.session.scalars(select(Unit).where(Unit.name == "Phường Cầu Tre")).one()
    ward.code = "PCT"
    db.session.commit()
    browser = login(planner)
    reply = upload(browser, workbook(GOOD, GOOD | {Col.UNIT: "pct"}))
    assert f"{SHEET}!B3: trùng với hàng 2" in browser.get(reply.location).text
    assert browser.post(f"/tasks/import/{last_job().id}/write").status_code == 409


def test_a_unit_whose_end_is_known_is_given_tasks_until_then(login, planner):
    office = db.session.get(Unit, planner.unit_id)
    make.unit(
        "Phường An Biên", code="PAB", parent=office, valid_to=today(datetime.now(UTC)) + timedelta(days=40)
    )
    browser = login(planner)
    template = load_workbook(BytesIO(browser.get("/tasks/import/template.xlsx").data))
    names = {cell.value for sheet in template for row in sheet.iter_rows() for cell in row}
    assert "Phường An Biên" in names
    reply = upload(browser, workbook(GOOD | {Col.UNIT: "Phường An Biên"}))
    assert "Nhập 1 nhiệm vụ" in browser.get(reply.location).text


def test_a_list_of_old_names_units_of_old_but_not_after_their_end(login, planner):
    ward = db.session.scalars(select(Unit).where(Unit.name == "Phường Cầu Tre")).one()
    ward.valid_to = date(2025, 6, 30)
    db.session.commit()
    browser = login(planner)
    late = GOOD | {Col.ASSIGNED_ON: date(2025, 7, 1), Col.DUE: None}
    reply = upload(browser, workbook(GOOD))
    assert "Nhập 1 nhiệm vụ" in browser.get(reply.location).text
    reply = upload(browser, workbook(GOOD, late))
    assert f"{SHEET}!A3: đơn vị này hoạt động đến hết ngày 30/06/2025" in browser.get(reply.location).text


def test_nobody_confirms_their_own_by_a_list(login, app):
    own = make.unit()
    delegation = make.delegation()
    make.inspection(unit=own, delegation=delegation)
    head = make.user(Role.HEAD, unit=own)
    make.member(delegation, Role.HEAD, user=head)
    browser = login(head)
    reply = upload(browser, workbook(GOOD | {Col.COMPLETED_ON: date(2022, 2, 1)}))
    assert "không ai tự xác nhận" in browser.get(reply.location).text


def test_all_faults_are_in_the_marked_workbook_which_can_be_mended_and_sent(login, planner):
    browser = login(planner)
    rows = [GOOD | {Col.TITLE: f"Việc {i}", Col.DUE: "07/15/2022"} for i in range(150)]
    reply = upload(browser, workbook(*rows))
    page = browser.get(reply.location)
    assert page.text.count(f"{SHEET}!") == 100
    assert "150 lỗi trong 150 hàng" in page.text
    file = browser.get(f"{reply.location}/faults.xlsx")
    sheet = load_workbook(BytesIO(file.data))[SHEET]
    assert sheet["I151"].fill.fgColor.rgb == "00F8C9C4"
    assert sheet.cell(1, len(Col) + 1).value == FAULTS_COLUMN
    assert sheet.cell(151, len(Col) + 1).value.startswith("I151: Không có tháng 15")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert all(sheet.row_dimensions[row].height for row in range(2, 152))
    book = load_workbook(BytesIO(file.data))
    for row in range(2, 152):
        book[SHEET].cell(row, 9).value = date(2022, 7, 15)
    out = BytesIO()
    book.save(out)
    reply = upload(browser, out.getvalue())
    assert "Nhập 150 nhiệm vụ" in browser.get(reply.location).text


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"\xd0\xcf\x11\xe0" + bytes(600), hostile.pdf()])
def test_what_is_no_workbook_is_refused_at_once(login, planner, data):
    reply = upload(login(planner), data)
    assert reply.status_code == 422
    assert last_job() is None


def test_no_file_is_422_and_one_too_large_413(login, planner):
    browser = login(planner)
    assert browser.post("/tasks/import", data={}).status_code == 422
    assert upload(browser, bytes(7 * 2**20)).status_code == 413
    assert upload(browser, b"PK" + bytes(5 * 2**20)).status_code == 422


def test_a_broken_or_foreign_workbook_ends_with_a_sentence(login, planner):
    browser = login(planner)
    for data in (hostile.office(hostile.EXCEL), b"PK\x03\x04" + bytes(100)):
        reply = upload(browser, data)
        if reply.status_code == 303:
            assert "Chưa nhập được gì" in browser.get(reply.location).text
            assert last_job().state is ImportState.FAILED
        else:
            assert reply.status_code == 422
    book = Workbook()
    book.active.title = "Khác"
    out = BytesIO()
    book.save(out)
    reply = upload(browser, out.getvalue())
    assert "không có trang tính «Nhiệm vụ»" in browser.get(reply.location).text


def test_the_template_names_the_units_and_can_be_filled_in(login, planner):
    browser = login(planner)
    file = browser.get("/tasks/import/template.xlsx")
    assert file.status_code == 200
    book = load_workbook(BytesIO(file.data))
    assert book.sheetnames == [SHEET, "Hướng dẫn", "Ví dụ", "Danh mục"]
    assert [cell.value for cell in book[SHEET][1]] == [str(name) for name in Col]
    assert book["Danh mục"]["A2"].value == "Phường Cầu Tre"
    assert len(book[SHEET].data_validations.dataValidation) == 4
    for place, name in enumerate(Col, start=1):
        book[SHEET].cell(2, place).value = GOOD.get(name)
    out = BytesIO()
    book.save(out)
    reply = upload(browser, out.getvalue())
    assert "Nhập 1 nhiệm vụ" in browser.get(reply.location).text


def test_the_examples_of_the_template_are_taken_as_they_stand(login, planner):
    ended = db.session.scalar(select(Unit).where(Unit.name == "Phường Cầu Tre"))
    ended.valid_to = ended.valid_from + timedelta(days=400)
    db.session.commit()
    browser = login(planner)
    book = load_workbook(BytesIO(browser.get("/tasks/import/template.xlsx").data))
    last = [row[3].value for row in book["Danh mục"].iter_rows(min_row=2) if row[0].value]
    assert last[-1].date() == ended.valid_to
    assert not any(last[:-1])
    for row in book["Ví dụ"].iter_rows(min_row=2):
        for cell in row:
            book[SHEET].cell(cell.row, cell.column).value = cell.value
    out = BytesIO()
    book.save(out)
    assert "Nhập 2 nhiệm vụ" in browser.get(upload(browser, out.getvalue()).location).text


def test_the_pages_ask_no_more_for_many_rows(login, planner, count_statements):
    browser = login(planner)
    counts = []
    for rows in (1, 60):
        data = workbook(
            *(
                GOOD | {Col.TITLE: f"Việc {rows} {i}", Col.ASSIGNED_ON: date(2022, 1, 1) + timedelta(days=i)}
                for i in range(rows)
            )
        )
        with count_statements() as statements:
            reply = upload(browser, data)
            browser.get(reply.location)
            browser.post(f"{reply.location}/write")
            browser.get(reply.location)
        counts.append(len(statements))
    assert counts[0] >= counts[1] - 1, counts


def test_without_the_tick_a_list_counts_from_today_and_the_page_says_what_the_tick_would_change(
    login, planner
):
    ward = db.session.scalars(select(Unit).where(Unit.name == "Phường Cầu Tre")).one()
    for number in range(27):
        make.task(
            ward,
            assigned_on=date(2022, 1, 5),
            workflow=Workflow.DONE if number < 14 else Workflow.IN_PROGRESS,
            completed_on=date(2022, 2, 1) if number < 14 else None,
        )
    browser = login(planner)
    done = GOOD | {Col.ASSIGNED_ON: "1/3/2022", Col.COMPLETED_ON: "15/3/2022"}
    page = browser.get(upload(browser, workbook(done)).location).text
    assert "Ghi cả quá trình đã qua – số liệu các ngày trước sẽ đổi" in page
    assert "Phường Cầu Tre ngày 15/09/2022: 14/27 → 15/28" in page
    assert not re.search(r'name="backdated"[^>]*checked|checked[^>]*name="backdated"', page)
    address = f"/tasks/import/{last_job().id}"
    assert browser.post(f"{address}/write").status_code == 303
    assert "số liệu các ngày trước không đổi" in browser.get(address).text
    task = tasks()[-1]
    assert (task.assigned_on, task.completed_on) == (date(2022, 3, 1), date(2022, 3, 15))
    days = db.session.scalars(select(TaskReport.effective_on).where(TaskReport.task_id == task.id)).all()
    assert set(days) == {today(datetime.now(UTC))}
    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.action.in_(["task.import", "task.import_begin"]))
        .order_by(AuditEvent.id)
    )
    assert [event.data["after"]["backdated"] for event in events] == [False, False]


def test_a_list_given_today_is_asked_nothing_about_the_past(login, planner):
    browser = login(planner)
    page = browser.get(
        upload(browser, workbook(GOOD | {Col.ASSIGNED_ON: today(datetime.now(UTC)), Col.DUE: None})).location
    ).text
    assert "Nhập 1 nhiệm vụ" in page
    assert 'name="backdated"' not in page
