"""The minutes of a giám sát: its own titles, recommendations without points, what its visits found."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook

from app.db import db
from app.documents.minutes import supervised, words
from app.documents.minutes_xlsx import appendix_names, write_minutes
from app.domain.inspections import Direction, FindingKind, State
from app.domain.minutes import Details, Minutes, RecommendationLine, VisitLine
from app.queries.minutes import gather
from tests import make
from tests.cast import words as page_words
from tests.council import Council
from tests.examples import full_minutes


@pytest.fixture
def council(app) -> Council:
    council = Council()
    make.finding(council.session, text="Tỷ lệ hồ sơ trực tuyến thấp")
    make.recommendation(council.session, text="Nâng tỷ lệ hồ sơ trực tuyến", due_on=date(2022, 12, 31))
    make.recommendation(
        council.session, direction=Direction.TO_OTHERS, text="Bố trí kinh phí", addressee="UBND tỉnh"
    )
    make.finding(council.visit, text="Máy tính tra cứu đã cũ", kind=FindingKind.TON_TAI)
    make.recommendation(council.visit, text="Phân công người hướng dẫn", addressee="UBND phường")
    return council


def told(council: Council) -> Minutes:
    return gather(council.id, Details(day=date(2022, 11, 7), tells_visits=True), 1)


def texts(minutes: Minutes) -> str:
    book = load_workbook(io.BytesIO(write_minutes(minutes)))
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value)


def test_titles_bases_and_symbol_are_the_councils(council):
    minutes = gather(council.id, None, 1)
    assert minutes.document_name == "BIÊN BẢN LÀM VIỆC"
    assert minutes.symbol == "BB-ĐGS"
    assert minutes.parent_agency == "HĐND thành phố Bắc Kạn"
    assert minutes.subject == (
        "Giám sát chuyên đề công tác cải cách hành chính trên địa bàn thành phố\ntại UBND thành phố Bắc Kạn"
    )
    founded, plan = minutes.legal_bases
    assert founded.startswith("Căn cứ Nghị quyết số 12/NQ-HĐND")
    assert "về việc thành lập Đoàn giám sát HĐND" in founded
    assert plan.startswith("Căn cứ Kế hoạch")
    assert words.scope(minutes).startswith("Giám sát công tác cải cách hành chính trên địa bàn")
    assert "01/01/2021 đến ngày 30/06/2022" in words.period(minutes)


def test_a_decision_of_the_standing_board_is_no_resolution(council):
    council.delegation.decision_number = "12/QĐ-HĐND"
    db.session.commit()
    assert gather(council.id, None, 1).legal_bases[0].startswith("Căn cứ Quyết định số 12/QĐ-HĐND")


def test_the_file_says_nothing_of_points_demands_or_kiem_tra(council):
    found = texts(told(council))
    for word in (
        "Đoàn kiểm tra",
        "ĐOÀN KIỂM TRA",
        "yêu cầu",
        "YÊU CẦU",
        "Tổng hợp điểm",
        "Tự chấm",
        "tiêu chí",
    ):
        assert word not in found, word
    for word in (
        "V. KIẾN NGHỊ CỦA ĐOÀN GIÁM SÁT",
        "2. Đơn vị được giám sát: UBND thành phố Bắc Kạn",
        "1. Đối với UBND thành phố Bắc Kạn",
        "2. Đối với các cơ quan, đơn vị khác",
        "Cơ quan, đơn vị thực hiện",
        "Bố trí kinh phí",
        "Tỷ lệ hồ sơ trực tuyến thấp",
    ):
        assert word in found, word


def test_sheets_are_numbered_as_the_appendices_are(council):
    minutes = told(council)
    book = load_workbook(io.BytesIO(write_minutes(minutes)))
    assert [name.partition(" ")[0] for name in book.sheetnames[1:]] == ["PL1", "PL2", "PL3", "PL4"]
    assert len(appendix_names(minutes)) == 4
    assert "nêu tại mục III và Phụ lục 1" in " ".join(words.shortcomings(minutes))
    assert "Lĩnh vực 1" in " ".join(
        str(cell.value) for row in book["PL1 Tồn tại – Kiến nghị"] for cell in row
    )


def test_visits_are_always_named_and_told_when_chosen(council):
    council.add_visit(council.other_ward)  # begun too
    planned = make.unit("Phường Chưa Đến", parent=council.city)
    council.add_visit(planned).state = State.DA_CO_QUYET_DINH
    db.session.commit()
    named = texts(gather(council.id, None, 1))
    assert (
        "Đoàn đã khảo sát thực tế tại 02 đơn vị: UBND phường Đức Xuân (ngày 01/11/2022); "
        "UBND phường Sông Cầu (ngày 02/11/2022)." in named
    )
    assert "Máy tính tra cứu" not in named
    assert "Chưa Đến" not in named
    found = texts(told(council))
    assert "a) Tại UBND phường Đức Xuân:" in found
    assert "- Tồn tại, hạn chế: Máy tính tra cứu đã cũ" in found
    assert "- Kiến nghị: Phân công người hướng dẫn (với UBND phường)." in found


def test_a_visit_has_minutes_of_its_own(council):
    minutes = gather(council.visit_id, None, 1)
    assert minutes.document_name == "BIÊN BẢN KHẢO SÁT"
    assert minutes.unit_name == "UBND phường Đức Xuân"
    assert minutes.visits == ()
    found = texts(minutes)
    assert "Đơn vị được khảo sát: UBND phường Đức Xuân" in found
    assert "Khảo sát thực tế tại cơ sở." in found
    assert "UBND thành phố" not in found
    assert supervised.minutes_called(minutes) == "Biên bản khảo sát"


def test_the_page_says_what_the_file_says(council, login):
    browser = login(council.head)
    version = {"copies": "4", "copies_each": "2", "day": "07/11/2022", "version": "0", "tells_visits": "y"}
    assert "tells_visits" in browser.get(f"{council.at}/minutes/edit").text
    assert browser.post(f"{council.at}/minutes/edit", data=version).status_code == 303
    page = page_words(browser.get(f"{council.at}/minutes"))
    for word in (
        "BIÊN BẢN LÀM VIỆC",
        "V. KIẾN NGHỊ CỦA ĐOÀN GIÁM SÁT",
        "2. Đối với các cơ quan, đơn vị khác",
        "a) Tại UBND phường Đức Xuân:",
        "Máy tính tra cứu đã cũ",
        "D. Kiến nghị của Đoàn đối với cơ quan, đơn vị khác",
    ):
        assert word in page, word
    sheet = browser.get(f"{council.at}/minutes.xlsx")
    assert "Biên bản giám sát CCHC" in sheet.headers["Content-Disposition"] or "gi%C3%A1m" in str(
        sheet.headers["Content-Disposition"]
    )
    assert "tells_visits" not in browser.get(f"{council.visit_at}/minutes/edit").text


def test_the_statement_count_of_the_minutes_does_not_grow_with_visits(council, count_statements):
    told(council)
    with count_statements() as few:
        told(council)
    for number in range(10):
        visit = council.add_visit(make.unit(f"Phường {number}", parent=council.city))
        make.finding(visit)
        make.recommendation(visit)
    with count_statements() as many:
        assert len(told(council).visits) == 11
    assert len(many) == len(few)


def test_minutes_sealed_before_giam_sat_had_fields_keep_their_seal():
    """Fields that came later are left out of the text while they say nothing."""
    minutes = full_minutes()
    text = minutes.to_json()
    for name in ("visits", "is_visit", "theme", "area_name", "tells_visits"):
        assert f'"{name}"' not in text
    supervised_ = replace(
        minutes,
        theme="CCHC",
        visits=(VisitLine("UBND phường", date(2022, 11, 1)),),
        recommendations=(RecommendationLine(Direction.TO_OTHERS, "Bố trí kinh phí"),),
    )
    assert Minutes.from_json(supervised_.to_json()) == supervised_
    assert supervised_.sha256 != minutes.sha256
