"""After any sequence, and with many at once: the log, the answers and the sums tell the same story."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.domain.answers import Field
from app.domain.refusals import Invalid
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput
from app.models import Answer, Outcome
from app.services.answers import (
    Author,
)
from tests import make
from tests.services.scored import NO, YES, World, changes, changes_as_stored, op, tells_the_same_story

# --- The law: after any sequence the log, the answers and the sums tell the same story

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "head"]),
        st.sampled_from([("1.1.1", YES), ("1.1.1", NO), ("1.1.2", LevelInput(1)), ("2.1.5", FreeInput(70))]),
        st.sampled_from(
            [Field.VALUE, Field.VALUE, Field.ALL, Field.NOT_APPLICABLE, Field.NOTE, Field.REASON]
        ),
        st.integers(0, 3),  # how many versions behind
        st.booleans(),  # «không áp dụng»
        st.booleans(),  # sent once more
        st.booleans(),  # a score, or taking it back
    ),
    max_size=12,
)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_after_any_sequence_the_sums_are_those_of_the_answers_and_the_log_is_complete(app, steps):
    world = World()
    sent: list[str] = []
    for who, (code, value), field, behind, na, twice, scores in steps:
        operation = op(
            field,
            max(0, world.answer(code).version - behind),
            value=value if scores else None,
            not_applicable=na,
            na_reason="Không phát sinh" if na else "",
            note="ghi chú",
        )
        log = changes_as_stored(world)
        try:
            for _time in range(1 + twice):
                world.send(operation, getattr(world, who), code)
        except Invalid:
            assert changes_as_stored(world) == log
            continue
        sent.append(operation.op_id)
        assert changes_as_stored(world)[:-1] == log, "the log is only ever added to"
        tells_the_same_story(world, sent)


# --- Many at once

THREADS, TAPS = 8, 40


def in_threads(app: Flask, jobs: list[Callable[[], Any]]) -> list[Any]:
    """Each job in a thread with an app context of its own; the first error is raised."""

    def run(job: Callable[[], Any]) -> Any:
        with app.app_context():
            return job()

    # The test's own reading must not keep the tables.
    db.session.commit()
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_many_tablets_at_once_lose_nothing_and_double_nothing(app):
    """8 tablets × 40 taps on the same few criteria, every tenth sent again."""
    world = World()
    people = [make.user(Role.MEMBER) for _ in range(THREADS)]
    authors = [Author(person.id, person.title) for person in people]
    criteria = [("1.1.1", YES), ("1.1.2", LevelInput(1)), ("1.1.4", PenaltyInput(1)), ("2.1.1", NO)]

    def tablet(author: Author, seed: int) -> tuple[list[str], int]:
        chance = random.Random(seed)
        sent, accepted = [], 0
        for _tap in range(TAPS):
            code, value = chance.choice(criteria)
            # Nobody has seen the newest version for sure: some taps become conflicts.
            operation = op(base=chance.choice([0, 10**6, 10**6]), value=value)
            reply = world.send(operation, author, code)
            if chance.random() < 0.1:
                again = world.send(operation, author, code)
                assert again.conflict == reply.conflict
            sent.append(operation.op_id)
            accepted += not reply.conflict
        return sent, accepted

    jobs = [lambda a=author, n=number: tablet(a, n) for number, author in enumerate(authors)]
    done = in_threads(app, jobs)

    sent = [op_id for ops, _accepted in done for op_id in ops]
    accepted = sum(number for _ops, number in done)
    log = changes()
    assert sorted(c.op_id for c in log) == sorted(sent)
    assert len(sent) == THREADS * TAPS
    assert accepted == sum(c.outcome is Outcome.ACCEPTED for c in log)
    assert db.session.execute(select(func.sum(Answer.version))).scalar_one() == accepted
    tells_the_same_story(world, [c.op_id for c in log])


def test_twenty_identical_posts_at_once_are_one_row_and_one_answer(app):
    world = World()
    sent = op(value=YES)
    replies = in_threads(app, [lambda: world.send(sent)] * 20)
    assert len(changes()) == 1
    assert world.answer().version == 1
    assert {(reply.conflict, reply.mine.points, reply.mine.version) for reply in replies} == {(False, 100, 1)}


def test_two_people_who_tap_at_the_same_moment_are_one_answer_and_one_conflict(app):
    world = World()
    replies = in_threads(
        app, [lambda: world.send(op(value=YES), world.a), lambda: world.send(op(value=NO), world.b)]
    )
    assert sorted(reply.conflict for reply in replies) == [False, True]
    assert world.answer().version == 1
    assert len(changes()) == 2
