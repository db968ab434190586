"""Sign-offs of areas: a member's word for an area's scores, a divergent opinion, and the head's decision on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.signoffs import Decision
from .types import Instant, Word


class AreaSignoff(Base):
    """One member's word on one area in one round.

    ``signed_at`` is empty where there is only an opinion, or the sign-off was withdrawn. Points, counts and
    ``last_change_id`` are those of the moment of signing; points are hundredths.
    """

    __tablename__ = "area_signoffs"
    __table_args__ = (
        UniqueConstraint("inspection_id", "area_id", "round", "user_id"),
        CheckConstraint("decision IS NULL OR opinion <> ''", name="decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    points: Mapped[int] = mapped_column(default=0)
    max_points: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    last_change_id: Mapped[int | None] = mapped_column(ForeignKey("answer_changes.id"))
    opinion: Mapped[str] = mapped_column(default="")
    opinion_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[Decision | None] = mapped_column(Word(Decision))
    decision_reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
