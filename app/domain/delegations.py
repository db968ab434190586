"""Who may sit in a delegation, and what to warn of before it goes out.

A missing area is a warning, not a wall: plans are written step by step. Giving oneself a higher place is
a wall: who may be head is decided by the role of the account, which only the administrator changes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .access import SEATS, Role, holds
from .refusals import Conflict, Invalid, sentence

MOST_MEMBERS = 60
ARRANGED_BY_HEAD = sentence(
    "Cuộc kiểm tra đã bắt đầu: chỉ Trưởng đoàn, Phó Trưởng đoàn đổi người và phân công lại lĩnh vực."
)

# Accounts that a delegation is chosen from.
CANDIDATES = frozenset(role for roles in SEATS.values() for role in roles)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a delegation may be chosen from, as it is offered: whose post it is, and in which office."""

    id: int
    title: str
    role: Role
    post: str = ""
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class DelegationText:
    """A delegation as it is typed; number and date are those of the decision that set it up."""

    name: str
    agency: str = ""
    decision_number: str = ""
    decision_date: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One place in the delegation; ``areas`` are area codes, ``post`` is what the minutes print."""

    user_id: int
    role: Role
    areas: tuple[str, ...] = ()
    post: str = ""


def check_members(
    members: Sequence[Member],
    accounts: Mapping[int, Role],
    area_codes: Collection[str],
    kept: Mapping[int, Role] | None = None,
) -> None:
    """Raises :class:`Invalid`; ``field`` is «user», «role» or «areas» and the member's place («role-2»), or «members».

    ``accounts``: role of each account that may be chosen. ``kept``: places as they stand; whoever has one
    may keep it on paper, though the account's role has changed since and it gives nothing any more.
    """
    if len(members) > MOST_MEMBERS:
        raise Invalid(sentence("Một đoàn có nhiều nhất %(most)s người."), field="members", most=MOST_MEMBERS)
    seen: set[int] = set()
    heads = 0
    for place, member in enumerate(members):
        if member.user_id in seen:
            raise Invalid(sentence("Người này đã có trong đoàn."), field=f"user-{place}")
        seen.add(member.user_id)
        _check_place(member, place, accounts, kept or {})
        if not set(member.areas) <= set(area_codes):
            raise Invalid(sentence("Bộ tiêu chí không có lĩnh vực này."), field=f"areas-{place}")
        heads += member.role is Role.HEAD
    if heads == 0:
        raise Invalid(sentence("Đoàn phải có một Trưởng đoàn."), field="members")
    if heads > 1:
        raise Invalid(sentence("Đoàn chỉ có một Trưởng đoàn."), field="members")


def places_of(members: Sequence[Member]) -> frozenset[tuple[int, Role, frozenset[str]]]:
    """Who is what there and for which areas; their order and what the minutes call them do not count."""
    return frozenset((member.user_id, member.role, frozenset(member.areas)) for member in members)


def may_arrange(person: int, begun: bool, heads: Collection[int]) -> bool:
    """Whether this planner may change who sits in the delegation and who has which area.

    Once a visit has ``begun`` that is the head's; a delegation in which nobody is head any more (``heads``: in places
    that hold, with open accounts) is not left without one.
    """
    return not begun or not heads or person in heads


def require_arranging(person: int, begun: bool, heads: Collection[int], reason: str) -> None:
    """Before members or areas change: raises :class:`Conflict`, or :class:`Invalid` without a reason in mid-visit."""
    if not may_arrange(person, begun, heads):
        raise Conflict(ARRANGED_BY_HEAD)
    if begun and not reason:
        raise Invalid(
            sentence("Cuộc kiểm tra đã bắt đầu: hãy ghi lý do đổi người, phân công lại."), field="reason"
        )


def _check_place(member: Member, place: int, accounts: Mapping[int, Role], kept: Mapping[int, Role]) -> None:
    if kept.get(member.user_id) is member.role:
        return
    account_role = accounts.get(member.user_id)
    if account_role is None:
        raise Invalid(sentence("Không có tài khoản này, hoặc tài khoản đã khóa."), field=f"user-{place}")
    if not holds(member.role, account_role):
        raise Invalid(
            sentence("Vai trò của tài khoản này không đủ cho vị trí đã chọn; quản trị có thể đổi vai trò."),
            field=f"role-{place}",
        )


@dataclass(frozen=True, slots=True)
class Seat:
    """What the warnings need to know of a member: the name to print, and the units that count as their own."""

    name: str
    areas: Collection[str]
    own: Collection[int] = ()


def areas_without_member(seats: Sequence[Seat], area_codes: Sequence[str]) -> tuple[str, ...]:
    """The areas that are given to nobody, in the order of the checklist."""
    given = {code for seat in seats for code in seat.areas}
    return tuple(code for code in area_codes if code not in given)


def members_of_own_unit(seats: Sequence[Seat], inspected: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    """Pairs (member, unit) where the delegation inspects the member's own unit; ``inspected``: id → name.

    Such a member stays, but may not score there: :meth:`app.domain.access.Standing.may`.
    """
    return tuple(
        (seat.name, name) for seat in seats for unit_id, name in inspected.items() if unit_id in seat.own
    )
