"""The verb that issues an inspection's conclusion: what it asks of the unit becomes tasks with deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal, Role
from ..domain.areas import recognise
from ..domain.conclusions import (
    COURSE,
    Conclusion,
    check_conclusion,
    require_to_conclude,
    rest_of_course,
    title_of_task,
)
from ..domain.inspections import FindingKind, State, find_step
from ..domain.periods import today
from ..domain.refusals import Conflict, sentence
from ..domain.task_steps import Action, Hop
from ..domain.tasks import DirectiveKind, NewTask
from ..models import Directive, Finding, Inspection
from ..queries.access import visible_directives
from ..queries.conclusions import ToRemedy, conclusion_of, findings_to_remedy, recommendations_to_remedy
from ..queries.directives import twin_of
from ..vietnamese import fold
from ._audit import note_event, note_events
from ._remedies import announce
from ._steps import locked_inspection, move
from ._tasks import given, log_hop, task_row


@verb
def issue_conclusion(
    inspection_id: int, conclusion: Conclusion, role: Role | None, by: Principal, now: datetime
) -> int:
    """The document's id. Every recommendation to the unit, and every shortcoming chosen, is a task from now on.

    The inspection goes on to following up, each stop on its way in the history. Raises :class:`Conflict` when it
    is concluded already or not signed yet, or when there is a document of that number and day.
    """
    inspection = locked_inspection(inspection_id)
    require_to_conclude(inspection.state, conclusion_of(inspection_id) is not None)
    course = rest_of_course(inspection.state)
    # Where it is followed up already, those may issue it who would have taken the steps to there.
    way = (inspection.state, *course) if course else COURSE
    for before, after in pairwise(way):
        find_step(before, after, role, "", inspection.scoring, inspection.round)
    check_conclusion(conclusion, inspection.inspected_on, today(now))
    directive = _document(inspection_id, conclusion, by, now)
    wanted = list(_wanted(inspection, conclusion, directive.id))
    tasks = [task_row(new, inspection.unit_id, True, by, now) for new in wanted]
    db.session.add_all(tasks)
    db.session.flush()
    for task in tasks:
        log_hop(task, Hop(Action.ASSIGN), None, by, now)
    note_events("task.assign", "task", ((task.id, given(task)) for task in tasks), by.id, now)
    found = select(Finding).where(
        Finding.inspection_id == inspection_id,
        Finding.kind == FindingKind.TON_TAI,
        Finding.removed_at.is_(None),
    )
    for finding in db.session.scalars(found.order_by(Finding.id)):
        announce(finding, by.id, now)
    for state in course:
        reason = conclusion.number if state is State.DA_BAN_HANH_KET_LUAN else ""
        move(inspection, state, reason, by.id, now)
    said = {"directive_id": directive.id, "number": conclusion.number, "tasks": len(tasks)}
    note_event("inspection.conclude", "inspection", inspection_id, by.id, now, said)
    return directive.id


def _document(inspection_id: int, conclusion: Conclusion, by: Principal, now: datetime) -> Directive:
    if twin_of(conclusion.number, conclusion.issued_on, visible_directives(by)):
        raise Conflict(
            sentence("Văn bản số %(number)s cùng ngày đã có."), field="number", number=conclusion.number
        )
    written = {
        "number": conclusion.number,
        "issued_on": conclusion.issued_on,
        "title": conclusion.title,
        "agency": conclusion.agency,
    }
    directive = Directive(
        kind=DirectiveKind.KET_LUAN,
        inspection_id=inspection_id,
        unit_id=by.unit_id,
        title_search=fold(f"{conclusion.number} {conclusion.title}"),
        created_by_id=by.id,
        created_at=now,
        **written,
    )
    db.session.add(directive)
    db.session.flush()
    note_event("directive.add", "directive", directive.id, by.id, now, {"after": written})
    return directive


def _wanted(inspection: Inspection, conclusion: Conclusion, directive_id: int) -> Iterator[NewTask]:
    """One task a recommendation, then one a shortcoming that was chosen."""
    for asked in recommendations_to_remedy(inspection.id):
        due = conclusion.recommendations.get(asked.id, conclusion.report_by)
        yield _task(inspection, conclusion, directive_id, asked, due, recommendation_id=asked.id)
    for asked in findings_to_remedy(inspection.id):
        if asked.id in conclusion.findings:
            due = conclusion.findings[asked.id] or conclusion.report_by
            yield _task(inspection, conclusion, directive_id, asked, due, before="Khắc phục: ")


def _task(
    inspection: Inspection,
    conclusion: Conclusion,
    directive_id: int,
    asked: ToRemedy,
    due: date,
    *,
    before: str = "",
    recommendation_id: int | None = None,
) -> NewTask:
    title, whole = title_of_task(before + asked.text)
    detail = (
        whole,
        f"Thực hiện: {asked.addressee}" if asked.addressee else "",
        f"Báo cáo về: {asked.report_to}" if asked.report_to else "",
    )
    return NewTask(
        title=title,
        detail="\n".join(part for part in detail if part),
        directive_id=directive_id,
        lead_ids=(inspection.unit_id,),
        assigned_on=conclusion.issued_on,
        due=due,
        area=recognise(fold(asked.area_name)),
        recommendation_id=recommendation_id,
        finding_id=asked.finding_id,
    )
