"""Whether the server has met an operation of a device before, whatever it was about."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import CompoundSelect, literal, select, union_all

from ..db import db
from ..models import AnswerChange, Attachment, Finding, Outcome, Recommendation


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
