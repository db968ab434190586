"""Reads for sweeping the store: lists that ended long ago, and which bytes anything still names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from ..db import db
from ..domain.imports import in_parts
from ..models import Attachment, AuditEvent, ImportJob, MinutesRevision
from .reading import end_reading

# SQLite takes 32,766 values in one statement, older ones 999.
_AT_ONCE = 250
# Snapshots are long.
_SNAPSHOTS_AT_ONCE = 20
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
# The event that says which file of a tablet was carried in; nothing else names that file.
QUEUE_FILE = "queue.import"


@dataclass(frozen=True, slots=True)
class OldList:
    """An uploaded list whose workbook nobody needs any more."""

    id: int
    sha256: str
    file_name: str
    size: int


def is_old(before: datetime) -> object:
    """Ended before then; or, never ended, with no sign of life since."""
    return func.coalesce(ImportJob.ended_at, ImportJob.beat_at) < before


def old_lists(before: datetime) -> list[OldList]:
    """Those that nobody needs since ``before`` and whose bytes are still in the store, the oldest first."""
    rows = db.session.execute(
        select(ImportJob.id, ImportJob.sha256, ImportJob.file_name, ImportJob.size)
        .where(ImportJob.swept_at.is_(None), is_old(before))  # type: ignore[arg-type]
        .order_by(ImportJob.id)
    ).all()
    end_reading()
    return [OldList(*row) for row in rows]


def named_by_rows(hashes: Iterable[str], but_lists: Collection[int] = ()) -> set[str]:
    """Those of these hashes that a file or an uploaded list names; ``but_lists`` are about to let theirs go."""
    wanted, found = sorted(set(hashes)), set()
    for some in in_parts(wanted, _AT_ONCE):
        files = select(Attachment.sha256, Attachment.thumbnail_sha256, Attachment.received_sha256).where(
            or_(
                Attachment.sha256.in_(some),
                Attachment.thumbnail_sha256.in_(some),
                Attachment.received_sha256.in_(some),
            )
        )
        for row in db.session.execute(files).all():
            found |= {name for name in row if name}
        lists = select(ImportJob.id, ImportJob.sha256).where(
            ImportJob.sha256.in_(some), ImportJob.swept_at.is_(None)
        )
        found |= {row.sha256 for row in db.session.execute(lists).all() if row.id not in but_lists}
        end_reading()
    return found & set(wanted)


def named_for_good() -> set[str]:
    """Every hash that signed minutes hold in their snapshot, and those of tablets' files that were carried in.

    Read a few at a time: they are long, and nobody's save waits for this.
    """
    found: set[str] = set()
    last = 0
    while True:
        rows = db.session.execute(
            select(MinutesRevision.id, MinutesRevision.snapshot)
            .where(MinutesRevision.id > last, MinutesRevision.snapshot.is_not(None))
            .order_by(MinutesRevision.id)
            .limit(_SNAPSHOTS_AT_ONCE)
        ).all()
        end_reading()
        for row in rows:
            found.update(_HASH.findall(row.snapshot))
        if len(rows) < _SNAPSHOTS_AT_ONCE:
            break
        last = rows[-1].id
    return found | carried_in()


def carried_in() -> set[str]:
    """The files of tablets that were carried in."""
    events = db.session.scalars(select(AuditEvent.data).where(AuditEvent.action == QUEUE_FILE)).all()
    end_reading()
    return {str(data.get("sha256")) for data in events}
