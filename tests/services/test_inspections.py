"""Adding inspections, correcting them, and every step of their course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.checklists import UnitLevel
from app.domain.inspection_texts import InspectionText
from app.domain.inspections import CampaignKind, InspectionKind, Side, State
from app.domain.periods import Period
from app.domain.refusals import Conflict, Forbidden, Invalid
from app.domain.units import UnitKind
from app.models import Answer, AuditEvent, Inspection, InspectionStep, MinutesRevision
from app.services.inspections import add_inspections, save_inspection, take_step
from tests import make

DAY = date(2022, 9, 15)
TEXT = InspectionText(InspectionKind.DINH_KY, Period(date(2022, 1, 1), DAY), DAY, date(2022, 9, 1))
LATER = make.NOW + timedelta(hours=3)


@pytest.fixture
def head(app):
    return make.user(Role.HEAD)


def answer_all(inspection, side, **rest):
    """Every criterion answered with full points by this side."""
    values = {
        "co_khong": {"yes": True},
        "muc": {"level": 0},
        "ty_le": {"n": "1", "d": "1"},
        "tru_diem": {"faults": 0},
    }
    for criterion in db.session.scalars(
        select(make.models.Criterion).where(make.models.Criterion.version_id == inspection.version_id)
    ):
        db.session.add(
            Answer(
                inspection_id=inspection.id,
                criterion_id=criterion.id,
                side=side,
                value=values.get(criterion.rule["kind"], {"points": 100}),
                points=100,
                reason="Có văn bản",
                updated_by_id=make.user().id,
                updated_at=make.NOW,
                **rest,
            )
        )
    db.session.commit()


def fresh(inspection_id):
    return db.session.get(Inspection, inspection_id, populate_existing=True)


# --- adding ---------------------------------------------------------------------------------------


def test_several_units_are_added_at_once_pinned_to_one_version(head):
    version, delegation = make.checklist_version(), make.delegation()
    wards = [make.unit(f"Phường {number}") for number in (1, 2, 3)]
    ids = add_inspections(delegation.id, [w.id for w in wards], version.id, TEXT, head.id, make.NOW)
    found = [fresh(inspection_id) for inspection_id in ids]
    assert [row.unit_id for row in found] == [ward.id for ward in wards]
    assert {(row.version_id, row.state, row.scoring) for row in found} == {(version.id, State.DU_THAO, True)}
    steps = db.session.scalars(select(InspectionStep)).all()
    assert {(step.inspection_id, step.from_state, step.to_state) for step in steps} == {
        (inspection_id, None, State.DU_THAO) for inspection_id in ids
    }


def test_with_the_decision_on_file_they_begin_as_decided(head):
    delegation = make.delegation(decision_number="34/QĐ-SNV")
    [found] = add_inspections(
        delegation.id, [make.unit().id], make.checklist_version().id, TEXT, head.id, make.NOW
    )
    assert fresh(found).state is State.DA_CO_QUYET_DINH


def test_one_bad_unit_stops_them_all(head):
    version, delegation = make.checklist_version(), make.delegation()
    gone = make.unit("Phường Cũ", valid_to=date(2022, 6, 30))
    with pytest.raises(Invalid, match=r"Phường Cũ \(01/01/2000 – 30/06/2022\)") as refused:
        add_inspections(delegation.id, [make.unit().id, gone.id], version.id, TEXT, head.id, make.NOW)
    assert refused.value.field == "inspected_on"
    assert db.session.scalars(select(Inspection.id)).all() == []


@pytest.mark.parametrize("published", [True, False])
def test_only_a_published_version_of_the_right_level_will_do(head, published):
    version = make.checklist_version(published=published, level=UnitLevel.SO if published else UnitLevel.XA)
    with pytest.raises(Invalid) as refused:
        add_inspections(make.delegation().id, [make.unit().id], version.id, TEXT, head.id, make.NOW)
    assert refused.value.field == "version_id"


def test_a_supervision_of_a_city_is_not_scored_and_asks_for_no_level(head):
    delegation = make.delegation(make.campaign(kind=CampaignKind.GIAM_SAT))
    city = make.unit("Thành phố Bắc Kạn", kind=UnitKind.THANH_PHO_THUOC_TINH)
    [found] = add_inspections(delegation.id, [city.id], make.checklist_version().id, TEXT, head.id, make.NOW)
    assert fresh(found).scoring is False


def test_a_unit_is_inspected_once_in_each_kind(head):
    version, delegation, ward = make.checklist_version(), make.delegation(), make.unit()
    add_inspections(delegation.id, [ward.id], version.id, TEXT, head.id, make.NOW)
    with pytest.raises(Conflict, match="Phường Cầu Tre") as refused:
        add_inspections(delegation.id, [ward.id], version.id, TEXT, head.id, make.NOW)
    assert refused.value.field == "unit_ids"
    again = replace(TEXT, kind=InspectionKind.PHUC_TRA, inspected_on=date(2022, 12, 1), self_due_on=None)
    [found] = add_inspections(delegation.id, [ward.id], version.id, again, head.id, make.NOW)
    assert (
        fresh(found).previous_id == db.session.scalars(select(Inspection.id).order_by(Inspection.id)).first()
    )


@pytest.mark.parametrize("unit_ids", [[], [404]])
def test_unknown_units_are_refused_at_their_field(head, unit_ids):
    with pytest.raises(Invalid) as refused:
        add_inspections(make.delegation().id, unit_ids, make.checklist_version().id, TEXT, head.id, make.NOW)
    assert refused.value.field == "unit_ids"


# --- correcting -----------------------------------------------------------------------------------


def test_kind_period_and_day_are_corrected_while_nothing_is_scored(head):
    inspection = make.inspection(state=State.DA_CO_QUYET_DINH)
    moved = replace(TEXT, kind=InspectionKind.CHUYEN_DE, inspected_on=date(2022, 9, 20))
    save_inspection(inspection.id, moved, 1, head.id, make.NOW)
    found = fresh(inspection.id)
    assert (found.kind, found.inspected_on, found.version) == (InspectionKind.CHUYEN_DE, date(2022, 9, 20), 2)
    event = db.session.execute(select(AuditEvent)).scalar_one()
    assert event.data["before"]["kind"] == "dinh_ky"


def test_with_a_score_only_the_deadline_still_moves(head):
    inspection = make.inspection(state=State.DANG_TU_CHAM)
    answer_all(inspection, Side.SELF)
    with pytest.raises(Conflict, match="Đã có điểm"):
        save_inspection(inspection.id, replace(TEXT, inspected_on=date(2022, 9, 20)), 1, head.id, make.NOW)
    save_inspection(inspection.id, TEXT, 1, head.id, make.NOW)
    assert fresh(inspection.id).self_due_on == TEXT.self_due_on


def test_the_unit_must_exist_on_the_new_day(head):
    inspection = make.inspection(unit=make.unit(valid_to=date(2025, 6, 30)), state=State.DU_THAO)
    with pytest.raises(Invalid) as refused:
        save_inspection(inspection.id, replace(TEXT, inspected_on=date(2025, 7, 1)), 1, head.id, make.NOW)
    assert refused.value.field == "inspected_on"


def test_the_second_of_two_corrections_is_told(head):
    inspection = make.inspection(state=State.DU_THAO)
    save_inspection(inspection.id, TEXT, 1, head.id, make.NOW)
    with pytest.raises(Conflict):
        save_inspection(inspection.id, TEXT, 1, head.id, make.NOW)


def test_signed_is_signed(head):
    inspection = make.inspection(state=State.DA_KY_BIEN_BAN)
    with pytest.raises(Conflict):
        save_inspection(inspection.id, TEXT, 1, head.id, make.NOW)


# --- steps ----------------------------------------------------------------------------------------


def test_a_step_is_taken_and_remembered(head):
    inspection = make.inspection(state=State.DA_CO_QUYET_DINH)
    take_step(inspection.id, State.DANG_TU_CHAM, "", Role.SECRETARY, head.id, make.NOW)
    assert fresh(inspection.id).state is State.DANG_TU_CHAM
    step = db.session.execute(select(InspectionStep)).scalar_one()
    assert (step.from_state, step.to_state, step.user_id) == (
        State.DA_CO_QUYET_DINH,
        State.DANG_TU_CHAM,
        head.id,
    )
    event = db.session.execute(select(AuditEvent)).scalar_one()
    assert (event.action, event.object_id) == ("inspection.step", inspection.id)


def test_the_wrong_person_and_a_missing_reason_are_refused(head):
    inspection = make.inspection(state=State.DANG_TU_CHAM)
    with pytest.raises(Forbidden):
        take_step(inspection.id, State.DA_CHOT_TU_CHAM, "", Role.HEAD, head.id, make.NOW)
    with pytest.raises(Invalid):
        take_step(inspection.id, State.HUY, "", Role.HEAD, head.id, make.NOW)
    with pytest.raises(Conflict):
        take_step(inspection.id, State.KET_THUC, "", Role.HEAD, head.id, make.NOW)
    assert fresh(inspection.id).state is State.DANG_TU_CHAM


def test_a_decision_is_noted_only_when_it_is_on_file(head):
    delegation = make.delegation()
    inspection = make.inspection(delegation=delegation, state=State.DU_THAO)
    with pytest.raises(Conflict, match="số quyết định"):
        take_step(inspection.id, State.DA_CO_QUYET_DINH, "", Role.HEAD, head.id, make.NOW)
    delegation.decision_number = "34/QĐ-SNV"
    db.session.commit()
    take_step(inspection.id, State.DA_CO_QUYET_DINH, "", Role.HEAD, head.id, make.NOW)
    assert fresh(inspection.id).state is State.DA_CO_QUYET_DINH


def test_locking_the_self_score_notes_who_and_when_and_reopening_forgets_it(head):
    inspection = make.inspection(state=State.DANG_TU_CHAM)
    chief = make.user(Role.UNIT_HEAD)
    with pytest.raises(Conflict, match="còn 10 tiêu chí chưa chấm"):
        take_step(inspection.id, State.DA_CHOT_TU_CHAM, "", Role.UNIT_HEAD, chief.id, make.NOW)
    answer_all(inspection, Side.SELF)
    take_step(inspection.id, State.DA_CHOT_TU_CHAM, "", Role.UNIT_HEAD, chief.id, make.NOW)
    found = fresh(inspection.id)
    assert (found.self_locked_at, found.self_locked_by_id) == (make.NOW, chief.id)
    take_step(inspection.id, State.DANG_TU_CHAM, "Thiếu minh chứng", Role.HEAD, head.id, LATER)
    found = fresh(inspection.id)
    assert (found.self_locked_at, found.self_locked_by_id) == (None, None)


def test_locking_the_scores_publishes_them_and_reopening_takes_them_back(head):
    inspection = make.inspection(state=State.DANG_KIEM_TRA, self_locked_at=make.NOW)
    with pytest.raises(Conflict, match="chưa chấm"):
        take_step(inspection.id, State.CHO_KY_BIEN_BAN, "", Role.HEAD, head.id, LATER)
    answer_all(inspection, Side.VERIFIED)
    take_step(inspection.id, State.CHO_KY_BIEN_BAN, "", Role.HEAD, head.id, LATER)
    found = fresh(inspection.id)
    assert (found.published_at, found.locked_at, found.locked_by_id) == (LATER, LATER, head.id)
    take_step(inspection.id, State.DANG_KIEM_TRA, "Sửa 3.4.1", Role.HEAD, head.id, LATER)
    found = fresh(inspection.id)
    assert (found.published_at, found.locked_at, found.locked_by_id) == (None, None, None)
    assert found.self_locked_at == make.NOW


def test_unapproved_not_applicable_blocks_the_lock(head):
    inspection = make.inspection(state=State.DANG_KIEM_TRA)
    answer_all(inspection, Side.VERIFIED)
    answer = db.session.scalars(
        select(Answer).where(Answer.criterion_id == make.criterion(inspection, "1.1.2").id)
    ).one()
    answer.value, answer.points, answer.not_applicable, answer.na_reason = None, None, True, "Không phát sinh"
    db.session.commit()
    with pytest.raises(Conflict, match=r"Trưởng đoàn đồng ý \(1\.1\.2\)"):
        take_step(inspection.id, State.CHO_KY_BIEN_BAN, "", Role.HEAD, head.id, LATER)
    answer.na_approved_by_id = head.id
    db.session.commit()
    take_step(inspection.id, State.CHO_KY_BIEN_BAN, "", Role.HEAD, head.id, LATER)


def test_without_scoring_nothing_blocks_the_minutes(head):
    inspection = make.inspection(state=State.DANG_KIEM_TRA, scoring=False)
    take_step(inspection.id, State.CHO_KY_BIEN_BAN, "", Role.HEAD, head.id, LATER)
    assert fresh(inspection.id).published_at == LATER


def test_signed_is_only_what_was_signed_on_the_page_of_the_minutes(head):
    inspection = make.inspection(state=State.CHO_KY_BIEN_BAN, published_at=make.NOW, locked_at=make.NOW)
    with pytest.raises(Conflict, match="trang biên bản"):
        take_step(inspection.id, State.DA_KY_BIEN_BAN, "", Role.HEAD, head.id, LATER)
    db.session.add(
        MinutesRevision(
            inspection_id=inspection.id, snapshot="{}", sha256="0", signed_at=make.NOW, updated_at=make.NOW
        )
    )
    db.session.commit()
    take_step(inspection.id, State.DA_KY_BIEN_BAN, "", Role.HEAD, head.id, LATER)
    assert fresh(inspection.id).published_at == make.NOW


def test_what_was_called_off_comes_back_to_the_beginning(head):
    inspection = make.inspection(state=State.DA_CHOT_TU_CHAM, self_locked_at=make.NOW)
    take_step(inspection.id, State.HUY, "Trùng lịch", Role.HEAD, head.id, LATER)
    take_step(inspection.id, State.DU_THAO, "Hủy nhầm", Role.HEAD, head.id, LATER)
    found = fresh(inspection.id)
    assert (found.state, found.self_locked_at) == (State.DU_THAO, None)
