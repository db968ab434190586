"""Reads about dossier reports: the list, one report with all that it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, extract, func, or_, select

from ..db import db
from ..domain import dossier_checks, dossiers
from ..domain.access import TABLE, Action, Principal, Role
from ..domain.dossiers import Figures, Line, OnlinePractice, Report
from ..domain.inspections import State
from ..models import (
    Delegation,
    DelegationMember,
    DossierLine,
    DossierReport,
    Inspection,
    ReportSource,
    ReportStatus,
    Unit,
    User,
)
from ._pages import Page, within
from .access import UNDECIDED, sits, told_to_unit
from .late_dossiers import late_counts

PAGE_SIZE = 50
Units = Select[int]


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What the list shows; ``words`` are folded for search in the unit's name."""

    words: str = ""
    year: int | None = None
    status: ReportStatus | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report as the list shows it; ``total`` is its total row."""

    id: int
    unit_name: str
    period_from: date
    period_to: date
    period_label: str
    source: ReportSource
    status: ReportStatus
    online_practice: OnlinePractice | None
    explained: frozenset[str]
    total: Figures

    @property
    def report(self) -> Report:
        return Report(self.total, online_practice=self.online_practice)

    @property
    def broken(self) -> tuple[dossier_checks.Check, ...]:
        """Identities of the total row that do not hold; the rows of fields are not read for a list."""
        return tuple(check for check in dossier_checks.checks_of_row(self.total) if check.broken)

    @property
    def unexplained(self) -> int:
        return sum(check.code not in self.explained for check in self.broken)


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The facts of a report that its page and its loader need, without the figures."""

    id: int
    unit_id: int
    unit_name: str
    inspection_id: int | None
    period_from: date
    period_to: date
    period_label: str
    source: ReportSource
    status: ReportStatus
    extra: Mapping[str, object]
    explanations: Mapping[str, str]
    note: str
    version: int
    updated_by: str | None
    updated_at: datetime

    @property
    def return_reason(self) -> str:
        return str(self.extra.get("return_reason") or "")


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """An inspection whose period a new report may be made for."""

    inspection_id: int
    unit_id: int
    unit_name: str
    period_from: date
    period_to: date
    period_label: str


_FIGURES = tuple(getattr(DossierLine, column.name) for column in dossiers.COLUMNS)
_NAMES = tuple(column.name for column in dossiers.COLUMNS)


def _figures(row: object) -> Figures:
    return Figures(**{name: getattr(row, name) for name in _NAMES})


def _practice(extra: Mapping[str, object]) -> OnlinePractice | None:
    return next((word for word in OnlinePractice if word == extra.get("online_practice")), None)


def report_conditions(units: Units, wanted: ReportFilter) -> list[ColumnElement[bool]]:
    """Which reports a list shows; for reports joined with their unit."""
    conditions: list[ColumnElement[bool]] = [DossierReport.unit_id.in_(units)]
    conditions += [Unit.name_search.contains(word, autoescape=True) for word in wanted.words.split()]
    if wanted.year is not None:
        conditions.append(extract("year", DossierReport.period_to) == wanted.year)
    if wanted.status is not None:
        conditions.append(DossierReport.status == wanted.status)
    return conditions


LATEST_FIRST = (DossierReport.period_to.desc(), Unit.name_sort, DossierReport.id.desc())


def report_rows() -> Select[Any]:
    """All that a row of the list is made of, by :func:`report_row`."""
    return (
        select(
            DossierReport.id,
            Unit.name.label("unit_name"),
            DossierReport.period_from,
            DossierReport.period_to,
            DossierReport.period_label,
            DossierReport.source,
            DossierReport.status,
            DossierReport.extra,
            DossierReport.explanations,
            *_FIGURES,
        )
        .join(Unit, Unit.id == DossierReport.unit_id)
        .outerjoin(DossierLine, and_(DossierLine.report_id == DossierReport.id, DossierLine.is_total))
    )


def report_row(row: Any) -> ReportRow:
    """A row of :func:`report_rows` as a value."""
    return ReportRow(
        id=row.id,
        unit_name=row.unit_name,
        period_from=row.period_from,
        period_to=row.period_to,
        period_label=row.period_label,
        source=row.source,
        status=row.status,
        online_practice=_practice(row.extra),
        explained=frozenset(row.explanations),
        total=_figures(row),
    )


def list_reports(units: Units, wanted: ReportFilter, page: int = 1) -> Page[ReportRow]:
    """One page of the reports of ``units``, the newest period first; two SELECTs, whatever their number."""
    conditions = report_conditions(units, wanted)
    joined = select(func.count()).select_from(DossierReport).join(Unit, Unit.id == DossierReport.unit_id)
    total = db.session.execute(joined.where(*conditions)).scalar_one()
    page = within(page, total, PAGE_SIZE)
    rows = db.session.execute(
        report_rows()
        .where(*conditions)
        .order_by(*LATEST_FIRST)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(map(report_row, rows)), total, page, PAGE_SIZE)


def years_with_reports(units: Units) -> list[int]:
    """The years in which a report's period ends, the newest first; for the filter of the list."""
    year = extract("year", DossierReport.period_to)
    rows = db.session.execute(
        select(year).where(DossierReport.unit_id.in_(units)).distinct().order_by(year.desc())
    )
    return [int(row[0]) for row in rows]


