"""Who is on which criterion now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.inspections import Side
from .types import Instant, Word


class Presence(Base):
    """A person's last word about where they are in an inspection; one row each, old ones mean nothing.

    ``criterion`` is a code, empty for nowhere in particular.
    """

    __tablename__ = "presences"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    side: Mapped[Side] = mapped_column(Word(Side))
    criterion: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(Instant)
