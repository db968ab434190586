"""Verbs about explanations: the unit answers one criterion, or agrees to all that are left; the deadline moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from ..db import db, verb
from ..domain.access import Action
from ..domain.answers import NO_ANSWER
from ..domain.checklists import Checklist
from ..domain.deadlines import check_explain_due
from ..domain.explanations import Stance, answered_of, check, criteria_to_answer, require_seen
from ..domain.inspections import require_state
from ..domain.periods import today
from ..domain.refusals import Conflict, Invalid, sentence
from ..models import Explanation, Inspection
from ..queries.answers import answer_sheet
from ..queries.explanations import explanations_of
from ._audit import note_event, on_device
from ._steps import locked_inspection


@dataclass(frozen=True, slots=True)
class ExplanationText:
    """What was typed, the version of the answer that was on the page, and when the points there were published."""

    stance: Stance
    text: str
    version: int
    seen: datetime | None = None


@verb
def save_explanation(
    inspection_id: int,
    checklist: Checklist,
    criterion_code: str,
    given: ExplanationText,
    user_id: int,
    now: datetime,
    device_at: datetime | None = None,
) -> None:
    """One criterion's answer. :class:`Conflict` when another person changed it since the page was opened, or the
    delegation the points.

    After the deadline it is still taken, as long as the head has not gone on: it is shown as late.
    """
    _open_inspection(inspection_id)
    check(given.stance, given.text)
    _area, criterion = checklist.by_code[criterion_code]
    row = db.session.scalars(
        _rows(inspection_id).where(Explanation.criterion_id == criterion.id)
    ).one_or_none()
    before = _said(row)
    after = {"stance": given.stance, "text": given.text}
    verified = answer_sheet(inspection_id, checklist, 1).verified.get(criterion.id, NO_ANSWER)
    if row is not None and before == after and row.updated_at >= (verified.at or row.updated_at):
        return  # sent twice
    require_seen([verified], given.seen)
    if row is not None and row.version != given.version and row.updated_by_id != user_id:
        raise Conflict(
            sentence("Người khác của đơn vị vừa trả lời tiêu chí này. Cả hai bản ở dưới; hãy chọn một bản.")
        )
    if row is None:
        row = Explanation(inspection_id=inspection_id, criterion_id=criterion.id, version=0)
        db.session.add(row)
    row.stance, row.text = given.stance, given.text
    row.version += 1
    row.updated_by_id, row.updated_at = user_id, now
    data = {"criterion": criterion_code, "before": before, "after": after, **on_device(device_at)}
    note_event("explanation.save", "inspection", inspection_id, user_id, now, data)


@verb
def accept_remaining(
    inspection_id: int, checklist: Checklist, user_id: int, now: datetime, seen: datetime | None = None
) -> int:
    """Agrees to every score that needs an answer and has none; gives how many these were. All or, when one of them is
    another by now than was ``seen``, none."""
    _open_inspection(inspection_id)
    found, said = answer_sheet(inspection_id, checklist, 1), explanations_of(inspection_id)
    answered = answered_of(said, found.verified)
    needed = criteria_to_answer(checklist, found.own, found.verified)
    left = [criterion for criterion in needed if criterion.id not in answered]
    require_seen((found.verified.get(criterion.id, NO_ANSWER) for criterion in left), seen)
    rows = {row.criterion_id: row for row in db.session.scalars(_rows(inspection_id))}
    for criterion in left:
        row = rows.get(criterion.id)
        if row is None:
            row = Explanation(inspection_id=inspection_id, criterion_id=criterion.id, version=0)
            db.session.add(row)
        row.stance, row.version = Stance.ACCEPT, row.version + 1
        row.updated_by_id, row.updated_at = user_id, now
    if left:
        data = {"accepted": [criterion.code for criterion in left]}
        note_event("explanation.accept_remaining", "inspection", inspection_id, user_id, now, data)
    return len(left)


@verb
def move_explanation_due(
    inspection_id: int, due_on: date | None, reason: str, user_id: int, now: datetime
) -> None:
    """Another deadline while the unit explains; what was published and what it answered stay.

    Raises :class:`Invalid` for a day that has passed or is too far off, and without a reason.
    """
    inspection = _open_inspection(inspection_id)
    day = check_explain_due(due_on, today(now))
    if not reason:
        raise Invalid(sentence("Hãy ghi lý do."), field="reason")
    if day == inspection.explain_due_on:
        return
    data = {
        "before": {"explain_due_on": inspection.explain_due_on},
        "after": {"explain_due_on": day},
        "reason": reason,
    }
    inspection.explain_due_on = day
    note_event("explanation.due", "inspection", inspection_id, user_id, now, data)


def _rows(inspection_id: int) -> Select[Explanation]:
    """The answers as they stand under the lock."""
    rows = select(Explanation).where(Explanation.inspection_id == inspection_id)
    return rows.execution_options(populate_existing=True)


def _open_inspection(inspection_id: int) -> Inspection:
    """The inspection, locked, while its unit explains."""
    inspection = locked_inspection(inspection_id)
    require_state(inspection.state, Action.EXPLAIN)
    return inspection


def _said(row: Explanation | None) -> dict[str, Any]:
    return {"stance": row.stance, "text": row.text} if row is not None else {}
