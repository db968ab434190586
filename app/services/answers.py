"""Saving a score: one transaction that never loses and never doubles a tap.

The protocol: an operation seen before gets the same reply and writes nothing; one that is based on a
version another person has changed since is kept as a conflict and changes nothing; every other one
writes the answer, the change log and the area's roll-up together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, select

from ..db import db, rows, verb, write
from ..domain.access import Action
from ..domain.answers import NO_ANSWER, AnswerState, Field, Operation, decide, leaves_score, replaced_by
from ..domain.checklists import Area, Checklist, Criterion
from ..domain.inspections import Side, require_state
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.scoring import Scored, Sum, input_to_json, sum_of_area
from ..models import Answer, AnswerChange, Inspection, Outcome
from ..queries.answers import Changer, answer_state, last_changed_by
from ..queries.gaps import sums_and_lacking
from ._audit import note_event
from ._saving import INSERT_ANSWER, INSERT_AREA, INSERT_CHANGE, LOCK, MET, UPDATE_ANSWER, UPDATE_AREA


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an operation: the answers as they stand, and the sums to show.

    In a conflict ``mine`` is the answer that stands, and ``changed_by`` who changed it last; what was sent is kept
    in the log.
    ``round`` is the one these answers are of, ``first`` the delegation's answer of the one before it.
    ``lacking``: ids of the criteria whose reason was missing before it.
    """

    conflict: bool
    mine: AnswerState
    other: AnswerState
    sums: dict[str, Sum]
    round: int = 1
    first: AnswerState | None = None
    lacking: frozenset[int] = frozenset()
    changed_by: Changer | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who sends operations. ``approves``: may approve «không áp dụng».

    ``over``: they score as head an area that is given to others, so what a member scored is kept beside it.
    ``device``: what tells one of their devices from the other; empty when that is not known.
    """

    id: int
    title: str
    approves: bool = False
    over: bool = False
    device: str = ""


@verb
def record_answer(
    inspection_id: int,
    checklist: Checklist,
    criterion_code: str,
    op: Operation,
    author: Author,
    now: datetime,
) -> Recorded:
    """Saves one operation. Raises :class:`Invalid` (422) and, when the state forbids it, :class:`Conflict`."""
    area, criterion = checklist.by_code[criterion_code]
    _lock_inspection(inspection_id)
    found = _gather(inspection_id, area, criterion, op, author)
    sums, lacking = sums_and_lacking(inspection_id, op.side, checklist, found.round)
    place = (inspection_id, criterion.id, op.side)
    if found.seen is not None:
        conflict = _same_operation(found.seen, inspection_id, criterion, op, author)
        changed_by = last_changed_by(*place, found.round) if conflict else None
        return Recorded(
            conflict, found.mine, found.other, sums, found.round, found.first, lacking, changed_by
        )
    # What does not fit is refused first: a conflict is between two answers that could both stand.
    new = _decided(area, criterion, found, op, author, now)
    if found.changed_by_another:
        _log(inspection_id, criterion, op, author, now, Outcome.CONFLICT, found.mine, None)
        changed_by = last_changed_by(*place, found.round)
        return Recorded(True, found.mine, found.other, sums, found.round, found.first, lacking, changed_by)
    _write(inspection_id, criterion, op, found, new, author, now)
    _log(inspection_id, criterion, op, author, now, Outcome.ACCEPTED, found.mine, new)
    scores = {id_: state.scored for id_, state in found.area.items()} | {criterion.id: new.scored}
    sums[area.code] = sum_of_area(area, scores)
    # Answers and roll-up are written together, so the first answer of an area is the first roll-up too.
    _write_area(inspection_id, area, op.side, found.round, sums[area.code], first=not found.area)
    return Recorded(False, new, found.other, sums, found.round, found.first, lacking)


@dataclass(frozen=True, slots=True)
class _Found:
    """What an operation meets: this side's answers of the area, and the criterion's on both sides.

    ``seen`` is the row of its own earlier sending; ``changed_by_another`` says whether anybody else, or
    the same person on another device, changed the answer after the version that the device had seen, or the device still scores the round before.
    """

    area: dict[int, AnswerState]
    mine: AnswerState
    other: AnswerState
    row: Row[Any] | None
    seen: int | None
    changed_by_another: bool
    round: int
    first: AnswerState | None


def _lock_inspection(inspection_id: int) -> None:
    """Nobody else scores this inspection until the end of the verb.

    It asks for nothing but the lock: on PostgreSQL a statement that had to wait still reads, in its
    subqueries, what was there before it waited. What is read must be read by the next statement.
    """
    rows(LOCK, inspection=inspection_id)


def _gather(inspection_id: int, area: Area, criterion: Criterion, op: Operation, author: Author) -> _Found:
    """One SELECT under the lock; refuses what the inspection's state does not take, unless it was seen."""
    criteria = {c.id: c for c in area.criteria}
    met = rows(
        MET,
        inspection=inspection_id,
        area=area.id,
        criterion=criterion.id,
        side=op.side,
        op_id=op.op_id,
        base_version=op.base_version,
        person=author.id,
        device=author.device,
    )
    if not met:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    inspection = met[0]
    if inspection.seen is None:
        if not inspection.scoring:
            raise Conflict(sentence("Cuộc kiểm tra, giám sát này không chấm điểm."))
        action = Action.SCORE_SELF if op.side is Side.SELF else Action.SCORE_VERIFIED
        require_state(inspection.state, action)
    of_side = {Side.SELF: 1, Side.VERIFIED: inspection.now}
    round_ = of_side[op.side]
    stale = op.side is Side.VERIFIED and op.round < round_
    if op.side is Side.VERIFIED and op.round > round_:
        raise Invalid(sentence("Trang này đã cũ, hãy tải lại."), field="value")
    found = [(row, answer_state(criteria[row.criterion_id], row)) for row in met if row.id is not None]
    here = {(row.side, row.round): (row, state) for row, state in found if row.criterion_id == criterion.id}
    row, mine = here.get((op.side, round_), (None, NO_ANSWER))
    other_side = Side.VERIFIED if op.side is Side.SELF else Side.SELF
    _row, other = here.get((other_side, of_side[other_side]), (None, NO_ANSWER))
    _row, first = here.get((Side.VERIFIED, round_ - 1), (None, None))
    return _Found(
        area={row.criterion_id: state for row, state in found if (row.side, row.round) == (op.side, round_)},
        mine=mine,
        other=other,
        row=row,
        seen=inspection.seen,
        changed_by_another=stale or bool(inspection.newer),
        round=round_,
        first=first,
    )


