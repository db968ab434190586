"""Reads about answers: columns only, no objects; one SELECT for a whole inspection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from ..db import db, rows
from ..domain.answers import NO_ANSWER, AnswerState, Replaced
from ..domain.checklists import Checklist, Criterion
from ..domain.inspections import Side
from ..domain.scoring import Sum, input_from_json
from ..models import Answer, AnswerChange, AreaScore, Outcome, User

COLUMNS = (
    Answer.id,
    Answer.criterion_id,
    Answer.side,
    Answer.round,
    Answer.value,
    Answer.points,
    Answer.not_applicable,
    Answer.na_reason,
    Answer.na_approved_by_id,
    Answer.na_approved_at,
    Answer.reason,
    Answer.note,
    Answer.replaced,
    Answer.version,
    Answer.updated_by_id,
    Answer.updated_at,
)

Answers = Mapping[int, AnswerState]


def answer_state(criterion: Criterion, row: Row[Any]) -> AnswerState:
    """A row of :data:`COLUMNS` (with the author's title as ``by``) as a domain value."""
    return AnswerState(
        value=input_from_json(criterion.rule, row.value) if row.value is not None else None,
        points=row.points,
        not_applicable=row.not_applicable,
        na_reason=row.na_reason,
        na_approved=row.na_approved_by_id is not None,
        reason=row.reason,
        note=row.note,
        version=row.version,
        by=row.by,
        at=row.updated_at,
        replaced=Replaced.from_json(row.replaced) if row.replaced else None,
    )


_ALL = (
    select(*COLUMNS, User.title.label("by"))
    .join(User, User.id == Answer.updated_by_id)
    .where(Answer.inspection_id == bindparam("inspection"), Answer.round <= bindparam("round"))
)


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """All answers by criterion id: the unit's, the delegation's of a round, and those of the round before it.

    ``first`` is ``None`` in the first round, which has none before it.
    """

    own: Answers
    verified: Answers
    first: Answers | None

    def on(self, side: Side) -> Answers:
        return self.own if side is Side.SELF else self.verified


def answer_sheet(inspection_id: int, checklist: Checklist, round_: int) -> AnswerSheet:
    """One SELECT; criteria without an answer are absent. The unit's side has but one round."""
    criteria = {criterion.id: criterion for criterion in checklist.criteria}
    found: dict[tuple[Side, int], dict[int, AnswerState]] = {}
    for row in rows(_ALL, inspection=inspection_id, round=round_):
        place = found.setdefault((row.side, row.round), {})
        place[row.criterion_id] = answer_state(criteria[row.criterion_id], row)
    return AnswerSheet(
        own=found.get((Side.SELF, 1), {}),
        verified=found.get((Side.VERIFIED, round_), {}),
        first=found.get((Side.VERIFIED, round_ - 1), {}) if round_ > 1 else None,
    )


AREA_SUMS = select(
    AreaScore.area_id, AreaScore.points, AreaScore.max_points, AreaScore.answered, AreaScore.total
).where(
    AreaScore.inspection_id == bindparam("inspection"),
    AreaScore.side == bindparam("side"),
    AreaScore.round == bindparam("round"),
)


def area_sums(inspection_id: int, side: Side, checklist: Checklist, round_: int) -> dict[str, Sum]:
    """Roll-up by area code from the summary table; an area without any answer is all unscored.

    ``round_`` is the delegation's; the unit's side has but one.
    """
    found = rows(AREA_SUMS, inspection=inspection_id, side=side, round=1 if side is Side.SELF else round_)
    return sums_by_area(found, checklist)


def sums_by_area(found: Sequence[Row[Any]], checklist: Checklist) -> dict[str, Sum]:
    """Rows of :data:`AREA_SUMS` by area code; an area without any answer is all unscored."""
    known = {row.area_id: Sum(row.points, row.max_points, row.answered, row.total) for row in found}
    return {
        area.code: known.get(area.id, Sum(0, area.max_points, 0, len(area.criteria)))
        for area in checklist.areas
    }


def changes_of(inspection_id: int, criterion_id: int) -> list[Row[Any]]:
    """The history of one criterion, newest first: who, when, which side, what was and what became."""
    return list(
        db.session.execute(
            select(
                AnswerChange.side,
                AnswerChange.round,
                AnswerChange.field,
                AnswerChange.outcome,
                AnswerChange.before,
                AnswerChange.after,
                AnswerChange.sent,
                AnswerChange.version,
                AnswerChange.at,
                User.title.label("by"),
            )
            .join(User, User.id == AnswerChange.user_id)
            .where(AnswerChange.inspection_id == inspection_id, AnswerChange.criterion_id == criterion_id)
            .order_by(AnswerChange.id.desc())
        ).all()
    )


@dataclass(frozen=True, slots=True)
class Changer:
    """Who changed an answer. Titles are posts, which two people may share: ``id`` tells them apart."""

    id: int
    title: str


def last_changed_by(inspection_id: int, criterion_id: int, side: Side, round_: int) -> Changer | None:
    """Who made the newest accepted change to one answer, of whatever part; ``None`` when nobody ever did.

    The answer of a second round may still be the first one's, which nobody has touched since.
    """
    found = db.session.execute(
        select(User.id, User.title)
        .join(AnswerChange, AnswerChange.user_id == User.id)
        .where(
            AnswerChange.inspection_id == inspection_id,
            AnswerChange.criterion_id == criterion_id,
            AnswerChange.side == side,
            AnswerChange.round <= round_,
            AnswerChange.outcome == Outcome.ACCEPTED,
        )
        .order_by(AnswerChange.id.desc())
        .limit(1)
    ).first()
    return Changer(*found) if found else None


def get(answers: Answers, criterion: Criterion) -> AnswerState:
    return answers.get(criterion.id, NO_ANSWER)
