"""What the overview asks: approvals that wait, and the table units × areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from ..db import db
from ..domain import tasks
from ..domain.access import TABLE, Action, Principal, Role
from ..domain.dossiers import Figures
from ..domain.inspections import ALLOWED_IN, Side, State
from ..domain.scoring import Sum
from ..domain.task_history import year_of
from ..domain.tasks import OUTSIDE
from ..models import (
    Answer,
    Area,
    AreaScore,
    AreaSignoff,
    Criterion,
    DelegationMember,
    DossierLine,
    DossierReport,
    Inspection,
    Task,
    Unit,
)
from ._pages import Page, within
from .access import shown_rounds, sits, visible_inspections, visible_tasks
from .task_figures import belongs_to, counts_by_unit
from .task_years import counted_year

PAGE_SIZE = 50


def approvals_waiting(principal: Principal) -> Mapping[int, int]:
    """Inspection id → how many «không áp dụng» wait for the head's word; one SELECT."""
    rows = db.session.execute(
        select(Answer.inspection_id, func.count(Answer.id))
        .join(Inspection, Inspection.id == Answer.inspection_id)
        .where(
            Answer.inspection_id.in_(visible_inspections(principal)),
            Inspection.state.in_([State.DANG_KIEM_TRA, State.THAM_DINH_LAN_2]),
            Answer.side == Side.VERIFIED,
            Answer.round == Inspection.round,
            Answer.not_applicable,
            Answer.na_approved_by_id.is_(None),
        )
        .group_by(Answer.inspection_id)
    )
    return {row[0]: row[1] for row in rows}


