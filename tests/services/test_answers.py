"""Saving a score: exactly once, nobody's work lost, sums always those of the answers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import models
from app.db import db
from app.domain.answers import Field
from app.domain.inspections import Side, State
from app.domain.refusals import Conflict, Invalid, Missing
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, RatioInput
from app.models import Answer, AuditEvent, Outcome
from app.queries.answers import Changer, area_sums, changes_of
from app.services.answers import (
    Author,
    approve_not_applicable,
    mark_area_not_applicable,
    record_answer,
)
from tests import make
from tests.services.scored import NO, YES, World, changes, everything, op, tells_the_same_story


@pytest.fixture
def world(app: Flask) -> World:
    return World()


# --- Works


def test_a_tap_is_an_answer_a_line_of_the_log_and_the_sum_of_its_area(world):
    reply = world.send(op(value=YES))
    assert (reply.conflict, reply.mine.points, reply.mine.version, reply.mine.by) == (
        False,
        100,
        1,
        "Thành viên A",
    )
    assert world.answer().points == 100
    assert [(c.outcome, c.version, c.before["points"], c.after["points"]) for c in changes()] == [
        (Outcome.ACCEPTED, 1, None, 100)
    ]
    total = area_sums(world.id, Side.VERIFIED, world.checklist, 1)
    assert (total["1"].points, total["1"].answered, total["2"].answered) == (100, 1, 0)
    assert reply.sums == total


@pytest.mark.parametrize(
    ("code", "value", "points"),
    [
        ("1.1.1", YES, 100),
        ("1.1.2", LevelInput(1), 50),
        ("1.1.3", RatioInput(Decimal("4541"), Decimal("4545")), 100),
        ("1.1.3", RatioInput(Decimal(0), Decimal(0)), None),
        ("1.1.4", PenaltyInput(1), 50),
        ("1.1.5", FreeInput(25), 25),
    ],
)
def test_every_rule_is_stored_and_read_back(world, code, value, points):
    world.send(op(value=value), code=code)
    assert (world.answer(code).value, world.answer(code).points) == (value, points)


def test_the_two_sides_never_touch_each_other(world):
    world.send(op(value=YES))
    world.move(State.DANG_TU_CHAM)
    reply = world.send(op(value=NO, side=Side.SELF))
    assert (reply.mine.points, reply.other.points) == (0, 100)
    assert (world.answer(side=Side.SELF).points, world.answer().points) == (0, 100)
    assert area_sums(world.id, Side.SELF, world.checklist, 1)["1"].points == 0
    assert area_sums(world.id, Side.VERIFIED, world.checklist, 1)["1"].points == 100


def test_a_score_is_taken_back_and_the_sum_follows(world):
    world.send(op(value=YES))
    reply = world.send(op(base=1, value=None))
    assert not reply.mine.scored.answered
    assert reply.sums["1"].answered == 0
    assert [c.version for c in changes()] == [1, 2]


def test_a_refused_value_writes_nothing(world):
    world.send(op(value=YES))
    before = everything()
    for wrong, code in ((FreeInput(101), "1.1.5"), (LevelInput(9), "1.1.2"), (YES, "1.1.4")):
        with pytest.raises(Invalid):
            world.send(op(value=wrong), code=code)
    assert everything() == before


# --- Exactly once


def test_the_same_operation_again_gives_the_same_reply_and_writes_nothing(world):
    sent = op(value=YES)
    first = world.send(sent)
    before = everything()
    assert world.send(sent) == first
    assert everything() == before


def test_an_operation_may_come_again_after_the_state_moved_on(world):
    sent = op(value=YES)
    first = world.send(sent)
    world.move(State.CHO_KY_BIEN_BAN)
    assert world.send(sent) == first


def test_a_conflict_that_is_sent_again_is_the_same_conflict(world):
    world.send(op(value=YES), world.a)
    late = op(value=NO)
    first = world.send(late, world.b)
    before = everything()
    assert world.send(late, world.b) == first
    assert first.conflict
    assert everything() == before


@pytest.mark.parametrize(
    "other",
    [
        lambda sent: replace(sent, value=NO),
        lambda sent: replace(sent, note="khác"),
        lambda sent: replace(sent, field=Field.ALL),
        lambda sent: replace(sent, side=Side.SELF),
    ],
)
def test_a_used_operation_with_another_body_is_refused(world, other):
    sent = op(value=YES)
    world.send(sent)
    before = everything()
    with pytest.raises(Invalid):
        world.send(other(sent))
    assert everything() == before


def test_a_used_operation_of_another_person_criterion_or_inspection_is_refused(world):
    sent = op(value=YES)
    world.send(sent)
    with pytest.raises(Invalid):
        world.send(sent, world.b)
    with pytest.raises(Invalid):
        world.send(sent, code="2.1.1")
    other = World()
    with pytest.raises(Invalid):
        other.send(sent, world.a)
    assert len(changes()) == 1


# --- Nobody's work lost


def test_a_stale_operation_of_another_person_is_kept_as_a_conflict(world):
    world.send(op(value=YES, reason="đã xem"), world.a)
    reply = world.send(op(value=NO, note="tôi thấy khác"), world.b)
    assert (reply.conflict, reply.mine.points, reply.mine.by) == (True, 100, "Thành viên A")
    assert world.answer().points == 100
    last = changes()[-1]
    assert (last.outcome, last.user_id, last.after, last.version) == (Outcome.CONFLICT, world.b.id, None, 1)
    assert last.sent["value"] == {"yes": False}
    assert reply.sums["1"].points == 100


def test_a_stale_operation_of_the_same_person_is_taken(world):
    world.send(op(value=YES))
    reply = world.send(op(Field.NOTE, base=0, note="thêm ghi chú"))
    assert not reply.conflict
    assert (reply.mine.points, reply.mine.note, reply.mine.version) == (100, "thêm ghi chú", 2)


def test_one_s_own_answer_from_another_device_is_a_conflict_too(world):
    desk, field = replace(world.a, device="desk"), replace(world.a, device="field")
    world.send(op(value=YES), field)
    assert not world.send(op(Field.NOTE, base=0, note="cùng máy"), field).conflict
    late = op(base=0, value=NO)
    reply = world.send(late, desk)
    assert (reply.conflict, reply.mine.points) == (True, 100)
    assert changes()[-1].device == "desk"
    # Sent on what was shown it is taken; and a device that nothing is known of goes on as before.
    assert not world.send(op(base=2, value=NO), desk).conflict
    assert not world.send(op(base=0, value=YES), world.a).conflict


def test_the_person_who_has_seen_the_other_version_may_overwrite_it(world):
    world.send(op(value=YES), world.a)
    reply = world.send(op(base=1, value=NO), world.b)
    assert (reply.conflict, reply.mine.points, reply.mine.by) == (False, 0, "Thành viên B")


def test_a_note_beside_a_score_leaves_the_score_its_name(world):
    world.send(op(value=YES), world.a)
    for beside in (op(Field.NOTE, base=1, note="khác"), op(Field.REASON, base=2, reason="đã đếm")):
        assert world.send(beside, world.b).mine.by == "Thành viên A"
    whole = op(Field.ALL, base=3, value=YES, note="khác nữa", reason="đã đếm")
    assert world.send(whole, world.b).mine.by == "Thành viên A"
    assert (world.answer().by, world.answer().note) == ("Thành viên A", "khác nữa")
    assert world.send(op(base=4, value=NO), world.b).mine.by == "Thành viên B"
    assert world.answer().by == "Thành viên B"


def test_a_score_beside_a_note_is_its_scorers(world):
    assert world.send(op(Field.NOTE, note="chưa chấm"), world.b).mine.by == "Thành viên B"
    assert world.send(op(base=1, value=YES), world.a).mine.by == "Thành viên A"


def test_a_conflict_names_who_changed_the_answer_since_not_whose_score_it_is(world):
    world.send(op(value=YES), world.a)
    world.send(op(Field.NOTE, base=1, note="của B"), world.b)
    late = op(base=1, value=NO)
    reply = world.send(late, world.a)
    assert (reply.conflict, reply.mine.by) == (True, "Thành viên A")
    assert reply.changed_by == Changer(world.b.id, "Thành viên B")
    assert world.send(late, world.a) == reply


def test_a_members_note_leaves_what_the_head_went_over(world):
    world.send(op(value=YES), world.a)
    world.send(op(base=1, value=NO, reason="đếm lại"), replace(world.head, over=True))
    reply = world.send(op(Field.NOTE, base=2, note="tôi đã thấy đủ"), world.a)
    assert (reply.mine.by, reply.mine.overridden.by) == ("Trưởng đoàn", "Thành viên A")
    assert world.send(op(base=3, value=YES), world.a).mine.overridden is None


def test_ones_own_newer_change_does_not_hide_another_persons_change_in_between(world):
    """A at version 1, B at 2, A at 3: what A's device sends on the base of 1 has not seen B."""
    world.send(op(value=YES), world.a)
    world.send(op(base=1, value=NO), world.b)
    world.send(op(base=2, value=YES), world.a)
    assert world.send(op(base=1, value=NO), world.a).conflict


