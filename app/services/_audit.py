"""Adds events to the audit chain inside the running transaction; used by verbs, itself no verb."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from ..db import db
from ..domain.audit import GENESIS, chain_hash
from ..models import AuditEvent

# Any number will do, as long as nothing else in this database uses it for advisory locks.
_CHAIN_LOCK = 7_301_2026


def note_event(
    action: str,
    object_kind: str,
    object_id: int | None,
    user_id: int | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """One more link: two writers on PostgreSQL wait for each other, on SQLite the write lock does it."""
    note_events(action, object_kind, [(object_id, data or {})], user_id, now)


def note_events(
    action: str,
    object_kind: str,
    objects: Iterable[tuple[int | None, Mapping[str, Any]]],
    user_id: int | None,
    now: datetime,
) -> None:
    """One link for each object that one press of a button changed: one lock and one look at the chain's end."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = db.session.execute(select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)).scalar()
    previous = last or GENESIS
    for object_id, data in objects:
        plain = json.loads(json.dumps(dict(data), default=str))
        hash_ = chain_hash(previous, now, user_id, action, object_kind, object_id, plain)
        db.session.add(
            AuditEvent(
                at=now,
                user_id=user_id,
                action=action,
                object_kind=object_kind,
                object_id=object_id,
                data=plain,
                previous_hash=previous,
                hash=hash_,
            )
        )
        previous = hash_
    # In the order in which they were added: SQLAlchemy numbers what it inserts together by its place in the batch,
    # so that the ids are in the order of the chain (a test asks both databases for a thousand).
    db.session.flush()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Old and new values of what is different, as an event's data."""
    names = [name for name in after if before.get(name) != after[name]]
    return {
        "before": {name: before.get(name) for name in names},
        "after": {name: after[name] for name in names},
    }


def on_device(device_at: datetime | None) -> dict[str, str]:
    """For an event's data: when the person wrote it, by the clock of their device; it may have waited there."""
    return {"device_at": device_at.isoformat()} if device_at else {}
