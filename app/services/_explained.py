"""Whether the unit has answered all it must before it sends its explanations; used by verbs, itself no verb."""

from __future__ import annotations

from ..domain.checklists import Checklist
from ..domain.explanations import answered_of, require_answered
from ..models import Inspection
from ..queries.answers import answer_sheet
from ..queries.explanations import explanations_of


def require_explained(inspection: Inspection, checklist: Checklist) -> None:
    """Raises ``Conflict`` that names what is left; the caller holds the lock of the inspection."""
    answers = answer_sheet(inspection.id, checklist, 1)
    answered = answered_of(explanations_of(inspection.id), answers.verified)
    require_answered(checklist, answers.own, answers.verified, answered)
