"""Moves an inspection to its next state inside the running transaction; used by verbs, itself no verb."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from ..db import db
from ..domain.inspections import State, minutes_are_public, scores_are_public, unlocks_self
from ..domain.refusals import Missing, sentence
from ..models import Inspection, InspectionStep
from ._audit import note_event
from ._rounds import begin_second_round
from ._seals import seal_answers


def locked_inspection(inspection_id: int) -> Inspection:
    """The row as it stands, kept for this transaction; :class:`Missing` without it."""
    inspection = db.session.execute(
        select(Inspection).where(Inspection.id == inspection_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if inspection is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return inspection


def move(
    inspection: Inspection,
    to: State,
    reason: str,
    user_id: int,
    now: datetime,
    explain_due_on: date | None = None,
) -> None:
    """Sets the state and all that goes with it, and writes the history. Who may do it, the verb has asked.

    ``explain_due_on``: with steps that set the deadline for explanations.
    """
    before = inspection.state
    inspection.state = to
    inspection.version += 1
    if to is State.DA_CHOT_TU_CHAM:
        if inspection.self_locked_at is None:
            inspection.self_locked_at, inspection.self_locked_by_id = now, user_id
    elif unlocks_self(to):
        inspection.self_locked_at = inspection.self_locked_by_id = None
    if to is State.CHO_KY_BIEN_BAN:
        inspection.published_at = inspection.locked_at = now
        inspection.locked_by_id = user_id
    elif not minutes_are_public(to):
        # Published for explanation is not locked; what was published stays so until it is taken back.
        inspection.locked_at = inspection.locked_by_id = None
        inspection.published_at = (inspection.published_at or now) if scores_are_public(to) else None
    if explain_due_on is not None or not scores_are_public(to):
        inspection.explain_due_on = explain_due_on
    if to is State.THAM_DINH_LAN_2 and inspection.round == 1:
        begin_second_round(inspection)
    note_step(inspection.id, before, to, reason, user_id, now)
    note_event(
        "inspection.step",
        "inspection",
        inspection.id,
        user_id,
        now,
        {"from": before, "to": to, "reason": reason}
        | ({"explain_due_on": explain_due_on} if explain_due_on else {}),
    )
    # What was scored until this step can no longer be altered unseen.
    seal_answers(inspection.id, user_id, now)


def note_step(
    inspection_id: int, before: State | None, to: State, reason: str, user_id: int, now: datetime
) -> None:
    """One more line of the history, which is only ever added to."""
    db.session.add(
        InspectionStep(
            inspection_id=inspection_id,
            from_state=before,
            to_state=to,
            reason=reason,
            user_id=user_id,
            at=now,
        )
    )
