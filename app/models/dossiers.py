"""Dossier figures by form II.06, and the ledger of late dossiers (no applicant's name)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.late_dossiers import LateCause
from .types import Instant, Json, Word


class ReportSource(StrEnum):
    """Who counted: the unit itself, or the one-stop system."""

    UNIT = "unit"
    ONE_STOP = "one_stop"


class ReportStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"


class DossierReport(Base):
    """Form II.06 of one unit and period. ``extra``: postal and other figures outside the form.

    ``explanations``: why an identity does not hold, by the identity's key.
    """

    __tablename__ = "dossier_reports"
    __table_args__ = (
        UniqueConstraint("unit_id", "period_from", "period_to", "source"),
        CheckConstraint("period_from <= period_to", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    period_from: Mapped[date]
    period_to: Mapped[date]
    period_label: Mapped[str] = mapped_column(default="")
    source: Mapped[ReportSource] = mapped_column(Word(ReportSource), default=ReportSource.UNIT)
    status: Mapped[ReportStatus] = mapped_column(Word(ReportStatus), default=ReportStatus.DRAFT)
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    explanations: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class DossierLine(Base):
    """One line of the form; ``is_total`` marks the total row. ``None`` is «not reported», never 0."""

    __tablename__ = "dossier_lines"
    __table_args__ = (UniqueConstraint("report_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("dossier_reports.id", ondelete="CASCADE"))
    place: Mapped[int]
    field: Mapped[str]
    is_total: Mapped[bool] = mapped_column(default=False)
    received_total: Mapped[int | None]
    received_online: Mapped[int | None]
    received_direct: Mapped[int | None]
    carried_over: Mapped[int | None]
    resolved_total: Mapped[int | None]
    resolved_early: Mapped[int | None]
    resolved_on_time: Mapped[int | None]
    resolved_late: Mapped[int | None]
    processing_total: Mapped[int | None]
    processing_in_time: Mapped[int | None]
    processing_overdue: Mapped[int | None]


class LateDossier(Base):
    """Sổ theo dõi hồ sơ trễ hạn: the dossier by its code only (personal data stays out).

    ``cause_kind`` is one of Biểu II.07, ``cause`` the explanation (giải trình) in words.
    """

    __tablename__ = "late_dossiers"
    __table_args__ = (UniqueConstraint("report_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("dossier_reports.id", ondelete="CASCADE"))
    code: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date | None]
    due_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    days_late: Mapped[int | None]
    cause_kind: Mapped[LateCause | None] = mapped_column(Word(LateCause))
    cause: Mapped[str] = mapped_column(default="")
    apology_number: Mapped[str] = mapped_column(default="")
    apology_on: Mapped[date | None]
    reappointed_on: Mapped[date | None]
    reappointed_times: Mapped[int | None]
    published: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime | None] = mapped_column(Instant)
