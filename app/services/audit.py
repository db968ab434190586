"""The verb of the audit trail: sealing the change log of an inspection that is still being scored."""

from __future__ import annotations

from datetime import datetime

from ..db import verb
from ._audit import note_event
from ._seals import seal_answers
from ._steps import locked_inspection


@verb
def seal_inspection(inspection_id: int, now: datetime) -> int:
    """How many lines of the change log are sealed by it; none, and no event, when all were sealed already."""
    locked_inspection(inspection_id)
    return seal_answers(inspection_id, None, now)


@verb
def note_seal(lines: int, now: datetime) -> None:
    """Somebody or something ran the daily seal: so that its age is known where no file can be read."""
    note_event("audit.seal", "trail", None, None, now, {"lines": lines})
