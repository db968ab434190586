"""Seals the change log of an inspection's scores inside the running transaction; used by verbs, itself no verb."""

from __future__ import annotations

from datetime import datetime

from ..domain.audit import seal_of
from ..queries.audit import changes_after, sealed_until
from ._audit import note_event


def seal_answers(inspection_id: int, user_id: int | None, now: datetime) -> int:
    """One ``answers.digest`` event over the lines since the last seal; how many there were.

    The caller holds the lock of the inspection, so no line with a lower id can still come.
    """
    data = seal_of(changes_after(inspection_id, sealed_until(inspection_id)))
    if data["count"]:
        note_event("answers.digest", "inspection", inspection_id, user_id, now, data)
    return int(data["count"])
