"""Attachments: files by content hash, each belonging to one inspection and at most one thing in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from .types import Instant


class Attachment(Base):
    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    task_report_id: Mapped[int | None] = mapped_column(ForeignKey("task_reports.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
