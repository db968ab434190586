"""What a person is to a task, and the way back from a decision: shared by the pages of tasks."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from ..domain import access
from ..domain.access import Standing
from ..domain.task_steps import Side
from ..vietnamese import shortened


def sides_of(standing: Standing) -> tuple[Side, ...]:
    """What a person is to a task. Nobody confirms the work of their own unit (section 7.1)."""
    if standing.may(access.Action.REPORT_TASKS):
        return (Side.UNIT,)
    if standing.may(access.Action.ASSIGN_TASKS) and not standing.own_unit:
        return (Side.ASSIGNER,)
    return ()


def way_back(task_id: int, title: str) -> dict[str, str]:
    """The link of a message that says what was decided: who pressed too soon takes it back there."""
    return {
        "title": shortened(title, 60),
        "words": _("Hoàn tác nếu nhầm"),
        "address": url_for("tasks.show", task_id=task_id, open="hoan_tac", _anchor="step-hoan_tac"),
    }
