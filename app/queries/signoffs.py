"""Reads about sign-offs of areas: what members have said, and where each area's change log stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.checklists import Checklist
from ..domain.inspections import Side
from ..domain.signoffs import Responsible, Signoff
from ..models import AnswerChange, AreaSignoff, Criterion, Outcome, User
from .delegations import MemberRow


@dataclass(frozen=True, slots=True)
class Signoffs:
    """All that was said in one round, oldest first, and the newest accepted change by area code."""

    said: tuple[Signoff, ...]
    last_changes: dict[str, int]


def signoffs_of(inspection_id: int, round_: int, checklist: Checklist) -> Signoffs:
    """Two SELECTs, whatever the number of members."""
    codes = {area.id: area.code for area in checklist.areas}
    author, judge = aliased(User), aliased(User)
    rows = db.session.execute(
        select(
            AreaSignoff.id,
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
        .where(AreaSignoff.inspection_id == inspection_id, AreaSignoff.round == round_)
        .order_by(AreaSignoff.id)
    ).all()
    said = []
    for row in rows:
        facts = row._asdict()
        said.append(Signoff(area=codes[facts.pop("area_id")], **facts))
    return Signoffs(tuple(said), last_changes(inspection_id, round_, checklist))


def last_changes(inspection_id: int, round_: int, checklist: Checklist) -> dict[str, int]:
    """The newest accepted change of the delegation's side by area code; one SELECT."""
    codes = {area.id: area.code for area in checklist.areas}
    rows = db.session.execute(
        select(Criterion.area_id, func.max(AnswerChange.id).label("last"))
        .join(Criterion, Criterion.id == AnswerChange.criterion_id)
        .where(
            AnswerChange.inspection_id == inspection_id,
            AnswerChange.side == Side.VERIFIED,
            AnswerChange.round == round_,
            AnswerChange.outcome == Outcome.ACCEPTED,
        )
        .group_by(Criterion.area_id)
    )
    return {codes[row.area_id]: row.last for row in rows}


def responsible(members: Iterable[MemberRow], unit_id: int) -> tuple[Responsible, ...]:
    """The members, in places that hold, as those who answer for areas of an inspection of this unit."""
    return tuple(
        Responsible(member.user_id, member.title, member.areas, unit_id in member.own)
        for member in members
        if member.holds
    )
