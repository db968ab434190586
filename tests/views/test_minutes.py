"""/inspections/<id>/minutes: the page, the file, its details, the unit's opinion, the signature."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.db import db
from app.domain.inspections import State
from app.models import Inspection
from tests import make
from tests.cast import value_of, words
from tests.views.minuted import FORM, World


@pytest.fixture
def world(app) -> World:
    return World()


def test_the_page_reads_like_the_paper(world, login):
    response = login(world.secretary).get(world.url)
    assert response.status_code == 200
    text = words(response)
    for piece in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "/BB-ĐKT",
        "Căn cứ Quyết định số 34/QĐ-SNV ngày 05/02/2022 của Sở Nội vụ",
        "tại phường Cầu Tre",
        "UBND phường Cầu Tre",
        "III. KẾT QUẢ KIỂM TRA",
        "14/27 nhiệm vụ được giao (51,8%)",
        "VII. HỒ SƠ, TÀI LIỆU KÈM THEO",
        "TRƯỞNG ĐOÀN",
    ):
        assert piece in text


def test_the_page_and_the_file_say_the_same_figures(world, login):
    client = login(world.head)
    text = words(client.get(world.url))
    response = client.get(f"/inspections/{world.inspection.id}/minutes.xlsx")
    assert response.status_code == 200
    book = load_workbook(io.BytesIO(response.data), data_only=True)
    rows = {row[0].value: row for row in book["PL1 Chấm điểm"].iter_rows() if row[0].value}
    assert [rows["1.1.1"][column].value for column in (2, 3, 4, 5)] == [1, 1, 0.75, -0.25]
    assert rows["1.1.2"][4].value == "Không áp dụng"
    assert "0,75/9,00 điểm" in text
    paper = " ".join(str(c.value) for row in book["Biên bản"].iter_rows() for c in row if c.value)
    for sentence in re.findall(r"c\) Điểm: [^.]+\.|Tổng điểm thẩm định[^.]+\.|Tính đến ngày [^.]+\.", paper):
        assert sentence in text


def test_who_keeps_an_opinion_does_not_agree_to_all(world, login):
    form = {"opinion": "Đã nghe", "dissent": "Không nhất trí điểm 1.1.1", "version": "0"}
    client = login(world.officer)
    assert client.post(f"{world.url}/opinion", data=form).status_code == 303
    assert "trừ ý kiến bảo lưu nêu tại mục VI.3" in client.get(world.url).text


def test_the_paper_says_who_gets_it(world, login):
    client = login(world.head)
    assert "- UBND phường Cầu Tre;" in unescape(client.get(world.url).text)
    record = load_workbook(io.BytesIO(client.get(f"{world.url}.xlsx").data))["Biên bản"]
    assert [row[0].value for row in record.iter_rows()][-1] == "- Lưu: VT, Hồ sơ."


def test_the_file_has_a_name_that_every_browser_takes(world, login):
    response = login(world.head).get(f"/inspections/{world.inspection.id}/minutes.xlsx")
    disposition = response.headers["Content-Disposition"]
    assert "filename*=UTF-8''Bi%C3%AAn%20b%E1%BA%A3n" in disposition
    assert disposition.isascii()
    assert 'filename="Bien ban kiem tra CCHC - UBND phuong Cau Tre' in disposition
    book = load_workbook(io.BytesIO(response.data))
    assert (book.properties.creator, book.properties.title) == (
        "Soát",
        "Biên bản kiểm tra – UBND phường Cầu Tre",
    )
    assert response.mimetype.endswith("spreadsheetml.sheet")


def test_the_unit_reads_nothing_before_the_scores_are_published(app, login):
    world = World(State.DANG_KIEM_TRA)
    client = login(world.officer)
    assert client.get(world.url).status_code == 403
    assert client.get(f"{world.url}.xlsx").status_code == 403
    assert login(world.member).get(world.url).status_code == 200


def test_strangers_and_unknown_inspections_are_404(world, login):
    client = login(world.stranger)
    for url in (
        world.url,
        f"{world.url}.xlsx",
        f"{world.url}/edit",
        f"{world.url}/opinion",
        f"{world.url}/sign",
    ):
        assert client.get(url).status_code == 404
    assert login(world.head).get("/inspections/99999/minutes").status_code == 404


def test_other_methods_are_405(world, login):
    client = login(world.head)
    for url in (world.url, f"{world.url}.xlsx"):
        assert client.post(url).status_code == 405
    assert client.delete(f"{world.url}/edit").status_code == 405


def test_the_secretary_writes_the_details_and_they_are_on_the_paper(world, login):
    client = login(world.secretary)
    assert client.get(f"{world.url}/edit").status_code == 200
    response = client.post(f"{world.url}/edit", data={**FORM, "version": "0"})
    assert response.status_code == 303
    text = words(client.get(world.url))
    for piece in (
        "Số: 05/BB-ĐKT",
        "Hải Phòng, ngày 15 tháng 9 năm 2022",
        "vào hồi 08 giờ 00 phút",
        "kết thúc vào hồi 11 giờ 30 phút",
        "Ông/Bà: Nguyễn Văn Thử, chức vụ: Chủ tịch UBND phường",
        "lập thành 04 bản",
    ):
        assert piece in text
    again = client.get(f"{world.url}/edit").text
    assert 'value="08:00"' in again
    assert "Nguyễn Văn Thử; Chủ tịch UBND phường" in again


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("day", "07/15/2022", "tháng 15"),
        ("day", "", "Ghi giờ thì ghi cả ngày"),
        ("started", "25:00", "08:30"),
        ("ended", "7:00", "không được trước giờ bắt đầu"),
        ("copies", "không", "Số đếm"),
        ("copies_each", "9", "không nhiều hơn"),
        ("number", "1" * 12, "Tối đa 11"),
    ],
)
def test_wrong_details_are_422_at_their_field_and_nothing_typed_is_lost(world, login, field, value, sentence):
    response = login(world.secretary).post(f"{world.url}/edit", data={**FORM, "version": "0", field: value})
    assert response.status_code == 422
    assert sentence in words(response)
    assert "Nguyễn Văn Thử" in response.text
    assert world.version() == 0


def test_who_was_slower_gets_409_and_keeps_what_was_typed(world, login):
    login(world.head).post(f"{world.url}/edit", data={**FORM, "version": "0"})
    response = login(world.secretary).post(
        f"{world.url}/edit", data={**FORM, "venue": "nhà văn hóa", "version": "0"}
    )
    assert response.status_code == 409
    assert "nhà văn hóa" in response.text


def test_members_and_the_unit_do_not_write_the_details(world, login):
    for person in (world.member, world.officer):
        client = login(person)
        assert client.get(f"{world.url}/edit").status_code == 403
        assert client.post(f"{world.url}/edit", data=FORM).status_code == 403
        assert client.get(f"{world.url}/sign").status_code == 403


def test_the_unit_states_its_opinion_and_the_rest_stays(world, login):
    login(world.secretary).post(f"{world.url}/edit", data={**FORM, "version": "0"})
    client = login(world.officer)
    assert client.get(f"{world.url}/opinion").status_code == 200
    data = {
        "opinion": "- Đề nghị xem lại tiêu chí 1.1.1",
        "dissent": "=Không đồng ý",
        "version": world.version(),
    }
    assert client.post(f"{world.url}/opinion", data=data).status_code == 303
    text = words(client.get(world.url))
    assert "- Đề nghị xem lại tiêu chí 1.1.1" in text
    assert "=Không đồng ý" in text
    assert "Nguyễn Văn Thử" in text
    login(world.secretary).post(
        f"{world.url}/edit", data={**FORM, "venue": "hội trường", "version": world.version()}
    )
    text = words(client.get(world.url))
    assert "=Không đồng ý" in text
    assert "hội trường" in text


def test_agreement_is_offered_to_the_unit_and_printed_only_when_it_has_saved_it(world, login):
    officer, agreed = login(world.officer), "Đơn vị thống nhất với nội dung biên bản."
    assert "Đơn vị chưa ghi ý kiến." in words(officer.get(world.url))
    assert agreed not in words(officer.get(world.url))
    assert value_of(officer.get(f"{world.url}/opinion"), "opinion") == agreed
    # Who writes for the delegation says nothing in the unit's name by opening the page.
    assert value_of(login(world.head).get(f"{world.url}/opinion"), "opinion") == ""
    data = {
        "opinion": agreed,
        "dissent": "",
        "version": value_of(officer.get(f"{world.url}/opinion"), "version"),
    }
    assert officer.post(f"{world.url}/opinion", data=data).status_code == 303
    assert agreed in words(officer.get(world.url))


def test_an_opinion_about_other_scores_is_asked_for_anew(world, login):
    officer, head, agreed = login(world.officer), login(world.head), "Thống nhất toàn bộ."
    said = {"opinion": agreed, "dissent": "Trừ 1.1.1", "version": "0"}
    assert officer.post(f"{world.url}/opinion", data=said).status_code == 303
    old_page = value_of(officer.get(f"{world.url}/opinion"), "version")
    back = {"reason": "Chấm nhầm", "seen": "cho_ky_bien_ban"}
    assert head.post(f"/inspections/{world.inspection.id}/steps/dang-kiem-tra", data=back).status_code == 303
    inspection = db.session.get_one(Inspection, world.inspection.id, populate_existing=True)
    inspection.state, inspection.published_at = State.CHO_KY_BIEN_BAN, make.NOW
    db.session.commit()
    page = words(officer.get(world.url))
    assert "Đơn vị chưa ghi ý kiến." in page
    assert agreed not in page
    assert "Trừ 1.1.1" in page, "what the unit keeps as a dissent is not taken away"
    assert "Chưa ghi ý kiến của đơn vị" in words(officer.get("/"))
    stale = officer.post(f"{world.url}/opinion", data={**said, "version": old_page})
    assert stale.status_code == 409
    assert agreed in stale.text
    form = officer.get(f"{world.url}/opinion")
    assert "mở lại kết quả sau khi đơn vị ghi ý kiến" in words(form)
    assert value_of(form, "opinion") == agreed, "its words wait to be said once more"
    assert value_of(head.get(f"{world.url}/opinion"), "opinion") == ""
    login(world.secretary).post(f"{world.url}/edit", data={**FORM, "version": world.version()})
    again = {**said, "version": value_of(officer.get(f"{world.url}/opinion"), "version")}
    assert value_of(officer.get(f"{world.url}/opinion"), "opinion") == agreed
    assert officer.post(f"{world.url}/opinion", data=again).status_code == 303
    assert agreed in words(officer.get(world.url))
    assert "mở lại kết quả" not in words(officer.get(f"{world.url}/opinion"))


def test_too_long_an_opinion_is_422(world, login):
    response = login(world.officer).post(f"{world.url}/opinion", data={"opinion": "x" * 8001, "version": "0"})
    assert response.status_code == 422


def test_the_page_asks_no_more_of_the_database_for_many_rows(world, login, count_statements):
    client = login(world.head)
    client.get(world.url)
    with count_statements() as few:
        client.get(world.url)
    for number in range(20):
        make.finding(world.inspection, text=f"Tồn tại {number}")
        make.recommendation(world.inspection, text=f"Kiến nghị {number}")
        make.task(world.ward, title=f"Thêm {number}")
    with count_statements() as many:
        client.get(world.url)
    assert len(many) == len(few)
    assert len(few) <= 20


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    data=st.dictionaries(st.sampled_from([*FORM, "other_people", "scope", "version"]), st.text(max_size=60))
)
def test_no_text_of_any_kind_breaks_the_form_or_the_paper(world, login, data):
    client = login(world.secretary)
    sent = {**FORM, "version": str(world.version()), **data}
    assert client.post(f"{world.url}/edit", data=sent).status_code in {303, 422, 409}
    assert client.get(world.url).status_code == 200
    assert client.get(f"{world.url}.xlsx").status_code == 200
