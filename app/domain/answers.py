"""One answer and what an operation makes of it: the thinking part of saving a score.

Three kinds of empty stay apart: not scored, not applicable (by hand with a reason, or by a zero
denominator), and 0 points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from .checklists import Area, Criterion, RuleKind
from .inspections import Side
from .refusals import Invalid, sentence
from .scoring import Input, Scored, input_to_json, points_of


class Field(StrEnum):
    """Which part of an answer an operation means; ``ALL`` is the whole card, as a page without scripts sends it."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"
    REASON = "reason"
    NOTE = "note"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Operation:
    """One tap, as the device sent it. ``value`` is ``None`` to take a score back (undo)."""

    op_id: str
    side: Side
    field: Field
    base_version: int
    device_at: datetime | None = None
    value: Input | None = None
    not_applicable: bool = False
    na_reason: str = ""
    reason: str = ""
    note: str = ""
    # The round of scores that the device had before it; the unit's side has but one.
    round: int = 1

    def to_json(self) -> dict[str, Any]:
        """What was sent, without the version it was based on: the same op_id must always say the same."""
        return {
            "field": self.field,
            "value": input_to_json(self.value) if self.value else None,
            "not_applicable": self.not_applicable,
            "na_reason": self.na_reason,
            "reason": self.reason,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Replaced:
    """A member's score that the head went over: what it counted for, whose it was, and their reason."""

    scored: Scored
    by: str
    reason: str = ""
    at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "points": self.scored.points,
            "not_applicable": self.scored.not_applicable,
            "by": self.by,
            "reason": self.reason,
            "at": self.at.isoformat() if self.at else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Replaced:
        at = data.get("at")
        return cls(
            Scored(data["points"], data["not_applicable"]),
            data["by"],
            data["reason"],
            datetime.fromisoformat(at) if at else None,
        )


@dataclass(frozen=True, slots=True)
class AnswerState:
    """One side's answer as it stands; version 0 is «nothing was ever saved».

    ``by``: whose score it is; ``at``: when any part of it was last changed.
    ``replaced`` is kept from the moment the head touched a member's answer; it says something only when the
    two count differently (:attr:`overridden`).
    """

    value: Input | None = None
    points: int | None = None
    not_applicable: bool = False
    na_reason: str = ""
    na_approved: bool = False
    reason: str = ""
    note: str = ""
    version: int = 0
    by: str = ""
    at: datetime | None = None
    replaced: Replaced | None = None

    @property
    def overridden(self) -> Replaced | None:
        """The member's score that this one took the place of."""
        if self.replaced is None or self.replaced.scored == self.scored:
            return None
        return self.replaced

    @property
    def scored(self) -> Scored:
        """What it counts for; a value without points dropped out of the scale by calculation."""
        dropped = self.value is not None and self.points is None
        return Scored(self.points, self.not_applicable or dropped)

    def to_json(self) -> dict[str, Any]:
        return {
            "value": input_to_json(self.value) if self.value else None,
            "points": self.points,
            "not_applicable": self.not_applicable,
            "na_reason": self.na_reason,
            "na_approved": self.na_approved,
            "reason": self.reason,
            "note": self.note,
        }


NO_ANSWER = AnswerState()


def decide(
    area: Area, criterion: Criterion, current: AnswerState, op: Operation, approves: bool
) -> AnswerState:
    """The answer after the operation; :class:`Invalid` with the field when it cannot be taken.

    ``approves``: the person may approve «không áp dụng» (head or deputy), so theirs needs no second step.
    Only what the operation means is changed.
    """
    new = current
    if op.field in {Field.VALUE, Field.ALL}:
        points = None if op.value is None else points_of(criterion.rule, criterion.max_points, op.value)
        new = replace(new, value=op.value, points=points)
        if op.field is Field.VALUE and op.value is not None:
            # A score given after «không áp dụng» means that it does apply.
            new = replace(new, not_applicable=False, na_reason="", na_approved=False)
        if op.field is Field.VALUE and criterion.rule.kind is RuleKind.FREE and op.reason:
            new = replace(new, reason=op.reason)
    if op.field in {Field.NOT_APPLICABLE, Field.ALL}:
        new = _not_applicable(area, criterion, new, op, approves)
    if op.field in {Field.REASON, Field.ALL}:
        new = replace(new, reason=op.reason)
    if op.field in {Field.NOTE, Field.ALL}:
        new = replace(new, note=op.note)
    return replace(new, version=current.version + 1)


def _not_applicable(
    area: Area, criterion: Criterion, current: AnswerState, op: Operation, approves: bool
) -> AnswerState:
    if not op.not_applicable:
        points = None
        if current.value is not None:
            points = points_of(criterion.rule, criterion.max_points, current.value)
        return replace(current, not_applicable=False, na_reason="", na_approved=False, points=points)
    if not (criterion.may_be_na or area.may_be_na):
        raise Invalid(
            sentence("Bộ tiêu chí không cho phép «Không áp dụng» ở tiêu chí này."), field="na_reason"
        )
    if not op.na_reason:
        raise Invalid(sentence("Hãy ghi lý do không áp dụng."), field="na_reason")
    same = current.not_applicable and current.na_reason == op.na_reason
    return replace(
        current,
        points=None,
        not_applicable=True,
        na_reason=op.na_reason,
        na_approved=approves or (same and current.na_approved),
    )


def leaves_score(current: AnswerState, op: Operation) -> bool:
    """Whether the operation writes only beside a score that stands: the score stays that of who gave it."""
    same = (op.value, op.not_applicable) == (current.value, current.not_applicable)
    beside = op.field in {Field.REASON, Field.NOTE} or (op.field is Field.ALL and same)
    return beside and current.scored.answered


def replaced_by(current: AnswerState, *, by_another: bool, over: bool) -> Replaced | None:
    """What an accepted change leaves of a member's score.

    ``by_another``: the answer that is changed was last somebody else's. ``over``: the one who changes it is
    head of an area that is given to others. A member who scores again makes the answer their own.
    """
    if not over:
        return None
    if current.replaced is None and by_another and current.scored.answered:
        return Replaced(current.scored, current.by, current.reason, current.at)
    return current.replaced


class Gap(StrEnum):
    """Why an answer is not finished; each is a line of «Còn thiếu»."""

    UNSCORED = "unscored"
    DIFFERENCE = "difference"
    FREE_REASON = "free_reason"
    NA_APPROVAL = "na_approval"
    SECOND_ROUND = "second_round"
    REPLACED = "replaced"

    @property
    def wants_reason(self) -> bool:
        return self not in {Gap.UNSCORED, Gap.NA_APPROVAL}


def differs(mine: AnswerState, other: AnswerState) -> bool:
    """Whether two answers count differently; no difference while one is missing."""
    return mine.scored.answered and other.scored.answered and mine.scored != other.scored


def gap_of(
    criterion: Criterion,
    side: Side,
    mine: AnswerState,
    other: AnswerState,
    first: AnswerState | None = None,
) -> Gap | None:
    """What this side's answer still needs; ``other`` is the unit's answer when ``side`` is the delegation's.

    ``first``: in the second round, the delegation's answer of the first: a change of it has a reason of its own.
    """
    if not mine.scored.answered:
        return Gap.UNSCORED
    if criterion.rule.kind is RuleKind.FREE and mine.points is not None and not mine.reason:
        return Gap.FREE_REASON
    if side is Side.VERIFIED:
        if mine.not_applicable and not mine.na_approved:
            return Gap.NA_APPROVAL
        if differs(mine, other) and not mine.reason:
            return Gap.DIFFERENCE
        if first is not None and differs(mine, first) and mine.reason in {"", first.reason}:
            return Gap.SECOND_ROUND
        if mine.overridden is not None and mine.reason in {"", mine.overridden.reason}:
            return Gap.REPLACED
    return None
