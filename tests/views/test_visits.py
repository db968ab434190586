"""/inspections/<id>/visits/new and the session's page: field visits of a giám sát."""

from __future__ import annotations

import pytest

from app import models
from app.db import db
from app.domain.inspections import Direction, State
from tests import make
from tests.cast import fault_at, main_words, value_of, words
from tests.council import Council


@pytest.fixture
def council(app) -> Council:
    return Council()


def new(council: Council) -> str:
    return f"{council.at}/visits/new"


# --- The ladder


def test_the_form_lists_what_lies_below_and_is_not_visited_yet(council, login):
    page = login(council.secretary).get(new(council))
    assert page.status_code == 200
    assert "Phường Sông Cầu" in page.text
    for name in ("Phường Đức Xuân", "Phường Ngoài", "Tỉnh Bắc Kạn"):
        assert name not in page.text
    assert value_of(page, "inspected_on") == "07/11/2022"
    assert "Chưa" not in main_words(page)


def test_visits_are_added_and_seen_on_the_sessions_page(council, login):
    browser = login(council.head)
    reply = browser.post(
        new(council), data={"unit_ids": [str(council.other_ward.id)], "inspected_on": "02/11/2022"}
    )
    assert (reply.status_code, reply.location) == (303, f"{council.at}#visits")
    page = browser.get(council.at)
    assert "Phường Sông Cầu" in page.text
    assert "02/11/2022" in page.text
    visit = db.session.execute(
        db.select(models.Inspection).where(models.Inspection.unit_id == council.other_ward.id)
    ).scalar_one()
    assert visit.parent_id == council.id


def test_searching_keeps_what_was_chosen_and_adds_nothing(council, login):
    for number in range(25):
        make.unit(f"Phường Số {number:02}", parent=council.city)
    page = login(council.head).post(
        new(council),
        data={
            "unit_ids": [str(council.other_ward.id)],
            "inspected_on": "02/11/2022",
            "q": "so 03",
            "find": "1",
        },
    )
    assert page.status_code == 200
    assert "Phường Số 03" in page.text
    assert "Phường Số 04" not in page.text
    assert f'value="{council.other_ward.id}" checked' in page.text
    assert value_of(page, "inspected_on") == "02/11/2022"


def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(council, login):
    browser = login(council.head)
    page = browser.post(new(council), data={"inspected_on": "31/02/2022"})
    assert page.status_code == 422
    assert "Hãy chọn ít nhất một đơn vị" in fault_at(page, "unit_ids")
    assert value_of(page, "inspected_on") == "31/02/2022"
    for bad in ("x", "99999999999", "-1", str(council.outside.id)):
        page = browser.post(new(council), data={"unit_ids": bad, "inspected_on": "02/11/2022"})
        assert page.status_code == 422, bad
    assert "Không thuộc đơn vị được giám sát: Phường Ngoài." in fault_at(page, "unit_ids")
    page = browser.post(new(council), data={"unit_ids": str(council.ward.id), "inspected_on": "02/11/2022"})
    assert page.status_code == 409
    assert "Phường Đức Xuân" in fault_at(page, "unit_ids")


def test_strangers_find_nothing_and_members_may_not(council, login, client):
    for person in (council.stranger, council.ward_head):
        assert login(person).get(new(council)).status_code == 404
    for person in (council.member, council.city_head, council.supervisor, council.admin):
        assert login(person).get(new(council)).status_code == 403
        assert login(person).post(new(council), data={}).status_code == 403
    assert login(council.head).get("/inspections/99999/visits/new").status_code == 404
    assert login(council.head).put(new(council)).status_code == 405
    assert client.get(new(council)).location.startswith("/login")


def test_a_visit_or_an_inspection_takes_no_visits(council, login):
    assert login(council.head).get(f"{council.visit_at}/visits/new").status_code == 409
    inspection = make.inspection(delegation=make.delegation(make.campaign()))
    head = make.member(db.session.get_one(models.Delegation, inspection.delegation_id), council.head.role)
    assert login(head).get(f"/inspections/{inspection.id}/visits/new").status_code == 409
    assert "Thêm điểm khảo sát" not in login(council.head).get(council.visit_at).text


# --- Who sees what


def test_the_delegation_sees_how_much_was_found_at_each_visit(council, login):
    make.finding(council.visit)
    make.recommendation(council.visit, direction=Direction.TO_OTHERS)
    page = login(council.head).get(council.at)
    assert "1 phát hiện · 1 kiến nghị" in words(page)
    assert f'href="{council.visit_at}"' in page.text
    assert "Còn 1 điểm khảo sát chưa ký biên bản" in words(page)


def test_the_unit_of_the_session_learns_of_visits_when_published_and_never_what_was_found(app, login):
    council = Council()
    text = "Điều chỉ phường biết"
    make.finding(council.visit, text=text)
    browser = login(council.city_head)
    assert "Phường Đức Xuân" not in browser.get(council.at).text
    council.session.state, council.session.published_at = State.CHO_KY_BIEN_BAN, make.NOW
    db.session.commit()
    page = browser.get(council.at)
    assert "Phường Đức Xuân" in page.text
    assert council.visit_at not in page.text
    assert "1 phát hiện" not in words(page)
    assert browser.get(council.visit_at).status_code == 404
    assert text not in browser.get(f"{council.at}/minutes").text


