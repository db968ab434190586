"""Reads for the second round of scores: what the unit said to the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..db import db
from ..domain.explanations import Stance
from ..models import Explanation, User


@dataclass(frozen=True, slots=True)
class Explained:
    """The unit's answer to one criterion, as the scoring page shows it."""

    stance: Stance
    text: str
    by: str
    at: datetime


def explained_of(inspection_id: int) -> dict[int, Explained]:
    """What the unit said, by criterion id; one SELECT."""
    rows = db.session.execute(
        select(
            Explanation.criterion_id,
            Explanation.stance,
            Explanation.text,
            User.title.label("by"),
            Explanation.updated_at.label("at"),
        )
        .join(User, User.id == Explanation.updated_by_id)
        .where(Explanation.inspection_id == inspection_id)
    )
    return {row.criterion_id: Explained(row.stance, row.text, row.by, row.at) for row in rows}
