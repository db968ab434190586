"""/dossiers: the ladder of each page, a new report, and who may do what."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.dossiers import COMMUNE_FIELDS
from app.models import DossierReport, ReportStatus
from app.queries.dossiers import report_card, report_value
from tests import make
from tests.cast import value_of, words
from tests.views.reported import CITY, World, typed


@pytest.fixture
def world(app) -> World:
    return World()


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
