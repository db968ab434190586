"""The verb that takes in a list of tasks from a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.periods import today
from ..domain.task_steps import Action, Hop
from ..domain.tasks import DirectiveText, ImportedTask, NewTask, check_new_task
from ..models import Directive, Task
from ..vietnamese import fold
from ._audit import note_event, note_events
from ._tasks import given, log_hop, task_row


@verb
def import_tasks(
    lines: Sequence[ImportedTask], unit_ids: Mapping[str, int], now: datetime
) -> tuple[int, int]:
    """Adds the tasks of a workbook that are not there yet; how many were added, how many known.

    ``unit_ids`` by the unit as the line names it. Directives are found by number and date, or added.
    """
    added: list[Task] = []
    for line in lines:
        unit_id, directive_id = unit_ids[line.unit], _directive_id(line.directive, now)
        known = db.session.scalar(
            select(Task.id).where(
                Task.unit_id == unit_id,
                Task.title == line.title,
                Task.assigned_on == line.assigned_on,
                Task.directive_id == directive_id if directive_id else Task.directive_id.is_(None),
            )
        )
        if known:
            continue
        new = NewTask(
            line.title,
            line.assigned_on,
            (unit_id,),
            detail=line.detail,
            due=line.due,
            own_plan=line.own_plan,
            directive_id=directive_id,
        )
        check_new_task(new, today(now))
        row = task_row(new, unit_id, line.lead, None, now)
        db.session.add(row)
        db.session.flush()
        log_hop(row, Hop(Action.ASSIGN), None, None, now, effective_on=line.assigned_on)
        added.append(row)
    note_events("task.import", "task", ((row.id, given(row)) for row in added), None, now)
    return len(added), len(lines) - len(added)


def _directive_id(text: DirectiveText | None, now: datetime) -> int | None:
    if text is None:
        return None
    same_day = Directive.issued_on == text.issued_on if text.issued_on else Directive.issued_on.is_(None)
    known = db.session.scalar(
        select(Directive.id).where(Directive.number == text.number, Directive.title == text.title, same_day)
    )
    if known is not None:
        return known
    directive = Directive(
        number=text.number,
        issued_on=text.issued_on,
        title=text.title,
        title_search=fold(f"{text.number} {text.title}"),
        agency=text.agency,
        created_at=now,
    )
    db.session.add(directive)
    db.session.flush()
    given = {"number": text.number, "issued_on": text.issued_on, "title": text.title, "agency": text.agency}
    note_event("directive.add", "directive", directive.id, None, now, {"after": given})
    return directive.id
