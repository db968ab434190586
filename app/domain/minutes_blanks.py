"""What minutes still leave blank when they are about to be signed.

The nine parts of a document have a place, a day and a number (NĐ 30/2020/NĐ-CP, Điều 8), and minutes tell from when
until when people sat together. A delegation has no number series of its own: the number may be written in by hand at
the office that chairs it, if that is said on purpose (domain reference, 6.1 and 6.2).
"""

from __future__ import annotations

from enum import StrEnum

from .minutes import Details
from .refusals import Invalid, sentence


class Blank(StrEnum):
    NUMBER = "number"
    PLACE = "place"
    DAY = "day"
    STARTED = "started"
    ENDED = "ended"
    VENUE = "venue"
    UNIT_SIGNER = "unit_signer"


# What signed minutes must hold; a name may be written by hand beside the signature.
REQUIRED = frozenset({Blank.PLACE, Blank.DAY, Blank.STARTED, Blank.ENDED, Blank.VENUE})
STILL_BLANK = sentence("Biên bản còn để trống địa danh, ngày, giờ hoặc địa điểm. Hãy ghi đủ rồi ký.")
NUMBER_BLANK = sentence("Biên bản chưa có số. Hãy ghi số, hoặc đánh dấu là để trống, ghi tay sau.")


def blanks_of(details: Details) -> tuple[Blank, ...]:
    """What is blank, in the order of the paper."""
    signer = details.unit_people[0].name if details.unit_people else ""
    held: dict[Blank, object] = {
        Blank.NUMBER: details.number.strip(),
        Blank.PLACE: details.place.strip(),
        Blank.DAY: details.day,
        Blank.STARTED: details.started_at,
        Blank.ENDED: details.ended_at,
        Blank.VENUE: details.venue.strip(),
        Blank.UNIT_SIGNER: signer.strip(),
    }
    return tuple(blank for blank, value in held.items() if not value)


def require_filled(details: Details, *, number_by_hand: bool) -> None:
    """Raises :class:`Invalid` when minutes cannot be signed as they are."""
    blanks = blanks_of(details)
    if not REQUIRED.isdisjoint(blanks):
        raise Invalid(STILL_BLANK)
    if Blank.NUMBER in blanks and not number_by_hand:
        raise Invalid(NUMBER_BLANK, field="number_by_hand")
