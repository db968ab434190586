"""What the unit answers to the delegation's first round of scores: it agrees, or it explains.

Source: the rounds of scores as offices run them (domain reference, 4.3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .answers import NO_ANSWER, AnswerState, differs
from .checklists import Checklist, Criterion
from .periods import today
from .refusals import Conflict, Invalid, sentence


class Stance(StrEnum):
    ACCEPT = "accept"
    EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the unit says to one criterion; version 0 is «nothing was ever said»."""

    stance: Stance | None = None
    text: str = ""
    version: int = 0
    by: str = ""
    at: datetime | None = None

    def late(self, due: date | None) -> bool:
        """Whether it came after the deadline, which lasts until the end of its day."""
        return self.at is not None and due is not None and today(self.at) > due


NOT_EXPLAINED = Explanation()

Answers = Mapping[int, AnswerState]


def needs_explanation(criterion: Criterion, own: AnswerState, verified: AnswerState) -> bool:
    """Whether the unit has to say something to this score of the delegation.

    Where it scored itself: the two differ. Where it did not, as in an unannounced inspection: points are
    missing to the maximum.
    """
    if own.scored.answered:
        return differs(verified, own)
    return verified.points is not None and verified.points < criterion.max_points


def to_explain(checklist: Checklist, own: Answers, verified: Answers) -> list[Criterion]:
    """The criteria that need an answer, in the checklist's order; ``verified`` is the first round."""
    return [
        criterion
        for criterion in checklist.criteria
        if needs_explanation(
            criterion, own.get(criterion.id, NO_ANSWER), verified.get(criterion.id, NO_ANSWER)
        )
    ]


@dataclass(frozen=True, slots=True)
class Progress:
    """``answered`` of the ``needed`` criteria have their answer."""

    answered: int
    needed: int

    @property
    def left(self) -> int:
        return self.needed - self.answered


def progress_of(needed: Iterable[Criterion], answered: Collection[int]) -> Progress:
    """``answered``: ids of the criteria that have an answer, of those in need or others."""
    ids = [criterion.id for criterion in needed]
    return Progress(sum(id_ in answered for id_ in ids), len(ids))


def require_complete(progress: Progress) -> None:
    """Raises :class:`Conflict` as long as a criterion in need has no answer."""
    if progress.left:
        raise Conflict(
            sentence("Còn %(left)s tiêu chí khác điểm chưa được trả lời (đồng ý hoặc giải trình)."),
            left=progress.left,
        )


def check(stance: Stance, text: str) -> None:
    """Raises :class:`Invalid` for an explanation without words."""
    if stance is Stance.EXPLAIN and not text:
        raise Invalid(sentence("Hãy ghi nội dung giải trình."), field="text")
