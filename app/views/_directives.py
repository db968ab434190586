"""Who may see and who may write a directive: shared by its page and its files."""

from __future__ import annotations

from ..domain.access import TABLE, Action, Principal, Role
from ..domain.refusals import Forbidden, Missing, sentence
from ..models import Directive
from ..queries.access import visible_tasks
from ..queries.directives import get_directive
from ..queries.tasks import tasks_of_directive
from ._load import allow
from ._login import account


def may_write_directive(principal: Principal, directive: Directive) -> bool:
    """Whoever wrote it down, and planners of the same office."""
    if principal.role not in TABLE[Action.ASSIGN_TASKS]:
        return False
    same_office = principal.unit_id is not None and directive.unit_id == principal.unit_id
    return directive.created_by_id == principal.id or same_office


def load_directive(directive_id: int, action: Action) -> Directive:
    """404 without the directive, or when none of its tasks may be seen; 403 for who may not write it."""
    allow(Action.READ_TASKS)
    me = account().principal
    directive = get_directive(directive_id)
    writes = directive is not None and may_write_directive(me, directive)
    sees = writes or me.role is Role.ADMIN or me.role in TABLE[Action.ASSIGN_TASKS]
    if directive is None or not (sees or tasks_of_directive(visible_tasks(me), directive_id, most=1)):
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if action is Action.ASSIGN_TASKS and not writes:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    return directive
