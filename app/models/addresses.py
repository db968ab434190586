"""Letters that ask whether a mail address is right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from .types import Instant


class AddressLetter(Base):
    """One letter that asks a person's or a unit's mailbox for a word; its link works once, for this address.

    ``sent_at``: a mail server took it; ``error``: what the last try came to. Rows are also how many letters
    were asked for lately: there are limits to that.
    """

    __tablename__ = "address_letters"
    __table_args__ = (CheckConstraint("(user_id IS NULL) <> (unit_id IS NULL)", name="recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    address: Mapped[str] = mapped_column(index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str] = mapped_column(default="")
    used_at: Mapped[datetime | None] = mapped_column(Instant)
