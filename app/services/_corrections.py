"""Puts other words into a task and keeps those that stood there, inside the running transaction; itself no verb."""

from __future__ import annotations

from ..db import db
from ..domain.access import Principal
from ..domain.refusals import Missing, sentence
from ..domain.task_corrections import Wording, check_wording
from ..models import Directive, Task, TaskCorrection, TaskReport
from ..queries.access import visible_directives
from ..queries.directives import get_directive
from ..vietnamese import fold


def wording_of(task: Task) -> Wording:
    """What of a task may be corrected, as it stands."""
    return Wording(task.title, task.detail, task.area, task.directive_id)


def held_directive(directive_id: int) -> Directive | None:
    """The directive, which nobody takes back until the end of the verb."""
    lock = {"read": True, "key_share": True}
    return db.session.get(Directive, directive_id, populate_existing=True, with_for_update=lock)


def reword(task: Task, new: Wording, by: Principal) -> Wording:
    """The task with its new words; gives back those it had. It moves only to a directive that ``by`` sees."""
    before = wording_of(task)
    check_wording(new, before)
    wanted = new.directive_id
    if (
        wanted is not None
        and wanted != before.directive_id
        and (held_directive(wanted) is None or get_directive(wanted, visible_directives(by)) is None)
    ):
        raise Missing(sentence("Không có văn bản này."), field="directive")
    task.title, task.detail, task.area, task.directive_id = new.title, new.detail, new.area, new.directive_id
    task.title_search = fold(f"{new.title} {new.detail}")
    return before


def keep_wording(report: TaskReport, before: Wording, after: Wording) -> None:
    """Beside its hop, which has to be stored already."""
    db.session.add(
        TaskCorrection(
            report_id=report.id,
            task_id=report.task_id,
            effective_on=report.effective_on,
            title_before=before.title,
            title_after=after.title,
            detail_before=before.detail,
            detail_after=after.detail,
            area_before=before.area,
            area_after=after.area,
            directive_before_id=before.directive_id,
            directive_after_id=after.directive_id,
        )
    )


def said_of(before: Wording, after: Wording) -> dict[str, object]:
    """What the trail says about it."""
    changed = after.changed_from(before)
    return {"before": {name: getattr(before, name) for name in changed}, "after": changed}
