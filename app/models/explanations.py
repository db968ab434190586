"""What the unit says to the delegation's scores of the first round, criterion by criterion."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.explanations import Stance
from .types import Instant, Word


class Explanation(Base):
    """One criterion's: agreed to, or explained with a text. ``version`` counts the changes."""

    __tablename__ = "explanations"
    __table_args__ = (
        UniqueConstraint("inspection_id", "criterion_id"),
        CheckConstraint("stance <> 'explain' OR text <> ''", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    stance: Mapped[Stance] = mapped_column(Word(Stance))
    text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(Instant)
