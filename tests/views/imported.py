"""Lists of tasks as workbooks, and what became of one that was carried in."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import Workbook
from sqlalchemy import select

from app.db import db
from app.documents.tasks_xlsx import SHEET, Col
from app.domain.access import Role
from app.models import ImportJob, Task, User
from tests import make

GOOD = {
    Col.UNIT: "phường cầu tre",
    Col.TITLE: "Báo cáo quý III",
    Col.NUMBER: "12/KH –UBND",
    Col.ISSUED_ON: "5/1/2022",
    Col.SUBJECT: "Kế hoạch CCHC năm 2022",
    Col.ASSIGNED_ON: date(2022, 1, 10),
    Col.DUE: "20/9/2022",
    Col.AREA: "Cải cách thủ tục hành chính",
}


def workbook(*rows: dict[Col, object]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append([str(name) for name in Col])
    for row in rows:
        sheet.append([row.get(name) for name in Col])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def a_planner() -> User:
    """The head of a delegation that inspects Phường Cầu Tre, in an office of their own."""
    unit = make.unit()
    delegation = make.delegation()
    make.inspection(unit=unit, delegation=delegation)
    head = make.user(Role.HEAD, unit=make.unit("Sở Nội vụ", code="SNV"))
    make.member(delegation, Role.HEAD, user=head)
    return head


def upload(browser, data: bytes, name: str = "danh-sach.xlsx"):
    return browser.post("/tasks/import", data={"file": (BytesIO(data), name)})


def last_job() -> ImportJob:
    return db.session.scalars(select(ImportJob).order_by(ImportJob.id.desc())).first()


def tasks() -> list[Task]:
    return list(db.session.scalars(select(Task).order_by(Task.id)))
