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

_NAMED = 5  # so many codes are named; the page of explanations lists all


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

    def holds(self, verified: AnswerState) -> bool:
        """Whether it still answers the delegation's score: an agreement only the one it was given to.

        The head may take the publication back, and publish other scores.
        """
        if self.stance is not Stance.ACCEPT or self.at is None or verified.at is None:
            return self.stance is not None
        return self.at >= verified.at

    def overtaken(self, verified: AnswerState) -> bool:
        """Whether it explains what the delegation has changed since: it stays an answer, and its reader is told."""
        if self.stance is not Stance.EXPLAIN or self.at is None or verified.at is None:
            return False
        return self.at < verified.at

    def outdated(self, verified: AnswerState) -> bool:
        """Whether it agreed to another score than this one: no paper may print that agreement beside it."""
        return self.stance is Stance.ACCEPT and not self.holds(verified)


NOT_EXPLAINED = Explanation()


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


def answered_of(said: Mapping[int, Explanation], verified: Mapping[int, AnswerState]) -> set[int]:
    """Ids of the criteria whose answer holds."""
    return {id_ for id_, one in said.items() if one.holds(verified.get(id_, NO_ANSWER))}


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


def require_seen(scores: Iterable[AnswerState], seen: datetime | None) -> None:
    """Nobody answers points they have not had before them: the head may take the publication back and publish others
    while a page stands open. ``seen``: when the points of that page were published; unknown for a page of before."""
    if seen is not None and any(score.at is not None and score.at > seen for score in scores):
        raise Conflict(
            sentence(
                "Đoàn đã rút lại và công bố điểm khác sau khi trang này mở ra. Hãy xem điểm mới rồi trả lời lại."
            ),
            field="seen",
        )


def check(stance: Stance, text: str) -> None:
    """Raises :class:`Invalid` for an explanation without words."""
    if stance is Stance.EXPLAIN and not text:
        raise Invalid(sentence("Hãy ghi nội dung giải trình."), field="text")
