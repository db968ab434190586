"""Who may do what: one table. What is not in it is denied."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from .refusals import Forbidden, Missing, sentence


class Role(StrEnum):
    """Roles of accounts and of members of a delegation (``deputy`` exists only in a delegation)."""

    HEAD = "head"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"
    OFFICER = "officer"
    UNIT_HEAD = "unit_head"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


ACCOUNT_ROLES = tuple(role for role in Role if role is not Role.DEPUTY)
MEMBER_ROLES = (Role.HEAD, Role.DEPUTY, Role.SECRETARY, Role.MEMBER)

# Place in a delegation → the account roles that may hold it, and as long as the account has one of them: a place
# gives no more than the account's role of now. Whom this makes head is an account that needs its second step.
SEATS: dict[Role, frozenset[Role]] = {
    Role.HEAD: frozenset({Role.HEAD}),
    Role.DEPUTY: frozenset({Role.HEAD}),
    Role.SECRETARY: frozenset({Role.HEAD, Role.SECRETARY}),
    Role.MEMBER: frozenset({Role.HEAD, Role.SECRETARY, Role.MEMBER}),
}

_DELEGATION = frozenset(MEMBER_ROLES)
_HEADS = frozenset({Role.HEAD, Role.DEPUTY})
_PLANNERS = frozenset({Role.HEAD, Role.DEPUTY, Role.SECRETARY})
_UNIT = frozenset({Role.OFFICER, Role.UNIT_HEAD})
_ADMIN = frozenset({Role.ADMIN})
_ALL = frozenset(Role)


class Action(StrEnum):
    READ_OVERVIEW = "overview.read"
    READ_OWN_DOCUMENTS = "documents.read"
    READ_UNITS = "units.read"
    WRITE_UNITS = "units.write"
    READ_CHECKLISTS = "checklists.read"
    WRITE_CHECKLISTS = "checklists.write"
    READ_PLAN = "plan.read"
    WRITE_PLAN = "plan.write"
    READ_INSPECTION = "inspection.read"
    STEER_INSPECTION = "inspection.steer"
    SCORE_SELF = "answer.self"
    LOCK_SELF = "answer.lock_self"
    SCORE_VERIFIED = "answer.verified"
    READ_VERIFIED = "answer.read_verified"
    APPROVE_NA = "answer.approve_na"
    EXPLAIN = "answer.explain"
    ADJUST_SCORE = "inspection.adjust"
    READ_SIGNOFFS = "area.read"
    SIGN_AREA = "area.sign"
    DECIDE_OPINION = "area.decide"
    WRITE_FINDINGS = "finding.write"
    WRITE_PROPOSALS = "recommendation.propose"
    READ_MINUTES = "minutes.read"
    WRITE_MINUTES = "minutes.write"
    WRITE_OPINION = "minutes.opinion"
    SIGN_MINUTES = "minutes.sign"
    READ_TASKS = "task.read"
    ASSIGN_TASKS = "task.assign"
    REPORT_TASKS = "task.report"
    READ_DOSSIERS = "dossier.read"
    WRITE_DOSSIERS = "dossier.write"
    CONFIRM_DOSSIERS = "dossier.confirm"
    READ_USERS = "users.read"
    WRITE_USERS = "users.write"
    OWN_ACCOUNT = "me"
    READ_AUDIT = "audit.read"
    IMPORT_QUEUES = "queue.import"
    READ_HISTORY = "inspection.history"


TABLE: dict[Action, frozenset[Role]] = {
    Action.READ_OVERVIEW: _ALL,
    # What was given to one's own unit; nobody else's stands on that page.
    Action.READ_OWN_DOCUMENTS: _UNIT,
    Action.OWN_ACCOUNT: _ALL,
    Action.READ_UNITS: _ALL,
    Action.WRITE_UNITS: _ADMIN,
    Action.READ_CHECKLISTS: _ALL,
    Action.WRITE_CHECKLISTS: _ADMIN,
    Action.READ_PLAN: _DELEGATION | {Role.SUPERVISOR, Role.ADMIN},
    Action.WRITE_PLAN: _PLANNERS,
    Action.READ_INSPECTION: _ALL,
    Action.STEER_INSPECTION: _HEADS,
    Action.SCORE_SELF: _UNIT,
    Action.LOCK_SELF: frozenset({Role.UNIT_HEAD}),
    Action.SCORE_VERIFIED: _DELEGATION,
    # The unit is added by `Standing.sees_verified` once the head has published the scores.
    Action.READ_VERIFIED: _DELEGATION | {Role.SUPERVISOR, Role.ADMIN},
    Action.APPROVE_NA: _HEADS,
    Action.EXPLAIN: _UNIT,
    Action.ADJUST_SCORE: _HEADS,
    # What the delegation's members disagree about is for nobody outside it, but who keeps the trail.
    Action.READ_SIGNOFFS: _DELEGATION | _ADMIN,
    Action.SIGN_AREA: _DELEGATION,
    Action.DECIDE_OPINION: _HEADS,
    Action.WRITE_FINDINGS: _DELEGATION,
    Action.WRITE_PROPOSALS: _DELEGATION | _UNIT,
    Action.READ_MINUTES: _ALL,
    Action.WRITE_MINUTES: _PLANNERS,
    Action.WRITE_OPINION: _UNIT | _PLANNERS,
    Action.SIGN_MINUTES: _HEADS,
    Action.READ_TASKS: _ALL,
    Action.ASSIGN_TASKS: _PLANNERS,
    Action.REPORT_TASKS: _UNIT,
    Action.READ_DOSSIERS: _ALL,
    # The delegation's secretary may type what the unit hands over on paper.
    Action.WRITE_DOSSIERS: _UNIT | _PLANNERS,
    Action.CONFIRM_DOSSIERS: _PLANNERS,
    Action.READ_USERS: _ADMIN,
    Action.WRITE_USERS: _ADMIN,
    Action.READ_AUDIT: _ADMIN,
    # What others did on a tablet that lost its network for good: carried over, never changed (domain/seals.py).
    Action.IMPORT_QUEUES: _ADMIN,
    # Who scored what and when, with every second thought: for those who answer for the inspection.
    Action.READ_HISTORY: _HEADS | _ADMIN,
}


# What nobody does to their own unit, in whatever place of the delegation.
_JUDGING = {
    Action.STEER_INSPECTION,
    Action.SCORE_VERIFIED,
    Action.APPROVE_NA,
    Action.ADJUST_SCORE,
    Action.SIGN_AREA,
    Action.DECIDE_OPINION,
    Action.WRITE_FINDINGS,
    Action.WRITE_MINUTES,
    Action.SIGN_MINUTES,
    Action.CONFIRM_DOSSIERS,
}
_OWN_UNIT = sentence("Bạn thuộc đơn vị được kiểm tra nên không được làm việc này thay cho Đoàn.")


@dataclass(frozen=True, slots=True)
class Principal:
    """The person who asks. ``unit_path`` is «/1/5/77/», empty without a unit.

    ``own``: what else counts as the unit they work in when it is inspected (queries/own_units.py).
    """

    id: int
    role: Role
    unit_id: int | None = None
    unit_path: str = ""
    own: frozenset[int] = frozenset()

    def works_in(self, unit_id: int) -> bool:
        """Whether an inspection of this unit would be one of their own."""
        return unit_id == self.unit_id or unit_id in self.own


def seats_of(account_role: Role) -> frozenset[Role]:
    """The places in delegations that an account of this role may hold, and holds."""
    return frozenset(place for place, roles in SEATS.items() if account_role in roles)


def holds(place: Role, account_role: Role) -> bool:
    """Whether a place given earlier still gives anything: an account's role may have changed since."""
    return account_role in SEATS.get(place, frozenset())


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place in a delegation; ``areas`` are area codes."""

    role: Role
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is to one object: a role there (``None``: a stranger) and, for members, areas."""

    role: Role | None
    areas: frozenset[str] = frozenset()
    own_unit: bool = False

    @property
    def in_delegation(self) -> bool:
        return self.role in _DELEGATION

    @property
    def of_unit(self) -> bool:
        return self.role in _UNIT

    @property
    def judges_own_unit(self) -> bool:
        """A member of the delegation who works in the inspected unit."""
        return self.own_unit and self.in_delegation

    @property
    def steps_as(self) -> Role | None:
        """In which role they take the inspection to its next step; in none where they would judge their own."""
        return None if self.judges_own_unit else self.role

    def may(self, action: Action) -> bool:
        """Whether the table allows it. Nobody judges their own unit, whatever their role."""
        if self.judges_own_unit and action in _JUDGING:
            return False
        return self.role is not None and self.role in TABLE.get(action, frozenset())

    def may_score_area(self, area: str) -> bool:
        """Whether the delegation's side of this area is theirs; head and deputy may score any."""
        if not self.may(Action.SCORE_VERIFIED):
            return False
        return self.role in _HEADS or area in self.areas

    def scores_over(self, area: str) -> bool:
        """Whether they score this area as head while it is given to others."""
        return self.may_score_area(area) and area not in self.areas

    def may_sign_area(self, area: str) -> bool:
        """Whether this area's result is theirs to confirm: only who was given it stands for it."""
        return self.may(Action.SIGN_AREA) and area in self.areas

    def may_write_area(self, area: str) -> bool:
        """Whether findings on this area are theirs to write; the secretary gathers those of all areas."""
        if not self.may(Action.WRITE_FINDINGS):
            return False
        return self.role in _PLANNERS or area in self.areas

    def sees_verified(self, published: bool) -> bool:
        """The unit sees the delegation's scores only after the head has published them."""
        return self.may(Action.READ_VERIFIED) or (self.of_unit and published)


