"""The pages of /inspections."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.inspections import CampaignKind, State
from app.domain.tasks import Workflow
from app.models import AreaScore, Inspection, InspectionStep
from app.queries.minutes import minutes_card
from tests import make


@pytest.fixture
def head(app):
    return make.user(Role.HEAD)


@pytest.fixture
def delegation(head):
    delegation = make.delegation(make.campaign(created_by_id=head.id), decision_number="34/QĐ-SNV")
    make.member(delegation, Role.HEAD, user=head)
    return delegation


def fresh(inspection):
    return db.session.get(Inspection, inspection.id, populate_existing=True)


def new(version, *units, **more):
    return {
        "unit_ids": [str(unit.id) for unit in units],
        "version_id": str(version.id),
        "kind": "dinh_ky",
        "inspected_on": "15/9/2022",
        "period_from": "1/1/2022",
        "period_to": "15/9/2022",
        "self_due_on": "",
        **more,
    }


# --- the list -------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["cau tre", "CẦU TRE", "Ca\u0302\u0300u tre", "tre"])
def test_the_list_finds_units_without_accents(login, head, delegation, words):
    make.inspection(delegation=delegation)
    make.inspection(delegation=delegation, unit=make.unit("Phường Đông Hải"))
    page = login(head).get("/inspections", query_string={"q": words}).text
    assert "Phường Cầu Tre" in page
    assert "Phường Đông Hải" not in page


def test_the_list_is_filtered_by_state_and_what_is_no_state_filters_nothing(login, head, delegation):
    make.inspection(delegation=delegation, state=State.DU_THAO)
    make.inspection(delegation=delegation, unit=make.unit("Phường Đông Hải"), state=State.KET_THUC)
    browser = login(head)
    page = browser.get("/inspections?state=ket_thuc").text
    assert "Phường Đông Hải" in page
    assert "Phường Cầu Tre" not in page
    assert "Phường Cầu Tre" in browser.get("/inspections?state=xxx&page=abc").text
    assert "Không có cuộc kiểm tra nào như vậy" in browser.get("/inspections?state=huy").text


def test_live_search_replies_with_the_list_alone(login, head, delegation):
    make.inspection(delegation=delegation)
    reply = login(head).get("/inspections?q=cau", headers={"HX-Request": "true"}).text
    assert reply.lstrip().startswith("<section")
    assert "Phường Cầu Tre" in reply


def test_everybody_sees_their_own_inspections_only(login, app):
    province = make.unit("Tỉnh")
    near, far = make.unit("Phường Gần", parent=province), make.unit("Phường Xa")
    here, there = make.inspection(unit=near), make.inspection(unit=far)
    member = make.member(db.session.get(make.models.Delegation, here.delegation_id))
    for user, sees in (
        (member, {"Gần"}),
        (make.user(Role.OFFICER, unit=near), {"Gần"}),
        (make.user(Role.UNIT_HEAD, unit=far), {"Xa"}),
        (make.user(Role.SUPERVISOR, unit=province), {"Gần"}),
        (make.user(Role.ADMIN), {"Gần", "Xa"}),
        (make.user(Role.HEAD), set()),
    ):
        browser = login(user)
        page = browser.get("/inspections").text
        assert {name for name in ("Gần", "Xa") if f"Phường {name}" in page} == sees, user.name
        for inspection, name in ((here, "Gần"), (there, "Xa")):
            expected = 200 if name in sees else 404
            assert browser.get(f"/inspections/{inspection.id}").status_code == expected


def test_the_list_asks_no_more_for_forty_rows_than_for_one(login, head, delegation, count_statements):
    version = make.checklist_version()
    browser = login(head)

    def statements():
        with count_statements() as counted:
            browser.get("/inspections")
        return len(counted)

    make.inspection(delegation=delegation, version=version)
    one = statements()
    for number in range(40):
        make.inspection(delegation=delegation, version=version, unit=make.unit(f"Phường {number}"))
    assert statements() == one
    assert "Trang 1/2" in browser.get("/inspections").text


# --- adding ---------------------------------------------------------------------------------------


def test_several_units_are_added_in_one_go(login, head, delegation):
    version = make.checklist_version()
    wards = [make.unit(f"Phường {number}") for number in (1, 2)]
    browser, address = login(head), f"/delegations/{delegation.id}/inspections/new"
    assert 'value="01/01/2022"' in browser.get(address).text, "the period of the plan is proposed"
    response = browser.post(address, data=new(version, *wards))
    assert response.status_code == 303
    page = browser.get(response.location).text
    assert "Phường 1" in page
    assert "Phường 2" in page
    assert "Đã thêm 2 cuộc kiểm tra." in page


def test_units_are_looked_for_without_script_and_what_was_chosen_stays(login, head, delegation):
    version, chosen, wanted = make.checklist_version(), make.unit("Phường Một"), make.unit("Phường Cầu Tre")
    data = new(version, chosen, find="unit_ids", unit_ids_q="cau tre", inspected_on="chưa biết")
    page = login(head).post(f"/delegations/{delegation.id}/inspections/new", data=data)
    assert page.status_code == 200
    assert re.search(rf'name="unit_ids" value="{chosen.id}" checked', page.text)
    assert re.search(rf'name="unit_ids" value="{wanted.id}">', page.text)
    assert 'value="chưa biết"' in page.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit_ids": []}, "Hãy chọn ít nhất một đơn vị."),
        ({"unit_ids": ["abc"]}, "Hãy chọn đơn vị trong danh sách."),
        ({"unit_ids": ["99999"]}, "Không có đơn vị này."),
        ({"version_id": "99999"}, "Hãy chọn một mục trong danh sách."),
        ({"kind": "thanh_tra"}, "Hãy chọn một mục trong danh sách."),
        ({"inspected_on": ""}, "Hãy điền mục này."),
        (
            {"inspected_on": "1/8/2025"},
            "nằm ngoài thời gian hoạt động của: Phường Cầu Tre (01/01/2000 – 30/06/2025)",
        ),
        ({"period_to": "1/12/2021"}, "Ngày kết thúc kỳ không được trước ngày bắt đầu."),
        ({"self_due_on": "16/9/2022"}, "Hạn tự chấm phải trước hoặc trong ngày kiểm tra."),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(login, head, delegation, change, sentence):
    version, ward = make.checklist_version(), make.unit(valid_to=date(2025, 6, 30))
    data = new(version, ward, period_label="từ đầu năm") | change
    page = login(head).post(f"/delegations/{delegation.id}/inspections/new", data=data)
    assert page.status_code == 422
    assert sentence in page.text
    assert 'value="từ đầu năm"' in page.text
    if "unit_ids" not in change:
        assert re.search(rf'name="unit_ids" value="{ward.id}" checked', page.text)
    assert db.session.scalars(select(Inspection.id)).all() == []


def test_a_unit_that_is_there_already_is_named(login, head, delegation):
    inspection = make.inspection(delegation=delegation)
    version = db.session.get(make.models.ChecklistVersion, inspection.version_id)
    ward = db.session.get(make.models.Unit, inspection.unit_id)
    page = login(head).post(f"/delegations/{delegation.id}/inspections/new", data=new(version, ward))
    assert page.status_code == 409
    assert "(kể cả đã hủy) tại: Phường Cầu Tre." in page.text


def test_without_a_published_checklist_the_page_says_what_to_do(login, head, delegation):
    make.checklist_version(published=False)
    page = login(head).get(f"/delegations/{delegation.id}/inspections/new").text
    assert "Chưa có bộ tiêu chí đã công bố" in page


# --- one inspection -------------------------------------------------------------------------------


def test_the_page_shows_where_it_stands_and_what_this_person_may_do(login, head, delegation):
    ward = make.unit()
    inspection = make.inspection(delegation=delegation, unit=ward, state=State.DANG_TU_CHAM)
    page = login(head).get(f"/inspections/{inspection.id}").text
    assert "Bắt đầu kiểm tra (đơn vị chưa chốt)" in page
    assert "Chốt tự chấm" not in page
    chief = login(make.user(Role.UNIT_HEAD, unit=ward)).get(f"/inspections/{inspection.id}").text
    assert "Chốt tự chấm" in chief
    assert "Hủy cuộc kiểm tra" not in chief
    officer = login(make.user(Role.OFFICER, unit=ward)).get(f"/inspections/{inspection.id}").text
    assert re.search(r'href="/inspections/\d+/score">.*?Tự chấm', officer, re.S)
    assert "/steps/" not in officer


def test_the_unit_sees_nothing_of_the_delegations_scores_before_they_are_published(login, head, delegation):
    ward = make.unit()
    inspection = make.inspection(delegation=delegation, unit=ward)
    area = make.criterion(inspection).area_id
    db.session.add(
        AreaScore(
            inspection_id=inspection.id,
            area_id=area,
            side="verified",
            points=137,
            max_points=500,
            answered=3,
            total=5,
        )
    )
    db.session.commit()
    make.finding(inspection)
    browser, officer = login(head), login(make.user(Role.OFFICER, unit=ward))
    address = f"/inspections/{inspection.id}"
    assert "1,37/5,00" in browser.get(address).text
    assert "đã chấm 3/10" in browser.get("/inspections").text
    page = officer.get(address).text
    assert "1,37" not in page
    assert "1 phát hiện" not in page
    assert "đã chấm" not in officer.get("/inspections").text
    inspection.published_at = make.NOW
    db.session.commit()
    assert "1,37/5,00" in officer.get(address).text


def test_a_step_is_taken_with_a_button_and_its_history_shown(login, head, delegation):
    inspection = make.inspection(delegation=delegation, state=State.DA_CO_QUYET_DINH)
    browser = login(head)
    response = browser.post(f"/inspections/{inspection.id}/steps/dang-tu-cham")
    assert response.status_code == 303
    page = browser.get(response.location).text
    assert "Đã chuyển sang: Đơn vị đang tự chấm." in page
    assert head.title in page
    assert fresh(inspection).state is State.DANG_TU_CHAM


def test_a_step_that_needs_a_reason_asks_for_it_and_keeps_what_was_typed(login, head, delegation):
    inspection = make.inspection(delegation=delegation, state=State.DANG_TU_CHAM)
    browser, address = login(head), f"/inspections/{inspection.id}/steps/huy"
    assert browser.get(address).status_code == 200
    refused = browser.post(address, data={"reason": "  "})
    assert refused.status_code == 422
    assert "Hãy ghi lý do." in refused.text
    too_long = browser.post(address, data={"reason": "dài " * 600})
    assert too_long.status_code == 422
    assert "dài dài" in too_long.text
    assert browser.post(address, data={"reason": "Trùng lịch"}).status_code == 303
    assert "Trùng lịch" in browser.get(f"/inspections/{inspection.id}").text
    assert fresh(inspection).state is State.HUY


def test_scores_are_not_locked_while_something_is_missing(login, head, delegation):
    inspection = make.inspection(delegation=delegation)
    response = login(head).post(f"/inspections/{inspection.id}/steps/cho-ky-bien-ban")
    assert response.status_code == 409
    assert "còn 10 tiêu chí chưa chấm (1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5 …)" in response.text
    assert fresh(inspection).published_at is None
    assert db.session.scalars(select(InspectionStep)).all() == []


def test_steps_of_others_of_other_states_and_unknown_ones(login, head, delegation):
    ward = make.unit()
    inspection = make.inspection(delegation=delegation, unit=ward, state=State.DANG_TU_CHAM)
    address = f"/inspections/{inspection.id}/steps"
    browser = login(head)
    assert browser.post(f"{address}/da-chot-tu-cham").status_code == 403
    assert browser.post(f"{address}/ket-thuc").status_code == 409
    assert browser.post(f"{address}/khong-co").status_code == 404
    assert browser.put(f"{address}/huy").status_code == 405
    for user, status in (
        (make.user(Role.OFFICER, unit=ward), 403),
        (make.user(Role.ADMIN), 403),
        (make.member(delegation), 403),
        (make.user(Role.HEAD), 404),
    ):
        assert login(user).post(f"{address}/huy", data={"reason": "x"}).status_code == status
    assert fresh(inspection).state is State.DANG_TU_CHAM


def test_a_supervision_speaks_of_no_scores(login, head):
    delegation = make.delegation(make.campaign(kind=CampaignKind.GIAM_SAT))
    make.member(delegation, Role.HEAD, user=head)
    inspection = make.inspection(delegation=delegation, scoring=False)
    page = login(head).get(f"/inspections/{inspection.id}").text
    assert "Chuyển sang ký biên bản" in page
    assert "Tự chấm" not in page
    assert "Chấm điểm" not in page


def test_an_inspection_is_corrected(login, head, delegation):
    inspection = make.inspection(delegation=delegation, state=State.DA_CO_QUYET_DINH)
    browser, address = login(head), f"/inspections/{inspection.id}/edit"
    assert 'value="15/09/2022"' in browser.get(address).text
    data = {
        "kind": "dot_xuat",
        "inspected_on": "20/9/2022",
        "period_from": "1/1/2022",
        "period_to": "20/9/2022",
        "version": "1",
    }
    assert browser.post(address, data=data).status_code == 303
    assert fresh(inspection).inspected_on == date(2022, 9, 20)
    second = browser.post(address, data=data | {"period_label": "của tôi"})
    assert second.status_code == 409
    assert 'value="của tôi"' in second.text
    bad = browser.post(address, data=data | {"version": "2", "inspected_on": "32/9/2022"})
    assert bad.status_code == 422
    assert 'value="32/9/2022"' in bad.text
    assert login(make.member(delegation)).get(address).status_code == 403
    assert login(make.user(Role.SECRETARY)).get(address).status_code == 404


def test_the_visit_before_is_linked_for_who_may_open_it(login, head, delegation):
    ward = make.unit()
    before = make.inspection(delegation=delegation, unit=ward, state=State.KET_THUC)
    again = make.delegation()
    member = make.member(again)
    make.member(again, Role.HEAD, user=head)
    now = make.inspection(delegation=again, unit=ward, previous_id=before.id)
    link = f'href="/inspections/{before.id}"'
    assert link in login(head).get(f"/inspections/{now.id}").text
    assert link not in login(member).get(f"/inspections/{now.id}").text


def test_other_addresses_and_methods(login, head):
    browser = login(head)
    assert browser.get("/inspections/404").status_code == 404
    assert browser.get("/inspections/404/edit").status_code == 404
    assert browser.post("/inspections/404/steps/huy").status_code == 404
    assert browser.get("/delegations/404/inspections/new").status_code == 404
    assert browser.post("/inspections").status_code == 405


def test_the_page_and_the_minutes_count_the_same_tasks(login, head, delegation):
    """Neither the unit's own plan nor what was finished before the period or given after it."""
    ward = make.unit()
    inspection = make.inspection(delegation=delegation, unit=ward)
    make.task(ward, workflow=Workflow.DONE, completed_on=date(2022, 3, 1))
    make.task(ward)
    make.task(ward, own_plan=True)
    before = {"assigned_on": date(2020, 1, 10), "completed_on": date(2020, 3, 1)}
    make.task(ward, workflow=Workflow.DONE, **before)
    part = minutes_card(inspection.id).minutes.tasks
    assert tuple(part.counts.done_rate) == (1, 2)
    assert "1/2 đã hoàn thành" in login(head).get(f"/inspections/{inspection.id}").text


def test_the_page_asks_a_fixed_number_of_questions(login, head, delegation, count_statements):
    inspection = make.inspection(delegation=delegation)
    browser = login(head)

    def statements():
        with count_statements() as counted:
            browser.get(f"/inspections/{inspection.id}")
        return len(counted)

    statements()  # the checklist is read once a process
    few = statements()
    ward = db.session.get(make.models.Unit, inspection.unit_id)
    for number in range(8):
        make.member(delegation, areas=("1",))
        make.finding(inspection, f"1.1.{number % 5 + 1}")
        make.task(ward)
        db.session.add(
            InspectionStep(
                inspection_id=inspection.id, to_state=State.DANG_KIEM_TRA, user_id=head.id, at=make.NOW
            )
        )
    assert statements() == few <= 14
