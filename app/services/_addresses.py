"""A mail address that changes is asked anew, and the letters that ask; parts of verbs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, text

from ..db import db
from ..domain.addresses import LETTERS_KEPT, letter_waits
from ..domain.logins import DAY
from ..models import AddressLetter, Unit, User

# Any number will do, as long as nothing else in this database uses it for advisory locks.
_LETTER_LOCK = 7_301_2030


def take_address(owner: User | Unit, email: str, with_mail: bool, now: datetime) -> None:
    """The address of a person or unit, under its lock: another one is not confirmed, and is asked by a letter.

    Where the limits allow none now, the page says so, and one is asked for there later.
    """
    if owner.email == email:
        return
    owner.email, owner.email_confirmed_at = email, None
    if email and with_mail:
        ask_by_letter(owner, now)


def ask_by_letter(owner: User | Unit, now: datetime) -> timedelta:
    """One more letter to the address, to be sent once the verb is over; or how long it waits for that."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LETTER_LOCK})
    user_id, unit_id = (owner.id, None) if isinstance(owner, User) else (None, owner.id)
    mine = AddressLetter.user_id == user_id if user_id else AddressLetter.unit_id == unit_id
    lately = select(AddressLetter.asked_at).where(AddressLetter.asked_at > now - DAY)
    own = db.session.scalars(lately.where(mine)).all()
    others = db.session.scalars(lately.where(AddressLetter.address == owner.email)).all()
    wait = letter_waits(own, others, now)
    if wait > timedelta():
        return wait
    db.session.execute(delete(AddressLetter).where(AddressLetter.asked_at <= now - LETTERS_KEPT))
    db.session.add(AddressLetter(user_id=user_id, unit_id=unit_id, address=owner.email, asked_at=now))
    return wait
