"""How many wrong tries are taken from whom, and how long the next one waits.

Tries are counted in buckets. A browser that has signed in as this account before has a bucket of its own,
so that nobody else's tries can keep the person out; every other browser shares the buckets of the account
and of the address it comes from.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# The longest window: what is older counts nowhere and is swept.
REMEMBERED = DAY
# After an administrator's unlock the account's own bucket does not count for so long.
GRACE = timedelta(minutes=30)
# A browser is known as long as it signs in at least so often.
DEVICE_KNOWN_FOR = timedelta(days=180)
DEVICES_KEPT = 20
# Between the password and the code of the second step.
CODE_WAITS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries within ``window``."""

    most: int
    window: timedelta


ACCOUNT = (Limit(5, 5 * MINUTE), Limit(20, HOUR), Limit(50, DAY))
# An office has one address for all its people.
ADDRESS = (Limit(30, 5 * MINUTE), Limit(150, HOUR), Limit(500, DAY))
DEVICE = (Limit(10, 5 * MINUTE), Limit(50, HOUR))


@dataclass(frozen=True, slots=True)
class Bucket:
    key: str
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Visitor:
    """The browser at the door. Keys are digests: for tries neither typed names nor addresses are stored.

    ``device`` is the SHA-256 of the browser's own cookie; ``browser`` its User-Agent line. ``address`` is kept with the
    session that is opened, and as long as that.
    """

    name_key: str = ""
    address_key: str = ""
    device: str = ""
    browser: str = ""
    address: str = ""


def keyed(secret: str, kind: str, text: str) -> str:
    """A digest that only this installation can make, so that a stolen table cannot be guessed backwards."""
    return hmac.new(secret.encode(), f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()


def plain_address(address: str | None) -> str:
    """An address as it is shown; nothing for what is none."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)


def network(address: str | None) -> str:
    """The address, or for IPv6 the /64 that one household or office has to itself."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))


def at_the_door(kind: str, visitor: Visitor, known: bool, unlocked: bool) -> list[Bucket]:
    """The buckets of one try at the password or the code (``kind``) of the account the visitor names."""
    if known:
        return [Bucket(f"{kind}:device:{visitor.device}:{visitor.name_key}", DEVICE)]
    buckets = [Bucket(f"{kind}:address:{visitor.address_key}", ADDRESS)]
    if not unlocked:
        buckets.append(Bucket(f"{kind}:account:{visitor.name_key}", ACCOUNT))
    return buckets


def at_the_provider(visitor: Visitor) -> list[Bucket]:
    """For who comes back from a provider of identities: there is no name yet, and nothing to guess."""
    return [Bucket(f"provider:address:{visitor.address_key}", ADDRESS)]


def inside(user_id: int) -> list[Bucket]:
    """For passwords and codes asked again of a person who is signed in: a tablet left unlocked."""
    return [Bucket(f"inside:{user_id}", DEVICE)]


def waiting_time(limits: Iterable[Limit], tries: Sequence[datetime], now: datetime) -> timedelta:
    """How long the next try waits; nothing when it may be made now. ``tries`` need no order."""
    newest_first = sorted(tries, reverse=True)
    waits = [timedelta()]
    for limit in limits:
        if len(newest_first) >= limit.most:
            waits.append(newest_first[limit.most - 1] + limit.window - now)
    return max(waits)


def fills(limits: Iterable[Limit], tries: Sequence[datetime], now: datetime) -> bool:
    """Whether one more try, made now, is the last one taken."""
    return waiting_time(limits, [*tries, now], now) > timedelta()
