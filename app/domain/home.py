"""What a unit has to do next, out of all its inspections, tasks and reports, in one order: what is due first.

One more kind of thing to do is one function more in :data:`FROM_INSPECTION` (or one more read in ``queries/home.py``),
and its words in ``views/_home.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .access import Action
from .inspections import CampaignKind, InspectionKind, State, allows


class DueKind(StrEnum):
    SELF_SCORE = "self_score"
    LOCK_SELF = "lock_self"
    VISIT = "visit"
    MINUTES = "minutes"
    EXPLANATION = "explanation"
    SCORES = "scores"
    DOSSIERS = "dossiers"
    TASK = "task"
    FINDING = "finding"
    RECOMMENDATION = "recommendation"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do. ``id``: of the inspection, task or report it leads to. ``pressing``: others wait for it now.

    ``left``: how much of it is left to do, where it can be counted; ``text``: its own words, where it has any.
    """

    kind: DueKind
    id: int
    due_on: date | None = None
    text: str = ""
    left: int | None = None
    pressing: bool = False
    supervised: bool = False
    # A task that the unit has not accepted yet.
    new: bool = False

    def days_left(self, today: date) -> int | None:
        """Negative when it is late."""
        return None if self.due_on is None else (self.due_on - today).days


@dataclass(frozen=True, slots=True)
class OwnInspection:
    """An inspection as its unit's home needs it; ``opinion``: the unit has said its word for the minutes."""

    id: int
    kind: InspectionKind
    campaign_kind: CampaignKind
    state: State
    scoring: bool
    inspected_on: date
    self_due_on: date | None
    explain_due_on: date | None
    published: bool
    criteria: int
    self_answered: int
    opinion: bool = False
    self_lacking: int = 0

    @property
    def supervised(self) -> bool:
        return self.campaign_kind is CampaignKind.GIAM_SAT


def self_score(own: OwnInspection) -> Due | None:
    """To be scored, then to be locked by the unit's head."""
    if not own.scoring or not allows(own.state, Action.SCORE_SELF):
        return None
    # A free score without its reason is not finished either: the unit's head could not lock it.
    left = max(0, own.criteria - own.self_answered) + own.self_lacking
    kind = DueKind.LOCK_SELF if own.state is State.DANG_TU_CHAM and not left else DueKind.SELF_SCORE
    return Due(kind, own.id, own.self_due_on, left=left, supervised=own.supervised)


def explanation(own: OwnInspection) -> Due | None:
    """The delegation's first scores, to be agreed to or explained."""
    if not own.scoring or not allows(own.state, Action.EXPLAIN):
        return None
    return Due(DueKind.EXPLANATION, own.id, own.explain_due_on, supervised=own.supervised)


_TO_COME = frozenset(
    {State.DA_CO_QUYET_DINH, State.CHO_DON_VI_BAO_CAO, State.DANG_TU_CHAM, State.DA_CHOT_TU_CHAM}
)


def visit(own: OwnInspection) -> Due | None:
    """The day the delegation comes; one that comes unannounced is not announced here either."""
    if own.state not in _TO_COME or own.kind is InspectionKind.DOT_XUAT:
        return None
    return Due(DueKind.VISIT, own.id, own.inspected_on, supervised=own.supervised)


def minutes(own: OwnInspection) -> Due | None:
    """Minutes that wait for the unit's opinion and signature."""
    if own.state is not State.CHO_KY_BIEN_BAN:
        return None
    return Due(
        DueKind.MINUTES, own.id, pressing=True, left=0 if own.opinion else 1, supervised=own.supervised
    )


def scores(own: OwnInspection) -> Due | None:
    """Scores that the head has published, to be looked at before the minutes are signed."""
    if not own.scoring or not own.published or own.state is not State.CHO_KY_BIEN_BAN:
        return None
    return Due(DueKind.SCORES, own.id, pressing=True, supervised=own.supervised)


FROM_INSPECTION: tuple[Callable[[OwnInspection], Due | None], ...] = (
    self_score,
    explanation,
    visit,
    minutes,
    scores,
)


def of_inspections(inspections: Iterable[OwnInspection]) -> Iterator[Due]:
    for own in inspections:
        for function in FROM_INSPECTION:
            due = function(own)
            if due is not None:
                yield due


def in_order(dues: Iterable[Due], today: date) -> list[Due]:
    """Late ones, then what others wait for, then by date, then what has no date."""

    def place(due: Due) -> tuple[int, date, int, int]:
        undated = 1 if due.pressing else 3
        dated = 0 if due.due_on and due.due_on < today else 2
        rank = dated if due.due_on else undated
        return rank, due.due_on or date.max, list(DueKind).index(due.kind), due.id

    return sorted(dues, key=place)
