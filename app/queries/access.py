"""Who stands where: the facts that the access table is asked with, always from current rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from ..db import db, one_row
from ..domain.access import (
    SEATS,
    STRANGER,
    TABLE,
    Action,
    Membership,
    Principal,
    Role,
    Standing,
    seats_of,
    standing_to_task,
    standing_to_unit,
)
from ..domain.announcements import BEFORE_VISIT, is_told, untold_states
from ..domain.inspections import (
    CampaignKind,
    InspectionKind,
    State,
    minutes_are_public,
    round_shown_to_unit,
)
from ..models import (
    Campaign,
    Delegation,
    DelegationMember,
    Directive,
    Inspection,
    InspectionStep,
    Task,
    Unit,
    User,
)

# A draft gives its delegation nothing of the unit: anybody who plans could write one.
UNDECIDED = (State.DU_THAO, State.HUY)


@dataclass(frozen=True, slots=True)
class InspectionCard:
    """What every page of an inspection needs to know about it, and the asker's standing to it."""

    id: int
    state: State
    kind: InspectionKind
    scoring: bool
    version_id: int
    unit_id: int
    unit_name: str
    unit_path: str
    delegation_id: int
    delegation_name: str
    campaign_id: int
    campaign_title: str
    campaign_theme: str
    campaign_kind: CampaignKind
    period_from: date
    period_to: date
    period_label: str
    inspected_on: date
    round: int
    explain_due_on: date | None
    previous_id: int | None
    parent_id: int | None
    published_at: datetime | None
    self_locked_at: datetime | None
    locked_at: datetime | None
    bonus: int
    bonus_reason: str
    deduction: int
    deduction_reason: str
    version: int
    standing: Standing

    @property
    def supervises(self) -> bool:
        """Giám sát by the people's council, not kiểm tra."""
        return self.campaign_kind is CampaignKind.GIAM_SAT

    @property
    def sees_verified(self) -> bool:
        return self.standing.sees_verified(self.published_at is not None)

    @property
    def sees_minutes(self) -> bool:
        return self.sees_verified and (not self.standing.of_unit or minutes_are_public(self.state))

    @property
    def shown_round(self) -> int:
        """The round of the delegation's scores that this person is shown; :func:`shown_rounds` for lists."""
        return round_shown_to_unit(self.state, self.round) if self.standing.of_unit else self.round

    @property
    def shown_until(self) -> datetime | None:
        """During the second round the unit sees nothing of the delegation's that came after this moment."""
        return self.published_at if self.shown_round != self.round else None


# Asked at every tap: built once.
_CARD = (
    select(
        Inspection.id,
        Inspection.state,
        Inspection.kind,
        Inspection.scoring,
        Inspection.version_id,
        Inspection.unit_id,
        Unit.name.label("unit_name"),
        Unit.path.label("unit_path"),
        Inspection.delegation_id,
        Delegation.name.label("delegation_name"),
        Campaign.id.label("campaign_id"),
        Campaign.title.label("campaign_title"),
        Campaign.theme.label("campaign_theme"),
        Campaign.kind.label("campaign_kind"),
        Inspection.period_from,
        Inspection.period_to,
        Inspection.period_label,
        Inspection.inspected_on,
        Inspection.round,
        Inspection.explain_due_on,
        Inspection.previous_id,
        Inspection.parent_id,
        Inspection.published_at,
        Inspection.self_locked_at,
        Inspection.locked_at,
        Inspection.bonus,
        Inspection.bonus_reason,
        Inspection.deduction,
        Inspection.deduction_reason,
        Inspection.version,
        DelegationMember.role.label("member_role"),
        DelegationMember.areas.label("member_areas"),
    )
    .join(Unit, Unit.id == Inspection.unit_id)
    .join(Delegation, Delegation.id == Inspection.delegation_id)
    .join(Campaign, Campaign.id == Delegation.campaign_id)
    .outerjoin(
        DelegationMember,
        and_(
            DelegationMember.delegation_id == Inspection.delegation_id,
            DelegationMember.user_id == bindparam("person"),
        ),
    )
    .where(Inspection.id == bindparam("inspection"))
)


def inspection_card(principal: Principal, inspection_id: int) -> InspectionCard | None:
    """One SELECT; ``None`` when there is no such inspection (a stranger gets a card with no standing).

    To the unit an inspection it has not been told of is as if it were not there; one more SELECT for what was
    called off.
    """
    row = one_row(_CARD, person=principal.id, inspection=inspection_id)
    if row is None:
        return None
    facts = row._asdict()
    role, areas = facts.pop("member_role"), facts.pop("member_areas")
    membership = Membership(role, frozenset(areas or ())) if role else None
    standing = standing_to_unit(principal, row.unit_id, row.unit_path, membership)
    if not standing.in_delegation and row.unit_id == principal.unit_id and principal.role is not Role.ADMIN:
        told = is_told(row.state, row.kind)
        standing = standing if told or (told is None and _was_told(inspection_id)) else STRANGER
    return InspectionCard(**facts, standing=standing)


