"""Reads about explanations: what the unit said to the first round, by criterion."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from ..db import rows
from ..domain.explanations import Explanation as Said
from ..models import Explanation, User

_ALL = (
    select(
        Explanation.criterion_id,
        Explanation.stance,
        Explanation.text,
        Explanation.version,
        User.title.label("by"),
        Explanation.updated_at,
    )
    .join(User, User.id == Explanation.updated_by_id)
    .where(Explanation.inspection_id == bindparam("inspection"))
)


def explanations_of(inspection_id: int) -> dict[int, Said]:
    """What was said, by criterion id; criteria without a word are absent. One SELECT."""
    return {
        row.criterion_id: Said(row.stance, row.text, row.version, row.by, row.updated_at)
        for row in rows(_ALL, inspection=inspection_id)
    }
