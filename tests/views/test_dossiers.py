"""/dossiers: the ladder of each page, form II.06 in use, and who may do what."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.dossiers import COLUMNS, COMMUNE_FIELDS, Extras
from app.models import DossierReport, ReportStatus
from app.queries.dossiers import report_card, report_value
from tests import make

CITY = dict(
    zip(
        (column.name for column in COLUMNS),
        (10363, 832, 9465, 66, 10261, 7620, 2641, 0, 102, 102, 0),
        strict=True,
    )
)


class World:
    """A ward, its officer and head, the delegation that inspects it, and strangers."""

    def __init__(self) -> None:
        self.district = make.unit("Quận Ngô Quyền")
        self.ward = make.unit("Phường Cầu Tre", parent=self.district)
        other = make.unit("Phường Đằng Giang", parent=self.district)
        self.officer = make.user(Role.OFFICER, unit=self.ward, title="Công chức đầu mối")
        self.stranger = make.user(Role.OFFICER, unit=other)
        self.supervisor = make.user(Role.SUPERVISOR, unit=self.district)
        delegation, version = make.delegation(), make.checklist_version()
        self.inspection = make.inspection(unit=self.ward, delegation=delegation, version=version)
        self.head = make.member(delegation, Role.HEAD)
        self.secretary = make.member(delegation, Role.SECRETARY)
        self.member = make.member(delegation, Role.MEMBER)
        self.report = make.dossier_report(self.ward, period_label="9 tháng 2022")
        self.at = f"/dossiers/{self.report.id}"


@pytest.fixture
def world(app) -> World:
    return World()


def words(response) -> str:
    """What a person reads on the page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def typed(version: int = 1, rows=(), explanations=(), **total) -> dict[str, object]:
    """The form as a browser sends it: rows are (field, {column: text}), total cells by column."""
    data: dict[str, object] = {"version": version}
    data |= {f"total-{column.name}": total.get(column.name, "") for column in COLUMNS}
    for place, (field, cells) in enumerate(rows):
        data[f"rows-{place}-field"] = field
        data |= {f"rows-{place}-{column.name}": cells.get(column.name, "") for column in COLUMNS}
    for place, (code, text) in enumerate(explanations):
        data |= {f"explanations-{place}-code": code, f"explanations-{place}-text": text}
    return data


def stored(world):
    db.session.expire_all()
    return report_value(report_card(world.report.id))


def value_of(response, name: str) -> str:
    """What an input of the page holds."""
    found = re.search(rf'<input[^>]*\bname="{name}"[^>]*\bvalue="([^"]*)"', response.text)
    assert found, name
    return unescape(found[1])


# --- The list


def test_the_list_shows_figures_with_both_numbers_of_each_rate(world, login):
    client = login(world.officer)
    client.post(
        world.at,
        data=typed(received_total="4.545", received_online="2756", resolved_total="4.545", resolved_late="4"),
    )
    page = client.get("/dossiers")
    assert page.status_code == 200
    text = words(page)
    assert "Phường Cầu Tre" in text
    assert "99,91% 4.541/4.545" in text
    assert "60,64% 2.756/4.545" in text


def test_the_list_finds_without_accents_and_forgives_nonsense(world, login):
    client = login(world.supervisor)
    assert "Phường Cầu Tre" in words(client.get("/dossiers?q=cau+tre&year=2022&status=draft&page=9"))
    assert "Không có biểu nào như vậy" in words(client.get("/dossiers?q=bac+kan"))
    assert client.get("/dossiers?year=abc&status=%00&page=-1").status_code == 200


def test_the_list_shows_only_reports_of_units_one_may_see(world, login):
    for person, sees in [
        (world.officer, True),
        (world.stranger, False),
        (world.supervisor, True),
        (world.head, True),
        (world.member, True),
        (make.user(Role.MEMBER), False),
    ]:
        assert ("Phường Cầu Tre" in words(login(person).get("/dossiers"))) == sees


def test_the_list_asks_the_same_of_the_database_for_one_report_and_for_twenty(world, login, count_statements):
    client = login(world.officer)
    client.get("/dossiers")
    with count_statements() as one:
        client.get("/dossiers")
    for year in range(1990, 2010):
        make.dossier_report(world.ward, period_from=date(year, 1, 1), period_to=date(year, 12, 31))
    with count_statements() as many:
        client.get("/dossiers")
    assert len(one) == len(many)


# --- A new report