def _was_told(inspection_id: int) -> bool:
    statement = select(Inspection.id).where(Inspection.id == inspection_id, told_to_unit())
    return db.session.execute(statement).first() is not None


def told_to_unit() -> ColumnElement[bool]:
    """:func:`is_told` as a condition; what was called off stays with the unit if it knew of it before."""
    unannounced = Inspection.kind == InspectionKind.DOT_XUAT
    drafts = untold_states(InspectionKind.DINH_KY)
    left = InspectionStep.from_state
    known = exists().where(
        InspectionStep.inspection_id == Inspection.id,
        left.not_in(drafts | {State.HUY}),
        or_(not_(unannounced), left.not_in(BEFORE_VISIT)),
    )
    by_state = and_(
        Inspection.state.not_in(drafts | {State.HUY}),
        or_(not_(unannounced), Inspection.state.not_in(BEFORE_VISIT)),
    )
    return or_(by_state, and_(Inspection.state == State.HUY, known))


def shown_rounds(principal: Principal) -> ColumnElement[int]:
    """:attr:`InspectionCard.shown_round` for statements over several inspections."""
    if principal.role not in {Role.OFFICER, Role.UNIT_HEAD}:
        return type_coerce(Inspection.round, Integer)
    drafts = and_(Inspection.state == State.THAM_DINH_LAN_2, Inspection.unit_id == principal.unit_id)
    return case((drafts, 1), else_=Inspection.round)


def sits(principal: Principal) -> ColumnElement[bool]:
    """Of the places in delegations those of this person that their role of now still allows."""
    return and_(DelegationMember.user_id == principal.id, DelegationMember.role.in_(seats_of(principal.role)))


def held_by_user(member: type[DelegationMember] = DelegationMember) -> ColumnElement[bool]:
    """The same of whoever ``User`` is, for statements over several people."""
    return or_(*(and_(member.role == place, User.role.in_(roles)) for place, roles in SEATS.items()))


def visible_inspections(principal: Principal) -> Select[int]:
    """Ids of the inspections a person may open; every list of inspections starts here."""
    ids = select(Inspection.id)
    if principal.role is Role.ADMIN:
        return ids
    member = exists().where(DelegationMember.delegation_id == Inspection.delegation_id, sits(principal))
    if principal.role in {Role.OFFICER, Role.UNIT_HEAD}:
        return ids.where(or_(member, and_(Inspection.unit_id == principal.unit_id, told_to_unit())))
    if principal.role is Role.SUPERVISOR and principal.unit_path:
        below = select(Unit.id).where(Unit.path.startswith(principal.unit_path, autoescape=True))
        known = or_(Inspection.unit_id != principal.unit_id, told_to_unit())
        return ids.where(or_(member, and_(Inspection.unit_id.in_(below), known)))
    return ids.where(member)


def visible_units(principal: Principal) -> Select[int]:
    """Ids of the units whose tasks and dossier figures a person may see, as :func:`standing_for_unit` says."""
    ids = select(Unit.id)
    if principal.role is Role.ADMIN:
        return ids
    inspected = Unit.id.in_(
        select(Inspection.unit_id)
        .join(DelegationMember, DelegationMember.delegation_id == Inspection.delegation_id)
        .where(sits(principal), Inspection.state.not_in(UNDECIDED))
    )
    if principal.role in {Role.OFFICER, Role.UNIT_HEAD}:
        return ids.where(or_(inspected, Unit.id == principal.unit_id))
    if principal.role is Role.SUPERVISOR and principal.unit_path:
        return ids.where(or_(inspected, Unit.path.startswith(principal.unit_path, autoescape=True)))
    return ids.where(inspected)


def visible_tasks(principal: Principal) -> ColumnElement[bool]:
    """Which tasks a person may see, as :func:`standing_for_task` says: of the units whose tasks they see, what
    their delegations asked for or look at again, and those that their own office gave."""
    return or_(
        Task.unit_id.in_(visible_units(principal)), _of_inspections(_sits_in(principal)), _gave(principal)
    )


def _gave(principal: Principal) -> ColumnElement[bool]:
    """Tasks that the person's office gave; who has no office stands for what they gave themselves."""
    if principal.role not in TABLE[Action.ASSIGN_TASKS]:
        return false()
    if principal.unit_id is None:
        return Task.created_by_id == principal.id
    return Task.assigner_unit_id == principal.unit_id


def visible_directives(principal: Principal) -> ColumnElement[bool]:
    """Which directives a person may see, on every page, in every list and choice, and their files.

    Those of their own office, and of those below who follows from above; those that give a task they may see;
    the conclusions of inspections they may open; and, of people without an office, what they wrote down.
    """
    if principal.role is Role.ADMIN:
        return true()
    gives = select(Task.id).where(Task.directive_id == Directive.id, visible_tasks(principal)).exists()
    concludes = Directive.inspection_id.in_(visible_inspections(principal))
    wrote = and_(Directive.unit_id.is_(None), Directive.created_by_id == principal.id)
    seen: ColumnElement[bool] = or_(gives, concludes, wrote)
    if principal.unit_id is not None:
        seen = or_(seen, Directive.unit_id == principal.unit_id)
    if principal.role is Role.SUPERVISOR and principal.unit_path:
        below = select(Unit.id).where(Unit.path.startswith(principal.unit_path, autoescape=True))
        seen = or_(seen, Directive.unit_id.in_(below))
    return seen


