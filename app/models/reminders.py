"""Digests of reminders for people and mailboxes, and what each of them has told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.reminders import NoticeKind, Topic
from .types import Instant, Json, Word


class Notice(Base):
    """One digest of a day, for a person (shown in the app) or for a unit's mailbox; ``lines`` is what it says.

    ``to_mail`` was decided when it was made: an address that is given later gets no old mail. ``taken_at`` says
    that a run is sending it now, so that a second run at the same time leaves it alone.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "day"),
        UniqueConstraint("unit_id", "day"),
        Index("ix_notices_user_id_read_at", "user_id", "read_at"),
        CheckConstraint("(user_id IS NULL) <> (unit_id IS NULL)", name="recipient"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    day: Mapped[date]
    kind: Mapped[NoticeKind] = mapped_column(Word(NoticeKind), default=NoticeKind.DIGEST)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    to_mail: Mapped[bool] = mapped_column(default=False)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    mailed_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")


class Reminder(Base):
    """One mark of one task that was told to one recipient, once.

    ``counted_from`` is the due date, or the day of the report that waits; an extension is a new one.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("task_id", "user_id", "topic", "counted_from", "mark"),
        UniqueConstraint("task_id", "unit_id", "topic", "counted_from", "mark"),
        CheckConstraint("(user_id IS NULL) <> (unit_id IS NULL)", name="recipient"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    topic: Mapped[Topic] = mapped_column(Word(Topic))
    counted_from: Mapped[date]
    mark: Mapped[int]
