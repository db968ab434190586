"""Findings (ưu điểm, tồn tại) and recommendations in both directions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.inspections import Direction, FindingKind, FindingState, Severity
from .types import Instant, Word


class Finding(Base):
    """What was found. ``op_id`` is made on the device, so that a repeated sending is one finding.

    ``remedied_on``: the day the delegation confirmed the remedy. ``handed_to_unit_id``: the unit that has to
    remedy it since the inspected one was merged.
    """

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(unique=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criteria.id"))
    kind: Mapped[FindingKind] = mapped_column(Word(FindingKind))
    severity: Mapped[Severity | None] = mapped_column(Word(Severity))
    text: Mapped[str]
    cause: Mapped[str] = mapped_column(default="")
    responsibility: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    state: Mapped[FindingState] = mapped_column(Word(FindingState), default=FindingState.MOI)
    remedied_on: Mapped[date | None]
    handed_to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    handed_over_from_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class Recommendation(Base):
    """What is asked for: of the unit by the delegation, or of the superior by the unit."""

    __tablename__ = "recommendations"

    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(unique=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("criteria.id"))
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    text: Mapped[str]
    addressee: Mapped[str] = mapped_column(default="")
    report_to: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