STRANGER = Standing(None)


def standing_to_unit(
    principal: Principal, unit_id: int, unit_path: str, membership: Membership | None = None
) -> Standing:
    """A person's standing to something of a unit: an inspection, a task, a dossier report.

    ``membership`` is the person's place in the delegation concerned, from current rows; one that the account's
    role no longer allows is none.
    """
    if membership is not None and holds(membership.role, principal.role):
        return Standing(membership.role, membership.areas, principal.works_in(unit_id))
    if principal.role in _UNIT and principal.unit_id == unit_id:
        return Standing(principal.role, own_unit=True)
    if (
        principal.role is Role.SUPERVISOR
        and principal.unit_path
        and unit_path.startswith(principal.unit_path)
    ):
        return Standing(Role.SUPERVISOR)
    if principal.role is Role.ADMIN:
        return Standing(Role.ADMIN)
    return STRANGER


def standing_to_task(principal: Principal, to_unit: Standing, gave: bool) -> Standing:
    """A person's standing to a task: what they are to its unit, or one of the side that gave it.

    ``gave``: their office did, or they themselves without an office. Who plans there follows it in any unit.
    """
    if (
        gave
        and principal.role in TABLE[Action.ASSIGN_TASKS]
        and (to_unit.own_unit or not to_unit.may(Action.ASSIGN_TASKS))
    ):
        return Standing(principal.role)
    return to_unit


