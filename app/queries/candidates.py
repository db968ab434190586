"""Reads about the accounts that a delegation may be chosen from: those that were chosen, and a search among all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from ..db import db
from ..domain.delegations import CANDIDATES, Candidate
from ..models import DelegationMember, Unit, User


def candidates(ids: Collection[int], delegation_id: int | None = None) -> dict[int, Candidate]:
    """Of these accounts those that are open and may be members, and who is a member already; one SELECT."""
    members = select(DelegationMember.user_id).where(DelegationMember.delegation_id == delegation_id)
    rows = db.session.execute(
        _rows()
        .where(User.id.in_(list(ids)), or_(and_(*_open()), User.id.in_(members)))
        .order_by(User.title, User.id)
    )
    return {row.id: Candidate(**row._asdict()) for row in rows}


def find_candidates(
    words: str, office_id: int | None, but: Collection[int] = (), most: int = 10
) -> tuple[list[Candidate], int]:
    """Open accounts that may be members and hold each of the folded ``words`` in name, title, post or unit, and how
    many more there are. Those of the asker's own office come first. One SELECT."""
    everything = User.name_search + " " + func.coalesce(Unit.name_search, "")
    rows = db.session.execute(
        _rows()
        .add_columns(func.count().over().label("every"))
        .where(
            *_open(),
            User.id.not_in(list(but)),
            *(everything.contains(word, autoescape=True) for word in words.split()),
        )
        .order_by((func.coalesce(User.unit_id, 0) == (office_id or -1)).desc(), User.title, User.id)
        .limit(most)
    ).all()
    found = [Candidate(row.id, row.title, row.role, row.post, row.unit_name) for row in rows]
    return found, (rows[0].every - len(rows) if rows else 0)


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        User.id, User.title, User.role, User.post, func.coalesce(Unit.name, "").label("unit_name")
    ).outerjoin(Unit, Unit.id == User.unit_id)


def _open() -> tuple[Any, ...]:
    return User.active, User.role.in_(CANDIDATES)