def test_a_conflict_is_settled_by_sending_again_on_the_version_that_was_shown(world):
    world.send(op(value=YES), world.a)
    lost = world.send(op(value=NO), world.b)
    reply = world.send(op(base=lost.mine.version, value=NO), world.b)
    assert (reply.conflict, world.answer().points) == (False, 0)
    assert [c.outcome for c in changes()] == [Outcome.ACCEPTED, Outcome.CONFLICT, Outcome.ACCEPTED]


def test_a_stale_value_that_does_not_fit_is_refused_not_kept(world):
    world.send(op(value=LevelInput(0)), world.a, "1.1.2")
    with pytest.raises(Invalid):
        world.send(op(value=LevelInput(9)), world.b, "1.1.2")
    assert len(changes()) == 1


def test_a_base_version_from_the_future_is_no_conflict(world):
    assert not world.send(op(base=99, value=YES)).conflict


# --- «Không áp dụng» and its approval


def test_the_heads_approval_is_kept_with_the_moment_and_in_the_trail(world):
    world.send(op(Field.NOT_APPLICABLE, not_applicable=True, na_reason="Không phát sinh"), code="1.1.2")
    assert not world.answer("1.1.2").na_approved
    for _twice in range(2):
        approve_not_applicable(world.id, world.checklist, "1.1.2", world.head, make.NOW)
    assert world.answer("1.1.2").na_approved
    row = db.session.execute(select(Answer)).scalar_one()
    assert (row.na_approved_by_id, row.na_approved_at) == (world.head.id, make.NOW)
    events = db.session.execute(select(AuditEvent.action)).scalars().all()
    assert events.count("answer.approve_na") == 1


