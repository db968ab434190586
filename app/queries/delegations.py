"""Reads about delegations: who may see which, one delegation, its members, its areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from ..db import db
from ..domain.access import MEMBER_ROLES, Principal, Role, Standing, holds, seats_of, standing_to_plan
from ..domain.delegations import Seat
from ..domain.inspections import NOT_BEGUN, State
from ..models import (
    Area,
    Campaign,
    ChecklistVersion,
    Delegation,
    DelegationMember,
    Inspection,
    Unit,
    User,
)
from .access import held_by_user, sits
from .own_units import own_units


def inspects_below(principal: Principal) -> ColumnElement[bool]:
    """Whether a delegation inspects a unit below a supervisor's; false for everybody else."""
    if principal.role is not Role.SUPERVISOR or not principal.unit_path:
        return false()
    return (
        exists()
        .where(
            Inspection.delegation_id == Delegation.id,
            Inspection.unit_id == Unit.id,
            Unit.path.startswith(principal.unit_path, autoescape=True),
        )
        .correlate(Delegation)
    )


def visible_delegations(principal: Principal) -> Select[int]:
    """Ids of the delegations a person may open: their own, those they belong to, those that work below them."""
    ids = select(Delegation.id)
    if principal.role is Role.ADMIN:
        return ids
    of_mine = select(DelegationMember.delegation_id).where(sits(principal))
    my_campaigns = select(Campaign.id).where(Campaign.created_by_id == principal.id)
    return ids.where(
        or_(
            Delegation.id.in_(of_mine),
            Delegation.created_by_id == principal.id,
            Delegation.campaign_id.in_(my_campaigns),
            inspects_below(principal),
        )
    )


@dataclass(frozen=True, slots=True)
class DelegationCard:
    """A delegation, its campaign, and the asker's standing to it."""

    delegation: Delegation
    campaign: Campaign
    standing: Standing


def delegation_card(principal: Principal, delegation_id: int) -> DelegationCard | None:
    """One SELECT; ``None`` when there is no such delegation (a stranger gets a card with no standing)."""
    row = db.session.execute(
        select(Delegation, Campaign, DelegationMember.role, inspects_below(principal).label("below"))
        .join(Campaign, Campaign.id == Delegation.campaign_id)
        .outerjoin(
            DelegationMember,
            and_(DelegationMember.delegation_id == Delegation.id, DelegationMember.user_id == principal.id),
        )
        .where(Delegation.id == delegation_id)
    ).one_or_none()
    if row is None:
        return None
    delegation, campaign, role, below = row
    made = [row for row in (delegation, campaign) if row.created_by_id == principal.id]
    standing = standing_to_plan(
        principal,
        created=bool(made),
        left=all(row.maker_left_at is not None for row in made),
        places=[role] if role else [],
        below=below,
    )
    return DelegationCard(delegation, campaign, standing)


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """One delegation of a campaign as its page lists it."""

    id: int
    name: str
    decision_number: str
    decision_date: date | None
    head: str
    members: int
    inspections: int


