"""The plan: campaigns, delegations and their members with the areas given to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.access import Role
from ..domain.inspections import CampaignKind
from .types import Instant, Json, Word


class Campaign(Base):
    """Kế hoạch kiểm tra (or a programme of giám sát): who plans, which period is looked at."""

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("period_from <= period_to", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CampaignKind] = mapped_column(Word(CampaignKind), default=CampaignKind.KIEM_TRA)
    title: Mapped[str]
    theme: Mapped[str] = mapped_column(default="")
    year: Mapped[int]
    agency: Mapped[str] = mapped_column(default="")
    parent_agency: Mapped[str] = mapped_column(default="")
    plan_number: Mapped[str] = mapped_column(default="")
    plan_date: Mapped[date | None]
    period_from: Mapped[date]
    period_to: Mapped[date]
    period_label: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    # Since when who wrote it down has no place in its delegations any more, having had one.
    maker_left_at: Mapped[datetime | None] = mapped_column(Instant)


class Delegation(Base):
    """Đoàn kiểm tra, set up by a decision within a campaign."""

    __tablename__ = "delegations"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    name: Mapped[str]
    agency: Mapped[str] = mapped_column(default="")
    decision_number: Mapped[str] = mapped_column(default="")
    decision_date: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    # Since when who wrote it down has no place in its delegations any more, having had one.
    maker_left_at: Mapped[datetime | None] = mapped_column(Instant)


class DelegationMember(Base):
    """A person's place in a delegation. ``areas``: codes of the areas given to them («1», «3»)."""

    __tablename__ = "delegation_members"
    __table_args__ = (UniqueConstraint("delegation_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    areas: Mapped[list[str]] = mapped_column(Json, default=list)
    post: Mapped[str] = mapped_column(default="")
    place: Mapped[int] = mapped_column(default=0)
