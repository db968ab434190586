"""Answers on two sides, every change ever sent, and the roll-up per area."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.inspections import Side
from .types import Instant, Json, Word


class Outcome(StrEnum):
    """What became of an operation that a device sent."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"


class Answer(Base):
    """One side's answer to one criterion in one round.

    ``value`` is the rule's input as JSON, ``points`` hundredths. Not scored: no value and not
    ``not_applicable``. Out of scale by calculation: a value without points. ``version`` counts the
    accepted changes. ``replaced``: the member's score that the head put this one in place of.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("inspection_id", "criterion_id", "side", "round"),
        CheckConstraint("points IS NULL OR points >= 0", name="points"),
        CheckConstraint("NOT not_applicable OR points IS NULL", name="not_applicable"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    side: Mapped[Side] = mapped_column(Word(Side))
    round: Mapped[int] = mapped_column(default=1)
    value: Mapped[dict[str, Any] | None] = mapped_column(Json)
    points: Mapped[int | None]
    not_applicable: Mapped[bool] = mapped_column(default=False)
    na_reason: Mapped[str] = mapped_column(default="")
    na_approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    na_approved_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    replaced: Mapped[dict[str, Any] | None] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(Instant)


class AnswerChange(Base):
    """Append-only: an operation as it was sent, what it met and what it became.

    ``version`` is the answer's version after an accepted change, or the version a conflict met.
    """

    __tablename__ = "answer_changes"
    __table_args__ = (Index("ix_answer_changes_place", "inspection_id", "criterion_id", "side", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(unique=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"))
    side: Mapped[Side] = mapped_column(Word(Side))
    round: Mapped[int] = mapped_column(default=1)
    field: Mapped[str]
    sent: Mapped[dict[str, Any]] = mapped_column(Json)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    base_version: Mapped[int]
    version: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    device_at: Mapped[datetime | None] = mapped_column(Instant)
    # The beginning of the digest of the browser's own token; empty when it has none.
    device: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime] = mapped_column(Instant)


class AreaScore(Base):
    """The roll-up of one area and side, written with every answer; dashboards read only this."""

    __tablename__ = "area_scores"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    side: Mapped[Side] = mapped_column(Word(Side), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, default=1)
    points: Mapped[int]
    max_points: Mapped[int]
    answered: Mapped[int]
    total: Mapped[int]
