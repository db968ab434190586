"""The scores of an inspection side by side: the unit's own, the delegation's rounds, what the unit said.

The page and the workbook show the same table; how many rounds the reader sees, the caller knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from .answers import NO_ANSWER, AnswerState, differs
from .checklists import Area, Checklist, Criterion
from .explanations import NOT_EXPLAINED, Explanation, needs_answer
from .scoring import Sum, add_up, index_of


class Column(StrEnum):
    """Whose points; ``FINAL`` is the last round of the delegation that the reader may see."""

    OWN = "own"
    FIRST = "first"
    SECOND = "second"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion in every column; what the reader may not see is not there."""

    criterion: Criterion
    own: AnswerState = NO_ANSWER
    first: AnswerState = NO_ANSWER
    second: AnswerState = NO_ANSWER
    said: Explanation = NOT_EXPLAINED
    rounds: int = 0

    def of(self, column: Column) -> AnswerState:
        if column is Column.FINAL:
            return self.second if self.rounds == 2 else self.first
        return {Column.OWN: self.own, Column.FIRST: self.first, Column.SECOND: self.second}[column]

    @property
    def changed(self) -> bool:
        """Whether the second round gave other points than the first."""
        return self.rounds == 2 and self.first.scored != self.second.scored

    @property
    def agreed_before(self) -> bool:
        """Whether the unit agreed to points that were taken back since."""
        return self.said.outdated(self.first)

    @property
    def differs(self) -> bool:
        """Whether the columns disagree, or the unit had something to say."""
        return (
            differs(self.of(Column.FINAL), self.own)
            or self.changed
            or (self.rounds > 0 and needs_answer(self.criterion, self.own, self.first))
        )


Answers = Mapping[int, AnswerState]


@dataclass(frozen=True)
class Table:
    """``rounds``: how many of the delegation's the reader sees. ``lines`` by criterion id."""

    checklist: Checklist
    lines: Mapping[int, Line]
    rounds: int
    explained: bool = False
    columns: tuple[Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        seen = [Column.OWN, *([Column.FIRST] if self.rounds else [])]
        if self.rounds == 2:
            seen += [Column.SECOND, Column.FINAL]
        object.__setattr__(self, "columns", tuple(seen))

    @property
    def last(self) -> Column:
        """The column whose total is the result."""
        return self.columns[-1]

    @cached_property
    def different(self) -> int:
        return sum(line.differs for line in self.lines.values())

    def lines_of(self, area: Area, *, different: bool = False) -> list[Line]:
        found = [self.lines[criterion.id] for criterion in area.criteria]
        return [line for line in found if line.differs] if different else found

    def sum_of(self, column: Column, area: Area | None = None) -> Sum:
        """Of one area, or of the whole checklist."""
        criteria = (area or self.checklist).criteria
        return add_up(criteria, {id_: line.of(column).scored for id_, line in self.lines.items()})

    def index_of(self, column: Column) -> int | None:
        total = self.sum_of(column)
        return index_of(total.points, total.max_points) if total.answered else None


def table_of(
    checklist: Checklist,
    own: Answers,
    first: Answers,
    second: Answers,
    said: Mapping[int, Explanation],
    rounds: int,
) -> Table:
    """Leaves out what is not in the ``rounds`` that the reader sees; explanations answer the first."""
    lines = {
        criterion.id: Line(
            criterion=criterion,
            own=own.get(criterion.id, NO_ANSWER),
            first=first.get(criterion.id, NO_ANSWER) if rounds else NO_ANSWER,
            second=second.get(criterion.id, NO_ANSWER) if rounds == 2 else NO_ANSWER,
            said=said.get(criterion.id, NOT_EXPLAINED) if rounds else NOT_EXPLAINED,
            rounds=rounds,
        )
        for criterion in checklist.criteria
    }
    return Table(checklist, lines, rounds, explained=bool(said) and rounds > 0)
