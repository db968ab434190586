"""Whether the server has met an operation of a device before, whatever it was about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import CompoundSelect, literal, select, union_all

from ..db import db
from ..models import AnswerChange, Attachment, Finding, Inspection, Outcome, Recommendation, Unit


class Met(StrEnum):
    TAKEN = "taken"
    CONFLICT = "conflict"


def met_operations(ids: list[str]) -> dict[str, Met]:
    """What became of those that came before; one SELECT."""
    rows: CompoundSelect[Any] = union_all(
        select(AnswerChange.op_id, AnswerChange.outcome.label("outcome")).where(AnswerChange.op_id.in_(ids)),
        *(
            select(table.op_id, literal(Outcome.ACCEPTED.value)).where(table.op_id.in_(ids))
            for table in (Finding, Recommendation, Attachment)
        ),
    )
    return {
        op_id: Met.CONFLICT if outcome == Outcome.CONFLICT else Met.TAKEN
        for op_id, outcome in db.session.execute(rows)
    }


@dataclass(frozen=True, slots=True)
class Told:
    """Where an operation belongs, by name."""

    unit_name: str
    version_id: int


def told_inspections(ids: Collection[int]) -> dict[int, Told]:
    """The inspections that operations name; one SELECT, and no rows for those that are not there."""
    rows = db.session.execute(
        select(Inspection.id, Unit.name, Inspection.version_id)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.id.in_(ids))
        .order_by(Inspection.id)
    )
    return {id_: Told(unit_name, version_id) for id_, unit_name, version_id in rows}
