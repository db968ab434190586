"""The pages of /units."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.units import UnitKind
from app.models import Unit, UnitSuccession
from tests import make

JULY = date(2025, 7, 1)
NEW = {"name": "Quận Ngô Quyền", "kind": "quan", "valid_from": "5/7/1961", "valid_to": "30/06/2025"}


@pytest.fixture
def admin(login):
    return login(make.user(Role.ADMIN))


@pytest.fixture
def member(login):
    return login(make.user(Role.MEMBER))


def names(response):
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', response.text)


# --- the list -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cau tre", "Phường Cầu Tre"),
        ("CẦU TRE", "Phường Cầu Tre"),
        ("Ca\u0302\u0300u", "Phường Cầu Tre"),
        ("da nang", "Thành phố Đà Nẵng"),
        ("11779", "Phường Cầu Tre"),
        ("tre hai phong", "Phường Cầu Tre"),
    ],
)
def test_search_does_not_ask_for_accents(member, words, found):
    city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
    make.unit("Thành phố Đà Nẵng", kind=UnitKind.THANH_PHO_TW)
    make.unit("Phường Cầu Tre", parent=city, code="11779")
    make.unit("Xã Cẩu", parent=city, code="11780")
    response = member.get("/units", query_string={"q": words})
    assert response.status_code == 200
    assert names(response)[0] == found


def test_units_stand_in_vietnamese_order(member):
    for name in ("Phường 10", "Đống Đa", "Ánh", "Ân Thi", "An Dương", "Dương Kinh", "Phường 2"):
        make.unit(name)
    assert names(member.get("/units")) == [
        "An Dương",
        "Ánh",
        "Ân Thi",
        "Dương Kinh",
        "Đống Đa",
        "Phường 2",
        "Phường 10",
    ]


def test_the_list_is_filtered_by_kind_parent_and_days(member):
    city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
    district = make.unit("Quận Ngô Quyền", kind=UnitKind.QUAN, parent=city, valid_to=date(2025, 6, 30))
    make.unit("Phường Cầu Tre", parent=district, valid_to=date(2025, 6, 30))
    make.unit("Phường Ngô Quyền", parent=city, valid_from=JULY)
    assert names(member.get("/units?kind=quan")) == ["Quận Ngô Quyền"]
    assert names(member.get(f"/units?within={district.id}")) == ["Phường Cầu Tre"]
    assert names(member.get("/units?state=ended")) == ["Phường Cầu Tre", "Quận Ngô Quyền"]
    assert names(member.get("/units?state=now&kind=phuong")) == ["Phường Ngô Quyền"]


def test_the_list_is_paged(member):
    for number in range(1, 53):
        make.unit(f"Phường {number}")
    assert len(names(member.get("/units"))) == 50
    assert names(member.get("/units?page=2")) == ["Phường 51", "Phường 52"]
    assert names(member.get("/units?page=99")) == ["Phường 51", "Phường 52"]
    for page in ("x", "", "0", "-1", "9" * 5000):
        first = member.get(f"/units?page={page}")
        assert (first.status_code, len(names(first))) == (200, 50)


def test_live_search_gets_the_list_only(member):
    make.unit()
    response = member.get("/units?q=tre", headers={"HX-Request": "true"})
    assert response.text.lstrip().startswith('<section id="units"')
    assert names(response) == ["Phường Cầu Tre"]


@pytest.mark.parametrize(
    "query", ["kind=thanh-pho", "within=abc", "within=99999999999999999999", "q=" + "x" * 101]
)
def test_a_filter_that_cannot_be_read_is_said(member, query):
    assert member.get(f"/units?{query}").status_code == 422


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "\x00", "\ud800".encode("utf-8", "surrogatepass"), "🙂"])
def test_signs_of_the_database_language_are_plain_text(member, q):
    make.unit()
    response = member.get("/units", query_string={"q": q})
    assert response.status_code == 200
    assert names(response) in ([], ["Phường Cầu Tre"])


def test_an_empty_list_says_how_to_fill_it(member):
    assert "load-vietnam" in member.get("/units").text


def test_the_list_asks_no_more_for_forty_units_than_for_one(member, count_statements):
    make.unit()
    with count_statements() as for_one:
        member.get("/units")
    for number in range(40):
        make.unit(f"Phường {number}")
    with count_statements() as for_forty:
        member.get("/units")
    assert len(for_one) == len(for_forty) <= 4


def test_the_picker_gets_rows_named_like_its_field(member):
    unit = make.unit()
    response = member.get("/units?pick=unit_ids&many=1&unit_ids_q=cau")
    assert f'<input type="checkbox" name="unit_ids" value="{unit.id}">' in response.text
    assert 'type="radio"' in member.get("/units?pick=unit&unit_q=cau").text
    assert "Không có đơn vị nào khớp" in member.get("/units?pick=unit&unit_q=zzz").text
    assert "<script" not in member.get('/units?pick="><script>&q=cau').text


# --- one unit -------------------------------------------------------------------------------------


def test_a_unit_shows_what_is_above_below_before_and_after_it(member):
    city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
    old = make.unit("Phường Cầu Tre", valid_to=date(2025, 6, 30))
    unit = make.unit("Phường Ngô Quyền", parent=city, valid_from=JULY)
    make.unit("Phòng Kinh tế", kind=UnitKind.PHONG_CHUYEN_MON, parent=unit)
    db.session.add(
        UnitSuccession(
            from_unit_id=old.id,
            to_unit_id=unit.id,
            effective_date=JULY,
            type="merge",
            legal_document="NQ 1669",
        )
    )
    db.session.commit()
    page = member.get(f"/units/{unit.id}").text
    for text in ("Thành phố Hải Phòng", "Phường Cầu Tre", "Phòng Kinh tế", "NQ 1669", "Đang hoạt động"):
        assert text in page
    assert "Phường Ngô Quyền" in member.get(f"/units/{old.id}").text


def test_inspections_are_shown_to_those_who_may_open_them(login):
    delegation = make.delegation()
    inspection = make.inspection(delegation=delegation)
    inside, outside = make.member(delegation), make.user(Role.MEMBER)
    link = f'href="/inspections/{inspection.id}"'
    assert link in login(inside).get(f"/units/{inspection.unit_id}").text
    assert link not in login(outside).get(f"/units/{inspection.unit_id}").text


# --- the ladder of the forms ----------------------------------------------------------------------


def test_a_historic_unit_is_added(admin):
    city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
    response = admin.post("/units/new", data=NEW | {"parent": str(city.id)})
    assert response.status_code == 303
    added = db.session.scalars(select(Unit).where(Unit.name == "Quận Ngô Quyền")).one()
    assert (added.valid_from, added.valid_to, added.parent_id) == (
        date(1961, 7, 5),
        date(2025, 6, 30),
        city.id,
    )
    assert response.location == f"/units/{added.id}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"kind": "làng"},
        {"kind": ""},
        {"valid_from": "07/15/2022"},
        {"valid_from": ""},
        {"valid_to": "1/1/1900"},
        {"code": "mã"},
        {"parent": "abc"},
        {"parent": "9" * 30},
    ],
)
def test_a_wrong_unit_is_refused_and_what_was_typed_stays(admin, wrong):
    response = admin.post("/units/new", data=NEW | {"note": "Ghi chú của tôi"} | wrong)
    assert response.status_code == 422
    assert "Ghi chú của tôi" in response.text
    assert "has-error" in response.text
    assert db.session.scalars(select(Unit)).all() == []


def test_a_twin_is_refused_with_409_and_a_parent_there_is_not_with_404(admin):
    make.unit("Quận Ngô Quyền", kind=UnitKind.QUAN)
    assert admin.post("/units/new", data=NEW).status_code == 409
    assert admin.post("/units/new", data=NEW | {"parent": "4711"}).status_code == 404


def test_without_script_the_picker_finds_by_posting_the_form(admin):
    city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
    response = admin.post("/units/new", data=NEW | {"find": "parent", "parent_q": "hai phong"})
    assert response.status_code == 200
    assert f'<input type="radio" name="parent" value="{city.id}">' in response.text
    assert 'value="Quận Ngô Quyền"' in response.text


@pytest.mark.parametrize(
    "text",
    ["\x00", "\ud800", "‮", "=1+1", "<script>", "9" * 5000, "%(name)s", "%s", "{{ 7 * 7 }}", "１", "\r\n"],
)
def test_no_text_in_any_field_breaks_a_page(admin, text):
    unit = make.unit()
    raw = text.encode("utf-8", "surrogatepass")
    for address, fields in (
        ("/units/new", (*NEW, "parent", "code", "code_edoc", "note", "find", "parent_q")),
        (f"/units/{unit.id}/close", ("valid_to",)),
        (f"/units/{unit.id}/succession", ("type", "day", "successor", "legal_document", "note", "find")),
    ):
        for field in fields:
            assert admin.post(address, data=NEW | {field: raw}).status_code in (200, 303, 409, 422)
        assert admin.post(address, data=dict.fromkeys(fields, raw)).status_code in (200, 422)


def test_a_unit_is_closed(admin):
    unit = make.unit()
    assert admin.get(f"/units/{unit.id}/close").status_code == 200
    assert admin.post(f"/units/{unit.id}/close", data={"valid_to": ""}).status_code == 422
    assert admin.post(f"/units/{unit.id}/close", data={"valid_to": "31/12/1999"}).status_code == 422
    assert admin.post(f"/units/{unit.id}/close", data={"valid_to": "30/6/2025"}).status_code == 303
    assert db.session.get(Unit, unit.id).valid_to == date(2025, 6, 30)
    assert admin.post(f"/units/{unit.id}/close", data={"valid_to": "30/6/2025"}).status_code == 409


def test_a_succession_is_recorded(admin):
    old, first, second = make.unit(), make.unit("Phường A", valid_from=JULY), make.unit("Phường B")
    data = {
        "type": "merge",
        "day": "01/7/2025",
        "successor": [str(first.id), str(second.id)],
        "legal_document": "1669/NQ –UBTVQH15",
    }
    assert admin.get(f"/units/{old.id}/succession").status_code == 200
    refused = admin.post(f"/units/{old.id}/succession", data=data | {"successor": []})
    assert refused.status_code == 422
    assert "Hãy chọn ít nhất một đơn vị kế thừa." in refused.text
    refused = admin.post(f"/units/{old.id}/succession", data=data | {"day": "07/15/2025"})
    assert refused.status_code == 422
    assert f'value="{second.id}" checked' in refused.text
    assert admin.post(f"/units/{old.id}/succession", data=data).status_code == 303
    rows = db.session.scalars(select(UnitSuccession)).all()
    assert {row.to_unit_id for row in rows} == {first.id, second.id}
    assert {row.legal_document for row in rows} == {"1669/NQ-UBTVQH15"}
    assert db.session.get(Unit, old.id).valid_to == date(2025, 6, 30)
    assert admin.post(f"/units/{old.id}/succession", data=data).status_code == 409


@pytest.mark.parametrize("path", ["/units/4711", "/units/4711/close", "/units/4711/succession"])
def test_a_unit_there_is_not_is_404(admin, path):
    assert admin.get(path).status_code == 404


@pytest.mark.parametrize("number", ["3000000000", "9" * 20, "9" * 5000, "٣", "-1", "1.0"])
def test_an_id_no_database_can_hold_is_404(admin, number):
    assert admin.get(f"/units/{number}").status_code == 404


@pytest.mark.parametrize("path", ["new", "{id}/close", "{id}/succession"])
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.DEPUTY)])
def test_only_the_administrator_changes_units(login, role, path):
    unit = make.unit()
    browser = login(make.user(role, unit=unit))
    address = "/units/" + path.format(id=unit.id)
    assert browser.get(address).status_code == 403
    assert browser.post(address, data=NEW).status_code == 403
    assert browser.get("/units").status_code == 200
    assert 'href="/units/new"' not in browser.get("/units").text


def test_reading_addresses_take_no_posts(admin):
    unit = make.unit()
    assert admin.post("/units").status_code == 405
    assert admin.post(f"/units/{unit.id}").status_code == 405
    assert admin.delete(f"/units/{unit.id}").status_code == 405


def test_nobody_reads_units_without_signing_in(client):
    assert client.get("/units").status_code == 303
    assert client.get("/units/1").status_code == 303
