"""What counts as one's own unit, and the area in which one may plan."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import db
from app.domain.access import Role
from app.domain.units import SuccessionType, UnitKind, office_of
from app.models import Unit, UnitSuccession
from app.queries.own_units import inside_commune, own_units
from app.queries.planned_area import planned_area
from tests import make


def merged(old: Unit, new: Unit, kind: SuccessionType = SuccessionType.MERGE) -> None:
    db.session.add(
        UnitSuccession(from_unit_id=old.id, to_unit_id=new.id, effective_date=date(2025, 7, 1), type=kind)
    )
    db.session.commit()


class Place:
    """A ward with two offices in a district of a province with a sở, and a ward beside it."""

    def __init__(self) -> None:
        self.country = make.unit("Việt Nam", kind=UnitKind.TRUNG_UONG)
        self.province = make.unit("Tỉnh", kind=UnitKind.TINH, parent=self.country)
        self.department = make.unit("Sở Nội vụ", kind=UnitKind.SO_NGANH, parent=self.province)
        self.branch = make.unit("Chi cục", kind=UnitKind.DON_VI_SU_NGHIEP, parent=self.department)
        self.district = make.unit("Quận", kind=UnitKind.QUAN, parent=self.province)
        self.bureau = make.unit("Phòng Nội vụ", kind=UnitKind.PHONG_CHUYEN_MON, parent=self.district)
        self.ward = make.unit("Phường", parent=self.district)
        self.office = make.unit("Văn phòng", kind=UnitKind.PHONG_CHUYEN_MON, parent=self.ward)
        self.centre = make.unit("Trung tâm", kind=UnitKind.TT_PVHCC, parent=self.ward)
        self.beside = make.unit("Phường bên", parent=self.district)

    def own(self, unit: Unit) -> set[str]:
        ids = own_units({unit.id: unit.path})[unit.id]
        return {db.session.get_one(Unit, id_).name for id_ in ids}


@pytest.fixture
def place(app) -> Place:
    return Place()


def test_a_ward_is_one_with_the_offices_inside_it(place):
    everything = {"Phường", "Văn phòng", "Trung tâm", "Quận"}
    assert place.own(place.ward) == place.own(place.office) == place.own(place.centre) == everything


def test_above_the_ward_only_what_one_works_below_counts_and_never_the_province(place):
    assert place.own(place.district) == {"Quận"}
    assert place.own(place.bureau) == {"Phòng Nội vụ", "Quận"}
    assert place.own(place.department) == {"Sở Nội vụ"}
    assert place.own(place.branch) == {"Chi cục", "Sở Nội vụ"}
    assert place.own(place.province) == {"Tỉnh"}


def test_a_unit_merged_into_it_and_the_one_that_took_it_over_count_through_several_mergers(place):
    old, older, new = (make.unit(f"Phường {name}", parent=place.district) for name in ("cũ", "xưa", "mới"))
    merged(older, old)
    merged(old, place.ward)
    merged(place.ward, new, SuccessionType.RENAME)
    merged(place.beside, place.ward, SuccessionType.PART)
    assert place.own(place.office) >= {"Phường cũ", "Phường xưa", "Phường mới"}
    assert "Phường bên" not in place.own(place.office), "it gave a part away and goes on by itself"
    assert place.own(older) == {"Phường xưa", "Phường cũ", "Phường", "Phường mới", "Quận"}


def test_many_units_cost_one_statement_and_none_costs_none(place, count_statements):
    paths = {unit.id: unit.path for unit in (place.ward, place.office, place.department, place.beside)}
    with count_statements() as statements:
        assert own_units(paths).keys() == paths.keys()
    assert len(statements) == 1
    with count_statements() as statements:
        assert own_units({}) == {}
    assert not statements


def test_an_office_inside_a_commune_is_told_from_every_other_unit(place):
    inside = inside_commune(place.office.id)
    assert inside is not None
    assert (inside.office, inside.commune) == ("Văn phòng", "Phường")
    for unit in (place.ward, place.bureau, place.department, place.district, place.province):
        assert inside_commune(unit.id) is None, unit.name


def test_an_office_plans_in_the_area_it_works_for(place):
    for unit, area in (
        (place.office, "Phường"),
        (place.ward, "Phường"),
        (place.bureau, "Quận"),
        (place.branch, "Tỉnh"),
        (place.department, "Tỉnh"),
        (place.country, "Việt Nam"),
    ):
        found = planned_area(make.user(Role.SECRETARY, unit=unit).id)
        assert found is not None
        assert found.name == area
        assert found.holds(unit)
    assert planned_area(make.user(Role.SECRETARY).id) is None


def test_the_area_holds_what_was_merged_into_it_and_nothing_beside_it(place):
    former = make.unit("Tỉnh cũ", kind=UnitKind.TINH, parent=place.country)
    theirs, foreign = make.unit("Xã cũ", parent=former), make.unit("Tỉnh khác", kind=UnitKind.TINH)
    area = planned_area(make.user(Role.HEAD, unit=place.department).id)
    assert area is not None
    assert not area.holds(theirs)
    merged(former, place.province)
    area = planned_area(make.user(Role.HEAD, unit=place.department).id)
    assert area is not None
    assert area.holds(theirs)
    assert area.holds(place.office)
    assert not area.holds(foreign)
    ward = planned_area(make.user(Role.HEAD, unit=place.office).id)
    assert ward is not None
    assert not ward.holds(place.beside)


def test_an_office_without_anything_above_it_works_for_itself():
    assert office_of([(7, UnitKind.SO_NGANH)]) == 7
    assert office_of([]) is None
