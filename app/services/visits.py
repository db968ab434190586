"""Verbs about the field visits (điểm khảo sát) of a session of giám sát: add some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.inspection_texts import Inspected, check_units
from ..domain.inspections import State
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.supervision import Place, check_places, require_session
from ..domain.units import Validity
from ..models import Campaign, Delegation, Inspection, Unit
from ._audit import note_events
from ._steps import locked_inspection, note_step


@verb
def add_visits(
    session_id: int, unit_ids: Sequence[int], inspected_on: date, user_id: int, now: datetime
) -> list[int]:
    """One visit for each place below the session's unit, all or none; the ids.

    A visit looks at the session's period, with its delegation, and is never scored. It keeps the session's
    checklist version, whose areas order what is found.
    """
    delegation_id = db.session.execute(
        select(Inspection.delegation_id).where(Inspection.id == session_id)
    ).scalar_one_or_none()
    if delegation_id is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    # The delegation first, as adding inspections does: two who add the same place wait for each other.
    delegation = db.session.get_one(Delegation, delegation_id, populate_existing=True, with_for_update=True)
    session = locked_inspection(session_id)
    campaign = db.session.get_one(Campaign, delegation.campaign_id)
    require_session(campaign.kind, session.parent_id is not None, session.state)
    units = _units(unit_ids)
    above = db.session.get_one(Unit, session.unit_id)
    check_places(above.path, [Place(unit.name, unit.path) for unit in units])
    check_units(
        [Inspected(unit.name, unit.kind, Validity(unit.valid_from, unit.valid_to)) for unit in units],
        inspected_on,
        None,
    )
    _refuse_twins(session, [unit.id for unit in units])
    state = State.DA_CO_QUYET_DINH if delegation.decision_number else State.DU_THAO
    rows = [
        Inspection(
            delegation_id=delegation_id,
            parent_id=session_id,
            unit_id=unit.id,
            version_id=session.version_id,
            kind=session.kind,
            scoring=False,
            period_from=session.period_from,
            period_to=session.period_to,
            period_label=session.period_label,
            inspected_on=inspected_on,
            state=state,
            created_by_id=user_id,
            created_at=now,
        )
        for unit in units
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        note_step(row.id, None, state, "", user_id, now)
    added = [
        (row.id, {"session": session_id, "after": {"unit_id": row.unit_id, "inspected_on": inspected_on}})
        for row in rows
    ]
    note_events("inspection.add_visit", "inspection", added, user_id, now)
    return [row.id for row in rows]


def _units(unit_ids: Sequence[int]) -> list[Unit]:
    ids = list(dict.fromkeys(unit_ids))
    if not ids:
        raise Invalid(sentence("Hãy chọn ít nhất một đơn vị."), field="unit_ids")
    found = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    if len(found) != len(ids):
        raise Invalid(sentence("Không có đơn vị này."), field="unit_ids")
    return [found[unit_id] for unit_id in ids]


def _refuse_twins(session: Inspection, unit_ids: Sequence[int]) -> None:
    """A delegation goes to a place once; a visit that was called off can be brought back."""
    names = db.session.scalars(
        select(Unit.name)
        .join(Inspection, Inspection.unit_id == Unit.id)
        .where(
            Inspection.delegation_id == session.delegation_id,
            Inspection.unit_id.in_(unit_ids),
            Inspection.kind == session.kind,
        )
        .order_by(Unit.name_sort)
    ).all()
    if names:
        raise Conflict(
            sentence("Đoàn đã có cuộc làm việc hoặc điểm khảo sát (kể cả đã hủy) tại: %(units)s."),
            field="unit_ids",
            units="; ".join(names),
        )