def may_write_directive(principal: Principal, office_id: int | None, author_id: int | None) -> bool:
    """Who plans in the office that wrote it down; without an office whoever did. Who has left it, no longer."""
    if principal.role not in TABLE[Action.ASSIGN_TASKS]:
        return False
    return author_id == principal.id if office_id is None else office_id == principal.unit_id


def standing_to_plan(
    principal: Principal,
    *,
    created: bool,
    places: Collection[Role] = (),
    below: bool = False,
    left: bool = False,
) -> Standing:
    """A person's standing to a campaign or a delegation.

    ``created``: they wrote it down. ``places``: what they are in its delegations. ``below``: it inspects a
    unit below theirs. ``left``: who wrote it down has been taken out of its delegations since. Who planned it,
    or holds a planning place in it, may change it; a member, and who planned it and was taken out, only reads.
    """
    if created and principal.role in _PLANNERS and not left:
        return Standing(principal.role)
    highest = next((role for role in MEMBER_ROLES if role in places and holds(role, principal.role)), None)
    if highest is not None:
        return Standing(highest)
    if created and principal.role in _PLANNERS:
        return Standing(Role.MEMBER)
    if principal.role is Role.SUPERVISOR and below:
        return Standing(Role.SUPERVISOR)
    return Standing(Role.ADMIN) if principal.role is Role.ADMIN else STRANGER


def require(standing: Standing, action: Action) -> None:
    """Raises :class:`Missing` for a stranger (who may not learn that it exists), else :class:`Forbidden`."""
    if standing.role is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if not standing.may(action):
        if standing.judges_own_unit and standing.role in TABLE.get(action, frozenset()):
            raise Forbidden(_OWN_UNIT)
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))


def require_other_unit(principal: Principal, unit_id: int) -> None:
    """For what may have gone over to another unit since: nobody judges the work of the unit they work in by now."""
    if principal.works_in(unit_id):
        raise Forbidden(_OWN_UNIT)


def require_impartial(standing: Standing) -> None:
    """For steps, whose roles stand in their own table: nobody takes one for a delegation that judges their unit."""
    if standing.judges_own_unit:
        raise Forbidden(_OWN_UNIT)
