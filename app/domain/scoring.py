"""Answer → points of a criterion, an area and an inspection; index and classification.

All arithmetic is exact (``Decimal``, ``Fraction``, whole hundredths) and is rounded once, half up,
at the criterion; sums are sums of rounded points, so that printed tables add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from .checklists import (
    Area,
    Band,
    Between,
    Criterion,
    Free,
    Levels,
    Penalty,
    Ratio,
    Rule,
    RuleKind,
    YesNo,
    ZeroDen,
)
from .refusals import Invalid, sentence

# Larger figures are typing slips; the bound also keeps every product small.
MOST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class YesNoInput:
    yes: bool


@dataclass(frozen=True, slots=True)
class LevelInput:
    """``level`` is the place in the rule's list, 0 the best."""

    level: int


@dataclass(frozen=True, slots=True)
class RatioInput:
    numerator: Decimal
    denominator: Decimal


@dataclass(frozen=True, slots=True)
class PenaltyInput:
    faults: int


@dataclass(frozen=True, slots=True)
class FreeInput:
    """``points`` in whole hundredths."""

    points: int


Input = YesNoInput | LevelInput | RatioInput | PenaltyInput | FreeInput


def input_to_json(value: Input) -> dict[str, Any]:
    match value:
        case YesNoInput(yes):
            return {"yes": yes}
        case LevelInput(level):
            return {"level": level}
        case RatioInput(numerator, denominator):
            return {"n": _plain(numerator), "d": _plain(denominator)}
        case PenaltyInput(faults):
            return {"faults": faults}
        case FreeInput(points):
            return {"points": points}


def input_from_json(rule: Rule, data: Mapping[str, Any]) -> Input:
    match rule.kind:
        case RuleKind.YES_NO:
            return YesNoInput(bool(data["yes"]))
        case RuleKind.LEVELS:
            return LevelInput(int(data["level"]))
        case RuleKind.RATIO:
            return RatioInput(Decimal(data["n"]), Decimal(data["d"]))
        case RuleKind.PENALTY:
            return PenaltyInput(int(data["faults"]))
        case RuleKind.FREE:
            return FreeInput(int(data["points"]))


def _plain(number: Decimal) -> str:
    """A decimal without exponent and trailing zeros, so that equal numbers are equal text."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves away from zero (làm tròn nửa lên)."""
    if value < 0:
        return -half_up(-value)
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def points_of(rule: Rule, max_points: int, value: Input) -> int | None:
    """Points in hundredths; ``None`` when a zero denominator takes the criterion out of the scale.

    Raises :class:`Invalid` when the input does not fit the rule. Source: domain reference 4.1.
    """
    match rule, value:
        case YesNo(), YesNoInput(yes):
            return max_points if yes else 0
        case Levels(levels), LevelInput(level):
            if not 0 <= level < len(levels):
                raise Invalid(sentence("Không có mức này trong tiêu chí."), field="level")
            return levels[level].points
        case Ratio(), RatioInput(n, d):
            return _ratio_points(rule, max_points, n, d)
        case Penalty(per, _), PenaltyInput(faults):
            if not 0 <= faults <= MOST:
                raise Invalid(sentence("Số lỗi phải là số nguyên không âm."), field="faults")
            return max(0, half_up(max_points - Fraction(per) * 100 * faults))
        case Free(), FreeInput(points):
            if not 0 <= points <= max_points:
                raise Invalid(sentence("Điểm phải từ 0 đến điểm tối đa của tiêu chí."), field="points")
            return points
        case _:
            raise Invalid(sentence("Giá trị không hợp với cách chấm của tiêu chí."), field="value")


