"""Tasks for many units and many periods: what is written, what it costs, and ending a series."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain import tasks
from app.domain.access import Principal, Role
from app.domain.refusals import Conflict, Forbidden, Invalid, Missing
from app.domain.series import Repeat, Series
from app.domain.task_steps import Action, Side
from app.domain.tasks import NewTask, Workflow
from app.domain.units import UnitKind
from app.models import AuditEvent, Task, TaskReport, Unit
from app.queries.reach import choose_units, communes_of, count_units, reach_of
from app.queries.tasks import TaskFilter, assignable_units, values_for_list
from app.services.series import cancel_rest
from app.services.tasks import assign_tasks
from tests import make

NOW = make.NOW
TODAY = date(2022, 9, 15)
DAY = timedelta(days=1)
QUARTERS = Series(Repeat.QUARTER, date(2023, 6, 30))


def principal(unit: Unit, role: Role = Role.HEAD) -> Principal:
    return Principal(make.user(role, unit=unit).id, role, unit.id, unit.path)


@pytest.fixture
def city(app) -> Unit:
    return make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)


@pytest.fixture
def by(city) -> Principal:
    return principal(make.unit("Sở Nội vụ", kind=UnitKind.SO_NGANH, parent=city))


def regular(units: list[Unit], by: Principal, series: Series = QUARTERS, **rest: object) -> list[int]:
    ids = tuple(unit.id for unit in units)
    return assign_tasks(NewTask("Báo cáo quý", TODAY, ids, series=series, **rest), by, NOW)


def rows(*conditions) -> list[Task]:
    return list(db.session.scalars(select(Task).where(*conditions).order_by(Task.assigned_on, Task.id)))


# --- Who may be given tasks


def test_an_office_of_the_province_gives_tasks_to_all_below_it(city, by):
    ward = make.unit("Phường An Biên", parent=city)
    old = make.unit("Quận Lê Chân", kind=UnitKind.QUAN, parent=city, valid_to=date(2022, 6, 30))
    elsewhere = make.unit("Phường Xa")
    island = make.unit("Đặc khu Cát Hải", kind=UnitKind.DAC_KHU, parent=city)
    reach = reach_of(by, TODAY)
    assert [unit.name for unit in choose_units(reach)] == ["Đặc khu Cát Hải", "Phường An Biên"]
    assert (count_units(reach), reach.name) == ((2, 2), city.name)
    assert communes_of(reach) == (island.id, ward.id)
    assert [unit.name for unit in choose_units(reach, "cat hai")] == ["Đặc khu Cát Hải"]
    assert {id_ for id_, _name in assignable_units(by, TODAY)}.isdisjoint({old.id, elsewhere.id, by.unit_id})


def test_a_ward_and_its_offices_give_tasks_to_no_other_ward(city):
    ward = make.unit("Phường An Biên", parent=city)
    make.unit("Phường Lạch Tray", parent=city)
    office = make.unit("Văn phòng", kind=UnitKind.PHONG_CHUYEN_MON, parent=ward)
    assert assignable_units(principal(ward)) == [(office.id, "Văn phòng")]
    assert assignable_units(principal(office)) == []


def test_members_and_people_without_an_office_reach_nobody(city):
    make.unit("Phường An Biên", parent=city)
    assert assignable_units(principal(city, Role.MEMBER)) == []
    assert assignable_units(Principal(make.user(Role.HEAD).id, Role.HEAD)) == []


def test_a_unit_inspected_stays_among_them(city, by):
    ward = make.unit("Phường Cầu Tre")
    delegation = make.delegation()
    make.inspection(unit=ward, delegation=delegation)
    person = make.member(delegation, Role.SECRETARY)
    assert assignable_units(Principal(person.id, Role.SECRETARY)) == [(ward.id, ward.name)]


# --- Regular tasks


def test_a_regular_task_is_one_row_per_unit_and_period(city, by):
    wards = [make.unit("Phường A", parent=city), make.unit("Phường B", parent=city)]
    ids = regular(wards, by)
    assert len(ids) == len(set(ids)) == 8
    for ward in wards:
        mine = rows(Task.unit_id == ward.id)
        assert [row.period_label for row in mine] == [
            "Quý III/2022",
            "Quý IV/2022",
            "Quý I/2023",
            "Quý II/2023",
        ]
        assert {row.series_id for row in mine} == {mine[0].id}
        assert [row.assigned_on for row in mine] == [
            TODAY,
            date(2022, 10, 1),
            date(2023, 1, 1),
            date(2023, 4, 1),
        ]
        assert [row.due_current for row in mine] == [row.due_original for row in mine]
        assert mine[-1].due_current == date(2023, 6, 30)
        assert {row.workflow for row in mine} == {Workflow.NOT_STARTED}
    assert [rows(Task.id == id_)[0].period_label for id_ in ids[:2]] == ["Quý III/2022"] * 2
    events = db.session.scalars(select(AuditEvent.action)).all()
    assert events == ["task.assign"] * 8


def test_a_task_given_once_has_no_series(city, by):
    [id_] = assign_tasks(NewTask("Một lần", TODAY, (make.unit().id,)), by, NOW)
    task = db.session.get(Task, id_)
    assert (task.series_id, task.period_label) == (None, "")


def test_a_period_counts_from_its_first_day(city, by):
    regular([make.unit("Phường A", parent=city)], by)
    hops = db.session.execute(
        select(TaskReport.effective_on, Task.assigned_on).join(Task, Task.id == TaskReport.task_id)
    ).all()
    assert all(day == max(TODAY, begins) for day, begins in hops)
    seen, wanted = Task.id > 0, TaskFilter()
    assert tasks.count(values_for_list(seen, wanted, TODAY), TODAY).total == 1
    later = date(2022, 12, 31)
    assert tasks.count(values_for_list(seen, wanted, later), later).total == 2


def test_nothing_is_written_of_a_refused_series(city, by):
    ward = make.unit("Phường A", parent=city)
    for series, rest in [
        (Series(Repeat.MONTH, None), {}),
        (Series(Repeat.MONTH, date(2032, 1, 1)), {}),
        (QUARTERS, {"due": date(2022, 12, 1)}),
    ]:
        with pytest.raises(Invalid):
            regular([ward], by, series, **rest)
    assert rows() == []


def test_124_units_take_less_than_two_seconds(city, by):
    wards = [make.unit(f"Phường số {number}", parent=city) for number in range(124)]
    began = time.perf_counter()
    assert len(assign_tasks(NewTask("Báo cáo", TODAY, communes_of(reach_of(by, TODAY))), by, NOW)) == 124
    took = time.perf_counter() - began
    assert took < 2, f"{took:.2f} s"
    assert len({row.unit_id for row in rows()}) == len(wards)


# --- Ending a series


def test_the_rest_of_a_series_is_cancelled_and_what_has_begun_stays(city, by):
    ward, other = make.unit("Phường A", parent=city), make.unit("Phường B", parent=city)
    first = regular([ward, other], by)[0]
    later = NOW + 20 * DAY  # 5/10/2022: the fourth quarter has begun
    assert cancel_rest(first, "Thay bằng kế hoạch mới", (Side.ASSIGNER,), by, later) == 2
    db.session.expire_all()
    states = [row.workflow for row in rows(Task.unit_id == ward.id)]
    assert states == [Workflow.NOT_STARTED] * 2 + [Workflow.CANCELLED] * 2
    assert {row.workflow for row in rows(Task.unit_id == other.id)} == {Workflow.NOT_STARTED}
    with pytest.raises(Conflict):
        cancel_rest(first, "Lần nữa", (Side.ASSIGNER,), by, later)


def test_a_cancelled_period_never_counts_in_whatever_order_its_hops_are_read(city, by):
    first = regular([make.unit("Phường A", parent=city)], by)[0]
    cancel_rest(first, "Thôi", (Side.ASSIGNER,), by, NOW)
    last = rows()[-1]
    hops = db.session.scalars(
        select(TaskReport).where(TaskReport.task_id == last.id).order_by(TaskReport.id)
    ).all()
    assert [hop.action for hop in hops] == [Action.ASSIGN, Action.CANCEL]
    assert [hop.effective_on for hop in hops] == [last.assigned_on] * 2


def test_only_the_assigner_with_a_reason_ends_a_series(city, by):
    first = regular([make.unit("Phường A", parent=city)], by)[0]
    with pytest.raises(Forbidden):
        cancel_rest(first, "Không làm", (Side.UNIT,), by, NOW)
    with pytest.raises(Invalid):
        cancel_rest(first, " ", (Side.ASSIGNER,), by, NOW)
    once = assign_tasks(NewTask("Một lần", TODAY, (make.unit().id,)), by, NOW)[0]
    with pytest.raises(Missing):
        cancel_rest(once, "Thôi", (Side.ASSIGNER,), by, NOW)
    cancelled = select(func.count()).where(Task.workflow == Workflow.CANCELLED)
    assert db.session.scalar(cancelled) == 0
