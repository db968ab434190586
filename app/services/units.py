"""Verbs about units: load the official list, add one by hand, close one, record what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import aliased

from ..db import db, verb
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.units import NewUnit, Succession, Validity, check_succession
from ..models import Unit, UnitSuccession
from ..vietnamese import fold, sort_key
from ._audit import changes, note_event


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many units a list added, and how many were there already."""

    added: int
    known: int


@verb
def load_units(provinces: Iterable[tuple[NewUnit, Sequence[NewUnit]]], now: datetime) -> Loaded:
    """Adds provinces and their communes that are not there yet; what is there is left as it is.

    A unit is known by its code among the units that exist on the first day of the new one, so loading
    twice changes nothing, and a code that an old unit had until the day before may come back.
    """
    provinces = list(provinces)
    existing = _ids_by_code()
    added = known = 0
    missing = [province for province, _ in provinces if not _find(existing, province)]
    for unit_id, code, first in _insert_all(missing):
        existing.setdefault(code, []).append((unit_id, Validity(first)))
    added += len(missing)
    known += len(provinces) - len(missing)

    rows: list[NewUnit] = []
    for province, communes in provinces:
        parent_id = _find(existing, province)
        for commune in communes:
            if _find(existing, commune):
                known += 1
            else:
                rows.append(
                    NewUnit(commune.name, commune.kind, commune.valid, commune.code, parent_id=parent_id)
                )
    _insert_all(rows)
    added += len(rows)
    if added:
        _write_missing_paths()
        note_event("units.load", "unit", None, None, now, {"added": added})
    return Loaded(added, known)


def _ids_by_code() -> dict[str | None, list[tuple[int, Validity]]]:
    existing: dict[str | None, list[tuple[int, Validity]]] = {}
    for unit_id, code, first, last in db.session.execute(
        select(Unit.id, Unit.code, Unit.valid_from, Unit.valid_to).where(Unit.code.is_not(None))
    ):
        existing.setdefault(code, []).append((unit_id, Validity(first, last)))
    return existing


def _find(existing: dict[str | None, list[tuple[int, Validity]]], unit: NewUnit) -> int | None:
    known = existing.get(unit.code, ())
    return next((unit_id for unit_id, valid in known if valid.overlaps(unit.valid)), None)


def _insert_all(units: Sequence[NewUnit]) -> list[tuple[int, str | None, date]]:
    if not units:
        return []
    rows = db.session.execute(
        insert(Unit).returning(Unit.id, Unit.code, Unit.valid_from), [_columns(unit) for unit in units]
    )
    return [(row.id, row.code, row.valid_from) for row in rows]


# Columns that follow from others say nothing in the trail.
_DERIVED = {"name_sort", "name_search", "path"}


def _columns(unit: NewUnit) -> dict[str, object]:
    return {
        "kind": unit.kind,
        "name": unit.name,
        "code": unit.code,
        "code_edoc": unit.code_edoc,
        "parent_id": unit.parent_id,
        "valid_from": unit.valid.first,
        "valid_to": unit.valid.last,
        "name_sort": sort_key(unit.name),
        "name_search": fold(unit.name),
        "note": unit.note,
        "path": "",
    }


def _write_missing_paths() -> None:
    """«/1/77/» for every unit without a path; parents first."""
    own = func.cast(Unit.id, Unit.path.type)
    db.session.execute(
        update(Unit).where(Unit.path == "", Unit.parent_id.is_(None)).values(path="/" + own + "/")
    )
    parent = aliased(Unit)
    above = select(parent.path).where(parent.id == Unit.parent_id).scalar_subquery()
    db.session.execute(
        update(Unit).where(Unit.path == "", Unit.parent_id.is_not(None)).values(path=above + own + "/"),
        execution_options={"synchronize_session": False},
    )


@verb
def add_unit(unit: NewUnit, now: datetime, by_id: int | None = None) -> Unit:
    """A unit entered by hand, also one that ended long ago.

    :class:`Missing` without its parent, :class:`Conflict` when the code or, under the same parent, the
    name belongs to a unit of the same days.
    """
    parent_path = "/"
    if unit.parent_id is not None:
        parent = db.session.get(Unit, unit.parent_id)
        if parent is None:
            raise Missing(sentence("Không có đơn vị cấp trên này."), field="parent")
        parent_path = parent.path
    _refuse_twins(unit)
    added = Unit(**_columns(unit))
    db.session.add(added)
    db.session.flush()
    added.path = f"{parent_path}{added.id}/"
    given = {name: value for name, value in _columns(unit).items() if name not in _DERIVED}
    note_event("unit.add", "unit", added.id, by_id, now, {"after": given})
    return added


