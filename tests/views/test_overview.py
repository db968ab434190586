"""/: what this person should do next, and the table of units for those who watch."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.db import db
from app.domain.access import Role
from app.domain.inspections import Side, State
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.domain.tasks import Workflow
from app.models import Answer, DossierLine
from tests import make
from tests.cast import World, words

YES, NO = YesNoInput(True), YesNoInput(False)


@pytest.fixture
def world(app) -> World:
    return World()


def overview(login, person) -> str:
    page = login(person).get("/")
    assert page.status_code == 200
    return words(page)


# --- What to do next


def test_the_delegation_is_told_how_much_is_left_to_score(world, login):
    world.score(world.head, YES)
    for person in (world.head, world.secretary, world.member):
        page = overview(login, person)
        assert "Phường Cầu Tre" in page
        assert "Còn 9/10 tiêu chí chưa chấm" in page


def test_the_head_is_told_what_waits_for_approval(world, login):
    world.score(world.member, YES)
    db.session.add(
        Answer(
            inspection_id=world.id,
            criterion_id=world.checklist.by_code["1.1.2"][1].id,
            side=Side.VERIFIED,
            not_applicable=True,
            na_reason="Không phát sinh",
            updated_by_id=world.member.id,
            updated_at=make.NOW,
        )
    )
    db.session.commit()
    assert "1 mục «Không áp dụng» chờ duyệt" in overview(login, world.head)
    assert "chờ duyệt" not in overview(login, world.member)


def test_the_unit_is_led_to_its_self_score_while_it_may_still_score(app, login):
    world = World(State.DANG_TU_CHAM)
    world.score(world.officer, YES, side=Side.SELF)
    page = login(world.officer).get("/")
    assert "Còn 9 tiêu chí chưa tự chấm" in words(page)
    assert f"{world.at}/score?side=self" in page.text
    world.move(State.DANG_KIEM_TRA)
    assert f"{world.at}/score" not in login(world.officer).get("/").text


def test_minutes_that_wait_for_signatures_are_said(world, login):
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    page = login(world.head).get("/")
    assert "Biên bản chờ hai bên ký" in words(page)
    assert f"{world.at}/minutes" in page.text


def test_what_has_ended_is_no_work(world, login):
    world.move(State.KET_THUC, published=True)
    page = overview(login, world.member)
    assert "Chưa có cuộc kiểm tra nào đang mở" in page


def test_open_tasks_of_the_unit_are_listed_and_done_ones_are_not(world, login):
    make.task(world.ward, title="Báo cáo quý", due_current=date(2022, 9, 30))
    make.task(
        world.ward, title="Đã xong rồi", workflow=Workflow.DONE, completed_on=date(2022, 9, 1), progress=100
    )
    make.task(world.neighbour, title="Việc của phường khác", due_current=date(2022, 9, 30))
    page = overview(login, world.officer)
    assert "Báo cáo quý" in page
    assert "Đã xong rồi" not in page
    assert "Việc của phường khác" not in page


def test_somebody_without_work_gets_a_word_and_not_an_empty_page(app, login):
    assert "Khi bạn được phân công" in overview(login, make.user(Role.MEMBER))
    assert "Bắt đầu bằng một kế hoạch" in overview(login, make.user(Role.HEAD))


# --- The table


def test_the_watchers_see_areas_tasks_and_dossiers_of_each_unit(world, login):
    inputs = (YES, LevelInput(1), RatioInput(Decimal(95), Decimal(100)), PenaltyInput(1), FreeInput(50))
    for place, value in enumerate(inputs, 1):
        world.score(world.head, value, f"1.1.{place}")
    world.score(world.head, NO, "2.1.1")
    for number in range(27):
        done = number < 14
        make.task(
            world.ward,
            title=f"Việc {number}",
            workflow=Workflow.DONE if done else Workflow.IN_PROGRESS,
            completed_on=date(2022, 9, 1) if done else None,
        )
    report = make.dossier_report(world.ward, inspection_id=world.id)
    db.session.add(
        DossierLine(
            report_id=report.id,
            place=0,
            field="Tổng cộng",
            is_total=True,
            received_total=4545,
            resolved_total=4545,
            resolved_late=4,
        )
    )
    db.session.commit()
    # An area in the middle of the work shows how far it is, not a percentage that would mislead.
    page = overview(login, world.supervisor)
    assert "Các đơn vị theo lĩnh vực" in page
    for figure in ("70,0%", "1/5", "6/10", "51,85% 14/27", "99,91% 4.541/4.545"):
        assert figure in page, figure


def test_the_table_holds_only_units_one_may_see(world, login):
    make.inspection(unit=make.unit("Phường Xa Lạ"))
    for person in (world.supervisor, world.head):
        page = overview(login, person)
        assert "Phường Cầu Tre" in page
        assert "Phường Xa Lạ" not in page
    assert "Phường Xa Lạ" in overview(login, world.admin)


def test_the_unit_sees_no_table_and_no_trace_of_verified_scores(world, login):
    world.score(world.head, NO)
    for person in (world.officer, world.unit_head, world.member):
        assert "Các đơn vị theo lĩnh vực" not in overview(login, person)
    assert "Còn 9/10" not in overview(login, world.officer)


def test_the_newest_inspection_of_a_unit_stands_for_it(world, login):
    old = make.inspection(unit=world.ward, delegation=make.delegation(), inspected_on=date(2020, 1, 1))
    page = login(world.supervisor).get("/").text
    assert f'href="{world.at}"' in page
    assert f'<th scope="row"><a href="/inspections/{old.id}"' not in page


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_the_overview_costs_the_same_for_two_units_and_for_twenty(world, login, count_statements, role):
    browser = login(world.supervisor if role is Role.SUPERVISOR else world.admin)

    def cost() -> int:
        with count_statements() as statements:
            assert browser.get("/").status_code == 200
        return len(statements)

    version = make.checklist_version()

    def more(number: int) -> None:
        for place in range(number):
            unit = make.unit(f"Phường {place}", parent=world.district)
            make.inspection(unit=unit, delegation=world.delegation, version=version)
            make.task(unit)
            make.dossier_report(unit)

    more(2)
    few = cost()
    more(18)
    assert cost() == few
    assert few <= 14


def test_the_overview_takes_no_post_and_needs_an_account(world, login, client):
    assert login(world.head).post("/").status_code == 405
    assert client.get("/").location == "/login?next=/"