def test_an_approval_keeps_its_person_when_only_a_note_changes(world):
    sent = op(Field.NOT_APPLICABLE, not_applicable=True, na_reason="Không phát sinh")
    world.send(sent, world.head, "1.1.2")
    world.send(op(Field.NOTE, base=1, note="đã hỏi"), world.a, "1.1.2")
    assert db.session.execute(select(Answer.na_approved_by_id)).scalar_one() == world.head.id


def test_what_is_not_marked_cannot_be_approved(world):
    for prepare in (lambda: None, lambda: world.send(op(value=LevelInput(0)), code="1.1.2")):
        prepare()
        with pytest.raises(Conflict):
            approve_not_applicable(world.id, world.checklist, "1.1.2", world.head, make.NOW)


def test_nothing_is_approved_after_the_visit(world):
    world.send(op(Field.NOT_APPLICABLE, not_applicable=True, na_reason="Không phát sinh"), code="1.1.2")
    world.move(State.CHO_KY_BIEN_BAN)
    with pytest.raises(Conflict):
        approve_not_applicable(world.id, world.checklist, "1.1.2", world.head, make.NOW)


# --- A whole area that does not apply


@pytest.fixture
def optional(app: Flask) -> World:
    """The same with an area «2» that may be left out as a whole."""
    version = make.checklist_version()
    db.session.execute(
        update(models.Area)
        .where(models.Area.version_id == version.id)
        .values(may_be_na=models.Area.code == "2")
    )
    db.session.commit()
    return World(version=version)


def mark(
    world: World, area: str = "2", reason: str = "Không có biên chế", author: Author | None = None
) -> None:
    mark_area_not_applicable(
        world.id, world.checklist, area, Side.VERIFIED, reason, author or world.a, make.NOW
    )


def test_an_area_is_marked_criterion_by_criterion_with_the_log_and_the_sum(optional):
    optional.send(op(value=YES), code="2.1.1")
    mark(optional)
    area = optional.checklist.areas_by_code["2"]
    for criterion in area.criteria:
        answer = optional.answer(criterion.code)
        assert (answer.not_applicable, answer.na_reason, answer.points) == (True, "Không có biên chế", None)
    total = area_sums(optional.id, Side.VERIFIED, optional.checklist, 1)
    assert (total["2"].max_points, total["2"].points, total["2"].complete) == (0, 0, True)
    assert (total["1"].max_points, total["1"].answered) == (500, 0)
    assert len(changes()) == 1 + len(area.criteria)
    tells_the_same_story(optional, [c.op_id for c in changes()])


def test_the_heads_mark_needs_no_approval_and_a_members_does(optional):
    mark(optional)
    assert not optional.answer("2.1.1").na_approved
    mark(optional, author=optional.head)
    assert optional.answer("2.1.1").na_approved


def test_an_area_is_marked_only_where_the_checklist_allows_it_with_a_reason_and_in_time(optional):
    for area, reason in (("1", "lý do"), ("2", "")):
        with pytest.raises(Invalid) as refusal:
            mark(optional, area, reason)
        assert refusal.value.field == "na_reason"
    optional.move(State.DA_KY_BIEN_BAN)
    with pytest.raises(Conflict):
        mark(optional)
    assert everything() == []


# --- States


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("side", Side)
def test_each_side_is_scored_in_its_own_states_only(app, state, side):
    world = World(state)
    before_visit = {State.DA_CO_QUYET_DINH, State.CHO_DON_VI_BAO_CAO, State.DANG_TU_CHAM}
    if state in (before_visit if side is Side.SELF else {State.DANG_KIEM_TRA, State.THAM_DINH_LAN_2}):
        assert world.send(op(value=YES, side=side)).mine.points == 100
    else:
        with pytest.raises(Conflict):
            world.send(op(value=YES, side=side))
        assert everything() == []


def test_a_supervision_without_scoring_takes_no_score(app):
    with pytest.raises(Conflict):
        World(scoring=False).send(op(value=YES))


def test_an_inspection_that_is_not_there_is_missing(world):
    with pytest.raises(Missing):
        record_answer(world.id + 99, world.checklist, "1.1.1", op(value=YES), world.a, make.NOW)


def test_the_history_of_a_criterion_is_read_newest_first(world):
    world.send(op(value=YES), world.a)
    world.send(op(base=1, value=NO), world.b)
    history = changes_of(world.id, world.checklist.by_code["1.1.1"][1].id)
    assert [(row.by, row.version) for row in history] == [("Thành viên B", 2), ("Thành viên A", 1)]
