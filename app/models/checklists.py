"""Checklists, their versions, areas, criterion groups and criteria; a published version never changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.checklists import AreaKind, UnitLevel
from .types import Instant, Json, Word


class Checklist(Base):
    """A criteria set by name; ``code`` is what the command line calls it."""

    __tablename__ = "checklists"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class ChecklistVersion(Base):
    """One version; points in hundredths; ``bands``: list of {label, from_index}."""

    __tablename__ = "checklist_versions"
    __table_args__ = (
        UniqueConstraint("checklist_id", "version"),
        CheckConstraint("scale > 0 AND bonus_max >= 0 AND deduction_max >= 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"))
    version: Mapped[str]
    level: Mapped[UnitLevel] = mapped_column(Word(UnitLevel))
    scale: Mapped[int]
    bonus_max: Mapped[int]
    deduction_max: Mapped[int]
    valid_from: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    bands: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Area(Base):
    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        CheckConstraint("max_points > 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("checklist_versions.id", ondelete="CASCADE"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[AreaKind] = mapped_column(Word(AreaKind))
    max_points: Mapped[int]
    may_be_na: Mapped[bool] = mapped_column(default=False)
    in_charge: Mapped[str] = mapped_column(default="")
    place: Mapped[int]


class CriterionGroup(Base):
    __tablename__ = "criterion_groups"
    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        CheckConstraint("max_points > 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("checklist_versions.id", ondelete="CASCADE"))
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="CASCADE"), index=True)
    code: Mapped[str]
    text: Mapped[str]
    max_points: Mapped[int]
    in_charge: Mapped[str] = mapped_column(default="")
    place: Mapped[int]


class Criterion(Base):
    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        CheckConstraint("max_points > 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("checklist_versions.id", ondelete="CASCADE"))
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("criterion_groups.id", ondelete="CASCADE"), index=True)
    code: Mapped[str]
    text: Mapped[str]
    max_points: Mapped[int]
    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    may_be_na: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[str] = mapped_column(default="")
    figure: Mapped[str] = mapped_column(default="")
    in_charge: Mapped[str] = mapped_column(default="")
    place: Mapped[int]
