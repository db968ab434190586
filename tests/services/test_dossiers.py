"""Dossier reports: saved as one, versions, steps, and what a report is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.dossier_checks import broken
from app.domain.dossiers import Extras, Figures, Line, OnlinePractice, Report
from app.domain.periods import Period
from app.domain.refusals import Conflict, Invalid, Missing
from app.models import AuditEvent, DossierLine, DossierReport, LateDossier, ReportSource, ReportStatus
from app.queries.access import visible_units
from app.queries.dossiers import (
    ReportFilter,
    inspection_periods,
    list_reports,
    report_card,
    report_of_inspection,
    report_value,
    reportable_units,
    years_with_reports,
)
from app.services.dossiers import (
    Filled,
    confirm_report,
    create_report,
    return_report,
    save_report,
    submit_report,
)
from tests import make

CITY = Figures(10363, 832, 9465, 66, 10261, 7620, 2641, 0, 102, 102, 0)
PERIOD = Period(date(2021, 1, 1), date(2022, 6, 30))
FULL = Report(
    CITY,
    (Line("Hộ tịch", Figures(received_total=363)), Line("Đất đai", Figures(received_total=10000))),
    Extras(postal_total=1247, postal_in=390, postal_out=857),
    online_practice=OnlinePractice.ALL,
    late_ledger=0,
)


@pytest.fixture
def unit(app):
    return make.unit("Thành phố Bắc Kạn")


@pytest.fixture
def officer(unit):
    return make.user(Role.OFFICER, unit=unit)


def begin(unit, officer, period=PERIOD, source=ReportSource.UNIT, rows=()) -> int:
    return create_report(unit.id, period, source, rows, officer.id, make.NOW)


def stored(report_id: int) -> Report:
    db.session.expire_all()
    return report_value(report_card(report_id))


def test_a_report_is_read_back_as_it_was_saved(unit, officer):
    report_id = begin(unit, officer)
    assert save_report(report_id, 1, Filled(FULL, {}, "Ghi chú"), officer.id, make.NOW) == 2
    card = report_card(report_id)
    assert (card.version, card.note, card.updated_by) == (2, "Ghi chú", officer.title)
    assert stored(report_id) == FULL


def test_not_reported_stays_not_reported_and_zero_stays_zero(unit, officer):
    report_id = begin(unit, officer)
    save_report(report_id, 1, Filled(Report(Figures(resolved_late=0))), officer.id, make.NOW)
    total = stored(report_id).total
    assert total.resolved_late == 0
    assert total.received_total is None


def test_a_new_report_brings_its_fields_as_empty_rows_that_count_for_nothing(unit, officer):
    report_id = begin(unit, officer, rows=("Hộ tịch", "Đất đai"))
    report = stored(report_id)
    assert [line.field for line in report.lines] == ["Hộ tịch", "Đất đai"]
    assert broken(replace(report, total=CITY)) == ()


def test_saving_replaces_the_rows_and_writes_one_event(unit, officer):
    report_id = begin(unit, officer)
    save_report(report_id, 1, Filled(FULL), officer.id, make.NOW)
    save_report(report_id, 2, Filled(replace(FULL, lines=FULL.lines[1:])), officer.id, make.NOW)
    places = db.session.scalars(
        select(DossierLine.place).where(DossierLine.report_id == report_id).order_by(DossierLine.place)
    ).all()
    assert places == [0, 1]
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["dossier.create", "dossier.save", "dossier.save"]


def test_the_slower_of_two_editors_overwrites_nothing(unit, officer):
    report_id = begin(unit, officer)
    save_report(report_id, 1, Filled(FULL), officer.id, make.NOW)
    with pytest.raises(Conflict):
        save_report(report_id, 1, Filled(Report(Figures())), officer.id, make.NOW)
    assert stored(report_id) == FULL


def test_a_broken_identity_is_saved_with_its_explanation(unit, officer):
    report_id = begin(unit, officer)
    wrong = replace(FULL, total=replace(CITY, carried_over=60))
    explanations = {"received": "6 hồ sơ chuyển từ hệ thống cũ", "cross": "không lệch nên không giữ"}
    save_report(report_id, 1, Filled(wrong, explanations), officer.id, make.NOW)
    assert report_card(report_id).explanations == {"received": "6 hồ sơ chuyển từ hệ thống cũ"}
    save_report(report_id, 2, Filled(FULL, explanations), officer.id, make.NOW)
    assert report_card(report_id).explanations == {}


def test_one_unit_has_one_report_a_period_and_source(unit, officer):
    begin(unit, officer)
    begin(unit, officer, source=ReportSource.ONE_STOP)
    with pytest.raises(Conflict) as refusal:
        begin(unit, officer)
    assert refusal.value.field == "period_from"


def test_a_report_of_the_inspected_period_belongs_to_the_inspection(unit, officer):
    inspection = make.inspection(unit=unit, period_from=PERIOD.start, period_to=PERIOD.end)
    report_id = begin(unit, officer)
    save_report(report_id, 1, Filled(FULL), officer.id, make.NOW)
    assert report_card(report_id).inspection_id == inspection.id
    card, report = report_of_inspection(inspection.id)
    assert (card.id, report) == (report_id, FULL)
    assert report_of_inspection(make.inspection(unit=unit).id) is None


def test_the_period_before_the_one_stop_system_and_the_ledger_are_compared(unit, officer):
    before = begin(unit, officer, Period(date(2020, 1, 1), date(2020, 12, 31)))
    save_report(before, 1, Filled(Report(Figures(processing_total=70))), officer.id, make.NOW)
    system = begin(unit, officer, source=ReportSource.ONE_STOP)
    save_report(system, 1, Filled(Report(replace(CITY, resolved_late=2))), officer.id, make.NOW)
    report_id = begin(unit, officer)
    save_report(report_id, 1, Filled(replace(FULL, late_ledger=None)), officer.id, make.NOW)
    db.session.add(LateDossier(report_id=report_id, code="H21.30-220101-0001"))
    db.session.commit()
    report = stored(report_id)
    assert report.previous_processing == 70
    assert report.system.resolved_late == 2
    assert report.late_ledger == 1
    assert {check.code for check in broken(report)} == {"carried_over", "late_ledger"}
    assert stored(system).system is None


def test_a_report_goes_from_draft_to_confirmed_and_back_with_a_reason(unit, officer):
    head = make.user(Role.HEAD)
    report_id = begin(unit, officer)
    with pytest.raises(Invalid):
        submit_report(report_id, 1, officer.id, make.NOW)
    save_report(report_id, 1, Filled(FULL), officer.id, make.NOW)
    with pytest.raises(Conflict):
        confirm_report(report_id, 2, head.id, make.NOW)
    submit_report(report_id, 2, officer.id, make.NOW)
    with pytest.raises(Conflict):
        save_report(report_id, 3, Filled(FULL), officer.id, make.NOW)
    confirm_report(report_id, 3, head.id, make.NOW)
    with pytest.raises(Invalid):
        return_report(report_id, 4, "", head.id, make.NOW)
    return_report(report_id, 4, "Thiếu cột 10", head.id, make.NOW)
    card = report_card(report_id)
    assert (card.status, card.return_reason, card.version) == (ReportStatus.DRAFT, "Thiếu cột 10", 5)
    save_report(report_id, 5, Filled(FULL), officer.id, make.NOW)
    assert report_card(report_id).return_reason == "Thiếu cột 10"
    submit_report(report_id, 6, officer.id, make.NOW)
    assert report_card(report_id).return_reason == ""


def test_a_report_that_does_not_exist_is_missing(app):
    user = make.user()
    with pytest.raises(Missing):
        save_report(4711, 1, Filled(FULL), user.id, make.NOW)
    assert report_card(4711) is None


def test_the_list_filters_by_name_without_accents_year_and_status(unit, officer):
    begin(unit, officer)
    ward = make.unit("Phường Cầu Tre")
    make.dossier_report(ward, status=ReportStatus.SUBMITTED)
    everything = select(DossierReport.unit_id)
    found = {
        "all": list_reports(everything, ReportFilter()),
        "name": list_reports(everything, ReportFilter(words="cau tre")),
        "year": list_reports(everything, ReportFilter(year=2021)),
        "status": list_reports(everything, ReportFilter(status=ReportStatus.SUBMITTED)),
    }
    assert {key: page.total for key, page in found.items()} == {"all": 2, "name": 1, "year": 0, "status": 1}
    assert found["name"].rows[0].unit_name == "Phường Cầu Tre"
    assert years_with_reports(everything) == [2022]


def test_the_list_tells_broken_and_unexplained_identities(unit, officer):
    report_id = begin(unit, officer)
    wrong = Report(replace(CITY, carried_over=60, resolved_late=1))
    save_report(report_id, 1, Filled(wrong, {"received": "lý do"}), officer.id, make.NOW)
    (row,) = list_reports(select(DossierReport.unit_id), ReportFilter()).rows
    assert [check.code for check in row.broken] == ["received", "resolved"]
    assert row.unexplained == 1


def test_the_list_asks_two_questions_for_one_report_or_thirty(unit, officer, count_statements):
    for year in range(1990, 2020):
        begin(unit, officer, Period(date(year, 1, 1), date(year, 12, 31)))
    with count_statements() as statements:
        assert list_reports(select(DossierReport.unit_id), ReportFilter()).total == 30
    assert len(statements) == 2


def test_a_report_is_read_with_three_questions_whatever_its_rows(unit, officer, count_statements):
    report_id = begin(unit, officer, rows=tuple(f"Lĩnh vực {n}" for n in range(40)))
    card = report_card(report_id)
    with count_statements() as statements:
        assert len(report_value(card).lines) == 40
    assert len(statements) == 3


def test_saving_forty_rows_asks_no_more_than_saving_one(unit, officer, count_statements):
    report_id = begin(unit, officer)
    counts = []
    for version, rows in ((1, 1), (2, 40)):
        lines = tuple(Line(f"Lĩnh vực {n}", Figures(received_total=n)) for n in range(rows))
        with count_statements() as statements:
            save_report(report_id, version, Filled(replace(FULL, lines=lines)), officer.id, make.NOW)
        counts.append(len(statements))
    # Nine on PostgreSQL: the audit chain takes its advisory lock with a statement of its own.
    assert counts[0] == counts[1] <= 9


def test_figures_may_be_entered_for_ones_own_unit_or_as_a_planner_of_its_inspection(unit, officer):
    other = make.unit("Phường Cầu Tre")
    delegation = make.delegation()
    inspection = make.inspection(unit=other, delegation=delegation)
    secretary = make.member(delegation, Role.SECRETARY)
    member = make.member(delegation, Role.MEMBER)

    def units(user, role, unit_id=None):
        return [name for _id, name in reportable_units(Principal(user.id, role, unit_id))]

    assert units(officer, Role.OFFICER, unit.id) == ["Thành phố Bắc Kạn"]
    assert units(secretary, Role.SECRETARY) == ["Phường Cầu Tre"]
    assert units(member, Role.MEMBER) == []
    periods = inspection_periods(Principal(secretary.id, Role.SECRETARY))
    assert [period.inspection_id for period in periods] == [inspection.id]
    assert inspection_periods(Principal(officer.id, Role.OFFICER, unit.id)) == []
    seen = visible_units(Principal(member.id, Role.MEMBER))
    assert list_reports(seen, ReportFilter()).total == 0