def _decided(
    area: Area, criterion: Criterion, found: _Found, op: Operation, author: Author, now: datetime
) -> AnswerState:
    """The answer after the operation: whose score stands, and the member's score that the head went over."""
    by_another = found.row is not None and found.row.updated_by_id != author.id
    new = decide(area, criterion, found.mine, op, author.approves)
    replaced = replaced_by(found.mine, by_another=by_another, over=author.over)
    if leaves_score(found.mine, op):
        return replace(new, by=found.mine.by, at=now, replaced=replaced or found.mine.replaced)
    return replace(new, by=author.title, at=now, replaced=replaced)


def _same_operation(
    seen: int, inspection_id: int, criterion: Criterion, op: Operation, author: Author
) -> bool:
    """Whether the earlier sending was a conflict; :class:`Invalid` when it said something else."""
    change = db.session.get_one(AnswerChange, seen)
    same = (change.inspection_id, change.criterion_id, change.side, change.user_id, change.sent) == (
        inspection_id,
        criterion.id,
        op.side,
        author.id,
        op.to_json(),
    )
    if not same:
        raise Invalid(sentence("Mã thao tác này đã dùng cho một thao tác khác. Hãy tải lại trang."))
    return change.outcome is Outcome.CONFLICT


def _write(
    inspection_id: int,
    criterion: Criterion,
    op: Operation,
    found: _Found,
    new: AnswerState,
    author: Author,
    now: datetime,
) -> None:
    """One INSERT or UPDATE in the round that is scored now; the lock on the inspection makes the choice between them safe."""
    approved_by, approved_at = None, None
    if new.na_approved:
        kept = found.row if found.mine.na_approved else None
        approved_by = kept.na_approved_by_id if kept is not None else author.id
        approved_at = kept.na_approved_at if kept is not None else now
    values = {
        "value": input_to_json(new.value) if new.value is not None else None,
        "points": new.points,
        "not_applicable": new.not_applicable,
        "na_reason": new.na_reason,
        "na_approved_by_id": approved_by,
        "na_approved_at": approved_at,
        "reason": new.reason,
        "note": new.note,
        "replaced": new.replaced.to_json() if new.replaced else None,
        "version": new.version,
        # The name beside a score is that of who gave it: a note beside it is not theirs.
        "updated_by_id": found.row.updated_by_id if found.row and leaves_score(found.mine, op) else author.id,
        "updated_at": now,
    }
    if found.row is not None:
        write(UPDATE_ANSWER, row_id=found.row.id, **values)
        return
    place = {
        "inspection_id": inspection_id,
        "criterion_id": criterion.id,
        "side": op.side,
        "round": found.round,
    }
    write(INSERT_ANSWER, **place, **values)


