"""Units and their successions; a unit is closed when it ends, never renamed in place."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.units import SuccessionType, UnitKind
from .types import Instant, Word


class Unit(Base):
    """A public office. ``path`` is «/1/5/77/»: the ids from the root down to the unit itself."""

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="valid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(Word(UnitKind))
    name: Mapped[str]
    code: Mapped[str | None]
    code_edoc: Mapped[str | None] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    path: Mapped[str] = mapped_column(default="", index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    name_sort: Mapped[str] = mapped_column(index=True)
    name_search: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    # The office's mailbox, and when its people are not to be mailed (hours, empty: as the setting says).
    email: Mapped[str] = mapped_column(default="", server_default="")
    email_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]


class UnitSuccession(Base):
    """``from_unit`` lives on, wholly or in part, in ``to_unit`` from ``effective_date`` on."""

    __tablename__ = "unit_successions"
    __table_args__ = (UniqueConstraint("from_unit_id", "to_unit_id", "effective_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    effective_date: Mapped[date]
    type: Mapped[SuccessionType] = mapped_column(Word(SuccessionType))
    legal_document: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
