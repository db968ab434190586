"""Verbs about delegations: set one up or correct it, members and all; take back one that is still unused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from ..db import db, verb
from ..domain.delegations import DelegationText, Member, check_members, places_of, require_arranging
from ..domain.refusals import Conflict, Missing, sentence
from ..models import Campaign, Delegation, DelegationMember, Inspection
from ..queries.candidates import candidates
from ..queries.delegations import area_choices, has_begun, heads_of
from ._audit import note_event


@verb
def create_delegation(
    campaign_id: int, text: DelegationText, members: Sequence[Member], user_id: int, now: datetime
) -> int:
    """The new delegation's id. Raises :class:`Invalid` with the member's place in the field («role-2»)."""
    if db.session.get(Campaign, campaign_id) is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    delegation = Delegation(campaign_id=campaign_id, created_by_id=user_id, created_at=now, **_columns(text))
    db.session.add(delegation)
    db.session.flush()
    added = _set_members(delegation.id, members)
    _note_makers(campaign_id, set(), {member.user_id for member in members}, now)
    note_event(
        "delegation.add",
        "delegation",
        delegation.id,
        user_id,
        now,
        {"after": {**_columns(text), "members": added}},
    )
    return delegation.id


@verb
def save_delegation(
    delegation_id: int,
    text: DelegationText,
    members: Sequence[Member],
    version: int,
    user_id: int,
    now: datetime,
    reason: str = "",
) -> None:
    """Corrects what is written and who sits in it, in one go, if nobody else did since ``version``.

    In mid-visit only the head changes who sits there for what, with a ``reason``.
    """
    delegation = _locked(delegation_id)
    if delegation.version != version:
        raise Conflict(
            sentence("Đoàn vừa được người khác sửa. Hãy mở lại trang để xem bản mới rồi sửa tiếp.")
        )
    changed = {name: value for name, value in _columns(text).items() if getattr(delegation, name) != value}
    before = {name: getattr(delegation, name) for name in changed} | {"members": _members(delegation_id)}
    rows = _rows(delegation_id)
    were = {row.user_id for row in rows}
    seated = [Member(row.user_id, row.role, tuple(row.areas or ())) for row in rows]
    if places_of(seated) != places_of(members):
        require_arranging(user_id, has_begun(delegation_id), heads_of(delegation_id), reason)
    else:
        reason = ""
    for name, value in changed.items():
        setattr(delegation, name, value)
    delegation.version += 1
    after = changed | {"members": _set_members(delegation_id, members)}
    _note_makers(delegation.campaign_id, were, {member.user_id for member in members}, now)
    data = {"before": before, "after": after} | ({"reason": reason} if reason else {})
    note_event("delegation.update", "delegation", delegation_id, user_id, now, data)


@verb
def remove_delegation(delegation_id: int, user_id: int, now: datetime) -> None:
    """Takes back a delegation without inspections; :class:`Conflict` when it has any."""
    delegation = _locked(delegation_id)
    used = select(Inspection.id).where(Inspection.delegation_id == delegation_id).limit(1)
    if db.session.execute(used).first():
        raise Conflict(sentence("Đoàn đã có cuộc kiểm tra nên không xóa được."))
    data = {"name": delegation.name, "members": _members(delegation_id)}
    note_event("delegation.remove", "delegation", delegation_id, user_id, now, data)
    db.session.execute(delete(DelegationMember).where(DelegationMember.delegation_id == delegation_id))
    db.session.delete(delegation)


def _locked(delegation_id: int) -> Delegation:
    delegation = db.session.get(Delegation, delegation_id, populate_existing=True, with_for_update=True)
    if delegation is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return delegation


def _set_members(delegation_id: int, members: Sequence[Member]) -> list[dict[str, object]]:
    """Makes the members exactly these, in this order; rows of people who stay are kept."""
    rows = {row.user_id: row for row in _rows(delegation_id)}
    codes = {code for code, _name in area_choices(delegation_id)}
    codes |= {code for row in rows.values() for code in row.areas or ()}
    chosen = candidates([member.user_id for member in members], delegation_id)
    accounts = {person.id: person.role for person in chosen.values()}
    check_members(members, accounts, codes, {row.user_id: row.role for row in rows.values()})
    for user_id in rows.keys() - {member.user_id for member in members}:
        db.session.delete(rows[user_id])
    for place, member in enumerate(members):
        row = rows.get(member.user_id)
        if row is None:
            row = DelegationMember(delegation_id=delegation_id, user_id=member.user_id)
            db.session.add(row)
        row.role, row.areas, row.post, row.place = member.role, list(member.areas), member.post, place
    db.session.flush()
    return _members(delegation_id)


def _note_makers(campaign_id: int, were: set[int], are: set[int], now: datetime) -> None:
    """Who wrote down the plan or a delegation of it and is taken out of the last one may from then on only read."""
    delegations = select(Delegation).where(Delegation.campaign_id == campaign_id)
    made: list[Campaign | Delegation] = [db.session.get_one(Campaign, campaign_id)]
    made += db.session.scalars(delegations.execution_options(populate_existing=True)).all()
    seated = set(
        db.session.scalars(
            select(DelegationMember.user_id)
            .join(Delegation, Delegation.id == DelegationMember.delegation_id)
            .where(Delegation.campaign_id == campaign_id)
        )
    )
    for row in made:
        if row.created_by_id in are:
            row.maker_left_at = None
        elif row.created_by_id in were - seated:
            row.maker_left_at = now


def _rows(delegation_id: int) -> Sequence[DelegationMember]:
    return db.session.scalars(
        select(DelegationMember)
        .where(DelegationMember.delegation_id == delegation_id)
        .order_by(DelegationMember.place, DelegationMember.id)
        .execution_options(populate_existing=True)
    ).all()


def _members(delegation_id: int) -> list[dict[str, object]]:
    """For the audit: who sits there with which areas."""
    return [{"user": row.user_id, "role": row.role, "areas": row.areas} for row in _rows(delegation_id)]


def _columns(text: DelegationText) -> dict[str, object]:
    return {
        "name": text.name,
        "agency": text.agency,
        "decision_number": text.decision_number,
        "decision_date": text.decision_date,
        "note": text.note,
    }
