"""The pages of /delegations."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.models import Delegation, DelegationMember
from tests import make


@pytest.fixture
def head(app):
    return make.user(Role.HEAD, title="Trưởng phòng CCHC")


@pytest.fixture
def campaign(head):
    make.checklist_version(areas=3)
    return make.campaign(created_by_id=head.id)


def typed(*members, **more):
    """A form as a browser sends it: (user, role, areas) for each row."""
    data = {"name": "Đoàn kiểm tra số 1", "decision_number": "34/QĐ-SNV", "decision_date": "1/3/2026", **more}
    data["row"] = [str(number) for number in range(len(members))]
    for number, (user, role, areas) in enumerate(members):
        data |= {f"m{number}-user": str(user), f"m{number}-role": role, f"m{number}-areas": list(areas)}
    return data


def test_a_delegation_is_set_up_with_its_members_and_areas(login, head, campaign):
    secretary, member = make.user(Role.SECRETARY), make.user(Role.MEMBER, title="Chuyên viên KSTT")
    browser = login(head)
    form = browser.get(f"/campaigns/{campaign.id}/delegations/new")
    chosen = rf'<input type="radio" name="m0-user" value="{head.id}" checked>'
    assert re.search(chosen, form.text), "the maker is proposed as head"
    response = browser.post(
        f"/campaigns/{campaign.id}/delegations/new",
        data=typed((head.id, "head", ""), (secretary.id, "secretary", "1"), (member.id, "member", ["2"])),
    )
    assert response.status_code == 303
    page = browser.get(response.location).text
    assert "Quyết định 34/QĐ-SNV ngày 01/03/2026" in page
    assert "Chuyên viên KSTT" in page
    assert "2. Lĩnh vực 2" in page
    assert "Chưa giao cho ai: 3. Lĩnh vực 3." in page
    assert "Chưa có đơn vị nào" in page


def test_rows_are_added_and_taken_away_without_losing_what_was_typed(login, head, campaign):
    member = make.user(Role.MEMBER)
    address, browser = f"/campaigns/{campaign.id}/delegations/new", login(head)
    data = typed((head.id, "head", ""), (member.id, "member", ["1", "3"]), name="Đoàn đang gõ dở")
    more = browser.post(address, data={**data, "add": "1"})
    assert more.status_code == 200
    assert re.findall(r'name="row" value="(\d+)"', more.text) == ["0", "1", "2"]
    assert "Đoàn đang gõ dở" in more.text
    assert len(re.findall(r'<input checked [^>]*name="m1-areas"', more.text)) == 2
    assert re.search(r'<option selected value="member">', more.text)
    fewer = browser.post(address, data={**data, "remove": "0"})
    assert fewer.status_code == 200
    assert re.findall(r'name="row" value="(\d+)"', fewer.text) == ["1"]
    assert len(re.findall(r'<input checked [^>]*name="m1-areas"', fewer.text)) == 2
    assert db.session.scalars(select(Delegation.id)).all() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Hãy điền mục này."),
        ({"decision_date": "31/02/2026"}, "error"),
        ({"m1-user": ""}, "Hãy điền mục này."),
        ({"m1-user": "99999"}, "Hãy chọn một mục trong danh sách."),
        ({"m1-role": "admin"}, "Hãy chọn một mục trong danh sách."),
        ({"m1-areas": ["9"]}, "Hãy chọn các mục trong danh sách."),
        ({"m0-role": "deputy"}, "Đoàn phải có một Trưởng đoàn."),
        ({"m1-role": "head"}, "Vai trò của tài khoản này không đủ"),
        ({"row": []}, "Đoàn phải có một Trưởng đoàn."),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(login, head, campaign, change, sentence):
    member = make.user(Role.MEMBER)
    data = typed((head.id, "head", ""), (member.id, "member", ["2"]), note="Giữ lại ghi chú") | change
    response = login(head).post(f"/campaigns/{campaign.id}/delegations/new", data=data)
    assert response.status_code == 422
    assert sentence in response.text
    assert "Giữ lại ghi chú" in response.text
    assert db.session.scalars(select(Delegation.id)).all() == []


def test_the_same_person_twice_is_said_at_the_second_row(login, head, campaign):
    data = typed((head.id, "head", ""), (head.id, "member", ["2"]))
    response = login(head).post(f"/campaigns/{campaign.id}/delegations/new", data=data)
    assert response.status_code == 422
    assert re.search(r'id="m1-user-error">.*?Người này đã có trong đoàn', response.text, re.S)


def test_a_delegation_is_corrected_and_the_second_of_two_corrections_is_told(login, head, campaign):
    delegation = make.delegation(campaign)
    make.member(delegation, Role.HEAD, user=head)
    gone = make.member(delegation, Role.MEMBER, areas=("1",))
    browser, address = login(head), f"/delegations/{delegation.id}/edit"
    assert gone.title in browser.get(address).text
    data = typed((head.id, "head", ""), version="1", name="Đoàn đã đổi tên")
    assert browser.post(address, data=data).status_code == 303
    assert db.session.scalars(select(DelegationMember.user_id)).all() == [head.id]
    second = browser.post(address, data=data | {"name": "Tên của tôi"})
    assert second.status_code == 409
    assert "vừa được người khác sửa" in second.text
    assert "Tên của tôi" in second.text


def test_an_area_given_by_an_older_checklist_stays(login, head, campaign):
    delegation = make.delegation(campaign)
    make.member(delegation, Role.HEAD, user=head, areas=("8",))
    browser, address = login(head), f"/delegations/{delegation.id}/edit"
    assert 'value="8"' in browser.get(address).text
    assert browser.post(address, data=typed((head.id, "head", ["8"]), version="1")).status_code == 303


def test_a_member_of_an_inspected_unit_is_warned_of(login, head, campaign):
    ward = make.unit("Phường Cầu Tre")
    delegation = make.delegation(campaign)
    make.member(delegation, Role.HEAD, user=head)
    make.member(delegation, user=make.user(Role.MEMBER, unit=ward, title="Công chức phường"))
    make.inspection(delegation=delegation, unit=ward)
    page = login(head).get(f"/delegations/{delegation.id}").text
    assert "Công chức phường làm việc tại Phường Cầu Tre nên không được chấm điểm đơn vị này." in page


def test_who_sees_and_who_changes_a_delegation(login, head, campaign):
    province = make.unit("Tỉnh")
    near, far = make.unit("Phường Gần", parent=province), make.unit("Phường Xa")
    delegation = make.delegation(campaign)
    for ward in (near, far):
        make.inspection(delegation=delegation, unit=ward)
    for user, reads, writes in (
        (head, True, True),
        (make.member(delegation, Role.DEPUTY), True, True),
        (make.member(delegation, Role.SECRETARY), True, True),
        (make.member(delegation, Role.MEMBER), True, False),
        (make.user(Role.ADMIN), True, False),
        (make.user(Role.SUPERVISOR, unit=province), True, False),
        (make.user(Role.HEAD), False, False),
        (make.user(Role.OFFICER, unit=near), False, False),
    ):
        browser = login(user)
        page = browser.get(f"/delegations/{delegation.id}")
        assert page.status_code == (200 if reads else 404), user.name
        expected = 200 if writes else (403 if reads else 404)
        assert browser.get(f"/delegations/{delegation.id}/edit").status_code == expected
        assert browser.get(f"/delegations/{delegation.id}/inspections/new").status_code == expected
        if not writes:
            assert browser.post(f"/delegations/{delegation.id}/edit", data=typed()).status_code == expected
            assert browser.post(f"/delegations/{delegation.id}/remove").status_code == expected
        if user.role is Role.SUPERVISOR:
            assert "Phường Gần" in page.text
            assert "Phường Xa" not in page.text


def test_a_delegation_that_inspects_nothing_yet_is_taken_back(login, head, campaign):
    delegation = make.delegation(campaign)
    make.member(delegation, Role.HEAD, user=head)
    browser, address = login(head), f"/delegations/{delegation.id}"
    assert "Xóa đoàn này" in browser.get(address).text
    assert browser.post(f"{address}/remove").status_code == 303
    assert browser.get(address).status_code == 404


def test_other_methods_and_other_addresses(login, head):
    browser = login(head)
    assert browser.get("/delegations/404").status_code == 404
    assert browser.get("/delegations/404/edit").status_code == 404
    assert browser.get("/campaigns/404/delegations/new").status_code == 404
    assert browser.post(f"/delegations/{make.delegation().id}").status_code == 405


# --- people are found, not scrolled to --------------------------------------------------------------


def offered(page: str, number: int = 0) -> list[int]:
    """Whom a row offers beside the person it has."""
    found = page.partition(f'id="m{number}-user-found"')[2].partition("</fieldset>")[0] or page
    return [int(id_) for id_ in re.findall(rf'name="m{number}-user" value="(\d+)">', found)]


@pytest.fixture
def people(head):
    """An office of many; two whom somebody looks for."""
    office, tax = make.unit("Sở Nội vụ"), make.unit("Chi cục Thuế khu vực III")
    head.unit_id = office.id
    for number in range(15):
        make.user(Role.MEMBER, title=f"Chuyên viên {number:02}")
    colleague = make.user(Role.MEMBER, title="Vũ Thị Ý", unit=office)
    wanted = make.user(Role.SECRETARY, title="Đặng Ổn", post="Phó Trưởng phòng Cải cách", unit=tax)
    make.user(Role.MEMBER, title="Đặng Ổn đã nghỉ", active=False)
    make.user(Role.OFFICER, title="Đặng Ổn của phường", unit=make.unit("Phường Cầu Tre"))
    return colleague, wanted


@pytest.mark.parametrize("words", ["dang on", "ĐẶNG  ổn", "on chi cuc thue", "pho truong phong cai cach"])
def test_people_are_found_by_name_post_or_unit_without_marks(login, head, campaign, people, words):
    colleague, wanted = people
    address, browser = f"/campaigns/{campaign.id}/delegations/new", login(head)
    data = typed((head.id, "head", ""), ("", "member", ["2"]), name="Đoàn đang gõ dở")
    first = browser.post(address, data={**data, "add": "1"}).text
    assert offered(first, 1)[0] == colleague.id, "those of the same office come first"
    assert len(offered(first, 1)) == 10
    assert "Còn 7 người nữa" in first
    assert head.id not in offered(first, 1)
    page = browser.post(address, data={**data, "m1-user_q": words, "find": "1"})
    assert page.status_code == 200
    assert offered(page.text, 1) == [wanted.id]
    assert "Thư ký · Phó Trưởng phòng Cải cách · Chi cục Thuế khu vực III" in page.text
    assert "Đoàn đang gõ dở" in page.text
    assert len(re.findall(r'<input checked [^>]*name="m1-areas"', page.text)) == 1
    part = browser.post(
        address, data={**data, "m1-user_q": words, "find": "1"}, headers={"HX-Request": "true"}
    )
    assert offered(part.text, 1) == [wanted.id]
    assert "<h1" not in part.text


def test_who_is_chosen_stays_while_somebody_else_is_looked_for(login, head, campaign, people):
    colleague, wanted = people
    address, browser = f"/campaigns/{campaign.id}/delegations/new", login(head)
    data = typed(
        (head.id, "head", ""), (colleague.id, "member", ["2"]), find="1", **{"m1-user_q": "khong ai"}
    )
    page = browser.post(address, data=data).text
    assert re.search(rf'name="m1-user" value="{colleague.id}" checked', page)
    assert "Không có ai khớp" in page
    page = browser.post(address, data=data | {"m1-user_q": "dang on"}).text
    assert re.search(rf'name="m1-user" value="{colleague.id}" checked', page)
    assert offered(page, 1) == [wanted.id]


def test_a_search_left_open_is_answered_with_what_else_is_wrong(login, head, campaign, people):
    _colleague, wanted = people
    data = typed((head.id, "head", ""), ("", "member", ["2"]), **{"m1-user_q": "dang on"})
    response = login(head).post(f"/campaigns/{campaign.id}/delegations/new", data=data)
    assert response.status_code == 422
    assert offered(response.text, 1) == [wanted.id]


def test_a_search_is_for_who_may_change_the_delegation(login, head, campaign, people):
    delegation = make.delegation(campaign)
    member = make.member(delegation, Role.MEMBER)
    data = typed((head.id, "head", ""), find="0", **{"m0-user_q": "dang on"})
    for user, status in ((member, 403), (make.user(Role.HEAD), 404), (people[0], 404)):
        reply = login(user).post(
            f"/delegations/{delegation.id}/edit", data=data, headers={"HX-Request": "true"}
        )
        assert reply.status_code == status
        assert "Đặng Ổn" not in reply.text


def test_a_search_costs_the_same_among_few_and_many(login, head, campaign, count_statements):
    address, browser = f"/campaigns/{campaign.id}/delegations/new", login(head)

    def statements():
        with count_statements() as counted:
            browser.post(address, data=typed((head.id, "head", ""), ("", "member", ""), find="1"))
        return len(counted)

    few = statements()
    for number in range(12):
        make.user(Role.MEMBER, title=f"Chuyên viên {number}")
    assert statements() == few


def test_the_page_asks_no_more_for_many_members_and_units_than_for_one(
    login, head, campaign, count_statements
):
    delegation, version = make.delegation(campaign), make.checklist_version()
    make.member(delegation, Role.HEAD, user=head)
    browser = login(head)

    def statements(address):
        with count_statements() as counted:
            browser.get(address)
        return len(counted)

    make.inspection(delegation=delegation, version=version)
    addresses = [f"/delegations/{delegation.id}", f"/delegations/{delegation.id}/edit"]
    few = [statements(address) for address in addresses]
    for number in range(10):
        make.member(delegation, areas=("1",))
        make.inspection(delegation=delegation, version=version, unit=make.unit(f"Phường {number}"))
    assert [statements(address) for address in addresses] == few
