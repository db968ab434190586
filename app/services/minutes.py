"""Verbs about minutes: write what belongs to them alone, state the unit's opinion, sign."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Action, Role
from ..domain.inspections import State, find_step, require_state
from ..domain.minutes import Details
from ..domain.minutes_blanks import Blank, blanks_of, require_filled
from ..domain.refusals import Conflict, sentence
from ..models import MinutesRevision
from ..queries.minutes import details_from, gather
from ._audit import changes, note_event
from ._steps import locked_inspection, move
from ._visits import require_order


@verb
def save_minutes_details(
    inspection_id: int, details: Details, version: int, user_id: int, now: datetime
) -> None:
    """Everything but the unit's opinion, which :func:`save_unit_opinion` writes.

    ``version`` is that of the revision the form was made of, 0 when there was none.
    """
    inspection = locked_inspection(inspection_id)
    require_state(inspection.state, Action.WRITE_MINUTES)
    row = _open_revision(inspection_id, version, user_id, now)
    before = details_from(row.details) if row.details else Details()
    was = dict(row.details)
    kept = replace(
        details, opinion=before.opinion, dissent=before.dissent, opinion_before=before.opinion_before
    )
    _write(row, kept, user_id, now)
    note_event("minutes.save", "inspection", inspection_id, user_id, now, changes(was, row.details))


@verb
def save_unit_opinion(
    inspection_id: int, opinion: str, dissent: str, version: int, user_id: int, now: datetime
) -> None:
    """Section VI: the unit's opinion and what it does not agree with."""
    inspection = locked_inspection(inspection_id)
    require_state(inspection.state, Action.WRITE_OPINION)
    row = _open_revision(inspection_id, version, user_id, now)
    # Without a revision yet, the rest of the details is what suggests itself.
    before = details_from(row.details) if row.details else gather(inspection_id, None, row.revision).details
    _write(row, replace(before, opinion=opinion, dissent=dissent, opinion_before=""), user_id, now)
    was = {"opinion": before.opinion, "dissent": before.dissent}
    data = changes(was, {"opinion": opinion, "dissent": dissent})
    note_event("minutes.opinion", "inspection", inspection_id, user_id, now, data)


@verb
def sign_minutes(
    inspection_id: int,
    sha256: str,
    role: Role | None,
    user_id: int,
    now: datetime,
    *,
    number_by_hand: bool = False,
) -> str:
    """Freezes the minutes as they were shown: a snapshot and its SHA-256; the inspection moves on.

    ``number_by_hand``: the number is left blank on purpose, which the trail keeps. Raises :class:`Invalid` when
    something else is blank that signed minutes must hold.

    ``sha256`` is the seal of what the person has looked at: if anything changed since, nothing is signed.
    """
    inspection = locked_inspection(inspection_id)
    find_step(inspection.state, State.DA_KY_BIEN_BAN, role, "")
    require_order(inspection, State.DA_KY_BIEN_BAN)
    row = _latest(inspection_id)
    details = details_from(row.details) if row and row.details else None
    minutes = gather(inspection_id, details, row.revision if row else 1)
    if minutes.sha256 != sha256:
        raise Conflict(
            sentence("Nội dung biên bản vừa thay đổi sau khi mở trang này. Hãy xem lại bản mới rồi ký.")
        )
    require_filled(minutes.details, number_by_hand=number_by_hand)
    if row is None:
        row = MinutesRevision(inspection_id=inspection_id, revision=1, version=0, details={}, updated_at=now)
        db.session.add(row)
    _write(row, minutes.details, user_id, now)
    row.snapshot, row.sha256 = minutes.to_json(), sha256
    row.signed_at, row.signed_by_id = now, user_id
    move(inspection, State.DA_KY_BIEN_BAN, "", user_id, now)
    said: dict[str, object] = {"sha256": sha256}
    if Blank.NUMBER in blanks_of(minutes.details):
        said["number_by_hand"] = True
    note_event("minutes.sign", "inspection", inspection_id, user_id, now, said)
    return sha256


def _latest(inspection_id: int) -> MinutesRevision | None:
    return db.session.execute(
        select(MinutesRevision)
        .where(MinutesRevision.inspection_id == inspection_id)
        .order_by(MinutesRevision.revision.desc())
        .limit(1),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()


def _open_revision(inspection_id: int, version: int, user_id: int, now: datetime) -> MinutesRevision:
    """The revision being written, a new one if need be; refuses when another person was faster."""
    row = _latest(inspection_id)
    if row is None or row.signed_at is not None:
        revision = row.revision + 1 if row else 1
        row = MinutesRevision(
            inspection_id=inspection_id, revision=revision, version=0, details={}, updated_at=now
        )
        db.session.add(row)
    if row.version != version:
        raise Conflict(
            sentence("Biên bản vừa được người khác sửa. Hãy mở lại trang để xem bản mới rồi sửa tiếp.")
        )
    return row


def _write(row: MinutesRevision, details: Details, user_id: int, now: datetime) -> None:
    row.details = json.loads(details.to_json())
    row.version += 1
    row.updated_by_id, row.updated_at = user_id, now
