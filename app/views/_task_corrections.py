"""Putting a task right on its own page: the form with what stands there, and the verb behind it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext

from ..domain.access import TABLE, Action
from ..domain.areas import ReformArea
from ..domain.task_steps import Side
from ..forms.task_corrections import CorrectionForm
from ..models import Task
from ..queries.access import decided_tasks, visible_directives
from ..queries.directives import directive_choices
from ..queries.task_corrections import count_along
from ..services.task_corrections import correct_task
from ._labels import choices
from ._login import account, now
from ._new_task import directive_words


def correction_form(task: Task, *, blank: bool = False) -> CorrectionForm:
    """``blank``: not what was sent, but the task as it is."""
    directives = _directives(task)
    along = count_along(task, decided_tasks(account().principal))
    if not blank:
        return CorrectionForm(directives, choices(ReformArea), along)
    stands = {
        "title": task.title,
        "detail": task.detail,
        "directive": task.directive_id,
        "area": task.area.value if task.area else "",
    }
    return CorrectionForm(directives, choices(ReformArea), along, formdata=None, data=stands)


def _directives(task: Task) -> list[tuple[int, str]]:
    """Who plans chooses among the directives they see; who only plans in this delegation leaves the task where it stands."""
    visible = visible_directives(account().principal)
    if account().role in TABLE[Action.ASSIGN_TASKS]:
        rows = directive_choices(visible, also=task.directive_id)
    else:
        rows = directive_choices(visible, most=1, also=task.directive_id) if task.directive_id else []
    return [(id_, directive_words(number, title)) for id_, number, title in rows]


def take_correction(task_id: int, form: CorrectionForm, sides: Iterable[Side]) -> str:
    """What the person is told once it is written."""
    given = form.data
    number = correct_task(
        task_id,
        form.wording(),
        sides,
        form.version.data or 0,
        account().principal,
        now(),
        units=bool(given.get("units")),
        periods=bool(given.get("periods")),
    )
    if number == 1:
        return _("Đã đính chính nhiệm vụ. Nội dung trước khi sửa còn trong quá trình thực hiện.")
    return ngettext("Đã đính chính %(num)s nhiệm vụ.", "Đã đính chính %(num)s nhiệm vụ.", number)
