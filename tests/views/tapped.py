"""What a page and its script send for one score, and what is stored then: for tests of saving."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import func, select

from app.db import db
from app.domain.inspections import Side
from app.models import Answer, AnswerChange


def tap(**fields: object) -> dict[str, object]:
    """What the page's script sends for one operation."""
    return {"op_id": str(uuid4()), "side": "verified", "field": "value", "base_version": "0"} | fields


def card(**fields: object) -> dict[str, object]:
    """What a browser without scripts sends: the whole card."""
    return {"op_id": str(uuid4()), "side": "verified", "base_version": "0"} | fields


def stored(world, code: str = "1.1.1", side: Side = Side.VERIFIED) -> Answer | None:
    return db.session.execute(
        select(Answer).where(
            Answer.inspection_id == world.id,
            Answer.side == side,
            Answer.criterion_id == world.checklist.by_code[code][1].id,
        )
    ).scalar_one_or_none()


def rows() -> int:
    return db.session.execute(select(func.count()).select_from(AnswerChange)).scalar_one()
