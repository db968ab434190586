"""Asks the unit for its opinion anew when the scores are opened again; used by verbs, itself no verb."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from ..db import db
from ..domain.inspections import State, Step
from ..models import Inspection, MinutesRevision
from ._audit import note_event


def ask_opinion_anew(inspection: Inspection, step: Step, user_id: int, now: datetime) -> None:
    """What the unit said was about the minutes it had read: it stands in no others until it has said it again.

    Its words stay beside the new question, and what it keeps as a dissent stays in the minutes. Whoever has the old
    minutes before them meets a newer version. To be called before the step.
    """
    if inspection.state is not State.CHO_KY_BIEN_BAN or not step.back:
        return
    row = db.session.scalars(
        select(MinutesRevision)
        .where(MinutesRevision.inspection_id == inspection.id, MinutesRevision.signed_at.is_(None))
        .order_by(MinutesRevision.revision.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()
    opinion = (row.details or {}).get("opinion") if row is not None else ""
    if row is None or not opinion:
        return
    row.details = {**row.details, "opinion": "", "opinion_before": opinion}
    row.version += 1
    data = {"before": {"opinion": opinion}, "after": {"opinion": ""}}
    note_event("minutes.ask_opinion_anew", "inspection", inspection.id, user_id, now, data)
