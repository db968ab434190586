"""Areas with who stands for them, as the inspection's page, the page of sign-offs and the step's page show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..domain.access import Action
from ..domain.checklists import Area, Checklist
from ..domain.inspections import State, allows
from ..domain.scoring import Sum
from ..domain.signoffs import Responsible, Signoff, SignState, responsible_for
from ..queries.access import InspectionCard
from ..queries.delegations import MemberRow
from ..queries.signoffs import responsible, signoffs_of


@dataclass(frozen=True, slots=True)
class Person:
    """One member's word on an area; ``due``: must sign it, for it is given to them."""

    user_id: int
    name: str
    state: SignState
    said: Signoff | None
    due: bool


@dataclass(frozen=True, slots=True)
class AreaSignoffs:
    """One area. ``mine`` is what the reader said; ``signs`` and ``objects`` what they may do now."""

    area: Area
    sum: Sum
    people: tuple[Person, ...]
    own_unit: tuple[Responsible, ...]
    opinions: tuple[Signoff, ...]
    mine: Signoff | None
    my_state: SignState
    signs: bool
    objects: bool
    decides: bool
    # What was said in the first round, once there is a second.
    first: tuple[Signoff, ...] = ()
    # An opinion was accepted, and no score of the area has changed since.
    unkept: bool = False

    @property
    def given(self) -> bool:
        """Whether somebody must sign it now; who signed and answers for it no longer does not count."""
        return any(person.due for person in self.people)

    @property
    def missing(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.due and person.state is not SignState.SIGNED)

    @property
    def undecided(self) -> bool:
        return any(opinion.undecided for opinion in self.opinions)


def shows_signoffs(card: InspectionCard) -> bool:
    """Whether the reader sees them at all: never the unit, and only where and while something is scored."""
    begun = card.locked_at is not None or allows(card.state, Action.SIGN_AREA)
    return card.scoring and begun and card.state is not State.HUY and card.standing.may(Action.READ_SIGNOFFS)


def area_lines(
    card: InspectionCard,
    checklist: Checklist,
    sums: Mapping[str, Sum],
    members: Iterable[MemberRow],
    reader: int,
) -> list[AreaSignoffs]:
    """Every area in the order of the checklist; three SELECTs."""
    people = responsible(members, card.unit_id)
    found = signoffs_of(card.id, card.round, checklist)
    return [
        _line(
            card,
            area,
            sums.get(area.code, Sum()),
            people,
            [signoff for signoff in found.said if signoff.area == area.code],
            found.last_changes.get(area.code, 0),
            reader,
            tuple(signoff for signoff in found.first if signoff.area == area.code),
            area.code in found.unkept,
        )
        for area in checklist.areas
    ]


def _line(
    card: InspectionCard,
    area: Area,
    total: Sum,
    people: tuple[Responsible, ...],
    said: list[Signoff],
    last: int,
    reader: int,
    first: tuple[Signoff, ...],
    unkept: bool,
) -> AreaSignoffs:
    by_user = {signoff.user_id: signoff for signoff in said}
    due = {person.user_id: person.name for person in responsible_for(area.code, people)}
    # Who signed and was given other areas since is still named.
    others = {s.user_id: s.name for s in said if s.signed_at is not None and s.user_id not in due}
    mine = by_user.get(reader)
    may = card.standing.may
    opens = allows(card.state, Action.SIGN_AREA)
    return AreaSignoffs(
        area=area,
        sum=total,
        people=tuple(
            Person(
                user_id=user_id,
                name=name,
                state=by_user[user_id].state(last) if user_id in by_user else SignState.UNSIGNED,
                said=by_user.get(user_id),
                due=user_id in due,
            )
            for user_id, name in (due | others).items()
        ),
        own_unit=tuple(person for person in people if person.own_unit and area.code in person.areas),
        opinions=tuple(signoff for signoff in said if signoff.opinion),
        mine=mine,
        my_state=mine.state(last) if mine else SignState.UNSIGNED,
        signs=opens and card.standing.may_sign_area(area.code),
        objects=opens and may(Action.SIGN_AREA),
        decides=allows(card.state, Action.DECIDE_OPINION) and may(Action.DECIDE_OPINION),
        first=tuple(signoff for signoff in first if signoff.signed_at is not None or signoff.opinion),
        unkept=unkept,
    )
