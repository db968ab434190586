"""The access table: default deny, own units, areas, publication, and the plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import (
    ACCOUNT_ROLES,
    MEMBER_ROLES,
    SEATS,
    STRANGER,
    TABLE,
    Action,
    Membership,
    Principal,
    Role,
    Standing,
    holds,
    require,
    require_impartial,
    require_other_unit,
    seats_of,
    standing_to_plan,
    standing_to_task,
    standing_to_unit,
)
from app.domain.accounts import SECOND_STEP_ROLES
from app.domain.refusals import Forbidden, Missing

actions = st.sampled_from(Action)
roles = st.sampled_from(Role)
area_sets = st.frozensets(st.sampled_from("1234567"))
standings = st.builds(Standing, st.one_of(st.none(), roles), area_sets, st.booleans())

WARD, PATH = 77, "/1/5/77/"
UNIT_SIDE = {Role.OFFICER, Role.UNIT_HEAD}
VERIFYING = {
    Action.STEER_INSPECTION,
    Action.SCORE_VERIFIED,
    Action.APPROVE_NA,
    Action.ADJUST_SCORE,
    Action.SIGN_AREA,
    Action.DECIDE_OPINION,
    Action.WRITE_FINDINGS,
    Action.WRITE_MINUTES,
    Action.SIGN_MINUTES,
    Action.CONFIRM_DOSSIERS,
}


def test_every_action_has_a_line_and_the_table_holds_nothing_else():
    assert set(TABLE) == set(Action)


@given(actions)
def test_a_stranger_may_do_nothing(action):
    assert not STRANGER.may(action)
    with pytest.raises(Missing):
        require(STRANGER, action)


@given(standings, actions)
def test_the_table_is_the_most_that_anybody_may(standing, action):
    if standing.may(action):
        assert standing.role in TABLE[action]
        require(standing, action)
    elif standing.role is not None:
        with pytest.raises(Forbidden):
            require(standing, action)


def test_the_administrator_never_touches_a_score_a_finding_or_the_minutes():
    allowed = {action for action in Action if Role.ADMIN in TABLE[action]}
    assert not allowed & {
        Action.SCORE_SELF,
        Action.SCORE_VERIFIED,
        Action.APPROVE_NA,
        Action.ADJUST_SCORE,
        Action.LOCK_SELF,
        Action.STEER_INSPECTION,
        Action.WRITE_FINDINGS,
        Action.WRITE_PROPOSALS,
        Action.WRITE_MINUTES,
        Action.WRITE_OPINION,
        Action.SIGN_MINUTES,
        Action.WRITE_PLAN,
    }


def test_a_supervisor_only_reads():
    allowed = {action for action in Action if Role.SUPERVISOR in TABLE[action]}
    assert {action.name.partition("_")[0] for action in allowed} <= {"READ", "OWN"}


@given(st.sampled_from(MEMBER_ROLES), area_sets, st.sampled_from(sorted(VERIFYING)))
def test_nobody_verifies_their_own_unit(role, areas, action):
    assert not Standing(role, areas, own_unit=True).may(action)
    assert not any(Standing(role, areas, own_unit=True).may_score_area(area) for area in "1234567")


@given(st.sampled_from(MEMBER_ROLES), area_sets)
def test_nobody_takes_a_step_for_a_delegation_that_inspects_their_own_unit(role, areas):
    insider = Standing(role, areas, own_unit=True)
    assert insider.steps_as is None
    with pytest.raises(Forbidden, match="Bạn thuộc đơn vị được kiểm tra"):
        require_impartial(insider)
    assert Standing(role, areas).steps_as is role
    require_impartial(Standing(role, areas))


def test_the_sentence_says_why_only_where_the_place_would_have_allowed_it():
    deputy = Standing(Role.DEPUTY, own_unit=True)
    with pytest.raises(Forbidden, match="Bạn thuộc đơn vị được kiểm tra"):
        require(deputy, Action.DECIDE_OPINION)
    with pytest.raises(Forbidden, match="Bạn không có quyền"):
        require(Standing(Role.MEMBER, own_unit=True), Action.DECIDE_OPINION)


@given(st.sampled_from(sorted(UNIT_SIDE)))
def test_the_units_own_people_take_its_own_steps(role):
    assert Standing(role, own_unit=True).steps_as is role
    require_impartial(Standing(role, own_unit=True))


@given(standings, st.sampled_from("1234567"))
def test_only_who_was_given_an_area_confirms_it(standing, area):
    if standing.may_sign_area(area):
        assert area in standing.areas
        assert standing.may_score_area(area)


@given(area_sets, st.sampled_from("1234567"))
def test_members_and_the_secretary_score_their_own_areas_head_and_deputy_any(areas, area):
    for role in (Role.MEMBER, Role.SECRETARY):
        assert Standing(role, areas).may_score_area(area) == (area in areas)
    for role in (Role.HEAD, Role.DEPUTY):
        assert Standing(role, areas).may_score_area(area)


@given(standings, st.sampled_from("1234567"))
def test_nobody_outside_the_delegation_scores_its_side(standing, area):
    assert standing.in_delegation or not standing.may_score_area(area)


@given(st.sampled_from(sorted(UNIT_SIDE)), st.booleans())
def test_the_unit_sees_the_delegations_scores_once_they_are_published(role, published):
    assert Standing(role, own_unit=True).sees_verified(published) is published


@given(st.booleans())
def test_a_stranger_never_sees_them_and_the_delegation_always(published):
    assert not STRANGER.sees_verified(published)
    assert all(Standing(role).sees_verified(published) for role in MEMBER_ROLES)


# --- who stands where -----------------------------------------------------------------------------


@given(st.sampled_from(ACCOUNT_ROLES), st.one_of(st.none(), st.integers(1, 100)))
def test_without_a_place_only_the_own_unit_what_lies_below_and_the_administrator_count(role, unit_id):
    principal = Principal(1, role, unit_id, f"/1/5/{unit_id}/" if unit_id else "")
    standing = standing_to_unit(principal, WARD, PATH)
    if role is Role.ADMIN:
        assert standing.role is Role.ADMIN
    elif role in UNIT_SIDE and unit_id == WARD:
        assert standing == Standing(role, own_unit=True)
    elif role is Role.SUPERVISOR and unit_id == WARD:
        assert standing.role is Role.SUPERVISOR
    else:
        assert standing == STRANGER


@pytest.mark.parametrize(
    ("path", "sees"), [("/1/", True), ("/1/5/", True), (PATH, True), ("/1/6/", False), ("", False)]
)
def test_a_supervisor_sees_what_lies_below_their_unit(path, sees):
    standing = standing_to_unit(Principal(1, Role.SUPERVISOR, 5, path), WARD, PATH)
    assert (standing.role is Role.SUPERVISOR) is sees


@given(st.sampled_from(ACCOUNT_ROLES), st.sampled_from(MEMBER_ROLES), area_sets)
def test_a_place_in_the_delegation_counts_more_than_the_account(account_role, role, areas):
    principal = Principal(1, account_role, WARD)
    standing = standing_to_unit(principal, WARD, PATH, Membership(role, areas))
    if holds(role, account_role):
        assert standing == Standing(role, areas, own_unit=True)
    else:
        assert standing == standing_to_unit(principal, WARD, PATH)


@given(st.sampled_from(ACCOUNT_ROLES), st.sampled_from(MEMBER_ROLES), area_sets)
def test_a_place_gives_no_more_than_the_role_of_the_account_does(account_role, role, areas):
    standing = standing_to_unit(Principal(1, account_role), WARD, PATH, Membership(role, areas))
    if account_role not in {Role.HEAD, Role.SECRETARY, Role.MEMBER}:
        assert not standing.may(Action.SCORE_VERIFIED)
    if account_role is not Role.HEAD:
        assert not standing.may(Action.STEER_INSPECTION)
    if account_role not in {Role.HEAD, Role.SECRETARY}:
        assert not standing.may(Action.WRITE_MINUTES)
    assert (role in seats_of(account_role)) is holds(role, account_role)


def test_who_holds_the_place_of_a_head_has_an_account_that_needs_its_second_step():
    assert SEATS[Role.HEAD] | SEATS[Role.DEPUTY] <= SECOND_STEP_ROLES


def test_what_belongs_to_the_unit_one_works_in_is_not_judged_either():
    principal = Principal(1, Role.HEAD, 5, "/1/5/", own=frozenset({5, WARD}))
    assert standing_to_unit(principal, WARD, PATH, Membership(Role.HEAD)).judges_own_unit
    assert not standing_to_unit(principal, 78, "/1/5/78/", Membership(Role.HEAD)).judges_own_unit
    with pytest.raises(Forbidden):
        require_other_unit(principal, WARD)
    require_other_unit(principal, 78)


@given(roles, st.booleans(), st.booleans(), st.one_of(st.none(), roles))
def test_a_task_is_followed_by_the_side_that_gave_it(role, gave, own, seat):
    to_unit = Standing(seat, own_unit=own)
    standing = standing_to_task(Principal(1, role, 5, "/1/5/"), to_unit, gave)
    planning = {Role.HEAD, Role.DEPUTY, Role.SECRETARY}
    if gave and role in planning:
        assert standing.may(Action.ASSIGN_TASKS)
    else:
        assert standing == to_unit


@given(st.sampled_from(ACCOUNT_ROLES), st.booleans(), st.lists(st.sampled_from(MEMBER_ROLES)), st.booleans())
def test_the_plan_is_changed_by_who_made_it_or_holds_a_planning_place_in_it(role, created, places, below):
    standing = standing_to_plan(Principal(1, role, 5, "/1/5/"), created=created, places=places, below=below)
    planning = {Role.HEAD, Role.DEPUTY, Role.SECRETARY}
    places = [place for place in places if holds(place, role)]
    assert standing.may(Action.WRITE_PLAN) == bool((created and role in planning) or planning & set(places))
    if role is Role.ADMIN or (role is Role.SUPERVISOR and below) or places:
        assert standing.may(Action.READ_PLAN)
    if role in UNIT_SIDE and not places:
        assert not standing.may(Action.READ_PLAN)


@given(st.sampled_from(ACCOUNT_ROLES), st.lists(st.sampled_from(MEMBER_ROLES)))
def test_who_planned_and_was_taken_out_since_only_reads(role, places):
    planning = {Role.HEAD, Role.DEPUTY, Role.SECRETARY}
    standing = standing_to_plan(Principal(1, role), created=True, places=places, left=True)
    places = [place for place in places if holds(place, role)]
    assert standing.may(Action.WRITE_PLAN) == bool(planning & set(places))
    if role in planning or places:
        assert standing.may(Action.READ_PLAN)


@given(st.sampled_from(ACCOUNT_ROLES))
def test_a_plan_one_has_nothing_to_do_with_is_not_there(role):
    standing = standing_to_plan(Principal(1, role), created=False)
    assert standing == (Standing(Role.ADMIN) if role is Role.ADMIN else STRANGER)
