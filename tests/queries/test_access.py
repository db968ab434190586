"""What a person may see, asked in two ways that must agree: one thing at a time, and as a list."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.inspections import State
from app.models import Inspection, Unit, User
from app.queries.access import inspection_card, standing_for_unit, visible_inspections, visible_units
from tests import make


def principal(user: User) -> Principal:
    path = db.session.execute(select(Unit.path).where(Unit.id == user.unit_id)).scalar() or ""
    return Principal(user.id, user.role, user.unit_id, path)


@pytest.fixture
def people(app) -> list[User]:
    """Two districts with wards, two delegations, one inspection called off; everybody who may ask."""
    province = make.unit("Tỉnh")
    districts = [make.unit(f"Quận {n}", parent=province) for n in (1, 2)]
    wards = [make.unit(f"Phường {n}", parent=districts[n % 2]) for n in range(4)]
    delegations = [make.delegation() for _number in range(2)]
    version = make.checklist_version()
    for ward, delegation in zip(wards[:3], (delegations[0], delegations[1], delegations[0]), strict=True):
        make.inspection(unit=ward, delegation=delegation, version=version)
    make.inspection(unit=wards[3], delegation=delegations[1], version=version, state=State.HUY)
    people = [make.member(d, role) for d in delegations for role in (Role.HEAD, Role.SECRETARY, Role.MEMBER)]
    people += [make.user(role, unit=ward) for ward in wards for role in (Role.OFFICER, Role.UNIT_HEAD)]
    people += [make.user(Role.SUPERVISOR, unit=unit) for unit in (province, *districts, wards[0])]
    people += [
        make.user(Role.SUPERVISOR),
        make.user(Role.ADMIN),
        make.user(Role.HEAD),
        make.user(Role.MEMBER),
    ]
    insider = make.user(Role.OFFICER, unit=wards[0])
    people.append(make.member(delegations[1], Role.MEMBER, user=insider))
    return people


def test_a_list_holds_exactly_what_one_may_open(people):
    ids = db.session.execute(select(Inspection.id)).scalars().all()
    for person in people:
        who = principal(person)
        opened = {id_ for id_ in ids if inspection_card(who, id_).standing.role is not None}
        listed = set(db.session.execute(visible_inspections(who)).scalars())
        assert listed == opened, f"{person.role} {person.name}"


def test_units_are_listed_exactly_when_their_tasks_may_be_opened(people):
    ids = db.session.execute(select(Unit.id)).scalars().all()
    for person in people:
        who = principal(person)
        opened = {id_ for id_ in ids if standing_for_unit(who, id_).role is not None}
        listed = set(db.session.execute(visible_units(who)).scalars())
        assert listed == opened, f"{person.role} {person.name}"


def test_a_supervisor_sees_below_their_unit_and_not_beside_it(app):
    """«/1/» is not the beginning of «/12/»: paths end with a slash."""
    units = [make.unit(f"Đơn vị {n}") for n in range(12)]
    below = make.unit("Phường", parent=units[0])
    who = principal(make.user(Role.SUPERVISOR, unit=units[0]))
    assert set(db.session.execute(visible_units(who)).scalars()) == {units[0].id, below.id}


def test_what_is_not_there_is_nobodys(app):
    who = principal(make.user(Role.ADMIN))
    assert inspection_card(who, 12345) is None
    assert standing_for_unit(who, 12345).role is None


def test_the_highest_place_in_a_delegation_counts(app):
    ward, person = make.unit(), make.user(Role.HEAD)
    for role, areas in ((Role.MEMBER, ("1",)), (Role.HEAD, ()), (Role.SECRETARY, ())):
        delegation = make.delegation()
        make.member(delegation, role, areas=areas, user=person)
        make.inspection(unit=ward, delegation=delegation)
    assert standing_for_unit(principal(person), ward.id).role is Role.HEAD


def test_the_card_of_an_inspection_is_one_statement(app, count_statements):
    inspection = make.inspection()
    who = principal(make.user(Role.ADMIN))
    with count_statements() as statements:
        inspection_card(who, inspection.id)
    assert len(statements) == 1
