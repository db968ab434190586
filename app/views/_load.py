"""Loaders: the first line of every view; they find the thing and ask the access table."""

from __future__ import annotations

from ..domain.access import TABLE, Action, Standing, require
from ..domain.inspections import require_state
from ..domain.refusals import Forbidden, Missing, sentence
from ..models import Task
from ..queries.access import InspectionCard, inspection_card, standing_for_task, standing_for_unit
from ..queries.users import UserCard, user_card
from ._login import account, now
from ._security import mark_checked


def allow(action: Action) -> None:
    """For pages without an object: does the account's own role allow the action?"""
    mark_checked()
    if account().role not in TABLE[action]:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))


def allow_here(standing: Standing, action: Action) -> None:
    """For an object: 404 for a stranger, 403 when the standing does not allow the action."""
    mark_checked()
    require(standing, action)


def load_inspection(inspection_id: int, action: Action = Action.READ_INSPECTION) -> InspectionCard:
    """The inspection's card: 404 for strangers, 403 without the right, 409 when its state forbids it."""
    mark_checked()
    card = inspection_card(account().principal, inspection_id)
    if card is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    require(card.standing, action)
    require_state(card.state, action)
    return card


def load_scored(inspection_id: int, action: Action = Action.READ_INSPECTION) -> InspectionCard:
    """As :func:`load_inspection`; 404 where nothing is scored (giám sát)."""
    card = load_inspection(inspection_id, action)
    if not card.scoring:
        raise Missing(sentence("Cuộc kiểm tra, giám sát này không chấm điểm."))
    return card


def load_user(user_id: int, action: Action) -> UserCard:
    """An account as its page shows it: 403 without the right, 404 without the account."""
    allow(action)
    card = user_card(user_id, now())
    if card is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return card


def load_standing(unit_id: int, action: Action) -> Standing:
    """The asker's standing to a unit's tasks or figures: 404 for strangers, 403 without the right."""
    standing = standing_for_unit(account().principal, unit_id)
    allow_here(standing, action)
    return standing


def load_task_standing(task: Task) -> Standing:
    """The asker's standing to a task: 404 for strangers."""
    standing = standing_for_task(account().principal, task)
    allow_here(standing, Action.READ_TASKS)
    return standing
