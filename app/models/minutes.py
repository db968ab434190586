"""Minutes: numbered revisions; once signed, a frozen snapshot with its SHA-256."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from .types import Instant, Json


class MinutesRevision(Base):
    """``details``: what is typed for the minutes alone (place, times, participants, opinions, copies).

    ``snapshot``: canonical JSON of the whole ``Minutes`` value at signing, ``sha256`` of that text.
    """

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("inspection_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    revision: Mapped[int] = mapped_column(default=1)
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    snapshot: Mapped[str | None]
    sha256: Mapped[str | None] = mapped_column(index=True)
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(Instant)
