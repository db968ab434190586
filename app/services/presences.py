"""Verb: a page says where its person is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, update

from ..db import db, verb
from ..domain.inspections import Side
from ..domain.presences import SEEN_FOR
from ..models import Presence
from ._door import changed_rows


@verb
def note_presence(inspection_id: int, user_id: int, side: Side, criterion: str, now: datetime) -> None:
    """One row a person, written over; rows nobody counts any more go on the way.

    No event of the trail: where somebody looked is not what they did, it is worth nothing after 45 seconds,
    and four links a minute and person would bury the trail. Two first words at the same moment: the second
    meets the key and the verb runs again.
    """
    written = changed_rows(
        update(Presence)
        .where(Presence.inspection_id == inspection_id, Presence.user_id == user_id)
        .values(side=side, criterion=criterion, at=now)
    )
    if not written:
        db.session.execute(
            insert(Presence).values(
                inspection_id=inspection_id, user_id=user_id, side=side, criterion=criterion, at=now
            )
        )
    db.session.execute(
        delete(Presence).where(Presence.inspection_id == inspection_id, Presence.at < now - SEEN_FOR)
    )
