"""Reads about checklists; a published version is immutable, so its value is kept in the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from sqlalchemy import Select, func, select

from ..db import db
from ..domain import checklists as values
from ..domain.checklists import Band, UnitLevel, rule_from_json
from ..domain.refusals import Missing, sentence
from ..models import Area, Checklist, ChecklistVersion, Criterion, CriterionGroup, Inspection

# Keyed by database too: one process may open several (tests do).
_published: dict[tuple[str, int], values.Checklist] = {}
_lock = Lock()


def checklist_value(version_id: int, *, immutable: bool = True) -> values.Checklist:
    """A version as a domain value; from the process's memory when it is published."""
    key = (str(db.engine.url), version_id)
    if immutable and key in _published:
        return _published[key]
    row = db.session.execute(
        select(ChecklistVersion, Checklist.name)
        .join(Checklist, Checklist.id == ChecklistVersion.checklist_id)
        .where(ChecklistVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    version: ChecklistVersion = row[0]
    value = _read(version, row.name)
    if version.published_at is not None:
        with _lock:
            _published[key] = value
    return value


def forget_checklists() -> None:
    """Empties the memory: for tests that begin with a new database."""
    with _lock:
        _published.clear()


def _read(version: ChecklistVersion, name: str) -> values.Checklist:
    """Three SELECTs, whatever the size."""
    areas = db.session.execute(
        select(Area).where(Area.version_id == version.id).order_by(Area.place)
    ).scalars()
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


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version as lists and headings show it; ``scale`` in hundredths."""

    id: int
    checklist_id: int
    code: str
    name: str
    version: str
    level: UnitLevel
    scale: int
    valid_from: date
    published_at: datetime | None
    criteria: int
    inspections: int

    @property
    def published(self) -> bool:
        return self.published_at is not None


def version_cards(*, drafts: bool) -> Sequence[VersionCard]:
    """All versions, sets in the order of their names, newest version first; one SELECT."""
    query = _cards().order_by(Checklist.name, Checklist.id, ChecklistVersion.id.desc())
    if not drafts:
        query = query.where(ChecklistVersion.published_at.is_not(None))
    return [VersionCard(*row) for row in db.session.execute(query)]


def version_card(version_id: int) -> VersionCard | None:
    """One version, published or a draft; one SELECT."""
    row = db.session.execute(_cards().where(ChecklistVersion.id == version_id)).first()
    return VersionCard(*row) if row else None


def _cards() -> Select:
    criteria = select(func.count(Criterion.id)).where(Criterion.version_id == ChecklistVersion.id)
    inspections = select(func.count(Inspection.id)).where(Inspection.version_id == ChecklistVersion.id)
    return select(
        ChecklistVersion.id,
        Checklist.id,
        Checklist.code,
        Checklist.name,
        ChecklistVersion.version,
        ChecklistVersion.level,
        ChecklistVersion.scale,
        ChecklistVersion.valid_from,
        ChecklistVersion.published_at,
        criteria.scalar_subquery(),
        inspections.scalar_subquery(),
    ).join(Checklist, Checklist.id == ChecklistVersion.checklist_id)


def stored_version(name: str, version: str) -> int | None:
    """The id of the version with this name and version, if it is stored."""
    return db.session.execute(
        select(ChecklistVersion.id)
        .join(Checklist, Checklist.id == ChecklistVersion.checklist_id)
        .where(Checklist.name == name, ChecklistVersion.version == version)
    ).scalar_one_or_none()


def find_version(reference: str) -> VersionCard | None:
    """The version that «code», «code@version» or a set's name means: the newest published, else the newest."""
    fitting = [
        card
        for card in version_cards(drafts=True)
        if reference in (card.code, f"{card.code}@{card.version}", card.name)
    ]
    return next((card for card in fitting if card.published), fitting[0] if fitting else None)
