"""What counts as found before: signed, earlier, the same checklist, the same unit or one it came from."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import db
from app.domain.inspections import FindingKind, FindingState, State
from app.domain.units import SuccessionType
from app.models import ChecklistVersion, UnitSuccession
from app.queries.repeats import earlier_shortcomings
from tests import make

JULY = date(2025, 7, 1)
LATER = {"inspected_on": date(2026, 9, 15), "period_to": date(2026, 9, 15)}


def succeeds(old, new, type_=SuccessionType.MERGE, day=JULY):
    make._save(
        UnitSuccession(from_unit_id=old.id, to_unit_id=new.id, effective_date=day, type=type_, note="")
    )


def before(unit, version, state=State.DA_KY_BIEN_BAN, day=date(2022, 9, 15), **rest):
    """An earlier inspection with one shortcoming; gives the finding."""
    return make.finding(make.inspection(unit=unit, version=version, state=state, inspected_on=day), **rest)


@pytest.fixture
def version(app):
    return make.checklist_version()


def test_a_shortcoming_in_signed_minutes_of_the_same_unit_is_found_again(version):
    ward = make.unit()
    before(ward, version, text="Chưa niêm yết")
    before(ward, version, day=date(2023, 9, 15), text="Vẫn chưa niêm yết", state=State.KET_THUC)
    now = make.inspection(unit=ward, version=version, **LATER)
    (code,) = found = earlier_shortcomings(now.id)
    assert code == "1.1.1"
    assert [(one.day.year, one.text) for one in found[code]] == [
        (2023, "Vẫn chưa niêm yết"),
        (2022, "Chưa niêm yết"),
    ]
    assert not any(one.elsewhere or one.remedied for one in found[code])


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.HUY},
        {"state": State.CHO_KY_BIEN_BAN},
        {"day": LATER["inspected_on"]},
        {"day": date(2027, 1, 1)},
        {"kind": FindingKind.UU_DIEM, "severity": None},
        {"removed_at": make.NOW},
    ],
)
def test_what_was_not_signed_or_not_earlier_or_no_shortcoming_is_not_told(version, fields):
    ward = make.unit()
    before(ward, version, **fields)
    assert earlier_shortcomings(make.inspection(unit=ward, version=version, **LATER).id) == {}


def test_another_unit_and_another_checklist_tell_nothing(version):
    ward = make.unit()
    before(make.unit("Phường An Biên"), version)
    before(ward, make.checklist_version())
    assert earlier_shortcomings(make.inspection(unit=ward, version=version, **LATER).id) == {}


def test_a_later_version_of_the_checklist_is_the_same_checklist(version):
    ward = make.unit()
    before(ward, version)
    newer = make.checklist_version(version="2")
    other = db.session.get(ChecklistVersion, newer.id)
    other.checklist_id = version.checklist_id
    db.session.commit()
    assert "1.1.1" in earlier_shortcomings(make.inspection(unit=ward, version=newer, **LATER).id)


@pytest.mark.parametrize("type_", list(SuccessionType))
def test_units_it_came_from_are_looked_at_back_to_the_first(version, type_):
    first, second, third = (make.unit(name) for name in ("Xã Một", "Phường Hai", "Phường Ba"))
    succeeds(first, second, type_, date(2020, 1, 1))
    succeeds(second, third, type_)
    before(first, version, day=date(2019, 1, 1), state=State.THEO_DOI_KHAC_PHUC)
    before(second, version, code="2.1.3", remedied_on=date(2023, 1, 1), day=date(2022, 1, 1))
    found = earlier_shortcomings(make.inspection(unit=third, version=version, **LATER).id)
    assert {code: rows[0].unit_name for code, rows in found.items()} == {
        "1.1.1": "Xã Một",
        "2.1.3": "Phường Hai",
    }
    assert all(one.elsewhere for rows in found.values() for one in rows)


def test_a_succession_of_a_later_day_does_not_count_yet(version):
    old, new = make.unit("Xã Một"), make.unit("Phường Hai")
    succeeds(old, new, SuccessionType.PART, date(2027, 1, 1))
    before(old, version)
    assert earlier_shortcomings(make.inspection(unit=new, version=version, **LATER).id) == {}


def test_it_says_whether_it_was_remedied(version):
    ward = make.unit()
    before(ward, version, day=date(2021, 1, 1))
    make.finding(
        make.inspection(unit=ward, version=version, state=State.KET_THUC), state=FindingState.DA_KHAC_PHUC
    )
    found = earlier_shortcomings(make.inspection(unit=ward, version=version, **LATER).id)["1.1.1"]
    assert [one.remedied for one in found] == [True, False]


def test_it_is_one_statement_also_with_successions_in_a_circle(version, count_statements):
    units = [make.unit(f"Phường {number}") for number in range(12)]
    for old, new in zip(units, [*units[1:], units[0]], strict=True):
        succeeds(old, new)
        before(old, version)
    now = make.inspection(unit=units[5], version=version, **LATER)
    with count_statements() as statements:
        found = earlier_shortcomings(now.id)
    assert len(found["1.1.1"]) == 12
    assert len(statements) == 1
