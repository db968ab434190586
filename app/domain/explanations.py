"""What the unit answers to the delegation's first round of scores: it agrees, or it explains.

Source: the rounds of scores as offices run them (domain reference, 4.3).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from .answers import NO_ANSWER, AnswerState, differs
from .checklists import Checklist, Criterion
from .refusals import Conflict, sentence

_NAMED = 5  # so many codes are named; the page of explanations lists all


class Stance(StrEnum):
    ACCEPT = "accept"
    EXPLAIN = "explain"


def needs_answer(criterion: Criterion, own: AnswerState, verified: AnswerState) -> bool:
    """Whether the unit must say something: the scores differ or, without a self-score, points are missing."""
    if own.scored.answered:
        return differs(own, verified)
    return verified.scored.points is not None and verified.scored.points < criterion.max_points


def criteria_to_answer(
    checklist: Checklist, own: Mapping[int, AnswerState], verified: Mapping[int, AnswerState]
) -> list[Criterion]:
    """Those that need the unit's answer, in the order of the checklist; answers by criterion id."""
    return [
        criterion
        for criterion in checklist.criteria
        if needs_answer(criterion, own.get(criterion.id, NO_ANSWER), verified.get(criterion.id, NO_ANSWER))
    ]


def require_answered(
    checklist: Checklist,
    own: Mapping[int, AnswerState],
    verified: Mapping[int, AnswerState],
    answered: Collection[int],
) -> None:
    """Raises :class:`Conflict` that says how many criteria the unit has not answered; ``answered`` are ids."""
    codes = [c.code for c in criteria_to_answer(checklist, own, verified) if c.id not in answered]
    if codes:
        named = ", ".join(codes[:_NAMED]) + (" …" if len(codes) > _NAMED else "")
        raise Conflict(
            sentence(
                "Chưa gửi được: còn %(count)s tiêu chí khác điểm mà đơn vị chưa đồng ý hoặc giải trình (%(codes)s)."
            ),
            count=len(codes),
            codes=named,
        )