def report_card(report_id: int) -> ReportCard | None:
    """One SELECT; ``None`` when there is no such report."""
    row = db.session.execute(
        select(
            DossierReport.id,
            DossierReport.unit_id,
            Unit.name.label("unit_name"),
            DossierReport.inspection_id,
            DossierReport.period_from,
            DossierReport.period_to,
            DossierReport.period_label,
            DossierReport.source,
            DossierReport.status,
            DossierReport.extra,
            DossierReport.explanations,
            DossierReport.note,
            DossierReport.version,
            User.title.label("updated_by"),
            DossierReport.updated_at,
        )
        .join(Unit, Unit.id == DossierReport.unit_id)
        .outerjoin(User, User.id == DossierReport.updated_by_id)
        .where(DossierReport.id == report_id)
    ).one_or_none()
    return None if row is None else ReportCard(**row._asdict())


def report_value(card: ReportCard) -> Report:
    """The report with its rows and all it is compared with; three SELECTs, whatever the number of rows."""
    rows = db.session.execute(
        select(DossierLine.field, DossierLine.is_total, *_FIGURES)
        .where(DossierLine.report_id == card.id)
        .order_by(DossierLine.place)
    ).all()
    ledger = late_counts(card.id)
    typed = card.extra.get("late_ledger")
    previous, system = _neighbours(card)
    return Report(
        total=next((_figures(row) for row in rows if row.is_total), Figures()),
        lines=tuple(Line(row.field, _figures(row)) for row in rows if not row.is_total),
        extras=dossiers.extras_from_json(card.extra),
        system=system,
        online_practice=_practice(card.extra),
        previous_processing=previous,
        late_ledger=ledger.total or (typed if isinstance(typed, int) else None),
        ledger=ledger if ledger.total else None,
    )


def _neighbours(card: ReportCard) -> tuple[int | None, Figures | None]:
    """Column 11 of the period just before, and the one-stop system's total row of the same period."""
    before = and_(
        DossierReport.source == card.source, DossierReport.period_to == card.period_from - timedelta(days=1)
    )
    system = and_(
        DossierReport.source == ReportSource.ONE_STOP,
        DossierReport.period_from == card.period_from,
        DossierReport.period_to == card.period_to,
    )
    rows = db.session.execute(
        select(DossierReport.period_to, *_FIGURES)
        .join(DossierLine, and_(DossierLine.report_id == DossierReport.id, DossierLine.is_total))
        .where(DossierReport.unit_id == card.unit_id, DossierReport.id != card.id, or_(before, system))
        .order_by(DossierReport.period_from.desc(), DossierReport.id)
    ).all()
    previous = next((row.processing_total for row in rows if row.period_to < card.period_from), None)
    same = next((_figures(row) for row in rows if row.period_to == card.period_to), None)
    return previous, same if card.source is ReportSource.UNIT else None


def report_id_of_inspection(inspection_id: int) -> int | None:
    """The unit's report for an inspection: the one linked with it, else the one of the same unit and period."""
    return db.session.execute(
        select(DossierReport.id)
        .join(Inspection, Inspection.unit_id == DossierReport.unit_id)
        .where(
            Inspection.id == inspection_id,
            DossierReport.source == ReportSource.UNIT,
            or_(
                DossierReport.inspection_id == inspection_id,
                and_(
                    DossierReport.period_from == Inspection.period_from,
                    DossierReport.period_to == Inspection.period_to,
                ),
            ),
        )
        .order_by(func.coalesce(DossierReport.inspection_id, 0).desc(), DossierReport.id.desc())
        .limit(1)
    ).scalar()


def report_of_inspection(inspection_id: int) -> tuple[ReportCard, Report] | None:
    """What the figures of the checklist and the minutes are made of; five SELECTs."""
    report_id = report_id_of_inspection(inspection_id)
    card = None if report_id is None else report_card(report_id)
    return None if card is None else (card, report_value(card))


def reportable_units(principal: Principal) -> list[tuple[int, str]]:
    """Units the person may enter figures for: their own, or those a delegation inspects in which they plan."""
    if principal.role in {Role.OFFICER, Role.UNIT_HEAD}:
        condition = Unit.id == principal.unit_id
    else:
        condition = Unit.id.in_(_planned(principal, Inspection.unit_id))
    rows = db.session.execute(select(Unit.id, Unit.name).where(condition).order_by(Unit.name_sort, Unit.id))
    return [(row.id, row.name) for row in rows]


def inspection_periods(principal: Principal, most: int = 12) -> list[PeriodChoice]:
    """The latest inspections whose unit the person may enter figures for; one SELECT."""
    if principal.role in {Role.OFFICER, Role.UNIT_HEAD}:
        condition = and_(
            Inspection.unit_id == principal.unit_id, Inspection.state != State.HUY, told_to_unit()
        )
    else:
        condition = Inspection.id.in_(_planned(principal, Inspection.id))
    rows = db.session.execute(
        select(
            Inspection.id.label("inspection_id"),
            Inspection.unit_id,
            Unit.name.label("unit_name"),
            Inspection.period_from,
            Inspection.period_to,
            Inspection.period_label,
        )
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(condition)
        .order_by(Inspection.inspected_on.desc(), Inspection.id.desc())
        .limit(most)
    )
    return [PeriodChoice(**row._asdict()) for row in rows]


def _planned(principal: Principal, column: Any) -> Select[Any]:
    """``column`` of the inspections in whose delegation the person plans."""
    return (
        select(column)
        .join(Delegation, Delegation.id == Inspection.delegation_id)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .where(
            sits(principal),
            DelegationMember.role.in_(TABLE[Action.WRITE_DOSSIERS]),
            Inspection.state.not_in(UNDECIDED),
        )
    )
