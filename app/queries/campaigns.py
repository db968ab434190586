"""Reads about campaigns: who may see which, the list with its counts, one campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select

from ..db import db
from ..domain.access import Principal, Role, Standing, standing_to_plan
from ..domain.inspections import CampaignKind, State
from ..models import Campaign, Delegation, DelegationMember, Inspection
from ._pages import Page, within
from .delegations import inspects_below, visible_delegations

PAGE_SIZE = 20


def visible_campaigns(principal: Principal) -> Select[int]:
    """Ids of the campaigns a person may open: their own, and those of the delegations they may see."""
    ids = select(Campaign.id)
    if principal.role is Role.ADMIN:
        return ids
    of_delegations = select(Delegation.campaign_id).where(Delegation.id.in_(visible_delegations(principal)))
    return ids.where(or_(Campaign.created_by_id == principal.id, Campaign.id.in_(of_delegations)))


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign as the list shows it; inspections called off and field visits are not counted."""

    id: int
    kind: CampaignKind
    title: str
    theme: str
    year: int
    plan_number: str
    plan_date: date | None
    period_from: date
    period_to: date
    delegations: int
    inspections: int
    finished: int


def list_campaigns(principal: Principal, page: int = 1) -> Page[CampaignRow]:
    """One page of campaigns, the newest year first; two SELECTs, whatever the number of rows."""
    visible = Campaign.id.in_(visible_campaigns(principal))
    total = db.session.execute(select(func.count()).select_from(Campaign).where(visible)).scalar_one()
    page = within(page, total, PAGE_SIZE)
    inspections = (
        select(func.count())
        .select_from(Inspection)
        .join(Delegation, Delegation.id == Inspection.delegation_id)
        .where(
            Delegation.campaign_id == Campaign.id,
            Inspection.state != State.HUY,
            Inspection.parent_id.is_(None),
        )
        .correlate(Campaign)
    )
    rows = db.session.execute(
        select(
            Campaign.id,
            Campaign.kind,
            Campaign.title,
            Campaign.theme,
            Campaign.year,
            Campaign.plan_number,
            Campaign.plan_date,
            Campaign.period_from,
            Campaign.period_to,
            select(func.count())
            .select_from(Delegation)
            .where(Delegation.campaign_id == Campaign.id)
            .correlate(Campaign)
            .scalar_subquery()
            .label("delegations"),
            inspections.scalar_subquery().label("inspections"),
            inspections.where(Inspection.state == State.KET_THUC).scalar_subquery().label("finished"),
        )
        .where(visible)
        .order_by(Campaign.year.desc(), Campaign.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(CampaignRow(**row._asdict()) for row in rows), total, page, PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """A campaign and the asker's standing to it."""

    campaign: Campaign
    standing: Standing


def campaign_card(principal: Principal, campaign_id: int) -> CampaignCard | None:
    """Two SELECTs; ``None`` when there is no such campaign (a stranger gets a card with no standing)."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None:
        return None
    rows: Sequence[tuple[Role | None, bool]] = [
        (row.role, row.below)
        for row in db.session.execute(
            select(DelegationMember.role, inspects_below(principal).label("below"))
            .select_from(Delegation)
            .outerjoin(
                DelegationMember,
                (DelegationMember.delegation_id == Delegation.id)
                & (DelegationMember.user_id == principal.id),
            )
            .where(Delegation.campaign_id == campaign_id)
        )
    ]
    standing = standing_to_plan(
        principal,
        created=campaign.created_by_id == principal.id,
        left=campaign.maker_left_at is not None and bool(rows),
        places=[role for role, _below in rows if role],
        below=any(below for _role, below in rows),
    )
    return CampaignCard(campaign, standing)
