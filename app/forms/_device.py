"""The clock of a device, as its operations tell it."""

from __future__ import annotations

from datetime import UTC, datetime


def read_moment(text: str | None) -> datetime | None:
    """The device's own time; a clock that makes no sense is left out, it never refuses what was written."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if moment.tzinfo is None or not 2000 < moment.year < 2200:
        return None
    return moment.astimezone(UTC)
