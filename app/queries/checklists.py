"""Reads about checklists; a published version is immutable, so its value is kept in the process."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import select

from ..db import db
from ..domain import checklists as values
from ..domain.checklists import Band, rule_from_json
from ..domain.refusals import Missing, sentence
from ..models import Area, Checklist, ChecklistVersion, Criterion, CriterionGroup

# Keyed by database too: one process may open several (tests do).
_published: dict[tuple[str, int], values.Checklist] = {}
_lock = Lock()


def checklist_value(version_id: int, *, immutable: bool = True) -> values.Checklist:
    """A version as a domain value; from the process's memory when it is published."""
    key = (str(db.engine.url), version_id)
    if immutable and key in _published:
        return _published[key]
    version = db.session.get(ChecklistVersion, version_id)
    if version is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    value = _read(version)
    if version.published_at is not None:
        with _lock:
            _published[key] = value
    return value


def forget_checklists() -> None:
    """Empties the memory: for tests that begin with a new database."""
    with _lock:
        _published.clear()


def _read(version: ChecklistVersion) -> values.Checklist:
    """Four SELECTs, whatever the size."""
    name = db.session.execute(select(Checklist.name).where(Checklist.id == version.checklist_id)).scalar_one()
    areas = db.session.execute(select(Area).where(Area.version_id == version.id).order_by(Area.place)).scalars()
    groups: dict[int, list[CriterionGroup]] = {}
    for group in db.session.execute(
        select(CriterionGroup).where(CriterionGroup.version_id == version.id).order_by(CriterionGroup.place)
    ).scalars():
        groups.setdefault(group.area_id, []).append(group)
    criteria: dict[int, list[Criterion]] = {}
    for criterion in db.session.execute(
        select(Criterion).where(Criterion.version_id == version.id).order_by(Criterion.place)
    ).scalars():
        criteria.setdefault(criterion.group_id, []).append(criterion)
    return values.Checklist(
        name=name,
        version=version.version,
        level=version.level,
        scale=version.scale,
        bonus_max=version.bonus_max,
        deduction_max=version.deduction_max,
        valid_from=version.valid_from,
        note=version.note,
        bands=tuple(Band(band["label"], band["from_index"]) for band in version.bands),
        areas=tuple(
            values.Area(
                code=area.code,
                name=area.name,
                max_points=area.max_points,
                kind=area.kind,
                may_be_na=area.may_be_na,
                in_charge=area.in_charge,
                id=area.id,
                groups=tuple(
                    values.CriterionGroup(
                        code=group.code,
                        text=group.text,
                        max_points=group.max_points,
                        in_charge=group.in_charge,
                        id=group.id,
                        criteria=tuple(_criterion(row) for row in criteria.get(group.id, ())),
                    )
                    for group in groups.get(area.id, ())
                ),
            )
            for area in areas
        ),
    )


def _criterion(row: Criterion) -> values.Criterion:
    return values.Criterion(
        code=row.code,
        text=row.text,
        max_points=row.max_points,
        rule=rule_from_json(row.rule),
        may_be_na=row.may_be_na,
        evidence=row.evidence,
        legal_basis=row.legal_basis,
        figure=row.figure,
        in_charge=row.in_charge,
        id=row.id,
    )
