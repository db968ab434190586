"""Verbs about checklists: store an imported version, publish it, delete a draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from ..db import db, verb
from ..domain import checklists as values
from ..domain.checklists import rule_to_json
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..models import Area, Checklist, ChecklistVersion, Criterion, CriterionGroup, Inspection
from ..queries.checklists import stored_version
from ._audit import note_event


def already_stored(name: str, version: str) -> Invalid:
    """Fault 16 of the import: a set that is stored is never overwritten."""
    return Invalid(
        sentence("Bộ tiêu chí «%(name)s», phiên bản %(version)s đã có; hãy đặt phiên bản mới."),
        field="file",
        name=name,
        version=version,
    )


@verb
def import_checklist(
    value: values.Checklist, code: str, user_id: int | None, now: datetime, *, publish: bool = False
) -> ChecklistVersion:
    """Stores ``value`` as a new version of the set with its name; a new set gets ``code`` or «code-2» ….

    Raises :class:`Invalid` when the name has this version already.
    """
    if stored_version(value.name, value.version) is not None:
        raise already_stored(value.name, value.version)
    try:
        version = _add_version(_set_of(value.name, code, now), value, now)
        _add_content(version, value)
    except IntegrityError:
        # Somebody else imported the same at the same moment.
        raise already_stored(value.name, value.version) from None
    if publish:
        version.published_at, version.published_by_id = now, user_id
    data = {
        "name": value.name,
        "version": value.version,
        "criteria": len(value.criteria),
        "published": publish,
    }
    note_event("checklist.import", "checklist_version", version.id, user_id, now, data)
    return version


@verb
def publish_version(version_id: int, user_id: int, now: datetime) -> None:
    """From now on inspections may use the version, and nobody may change it."""
    version = _draft(version_id)
    version.published_at, version.published_by_id = now, user_id
    note_event("checklist.publish", "checklist_version", version_id, user_id, now)


@verb
def delete_draft(version_id: int, user_id: int, now: datetime) -> None:
    """Removes a version that was never published, and its set when nothing else is in it."""
    version = _draft(version_id)
    if db.session.execute(select(Inspection.id).where(Inspection.version_id == version_id).limit(1)).first():
        raise Conflict(sentence("Phiên bản này đang được dùng trong cuộc kiểm tra, không xóa được."))
    db.session.execute(delete(ChecklistVersion).where(ChecklistVersion.id == version_id))
    others = select(ChecklistVersion.id).where(ChecklistVersion.checklist_id == version.checklist_id).limit(1)
    if not db.session.execute(others).first():
        db.session.execute(delete(Checklist).where(Checklist.id == version.checklist_id))
    data = {"checklist_id": version.checklist_id, "version": version.version}
    note_event("checklist.delete_draft", "checklist_version", version_id, user_id, now, data)


def _draft(version_id: int) -> ChecklistVersion:
    version = db.session.get(ChecklistVersion, version_id, populate_existing=True, with_for_update=True)
    if version is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if version.published_at is not None:
        raise Conflict(sentence("Phiên bản này đã công bố nên không thay đổi được nữa."))
    return version


def _set_of(name: str, code: str, now: datetime) -> Checklist:
    """The set with this name, or a new one with a code nobody has."""
    known = db.session.execute(select(Checklist).where(Checklist.name == name)).scalar_one_or_none()
    if known:
        return known
    taken = set(db.session.execute(select(Checklist.code).where(Checklist.code.startswith(code))).scalars())
    free = next(c for c in _codes(code) if c not in taken)
    checklist = Checklist(code=free, name=name, created_at=now)
    db.session.add(checklist)
    db.session.flush()
    return checklist


def _codes(code: str) -> Iterator[str]:
    yield code
    yield from (f"{code}-{number}" for number in count(2))


def _add_version(checklist: Checklist, value: values.Checklist, now: datetime) -> ChecklistVersion:
    version = ChecklistVersion(
        checklist_id=checklist.id,
        version=value.version,
        level=value.level,
        scale=value.scale,
        bonus_max=value.bonus_max,
        deduction_max=value.deduction_max,
        valid_from=value.valid_from,
        note=value.note,
        bands=[{"label": band.label, "from_index": band.from_index} for band in value.bands],
        created_at=now,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _add_content(version: ChecklistVersion, value: values.Checklist) -> None:
    """Three INSERTs: all areas, all groups, all criteria."""
    areas = [
        Area(
            version_id=version.id,
            code=area.code,
            name=area.name,
            kind=area.kind,
            max_points=area.max_points,
            may_be_na=area.may_be_na,
            in_charge=area.in_charge,
            place=place,
        )
        for place, area in enumerate(value.areas, start=1)
    ]
    db.session.add_all(areas)
    db.session.flush()
    places = count(1)
    groups = [
        CriterionGroup(
            version_id=version.id,
            area_id=row.id,
            code=group.code,
            text=group.text,
            max_points=group.max_points,
            in_charge=group.in_charge,
            place=next(places),
        )
        for row, area in zip(areas, value.areas, strict=True)
        for group in area.groups
    ]
    db.session.add_all(groups)
    db.session.flush()
    group_values = [group for area in value.areas for group in area.groups]
    places = count(1)
    db.session.add_all(
        _criterion(row, criterion, next(places))
        for row, group in zip(groups, group_values, strict=True)
        for criterion in group.criteria
    )
    db.session.flush()


def _criterion(group: CriterionGroup, criterion: values.Criterion, place: int) -> Criterion:
    return Criterion(
        version_id=group.version_id,
        area_id=group.area_id,
        group_id=group.id,
        code=criterion.code,
        text=criterion.text,
        max_points=criterion.max_points,
        rule=rule_to_json(criterion.rule),
        may_be_na=criterion.may_be_na,
        evidence=criterion.evidence,
        legal_basis=criterion.legal_basis,
        figure=criterion.figure,
        in_charge=criterion.in_charge,
        place=place,
    )
