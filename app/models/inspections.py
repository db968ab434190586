"""Inspections: one unit, one delegation, one checklist version for ever."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.inspections import InspectionKind, State
from .types import Instant, Word


class Inspection(Base):
    """A visit. Bonus and deduction are hundredths with their reasons; a giám sát may go without ``scoring``.

    ``round``: the delegation's round of scores that counts now; the unit's self-score has but one.

    ``parent_id``: the session of a giám sát that this field visit (điểm khảo sát) belongs to.
    """

    __tablename__ = "inspections"
    __table_args__ = (
        UniqueConstraint("delegation_id", "unit_id", "kind"),
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("bonus >= 0 AND deduction >= 0", name="extras"),
        CheckConstraint("parent_id <> id", name="parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("checklist_versions.id"), index=True)
    kind: Mapped[InspectionKind] = mapped_column(Word(InspectionKind), default=InspectionKind.DINH_KY)
    scoring: Mapped[bool] = mapped_column(default=True)
    period_from: Mapped[date]
    period_to: Mapped[date]
    period_label: Mapped[str] = mapped_column(default="")
    inspected_on: Mapped[date]
    self_due_on: Mapped[date | None]
    state: Mapped[State] = mapped_column(Word(State), default=State.DU_THAO)
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    explain_due_on: Mapped[date | None]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    bonus: Mapped[int] = mapped_column(default=0)
    bonus_reason: Mapped[str] = mapped_column(default="")
    deduction: Mapped[int] = mapped_column(default=0)
    deduction_reason: Mapped[str] = mapped_column(default="")
    self_locked_at: Mapped[datetime | None] = mapped_column(Instant)
    self_locked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    locked_at: Mapped[datetime | None] = mapped_column(Instant)
    locked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class InspectionStep(Base):
    """Append-only: every change of state, who made it, when and why."""

    __tablename__ = "inspection_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    from_state: Mapped[State | None] = mapped_column(Word(State))
    to_state: Mapped[State] = mapped_column(Word(State))
    reason: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
