"""The pages of /campaigns."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.models import Campaign
from tests import make

NEW = {
    "kind": "kiem_tra",
    "title": "Kiểm tra cải cách hành chính năm 2026",
    "year": "2026",
    "plan_number": "12/KH –SNV",
    "plan_date": "5/1/2026",
    "period_from": "1/1/2026",
    "period_to": "31/12/2026",
}


@pytest.fixture
def head(app):
    return make.user(Role.HEAD)


def test_a_plan_is_made_shown_and_corrected(login, head):
    browser = login(head)
    assert browser.get("/campaigns/new").status_code == 200
    response = browser.post("/campaigns/new", data=NEW)
    assert response.status_code == 303
    page = browser.get(response.location)
    assert NEW["title"] in page.text
    assert "12/KH-SNV" in page.text
    assert "Chưa có đoàn nào" in page.text
    edit = browser.get(f"{response.location}/edit")
    assert 'value="2026"' in edit.text
    changed = browser.post(
        f"{response.location}/edit", data={**NEW, "title": "Kế hoạch khác", "version": "1"}
    )
    assert changed.status_code == 303
    assert "Kế hoạch khác" in browser.get("/campaigns").text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "   ", "Hãy điền mục này."),
        ("title", "x" * 501, "Tối đa 500 ký tự"),
        ("year", "202", "Năm gồm bốn chữ số"),
        ("year", "2.026", "Năm gồm bốn chữ số"),
        ("kind", "thanh_tra", "Hãy chọn một mục"),
        ("plan_date", "07/15/2022", "error"),
        ("period_from", "", "Hãy điền mục này."),
        ("period_to", "31/12/2025", "Ngày kết thúc kỳ không được trước ngày bắt đầu."),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_nothing_typed_is_lost(
    login, head, field, typed, sentence
):
    data = {**NEW, "note": "Giữ lại ghi chú", field: typed}
    response = login(head).post("/campaigns/new", data=data)
    assert response.status_code == 422
    assert sentence in response.text
    assert "Giữ lại ghi chú" in response.text
    assert "<span></span></p>" not in response.text, "an error without words"
    if field not in {"kind", "title"}:
        assert f'value="{typed}"' in response.text
    assert db.session.scalars(select(Campaign.id)).all() == []


def test_the_second_of_two_corrections_is_told_and_keeps_what_was_typed(login, head):
    campaign = make.campaign(created_by_id=head.id)
    browser = login(head)
    assert browser.post(f"/campaigns/{campaign.id}/edit", data={**NEW, "version": "1"}).status_code == 303
    response = browser.post(
        f"/campaigns/{campaign.id}/edit", data={**NEW, "version": "1", "note": "Bản của tôi"}
    )
    assert response.status_code == 409
    assert "vừa được người khác sửa" in response.text
    assert "Bản của tôi" in response.text


def test_an_empty_plan_is_taken_back(login, head):
    empty, used = (f"/campaigns/{make.campaign(created_by_id=head.id).id}" for _n in range(2))
    make.delegation(db.session.get(Campaign, int(used.rpartition("/")[2])))
    browser = login(head)
    assert "Xóa kế hoạch này" in browser.get(empty).text
    assert "Xóa kế hoạch này" not in browser.get(used).text
    assert browser.post(f"{empty}/remove").status_code == 303
    assert browser.get(empty).status_code == 404
    assert browser.post(f"{used}/remove").status_code == 409


def test_a_plan_is_there_for_its_maker_its_delegations_its_superiors_and_the_administrator(login, app):
    province = make.unit("Tỉnh")
    ward = make.unit("Phường", parent=province)
    maker = make.user(Role.SECRETARY)
    campaign = make.campaign(created_by_id=maker.id, title="Kế hoạch A")
    delegation = make.delegation(campaign)
    make.inspection(delegation=delegation, unit=ward)
    member = make.member(delegation, Role.MEMBER)
    address = f"/campaigns/{campaign.id}"
    for user, sees, writes in (
        (maker, True, True),
        (make.member(delegation, Role.HEAD), True, True),
        (member, True, False),
        (make.user(Role.SUPERVISOR, unit=province), True, False),
        (make.user(Role.ADMIN), True, False),
        (make.user(Role.SUPERVISOR, unit=make.unit("Tỉnh khác")), False, False),
        (make.user(Role.HEAD), False, False),
    ):
        browser = login(user)
        assert ("Kế hoạch A" in browser.get("/campaigns").text) is sees, user.name
        assert browser.get(address).status_code == (200 if sees else 404)
        expected = 200 if writes else (403 if sees else 404)
        assert browser.get(f"{address}/edit").status_code == expected
        assert browser.post(f"{address}/edit", data={**NEW, "title": "Kế hoạch A"}).status_code in (
            {303, 409} if writes else {expected}
        )


def test_the_unit_side_does_not_read_plans_and_members_make_none(login, app):
    assert login(make.user(Role.OFFICER, unit=make.unit())).get("/campaigns").status_code == 403
    for role in (Role.MEMBER, Role.ADMIN, Role.SUPERVISOR):
        browser = login(make.user(role))
        assert browser.get("/campaigns/new").status_code == 403
        assert browser.post("/campaigns/new", data=NEW).status_code == 403


def test_other_methods_and_other_addresses(login, head):
    browser = login(head)
    assert browser.get("/campaigns/404").status_code == 404
    assert browser.get("/campaigns/404/edit").status_code == 404
    assert browser.post("/campaigns").status_code == 405
    assert browser.get(f"/campaigns/{make.campaign(created_by_id=head.id).id}/remove").status_code == 405
    assert browser.get("/campaigns?page=abc").status_code == 200
    assert browser.get("/campaigns?page=999").status_code == 200


def test_the_list_asks_no_more_for_many_plans_than_for_one(login, head, count_statements):
    browser = login(head)

    def statements():
        with count_statements() as counted:
            browser.get("/campaigns")
        return len(counted)

    make.delegation(make.campaign(created_by_id=head.id))
    one = statements()
    for _n in range(15):
        make.inspection(delegation=make.delegation(make.campaign(created_by_id=head.id)))
    assert statements() == one


def test_the_page_of_a_plan_asks_no_more_for_many_delegations_than_for_one(login, head, count_statements):
    browser, campaign = login(head), make.campaign(created_by_id=head.id)

    def statements():
        with count_statements() as counted:
            browser.get(f"/campaigns/{campaign.id}")
        return len(counted)

    make.delegation(campaign)
    one = statements()
    for _n in range(10):
        make.member(make.delegation(campaign), Role.HEAD)
    assert statements() == one
