"""Reads about mail addresses: whether one is confirmed, and the letters that ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from ..db import db
from ..domain.addresses import LINK_LASTS, AddressCard, is_good
from ..domain.reminders import Recipient
from ..models import AddressLetter, Unit, User

# A letter that a page asked for is on its way for so long; after that a run of reminders tries once more.
_ON_ITS_WAY = timedelta(minutes=10)


def address_card(recipient: Recipient) -> AddressCard:
    """The address of a person or unit with the last letter that asked it; one SELECT."""
    owner: type[User] | type[Unit] = User if recipient.user_id else Unit
    mine = AddressLetter.user_id if recipient.user_id else AddressLetter.unit_id
    id_ = recipient.user_id or recipient.unit_id
    row = db.session.execute(
        select(
            owner.email,
            owner.email_confirmed_at,
            AddressLetter.asked_at,
            AddressLetter.sent_at,
            AddressLetter.error,
        )
        .outerjoin(AddressLetter, (mine == owner.id) & (AddressLetter.address == owner.email))
        .where(owner.id == id_)
        .order_by(AddressLetter.id.desc().nulls_last())
        .limit(1)
    ).one()
    return AddressCard(row.email, row.email_confirmed_at, row.asked_at, row.sent_at, row.error or "")


@dataclass(frozen=True, slots=True)
class LetterCard:
    """A letter that asks: whose address it is, in which language, and whether its link still works."""

    id: int
    recipient: Recipient
    address: str
    asked_at: datetime
    used_at: datetime | None
    name: str
    locale: str
    # The address as it stands now, and since when it is confirmed.
    email: str
    confirmed_at: datetime | None

    @property
    def is_confirmed(self) -> bool:
        """By this letter, or by another one to the same address."""
        return self.email == self.address and self.confirmed_at is not None

    def is_good(self, now: datetime) -> bool:
        return self.email == self.address and is_good(self.asked_at, self.used_at, now)


def _letters() -> Select[Any]:
    """Letters to people who may sign in, and to units."""
    wanted: Select[Any] = (
        select(  # type: ignore[assignment]
            AddressLetter.id,
            AddressLetter.user_id,
            AddressLetter.unit_id,
            AddressLetter.address,
            AddressLetter.asked_at,
            AddressLetter.used_at,
            func.coalesce(User.title, Unit.name).label("name"),
            func.coalesce(User.locale, "vi").label("locale"),
            func.coalesce(User.email, Unit.email).label("email"),
            func.coalesce(User.email_confirmed_at, Unit.email_confirmed_at).label("confirmed_at"),
        )
        .outerjoin(User, User.id == AddressLetter.user_id)
        .outerjoin(Unit, Unit.id == AddressLetter.unit_id)
        .where(or_(User.id.is_(None), User.active))
    )
    return wanted


def _card(row: Any) -> LetterCard:
    return LetterCard(
        row.id,
        Recipient(row.user_id, row.unit_id),
        row.address,
        row.asked_at,
        row.used_at,
        row.name,
        row.locale,
        row.email,
        row.confirmed_at,
    )


def letter_card(letter_id: int) -> LetterCard | None:
    """``None`` when the letter was swept; one SELECT."""
    row = db.session.execute(_letters().where(AddressLetter.id == letter_id)).one_or_none()
    return None if row is None else _card(row)


def letter_just_asked(recipient: Recipient, now: datetime) -> LetterCard | None:
    """The letter that the verb of this moment asked for."""
    mine = AddressLetter.user_id if recipient.user_id else AddressLetter.unit_id
    row = db.session.execute(
        _letters()
        .where(mine == (recipient.user_id or recipient.unit_id), AddressLetter.asked_at == now)
        .order_by(AddressLetter.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _card(row)


def letters_left_behind(now: datetime) -> list[LetterCard]:
    """Letters that no mail server has taken yet and whose link would still help, oldest first; one SELECT."""
    rows = db.session.execute(
        _letters()
        .where(
            AddressLetter.sent_at.is_(None),
            AddressLetter.used_at.is_(None),
            AddressLetter.asked_at < now - _ON_ITS_WAY,
            AddressLetter.asked_at > now - LINK_LASTS,
            AddressLetter.address == func.coalesce(User.email, Unit.email),
            func.coalesce(User.email_confirmed_at, Unit.email_confirmed_at).is_(None),
        )
        .order_by(AddressLetter.id)
    )
    return [_card(row) for row in rows]


def never_asked() -> list[Recipient]:
    """Whose address no letter has asked: typed while there was no mail server."""
    people = (
        select(User.id)
        .outerjoin(AddressLetter, (AddressLetter.user_id == User.id) & (AddressLetter.address == User.email))
        .where(User.active, User.mail_digest, User.email != "", User.email_confirmed_at.is_(None))
        .where(AddressLetter.id.is_(None))
        .order_by(User.id)
    )
    units = (
        select(Unit.id)
        .outerjoin(AddressLetter, (AddressLetter.unit_id == Unit.id) & (AddressLetter.address == Unit.email))
        .where(Unit.email != "", Unit.email_confirmed_at.is_(None), AddressLetter.id.is_(None))
        .order_by(Unit.id)
    )
    return [
        *(Recipient(id_) for id_ in db.session.scalars(people)),
        *(Recipient(None, id_) for id_ in db.session.scalars(units)),
    ]
