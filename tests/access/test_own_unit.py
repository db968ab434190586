"""Nobody decides on the unit they work in: every verb that does, in every place of the delegation, in every state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from app.db import db
from app.domain.access import MEMBER_ROLES, Role
from app.domain.inspections import STEPS
from app.models import DelegationMember, Inspection, User
from tests.access.requests import sent
from tests.access.sent import Sent
from tests.access.stage import Stage
from tests.access.test_matrix import address, ask, rows

INSIDER = "head_of_own_unit"
# What decides on the unit: scores and their reasons, N/A, bonus, findings and files, sign-offs and divergent opinions,
# minutes, the conclusion, verdicts on remedies and on reported tasks, re-inspections, figures.
DECIDING = {
    ("adjustments.save", ""),
    ("answers.approve_na", ""),
    ("answers.area_not_applicable", ""),
    ("answers.save", ""),
    ("attachments.add_to_criterion", ""),
    ("attachments.add_to_finding", ""),
    ("conclusions.issue", ""),
    ("dossiers.confirm", ""),
    ("dossiers.give_back", ""),
    ("findings.change", ""),
    ("findings.create", ""),
    ("findings.remove", ""),
    ("findings.restore", ""),
    ("follow_up.judge", ""),
    ("follow_up.reinspect", ""),
    ("minutes.edit", ""),
    ("minutes.sign", ""),
    ("recommendations.change", "to_unit"),
    ("recommendations.create", "to_unit"),
    ("recommendations.remove", "to_unit"),
    ("signoffs.decide", ""),
    ("signoffs.opinion", ""),
    ("signoffs.sign", ""),
    ("signoffs.withdraw", ""),
    ("task_decisions.decide", ""),
    ("tasks.step", "cancel"),
}


@contextmanager
def as_member(stage: Stage, role: Role, unit_id: int | None) -> Iterator[None]:
    """The insider in this place of all delegations, working in this unit; taken back afterwards."""
    me = stage.world.people[INSIDER].id
    areas = ["1", "2"]
    db.session.execute(
        update(DelegationMember).where(DelegationMember.user_id == me).values(role=role, areas=areas)
    )
    db.session.execute(update(User).where(User.id == me).values(unit_id=unit_id))
    db.session.commit()
    stage.writes = 0
    try:
        yield
    finally:
        stage.take_back()


def deciding(stage: Stage) -> Iterator[tuple[str, Sent, str]]:
    for row in rows():
        if row.method == "POST" and (row.endpoint, row.case) in DECIDING:
            request = sent(stage.world).get((row.endpoint, row.method, row.case), Sent())
            yield str(row), request, address(stage, row.endpoint, row.method, request)


def test_the_list_names_only_what_there_is() -> None:
    posts = {(row.endpoint, row.case) for row in rows() if row.method == "POST"}
    assert posts >= DECIDING


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_no_verb_that_decides_is_for_who_works_in_the_unit(stage: Stage, role: Role) -> None:
    with as_member(stage, role, stage.world.ward):
        for name, request, path in deciding(stage):
            reply = ask(stage, INSIDER, "POST", path, request)
            # A verdict on a task meets the unit's side first: no such step for it.
            refused = {403, 409} if name.startswith("POST tasks.step") else {403}
            # Of several reports each is decided on its own; those of one's own unit are not there.
            refused |= {404} if name.startswith("POST task_decisions") else set()
            assert reply.status_code in refused, f"{name} as {role}: {reply.status_code}"
            assert not stage.writes, f"{name} as {role}"


def test_the_same_person_of_another_unit_may(stage: Stage) -> None:
    """So that the refusals above are about the unit, and about nothing else."""
    for name, request, path in deciding(stage):
        with as_member(stage, Role.HEAD, stage.world.spare):
            reply = ask(stage, INSIDER, "POST", path, request)
            assert reply.status_code not in {403, 404}, f"{name}: {reply.status_code}"


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_no_step_of_any_state_is_taken_by_who_works_in_the_unit(stage: Stage, role: Role) -> None:
    steps = [(state, step) for state, there in STEPS.items() for step in there]
    for state, step in steps:
        with as_member(stage, role, stage.world.ward):
            place = update(Inspection).where(Inspection.id == stage.world.visit)
            db.session.execute(place.values(state=state, round=step.round or 1))
            db.session.commit()
            stage.writes = 0
            path = f"/inspections/{stage.world.visit}/steps/{step.to.value.replace('_', '-')}"
            form = {"reason": "Vì vậy", "due_on": "20/09/2099", "seen": state.value}
            reply = ask(stage, INSIDER, "POST", path, Sent(form=form))
            assert reply.status_code == 403, f"{state} → {step.to} as {role}: {reply.status_code}"
            assert not stage.writes
    assert len(steps) >= 15
