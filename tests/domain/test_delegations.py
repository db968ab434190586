"""Who may sit in a delegation, and what the planner is warned of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import ACCOUNT_ROLES, MEMBER_ROLES, Role, holds
from app.domain.delegations import (
    CANDIDATES,
    MOST_MEMBERS,
    Member,
    Seat,
    areas_without_member,
    check_members,
    members_of_own_unit,
)
from app.domain.refusals import Invalid

ACCOUNTS = {1: Role.HEAD, 2: Role.SECRETARY, 3: Role.MEMBER, 4: Role.HEAD}
HEAD = Member(1, Role.HEAD)
AREAS = ("1", "2", "3")


def refusal(*members, **more):
    with pytest.raises(Invalid) as refused:
        check_members(members, ACCOUNTS, AREAS, **more)
    return refused.value


def test_one_head_and_members_with_areas_are_taken():
    check_members(
        [HEAD, Member(4, Role.DEPUTY), Member(2, Role.SECRETARY, ("2",)), Member(3, Role.MEMBER, ("1", "3"))],
        ACCOUNTS,
        AREAS,
    )


@given(st.lists(st.sampled_from(MEMBER_ROLES), max_size=6))
def test_there_is_exactly_one_head(roles):
    accounts = dict.fromkeys(range(len(roles)), Role.HEAD)
    members = [Member(number, role) for number, role in enumerate(roles)]
    if roles.count(Role.HEAD) == 1:
        check_members(members, accounts, AREAS)
    else:
        with pytest.raises(Invalid) as refused:
            check_members(members, accounts, AREAS)
        assert refused.value.field == "members"


def test_nobody_sits_twice():
    assert refusal(HEAD, Member(2, Role.SECRETARY), Member(2, Role.MEMBER)).field == "user-2"


def test_an_unknown_area_is_refused_at_its_member():
    assert refusal(HEAD, Member(3, Role.MEMBER, ("1", "9"))).field == "areas-1"


def test_an_unknown_account_is_refused_at_its_member():
    assert refusal(HEAD, Member(99, Role.MEMBER)).field == "user-1"


@given(st.sampled_from(MEMBER_ROLES), st.sampled_from(ACCOUNT_ROLES))
def test_a_place_asks_for_a_role_of_the_account(place, account_role):
    members = [HEAD, Member(2, place)] if place is not Role.HEAD else [Member(2, place)]
    accounts = {1: Role.HEAD, 2: account_role}
    if holds(place, account_role):
        check_members(members, accounts, AREAS)
    else:
        with pytest.raises(Invalid) as refused:
            check_members(members, accounts, AREAS)
        assert refused.value.field == f"role-{len(members) - 1}"


def test_nobody_makes_themselves_head():
    assert refusal(Member(2, Role.HEAD)).field == "role-0"


def test_who_holds_a_place_keeps_it_after_the_account_has_changed():
    check_members([Member(2, Role.HEAD)], ACCOUNTS, AREAS, kept={2: Role.HEAD})
    check_members([HEAD, Member(7, Role.MEMBER)], ACCOUNTS, AREAS, kept={7: Role.MEMBER})


def test_a_delegation_has_an_end():
    crowd = [Member(number, Role.MEMBER) for number in range(MOST_MEMBERS + 1)]
    assert refusal(*crowd).params == {"most": MOST_MEMBERS}


def test_neither_the_administrator_nor_the_unit_side_may_be_chosen():
    assert {Role.HEAD, Role.SECRETARY, Role.MEMBER} == CANDIDATES


def test_areas_given_to_nobody_are_named_in_order():
    seats = [Seat("Thư ký", ("2",)), Seat("Thành viên", ("1", "4"))]
    assert areas_without_member(seats, ("1", "2", "3", "4", "5")) == ("3", "5")
    assert areas_without_member([], ("1",)) == ("1",)


def test_a_member_of_an_inspected_unit_is_named_with_it():
    seats = [Seat("Trưởng đoàn", ()), Seat("Thành viên", (), {7, 70}), Seat("Thư ký", (), {8})]
    assert members_of_own_unit(seats, {7: "Phường Cầu Tre"}) == (("Thành viên", "Phường Cầu Tre"),)