def test_a_new_report_of_a_free_period_begins_with_the_fields_of_a_commune(world, login):
    response = login(world.officer).post(
        "/dossiers/new",
        data={
            "unit": world.ward.id,
            "period_from": "01/01/2021",
            "period_to": "30/6/2022",
            "source": "unit",
            "with_rows": "y",
        },
    )
    assert response.status_code == 303
    report_id = int(response.location.rsplit("/", 1)[1])
    card = report_card(report_id)
    assert (card.period_from, card.period_to) == (date(2021, 1, 1), date(2022, 6, 30))
    assert [line.field for line in report_value(card).lines] == list(COMMUNE_FIELDS)


def test_links_on_the_new_page_fill_in_the_period(world, login):
    client = login(world.secretary)
    page = client.get("/dossiers/new")
    assert "Cuộc kiểm tra Phường Cầu Tre" in words(page)
    link = unescape(re.search(r'href="(/dossiers/new\?[^"]+)"', page.text)[1])
    filled = client.get(link)
    assert value_of(filled, "period_from") == "01/01/2022"
    assert value_of(filled, "period_to") == "15/09/2022"
    assert client.get("/dossiers/new?unit=x&period_from=31/02/2022").status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"period_from": ""}, "Hãy điền mục này."),
        ({"period_from": "31/02/2022"}, "không có ngày 31"),
        ({"period_to": "01/01/2021"}, "Ngày kết thúc kỳ không được trước ngày bắt đầu."),
        ({"unit": "999999"}, "Hãy chọn một mục trong danh sách."),
        ({"source": "nobody"}, "Hãy chọn một mục trong danh sách."),
        ({"period_label": "x" * 101}, "Tối đa 100 ký tự"),
    ],
)
def test_a_refused_new_report_says_why_and_keeps_what_was_typed(world, login, change, sentence):
    data = {
        "unit": str(world.ward.id),
        "period_from": "15/9/2022",
        "period_to": "14/12/2022",
        "period_label": "Quý IV",
        "source": "unit",
    } | change
    response = login(world.officer).post("/dossiers/new", data=data)
    assert response.status_code == 422
    assert sentence in words(response)
    assert value_of(response, "period_to") == data["period_to"]
    assert value_of(response, "period_label") == data["period_label"]


def test_a_second_report_of_the_same_period_is_a_conflict_at_the_field(world, login):
    response = login(world.officer).post(
        "/dossiers/new",
        data={"unit": world.ward.id, "period_from": "1/1/2022", "period_to": "15/9/2022", "source": "unit"},
    )
    assert response.status_code == 409
    assert "đã có biểu của kỳ này" in words(response)


def test_only_the_unit_and_planners_may_begin_a_report(world, login):
    for person in (world.supervisor, world.member, make.user(Role.ADMIN)):
        client = login(person)
        assert client.get("/dossiers/new").status_code == 403
        assert client.post("/dossiers/new", data={"unit": world.ward.id}).status_code == 403


# --- Form II.06


def test_the_form_has_the_grouped_header_of_the_paper(world, login):
    text = words(login(world.officer).get(world.at))
    for heading in (
        "Số hồ sơ nhận giải quyết Số hồ sơ đã giải quyết Số hồ sơ đang giải quyết",
        "Trong đó",
        "Trực tiếp, dịch vụ bưu chính",
        "(3) = 4+5+6",
        "(11) = 12+13",
        "Từ ngày 01/01/2022 đến ngày 15/09/2022 · Đơn vị tính: Số hồ sơ TTHC",
    ):
        assert heading in text


def test_figures_typed_with_or_without_dots_are_saved_and_shown_again(world, login):
    client = login(world.officer)
    data = typed(
        rows=[("Hộ  tịch", {"received_total": "4.545"}), ("", {}), ("Đất đai", {"received_total": "04"})],
        received_total="4549",
        received_online="2.756",
    )
    data |= {"extras-postal_in": "1.247", "online_practice": "cot_3", "note": "Ghi chú", "late_ledger": "0"}
    response = client.post(world.at, data=data)
    assert response.status_code == 303
    report = stored(world)
    assert report.total.received_total == 4549
    assert [(line.field, line.figures.received_total) for line in report.lines] == [
        ("Hộ tịch", 4545),
        ("Đất đai", 4),
    ]
    assert report.extras == Extras(postal_in=1247)
    assert report.late_ledger == 0
    page = client.get(world.at)
    assert value_of(page, "total-received_total") == "4.549"
    assert value_of(page, "extras-postal_in") == "1.247"


def test_the_city_report_holds_everywhere_and_post_is_never_added(world, login):
    client = login(world.officer)
    extras = {"extras-postal_total": "1.247", "extras-postal_in": "390", "extras-postal_out": "857"}
    client.post(world.at, data=typed(**CITY) | extras)
    text = words(client.get(world.at))
    assert "Không có phép kiểm nào bị lệch" in text
    assert "10.261/10.261 100,00%" in text
    assert "không cộng thêm vào tổng" in text
    assert stored(world).total.received_total == 10363


