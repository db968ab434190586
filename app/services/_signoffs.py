"""What sign-offs ask of the other verbs; used by verbs, itself no verb."""

from __future__ import annotations

from datetime import datetime

from ..domain.checklists import Area, Checklist
from ..domain.inspections import Side
from ..domain.locking import gaps
from ..domain.signoffs import require_signed, unsigned
from ..models import Inspection
from ..queries.answers import Answers, answer_sheet
from ..queries.delegations import members_of
from ..queries.signoffs import responsible, signoffs_of
from ._audit import note_event


def require_areas_signed(
    inspection: Inspection, checklist: Checklist, reason: str, user_id: int, now: datetime
) -> None:
    """Before locking or publishing; areas that are locked unsigned, for a reason, are named in the trail.

    Raises :class:`Conflict` for undecided opinions, :class:`Invalid` at «reason» for unsigned areas.
    """
    areas = [area.code for area in checklist.areas]
    people = responsible(members_of(inspection.delegation_id), inspection.unit_id)
    found = signoffs_of(inspection.id, inspection.round, checklist)
    require_signed(areas, people, found.said, found.last_changes, reason, found.unkept)
    missing = unsigned(areas, people, found.said, found.last_changes)
    if missing:
        data = {"areas": list(missing), "reason": reason}
        note_event("area.lock_unsigned", "inspection", inspection.id, user_id, now, data)
    if found.unkept:
        data = {"areas": list(found.unkept), "reason": reason}
        note_event("area.lock_unchanged", "inspection", inspection.id, user_id, now, data)


def verified_and_gaps(inspection: Inspection, checklist: Checklist, area: Area) -> tuple[Answers, list[str]]:
    """The delegation's answers as they stand, and the codes of the area's criteria that are not finished."""
    sheet = answer_sheet(inspection.id, checklist, inspection.round)
    found = gaps(checklist, Side.VERIFIED, sheet.verified, sheet.own, sheet.first)
    lacking = {code for codes in found.values() for code in codes}
    return sheet.verified, [criterion.code for criterion in area.criteria if criterion.code in lacking]
