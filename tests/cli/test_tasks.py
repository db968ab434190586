"""``flask tasks import``: a workbook of tasks, all its faults at once, and nothing twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from app.db import db
from app.documents.tasks_xlsx import SHEET, Col
from app.models import Directive, Task
from tests import make

GOOD = {
    Col.UNIT: "phường cầu tre",
    Col.TITLE: "Báo cáo quý III",
    Col.NUMBER: "12/KH –UBND",
    Col.ISSUED_ON: "5/1/2022",
    Col.SUBJECT: "Kế hoạch CCHC năm 2022",
    Col.ASSIGNED_ON: date(2022, 1, 10),
    Col.DUE: "20/9/2022",
}


@pytest.fixture
def run(app, tmp_path: Path):
    def importing(*rows: dict[Col, object], options: tuple[str, ...] = ()):
        book = Workbook()
        sheet = book.active
        sheet.title = SHEET
        sheet.append([str(name) for name in Col])
        for row in rows:
            sheet.append([row.get(name) for name in Col])
        book.save(tmp_path / "nhiem-vu.xlsx")
        db.session.commit()
        result = app.test_cli_runner().invoke(
            args=["tasks", "import", str(tmp_path / "nhiem-vu.xlsx"), *options]
        )
        db.session.expire_all()
        return result

    return importing


def tasks() -> list[Task]:
    return list(db.session.scalars(select(Task).order_by(Task.id)))


def test_a_workbook_of_tasks_is_imported_once(run):
    unit, partner = make.unit(), make.unit("Phường Đằng Giang", code="11365")
    rows = (GOOD, GOOD | {Col.UNIT: "11365", Col.ROLE: "Phối hợp", Col.DUE: None, Col.OWN_PLAN: "x"})
    result = run(*rows)
    assert (result.exit_code, result.output) == (0, "Đã nhập 2 nhiệm vụ; 0 nhiệm vụ đã có từ trước.\n")
    first, second = tasks()
    assert (first.unit_id, first.lead, first.due_original, first.due_current) == (
        unit.id,
        True,
        date(2022, 9, 20),
        date(2022, 9, 20),
    )
    assert (second.unit_id, second.lead, second.due_current, second.own_plan) == (
        partner.id,
        False,
        None,
        True,
    )
    assert first.directive_id == second.directive_id
    assert db.session.get(Directive, first.directive_id).number == "12/KH-UBND"
    assert "2 nhiệm vụ đã có" in run(*rows).output
    assert len(tasks()) == 2


def test_all_faults_are_named_at_once_and_nothing_is_written(run):
    make.unit()
    result = run(
        GOOD | {Col.TITLE: None, Col.DUE: "07/15/2022", Col.ROLE: "Chính"},
        GOOD | {Col.ASSIGNED_ON: "hôm qua", Col.DUE: "=1+1"},
        GOOD | {Col.DUE: "1/1/2022", Col.TITLE: "x" * 1001},
        GOOD | {Col.ASSIGNED_ON: date(2100, 1, 1), Col.DUE: None},
    )
    assert result.exit_code == 1
    places = [line.split(":")[0] for line in result.output.splitlines()]
    assert places == [f"{SHEET}!{cell}" for cell in ("B2", "I2", "J2", "H3", "I3", "B4", "I4", "H5")]
    assert tasks() == []


def test_unknown_units_are_named_by_row(run):
    make.unit()
    make.unit("Phường An Biên", parent=make.unit("Quận một"))
    make.unit("Phường An Biên", parent=make.unit("Quận hai"))
    result = run(GOOD, GOOD | {Col.UNIT: "Phường lạ"}, GOOD | {Col.UNIT: "Phường An Biên"})
    assert result.exit_code == 1
    assert f"{SHEET}!A3: không có đơn vị «Phường lạ»." in result.output
    assert f"{SHEET}!A4: có 2 đơn vị tên «Phường An Biên»" in result.output
    assert tasks() == []


def test_a_trial_writes_nothing(run):
    make.unit()
    assert "chưa lưu: 1 nhiệm vụ" in run(GOOD, options=("--dry-run",)).output
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0


def test_a_file_that_is_no_workbook_is_refused(app, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"not a workbook")
    result = app.test_cli_runner().invoke(args=["tasks", "import", str(tmp_path / "a.xlsx")])
    assert result.exit_code == 1
    assert "không phải là sổ Excel" in result.output