def opinions_waiting(principal: Principal) -> Mapping[int, int]:
    """Inspection id → how many divergent opinions wait for this person's decision; one SELECT.

    As :func:`app.services.signoffs.decide_opinion` takes it: never at one's own unit, and a deputy's own opinion is
    the head's.
    """
    rows = db.session.execute(
        select(AreaSignoff.inspection_id, func.count(AreaSignoff.id))
        .join(Inspection, Inspection.id == AreaSignoff.inspection_id)
        .join(DelegationMember, DelegationMember.delegation_id == Inspection.delegation_id)
        .where(
            sits(principal),
            DelegationMember.role.in_(TABLE[Action.DECIDE_OPINION]),
            Inspection.state.in_(ALLOWED_IN[Action.DECIDE_OPINION]),
            Inspection.unit_id.not_in({principal.unit_id or 0, *principal.own}),
            AreaSignoff.round == Inspection.round,
            AreaSignoff.opinion != "",
            AreaSignoff.decision.is_(None),
            or_(DelegationMember.role == Role.HEAD, AreaSignoff.user_id != principal.id),
        )
        .group_by(AreaSignoff.inspection_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the table: its latest inspection's areas (``criteria``: how many the checklist has), its
    tasks, its latest dossier figures."""

    unit_id: int
    unit_name: str
    # None where there are tasks only.
    inspection_id: int | None
    inspected_on: date | None
    areas: Mapping[str, Sum]
    scoring: bool
    criteria: int
    tasks: tasks.Counts
    dossiers: Figures | None

    @property
    def total(self) -> Sum:
        return sum(self.areas.values(), Sum())


@dataclass(frozen=True, slots=True)
class UnitTable:
    """``areas``: code and name of each column, in order. ``year``: whose tasks are counted, as on the board."""

    areas: tuple[tuple[str, str], ...]
    lines: tuple[UnitLine, ...]
    year: int
    page: Page[UnitLine]


def unit_table(principal: Principal, today: date, page: int = 1) -> UnitTable:
    """A page of the units of which a person may see an inspection or tasks, each with its latest inspection and
    the tasks of the year that the board counts; eight SELECTs for any number of units."""
    seen = visible_tasks(principal)
    year = year_of(today, counted_year(seen, today))
    of_year: list[ColumnElement[bool]] = [seen, Task.lead.is_(True), Task.workflow.not_in(OUTSIDE)]
    of_year += [
        Task.assigned_on <= min(today, year.end),
        or_(Task.completed_on.is_(None), Task.completed_on >= year.start),
    ]
    newest = _newest(principal)
    listed = or_(
        Unit.id.in_(select(newest.c.unit_id)),
        Unit.id.in_(select(Task.unit_id).where(*of_year)),
    )
    total = db.session.scalar(select(func.count()).select_from(Unit).where(listed)) or 0
    page = within(page, total, PAGE_SIZE)
    units = db.session.execute(
        select(Unit.id, Unit.name, newest.c.id, newest.c.inspected_on, newest.c.version_id, newest.c.scoring)
        .outerjoin(newest, and_(newest.c.unit_id == Unit.id, newest.c.place == 1))
        .where(listed)
        .order_by(Unit.name_sort, Unit.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    # What is not scored has areas only to order its findings.
    versions = {row.version_id for row in units if row.scoring}
    columns, criteria = _columns(versions), _numbers_of_criteria(versions)
    scores = _scores([row[2] for row in units if row[2] is not None], shown_rounds(principal))
    counts = counts_by_unit(today, Task.unit_id.in_([row[0] for row in units]), seen, belongs_to(year))
    figures = _figures([row[0] for row in units])
    lines = tuple(
        UnitLine(
            unit_id=unit_id,
            unit_name=name,
            inspection_id=inspection_id,
            inspected_on=inspected_on,
            areas=scores.get(inspection_id or 0, {}),
            scoring=bool(scoring),
            criteria=criteria.get(version_id or 0, 0),
            tasks=counts.get(unit_id, tasks.Counts()),
            dossiers=figures.get(unit_id),
        )
        for unit_id, name, inspection_id, inspected_on, version_id, scoring in units
    )
    return UnitTable(tuple(columns.items()), lines, int(year.label), Page(lines, total, page, PAGE_SIZE))


def _newest(principal: Principal) -> Subquery:
    """The inspections a person may see, by ``place`` in their unit: the latest scored one is the first."""
    return (
        select(
            Inspection.id,
            Inspection.unit_id,
            Inspection.inspected_on,
            Inspection.version_id,
            Inspection.scoring,
            func.row_number()
            .over(
                partition_by=Inspection.unit_id,
                order_by=(Inspection.scoring.desc(), Inspection.inspected_on.desc(), Inspection.id.desc()),
            )
            .label("place"),
        )
        .where(Inspection.id.in_(visible_inspections(principal)), Inspection.state != State.HUY)
        .subquery()
    )


def _columns(versions: set[int]) -> dict[str, str]:
    """Code and name of each area of these checklists, in order.

    Sets of different provinces may name an area differently; the first name heads the column.
    """
    names = db.session.execute(
        select(Area.code, Area.name).where(Area.version_id.in_(versions)).order_by(Area.place, Area.id)
    ).all()
    columns: dict[str, str] = {}
    for code, name in names:
        columns.setdefault(code, name)
    return columns


def _numbers_of_criteria(versions: set[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Criterion.version_id, func.count(Criterion.id))
        .where(Criterion.version_id.in_(versions))
        .group_by(Criterion.version_id)
    )
    return {row[0]: row[1] for row in rows}


def _scores(inspections: list[int], rounds: ColumnElement[int]) -> dict[int, dict[str, Sum]]:
    rows = db.session.execute(
        select(
            AreaScore.inspection_id,
            Area.code,
            AreaScore.points,
            AreaScore.max_points,
            AreaScore.answered,
            AreaScore.total,
        )
        .join(Area, Area.id == AreaScore.area_id)
        .join(Inspection, Inspection.id == AreaScore.inspection_id)
        .where(
            AreaScore.inspection_id.in_(inspections),
            AreaScore.side == Side.VERIFIED,
            AreaScore.round == rounds,
        )
    )
    found: dict[int, dict[str, Sum]] = defaultdict(dict)
    for inspection_id, code, points, most, answered, total in rows:
        found[inspection_id][code] = Sum(points, most, answered, total)
    return found


def _figures(units: list[int]) -> dict[int, Figures]:
    """The total row of each unit's newest report."""
    names = [field.name for field in fields(Figures)]
    rows = db.session.execute(
        select(DossierReport.unit_id, *(getattr(DossierLine, name) for name in names))
        .join(DossierLine, DossierLine.report_id == DossierReport.id)
        .where(DossierReport.unit_id.in_(units), DossierLine.is_total)
        .order_by(DossierReport.period_to, DossierReport.id)
    )
    return {unit_id: Figures(*figures) for unit_id, *figures in rows}
