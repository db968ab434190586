"""Saving a score: one transaction that never loses and never doubles a tap.

The protocol: an operation seen before gets the same reply and writes nothing; one that is based on a
version another person has changed since is kept as a conflict and changes nothing; every other one
writes the answer, the change log and the area's roll-up together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, insert, or_, select, update

from ..db import db, verb
from ..domain.access import Action
from ..domain.answers import NO_ANSWER, AnswerState, Operation, decide
from ..domain.checklists import Area, Checklist, Criterion
from ..domain.inspections import Side, require_state
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.scoring import Sum, input_to_json, sum_of_area
from ..models import Answer, AnswerChange, AreaScore, Inspection, Outcome
from ..queries.answers import ROUND, answer_rows, answer_state, area_sums
from ._audit import note_event


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
    met = _lock_inspection(inspection_id, criterion, op, author)
    found = _gather(inspection_id, area, criterion, op.side)
    sums = area_sums(inspection_id, op.side, checklist)
    if met.seen is not None:
        conflict = _same_operation(met.seen, inspection_id, criterion, op, author)
        return Recorded(conflict, found.mine, found.other, sums)
    if met.changed_by_another:
        _log(inspection_id, criterion, op, author, now, Outcome.CONFLICT, found.mine, None)
        return Recorded(True, found.mine, found.other, sums)
    new = decide(area, criterion, found.mine, op, author.approves)
    new = replace(new, by=author.title, at=now)
    _write(inspection_id, criterion, op.side, found, new, author, now)
    _log(inspection_id, criterion, op, author, now, Outcome.ACCEPTED, found.mine, new)
    scores = {id_: state.scored for id_, state in found.area.items()} | {criterion.id: new.scored}
    sums[area.code] = sum_of_area(area, scores)
    # Answers and roll-up are written together, so the first answer of an area is the first roll-up too.
    _write_area(inspection_id, area, op.side, sums[area.code], first=not found.area)
    return Recorded(False, new, found.other, sums)


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows a save needs: this side's answers of the area, and the criterion's on both sides."""

    area: dict[int, AnswerState]
    mine: AnswerState
    other: AnswerState
    row: Row[Any] | None


@dataclass(frozen=True, slots=True)
class _Met:
    """What an operation meets: its own earlier sending (the row's id), or another person's newer answer."""

    seen: int | None
    changed_by_another: bool


def _lock_inspection(inspection_id: int, criterion: Criterion, op: Operation, author: Author) -> _Met:
    """Locks the inspection, checks its state again, and looks the operation up; one SELECT."""
    seen = select(AnswerChange.id).where(AnswerChange.op_id == op.op_id).scalar_subquery()
    newer = exists().where(
        AnswerChange.inspection_id == inspection_id,
        AnswerChange.criterion_id == criterion.id,
        AnswerChange.side == op.side,
        AnswerChange.round == ROUND,
        AnswerChange.version > op.base_version,
        AnswerChange.outcome == Outcome.ACCEPTED,
        AnswerChange.user_id != author.id,
    )
    row = db.session.execute(
        select(Inspection.state, Inspection.scoring, seen.label("seen"), newer.label("newer"))
        .where(Inspection.id == inspection_id)
        .with_for_update(of=Inspection)
    ).one_or_none()
    if row is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if row.seen is None:
        if not row.scoring:
            raise Conflict(sentence("Cuộc giám sát này không chấm điểm."))
        require_state(row.state, Action.SCORE_SELF if op.side is Side.SELF else Action.SCORE_VERIFIED)
    return _Met(row.seen, bool(row.newer))


def _gather(inspection_id: int, area: Area, criterion: Criterion, side: Side) -> _Found:
    ids = [c.id for c in area.criteria]
    criteria = {c.id: c for c in area.criteria}
    rows = answer_rows(
        Answer.inspection_id == inspection_id,
        Answer.round == ROUND,
        or_((Answer.side == side) & Answer.criterion_id.in_(ids), Answer.criterion_id == criterion.id),
    )
    found = [(row, answer_state(criteria[row.criterion_id], row)) for row in rows]
    mine = next(
        (pair for pair in found if pair[0].criterion_id == criterion.id and pair[0].side is side), None
    )
    other = next(
        (state for row, state in found if row.criterion_id == criterion.id and row.side is not side), None
    )
    return _Found(
        area={row.criterion_id: state for row, state in found if row.side is side},
        mine=mine[1] if mine else NO_ANSWER,
        other=other or NO_ANSWER,
        row=mine[0] if mine else None,
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
        db.session.execute(update(Answer).where(Answer.id == found.row.id).values(values))
        return
    place = {"inspection_id": inspection_id, "criterion_id": criterion.id, "side": side, "round": ROUND}
    db.session.execute(insert(Answer).values(place | values))


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
    db.session.execute(
        insert(AnswerChange).values(
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
    )


def _write_area(inspection_id: int, area: Area, side: Side, total: Sum, *, first: bool) -> None:
    """The roll-up of one area and side."""
    place = {"inspection_id": inspection_id, "area_id": area.id, "side": side, "round": ROUND}
    values = {
        "points": total.points,
        "max_points": total.max_points,
        "answered": total.answered,
        "total": total.total,
    }
    if first:
        db.session.execute(insert(AreaScore).values(place | values))
    else:
        db.session.execute(update(AreaScore).filter_by(**place).values(values))


@verb
def approve_not_applicable(
    inspection_id: int, checklist: Checklist, criterion_code: str, author: Author, now: datetime
) -> None:
    """The head agrees that a criterion does not apply; logged like every change of an answer."""
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
            "answer.approve_na", "inspection", inspection_id, author.id, now, {"criterion": criterion_code}
        )