def _sits_in(principal: Principal, *more: ColumnElement[bool]) -> Select[int]:
    """Ids of the inspections of the delegations in which a person sits."""
    return (
        select(Inspection.id)
        .join(DelegationMember, DelegationMember.delegation_id == Inspection.delegation_id)
        .where(sits(principal), Inspection.state.not_in(UNDECIDED), *more)
    )


def _of_inspections(ids: Select[int]) -> ColumnElement[bool]:
    """Tasks that these inspections asked for or look at again, wherever they were handed over to since."""
    concluded = select(Directive.id).where(Directive.inspection_id.in_(ids))
    return or_(Task.directive_id.in_(concluded), Task.reinspection_id.in_(ids))


def decided_tasks(principal: Principal) -> ColumnElement[bool]:
    """Which tasks a person confirms or returns, for their side gave them: :func:`standing_for_task` as a condition.

    Never those of their own unit, in whatever delegation they sit.
    """
    plans = _sits_in(principal, DelegationMember.role.in_(TABLE[Action.ASSIGN_TASKS]))
    follows: ColumnElement[bool] = or_(
        and_(
            Task.assigner_unit_id.is_(None),
            Task.unit_id.in_(plans.with_only_columns(Inspection.unit_id)),
        ),
        _of_inspections(plans),
    )
    if principal.unit_id is None:
        return or_(follows, _gave(principal))
    return or_(
        and_(follows, Task.unit_id.not_in({principal.unit_id, *principal.own})),
        and_(_gave(principal), Task.unit_id != principal.unit_id),
    )


def standing_for_task(principal: Principal, task: Task) -> Standing:
    """A person's standing to a task of a unit that an office gave; one SELECT, strangers: no role.

    Whose delegation asked for it, or looks at it again, stands to it as one that inspects its unit: it may have
    been handed over since to a unit that nobody of them inspects. Whose delegation only inspects its unit reads
    what another office gave.
    """
    unit_id, asked = task.unit_id, list[ColumnElement[bool]]()
    # Who works on it goes on reporting it, wherever else they sit.
    if not (unit_id == principal.unit_id and principal.role in {Role.OFFICER, Role.UNIT_HEAD}):
        if task.directive_id is not None:
            concluded = select(Directive.inspection_id).where(Directive.id == task.directive_id)
            asked.append(Inspection.id == concluded.scalar_subquery())
        if task.reinspection_id is not None:
            asked.append(Inspection.id == task.reinspection_id)
    to_unit = _standing(principal, unit_id, asked, reads=task.assigner_unit_id is not None)
    given_by = task.created_by_id if principal.unit_id is None else task.assigner_unit_id
    standing = standing_to_task(principal, to_unit, given_by == (principal.unit_id or principal.id))
    # An office that gives itself a task: its people follow it, and others confirm it.
    own = standing.role is not None and unit_id == principal.unit_id
    return replace(standing, own_unit=True) if own else standing


def standing_for_unit(principal: Principal, unit_id: int) -> Standing:
    """A person's standing to the tasks and figures of a unit, in one SELECT; strangers: no role.

    Through a delegation it is the highest place the person has in one that inspects the unit.
    """
    return _standing(principal, unit_id)


def _standing(
    principal: Principal, unit_id: int, also: Iterable[ColumnElement[bool]] = (), *, reads: bool = False
) -> Standing:
    """``also``: inspections whose delegations stand to it as those that inspect the unit; with ``reads`` they alone
    plan there, and the others read."""
    theirs = or_(false(), *also)
    rows = db.session.execute(
        select(Unit.path, DelegationMember.role, DelegationMember.areas, theirs.label("theirs"))
        .select_from(Unit)
        .outerjoin(
            Inspection,
            and_(or_(Inspection.unit_id == Unit.id, theirs), Inspection.state.not_in(UNDECIDED)),
        )
        .outerjoin(
            DelegationMember,
            and_(DelegationMember.delegation_id == Inspection.delegation_id, sits(principal)),
        )
        .where(Unit.id == unit_id)
    ).all()
    if not rows:
        return Standing(None)
    order = [Role.HEAD, Role.DEPUTY, Role.SECRETARY, Role.MEMBER]
    places = sorted(
        (
            (row.role if row.theirs or not reads else Role.MEMBER, frozenset(row.areas or ()))
            for row in rows
            if row.role
        ),
        key=lambda place: order.index(place[0]),
    )
    membership = Membership(*places[0]) if places else None
    return standing_to_unit(principal, unit_id, rows[0].path, membership)
