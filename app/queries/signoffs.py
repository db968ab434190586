"""Reads about sign-offs of areas: what members have said, and where each area's change log stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.checklists import Checklist
from ..domain.inspections import Side
from ..domain.signoffs import Decision, Responsible, Signoff, kept_from, unkept
from ..models import AnswerChange, AreaSignoff, Criterion, Outcome, User
from .delegations import MemberRow


@dataclass(frozen=True, slots=True)
class Signoffs:
    """All that was said in one round, oldest first, and the newest accepted change by area code."""

    said: tuple[Signoff, ...]
    last_changes: dict[str, int]
    # In the second round: what was said in the first; its sign-offs that still hold are in ``said`` too.
    first: tuple[Signoff, ...] = ()
    # Areas with an opinion that was accepted, in whichever round, and no score changed since.
    unkept: tuple[str, ...] = ()


def signoffs_of(inspection_id: int, round_: int, checklist: Checklist) -> Signoffs:
    """Three SELECTs, whatever the number of members."""
    codes = {area.id: area.code for area in checklist.areas}
    author, judge = aliased(User), aliased(User)
    rows = db.session.execute(
        select(
            AreaSignoff.id,
            AreaSignoff.round,
            AreaSignoff.area_id,
            AreaSignoff.user_id,
            author.title.label("name"),
            AreaSignoff.version,
            AreaSignoff.signed_at,
            func.coalesce(AreaSignoff.last_change_id, 0).label("change_id"),
            AreaSignoff.points,
            AreaSignoff.max_points,
            AreaSignoff.answered,
            AreaSignoff.total,
            AreaSignoff.opinion,
            AreaSignoff.opinion_at,
            AreaSignoff.decision,
            AreaSignoff.decision_reason,
            func.coalesce(judge.title, "").label("decided_by"),
            AreaSignoff.decided_at,
        )
        .join(author, author.id == AreaSignoff.user_id)
        .outerjoin(judge, judge.id == AreaSignoff.decided_by_id)
        .where(AreaSignoff.inspection_id == inspection_id, AreaSignoff.round <= round_)
        .order_by(AreaSignoff.id)
    ).all()
    by_round: dict[int, list[Signoff]] = {}
    for row in rows:
        facts = row._asdict()
        of_round = by_round.setdefault(facts.pop("round"), [])
        of_round.append(Signoff(area=codes[facts.pop("area_id")], **facts))
    said, first = by_round.get(round_, []), by_round.get(1, []) if round_ > 1 else []
    changed = _last_changes(inspection_id, checklist)
    kept = kept_from(first, changed.get(1, {}), said)
    return Signoffs(
        (*kept, *said),
        changed.get(round_, {}),
        tuple(first),
        unkept([*first, *said], _rescored(inspection_id, codes)),
    )


def last_changes(inspection_id: int, round_: int, checklist: Checklist) -> dict[str, int]:
    """The newest accepted change of the delegation's side by area code; one SELECT."""
    return _last_changes(inspection_id, checklist).get(round_, {})


def _last_changes(inspection_id: int, checklist: Checklist) -> dict[int, dict[str, int]]:
    """Round → area code → the newest accepted change of the delegation's side."""
    codes = {area.id: area.code for area in checklist.areas}
    rows = db.session.execute(
        select(Criterion.area_id, AnswerChange.round, func.max(AnswerChange.id).label("last"))
        .join(Criterion, Criterion.id == AnswerChange.criterion_id)
        .where(
            AnswerChange.inspection_id == inspection_id,
            AnswerChange.side == Side.VERIFIED,
            AnswerChange.outcome == Outcome.ACCEPTED,
        )
        .group_by(Criterion.area_id, AnswerChange.round)
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.round, {})[codes[row.area_id]] = row.last
    return found


# What makes a score another one; a reason or a note does not.
_SCORE = ("value", "not_applicable", "points")


def _rescored(inspection_id: int, codes: Mapping[int, str]) -> dict[str, datetime]:
    """Area code → when one of its scores last became another, since an opinion was first accepted; one SELECT."""
    accepted = select(func.min(AreaSignoff.decided_at)).where(
        AreaSignoff.inspection_id == inspection_id, AreaSignoff.decision == Decision.TIEP_THU
    )
    rows = db.session.execute(
        select(Criterion.area_id, AnswerChange.at, AnswerChange.before, AnswerChange.after)
        .join(Criterion, Criterion.id == AnswerChange.criterion_id)
        .where(
            AnswerChange.inspection_id == inspection_id,
            AnswerChange.side == Side.VERIFIED,
            AnswerChange.outcome == Outcome.ACCEPTED,
            # Where no opinion was accepted this is NULL: nothing is read.
            AnswerChange.at > accepted.scalar_subquery(),
        )
        .order_by(AnswerChange.id)
    )
    return {
        codes[row.area_id]: row.at
        for row in rows
        if any((row.before or {}).get(name) != (row.after or {}).get(name) for name in _SCORE)
    }


def responsible(members: Iterable[MemberRow], unit_id: int) -> tuple[Responsible, ...]:
    """The members, in places that hold, as those who answer for areas of an inspection of this unit."""
    return tuple(
        Responsible(member.user_id, member.title, member.areas, unit_id in member.own)
        for member in members
        if member.holds
    )