def test_a_broken_identity_is_named_saved_and_explained(world, login):
    client = login(world.officer)
    sentence = (
        "Cột 3 ≠ 4 + 5 + 6: tổng tiếp nhận 10.363 ≠ trực tuyến 832 + trực tiếp 9.465 + kỳ trước 60 "
        "= 10.357, lệch 6."
    )
    assert client.post(world.at, data=typed(**CITY | {"carried_over": "60"})).status_code == 303
    page = client.get(world.at)
    assert sentence in words(page)
    assert value_of(page, "explanations-0-code") == "received"
    data = typed(2, explanations=[("received", "06 hồ sơ từ hệ thống cũ")], **CITY | {"carried_over": "60"})
    assert client.post(world.at, data=data).status_code == 303
    assert report_card(world.report.id).explanations == {"received": "06 hồ sơ từ hệ thống cũ"}
    assert "06 hồ sơ từ hệ thống cũ" in words(client.get(world.at))


@pytest.mark.parametrize("wrong", ["-4", "bốn", "1.5", "4,5", "9" * 40, "1000000000", "1.23"])
def test_a_refused_cell_has_its_sentence_and_nothing_typed_is_lost(world, login, wrong):
    data = typed(
        rows=[("Đất đai", {"resolved_late": wrong, "received_total": "7"})],
        explanations=[("received", "đang viết dở")],
        received_total="5",
    )
    data |= {"extras-postal_in": wrong, "note": "Ghi chú dở"}
    response = login(world.officer).post(world.at, data=data)
    assert response.status_code == 422
    assert 'id="rows-0-resolved_late-error"' in response.text
    assert 'id="extras-postal_in-error"' in response.text
    assert "Đất đai, cột 10:" in words(response)
    assert value_of(response, "rows-0-resolved_late") == wrong
    assert value_of(response, "rows-0-received_total") == "7"
    assert value_of(response, "extras-postal_in") == wrong
    assert "đang viết dở" in words(response)
    assert "Ghi chú dở" in words(response)
    assert stored(world).total.received_total is None


def test_rows_need_a_name_of_their_own(world, login):
    rows = [("Đất đai", {"received_total": "1"}), ("đất  ĐAI", {}), ("", {"received_total": "3"})]
    response = login(world.officer).post(world.at, data=typed(rows=rows))
    assert response.status_code == 422
    assert "Lĩnh vực này đã có ở dòng 1." in words(response)
    assert "Hãy ghi tên lĩnh vực của dòng này." in words(response)
    assert value_of(response, "rows-2-received_total") == "3"


def test_the_total_row_is_filled_without_script_and_a_typed_total_is_respected(world, login):
    rows = [
        ("Hộ tịch", {"received_total": "4.000", "resolved_late": "1"}),
        ("Y tế", {"received_total": "545", "resolved_late": "1"}),
    ]
    data = typed(rows=rows, resolved_late="9") | {"fill_total": "1"}
    response = login(world.officer).post(world.at, data=data)
    assert response.status_code == 200
    assert value_of(response, "total-received_total") == "4.545"
    assert value_of(response, "total-resolved_late") == "9"
    assert value_of(response, "total-received_online") == ""
    assert stored(world).total.received_total is None
    assert "Cột 10: giải quyết quá hạn 9 ≠ tổng các dòng 2, lệch 7." in words(response)


