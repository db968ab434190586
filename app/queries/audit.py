"""Reads for the proof of the audit trail: the chain in pieces, seals, the change log, signed minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..db import db
from ..domain.audit import Event
from ..models import Answer, AnswerChange, AuditEvent, MinutesRevision

# Short pieces, each in a transaction of its own: on SQLite a long reader would make savers wait.
PIECE = 2000

# What a seal covers. A column that is added to the table later must not be added here: old seals stay true.
_SEALED = (
    AnswerChange.id,
    AnswerChange.op_id,
    AnswerChange.inspection_id,
    AnswerChange.criterion_id,
    AnswerChange.side,
    AnswerChange.round,
    AnswerChange.field,
    AnswerChange.sent,
    AnswerChange.before,
    AnswerChange.after,
    AnswerChange.outcome,
    AnswerChange.base_version,
    AnswerChange.version,
    AnswerChange.user_id,
    AnswerChange.device_at,
    AnswerChange.at,
)


def chain() -> Iterator[list[Event]]:
    """All events in the order of their ids, piece by piece."""
    after = 0
    while True:
        rows = db.session.execute(
            select(
                AuditEvent.id,
                AuditEvent.at,
                AuditEvent.user_id,
                AuditEvent.action,
                AuditEvent.object_kind,
                AuditEvent.object_id,
                AuditEvent.data,
                AuditEvent.previous_hash,
                AuditEvent.hash,
            )
            .where(AuditEvent.id > after)
            .order_by(AuditEvent.id)
            .limit(PIECE)
        ).all()
        db.session.rollback()
        if not rows:
            return
        yield [Event(**row._asdict()) for row in rows]
        after = rows[-1].id


def event_with_hash(hash_: str) -> int | None:
    """The id of the event with this hash: where a link that does not fit here belongs."""
    return db.session.scalar(select(AuditEvent.id).where(AuditEvent.hash == hash_))


def last_seal() -> datetime | None:
    """When ``flask audit seal`` last ran; ``None`` when it never did."""
    return db.session.scalar(
        select(AuditEvent.at).where(AuditEvent.action == "audit.seal").order_by(AuditEvent.id.desc()).limit(1)
    )


def sealed_until(inspection_id: int) -> int:
    """The id of the last line of the change log that is sealed; 0 for none."""
    data = db.session.scalar(
        select(AuditEvent.data)
        .where(
            AuditEvent.object_kind == "inspection",
            AuditEvent.object_id == inspection_id,
            AuditEvent.action == "answers.digest",
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return int(data["until"]) if data else 0


def changes_after(inspection_id: int, change_id: int) -> list[Mapping[str, Any]]:
    """The lines of an inspection's change log after this one, with all that a seal covers."""
    rows = db.session.execute(
        select(*_SEALED)
        .where(AnswerChange.inspection_id == inspection_id, AnswerChange.id > change_id)
        .order_by(AnswerChange.id)
    )
    return [row._asdict() for row in rows]


def seals_of(inspection_id: int) -> list[Mapping[str, Any]]:
    """The data of its «answers.digest» events, which seal the change log, in their order."""
    return list(
        db.session.scalars(
            select(AuditEvent.data)
            .where(
                AuditEvent.object_kind == "inspection",
                AuditEvent.object_id == inspection_id,
                AuditEvent.action == "answers.digest",
            )
            .order_by(AuditEvent.id)
        )
    )


def answers_standing(inspection_id: int) -> list[Mapping[str, Any]]:
    """The answers of an inspection as the change log should have left them."""
    rows = db.session.execute(
        select(
            Answer.id,
            Answer.criterion_id,
            Answer.side,
            Answer.round,
            Answer.version,
            Answer.value,
            Answer.points,
            Answer.not_applicable,
            Answer.na_reason,
            Answer.reason,
            Answer.note,
        ).where(Answer.inspection_id == inspection_id)
    )
    return [row._asdict() for row in rows]


def scored_inspections() -> list[int]:
    """Ids of the inspections that have answers, a change log or a seal."""
    found = set(db.session.scalars(select(AnswerChange.inspection_id).distinct()))
    found |= set(db.session.scalars(select(Answer.inspection_id).distinct()))
    found |= {
        id_
        for id_ in db.session.scalars(
            select(AuditEvent.object_id).where(AuditEvent.action == "answers.digest").distinct()
        )
        if id_ is not None
    }
    return sorted(found)


@dataclass(frozen=True, slots=True)
class SignedMinutes:
    """Signed minutes with their seal, and the seal that the trail has."""

    inspection_id: int
    revision: int
    snapshot: str
    sha256: str
    noted: bool


def signed_minutes() -> list[SignedMinutes]:
    """All signed minutes; ``noted``: an event says that minutes with this seal were signed."""
    noted: dict[int, set[str]] = {}
    for id_, data in db.session.execute(
        select(AuditEvent.object_id, AuditEvent.data).where(AuditEvent.action == "minutes.sign")
    ):
        noted.setdefault(id_ or 0, set()).add(str(data.get("sha256")))
    rows = db.session.execute(
        select(
            MinutesRevision.inspection_id,
            MinutesRevision.revision,
            MinutesRevision.snapshot,
            MinutesRevision.sha256,
        )
        .where(MinutesRevision.signed_at.is_not(None))
        .order_by(MinutesRevision.id)
    )
    return [
        SignedMinutes(
            row.inspection_id,
            row.revision,
            row.snapshot or "",
            row.sha256 or "",
            (row.sha256 or "") in noted.get(row.inspection_id, set()),
        )
        for row in rows
    ]
