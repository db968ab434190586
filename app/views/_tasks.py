"""What a person is to a task: shared by the task's page and its files."""

from __future__ import annotations

from ..domain import access
from ..domain.access import Standing
from ..domain.task_steps import Side


def sides_of(standing: Standing) -> tuple[Side, ...]:
    """What a person is to a task. Nobody confirms the work of their own unit (section 7.1)."""
    if standing.may(access.Action.REPORT_TASKS):
        return (Side.UNIT,)
    if standing.may(access.Action.ASSIGN_TASKS) and not standing.own_unit:
        return (Side.ASSIGNER,)
    return ()
