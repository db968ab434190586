"""Mail addresses: how one is confirmed, and how many letters may ask for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .logins import DAY, HOUR, MINUTE, Limit, waiting_time

# A letter of Friday is still good on Monday.
LINK_LASTS = timedelta(days=3)
# Longer than any limit looks back and any link lasts: what is older says nothing any more.
LETTERS_KEPT = timedelta(days=30)
# What one person or mailbox may ask for.
OWN_LETTERS = (Limit(1, 2 * MINUTE), Limit(5, HOUR), Limit(10, DAY))
# What one address may get, whoever types it: nobody's mailbox is filled through us.
ADDRESS_LETTERS = (Limit(3, HOUR), Limit(6, DAY))


class AddressState(StrEnum):
    """Whether mail goes to an address."""

    NONE = "none"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


def state_of(email: str, confirmed_at: datetime | None) -> AddressState:
    if not email:
        return AddressState.NONE
    return AddressState.UNCONFIRMED if confirmed_at is None else AddressState.CONFIRMED


@dataclass(frozen=True, slots=True)
class AddressCard:
    """An address as its page shows it: its state, and what became of the last letter that asked."""

    email: str
    confirmed_at: datetime | None
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""

    @property
    def state(self) -> AddressState:
        return state_of(self.email, self.confirmed_at)

    @property
    def asked(self) -> bool:
        return self.asked_at is not None


def letter_waits(own: Sequence[datetime], to_address: Sequence[datetime], now: datetime) -> timedelta:
    """How long until one more letter may be asked for; ``own`` and ``to_address`` are moments of earlier ones."""
    return max(waiting_time(OWN_LETTERS, own, now), waiting_time(ADDRESS_LETTERS, to_address, now))


def is_good(asked_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Whether the link of a letter still works."""
    return used_at is None and now - asked_at < LINK_LASTS