def _log(
    inspection_id: int,
    criterion: Criterion,
    op: Operation,
    author: Author,
    now: datetime,
    outcome: Outcome,
    before: AnswerState,
    after: AnswerState | None,
) -> None:
    write(
        INSERT_CHANGE,
        op_id=op.op_id,
        inspection_id=inspection_id,
        criterion_id=criterion.id,
        side=op.side,
        # A conflict with a device that was late keeps the round it was scored in.
        round=1 if op.side is Side.SELF else op.round,
        field=op.field,
        sent=op.to_json(),
        before=before.to_json(),
        after=after.to_json() if after else None,
        outcome=outcome,
        base_version=op.base_version,
        version=after.version if after else before.version,
        user_id=author.id,
        device_at=op.device_at,
        device=author.device,
        at=now,
    )


def _write_area(inspection_id: int, area: Area, side: Side, round_: int, total: Sum, *, first: bool) -> None:
    """The roll-up of one area and side in a round."""
    values = {
        "points": total.points,
        "max_points": total.max_points,
        "answered": total.answered,
        "total": total.total,
    }
    if first:
        place = {"inspection_id": inspection_id, "area_id": area.id, "side": side, "round": round_}
        write(INSERT_AREA, **place, **values)
    else:
        place = {"of_inspection": inspection_id, "of_area": area.id, "of_side": side, "of_round": round_}
        write(UPDATE_AREA, **place, **values)


@verb
def mark_area_not_applicable(
    inspection_id: int,
    checklist: Checklist,
    area_code: str,
    side: Side,
    reason: str,
    author: Author,
    now: datetime,
    round_: int = 1,
) -> None:
    """A whole area that does not apply: every criterion of it, each with its own line in the change log.

    Raises :class:`Invalid` when the checklist does not allow it or the reason is missing, :class:`Conflict`
    when ``round_``, which the page was of, has ended.
    """
    area = checklist.areas_by_code[area_code]
    if not area.may_be_na:
        raise Invalid(
            sentence("Bộ tiêu chí không cho phép «Không áp dụng» cả lĩnh vực này."), field="na_reason"
        )
    scores: dict[int, Scored] = {}
    for criterion in area.criteria:
        op = Operation(
            op_id=str(uuid4()),
            side=side,
            field=Field.NOT_APPLICABLE,
            base_version=0,
            not_applicable=True,
            na_reason=reason,
            round=round_,
        )
        _lock_inspection(inspection_id)
        found = _gather(inspection_id, area, criterion, op, author)
        if side is Side.VERIFIED and round_ < found.round:
            raise Conflict(
                sentence("Cuộc kiểm tra đã sang thẩm định lần 2. Hãy tải lại trang rồi đánh dấu lại.")
            )
        new = _decided(area, criterion, found, op, author, now)
        _write(inspection_id, criterion, op, found, new, author, now)
        _log(inspection_id, criterion, op, author, now, Outcome.ACCEPTED, found.mine, new)
        if not scores:
            first = not found.area
        scores[criterion.id] = new.scored
    _write_area(inspection_id, area, side, found.round, sum_of_area(area, scores), first=first)


@verb
def approve_not_applicable(
    inspection_id: int, checklist: Checklist, criterion_code: str, author: Author, now: datetime
) -> None:
    """The head agrees that a criterion does not apply; the audit trail keeps who and when."""
    _, criterion = checklist.by_code[criterion_code]
    row = db.session.execute(
        select(Inspection.state, Inspection.round)
        .where(Inspection.id == inspection_id)
        .with_for_update(of=Inspection)
    ).one()
    require_state(row.state, Action.APPROVE_NA)
    answer = db.session.execute(
        select(Answer)
        .where(
            Answer.inspection_id == inspection_id,
            Answer.criterion_id == criterion.id,
            Answer.side == Side.VERIFIED,
            Answer.round == row.round,
        )
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if answer is None or not answer.not_applicable:
        raise Conflict(sentence("Tiêu chí này không (còn) được đánh dấu «Không áp dụng»."))
    if answer.na_approved_by_id is None:
        answer.na_approved_by_id, answer.na_approved_at = author.id, now
        note_event(
            "answer.approve_na",
            "inspection",
            inspection_id,
            author.id,
            now,
            {"criterion": criterion_code, "reason": answer.na_reason},
        )
