"""Field visits of a giám sát: added below a session, bound to it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.inspection_texts import InspectionText
from app.domain.inspections import CampaignKind, InspectionKind, State
from app.domain.periods import Period
from app.domain.refusals import Conflict, Invalid, Missing
from app.queries.minutes import minutes_card
from app.services.inspections import add_inspections, take_step
from app.services.minutes import sign_minutes
from app.services.visits import add_visits
from tests import make
from tests.council import Council

DAY = date(2022, 11, 2)


@pytest.fixture
def council(app) -> Council:
    return Council()


def add(council: Council, *units: models.Unit, day: date = DAY, session: int | None = None) -> list[int]:
    ids = [unit.id for unit in units]
    return add_visits(session or council.id, ids, day, council.head.id, make.NOW)


def test_a_visit_takes_delegation_period_and_checklist_from_its_session(council):
    (visit_id,) = add(council, council.other_ward)
    visit = db.session.get_one(models.Inspection, visit_id)
    session = db.session.get_one(models.Inspection, council.id)
    assert visit.parent_id == council.id
    for name in ("delegation_id", "version_id", "kind", "period_from", "period_to"):
        assert getattr(visit, name) == getattr(session, name)
    assert (visit.scoring, visit.inspected_on, visit.state) == (False, DAY, State.DA_CO_QUYET_DINH)
    event = db.session.execute(
        db.select(models.AuditEvent).where(models.AuditEvent.action == "inspection.add_visit")
    ).scalar_one()
    assert (event.object_id, event.data["session"]) == (visit_id, council.id)


def test_only_places_below_that_work_on_the_day_are_visited(council):
    for unit in (council.outside, council.province, council.city):
        with pytest.raises(Invalid):
            add(council, council.other_ward, unit)
    gone = make.unit("Phường Đã Giải Thể", parent=council.city, valid_to=date(2020, 1, 1))
    with pytest.raises(Invalid) as refusal:
        add(council, gone)
    assert refusal.value.field == "inspected_on"
    with pytest.raises(Invalid):
        add(council)
    with pytest.raises(Invalid):
        add_visits(council.id, [99999], DAY, council.head.id, make.NOW)
    assert db.session.scalar(db.select(db.func.count()).select_from(models.Inspection)) == 2


def test_a_place_is_visited_once(council):
    with pytest.raises(Conflict):
        add(council, council.ward)


def test_a_visit_has_no_visits_and_an_inspection_none_either(council):
    below = make.unit("Tổ dân phố 1", parent=council.ward)
    with pytest.raises(Conflict):
        add(council, below, session=council.visit_id)
    inspection = make.inspection(unit=council.city)
    with pytest.raises(Conflict):
        add(council, council.other_ward, session=inspection.id)
    with pytest.raises(Missing):
        add(council, council.other_ward, session=99999)


def test_the_database_refuses_a_visit_of_itself(council):
    council.visit.parent_id = council.visit.id
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_no_visit_is_added_once_the_session_waits_to_be_signed(app):
    council = Council(State.CHO_KY_BIEN_BAN)
    with pytest.raises(Conflict):
        add(council, council.other_ward)


def sign(council: Council, inspection_id: int) -> None:
    if not minutes_card(inspection_id).version:
        make.minutes(inspection_id)
    seal = minutes_card(inspection_id).minutes.sha256
    sign_minutes(inspection_id, seal, Role.HEAD, council.head.id, make.NOW)


def test_a_session_is_signed_after_its_visits(app):
    council = Council(State.CHO_KY_BIEN_BAN, State.CHO_KY_BIEN_BAN)
    with pytest.raises(Conflict) as refusal:
        sign(council, council.id)
    assert refusal.value.params == {"units": "Phường Đức Xuân"}
    sign(council, council.visit_id)
    sign(council, council.id)
    assert db.session.get_one(models.Inspection, council.id).state is State.DA_KY_BIEN_BAN


def test_a_session_is_not_called_off_while_a_visit_is_open(council):
    def call_off(inspection_id: int) -> None:
        take_step(inspection_id, State.HUY, "Hoãn", Role.HEAD, council.head.id, make.NOW)

    with pytest.raises(Conflict):
        call_off(council.id)
    call_off(council.visit_id)
    call_off(council.id)
    with pytest.raises(Conflict):
        take_step(council.visit_id, State.DU_THAO, "Lại", Role.HEAD, council.head.id, make.NOW)


def test_a_visit_called_off_is_brought_back_to_an_open_session(council):
    take_step(council.visit_id, State.HUY, "Mưa lũ", Role.HEAD, council.head.id, make.NOW)
    take_step(council.visit_id, State.DU_THAO, "Đi lại được", Role.HEAD, council.head.id, make.NOW)
    assert db.session.get_one(models.Inspection, council.visit_id).state is State.DU_THAO


TEXT = InspectionText(
    InspectionKind.CHUYEN_DE, Period(date(2021, 1, 1), date(2022, 6, 30), ""), date(2022, 11, 7)
)


def test_a_giam_sat_asks_for_no_checklist_and_still_pins_one(app):
    version = make.checklist_version()
    delegation = make.delegation(make.campaign(kind=CampaignKind.GIAM_SAT))
    head = make.member(delegation, Role.HEAD)
    (id_,) = add_inspections(delegation.id, [make.unit().id], None, TEXT, head.id, make.NOW)
    row = db.session.get_one(models.Inspection, id_)
    assert (row.scoring, row.version_id) == (False, version.id)


def test_a_giam_sat_may_be_scored_with_a_checklist_of_the_units_level(app):
    version = make.checklist_version()
    delegation = make.delegation(make.campaign(kind=CampaignKind.GIAM_SAT))
    head = make.member(delegation, Role.HEAD)
    (id_,) = add_inspections(
        delegation.id, [make.unit().id], version.id, TEXT, head.id, make.NOW, scored_supervision=True
    )
    assert db.session.get_one(models.Inspection, id_).scoring is True
    with pytest.raises(Invalid):
        add_inspections(
            delegation.id, [make.unit("X").id], None, TEXT, head.id, make.NOW, scored_supervision=True
        )


def test_without_any_published_checklist_a_giam_sat_is_refused_with_a_sentence(app):
    delegation = make.delegation(make.campaign(kind=CampaignKind.GIAM_SAT))
    with pytest.raises(Invalid):
        add_inspections(delegation.id, [make.unit().id], None, TEXT, make.user().id, make.NOW)
