"""Reads about the rounds of scores of an inspection side by side: the unit's own, the first, the second."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, select

from ..db import one_row, rows
from ..domain.answers import AnswerState
from ..domain.checklists import Checklist
from ..domain.inspections import Side
from ..models import Answer, Inspection, User
from .answers import COLUMNS, answer_state

_EVERY_ROUND = (
    select(*COLUMNS, Answer.round, User.title.label("by"))
    .join(User, User.id == Answer.updated_by_id)
    .where(Answer.inspection_id == bindparam("inspection"))
)


@dataclass(frozen=True, slots=True)
class Rounds:
    """Answers by criterion id: the unit's own, and the delegation's of the first and the second round."""

    own: dict[int, AnswerState] = field(default_factory=dict)
    first: dict[int, AnswerState] = field(default_factory=dict)
    second: dict[int, AnswerState] = field(default_factory=dict)

    def of(self, round_: int) -> dict[int, AnswerState]:
        """The delegation's answers of a round."""
        return self.second if round_ == 2 else self.first


def rounds_of(inspection_id: int, checklist: Checklist) -> Rounds:
    """All answers of an inspection; one SELECT. Who may see which, the caller knows."""
    criteria = {criterion.id: criterion for criterion in checklist.criteria}
    found = Rounds()
    for row in rows(_EVERY_ROUND, inspection=inspection_id):
        answers = found.own if row.side is Side.SELF else found.of(row.round)
        answers[row.criterion_id] = answer_state(criteria[row.criterion_id], row)
    return found


@dataclass(frozen=True, slots=True)
class Course:
    """Which round counts, and until when the unit may explain the first; ``None``: it was never asked to."""

    round: int
    explain_due_on: date | None


_COURSE = select(Inspection.round, Inspection.explain_due_on).where(Inspection.id == bindparam("inspection"))


def course_of(inspection_id: int) -> Course:
    """One SELECT."""
    row = one_row(_COURSE, inspection=inspection_id)
    return Course(row.round, row.explain_due_on) if row is not None else Course(1, None)
