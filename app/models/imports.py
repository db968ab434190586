"""Lists that were uploaded to be carried in: what was found in them, and how far the work is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.imports import ImportState
from .types import Instant, Json, Word


class ImportJob(Base):
    """One uploaded list of tasks. ``sha256`` names its bytes in the store.

    ``faults`` are ``[cell, reason, sentence]`` in row order; ``summary`` holds counts and the first rows. ``runner`` is the
    process that works on it, ``beat_at`` its last sign of life; ``done`` of ``total`` rows in the present state.
    """

    __tablename__ = "import_jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[ImportState] = mapped_column(Word(ImportState), default=ImportState.READING)
    file_name: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]
    size: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[Any]] = mapped_column(Json, default=list)
    summary: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    message: Mapped[str] = mapped_column(default="")
    runner: Mapped[str] = mapped_column(default="")
    beat_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    # The workbook was let go; what was found in it stays.
    swept_at: Mapped[datetime | None] = mapped_column(Instant)
