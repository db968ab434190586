"""Verbs about units: the official list, units by hand, ends and successions."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.refusals import Conflict, Invalid, Missing
from app.domain.units import NewUnit, Succession, SuccessionType, UnitKind, Validity
from app.models import AuditEvent, Unit, UnitSuccession
from app.services.units import add_unit, close_unit, load_units, record_succession
from tests import make

JULY = date(2025, 7, 1)
JUNE_END = date(2025, 6, 30)


def new(name="Quận Ngô Quyền", kind=UnitKind.QUAN, first=date(2000, 1, 1), last=None, **rest):
    return NewUnit(name, kind, Validity(first, last), **rest)


def province(*names):
    communes = [
        NewUnit(name, UnitKind.XA, Validity(JULY), code=f"{place:05}") for place, name in enumerate(names, 1)
    ]
    return [(NewUnit("Thành phố Hải Phòng", UnitKind.THANH_PHO_TW, Validity(JULY), code="31"), communes)]


def units():
    return db.session.execute(select(Unit.name, Unit.path, Unit.valid_to).order_by(Unit.id)).all()


def test_a_loaded_commune_lies_below_its_province(app):
    assert load_units(province("Xã An Lão", "Phường Đồ Sơn"), make.NOW).added == 3
    above = db.session.scalars(select(Unit).where(Unit.code == "31")).one()
    below = db.session.scalars(select(Unit).where(Unit.code == "00002")).one()
    assert above.path == f"/{above.id}/"
    assert below.path == f"/{above.id}/{below.id}/"
    assert below.parent_id == above.id
    assert below.name_search == "phuong do son"


def test_loading_twice_changes_nothing(app):
    load_units(province("Xã An Lão"), make.NOW)
    before = units()
    again = load_units(province("Xã An Lão"), make.NOW)
    assert (again.added, again.known) == (0, 2)
    assert units() == before
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 1


def test_loading_later_adds_only_what_is_new(app):
    load_units(province("Xã An Lão"), make.NOW)
    assert load_units(province("Xã An Lão", "Xã Kiến Thụy"), make.NOW).added == 1


def test_a_code_that_an_old_unit_had_until_the_day_before_may_come_back(app):
    make.unit("Phường Cầu Tre", code="00001", valid_to=JUNE_END)
    assert load_units(province("Phường Ngô Quyền"), make.NOW).added == 2
    assert len(db.session.scalars(select(Unit).where(Unit.code == "00001")).all()) == 2


def test_loading_never_renames_a_unit(app):
    load_units(province("Xã An Lão"), make.NOW)
    assert load_units(province("Xã An Lão Mới"), make.NOW).added == 0
    assert [name for name, _, _ in units()] == ["Thành phố Hải Phòng", "Xã An Lão"]


def test_a_historic_unit_is_added_by_hand_below_its_parent(app):
    above = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
    added = add_unit(new(last=JUNE_END, parent_id=above.id), make.NOW)
    assert added.path == f"{above.path}{added.id}/"
    assert added.valid_to == JUNE_END
    assert added.name_search == "quan ngo quyen"


def test_a_unit_below_one_that_is_not_there_is_refused(app):
    with pytest.raises(Missing) as refused:
        add_unit(new(parent_id=999), make.NOW)
    assert refused.value.field == "parent"
    assert units() == []


@pytest.mark.parametrize(
    ("twin", "field"),
    [
        ({"name": "Quận khác", "code": "304"}, "code"),
        ({"name": "Quận Ngô Quyền"}, "name"),
        ({"name": "Quận khác", "code_edoc": "H24"}, "code_edoc"),
    ],
)
def test_a_twin_of_the_same_days_is_refused_at_its_field(app, twin, field):
    add_unit(new(code="304", code_edoc="H24"), make.NOW)
    with pytest.raises(Conflict) as refused:
        add_unit(new(**twin), make.NOW)
    assert refused.value.field == field


def test_a_name_may_return_when_the_old_unit_has_ended(app):
    add_unit(new("Phường Ngô Quyền", last=JUNE_END, code="11341"), make.NOW)
    add_unit(new("Phường Ngô Quyền", first=JULY, code="11341"), make.NOW)
    assert len(units()) == 2


def test_a_closed_unit_stays_and_cannot_be_closed_again(app):
    unit = make.unit()
    close_unit(unit.id, JUNE_END, make.NOW)
    assert units()[0].valid_to == JUNE_END
    with pytest.raises(Conflict):
        close_unit(unit.id, JULY, make.NOW)


def test_a_unit_cannot_end_before_it_began(app):
    unit = make.unit(valid_from=JULY)
    with pytest.raises(Invalid):
        close_unit(unit.id, JUNE_END, make.NOW)


def test_a_unit_with_open_units_below_it_cannot_be_closed(app):
    above = make.unit("Quận Ngô Quyền", kind=UnitKind.QUAN)
    below = make.unit(parent=above)
    with pytest.raises(Conflict, match="1 đơn vị trực thuộc"):
        close_unit(above.id, JUNE_END, make.NOW)
    close_unit(below.id, JUNE_END, make.NOW)
    close_unit(above.id, JUNE_END, make.NOW)


def test_a_unit_that_is_not_there_cannot_be_closed(app):
    with pytest.raises(Missing):
        close_unit(999, JUNE_END, make.NOW)


def test_two_wards_merge_into_two_and_end_on_the_day_before(app):
    old = [make.unit(name).id for name in ("Phường Cầu Tre", "Phường Vạn Mỹ")]
    successors = [make.unit(name, valid_from=JULY).id for name in ("Phường Ngô Quyền", "Phường Gia Viên")]
    record_succession(old, successors, Succession(JULY, SuccessionType.MERGE, "NQ 1669"), make.NOW)
    assert db.session.scalar(select(func.count()).select_from(UnitSuccession)) == 4
    assert [row.valid_to for row in units()] == [JUNE_END, JUNE_END, None, None]


def test_a_unit_that_gave_away_a_part_goes_on(app):
    old, successor = make.unit("Xã A"), make.unit("Xã B")
    record_succession([old.id], [successor.id], Succession(JULY, SuccessionType.PART), make.NOW)
    assert [row.valid_to for row in units()] == [None, None]


def test_a_unit_closed_beforehand_keeps_its_last_day(app):
    old, successor = make.unit(valid_to=JUNE_END), make.unit("Phường Ngô Quyền", valid_from=JULY)
    record_succession([old.id], [successor.id], Succession(JULY, SuccessionType.MERGE), make.NOW)
    assert units()[0].valid_to == JUNE_END


@pytest.mark.parametrize(
    ("old", "successor", "field"),
    [
        ({}, {"valid_from": date(2025, 8, 1)}, "successor"),
        ({}, {"valid_to": date(2025, 1, 1)}, "successor"),
        ({"valid_from": JULY}, {}, "day"),
        ({"valid_to": date(2025, 1, 1)}, {}, "day"),
        ({"valid_to": date(2026, 1, 1)}, {}, "day"),
    ],
)
def test_a_succession_outside_the_life_of_a_unit_is_refused_and_writes_nothing(app, old, successor, field):
    first, second = make.unit(**old), make.unit("Phường Ngô Quyền", **successor)
    before = units()
    with pytest.raises(Invalid) as refused:
        record_succession([first.id], [second.id], Succession(JULY, SuccessionType.MERGE), make.NOW)
    assert refused.value.field == field
    assert units() == before
    assert db.session.scalar(select(func.count()).select_from(UnitSuccession)) == 0


def test_a_unit_does_not_succeed_itself(app):
    unit = make.unit()
    with pytest.raises(Invalid):
        record_succession([unit.id], [unit.id], Succession(JULY, SuccessionType.RENAME), make.NOW)


def test_the_same_succession_is_not_recorded_twice(app):
    old, successor = make.unit(), make.unit("Phường Ngô Quyền", valid_from=JULY)
    fact = Succession(JULY, SuccessionType.MERGE)
    record_succession([old.id], [successor.id], fact, make.NOW)
    with pytest.raises(Conflict):
        record_succession([old.id], [successor.id], fact, make.NOW)


def test_a_succession_into_nothing_is_refused(app):
    unit = make.unit()
    with pytest.raises(Missing):
        record_succession([unit.id], [999], Succession(JULY, SuccessionType.MERGE), make.NOW)
