"""The verbs of the ledger: all or nothing, once per code, never behind somebody's back; what they leave in the trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.late_dossiers import MOST_ENTRIES, LateCounts, LateEntry
from app.domain.refusals import Conflict, Invalid, Missing
from app.models import AuditEvent, DossierReport, LateDossier, ReportStatus
from app.queries.dossiers import report_card, report_value
from app.queries.late_dossiers import late_codes, late_counts, late_row, late_rows
from app.services.late_dossiers import add_late, add_many_late, remove_late, save_late
from tests import make

ENTRY = LateEntry("H24.11-220801-0001", due_on=date(2022, 8, 5), returned_on=date(2022, 8, 9))


@pytest.fixture
def report(app) -> DossierReport:
    return make.dossier_report(make.unit("Phường Cầu Tre"))


@pytest.fixture
def officer(report) -> int:
    return make.user(Role.OFFICER).id


def codes() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(LateDossier.code).order_by(LateDossier.code)))


def last_event() -> AuditEvent:
    return db.session.execute(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).scalar_one()


def test_an_entry_has_its_days_counted_and_leaves_a_trace(report, officer):
    late_id = add_late(report.id, ENTRY, officer, make.NOW)
    row = late_row(report.id, late_id, report.period_to)
    assert row is not None
    assert (row.entry.days_late, row.days, row.version) == (4, 4, 1)
    event = last_event()
    assert (event.action, event.object_id) == ("dossier.late_add", report.id)
    assert event.data["after"]["code"] == ENTRY.code
    save_late(report.id, late_id, 1, replace(ENTRY, cause="Mất điện"), officer, make.NOW)
    assert last_event().data["after"]["cause"] == "Mất điện"
    assert remove_late(report.id, late_id, 2, officer, make.NOW) == ENTRY.code
    assert last_event().data["before"]["cause"] == "Mất điện"
    assert codes() == []


def test_a_code_is_taken_once(report, officer):
    late_id = add_late(report.id, ENTRY, officer, make.NOW)
    with pytest.raises(Conflict):
        add_late(report.id, ENTRY, officer, make.NOW)
    with pytest.raises(Conflict):
        add_many_late(report.id, [replace(ENTRY, code="A1"), ENTRY], officer, make.NOW)
    with pytest.raises(Conflict):
        add_many_late(report.id, [replace(ENTRY, code="A1")] * 2, officer, make.NOW)
    other = make.dossier_report(make.unit("Phường Đằng Giang"))
    add_late(other.id, ENTRY, officer, make.NOW)
    with pytest.raises(Missing):
        remove_late(other.id, late_id, 1, officer, make.NOW)
    assert codes() == [ENTRY.code] * 2


def test_many_are_written_together_or_not_at_all(report, officer, count_statements):
    good = [replace(ENTRY, code=f"H24.11-220801-{number:04}") for number in range(200)]
    with pytest.raises(Invalid):
        add_many_late(report.id, [*good, replace(ENTRY, due_on=None)], officer, make.NOW)
    with pytest.raises(Invalid):
        add_many_late(report.id, [], officer, make.NOW)
    assert codes() == []
    with count_statements() as few:
        add_many_late(report.id, good[:1], officer, make.NOW)
    with count_statements() as many:
        add_many_late(report.id, good[1:], officer, make.NOW)
    assert len(many) <= len(few)
    assert len(late_codes(report.id)) == 200


def test_a_ledger_has_an_end(report, officer):
    many = [replace(ENTRY, code=f"A{number}") for number in range(MOST_ENTRIES + 1)]
    with pytest.raises(Invalid):
        add_many_late(report.id, many, officer, make.NOW)
    assert codes() == []


def test_what_is_stale_or_handed_in_is_not_changed(report, officer):
    late_id = add_late(report.id, ENTRY, officer, make.NOW)
    with pytest.raises(Conflict):
        save_late(report.id, late_id, 7, ENTRY, officer, make.NOW)
    for status in (ReportStatus.SUBMITTED, ReportStatus.CONFIRMED):
        db.session.get_one(DossierReport, report.id).status = status
        db.session.commit()
        for verb in (
            lambda: add_late(report.id, replace(ENTRY, code="A1"), officer, make.NOW),
            lambda: add_many_late(report.id, [replace(ENTRY, code="A1")], officer, make.NOW),
            lambda: save_late(report.id, late_id, 1, ENTRY, officer, make.NOW),
            lambda: remove_late(report.id, late_id, 1, officer, make.NOW),
        ):
            with pytest.raises(Conflict):
                verb()
    with pytest.raises(Missing):
        add_late(report.id + 1, ENTRY, officer, make.NOW)
    assert codes() == [ENTRY.code]


def test_the_report_s_figures_come_from_the_ledger_in_three_questions(report, officer, count_statements):
    whole = replace(
        ENTRY,
        code="A1",
        cause="Mất điện",
        apology_number="1",
        apology_on=date(2022, 8, 5),
        reappointed_on=date(2022, 8, 9),
    )
    add_many_late(report.id, [ENTRY, whole, replace(whole, code="A2", apology_number="")], officer, make.NOW)
    assert late_counts(report.id) == LateCounts(3, 2, 1, 2, 2)
    card = report_card(report.id)
    assert card is not None
    with count_statements() as statements:
        value = report_value(card)
    assert len(statements) == 3
    assert (value.late_ledger, value.ledger, value.apologies) == (3, LateCounts(3, 2, 1, 2, 2), 1)
    with count_statements() as statements:
        assert len(late_rows(report.id, report.period_to)) == 3
    assert len(statements) == 1
