"""Whether the unit has answered all it must before it sends its explanations; used by verbs, itself no verb."""

from __future__ import annotations

from sqlalchemy import select

from ..db import db
from ..domain.checklists import Checklist
from ..domain.explanations import require_answered
from ..domain.inspections import Side
from ..models import Explanation, Inspection
from ..queries.answers import answers_of


def require_explained(inspection: Inspection, checklist: Checklist) -> None:
    """Raises ``Conflict`` that names what is left; the caller holds the lock of the inspection."""
    answers = answers_of(inspection.id, checklist, inspection.round)
    answered = db.session.scalars(
        select(Explanation.criterion_id).where(Explanation.inspection_id == inspection.id)
    ).all()
    require_answered(checklist, answers[Side.SELF], answers[Side.VERIFIED], set(answered))
