"""Reads about the ledger of late dossiers of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, not_, select
from sqlalchemy.orm import InstrumentedAttribute

from ..db import db
from ..domain.late_dossiers import Gap, LateCounts, LateEntry, days_late
from ..domain.personal import looks_personal
from ..models import LateDossier, User

_APOLOGISED = and_(LateDossier.apology_number != "", LateDossier.apology_on.is_not(None))
_EXPLAINED = LateDossier.cause != ""
_REAPPOINTED = LateDossier.reappointed_on.is_not(None)
COMPLETE: ColumnElement[bool] = and_(_APOLOGISED, _EXPLAINED, _REAPPOINTED)
_FIELDS = (
    LateDossier.code,
    LateDossier.field,
    LateDossier.received_on,
    LateDossier.due_on,
    LateDossier.returned_on,
    LateDossier.days_late,
    LateDossier.cause_kind,
    LateDossier.cause,
    LateDossier.apology_number,
    LateDossier.apology_on,
    LateDossier.reappointed_on,
    LateDossier.reappointed_times,
    LateDossier.published,
)


@dataclass(frozen=True, slots=True)
class LateRow:
    """One entry of the ledger as its page shows it; ``days`` are counted from its dates where it has them."""

    id: int
    entry: LateEntry
    days: int | None
    version: int = 1
    updated_by: str | None = None
    updated_at: datetime | None = None

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return self.entry.gaps

    @property
    def personal(self) -> bool:
        """Whether something in it looks like a person."""
        entry = self.entry
        return looks_personal(entry.code, entry.field, entry.cause, entry.apology_number)


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def late_counts(report_id: int) -> LateCounts:
    """The ledger of a report in figures; one SELECT."""
    row = db.session.execute(
        select(
            func.count(LateDossier.id),
            _count_if(_EXPLAINED),
            _count_if(_APOLOGISED),
            _count_if(_REAPPOINTED),
            _count_if(COMPLETE),
        ).where(LateDossier.report_id == report_id)
    ).one()
    total, explained, apologised, reappointed, complete = (int(number) for number in row)
    return LateCounts(total, explained, apologised, reappointed, total - complete)


def incomplete_entries(report_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """How many entries of a report lack something, as a column of another SELECT."""
    return (
        select(func.count(LateDossier.id))
        .where(LateDossier.report_id == report_id, not_(COMPLETE))
        .scalar_subquery()
    )


def late_rows(report_id: int, period_to: date, *, late_id: int | None = None) -> list[LateRow]:
    """The ledger by due date; one SELECT, whatever its length. ``late_id``: only this entry."""
    rows = db.session.execute(
        select(
            LateDossier.id,
            LateDossier.version,
            LateDossier.updated_at,
            User.title.label("updated_by"),
            *_FIELDS,
        )
        .outerjoin(User, User.id == LateDossier.updated_by_id)
        .where(LateDossier.report_id == report_id, *([LateDossier.id == late_id] if late_id else []))
        .order_by(LateDossier.due_on.is_(None), LateDossier.due_on, LateDossier.code)
    )
    found = []
    for row in rows:
        entry = LateEntry(**{column.key: getattr(row, column.key) for column in _FIELDS})
        counted = days_late(entry.due_on, entry.returned_on, period_to)
        days = entry.days_late if counted is None else counted
        found.append(LateRow(row.id, entry, days, row.version, row.updated_by, row.updated_at))
    return found


def late_row(report_id: int, late_id: int, period_to: date) -> LateRow | None:
    """One entry of this report's ledger; ``None`` when it is another's."""
    return next(iter(late_rows(report_id, period_to, late_id=late_id)), None)


def late_codes(report_id: int) -> frozenset[str]:
    """The codes a report's ledger has; one SELECT."""
    rows = db.session.execute(select(LateDossier.code).where(LateDossier.report_id == report_id))
    return frozenset(row.code for row in rows)
