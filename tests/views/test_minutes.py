"""/inspections/<id>/minutes: the page, the file, its details, the unit's opinion, the signature."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.inspections import Direction, Side, State
from app.domain.minutes import Minutes
from app.domain.tasks import Workflow
from app.models import Answer, AuditEvent, Inspection, MinutesRevision
from app.queries.minutes import minutes_card
from tests import make
from tests.cast import value_of, words

FORM = {
    "number": "5",
    "place": "Hải Phòng",
    "day": "15/9/2022",
    "started": "8h00",
    "ended": "11:30",
    "venue": "trụ sở UBND phường",
    "unit_people": "Nguyễn Văn Thử; Chủ tịch UBND phường\n; Công chức Văn phòng",
    "copies": "4",
    "copies_each": "2",
    "documents": "Báo cáo tự kiểm tra\n\nDanh sách hồ sơ",
    "sampling": "rút 20 hồ sơ",
}


class World:
    """A ward waiting for its minutes: two areas scored, a finding, demands, tasks at 14/27, dossier figures."""

    def __init__(self, state: State = State.CHO_KY_BIEN_BAN) -> None:
        self.ward = make.unit("Phường Cầu Tre")
        self.delegation = make.delegation(
            make.campaign(plan_number="12/KH-UBND", plan_date=date(2022, 1, 10)),
            agency="Sở Nội vụ",
            decision_number="34/QĐ-SNV",
            decision_date=date(2022, 2, 5),
        )
        self.head = make.member(self.delegation, Role.HEAD)
        self.secretary = make.member(self.delegation, Role.SECRETARY)
        self.member = make.member(self.delegation, Role.MEMBER, areas=("1",))
        self.officer = make.user(Role.OFFICER, unit=self.ward)
        self.stranger = make.user(Role.OFFICER, unit=make.unit("Phường Đằng Giang"))
        published = make.NOW if state is not State.DANG_KIEM_TRA else None
        self.inspection = make.inspection(
            unit=self.ward, delegation=self.delegation, state=state, published_at=published
        )
        self.url = f"/inspections/{self.inspection.id}/minutes"
        for side, points in ((Side.SELF, 100), (Side.VERIFIED, 75)):
            self.answer("1.1.1", side, value={"yes": True}, points=points, reason="Thiếu minh chứng")
        self.answer("1.1.2", Side.VERIFIED, not_applicable=True, na_reason="Không phát sinh")
        make.finding(self.inspection)
        make.recommendation(self.inspection)
        make.recommendation(self.inspection, direction=Direction.TO_SUPERIOR, text="Bổ sung máy quét")
        for number in range(27):
            done = number < 14
            make.task(
                self.ward,
                title=f"Nhiệm vụ {number}",
                workflow=Workflow.DONE if done else Workflow.IN_PROGRESS,
                completed_on=date(2022, 9, 1) if done else None,
                due_current=date(2022, 9, 10),
            )

    def answer(self, code: str, side: Side, **rest) -> None:
        db.session.add(
            Answer(
                inspection_id=self.inspection.id,
                criterion_id=make.criterion(self.inspection, code).id,
                side=side,
                updated_by_id=self.head.id,
                updated_at=make.NOW,
                **rest,
            )
        )
        db.session.commit()

    def version(self) -> int:
        return db.session.scalar(select(MinutesRevision.version)) or 0


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


def test_signing_freezes_what_was_looked_at(world, login):
    client = login(world.head)
    client.post(f"{world.url}/edit", data={**FORM, "version": "0"})
    page = client.get(f"{world.url}/sign")
    assert page.status_code == 200
    seal = re.search(r'name="sha256"[^>]*value="([0-9a-f]{64})"', page.text)[1]
    assert client.post(f"{world.url}/sign", data={"sha256": seal}).status_code == 303
    row = db.session.scalars(select(MinutesRevision)).one()
    assert row.sha256 == seal == Minutes.from_json(row.snapshot).sha256
    assert db.session.get(Inspection, world.inspection.id).state is State.DA_KY_BIEN_BAN
    # Later rows change nothing in what was signed.
    make.finding(world.inspection, text="Ghi thêm sau khi ký")
    text = words(client.get(world.url))
    assert "Ghi thêm sau khi ký" not in text
    assert seal in text
    assert minutes_card(world.inspection.id).minutes.sha256 == seal
    for path in ("edit", "opinion", "sign"):
        assert client.post(f"{world.url}/{path}", data=FORM).status_code == 409


def test_what_changed_since_it_was_looked_at_is_not_signed(world, login):
    client = login(world.head)
    seal = re.search(r'name="sha256"[^>]*value="([0-9a-f]{64})"', client.get(f"{world.url}/sign").text)[1]
    make.finding(world.inspection, text="Phát hiện vừa thêm")
    response = client.post(f"{world.url}/sign", data={"sha256": seal})
    assert response.status_code == 409
    assert "vừa thay đổi" in words(response)
    assert world.version() == 0


def sign(client, world, **data):
    seal = re.search(r'name="sha256"[^>]*value="([0-9a-f]{64})"', client.get(f"{world.url}/sign").text)[1]
    return client.post(f"{world.url}/sign", data={"sha256": seal} | data)


def test_what_is_still_blank_is_listed_and_place_and_hours_are_asked_for(world, login):
    client = login(world.head)
    page = client.get(f"{world.url}/sign")
    for blank in ("Số biên bản", "Địa danh – phải ghi", "Giờ bắt đầu – phải ghi", "Giờ kết thúc – phải ghi"):
        assert blank in words(page)
    assert "Hai bên đã ký" not in words(page)
    assert f'href="{world.url}/edit"' in page.text
    refused = sign(client, world, number_by_hand="y")
    assert refused.status_code == 422
    assert "còn để trống địa danh, ngày, giờ" in words(refused)
    assert world.version() == 0
    for name in ("place", "started", "ended", "venue"):
        client.post(f"{world.url}/edit", data={**FORM, name: "", "version": world.version()})
        assert sign(client, world, number_by_hand="y").status_code == 422


def test_a_number_is_left_to_the_pen_only_on_purpose_and_the_trail_keeps_it(world, login):
    client = login(world.head)
    client.post(f"{world.url}/edit", data={**FORM, "number": "", "version": "0"})
    page = client.get(f"{world.url}/sign")
    assert "Để trống số biên bản" in words(page)
    refused = sign(client, world)
    assert refused.status_code == 422
    assert "Biên bản chưa có số" in words(refused)
    assert 'id="number_by_hand-error"' in refused.text
    assert sign(client, world, number_by_hand="y").status_code == 303
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "minutes.sign")).one()
    assert event.data["number_by_hand"] is True
    trail = words(client.get(f"/inspections/{world.inspection.id}/history"))
    assert "Để trống số, ghi tay sau" in trail


def test_minutes_with_all_that_they_must_hold_ask_for_no_tick(world, login):
    client = login(world.head)
    client.post(f"{world.url}/edit", data={**FORM, "version": "0"})
    assert "còn để trống" not in words(client.get(f"{world.url}/sign"))
    assert sign(client, world).status_code == 303
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "minutes.sign")).one()
    assert "number_by_hand" not in event.data


def test_minutes_are_not_signed_before_the_scores_are_locked(app, login):
    world = World(State.DANG_KIEM_TRA)
    client = login(world.head)
    seal = minutes_card(world.inspection.id).minutes.sha256
    assert client.post(f"{world.url}/sign", data={"sha256": seal}).status_code == 409


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
