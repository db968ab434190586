"""Who is on which criterion now: how long a word about it counts, and who may hear it."""

from __future__ import annotations

from datetime import timedelta

from .access import Standing
from .inspections import Side
from .refusals import Forbidden, sentence

# A page speaks about every 15 seconds: who was not heard three times is not here any more.
SEEN_FOR = timedelta(seconds=45)


def side_of(standing: Standing) -> Side:
    """The side among whose people one is; each side sees only its own. :class:`Forbidden` for onlookers."""
    if standing.in_delegation:
        return Side.VERIFIED
    if standing.of_unit:
        return Side.SELF
    raise Forbidden(sentence("Bạn không có quyền làm việc này."))
