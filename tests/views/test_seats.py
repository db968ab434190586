"""Places in delegations: what they give, to whom, until when; and what a delegation may not open."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.inspections import State
from app.domain.tasks import Workflow
from app.domain.units import SuccessionType, UnitKind
from app.models import AuditEvent, Inspection, User
from tests import make
from tests.cast import World, words


@pytest.fixture
def world(app) -> World:
    return World()


def score(browser, world, **headers):
    data = {"op_id": str(uuid4()), "side": "verified", "field": "note", "base_version": "0", "note": "Đã xem"}
    return browser.post(f"{world.at}/answers/1.1.1", data=data, headers=headers)


def account_form(user: User, **more: str) -> dict[str, str]:
    row = db.session.get_one(User, user.id, populate_existing=True)
    return {
        "title": row.title,
        "post": row.post,
        "role": row.role.value,
        "unit": str(row.unit_id or ""),
        "version": str(row.version),
        **more,
    }


def become(user: User, role: Role, unit: models.Unit | None = None) -> None:
    row = db.session.get_one(User, user.id, populate_existing=True)
    row.role, row.unit_id = role, unit.id if unit else row.unit_id
    db.session.commit()


def members_form(world: World, *rows: tuple[User, str, str], **more: str) -> dict[str, object]:
    delegation = db.session.get_one(models.Delegation, world.delegation.id, populate_existing=True)
    data: dict[str, object] = {"name": delegation.name, "version": str(delegation.version), "row": [], **more}
    for number, (user, role, areas) in enumerate(rows):
        data["row"] = [str(place) for place in range(number + 1)]
        data |= {f"m{number}-user": str(user.id), f"m{number}-role": role, f"m{number}-areas": list(areas)}
    return data


# --- a place gives no more than the account's role of now -------------------------------------------


def test_a_head_whose_account_becomes_a_members_steers_nothing_any_more(world, login):
    browser = login(world.head)
    edit = f"/delegations/{world.delegation.id}/edit"
    for address in (world.at, f"{world.at}/adjustments", edit, f"{world.at}/history"):
        assert browser.get(address).status_code == 200, address
    become(world.head, Role.MEMBER)
    for address in (world.at, f"{world.at}/adjustments", edit, f"{world.at}/history"):
        assert browser.get(address).status_code == 404, address
    assert browser.post(f"{world.at}/steps/huy", data={"reason": "x"}).status_code == 404
    assert world.at not in browser.get("/inspections").text


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 403), (Role.OFFICER, 404), (Role.UNIT_HEAD, 404), (Role.SUPERVISOR, 404)],
)
def test_a_member_with_another_account_by_now_scores_nothing(world, login, role, status):
    browser = login(world.member)
    assert score(browser, world).status_code == 303
    become(world.member, role, world.neighbour)
    assert score(browser, world).status_code == status
    assert score(browser, world, **{"HX-Request": "true"}).status_code == status


def test_a_secretary_made_head_keeps_the_secretarys_place(world, login):
    become(world.secretary, Role.HEAD)
    assert login(world.secretary).get(f"{world.at}/minutes/edit").status_code == 200


def test_the_administrator_is_told_which_places_end_and_asked_once_more(world, login):
    ended = make.delegation(name="Đoàn đã xong")
    make.member(ended, Role.DEPUTY, user=world.head)
    make.inspection(delegation=ended, state=State.KET_THUC)
    world.delegation.name = "Đoàn đang chạy"
    db.session.commit()
    admin, address = login(world.admin), f"/admin/users/{world.head.id}/edit"
    assert "Chấm dứt các vị trí này" not in admin.get(address).text
    asked = admin.post(address, data=account_form(world.head, role="member", title="Đã gõ"))
    assert asked.status_code == 409
    page = words(asked)
    assert "Trưởng đoàn – Đoàn đang chạy" in page
    assert "Đoàn đã xong" not in page
    assert 'value="Đã gõ"' in asked.text
    assert db.session.get_one(User, world.head.id, populate_existing=True).role is Role.HEAD
    sure = account_form(world.head, role="member", ends_seats="y")
    assert admin.post(address, data=sure).status_code == 303
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.data["seats"] == [{"delegation": world.delegation.id, "role": "head"}]
    page = words(login(world.secretary).get(f"/delegations/{world.delegation.id}"))
    assert "không còn là Trưởng đoàn của đoàn: tài khoản nay là Thành viên" in page


def test_nobody_is_asked_when_no_place_ends(world, login):
    admin, address = login(world.admin), f"/admin/users/{world.secretary.id}/edit"
    assert admin.post(address, data=account_form(world.secretary, role="head")).status_code == 303


def test_an_area_of_a_place_that_no_longer_holds_is_given_to_nobody(world, login):
    become(world.member, Role.ADMIN)
    page = words(login(world.head).get(f"/delegations/{world.delegation.id}"))
    assert "Chưa giao cho ai: 1. Lĩnh vực 1." in page


def test_a_closed_account_in_a_delegation_is_warned_of(world, login):
    address, told = f"/delegations/{world.delegation.id}", "đã khóa, người này không làm việc được trong đoàn"
    assert told not in words(login(world.head).get(address))
    world.member.active = False
    db.session.commit()
    assert f"Tài khoản của {world.member.title} {told}" in words(login(world.head).get(address))


def test_who_scores_an_area_now_is_nobody_whose_place_holds_no_longer(world, login):
    other = make.member(world.delegation, areas=("1",), user=make.user(Role.MEMBER, title="Người mới"))
    become(world.member, Role.ADMIN)
    reply = score(login(make.member(world.delegation, areas=("2",), user=make.user(Role.MEMBER))), world)
    assert reply.status_code == 403
    assert f"người chấm hiện nay: {other.title}." in words(reply)


def test_a_delegations_page_costs_the_same_for_few_members_and_many(world, login, count_statements):
    browser, address = login(world.head), f"/delegations/{world.delegation.id}"
    make.member(world.delegation, user=make.user(Role.MEMBER, unit=world.ward))
    with count_statements() as few:
        browser.get(address)
    for number in range(12):
        unit = make.unit(f"Phòng {number}", kind=UnitKind.PHONG_CHUYEN_MON, parent=world.ward)
        become(make.member(world.delegation, user=make.user(Role.MEMBER, unit=unit)), Role.MEMBER)
    with count_statements() as many:
        assert browser.get(address).status_code == 200
    assert len(many) == len(few)


# --- one's own unit --------------------------------------------------------------------------------


def test_a_member_of_an_office_inside_the_ward_does_not_judge_it_and_is_warned_of(world, login):
    office = make.unit("Văn phòng HĐND và UBND", kind=UnitKind.PHONG_CHUYEN_MON, parent=world.ward)
    insider = make.user(Role.MEMBER, unit=office, title="Chuyên viên văn phòng")
    make.member(world.delegation, Role.MEMBER, areas=("1",), user=insider)
    assert score(login(insider), world).status_code == 403
    page = words(login(world.head).get(f"/delegations/{world.delegation.id}"))
    assert "Chuyên viên văn phòng làm việc tại Phường Cầu Tre nên không được chấm điểm đơn vị này." in page
    page = words(login(world.head).get(f"{world.at}/signoffs"))
    assert "Chuyên viên văn phòng" in page
    assert "thuộc đơn vị được kiểm tra, không xác nhận" in page


def test_a_member_of_the_ward_does_not_judge_an_office_inside_it_nor_what_was_merged(world, login):
    office = make.unit("Phòng Kinh tế", kind=UnitKind.PHONG_CHUYEN_MON, parent=world.neighbour)
    heir = make.unit("Phường mới", parent=world.district)
    merger = {"effective_date": date(2025, 7, 1), "type": SuccessionType.MERGE}
    db.session.add(models.UnitSuccession(from_unit_id=world.ward.id, to_unit_id=heir.id, **merger))
    db.session.commit()
    other = make.inspection(unit=office, delegation=world.delegation)
    neighbour = make.member(world.delegation, areas=("1",), user=make.user(Role.MEMBER, unit=world.neighbour))
    successor = make.member(world.delegation, areas=("1",), user=make.user(Role.MEMBER, unit=heir))
    assert score(login(neighbour), world).status_code == 303
    assert score(login(successor), world).status_code == 403
    world.at = f"/inspections/{other.id}"
    assert score(login(neighbour), world).status_code == 403


# --- what a draft does not open ----------------------------------------------------------------------


@pytest.fixture
def planner(world) -> User:
    """Somebody who writes down a plan, a delegation and an inspection of the ward by themselves."""
    person = make.user(Role.SECRETARY)
    campaign = make.campaign(created_by_id=person.id)
    delegation = make.delegation(campaign, created_by_id=person.id)
    make.member(delegation, Role.HEAD)
    make.member(delegation, Role.SECRETARY, user=person)
    make.inspection(unit=world.ward, delegation=delegation, state=State.DU_THAO)
    return person


def test_a_draft_opens_nothing_of_the_unit(world, login, planner):
    task = make.task(world.ward, title="Việc riêng của phường")
    report = make.dossier_report(world.ward)
    browser = login(planner)
    assert browser.get(f"/tasks/{task.id}").status_code == 404
    assert browser.get(f"/dossiers/{report.id}").status_code == 404
    assert "Việc riêng của phường" not in browser.get("/tasks").text
    assert f'value="{world.ward.id}"' not in browser.get("/dossiers/new").text
    db.session.execute(
        db.update(Inspection).where(Inspection.state == State.DU_THAO).values(state=State.DA_CO_QUYET_DINH)
    )
    db.session.commit()
    assert browser.get(f"/tasks/{task.id}").status_code == 200
    assert browser.get(f"/dossiers/{report.id}").status_code == 200


def test_a_task_that_another_office_gave_is_only_read_by_who_inspects_the_unit(world, login):
    office = make.unit("UBND quận", kind=UnitKind.QUAN)
    giver = make.user(Role.SECRETARY, unit=office)
    task = make.task(
        world.ward, workflow=Workflow.DONE, completed_on=date(2022, 9, 1), assigner_unit_id=office.id
    )
    for person, status in ((world.head, 403), (world.secretary, 403), (world.member, 403), (giver, 303)):
        browser = login(person)
        assert browser.get(f"/tasks/{task.id}").status_code == 200
        data = {"version": "1", "text": "Xem lại"}
        assert browser.post(f"/tasks/{task.id}/steps/mo-lai", data=data).status_code == status, person.name


def test_who_has_no_office_stands_for_what_they_gave_themselves(world, login):
    office, giver = make.unit("UBND quận", kind=UnitKind.QUAN), make.user(Role.SECRETARY)
    waits = {"workflow": Workflow.AWAITING, "assigner_unit_id": office.id}
    task = make.task(world.ward, title="Việc đang chờ", created_by_id=giver.id, **waits)
    browser = login(giver)
    assert "Việc đang chờ" in browser.get("/tasks/confirm").text
    assert "Việc đang chờ" not in login(world.head).get("/tasks/confirm").text
    assert browser.post(f"/tasks/{task.id}/steps/xac-nhan", data={"version": "1"}).status_code == 303


def test_an_inspection_outside_the_area_of_ones_office_is_refused_by_name(app, login):
    province = make.unit("Tỉnh A", kind=UnitKind.TINH)
    office = make.unit("Sở Nội vụ", kind=UnitKind.SO_NGANH, parent=province)
    near, far = make.unit("Xã Gần", parent=province), make.unit("Xã Xa")
    person, version = make.user(Role.HEAD, unit=office), make.checklist_version()
    delegation = make.delegation(make.campaign(created_by_id=person.id), created_by_id=person.id)
    make.member(delegation, Role.HEAD, user=person)
    browser, address = login(person), f"/delegations/{delegation.id}/inspections/new"
    data = {
        "version_id": str(version.id),
        "kind": "dinh_ky",
        "inspected_on": "15/09/2022",
        "period_from": "01/01/2022",
        "period_to": "15/09/2022",
    }
    refused = browser.post(address, data=data | {"unit_ids": [str(near.id), str(far.id)]})
    assert refused.status_code == 422
    assert "Ngoài địa bàn của cơ quan bạn (Tỉnh A): Xã Xa." in words(refused)
    assert db.session.scalars(select(Inspection.id)).all() == []
    assert browser.post(address, data=data | {"unit_ids": [str(near.id)]}).status_code == 303


# --- who arranges the delegation in mid-visit --------------------------------------------------------


def test_before_the_visit_the_secretary_arranges_and_in_mid_visit_only_the_head_with_a_reason(world, login):
    address = f"/delegations/{world.delegation.id}/edit"
    secretary, head = login(world.secretary), login(world.head)

    def rows(member_areas: str, **more: str) -> dict[str, object]:
        people = (
            (world.head, "head", ""),
            (world.secretary, "secretary", "2"),
            (world.member, "member", member_areas),
        )
        return members_form(world, *people, **more)

    world.move(State.DA_CHOT_TU_CHAM)
    assert secretary.post(address, data=rows("12")).status_code == 303
    world.move(State.DANG_KIEM_TRA)
    page = secretary.get(address)
    assert "chỉ Trưởng đoàn, Phó Trưởng đoàn đổi người" in words(page)
    assert "Thêm thành viên" not in words(page)
    refused = secretary.post(address, data=rows("1", reason="Tôi muốn", note="Đã gõ"))
    assert refused.status_code == 409
    assert "chỉ Trưởng đoàn, Phó Trưởng đoàn" in words(refused)
    assert "Đã gõ" in refused.text
    assert secretary.post(address, data=rows("12", note="Chỉ sửa ghi chú")).status_code == 303

    assert "Lý do đổi người" in words(head.get(address))
    assert head.post(address, data=rows("1")).status_code == 422
    assert head.post(address, data=rows("1", reason="Đi công tác")).status_code == 303
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.data["reason"]) == ("delegation.update", "Đi công tác")


def test_a_delegation_without_a_head_any_more_is_not_stuck(world, login):
    become(world.head, Role.MEMBER)
    heir, address = make.user(Role.HEAD), f"/delegations/{world.delegation.id}/edit"
    data = members_form(world, (heir, "head", ""), (world.secretary, "secretary", "12"))
    secretary = login(world.secretary)
    assert secretary.post(address, data=data).status_code == 422
    assert secretary.post(address, data=data | {"reason": "Trưởng đoàn chuyển công tác"}).status_code == 303
    assert login(heir).get(world.at).status_code == 200


# --- where an account is placed ----------------------------------------------------------------------


def test_an_officer_of_a_ward_is_placed_in_the_ward_and_not_in_an_office_inside_it(world, login):
    office = make.unit("Văn phòng HĐND và UBND", kind=UnitKind.PHONG_CHUYEN_MON, parent=world.ward)
    admin = login(world.admin)
    new = {"name": "canbo.moi", "title": "Công chức", "role": "officer", "unit": str(office.id)}
    refused = admin.post("/admin/users/new", data=new)
    assert refused.status_code == 422
    assert "Hãy chọn đơn vị «Phường Cầu Tre»" in words(refused)
    edit = f"/admin/users/{world.officer.id}/edit"
    assert admin.post(edit, data=account_form(world.officer, unit=str(office.id))).status_code == 422
    assert admin.post("/admin/users/new", data=new | {"unit": str(world.ward.id)}).status_code == 200
    assert (
        admin.post(edit, data=account_form(world.officer, unit=str(office.id), office_only="y")).status_code
        == 303
    )
    # Left as it is, nobody asks again.
    assert admin.post(edit, data=account_form(world.officer, title="Khác")).status_code == 303
    home = words(login(world.officer).get("/"))
    assert "hãy nhờ quản trị chuyển tài khoản sang «Phường Cầu Tre»" in home
    member = new | {"name": "thanhvien.moi", "role": "member"}
    assert admin.post("/admin/users/new", data=member).status_code == 200