def test_checking_while_typing_answers_with_outputs_only(world, login):
    client = login(world.officer)
    data = typed(**CITY | {"carried_over": "60"}) | {"rows-0-field": "Y tế", "rows-0-received_online": "x"}
    response = client.post(f"{world.at}/check", data=data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert not re.search(r"<(input|textarea|select|button)", response.text)
    assert 'data-broken="received"' in response.text
    assert "lệch 6" in response.text
    assert "Y tế, cột 4" in words(response)
    assert "10.261/10.261" in response.text
    assert report_card(world.report.id).version == 1


def test_the_slower_editor_gets_both_values_and_may_decide(world, login):
    officer, secretary = login(world.officer), login(world.secretary)
    assert (
        officer.post(
            world.at, data=typed(rows=[("Y tế", {"received_total": "9"})], received_total="100")
        ).status_code
        == 303
    )
    mine = typed(rows=[("Y tế", {"received_total": "8"})], received_total="200") | {"note": "của thư ký"}
    response = secretary.post(world.at, data=mine)
    assert response.status_code == 409
    text = words(response)
    assert "Công chức đầu mối lưu lúc" in text
    assert "đã lưu: 100" in text
    assert "đã lưu: 9" in text
    assert value_of(response, "total-received_total") == "200"
    assert "của thư ký" in text
    assert stored(world).total.received_total == 100
    again = mine | {"version": value_of(response, "version")}
    assert secretary.post(world.at, data=again).status_code == 303
    assert stored(world).total.received_total == 200


def test_a_report_is_handed_in_confirmed_and_given_back(world, login):
    officer, head = login(world.officer), login(world.head)
    empty = officer.post(f"{world.at}/submit", data={"version": 1})
    assert empty.status_code == 422
    assert "Dòng tổng chưa có số liệu nào" in words(empty)
    officer.post(world.at, data=typed(**CITY))
    assert officer.post(f"{world.at}/submit", data={"version": 1}).status_code == 409
    assert officer.post(f"{world.at}/submit", data={"version": 2}).status_code == 303
    assert "<input" not in officer.get(world.at).text.split('id="dossier-form"')[1].split("</form>")[0]
    assert officer.post(world.at, data=typed(3)).status_code == 409
    assert officer.post(f"{world.at}/confirm", data={"version": 3}).status_code == 403
    assert head.post(f"{world.at}/confirm", data={"version": 3}).status_code == 303
    assert head.post(f"{world.at}/confirm", data={"version": 4}).status_code == 409
    refused = head.post(f"{world.at}/return", data={"version": 4, "reason": " "})
    assert refused.status_code == 422
    assert "Hãy điền mục này." in words(refused)
    assert head.post(f"{world.at}/return", data={"version": 4, "reason": "Thiếu cột 10"}).status_code == 303
    assert "Thiếu cột 10" in words(officer.get(world.at))
    status = db.session.scalar(select(DossierReport.status).where(DossierReport.id == world.report.id))
    assert status is ReportStatus.DRAFT


# --- The ladder


def test_strangers_are_told_that_there_is_nothing(world, login):
    client = login(world.stranger)
    for path in (world.at, "/dossiers/999999"):
        assert client.get(path).status_code == 404
        for verb in ("", "/check", "/submit", "/confirm", "/return"):
            assert client.post(path + verb, data=typed()).status_code == 404


def test_who_reads_without_writing_sees_figures_and_no_input(world, login):
    for person in (world.supervisor, world.member, make.user(Role.ADMIN)):
        client = login(person)
        page = client.get(world.at)
        assert page.status_code == 200
        assert 'name="total-received_total"' not in page.text
        for verb in ("", "/check", "/submit", "/confirm", "/return"):
            assert client.post(world.at + verb, data=typed()).status_code == 403


def test_addresses_answer_only_to_their_methods(world, login):
    client = login(world.officer)
    for path in ("/dossiers", f"{world.at}/check", f"{world.at}/submit"):
        assert client.put(path).status_code == 405
    assert client.get(f"{world.at}/check").status_code == 405


def test_without_an_account_one_is_sent_to_sign_in(world, client):
    for path in ("/dossiers", "/dossiers/new", world.at):
        assert client.get(path).status_code in {302, 303}


def test_saving_and_checking_ask_the_same_of_the_database_whatever_the_rows(world, login, count_statements):
    client = login(world.officer)
    client.post(world.at, data=typed(1))
    counts: dict[str, set[int]] = {"save": set(), "check": set(), "show": set()}
    for version, rows in ((2, 1), (3, 40)):
        data = typed(version, rows=[(f"Lĩnh vực {n}", {"received_total": "5"}) for n in range(rows)])
        for name, act in (
            ("check", lambda data=data: client.post(f"{world.at}/check", data=data)),
            ("save", lambda data=data: client.post(world.at, data=data)),
            ("show", lambda: client.get(world.at)),
        ):
            with count_statements() as statements:
                assert act().status_code in {200, 303}
            counts[name].add(len(statements))
    assert all(len(found) == 1 for found in counts.values()), counts
    assert max(counts["show"]) <= 8
    assert max(counts["check"]) <= 8
    assert max(counts["save"]) <= 15


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_a_person_can_send_makes_the_server_fail(world, login, data):
    client = world.__dict__.setdefault("client", None) or login(world.officer)
    world.client = client
    names = ["version", "online_practice", "note", "late_ledger", "fill_total", "explanations-0-code"]
    names += [
        "explanations-0-text",
        "total-received_total",
        "rows-0-field",
        "rows-1-field",
        "rows-0-resolved_late",
    ]
    names += ["rows-²-field", "rows-99999999999999999999-field", "rows--1-field", "rows-", "extras-reused"]
    text = st.text(max_size=30) | st.sampled_from(["0", "4.545", "1e9", "１２", "\x00", "9" * 5000])
    sent = data.draw(st.dictionaries(st.sampled_from(names), text, max_size=6))
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in sent.items()}
    for path in (world.at, f"{world.at}/check", "/dossiers/new", f"{world.at}/return", f"{world.at}/submit"):
        assert client.post(path, data=sent).status_code < 500