def delegations_of(principal: Principal, campaign_id: int) -> list[DelegationRow]:
    """The delegations of a campaign that this person may see, in the order they were set up; one SELECT."""
    of_delegation = DelegationMember.delegation_id == Delegation.id
    rows = db.session.execute(
        select(
            Delegation.id,
            Delegation.name,
            Delegation.decision_number,
            Delegation.decision_date,
            func.coalesce(
                select(User.title)
                .join(DelegationMember, DelegationMember.user_id == User.id)
                .where(of_delegation, DelegationMember.role == Role.HEAD)
                .correlate(Delegation)
                .limit(1)
                .scalar_subquery(),
                "",
            ).label("head"),
            select(func.count())
            .select_from(DelegationMember)
            .where(of_delegation)
            .correlate(Delegation)
            .scalar_subquery()
            .label("members"),
            select(func.count())
            .select_from(Inspection)
            .where(
                Inspection.delegation_id == Delegation.id,
                Inspection.state != State.HUY,
                Inspection.parent_id.is_(None),
            )
            .correlate(Delegation)
            .scalar_subquery()
            .label("inspections"),
        )
        .where(Delegation.campaign_id == campaign_id, Delegation.id.in_(visible_delegations(principal)))
        .order_by(Delegation.id)
    )
    return [DelegationRow(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as pages show one; ``post`` is what the minutes print.

    ``own``: the units they may not judge. ``holds``: whether the account's role still allows the place.
    """

    user_id: int
    title: str
    role: Role
    account_role: Role
    areas: tuple[str, ...]
    post: str
    unit_id: int | None
    unit_name: str
    active: bool
    own: frozenset[int] = frozenset()

    @property
    def holds(self) -> bool:
        return holds(self.role, self.account_role)

    @property
    def seat(self) -> Seat:
        return Seat(self.title, self.areas, self.own)


def members_of(delegation_id: int) -> list[MemberRow]:
    """The members, head first; two SELECTs."""
    rows = db.session.execute(
        select(
            DelegationMember,
            User.title,
            User.post,
            User.active,
            User.role,
            User.unit_id,
            Unit.name,
            Unit.path,
        )
        .join(User, User.id == DelegationMember.user_id)
        .outerjoin(Unit, Unit.id == User.unit_id)
        .where(DelegationMember.delegation_id == delegation_id)
        .order_by(DelegationMember.place, DelegationMember.id)
    ).all()
    own = own_units({row.unit_id: row.path for row in rows if row.unit_id is not None})
    members = [
        MemberRow(
            user_id=member.user_id,
            title=title,
            role=member.role,
            account_role=account_role,
            areas=tuple(member.areas or ()),
            post=member.post or post,
            unit_id=unit_id,
            unit_name=unit_name or "",
            active=active,
            own=own.get(unit_id or 0, frozenset()),
        )
        for member, title, post, active, account_role, unit_id, unit_name, _path in rows
    ]
    return sorted(members, key=lambda member: MEMBER_ROLES.index(member.role))


def scorers_of(delegation_id: int, area: str) -> list[str]:
    """The titles of the members who were given an area, in places that hold, and can still sign in; one SELECT."""
    rows = db.session.execute(
        select(User.title, DelegationMember.areas)
        .join(DelegationMember, DelegationMember.user_id == User.id)
        .where(DelegationMember.delegation_id == delegation_id, User.active, held_by_user())
        .order_by(DelegationMember.place, DelegationMember.id)
    )
    return [title for title, areas in rows if area in (areas or ())]


def area_choices(delegation_id: int | None = None) -> list[tuple[str, str]]:
    """Codes and names of the areas members may be given, in the order of the checklist; at most two SELECTs.

    Those of the checklist versions this delegation inspects with; before it has any inspection, those of the
    version published last.
    """
    used = select(Inspection.version_id).where(
        Inspection.delegation_id == delegation_id, Inspection.state != State.HUY
    )
    newest = (
        select(ChecklistVersion.id)
        .where(ChecklistVersion.published_at.is_not(None))
        .order_by(ChecklistVersion.published_at.desc(), ChecklistVersion.id.desc())
        .limit(1)
    )
    for versions in (used, newest):
        rows = db.session.execute(
            select(Area.code, Area.name)
            .where(Area.version_id.in_(versions))
            .order_by(Area.version_id.desc(), Area.place)
        ).all()
        names: dict[str, str] = {}
        for code, name in rows:
            names.setdefault(code, name)  # an area of several versions has the newest one's name
        if names:
            return list(names.items())
    return []


def heads_of(delegation_id: int) -> frozenset[int]:
    """Who leads it now: in a place that still holds, with an account that is open; one SELECT."""
    return frozenset(
        db.session.scalars(
            select(DelegationMember.user_id)
            .join(User, User.id == DelegationMember.user_id)
            .where(
                DelegationMember.delegation_id == delegation_id,
                DelegationMember.role.in_([Role.HEAD, Role.DEPUTY]),
                held_by_user(),
                User.active,
            )
        )
    )


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A place in a delegation whose work is not over."""

    delegation_id: int
    delegation: str
    role: Role


def seats_lost(user_id: int, role: Role, now: Role) -> list[SeatRow]:
    """The places in running delegations that end when an account's ``role`` becomes the one of ``now``; one SELECT."""
    ended = seats_of(role) - seats_of(now)
    running = exists().where(
        Inspection.delegation_id == Delegation.id, Inspection.state.not_in([State.KET_THUC, State.HUY])
    )
    unused = ~exists().where(Inspection.delegation_id == Delegation.id)
    rows = db.session.execute(
        select(Delegation.id, Delegation.name, DelegationMember.role)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .where(
            DelegationMember.user_id == user_id,
            DelegationMember.role.in_(ended),
            or_(running, unused),
        )
        .order_by(Delegation.id)
    )
    return [SeatRow(*row) for row in rows]


def has_begun(delegation_id: int) -> bool:
    """Whether it has come to a unit; one SELECT."""
    begun = select(Inspection.id).where(
        Inspection.delegation_id == delegation_id, Inspection.state.not_in(NOT_BEGUN)
    )
    return db.session.execute(begun.limit(1)).first() is not None


def inspected_units(delegation_id: int) -> dict[int, str]:
    """Id → name of the units this delegation inspects; one SELECT."""
    rows = db.session.execute(
        select(Unit.id, Unit.name)
        .join(Inspection, Inspection.unit_id == Unit.id)
        .where(Inspection.delegation_id == delegation_id, Inspection.state != State.HUY)
        .order_by(Unit.name_sort, Unit.id)
    )
    return {row.id: row.name for row in rows}