def _ratio_points(rule: Ratio, max_points: int, n: Decimal, d: Decimal) -> int | None:
    if not 0 <= n <= MOST:
        raise Invalid(sentence("Tử số phải là số không âm."), field="numerator")
    if not 0 <= d <= MOST:
        raise Invalid(sentence("Mẫu số phải là số không âm."), field="denominator")
    if d == 0:
        if n > 0:
            raise Invalid(sentence("Mẫu số bằng 0 thì tử số cũng phải bằng 0."), field="numerator")
        return {ZeroDen.NOT_APPLICABLE: None, ZeroDen.FULL: max_points, ZeroDen.ZERO: 0}[rule.zero_den]
    percent = Fraction(n) * 100 / Fraction(d)
    if percent >= Fraction(rule.full_at):
        return max_points
    if percent < Fraction(rule.zero_below):
        return 0
    scale = Fraction(100) if rule.between is Between.OF_100 else Fraction(rule.full_at)
    return min(max_points, half_up(max_points * percent / scale))


@dataclass(frozen=True, slots=True)
class Scored:
    """One side's answer to one criterion, as far as sums are concerned.

    Three kinds of empty are never mixed: not scored yet (``points is None`` and not
    ``not_applicable``), not applicable, and 0 points.
    """

    points: int | None = None
    not_applicable: bool = False

    @property
    def answered(self) -> bool:
        return self.not_applicable or self.points is not None


UNSCORED = Scored()


def score(criterion: Criterion, value: Input | None, not_applicable: bool = False) -> Scored:
    """What one answer counts for; «không áp dụng» by hand wins over a value."""
    if not_applicable:
        return Scored(None, True)
    if value is None:
        return UNSCORED
    points = points_of(criterion.rule, criterion.max_points, value)
    return Scored(points, points is None)


@dataclass(frozen=True, slots=True)
class Sum:
    """A roll-up over criteria: points and applicable maximum in hundredths, counts of criteria."""

    points: int = 0
    max_points: int = 0
    answered: int = 0
    total: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.points + other.points,
            self.max_points + other.max_points,
            self.answered + other.answered,
            self.total + other.total,
        )

    @property
    def complete(self) -> bool:
        return self.answered == self.total


def add_up(criteria: Iterable[Criterion], scores: Mapping[int, Scored]) -> Sum:
    """Sum over ``criteria``; ``scores`` by criterion id. N/A leaves the maximum, unscored does not."""
    points = max_points = answered = total = 0
    for criterion in criteria:
        scored = scores.get(criterion.id, UNSCORED)
        total += 1
        answered += scored.answered
        points += scored.points or 0
        max_points += 0 if scored.not_applicable else criterion.max_points
    return Sum(points, max_points, answered, total)


def sum_of_area(area: Area, scores: Mapping[int, Scored]) -> Sum:
    return add_up(area.criteria, scores)


def index_of(points: int, max_points: int) -> int | None:
    """Σ points / Σ applicable maxima × 100 in hundredths, half up; ``None`` when nothing applies."""
    if max_points == 0:
        return None
    return half_up(Fraction(points, max_points) * 10000)


class Ceilings(Protocol):
    """The most that bonus and deduction may come to; a checklist has them, and minutes keep a copy."""

    @property
    def bonus_max(self) -> int: ...
    @property
    def deduction_max(self) -> int: ...


def final_index(total: Sum, bonus: int, deduction: int, checklist: Ceilings) -> int | None:
    """The converted score plus bonus minus deduction, within the set's ceilings, never below 0.

    Bonus and deduction are hundredths ≥ 0. Whether the figure may exceed 100 is the customer's
    decision (domain reference 15.5); nothing is cut off here.
    """
    index = index_of(total.points, total.max_points)
    if index is None:
        return None
    return max(0, index + min(bonus, checklist.bonus_max) - min(deduction, checklist.deduction_max))


def classify(index: int | None, bands: Iterable[Band]) -> str | None:
    """The grade of a rounded index, so that figure and grade on paper agree; ``None`` without index."""
    if index is None:
        return None
    fitting = [band for band in bands if index >= band.from_index]
    return max(fitting, key=lambda band: band.from_index).label if fitting else None
