"""Where a re-inspection may go: its unit or those it lives on in, and the delegation that is sent."""

from __future__ import annotations

from datetime import date

from sqlalchemy import false, select

from ..db import db
from ..domain.access import TABLE, Action, Principal
from ..domain.inspections import CampaignKind, InspectionKind
from ..models import Campaign, Delegation, DelegationMember, Inspection, Unit, UnitSuccession
from .access import sits


def units_to_reinspect(unit_id: int, day: date) -> list[tuple[int, str]]:
    """The unit itself, or, when it has ended by that day, those it lives on in; a SELECT a generation."""
    waiting, seen, found = {unit_id}, set[int](), dict[int, str]()
    while waiting:
        rows = db.session.execute(
            select(Unit.id, Unit.name, Unit.valid_from, Unit.valid_to).where(Unit.id.in_(waiting))
        ).all()
        seen |= waiting
        ended = [row.id for row in rows if row.valid_to is not None and row.valid_to < day]
        found |= {row.id: row.name for row in rows if row.id not in ended and row.valid_from <= day}
        next_ones = db.session.scalars(
            select(UnitSuccession.to_unit_id).where(
                UnitSuccession.from_unit_id.in_(ended) if ended else false(),
                UnitSuccession.effective_date <= day,
            )
        )
        waiting = set(next_ones) - seen
    return sorted(found.items())


def delegations_to_send(principal: Principal, kind: CampaignKind) -> list[tuple[int, str]]:
    """The delegations of this kind in which the person plans, the newest first; one SELECT."""
    rows = db.session.execute(
        select(Delegation.id, Delegation.name)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .join(Campaign, Campaign.id == Delegation.campaign_id)
        .where(
            sits(principal),
            DelegationMember.role.in_(TABLE[Action.WRITE_PLAN]),
            Campaign.kind == kind,
        )
        .order_by(Delegation.id.desc())
        .limit(200)
    )
    return [(row.id, row.name) for row in rows]


def reinspection_at(delegation_id: int, unit_id: int) -> int | None:
    """The re-inspection that this delegation already has at this unit, called off or not."""
    found: int | None = db.session.execute(
        select(Inspection.id).where(
            Inspection.delegation_id == delegation_id,
            Inspection.unit_id == unit_id,
            Inspection.kind == InspectionKind.PHUC_TRA,
        )
    ).scalar_one_or_none()
    return found
