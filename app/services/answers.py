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
from ..domain.answers import NO_ANSWER, AnswerState, Field, Operation, decide
from ..domain.checklists import Area, Checklist, Criterion
from ..domain.inspections import Side, require_state
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.scoring import Scored, Sum, input_to_json, sum_of_area
from ..models import Answer, AnswerChange, Inspection, Outcome
from ..queries.answers import ROUND, answer_state, area_sums
from ._audit import note_event
from ._saving import INSERT_ANSWER, INSERT_AREA, INSERT_CHANGE, LOCK, MET, UPDATE_ANSWER, UPDATE_AREA


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an operation: the answers as they stand, and the sums to show.

    In a conflict ``mine`` is the other person's answer, which stands; what was sent is kept in the log.
    """

    conflict: bool
    mine: AnswerState
    other: AnswerState
    sums: dict[str, Sum]


@dataclass(frozen=True, slots=True)
class Author:
    """Who sends operations. ``approves``: may approve «không áp dụng»."""

    id: int
    title: str
    approves: bool = False


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
    sums = area_sums(inspection_id, op.side, checklist)
    if found.seen is not None:
        conflict = _same_operation(found.seen, inspection_id, criterion, op, author)
        return Recorded(conflict, found.mine, found.other, sums)
    # What does not fit is refused first: a conflict is between two answers that could both stand.
    new = replace(decide(area, criterion, found.mine, op, author.approves), by=author.title, at=now)
    if found.changed_by_another:
        _log(inspection_id, criterion, op, author, now, Outcome.CONFLICT, found.mine, None)
        return Recorded(True, found.mine, found.other, sums)
    _write(inspection_id, criterion, op.side, found, new, author, now)
    _log(inspection_id, criterion, op, author, now, Outcome.ACCEPTED, found.mine, new)
    scores = {id_: state.scored for id_, state in found.area.items()} | {criterion.id: new.scored}
    sums[area.code] = sum_of_area(area, scores)
    # Answers and roll-up are written together, so the first answer of an area is the first roll-up too.
    _write_area(inspection_id, area, op.side, sums[area.code], first=not found.area)
    return Recorded(False, new, found.other, sums)


@dataclass(frozen=True, slots=True)
class _Found:
    """What an operation meets: this side's answers of the area, and the criterion's on both sides.

    ``seen`` is the row of its own earlier sending; ``changed_by_another`` says whether anybody else changed
    the answer after the version that the device had seen.
    """

    area: dict[int, AnswerState]
    mine: AnswerState
    other: AnswerState
    row: Row[Any] | None
    seen: int | None
    changed_by_another: bool


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
    )
    if not met:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    inspection = met[0]
    if inspection.seen is None:
        if not inspection.scoring:
            raise Conflict(sentence("Cuộc giám sát này không chấm điểm."))
        action = Action.SCORE_SELF if op.side is Side.SELF else Action.SCORE_VERIFIED
        require_state(inspection.state, action)
    found = [(row, answer_state(criteria[row.criterion_id], row)) for row in met if row.id is not None]
    both = {row.side: (row, state) for row, state in found if row.criterion_id == criterion.id}
    row, mine = both.get(op.side, (None, NO_ANSWER))
    _other_row, other = both.get(Side.VERIFIED if op.side is Side.SELF else Side.SELF, (None, NO_ANSWER))
    return _Found(
        area={row.criterion_id: state for row, state in found if row.side is op.side},
        mine=mine,
        other=other,
        row=row,
        seen=inspection.seen,
        changed_by_another=bool(inspection.newer),
    )


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
    side: Side,
    found: _Found,
    new: AnswerState,
    author: Author,
    now: datetime,
) -> None:
    """One INSERT or UPDATE; the lock on the inspection makes the choice between them safe."""
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
        "version": new.version,
        "updated_by_id": author.id,
        "updated_at": now,
    }
    if found.row is not None:
        write(UPDATE_ANSWER, row_id=found.row.id, **values)
        return
    place = {"inspection_id": inspection_id, "criterion_id": criterion.id, "side": side, "round": ROUND}
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
        round=ROUND,
        field=op.field,
        sent=op.to_json(),
        before=before.to_json(),
        after=after.to_json() if after else None,
        outcome=outcome,
        base_version=op.base_version,
        version=after.version if after else before.version,
        user_id=author.id,
        device_at=op.device_at,
        at=now,
    )


def _write_area(inspection_id: int, area: Area, side: Side, total: Sum, *, first: bool) -> None:
    """The roll-up of one area and side."""
    values = {
        "points": total.points,
        "max_points": total.max_points,
        "answered": total.answered,
        "total": total.total,
    }
    if first:
        place = {"inspection_id": inspection_id, "area_id": area.id, "side": side, "round": ROUND}
        write(INSERT_AREA, **place, **values)
    else:
        write(UPDATE_AREA, of_inspection=inspection_id, of_area=area.id, of_side=side, **values)


@verb
def mark_area_not_applicable(
    inspection_id: int,
    checklist: Checklist,
    area_code: str,
    side: Side,
    reason: str,
    author: Author,
    now: datetime,
) -> None:
    """A whole area that does not apply: every criterion of it, each with its own line in the change log.

    Raises :class:`Invalid` when the checklist does not allow it or the reason is missing.
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
        )
        _lock_inspection(inspection_id)
        found = _gather(inspection_id, area, criterion, op, author)
        new = decide(area, criterion, found.mine, op, author.approves)
        _write(inspection_id, criterion, side, found, new, author, now)
        _log(inspection_id, criterion, op, author, now, Outcome.ACCEPTED, found.mine, new)
        if not scores:
            first = not found.area
        scores[criterion.id] = new.scored
    _write_area(inspection_id, area, side, sum_of_area(area, scores), first=first)


@verb
def approve_not_applicable(
    inspection_id: int, checklist: Checklist, criterion_code: str, author: Author, now: datetime
) -> None:
    """The head agrees that a criterion does not apply; the audit trail keeps who and when."""
    _, criterion = checklist.by_code[criterion_code]
    row = db.session.execute(
        select(Inspection.state).where(Inspection.id == inspection_id).with_for_update(of=Inspection)
    ).one()
    require_state(row.state, Action.APPROVE_NA)
    answer = db.session.execute(
        select(Answer)
        .where(
            Answer.inspection_id == inspection_id,
            Answer.criterion_id == criterion.id,
            Answer.side == Side.VERIFIED,
            Answer.round == ROUND,
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
