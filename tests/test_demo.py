"""The demonstration: the public figures of two reports, loaded once, ready to be tried."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.demo import ACCOUNTS, PASSWORD, load
from app.demo.dossiers import LATE
from app.domain import dossier_checks, dossiers, tasks
from app.domain.access import Principal, Role
from app.domain.dossier_rates import figure, on_time, online_as_reported
from app.domain.inspections import State
from app.domain.late_dossiers import faults, looks_personal
from app.domain.task_steps import Action, Hop, Product
from app.domain.task_steps import Side as TaskSide
from app.models import Inspection, Task, Unit, User
from app.queries.answers import answer_sheet
from app.queries.checklists import checklist_value
from app.queries.dossiers import report_of_inspection
from app.queries.minutes import minutes_card
from app.queries.task_figures import values_as_of
from app.queries.tasks import task_values
from app.services.tasks import move_task
from app.vietnamese import percent
from tests import make
from tests.conftest import signed_in

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))
FACTS = {fact["id"]: fact["value"] for fact in VECTORS["facts"]}


def everything() -> dict[str, list[tuple]]:
    """Every row of every table."""
    tables = db.metadata.sorted_tables
    return {table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr) for table in tables}


@pytest.fixture
def demo(demonstration: Flask):
    with demonstration.app_context():
        yield demonstration


def inspection_of(unit: str) -> Inspection:
    return db.session.execute(
        select(Inspection).join(Unit, Unit.id == Inspection.unit_id).where(Unit.name == unit)
    ).scalar_one()


def report_of(unit: str) -> dossiers.Report:
    found = report_of_inspection(inspection_of(unit).id)
    assert found is not None
    return found[1]


WARD, CITY = "Phường Cầu Tre", "Thành phố Bắc Kạn"


def test_loaded_twice_it_changes_nothing(app: Flask):
    assert load(make.NOW) is True
    before = everything()
    assert load(make.NOW + timedelta(days=1)) is False
    db.session.expire_all()
    assert everything() == before


def test_the_command_may_be_given_twice_and_names_the_accounts(app: Flask):
    first, second = (app.test_cli_runner().invoke(args=["demo"]) for _time in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    for name, title, *_rest in ACCOUNTS:
        assert name in second.output
        assert title in second.output


def test_the_ward_s_four_late_dossiers_are_made_up_and_one_has_no_apology(demo: Flask):
    report = report_of(WARD)
    assert (report.late, report.late_ledger) == (4, 4)
    assert figure("dossier.apology_rate", report) == (3, 4)
    assert report.ledger is not None
    assert report.ledger.incomplete == 1
    for entry in LATE:
        assert "(số liệu minh họa)" in entry.cause
        assert not looks_personal(entry.code, entry.cause, entry.apology_number)
        assert not list(faults(entry, date(2022, 1, 1), date(2022, 9, 15), date(2022, 9, 15)))


def test_seven_posts_can_sign_in(demo: Flask):
    assert [name for name, *_rest in ACCOUNTS] == [
        "quantri",
        "truongdoan",
        "thuky",
        "thanhvien",
        "canbo",
        "thutruong",
        "lanhdao",
    ]
    for name, title, *_rest in ACCOUNTS:
        page = signed_in(demo, name, PASSWORD).get("/")
        assert page.status_code == 200
        assert title in page.text


def test_the_accounts_have_one_of_each_role(demo: Flask):
    users = db.session.execute(select(User).order_by(User.id)).scalars().all()
    assert {user.role for user in users} == set(Role) - {Role.DEPUTY}
    assert all(user.demo for user in users)


def test_the_ward_has_done_fourteen_of_twenty_seven_tasks(demo: Flask):
    ward = db.session.execute(select(Unit).where(Unit.name == WARD)).scalar_one()
    rows = db.session.execute(select(Task).where(Task.unit_id == ward.id)).scalars().all()
    day = inspection_of(WARD).inspected_on
    rate = tasks.count(
        [
            tasks.Task(r.workflow, r.due_original, r.due_current, r.completed_on, r.lead, r.own_plan)
            for r in rows
        ],
        day,
    ).done_rate
    assert (rate.n, rate.d) == (FACTS["s3.tasks_done"], FACTS["s3.tasks_total"]) == (14, 27)
    assert percent(rate.n, rate.d, 1, "truncate") == "51,8%"
    assert percent(rate.n, rate.d) == "51,85%"


def test_the_wards_dossiers_are_those_of_its_report(demo: Flask):
    total = report_of(WARD).total
    assert total.received_total == total.resolved_total == FACTS["s3.received_total"]
    assert total.resolved_late == FACTS["s3.resolved_late"]
    assert total.received_online == FACTS["s3.received_online"]
    late = on_time(total)
    assert (late.n, late.d) == (4541, 4545)
    share = online_as_reported(report_of(WARD))
    assert percent(share.n, share.d) == "60,64%"


def test_the_citys_figures_and_every_identity_of_them_hold(demo: Flask):
    report = report_of(CITY)
    for column in dossiers.COLUMNS:
        assert getattr(report.total, column.name) == FACTS[f"s0.{column.name}"]
    assert report.total.received_total == 832 + 9465 + 66 == 10363
    assert dossier_checks.broken(report) == ()
    held = {one.outcome for one in dossier_checks.checks(report)}
    assert dossier_checks.Outcome.HOLDS in held
    extras = report.extras
    assert (extras.postal_total, extras.postal_in, extras.postal_out) == (1247, 390, 857)


def test_the_visit_has_begun_and_what_the_report_says_is_self_scored(demo: Flask):
    inspection = inspection_of(WARD)
    assert inspection.state is State.DANG_KIEM_TRA
    checklist = checklist_value(inspection.version_id)
    assert (len(checklist.areas), len(checklist.criteria)) == (7, 77)
    own = answer_sheet(inspection.id, checklist, 1).own
    points = {
        code: own[criterion.id].points
        for code, (_area, criterion) in checklist.by_code.items()
        if criterion.id in own
    }
    assert points == {"1.4.1": 0, "3.4.1": 400, "7.3.1": 227}
    assert answer_sheet(inspection.id, checklist, 1).verified == {}


def test_the_supervision_of_the_city_is_not_scored(demo: Flask):
    inspection = inspection_of(CITY)
    assert not inspection.scoring
    page = signed_in(demo, "truongdoan", PASSWORD).get(f"/inspections/{inspection.id}")
    assert page.status_code == 200


def test_the_supervision_went_to_two_wards_first(demo: Flask):
    session = inspection_of(CITY)
    visits = db.session.execute(
        select(Inspection, Unit)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(Inspection.parent_id == session.id)
        .order_by(Inspection.id)
    ).all()
    assert [unit.name for _visit, unit in visits] == ["Phường Đức Xuân", "Phường Sông Cầu"]
    for visit, unit in visits:
        assert not visit.scoring
        assert visit.inspected_on < session.inspected_on
        assert unit.parent_id == session.unit_id
    page = signed_in(demo, "truongdoan", PASSWORD).get(f"/inspections/{session.id}").text
    assert "Phường Đức Xuân" in page
    minutes = signed_in(demo, "truongdoan", PASSWORD).get(f"/inspections/{session.id}/minutes").text
    assert "Đoàn đã khảo sát thực tế tại 02 đơn vị" in minutes


def test_no_name_of_a_person_is_made_up(demo: Flask):
    titles = {user.title for user in db.session.execute(select(User)).scalars()}
    assert titles == {title for _name, title, *_rest in ACCOUNTS}


def test_fourteen_of_twenty_seven_stays_said_of_that_day_after_the_rest_is_done(app: Flask):
    """Later in the year the ward finishes all that was open; of 15/9/2022 everything still says 14/27."""
    assert load(make.NOW)
    inspection, ward = inspection_of(WARD), db.session.scalars(select(Unit).where(Unit.name == WARD)).one()
    office = db.session.scalars(select(Unit).where(Unit.name == "Quận Ngô Quyền")).one()
    head = db.session.scalars(select(User).where(User.name == "truongdoan")).one()
    by, later = Principal(head.id, head.role, office.id, office.path), make.NOW + timedelta(days=20)
    reporter = db.session.scalars(select(User).where(User.name == "canbo")).one()
    officer = Principal(reporter.id, reporter.role, ward.id, ward.path)
    product = Product("Đã ban hành", link="https://soat.example/1")
    open_ones = db.session.scalars(
        select(Task.id).where(Task.unit_id == ward.id, Task.completed_on.is_(None))
    )
    for task_id in open_ones.all():
        for hop, who in ((Hop(Action.REPORT, product=product), officer), (Hop(Action.CONFIRM), by)):
            db.session.expire_all()
            version = db.session.get_one(Task, task_id).version
            move_task(task_id, hop, tuple(TaskSide), version, who, later)
    day, of_ward = date(2022, 9, 15), Task.unit_id == ward.id
    assert tasks.count(task_values(of_ward), later.date()).done_rate == (27, 27)
    assert tasks.count(values_as_of(day, of_ward), day).done_rate == (14, 27)
    part = minutes_card(inspection.id).minutes.tasks
    assert part is not None
    assert part.counts.done_rate == (14, 27)
    assert sum(bool(line.completed_on) for line in part.lines) == 14
    page = signed_in(app, "truongdoan", PASSWORD).get(f"/inspections/{inspection.id}").text
    assert "14/27 đã hoàn thành = 51,8%" in page
    figures = signed_in(app, "canbo", PASSWORD)
    assert "14/27" in figures.get("/tasks/figures?day=15/9/2022").text
    assert "27/27" in figures.get("/tasks/figures?year=2022").text
