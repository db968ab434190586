"""Signing off areas, disagreeing, deciding, and what locking asks for."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.domain.answers import Field, Operation
from app.domain.inspections import Side, State
from app.domain.refusals import Conflict, Forbidden, Invalid, Missing
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.domain.signoffs import Decision, SignState
from app.models import AreaSignoff, AuditEvent, Inspection
from app.queries.signoffs import signoffs_of
from app.services.answers import Author, record_answer
from app.services.inspections import take_step
from app.services.signoffs import decide_opinion, record_opinion, sign_area, withdraw_signoff
from tests import make
from tests.cast import World

LATER = make.NOW + timedelta(hours=3)
EVERY_RULE = (YesNoInput(True), LevelInput(0), RatioInput(1, 1), PenaltyInput(0), FreeInput(100))


@pytest.fixture
def world(app):
    """Both areas are scored; «1» is the member's, «2» the secretary's."""
    world = World()
    score(world)
    return world


def score(world):
    for area in "12":
        for leaf, value in enumerate(EVERY_RULE, 1):
            world.score(world.member, value, f"{area}.1.{leaf}", reason="Có văn bản")


def sign(world, user, area="1", opinion=None, now=make.NOW):
    sign_area(world.id, world.checklist, area, opinion, user.id, now)


def disagree(world, user, area="1", opinion="Điểm quá cao", now=make.NOW):
    record_opinion(world.id, world.checklist, area, opinion, user.id, now)
    return row_of(user).id


def decide(world, signoff_id, user=None, role=Role.HEAD, reason="Đúng bộ tiêu chí", version=None):
    version = version or db.session.get(AreaSignoff, signoff_id, populate_existing=True).version
    user = user or world.head
    decide_opinion(world.id, signoff_id, version, Decision.GIU_NGUYEN, reason, role, user.id, LATER)


def lock(world, reason=""):
    take_step(world.id, State.CHO_KY_BIEN_BAN, reason, Role.HEAD, world.head.id, LATER)


def row_of(user):
    """The newest of this person."""
    rows = select(AreaSignoff).where(AreaSignoff.user_id == user.id).order_by(AreaSignoff.id.desc())
    return db.session.scalars(rows.execution_options(populate_existing=True)).first()


def state_of(world, user):
    found = signoffs_of(world.id, 1, world.checklist)
    signoff = next(signoff for signoff in found.said if signoff.user_id == user.id)
    return signoff.state(found.last_changes.get(signoff.area, 0))


def actions():
    return db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.startswith("area.")).order_by(AuditEvent.id)
    ).all()


def test_a_sign_off_keeps_who_when_and_what_stood_there(world):
    sign(world, world.member)
    row = row_of(world.member)
    assert (row.signed_at, row.points, row.max_points, row.answered, row.total) == (make.NOW, 500, 500, 5, 5)
    assert state_of(world, world.member) is SignState.SIGNED
    sign(world, world.member, now=LATER)
    assert row_of(world.member).signed_at == make.NOW, "tapped twice it is signed once"
    assert actions() == ["area.sign"]


def test_only_a_finished_area_is_signed_and_the_sentence_names_what_is_left(app):
    world = World()
    with pytest.raises(Conflict) as refused:
        sign(world, world.member)
    assert refused.value.params == {"count": 5, "codes": "1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5"}
    assert db.session.scalar(select(func.count()).select_from(AreaSignoff)) == 0
    score(world)
    world.score(world.officer, YesNoInput(False), side=Side.SELF)
    world.score(world.member, YesNoInput(True), base=1)  # differs from the self-score, without a reason
    with pytest.raises(Conflict, match="chưa xong") as refused:
        sign(world, world.member)
    assert refused.value.params["codes"] == "1.1.1"


def test_a_change_of_the_area_makes_it_not_signed_and_it_can_be_signed_again(world):
    sign(world, world.member)
    world.score(world.head, YesNoInput(False), "2.1.1", base=1, reason="Thiếu")
    assert state_of(world, world.member) is SignState.SIGNED, "another area"
    world.score(world.officer, YesNoInput(True), "1.1.1", side=Side.SELF)
    assert state_of(world, world.member) is SignState.SIGNED, "the unit's side"
    world.score(world.head, YesNoInput(False), base=1, reason="Thiếu quyết định")
    assert state_of(world, world.member) is SignState.CHANGED
    with pytest.raises(Invalid, match="chưa được xác nhận"):
        lock(world)
    sign(world, world.member, now=LATER)
    assert state_of(world, world.member) is SignState.SIGNED
    assert row_of(world.member).points == 400


def test_a_tap_that_was_refused_as_a_conflict_changes_nothing_of_a_sign_off(world):
    sign(world, world.member)
    world.score(world.secretary, YesNoInput(False), base=0)  # somebody else's is newer: kept, not taken
    assert state_of(world, world.member) is SignState.SIGNED


def test_a_sign_off_is_withdrawn_until_the_scores_are_locked(world):
    with pytest.raises(Conflict, match="chưa xác nhận"):
        withdraw_signoff(world.id, world.checklist, "1", world.member.id, make.NOW)
    sign(world, world.member, opinion="Điểm quá cao")
    withdraw_signoff(world.id, world.checklist, "1", world.member.id, LATER)
    row = row_of(world.member)
    assert (row.signed_at, row.last_change_id, row.points) == (None, None, 0)
    assert row.opinion == "Điểm quá cao", "the opinion stays"
    sign(world, world.member)
    world.move(State.CHO_KY_BIEN_BAN)
    for act in (
        lambda: withdraw_signoff(world.id, world.checklist, "1", world.member.id, LATER),
        lambda: sign(world, world.member),
        lambda: disagree(world, world.member),
        lambda: decide(world, row.id),
    ):
        with pytest.raises(Conflict, match="bước không cho phép"):
            act()


def test_locking_asks_for_a_reason_while_an_area_that_was_given_is_not_signed(world):
    with pytest.raises(Invalid) as refused:
        lock(world)
    assert refused.value.field == "reason"
    assert "1 (Thành viên lĩnh vực 1); 2 (" in refused.value.params["areas"]
    sign(world, world.member)
    with pytest.raises(Invalid) as refused:
        lock(world)
    assert refused.value.params["areas"].startswith("2 (")
    lock(world, "Thư ký đi vắng, Trưởng đoàn đã xem")
    assert db.session.get(Inspection, world.id, populate_existing=True).state is State.CHO_KY_BIEN_BAN
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "area.lock_unsigned")).one()
    assert event.data == {"areas": ["2"], "reason": "Thư ký đi vắng, Trưởng đoàn đã xem"}


def test_with_all_areas_signed_nothing_more_is_asked(world):
    sign(world, world.member)
    sign(world, world.secretary, "2")
    lock(world)
    assert actions() == ["area.sign", "area.sign"]


def test_an_area_given_to_nobody_needs_no_sign_off(app):
    world = World()
    score(world)
    db.session.query(make.models.DelegationMember).update({"areas": []})
    db.session.commit()
    lock(world)


def test_unfinished_scores_are_named_before_missing_sign_offs(app):
    with pytest.raises(Conflict, match="chưa chấm"):
        lock(World(), "Có lý do")


def test_an_open_opinion_blocks_the_lock_until_the_head_has_decided_it(world):
    sign(world, world.member)
    sign(world, world.secretary, "2")
    opinion = disagree(world, world.member, "2")  # of another's area
    with pytest.raises(Conflict, match="chưa quyết định ý kiến khác") as refused:
        lock(world, "Có lý do")
    assert refused.value.params == {"areas": "2"}
    decide(world, opinion)
    row = db.session.get(AreaSignoff, opinion, populate_existing=True)
    assert (row.decision, row.decided_by_id, row.decided_at) == (
        Decision.GIU_NGUYEN,
        world.head.id,
        LATER,
    )
    lock(world)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "area.decide")).one()
    assert event.data["after"] == {"decision": "giu_nguyen", "reason": "Đúng bộ tiêu chí"}
    assert (event.data["area"], event.data["divergent"]) == ("2", "Điểm quá cao")


@pytest.fixture
def opinion(world):
    return disagree(world, world.member)


def test_another_text_is_another_opinion_to_be_decided_anew(world, opinion):
    seen = row_of(world.member).version
    record_opinion(world.id, world.checklist, "1", "Phải trừ 1 điểm", world.member.id, LATER)
    with pytest.raises(Conflict, match="vừa được sửa"):
        decide(world, opinion, version=seen)
    decide(world, opinion)
    record_opinion(world.id, world.checklist, "1", "Vẫn không đồng ý", world.member.id, LATER)
    row = row_of(world.member)
    assert (row.decision, row.decision_reason, row.decided_at) == (None, "", None)


def test_an_opinion_is_taken_back_only_before_it_is_decided(world, opinion):
    record_opinion(world.id, world.checklist, "1", "", world.member.id, LATER)
    assert row_of(world.member).opinion == ""
    with pytest.raises(Invalid) as refused:
        record_opinion(world.id, world.checklist, "1", "", world.member.id, LATER)
    assert refused.value.field == "opinion"
    disagree(world, world.member)
    decide(world, opinion)
    with pytest.raises(Conflict, match="không bỏ được"):
        record_opinion(world.id, world.checklist, "1", "", world.member.id, LATER)


def test_a_decision_needs_a_reason_the_right_place_and_another_persons_opinion(world, opinion):
    with pytest.raises(Invalid) as refused:
        decide(world, opinion, reason="")
    assert refused.value.field == "reason"
    with pytest.raises(Missing):
        decide_opinion(World().id, opinion, 2, Decision.TIEP_THU, "x", Role.HEAD, world.head.id, LATER)
    deputy = make.member(world.delegation, Role.DEPUTY)
    own = disagree(world, deputy, "2")
    with pytest.raises(Forbidden, match="Trưởng đoàn quyết định"):
        decide(world, own, deputy, Role.DEPUTY)
    decide(world, own)
    decide(world, opinion, deputy, Role.DEPUTY)


def test_where_nothing_is_scored_there_is_nothing_to_sign(app):
    world = World(scoring=False)
    with pytest.raises(Conflict, match="không chấm điểm"):
        sign(world, world.member)
    lock(world)


def test_one_who_changes_a_score_while_another_signs_leaves_no_false_sign_off(app, world):
    """Whichever comes first: afterwards the area counts as signed only as it stands."""
    start, faults = Barrier(2), []

    def run(act):
        with app.app_context():
            try:
                start.wait(10)
                act()
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    world_checklist, inspection_id, member, head = world.checklist, world.id, world.member.id, world.head.id
    from_head = head_taps(world)
    threads = [
        Thread(
            target=run, args=(lambda: sign_area(inspection_id, world_checklist, "1", None, member, LATER),)
        ),
        Thread(target=run, args=(lambda: from_head(head),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not faults
    row = db.session.scalars(select(AreaSignoff).execution_options(populate_existing=True)).one()
    signed = state_of(world, world.member) is SignState.SIGNED
    assert row.points == (400 if signed else 500)


def head_taps(world):
    """The head's tap on «1.1.1», ready to be sent."""
    op = Operation(str(uuid4()), Side.VERIFIED, Field.ALL, 1, value=YesNoInput(False), reason="Thiếu")
    checklist, inspection_id, title = world.checklist, world.id, world.head.title
    return lambda user_id: record_answer(inspection_id, checklist, "1.1.1", op, Author(user_id, title), LATER)
