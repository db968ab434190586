"""Begins the second round inside the running transaction; used by verbs, itself no verb."""

from __future__ import annotations

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import DeclarativeBase

from ..db import db
from ..domain.inspections import Side
from ..models import Answer, AreaScore, Inspection

# What the first round says of its own making: it is not carried over.
_NOT_CARRIED = {"id", "round", "replaced"}


def begin_second_round(inspection: Inspection) -> None:
    """The delegation's answers of the first round, and their sums, once more as the second's.

    Versions, authors and times stay: nobody has scored anything by it. From now on the first round's rows
    are never written again. The caller holds the lock of the inspection.
    """
    for model in (Answer, AreaScore):
        _carry_over(model, inspection.id)
    inspection.round = 2


def _carry_over(model: type[Answer] | type[AreaScore], inspection_id: int) -> None:
    table: type[DeclarativeBase] = model
    names = [column.name for column in table.__table__.columns if column.name not in _NOT_CARRIED]
    rows = select(literal(2), *(getattr(model, name) for name in names)).where(
        model.inspection_id == inspection_id, model.side == Side.VERIFIED, model.round == 1
    )
    db.session.execute(insert(model).from_select(["round", *names], rows, include_defaults=False))
