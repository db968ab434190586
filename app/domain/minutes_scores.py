"""Scores in the minutes: a criterion with both sides' scores, and the sums over criteria, groups and areas."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from . import scoring, snapshots
from .scoring import UNSCORED, Scored, Sum


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion with both sides' scores. ``reason``: why they differ; ``na_reason``: why it is N/A.

    ``first``: what the delegation gave before a second round; ``explanation``: what the unit said to it.
    """

    code: str
    text: str
    max_points: int
    self_score: Scored = UNSCORED
    verified: Scored = UNSCORED
    reason: str = ""
    evidence: str = ""
    na_reason: str = ""
    first: Scored = snapshots.later(UNSCORED)  # noqa: RUF009 – a field, and a frozen value
    explanation: str = snapshots.later("")

    @property
    def difference(self) -> int | None:
        """Verified minus self, where both gave points."""
        if self.verified.points is None or self.self_score.points is None:
            return None
        return self.verified.points - self.self_score.points


def _sum(lines: Iterable[CriterionLine], scored_of: Callable[[CriterionLine], Scored]) -> Sum:
    total = Sum()
    for line in lines:
        scored = scored_of(line)
        maximum = 0 if scored.not_applicable else line.max_points
        total += Sum(scored.points or 0, maximum, int(scored.answered), 1)
    return total


def _index(total: Sum) -> int | None:
    """Nothing scored is no result: it is not 0."""
    return scoring.index_of(total.points, total.max_points) if total.answered else None


class Sums(ABC):
    """Sums over ``lines``, shared by group, area and the whole."""

    @property
    @abstractmethod
    def lines(self) -> tuple[CriterionLine, ...]:
        """Every criterion that is summed."""

    @cached_property
    def max_points(self) -> int:
        """Of all criteria, applicable or not."""
        return sum(line.max_points for line in self.lines)

    @cached_property
    def self_sum(self) -> Sum:
        return _sum(self.lines, lambda line: line.self_score)

    @cached_property
    def verified_sum(self) -> Sum:
        return _sum(self.lines, lambda line: line.verified)

    @cached_property
    def first_sum(self) -> Sum:
        return _sum(self.lines, lambda line: line.first)

    @property
    def difference(self) -> int | None:
        """Verified minus self over the sums; ``None`` until both sides have answered something."""
        if not self.self_sum.answered or not self.verified_sum.answered:
            return None
        return self.verified_sum.points - self.self_sum.points

    @property
    def self_index(self) -> int | None:
        return _index(self.self_sum)

    @property
    def first_index(self) -> int | None:
        return _index(self.first_sum)

    @property
    def index(self) -> int | None:
        """The delegation's points in percent of the applicable maximum, in hundredths."""
        return _index(self.verified_sum)


@dataclass(frozen=True)
class GroupLine(Sums):
    code: str
    text: str
    criteria: tuple[CriterionLine, ...]

    @property
    def lines(self) -> tuple[CriterionLine, ...]:
        return self.criteria


@dataclass(frozen=True)
class AreaLine(Sums):
    code: str
    name: str
    groups: tuple[GroupLine, ...]

    @cached_property
    def lines(self) -> tuple[CriterionLine, ...]:
        return tuple(line for group in self.groups for line in group.criteria)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One bonus (``points`` > 0) or deduction (< 0), in hundredths."""

    points: int
    reason: str
    evidence: str = ""
