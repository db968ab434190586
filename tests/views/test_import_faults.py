"""Faults of an uploaded list speak the language of who reads the page; papers and the command stay Vietnamese."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask_babel import force_locale
from openpyxl import load_workbook

from app.db import db
from app.documents.faults import Fault
from app.documents.tasks_xlsx import SHEET, Col
from app.domain.refusals import Told, sentence, told
from app.models import ImportJob
from app.views._faults import fault_json, fault_lines, message_of
from tests.views.test_task_imports import GOOD, last_job, planner, upload, workbook  # noqa: F401

# A sentence that is translated since dates are typed into forms.
DATE = "Không có tháng %(month)s; ngày ghi trước, tháng ghi sau."
ENGLISH = "There is no month 15"


def test_who_reads_english_reads_the_faults_so_and_the_workbook_stays_vietnamese(login, planner):  # noqa: F811
    browser = login(planner)
    where = upload(browser, workbook(GOOD | {Col.DUE: "07/15/2022"})).location
    assert "Không có tháng 15" in browser.get(where).text
    assert last_job().faults[0][:2] == ["I2", "Không có tháng 15; ngày ghi trước, tháng ghi sau."]
    planner.locale = "en"
    db.session.commit()
    page = browser.get(where).text
    assert ENGLISH in page
    assert "Không có tháng" not in page
    sheet = load_workbook(BytesIO(browser.get(f"{where}/faults.xlsx").data))[SHEET]
    assert "Không có tháng 15" in sheet.cell(2, len(Col) + 1).value


def test_a_list_kept_by_an_older_version_shows_what_it_has(login, planner):  # noqa: F811
    browser = login(planner)
    where = upload(browser, workbook(GOOD | {Col.DUE: "07/15/2022"})).location
    job = last_job()
    job.faults = [["I2", "Hạn sai 100%."]]
    db.session.commit()
    assert "!I2: Hạn sai 100%." in browser.get(where).text


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_reason_of_a_list_that_could_not_be_read_is_told(app, locale):
    known, part = told(DATE, month=15), Fault(told(sentence("còn trống.")), SHEET, "hàng 2")
    job = ImportJob(
        message="Cũ",
        summary={"message": [fault_json(one) for one in (Fault(known), part, Fault("Riêng 5%."))]},
    )
    with app.test_request_context(), force_locale(locale):
        first, second, third = message_of(job).splitlines()
        assert first.startswith("Không có tháng 15" if locale == "vi" else ENGLISH)
        assert "2" in second
        assert third == "Riêng 5%."
        # What a restart or a full disk left says its one sentence.
        assert message_of(ImportJob(message="", summary={})) == ""
        assert message_of(ImportJob(message="Tệp rỗng 100%.", summary={})) == "Tệp rỗng 100%."


def test_words_inside_words_are_filled_and_kept(app):
    inner = told(sentence("ngày giao"))
    outer = told("%(date)s là năm %(year)s; hãy xem lại năm.", date=inner, year=1022)
    assert outer == "ngày giao là năm 1022; hãy xem lại năm."
    assert isinstance(outer, Told)
    kept = fault_json(Fault(outer, SHEET, "B2"))
    with app.test_request_context(), force_locale("vi"):
        assert fault_lines([kept[1:]]) == [("B2", str(outer))]


def test_what_was_typed_cannot_become_a_place_to_fill(app):
    unit = told(sentence("không có đơn vị «%(unit)s»."), unit="100% %(year)s %s")
    with app.test_request_context(), force_locale("vi"):
        assert fault_lines([fault_json(Fault(unit, SHEET, "A2"))[1:]]) == [("A2", str(unit))]
