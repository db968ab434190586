"""Attachments: files by content hash, each belonging to one thing of an inspection, to a task or a directive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.attachments import FileKind
from ..domain.inspections import Side
from .types import Instant, Word


class Attachment(Base):
    """Evidence of one side of a criterion, of a finding, of a task (and one of its reports); a directive's file.

    It hangs on the criterion and side, not on the answer's row: evidence may come before the points and
    stays through the rounds. ``sha256`` names the bytes in the storage, ``thumbnail_sha256`` those of a
    picture's small copy; ``received_sha256`` those that the device sent, which for a picture are others: it is
    encoded anew. Removing is a mark.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN inspection_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN task_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN directive_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="owner",
        ),
        CheckConstraint("(criterion_id IS NULL) = (side IS NULL)", name="side"),
        CheckConstraint(
            "inspection_id IS NULL OR (criterion_id IS NULL) <> (finding_id IS NULL)", name="place"
        ),
        Index("ix_attachments_criterion", "inspection_id", "criterion_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(index=True)
    thumbnail_sha256: Mapped[str | None]
    received_sha256: Mapped[str | None]
    name: Mapped[str]
    kind: Mapped[FileKind] = mapped_column(Word(FileKind))
    size: Mapped[int]
    caption: Mapped[str] = mapped_column(default="")
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"))
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criteria.id"))
    side: Mapped[Side | None] = mapped_column(Word(Side))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    task_report_id: Mapped[int | None] = mapped_column(ForeignKey("task_reports.id"))
    directive_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"), index=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