def test_the_visited_ward_sees_its_own_visit_and_nothing_of_the_session(council, login):
    council.add_visit(council.other_ward)
    browser = login(council.ward_head)
    page = browser.get(council.visit_at)
    assert page.status_code == 200
    assert "Phường Sông Cầu" not in page.text
    assert council.at + '"' not in page.text
    assert "Thuộc cuộc giám sát" not in page.text
    assert browser.get(council.at).status_code == 404
    listed = browser.get("/inspections").text
    assert council.visit_at in listed
    assert "Thành phố Bắc Kạn" not in listed


def test_the_visit_leads_back_to_its_session_for_who_may_open_it(council, login):
    for person in (council.head, council.supervisor, council.admin):
        assert f'href="{council.at}"' in login(person).get(council.visit_at).text


# --- Words


PAGES = ("", "/findings", "/minutes", "/edit", "/recommendations/new", "/steps/cho-ky-bien-ban", "/steps/huy")
SCORE_WORDS = (
    "Chấm điểm",
    "chấm điểm",
    "tự chấm",
    "Tự chấm",
    "thẩm định",
    "Điểm thưởng",
    " 0/0",
    "Chốt điểm",
)


def test_an_unscored_session_speaks_of_no_scores_and_of_no_kiem_tra(council, login):
    browser = login(council.head)
    for path in PAGES:
        page = browser.get(council.at + path)
        assert page.status_code == 200, path
        text = main_words(page).replace("Kiểm tra cải cách hành chính", "")
        for word in SCORE_WORDS:
            assert word not in text, (path, word)
        assert "Đang kiểm tra" not in text, path
        assert "cuộc kiểm tra" not in text, path
    page = main_words(browser.get(council.at))
    for word in ("Đang giám sát", "Giám sát chuyên đề", "Thời kỳ giám sát", "Nghị quyết 12/NQ-HĐND"):
        assert word in page, word


def test_lists_and_the_overview_speak_of_no_scores_either(council, login):
    browser = login(council.head)
    for path in ("/inspections", f"/delegations/{council.delegation.id}", "/", "/campaigns"):
        text = main_words(browser.get(path))
        assert " 0/0" not in text, path
        assert "đã chấm" not in text, path
    listed = main_words(browser.get("/inspections"))
    assert "Điểm khảo sát" in listed
    assert "Đang giám sát" in listed


def test_visits_do_not_count_as_sessions_of_the_campaign(council, login):
    assert "0/1 cuộc đã kết thúc" in words(login(council.head).get("/campaigns"))


def test_a_giam_sat_is_added_without_a_checklist_or_with_one(council, login):
    browser = login(council.head)
    address = f"/delegations/{council.delegation.id}/inspections/new"
    page = browser.get(address)
    assert "Có chấm điểm" in page.text
    assert "Hạn tự chấm" not in page.text
    assert value_of(page, "unit_ids_q") == ""
    form = {
        "kind": "chuyen_de",
        "inspected_on": "07/11/2022",
        "period_from": "01/01/2021",
        "period_to": "30/06/2022",
    }
    assert browser.post(address, data={**form, "unit_ids": council.other_ward.id}).status_code == 303
    scored = {**form, "unit_ids": council.outside.id, "scoring": "y", "version_id": ""}
    assert browser.post(address, data=scored).status_code == 422
    assert browser.post(address, data={**scored, "version_id": council.version.id}).status_code == 303
    rows = db.session.execute(db.select(models.Inspection.unit_id, models.Inspection.scoring)).all()
    found = {row.unit_id: row.scoring for row in rows}
    assert (found[council.other_ward.id], found[council.outside.id]) == (False, True)


# --- Recommendations to others


def recommend(browser, at: str, direction: str):
    form = {
        "op_id": "7b0fd7f6-2d53-4a3a-9a3f-0d9e5a0c1e11",
        "version": "1",
        "direction": direction,
        "text": "Nâng cấp phần mềm một cửa",
        "addressee": "Sở Thông tin và Truyền thông",
        "due_on": "31/12/2022",
    }
    return browser.post(f"{at}/recommendations", data=form)


def test_a_council_recommends_to_others_with_addressee_and_day(council, login):
    browser = login(council.secretary)
    assert "Đoàn kiến nghị với cơ quan khác" in browser.get(f"{council.at}/recommendations/new").text
    assert recommend(browser, council.at, "to_others").status_code == 303
    page = words(browser.get(f"{council.at}/findings"))
    assert "Đoàn → cơ quan khác · Sở Thông tin và Truyền thông · hạn 31/12/2022" in page


def test_the_unit_does_not_speak_for_the_delegation_nor_read_it_before_it_is_published(council, login):
    browser = login(council.city_head)
    assert recommend(browser, council.at, "to_others").status_code == 403
    make.recommendation(council.session, direction=Direction.TO_OTHERS, text="Kín đến khi công bố")
    assert "Kín đến khi công bố" not in browser.get(f"{council.at}/findings").text


def test_an_inspection_recommends_nothing_to_others(app, login):
    council = Council()
    inspection = make.inspection(unit=council.city, delegation=make.delegation(make.campaign()))
    delegation = db.session.get_one(models.Delegation, inspection.delegation_id)
    head = make.member(delegation, council.head.role)
    assert recommend(login(head), f"/inspections/{inspection.id}", "to_others").status_code == 422


# --- Cost


def test_the_sessions_page_costs_the_same_for_one_visit_and_for_twenty(council, login, count_statements):
    browser = login(council.head)
    browser.get(council.at)
    with count_statements() as few:
        browser.get(council.at)
    for number in range(19):
        visit = council.add_visit(make.unit(f"Phường {number}", parent=council.city))
        make.finding(visit)
    with count_statements() as many:
        browser.get(council.at)
    assert len(many) == len(few)
