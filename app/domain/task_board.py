"""The ward's board: the groups in which a task stands today (domain reference, section 7.1).

Section 7.1 keeps two axes apart, and a task whose report waits for confirmation is unfinished: until then it is in
time, «sắp quá hạn» or overdue like any other. So the groups of time are :func:`app.domain.tasks.timeliness` and
nothing else, and say the same n as the figures, the leader's home and the lists as Excel; what waits stands in
``AWAITING`` besides. Only reminders leave it alone, for there is nothing left to do at the unit; they speak of marks
(7, 3, 1 days), not of this class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .refusals import Invalid, Refused, sentence
from .tasks import OUTSIDE, Timeliness, Workflow, timeliness


class Group(StrEnum):
    """What the people at the ward ask first: what is late, what comes next, what waits for others."""

    OVERDUE = "qua_han"
    DUE_SOON = "sap_den_han"
    IN_TIME = "trong_han"
    NO_DUE = "khong_han"
    AWAITING = "cho_xac_nhan"
    DONE = "da_hoan_thanh"
    UPCOMING = "sap_toi"
    OUTSIDE = "ngoai"


# In the order of the board; the last two are there for those who look for them.
GROUPS = tuple(Group)
QUIET = (Group.UPCOMING, Group.OUTSIDE)
# Where the page begins when nothing was chosen: at the first of these that holds something.
_FIRST = (
    Group.OVERDUE,
    Group.DUE_SOON,
    Group.IN_TIME,
    Group.NO_DUE,
    Group.AWAITING,
    Group.DONE,
    *QUIET,
)
_OF_TIME = {
    Timeliness.NO_DUE: Group.NO_DUE,
    Timeliness.OVERDUE: Group.OVERDUE,
    Timeliness.DUE_SOON: Group.DUE_SOON,
    Timeliness.IN_TIME: Group.IN_TIME,
}


def group_of(workflow: Workflow, assigned_on: date, due: date | None, today: date) -> Group:
    """Exactly one group for each task, so that they add up; ``AWAITING`` is beside them and never said here."""
    if workflow in OUTSIDE:
        return Group.OUTSIDE
    if workflow is Workflow.DONE:
        return Group.DONE
    if assigned_on > today:
        return Group.UPCOMING
    return _OF_TIME[timeliness(workflow, due, None, today) or Timeliness.NO_DUE]


def first_group(counts: dict[Group, int], to_confirm: int) -> Group:
    """Where the board opens: at what waits for this person's confirmation, else at what is due first.

    ``counts`` without what has been reported: that is nobody's work at the ward just now.
    """
    if to_confirm:
        return Group.AWAITING
    return next((group for group in _FIRST if counts.get(group)), Group.OVERDUE)


# --- Deciding on many reports at once -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """What the assigning side says to one report; ``version`` is the task as their page showed it."""

    task_id: int
    version: int
    confirm: bool
    reason: str = ""


class Undecided(Refused):
    """Some of the decisions cannot be taken, so none was; ``faults`` says why, by the task's id."""

    status = 409

    def __init__(self, faults: dict[int, Refused]) -> None:
        super().__init__(sentence("Có nhiệm vụ chưa quyết định được nên chưa ghi gì; hãy xem từng dòng."))
        self.faults = faults
        if all(isinstance(fault, Invalid) for fault in faults.values()):
            self.status = 422


def check_decisions(decisions: Sequence[Decision]) -> None:
    """Something is decided, each task once."""
    if not decisions:
        raise Invalid(sentence("Chưa chọn nhiệm vụ nào để xác nhận hoặc trả lại."))
    if len({one.task_id for one in decisions}) < len(decisions):
        raise Invalid(sentence("Một nhiệm vụ chỉ được quyết định một lần."))
