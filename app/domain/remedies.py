"""From finding to fixed: what a finding's tasks say of it, and when an inspection may end (domain reference, 5.2)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from .inspections import FindingState, State
from .refusals import Conflict, sentence
from .task_steps import Action
from .tasks import Workflow

# Tasks of which nothing more is to come: no longer asked for, or another row's to go on with.
GONE = frozenset({Workflow.CANCELLED, Workflow.MOVED})
# What the delegation says «chưa đạt» with, in writing or at the place.
_NOT_REMEDIED = frozenset({Action.RETURN, Action.UNMET})
# What shows that somebody is at work on it (again).
_WORKED_ON = frozenset(
    {Action.ACCEPT, Action.PROGRESS, Action.WITHDRAW, Action.ASK_EXTENSION, Action.REPORT, Action.REOPEN}
)
# A re-inspection says what it sees at the place from the beginning of its visit until it ends.
_AT_THE_PLACE = frozenset(
    {
        State.DANG_KIEM_TRA,
        State.CHO_GIAI_TRINH,
        State.DA_GIAI_TRINH,
        State.THAM_DINH_LAN_2,
        State.CHO_KY_BIEN_BAN,
        State.DA_KY_BIEN_BAN,
        State.DU_THAO_KET_LUAN,
        State.DA_BAN_HANH_KET_LUAN,
        State.THEO_DOI_KHAC_PHUC,
    }
)
_SAID = frozenset({FindingState.DA_BAO_CAO, FindingState.DA_KHAC_PHUC})


def state_after(action: Action, state: FindingState, workflows: Collection[Workflow]) -> FindingState:
    """The state of a finding after a hop of one of its tasks; ``workflows`` are those of all its tasks now.

    It is remedied only when the delegation has confirmed every task that is still asked for, and reported only
    when none of them is left to report.
    """
    live = [workflow for workflow in workflows if workflow not in GONE]
    if not live:
        return FindingState.DA_THONG_BAO
    if all(workflow is Workflow.DONE for workflow in live):
        return FindingState.DA_KHAC_PHUC
    if action is Action.UNDO:
        return _before_it_was_decided(live)
    if action in _NOT_REMEDIED:
        return FindingState.CHUA_DAT
    if all(workflow in {Workflow.DONE, Workflow.AWAITING} for workflow in live):
        return FindingState.DA_BAO_CAO
    # What was said of it before holds no longer as soon as one of its tasks is open again.
    return FindingState.DANG_KHAC_PHUC if action in _WORKED_ON or state in _SAID else state


def _before_it_was_decided(live: Collection[Workflow]) -> FindingState:
    """What the tasks say by themselves, once a decision on one of them was taken back."""
    if all(workflow in {Workflow.DONE, Workflow.AWAITING} for workflow in live):
        return FindingState.DA_BAO_CAO
    if Workflow.REDO in live:
        return FindingState.CHUA_DAT
    if all(workflow is Workflow.NOT_STARTED for workflow in live):
        return FindingState.DA_THONG_BAO
    return FindingState.DANG_KHAC_PHUC


def sees_the_place(reinspection: State | None) -> bool:
    """Whether the re-inspection a task was handed to may judge it at the place now; ``None``: there is none."""
    return reinspection in _AT_THE_PLACE


def require_at_the_place(reinspection: State | None) -> None:
    """Raises :class:`Conflict` before the visit of the re-inspection and after its end."""
    if not sees_the_place(reinspection):
        raise Conflict(
            sentence(
                "Chỉ ghi nhận tại chỗ khi cuộc phúc tra đã bắt đầu làm việc tại đơn vị và chưa kết thúc."
            )
        )


def remedied_on(state: FindingState, completed: Collection[date | None]) -> date | None:
    """The day of the last accepted report; ``None`` as long as the finding is not remedied."""
    days = [day for day in completed if day is not None]
    return max(days, default=None) if state is FindingState.DA_KHAC_PHUC else None


def require_settled(waiting: int) -> None:
    """An inspection ends when all it asked for is confirmed, called off or handed to a re-inspection."""
    if waiting:
        raise Conflict(
            sentence(
                "Còn %(count)s kiến nghị, tồn tại chưa xong. Hãy xác nhận đã khắc phục, hủy kèm lý do hoặc chuyển "
                "sang phúc tra rồi mới kết thúc."
            ),
            count=waiting,
        )
