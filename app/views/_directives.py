"""Who may see and who may write a directive: shared by its page and its files."""

from __future__ import annotations

from ..domain import access
from ..domain.access import Action, Principal
from ..domain.refusals import Forbidden, Missing, sentence
from ..models import Directive
from ..queries.access import visible_directives
from ..queries.directives import get_directive
from ._load import allow
from ._login import account


def may_write_directive(principal: Principal, directive: Directive) -> bool:
    return access.may_write_directive(principal, directive.unit_id, directive.created_by_id)


def load_directive(directive_id: int, action: Action) -> Directive:
    """404 without the directive and for who may not see it; 403 for who may not write it."""
    allow(Action.READ_TASKS)
    me = account().principal
    directive = get_directive(directive_id, visible_directives(me))
    if directive is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if action is Action.ASSIGN_TASKS and not may_write_directive(me, directive):
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    return directive
