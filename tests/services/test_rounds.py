"""Two rounds of scores: what is published, what the unit must say, and that the first round stays as it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.answers import Field, Gap, gap_of
from app.domain.audit import log_faults, sealed_faults
from app.domain.explanations import Stance
from app.domain.inspections import Side, State
from app.domain.refusals import Conflict, Forbidden, Invalid
from app.domain.scoring import FreeInput, LevelInput, YesNoInput, sum_of_area
from app.models import Answer, AnswerChange, AreaScore, AuditEvent, InspectionStep, Outcome
from app.queries.answers import answer_sheet, area_sums
from app.queries.audit import answers_standing, changes_after, seals_of
from app.services.answers import Author, approve_not_applicable, mark_area_not_applicable
from app.services.inspections import take_step
from tests import make
from tests.at_once import at_once
from tests.rounds import DUE, LATER, PUBLISHED, TwoRounds

YES, NO = YesNoInput(True), YesNoInput(False)


@pytest.fixture
def world(app) -> TwoRounds:
    return TwoRounds()


def rows_of_round(number: int) -> list[tuple]:
    """Everything stored of the delegation's round, and of the unit's only one."""
    found = []
    for table in (Answer.__table__, AnswerChange.__table__, AreaScore.__table__):
        statement = select(table).where(table.c.round == number).order_by(*table.primary_key)
        found += [tuple(row) for row in db.session.execute(statement)]
    return found


def verified(world: TwoRounds, code: str = "1.1.1", round_: int = 2):
    sheet = answer_sheet(world.id, world.checklist, round_)
    return sheet.verified[world.checklist.by_code[code][1].id]


# --- The way through


def test_publishing_sets_the_deadline_and_shows_the_unit_the_first_round(world):
    world.publish()
    row = world.row
    assert (row.state, row.round, row.explain_due_on) == (State.CHO_GIAI_TRINH, 1, DUE)
    assert (row.published_at, row.locked_at, row.locked_by_id) == (PUBLISHED, None, None)
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    step = next(one for one in event if one.action == "inspection.step")
    assert step.data["explain_due_on"] == "2022-09-20"


@pytest.mark.parametrize(
    ("due_on", "words"), [(None, "hạn giải trình"), (date(2022, 9, 14), "quá khứ"), (date(2022, 9, 15), "")]
)
def test_a_deadline_is_given_and_does_not_lie_in_the_past(world, due_on, words):
    if not words:
        world.step(State.CHO_GIAI_TRINH, due_on=due_on, now=PUBLISHED)
        return
    with pytest.raises(Invalid, match=words) as refused:
        world.step(State.CHO_GIAI_TRINH, due_on=due_on, now=PUBLISHED)
    assert refused.value.field == "due_on"
    assert world.row.state is State.DANG_KIEM_TRA


def test_only_a_finished_round_is_published(world):
    world.tap(world.member, round_=1, value=None)
    with pytest.raises(Conflict, match="còn 1 tiêu chí chưa chấm"):
        world.publish()


def test_the_unit_sends_its_explanations_when_every_difference_is_answered(world):
    world.publish()
    with pytest.raises(Conflict, match=r"còn 1 tiêu chí .*\(1\.1\.1\)"):
        world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
    with pytest.raises(Forbidden):
        world.step(State.DA_GIAI_TRINH)
    world.explain(stance=Stance.ACCEPT, text="")
    world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
    assert world.row.published_at == PUBLISHED


def test_before_the_deadline_the_second_round_begins_with_a_reason_and_after_it_without(world):
    world.publish()
    with pytest.raises(Invalid) as refused:
        world.step(State.THAM_DINH_LAN_2)
    assert refused.value.field == "reason"
    world.step(State.THAM_DINH_LAN_2, now=make.NOW + timedelta(days=6))
    assert world.row.round == 2


def test_on_the_last_day_of_the_deadline_a_reason_is_still_needed(world):
    world.publish()
    last_minute = make.NOW.replace(day=20, hour=16, minute=59)  # 23:59 in Ha Noi
    with pytest.raises(Invalid):
        world.step(State.THAM_DINH_LAN_2, now=last_minute)
    world.step(State.THAM_DINH_LAN_2, now=last_minute + timedelta(minutes=1))


def test_what_was_published_can_be_taken_back(world):
    world.publish()
    world.explain()
    world.step(State.DANG_KIEM_TRA, "Chấm nhầm")
    row = world.row
    assert (row.published_at, row.explain_due_on, row.round) == (None, None, 1)
    world.tap(world.member, round_=1, value=YES)
    world.publish()
    world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)


def test_explanations_are_opened_again_with_a_new_deadline(world):
    world.publish()
    world.explain()
    world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
    with pytest.raises(Invalid):
        world.step(State.CHO_GIAI_TRINH, "Thiếu tệp")
    world.step(State.CHO_GIAI_TRINH, "Thiếu tệp", due_on=DUE + timedelta(days=3))
    row = world.row
    assert (row.explain_due_on, row.published_at) == (DUE + timedelta(days=3), PUBLISHED)


def test_the_first_round_may_be_final_after_the_explanations(world):
    world.publish()
    world.explain()
    world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
    world.step(State.CHO_KY_BIEN_BAN)
    row = world.row
    assert (row.round, row.locked_at, row.published_at) == (1, LATER, LATER)
    with pytest.raises(Conflict):
        world.step(State.THAM_DINH_LAN_2, "Chấm lại")
    world.step(State.DANG_KIEM_TRA, "Chấm lại")
    assert (world.row.locked_at, world.row.published_at) == (None, None)


def test_after_two_rounds_it_is_the_second_that_is_opened_again(world):
    world.second()
    world.step(State.CHO_KY_BIEN_BAN)
    with pytest.raises(Conflict):
        world.step(State.DANG_KIEM_TRA, "Chấm lại")
    world.step(State.THAM_DINH_LAN_2, "Chấm lại")
    row = world.row
    assert (row.round, row.locked_at, row.published_at) == (2, None, LATER)


def test_an_inspection_called_off_in_the_second_round_stays_in_it(world):
    """Its first round was published: it is never written again, whatever the way."""
    world.second()
    world.step(State.HUY, "Nhầm")
    assert world.row.published_at is None
    world.step(State.DU_THAO, "Hủy nhầm")
    world.move(State.DANG_KIEM_TRA)
    before = rows_of_round(1)
    with pytest.raises(Conflict):
        world.publish()
    world.tap(world.member, value=YES)
    assert rows_of_round(1) == before


# --- The second round


def test_the_second_round_begins_with_what_the_first_ended_with(world):
    world.second()
    answers, sums = Answer.__table__.c, AreaScore.__table__.c
    kept = [column for column in answers if column.name not in {"id", "round"}]
    mine = select(*kept).where(answers.side == Side.VERIFIED).order_by(answers.criterion_id)
    assert [tuple(row) for row in db.session.execute(mine.where(answers.round == 1))] == [
        tuple(row) for row in db.session.execute(mine.where(answers.round == 2))
    ]
    assert not db.session.execute(
        select(answers.id).where(answers.side == Side.SELF, answers.round == 2)
    ).all()
    assert len(rows_of_round(2)) == 10 + db.session.query(AreaScore).filter(sums.round == 2).count()
    for number in (1, 2):
        assert area_sums(world.id, Side.VERIFIED, world.checklist, number)["1"].points == 400


def test_nothing_done_in_the_second_round_changes_a_byte_of_the_first(world):
    world.second()
    before = rows_of_round(1)
    world.tap(world.member, value=YES, reason="")
    world.tap(world.head, "1.1.5", value=FreeInput(37), over=True)
    world.tap(world.member, "1.1.2", Field.NOT_APPLICABLE, not_applicable=True, na_reason="Không phát sinh")
    approve_not_applicable(
        world.id, world.checklist, "1.1.2", Author(world.head.id, "Trưởng đoàn", True), LATER
    )
    for code in ("1.1.1", "1.1.2", "1.1.5"):
        version = verified(world, code).version
        world.tap(world.head, code, Field.REASON, base=version, reason="Có hồ sơ mới", over=True)
    assert rows_of_round(1) == before
    world.step(State.CHO_KY_BIEN_BAN)
    world.step(State.THAM_DINH_LAN_2, "Còn sót")
    world.tap(world.member, base=9, value=NO)
    assert rows_of_round(1) == before


def test_sums_of_the_second_round_are_those_of_its_answers(world):
    world.second()
    reply = world.tap(world.member, value=YES)
    assert reply.sums["1"].points == 500
    sheet = answer_sheet(world.id, world.checklist, 2)
    scores = {id_: answer.scored for id_, answer in sheet.verified.items()}
    assert area_sums(world.id, Side.VERIFIED, world.checklist, 2) == {
        area.code: sum_of_area(area, scores) for area in world.checklist.areas
    }
    assert area_sums(world.id, Side.VERIFIED, world.checklist, 1)["1"].points == 400


def test_a_change_against_the_first_round_needs_a_reason_of_its_own(world):
    world.second()
    world.tap(world.member, "1.1.2", value=LevelInput(1))
    criterion = world.checklist.by_code["1.1.2"][1]
    sheet = answer_sheet(world.id, world.checklist, 2)
    mine, own, first = (side[criterion.id] for side in (sheet.verified, sheet.own, sheet.first))
    assert mine.reason == first.reason != ""
    assert gap_of(criterion, Side.VERIFIED, mine, own, first) is Gap.SECOND_ROUND
    with pytest.raises(Conflict, match=r"khác điểm thẩm định lần 1 .*\(1\.1\.2\)"):
        world.step(State.CHO_KY_BIEN_BAN)
    world.tap(world.member, "1.1.2", Field.REASON, base=2, reason="Thiếu báo cáo quý")
    world.step(State.CHO_KY_BIEN_BAN)


def test_the_log_and_the_seals_tell_one_story_over_both_rounds(world):
    world.second()
    world.tap(world.member, value=YES)
    log = changes_after(world.id, 0)
    accepted = [line for line in log if line["outcome"] is Outcome.ACCEPTED]
    assert list(log_faults(accepted, answers_standing(world.id))) == []
    assert list(sealed_faults(seals_of(world.id), log)) == []
    untouched = db.session.scalars(
        select(Answer).where(Answer.round == 2, Answer.criterion_id == world.checklist.by_code["1.1.3"][1].id)
    ).one()
    untouched.points = 7
    db.session.commit()
    faults = [fault.change_id for fault in log_faults(accepted, answers_standing(world.id))]
    assert faults == [untouched.id]


# --- A tablet that was away


def test_a_tap_of_the_first_round_that_comes_in_the_second_is_kept_and_changes_nothing(world):
    world.second()
    before = rows_of_round(2)
    reply = world.tap(world.member, round_=1, base=1, value=YES)
    assert (reply.conflict, reply.round, reply.mine.points) == (True, 2, 0)
    line = db.session.scalars(select(AnswerChange).order_by(AnswerChange.id.desc())).first()
    assert (line.outcome, line.round, line.sent["value"]) == (Outcome.CONFLICT, 1, {"yes": True})
    assert rows_of_round(2) == before
    assert not world.tap(world.member, base=reply.mine.version, value=YES).conflict


def test_a_round_there_is_not_yet_is_refused(world):
    with pytest.raises(Invalid):
        world.tap(world.member, round_=2, value=YES)


def test_two_members_still_meet_in_the_second_round(world):
    world.second()
    assert not world.tap(world.member, value=YES).conflict
    assert world.tap(world.secretary, value=NO).conflict
    assert not world.tap(world.secretary, base=2, value=NO).conflict


def test_a_whole_area_is_marked_in_the_round_the_page_was_of(app):
    version = make.checklist_version()
    db.session.execute(db.update(make.models.Area).values(may_be_na=True))
    db.session.commit()
    world = TwoRounds(version=version)
    world.second()
    before = rows_of_round(1)
    head = Author(world.head.id, "Trưởng đoàn", approves=True, over=True)
    given = (world.id, world.checklist, "1", Side.VERIFIED, "Không phát sinh", head, LATER)
    with pytest.raises(Conflict, match="lần 2"):
        mark_area_not_applicable(*given, 1)
    mark_area_not_applicable(*given, 2)
    assert verified(world).not_applicable
    assert area_sums(world.id, Side.VERIFIED, world.checklist, 2)["1"].max_points == 0
    assert rows_of_round(1) == before


# --- The head goes over a member's score


def test_the_head_who_goes_over_a_member_gives_a_reason_and_the_members_score_stays_in_sight(world):
    reply = world.tap(world.head, "1.1.2", round_=1, value=LevelInput(1), over=True)
    kept = reply.mine.overridden
    assert (kept.scored.points, kept.by, kept.reason) == (100, "Thành viên lĩnh vực 1", "Xem hồ sơ")
    with pytest.raises(Conflict, match=r"đổi điểm của thành viên .*\(1\.1\.2\)"):
        world.publish()
    world.tap(world.head, "1.1.2", Field.REASON, round_=1, base=2, reason="Thiếu minh chứng", over=True)
    assert verified(world, "1.1.2", 1).overridden == kept
    world.publish()


def test_a_note_written_first_does_not_hide_whose_score_it_was(world):
    world.tap(world.head, "1.1.2", Field.NOTE, round_=1, note="Xem lại", over=True)
    assert verified(world, "1.1.2", 1).overridden is None
    reply = world.tap(world.head, "1.1.2", round_=1, base=2, value=LevelInput(1), over=True)
    assert reply.mine.overridden.by == "Thành viên lĩnh vực 1"


def test_the_same_score_again_or_the_member_again_settles_it(world):
    world.tap(world.head, "1.1.2", round_=1, value=LevelInput(1), over=True)
    assert (
        world.tap(world.head, "1.1.2", round_=1, base=2, value=LevelInput(0), over=True).mine.overridden
        is None
    )
    world.tap(world.head, "1.1.2", round_=1, base=3, value=LevelInput(2), over=True)
    assert world.tap(world.member, "1.1.2", round_=1, base=4, value=LevelInput(1)).mine.replaced is None


def test_who_scores_what_nobody_else_scored_goes_over_nobody(world):
    world.tap(world.member, "1.1.2", round_=1, value=None)
    assert (
        world.tap(world.head, "1.1.2", round_=1, base=2, value=LevelInput(1), over=True).mine.replaced is None
    )
    assert (
        world.tap(world.head, "1.1.2", round_=1, base=3, value=LevelInput(0), over=True).mine.replaced is None
    )


# --- Two at once


@pytest.mark.parametrize("others", [State.THAM_DINH_LAN_2, State.CHO_KY_BIEN_BAN])
def test_two_people_who_end_a_round_at_once_are_one_step_and_one_sentence(app, others):
    world = TwoRounds()
    world.publish()
    world.explain()
    world.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
    before = len(db.session.scalars(select(InspectionStep)).all())
    id_, head, deputy = world.id, world.head.id, make.user(Role.HEAD).id
    seen = State.DA_GIAI_TRINH

    def go(to: State, role: Role, who: int):
        return lambda: take_step(id_, to, "Đã hết giờ", role, who, LATER, seen=seen)

    said = at_once(app, go(State.THAM_DINH_LAN_2, Role.HEAD, head), go(others, Role.DEPUTY, deputy))
    (refusal,) = [one for one in said if isinstance(one, Conflict)]
    assert "đã chuyển sang bước khác" in str(refusal)
    assert len(db.session.scalars(select(InspectionStep)).all()) == before + 1
    second = db.session.query(Answer).filter(Answer.round == 2).count()
    assert second == (10 if world.row.round == 2 else 0)
