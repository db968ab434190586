"""Sign-off of areas: who stands for which area's scores, who disagrees, and what must be settled before locking.

A sign-off is a person's word for an area as it stood at one line of the change log; any later accepted change
of that area takes it back by itself. A divergent opinion is kept whatever becomes of the score, and it is the
head who decides it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from .access import Role
from .inspections import State
from .refusals import Conflict, Forbidden, Invalid, sentence

# The steps by which the delegation's scores leave its hands.
_PUBLISHING = frozenset({State.CHO_GIAI_TRINH, State.CHO_KY_BIEN_BAN})


def needs_signoffs(to: State) -> bool:
    """Whether the step to this state asks for the areas' sign-offs."""
    return to in _PUBLISHING


class Decision(StrEnum):
    """What the head made of a divergent opinion."""

    TIEP_THU = "tiep_thu"
    GIU_NGUYEN = "giu_nguyen"


class SignState(StrEnum):
    SIGNED = "signed"
    CHANGED = "changed"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Responsible:
    """A member with the areas given to them; ``own_unit``: works in the inspected unit, so may not sign."""

    user_id: int
    name: str
    areas: Collection[str]
    own_unit: bool = False


@dataclass(frozen=True, slots=True)
class Signoff:
    """What one member has said on one area: a sign-off, a divergent opinion, or both.

    ``change_id`` is the last line of the change log that was signed; points are hundredths.
    """

    id: int
    area: str
    user_id: int
    name: str
    version: int = 1
    signed_at: datetime | None = None
    change_id: int = 0
    points: int = 0
    max_points: int = 0
    answered: int = 0
    total: int = 0
    opinion: str = ""
    opinion_at: datetime | None = None
    decision: Decision | None = None
    decision_reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    # Given in the first round; holds in the second while nothing in the area is changed.
    kept: bool = False

    @property
    def undecided(self) -> bool:
        return bool(self.opinion) and self.decision is None

    def state(self, last_change: int) -> SignState:
        """``last_change``: the newest accepted line of the area's change log, 0 for none."""
        if self.signed_at is None:
            return SignState.UNSIGNED
        return SignState.SIGNED if last_change <= self.change_id else SignState.CHANGED


def kept_from(
    first: Iterable[Signoff], first_changes: Mapping[str, int], said: Iterable[Signoff]
) -> tuple[Signoff, ...]:
    """The first round's sign-offs that hold in the second: of who has not spoken about the area there yet.

    The first change of the area in the second round takes them back, like any other.
    """
    spoken = {(signoff.area, signoff.user_id) for signoff in said}
    return tuple(
        replace(
            signoff,
            change_id=0,
            opinion="",
            opinion_at=None,
            decision=None,
            decision_reason="",
            decided_by="",
            decided_at=None,
            kept=True,
        )
        for signoff in first
        if (signoff.area, signoff.user_id) not in spoken
        and signoff.state(first_changes.get(signoff.area, 0)) is SignState.SIGNED
    )


def unkept(signoffs: Iterable[Signoff], rescored: Mapping[str, datetime]) -> tuple[str, ...]:
    """The areas in which an opinion was accepted («sẽ sửa điểm») and no score has changed since.

    ``rescored``: area → when one of its scores last became another.
    """
    areas = {
        signoff.area
        for signoff in signoffs
        if signoff.opinion
        and signoff.decision is Decision.TIEP_THU
        and signoff.decided_at is not None
        and (signoff.area not in rescored or rescored[signoff.area] <= signoff.decided_at)
    }
    return tuple(sorted(areas))


def responsible_for(area: str, people: Iterable[Responsible]) -> tuple[Responsible, ...]:
    """Those who must sign this area."""
    return tuple(person for person in people if area in person.areas and not person.own_unit)


def unsigned(
    areas: Sequence[str],
    people: Collection[Responsible],
    signoffs: Collection[Signoff],
    last_changes: Mapping[str, int],
) -> dict[str, tuple[str, ...]]:
    """Area → names of those who have not signed it as it stands now; areas given to nobody need no sign-off."""
    signed = {
        (signoff.area, signoff.user_id)
        for signoff in signoffs
        if signoff.state(last_changes.get(signoff.area, 0)) is SignState.SIGNED
    }
    missing = {
        area: tuple(
            person.name for person in responsible_for(area, people) if (area, person.user_id) not in signed
        )
        for area in areas
    }
    return {area: names for area, names in missing.items() if names}


def undecided(areas: Sequence[str], signoffs: Collection[Signoff]) -> tuple[str, ...]:
    """The areas with a divergent opinion that the head has not decided."""
    open_ = {signoff.area for signoff in signoffs if signoff.undecided}
    return tuple(area for area in areas if area in open_)


def require_signed(
    areas: Sequence[str],
    people: Collection[Responsible],
    signoffs: Collection[Signoff],
    last_changes: Mapping[str, int],
    reason: str,
    promised: Sequence[str] = (),
) -> None:
    """Before the scores are locked or published.

    Raises :class:`Conflict` that names the areas with an undecided opinion, and :class:`Invalid` at «reason»
    when an area is not signed, or ``promised`` to be scored anew and was not, and nobody says why.
    """
    open_ = undecided(areas, signoffs)
    if open_:
        raise Conflict(
            sentence("Chưa chốt được: Trưởng đoàn chưa quyết định ý kiến khác ở lĩnh vực %(areas)s."),
            areas=", ".join(open_),
        )
    missing = unsigned(areas, people, signoffs, last_changes)
    if missing and not reason:
        raise Invalid(
            sentence("Lĩnh vực %(areas)s chưa được xác nhận kết quả. Hãy ghi lý do vẫn chốt."),
            field="reason",
            areas=_written(missing),
        )
    if promised and not reason:
        raise Invalid(
            sentence(
                "Lĩnh vực %(areas)s: đã tiếp thu ý kiến khác nhưng chưa sửa điểm nào. Hãy ghi lý do vẫn chốt."
            ),
            field="reason",
            areas=", ".join(promised),
        )


def _written(missing: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{area} ({', '.join(names)})" for area, names in missing.items())


def require_may_decide(role: Role | None, own: bool) -> None:
    """A deputy decides in the head's place, but not on their own opinion."""
    if own and role is not Role.HEAD:
        raise Forbidden(sentence("Ý kiến của bạn do Trưởng đoàn quyết định."))