def _refuse_twins(unit: NewUnit) -> None:
    """Two units of the same days may not share a code, nor a name under one parent."""
    if unit.code_edoc and db.session.scalar(select(Unit.id).where(Unit.code_edoc == unit.code_edoc)):
        raise Conflict(sentence("Mã định danh điện tử này đã dùng cho đơn vị khác."), field="code_edoc")
    if unit.code:
        for twin in db.session.scalars(select(Unit).where(Unit.code == unit.code)):
            if twin.valid_from == unit.valid.first or validity_of(twin).overlaps(unit.valid):
                raise Conflict(
                    sentence("Mã %(code)s đang là mã của «%(name)s»."),
                    field="code",
                    code=unit.code,
                    name=twin.name,
                )
    siblings = select(Unit).where(Unit.name == unit.name, Unit.parent_id == unit.parent_id)
    if unit.parent_id is None:
        siblings = select(Unit).where(Unit.name == unit.name, Unit.parent_id.is_(None))
    for twin in db.session.scalars(siblings):
        if validity_of(twin).overlaps(unit.valid):
            raise Conflict(sentence("Đã có đơn vị «%(name)s» cùng cấp trên."), field="name", name=unit.name)


def validity_of(unit: Unit) -> Validity:
    return Validity(unit.valid_from, unit.valid_to)


@verb
def close_unit(unit_id: int, last_day: date, now: datetime, by_id: int | None = None) -> Unit:
    """Ends a unit; it stays in every list of old inspections and is never deleted."""
    unit = _locked([unit_id])[0]
    _close(unit, last_day)
    note_event("unit.close", "unit", unit.id, by_id, now, changes({"valid_to": None}, {"valid_to": last_day}))
    return unit


def _close(unit: Unit, last_day: date) -> None:
    if unit.valid_to is not None:
        raise Conflict(sentence("«%(name)s» đã kết thúc hoạt động."), field="valid_to", name=unit.name)
    if last_day < unit.valid_from:
        raise Invalid(sentence("Ngày kết thúc không được trước ngày bắt đầu hoạt động."), field="valid_to")
    children = db.session.scalar(
        select(func.count()).select_from(Unit).where(Unit.parent_id == unit.id, Unit.valid_to.is_(None))
    )
    if children:
        raise Conflict(
            sentence("Còn %(count)s đơn vị trực thuộc đang hoạt động; ghi kết thúc các đơn vị đó trước."),
            field="valid_to",
            count=children,
        )
    unit.valid_to = last_day


@verb
def record_succession(
    old_ids: Sequence[int],
    new_ids: Sequence[int],
    succession: Succession,
    now: datetime,
    by_id: int | None = None,
) -> None:
    """Every old unit lives on in every new one from that day; the old ones end on the day before.

    A unit that only gave away a part («chuyển một phần») goes on. Nothing is written unless all fit.
    """
    if set(old_ids) & set(new_ids):
        raise Invalid(sentence("Một đơn vị không thể kế thừa chính mình."), field="successor")
    olds, news = _locked(old_ids), _locked(new_ids)
    for old in olds:
        for new in news:
            check_succession(succession, validity_of(old), validity_of(new))
            if db.session.scalar(
                select(UnitSuccession.id).where(
                    UnitSuccession.from_unit_id == old.id,
                    UnitSuccession.to_unit_id == new.id,
                    UnitSuccession.effective_date == succession.day,
                )
            ):
                raise Conflict(sentence("Việc kế thừa này đã được ghi."), field="successor")
            db.session.add(
                UnitSuccession(
                    from_unit_id=old.id,
                    to_unit_id=new.id,
                    effective_date=succession.day,
                    type=succession.type,
                    legal_document=succession.legal_document,
                    note=succession.note,
                )
            )
    for old in olds:
        if succession.ends_predecessors and old.valid_to is None:
            _close(old, succession.last_day_before)
        note_event(
            "unit.succeed",
            "unit",
            old.id,
            by_id,
            now,
            {
                "to": list(new_ids),
                "day": succession.day,
                "type": succession.type,
                "legal_document": succession.legal_document,
                "valid_to": old.valid_to,
            },
        )


def _locked(unit_ids: Sequence[int]) -> list[Unit]:
    """The units by their ids, locked until the end of the transaction; :class:`Missing` if one is not there."""
    found = list(
        db.session.scalars(
            select(Unit)
            .where(Unit.id.in_(unit_ids))
            .order_by(Unit.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    if len(found) != len(set(unit_ids)):
        raise Missing(sentence("Không tìm thấy đơn vị này."), field="successor")
    return found
