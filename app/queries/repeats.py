"""Tồn tại lặp lại: what was found wrong before at the same criterion of the same unit, or of one it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.inspections import CLOSED, FindingKind, FindingState, State
from ..domain.units import UnitKind
from ..models import ChecklistVersion, Criterion, Finding, Inspection, Unit, UnitSuccession

# Minutes signed and not called off: only then is it said that something was wrong.
SIGNED = CLOSED - {State.HUY}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A shortcoming that an earlier inspection has noted; ``elsewhere``: at a unit this one came from."""

    day: date
    unit_name: str
    unit_kind: UnitKind
    elsewhere: bool
    text: str
    remedied: bool


def unit_and_predecessors(inspection_id: int) -> Select[int]:
    """Ids of the inspected unit and of all it came from by the day of the inspection, wholly or in part.

    A union drops what it has seen, so that successions in a circle come to an end.
    """
    this = aliased(Inspection)
    found = (
        select(this.unit_id.label("id"), this.inspected_on.label("day"))
        .where(this.id == inspection_id)
        .cte("predecessors", recursive=True)
    )
    step = (
        select(UnitSuccession.from_unit_id, found.c.day)
        .join(found, UnitSuccession.to_unit_id == found.c.id)
        .where(UnitSuccession.effective_date <= found.c.day)
    )
    return select(found.union(step).c.id)


def earlier_shortcomings(inspection_id: int) -> Mapping[str, tuple[Earlier, ...]]:
    """By the criterion's code, the latest first; any version of the same checklist; one SELECT."""
    this, before = aliased(Inspection), aliased(Inspection)
    of_this, of_before = aliased(ChecklistVersion), aliased(ChecklistVersion)
    rows = db.session.execute(
        select(
            Criterion.code,
            before.inspected_on,
            Unit.name,
            Unit.kind,
            (before.unit_id != this.unit_id).label("elsewhere"),
            Finding.text,
            Finding.state,
        )
        .select_from(Finding)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .join(before, before.id == Finding.inspection_id)
        .join(of_before, of_before.id == before.version_id)
        .join(this, this.id == inspection_id)
        .join(of_this, of_this.id == this.version_id)
        .join(Unit, Unit.id == before.unit_id)
        .where(
            Finding.kind == FindingKind.TON_TAI,
            Finding.removed_at.is_(None),
            before.state.in_(SIGNED),
            before.inspected_on < this.inspected_on,
            before.unit_id.in_(unit_and_predecessors(inspection_id)),
            of_before.checklist_id == of_this.checklist_id,
        )
        .order_by(before.inspected_on.desc(), Finding.id)
    )
    found: dict[str, tuple[Earlier, ...]] = {}
    for row in rows:
        one = Earlier(
            row.inspected_on,
            row.name,
            row.kind,
            bool(row.elsewhere),
            row.text,
            row.state is FindingState.DA_KHAC_PHUC,
        )
        found[row.code] = (*found.get(row.code, ()), one)
    return found
