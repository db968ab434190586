"""A queue file was carried in: its operations are written by their own verbs, under their own accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..db import Rehearsed, rehearsal, verb
from ._audit import note_event

__all__ = ["Rehearsed", "note_queue_import", "rehearsal"]


@verb
def note_queue_import(
    sha256: str, accounts: Sequence[int], counts: Mapping[str, int], user_id: int, now: datetime
) -> None:
    """Who carried which file in, and what became of how many; before the first of them is written."""
    data = {"sha256": sha256, "accounts": list(accounts), "counts": dict(counts)}
    note_event("queue.import", "queue", None, user_id, now, data)
