"""Setting a delegation up: members and areas in one transaction, kept by version."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.delegations import DelegationText, Member
from app.domain.refusals import Conflict, Invalid, Missing
from app.models import AuditEvent, Delegation, DelegationMember
from app.queries.candidates import candidates
from app.queries.delegations import area_choices, delegation_card, members_of
from app.services.delegations import create_delegation, remove_delegation, save_delegation
from tests import make

TEXT = DelegationText("Đoàn kiểm tra số 1", decision_number="34/QĐ-SNV", decision_date=date(2026, 3, 1))


@pytest.fixture
def people(app):
    make.checklist_version(areas=3)
    return [make.user(role) for role in (Role.HEAD, Role.SECRETARY, Role.MEMBER)]


def three(people, areas=("1",)):
    head, secretary, member = people
    return [
        Member(head.id, Role.HEAD),
        Member(secretary.id, Role.SECRETARY, ("2",)),
        Member(member.id, Role.MEMBER, areas, "Chuyên viên"),
    ]


def rows(delegation_id):
    return {(row.user_id, row.role, row.areas) for row in members_of(delegation_id)}


def test_a_delegation_is_set_up_with_its_members(people):
    campaign = make.campaign()
    head, secretary, member = people
    delegation_id = create_delegation(campaign.id, TEXT, three(people), head.id, make.NOW)
    assert rows(delegation_id) == {
        (head.id, Role.HEAD, ()),
        (secretary.id, Role.SECRETARY, ("2",)),
        (member.id, Role.MEMBER, ("1",)),
    }
    event = db.session.execute(select(AuditEvent)).scalar_one()
    assert event.action == "delegation.add"
    assert len(event.data["after"]["members"]) == 3


def test_a_refused_member_leaves_no_delegation_behind(people):
    campaign = make.campaign()
    with pytest.raises(Invalid):
        create_delegation(campaign.id, TEXT, three(people, ("9",)), people[0].id, make.NOW)
    assert db.session.scalars(select(Delegation.id)).all() == []


def test_members_come_go_and_change_their_areas(people):
    head, _secretary, member = people
    delegation_id = create_delegation(make.campaign().id, TEXT, three(people), head.id, make.NOW)
    kept = db.session.scalars(select(DelegationMember.id).where(DelegationMember.user_id == member.id)).one()
    changed = [Member(head.id, Role.HEAD), Member(member.id, Role.MEMBER, ("1", "3"))]
    save_delegation(delegation_id, TEXT, changed, 1, head.id, make.NOW)
    assert rows(delegation_id) == {(head.id, Role.HEAD, ()), (member.id, Role.MEMBER, ("1", "3"))}
    assert db.session.get(DelegationMember, kept) is not None
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert len(event.data["before"]["members"]) == 3


def test_the_second_of_two_corrections_is_told(people):
    head = people[0]
    delegation_id = create_delegation(make.campaign().id, TEXT, three(people), head.id, make.NOW)
    save_delegation(delegation_id, TEXT, three(people), 1, head.id, make.NOW)
    with pytest.raises(Conflict):
        save_delegation(delegation_id, TEXT, three(people)[:1], 1, head.id, make.NOW)
    assert len(rows(delegation_id)) == 3


def test_a_closed_account_is_not_chosen_but_a_member_may_stay(people):
    head, _secretary, member = people
    delegation = make.delegation()
    make.member(delegation, Role.MEMBER, user=member)
    member.active = False
    db.session.commit()
    save_delegation(
        delegation.id,
        TEXT,
        [Member(head.id, Role.HEAD), Member(member.id, Role.MEMBER)],
        1,
        head.id,
        make.NOW,
    )
    with pytest.raises(Invalid):
        create_delegation(make.campaign().id, TEXT, three(people), head.id, make.NOW)


def test_candidates_are_the_accounts_that_inspect(people):
    others = [make.user(Role.ADMIN), make.user(Role.OFFICER), make.user(Role.MEMBER, active=False)]
    assert set(candidates([person.id for person in (*people, *others)])) == {person.id for person in people}


def test_areas_come_from_the_checklists_in_use_else_from_the_one_published_last(app):
    used, newest = make.checklist_version(areas=2), make.checklist_version(areas=4)
    make.checklist_version(areas=6, published=False)
    delegation = make.delegation()
    assert [code for code, _name in area_choices(delegation.id)] == ["1", "2", "3", "4"]
    make.inspection(delegation=delegation, version=used)
    assert [code for code, _name in area_choices(delegation.id)] == ["1", "2"]
    make.inspection(delegation=delegation, version=newest, unit=make.unit("Phường Khác"))
    assert area_choices(delegation.id)[0] == ("1", "Lĩnh vực 1")
    assert [code for code, _name in area_choices(delegation.id)] == ["1", "2", "3", "4"]


def test_an_unused_delegation_is_taken_back_one_with_inspections_is_not(people):
    unused, used = make.delegation(), make.delegation()
    make.member(unused, Role.HEAD)
    make.inspection(delegation=used)
    remove_delegation(unused.id, people[0].id, make.NOW)
    with pytest.raises(Conflict):
        remove_delegation(used.id, people[0].id, make.NOW)
    assert db.session.scalars(select(Delegation.id)).all() == [used.id]


def test_there_is_no_delegation_without_a_campaign(people):
    with pytest.raises(Missing):
        create_delegation(404, TEXT, three(people), people[0].id, make.NOW)


def test_standing_follows_the_creator_the_place_and_the_unit_above(app):
    province = make.unit("Tỉnh")
    ward = make.unit("Phường", parent=province)
    creator = make.user(Role.SECRETARY)
    delegation = make.delegation(created_by_id=creator.id)
    make.inspection(delegation=delegation, unit=ward)
    member = make.member(delegation, Role.MEMBER)

    def role(user, **where):
        return delegation_card(Principal(user.id, user.role, **where), delegation.id).standing.role

    assert role(creator) is Role.SECRETARY
    assert role(member) is Role.MEMBER
    assert role(make.user(Role.HEAD)) is None
    assert role(make.user(Role.ADMIN)) is Role.ADMIN
    supervisor = make.user(Role.SUPERVISOR)
    assert role(supervisor, unit_id=province.id, unit_path=province.path) is Role.SUPERVISOR
    assert role(supervisor, unit_id=1, unit_path="/999/") is None
