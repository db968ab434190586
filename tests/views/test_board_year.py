"""The year whose tasks are counted: the same n of d on the board, the home and «Số liệu»."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.tasks import Workflow
from tests import make
from tests.cast import words
from tests.views.assigned import World
from tests.views.test_tasks_board import DAY, TODAY, shown

LAST_YEAR = date(TODAY.year - 1, 3, 1)


@pytest.fixture
def world(app) -> World:
    return World()


def three_years(world: World) -> None:
    """Done the year before last; owed since last year; done and open this year."""
    world.task(
        Workflow.DONE,
        title="Xong từ lâu.",
        assigned_on=date(TODAY.year - 2, 2, 1),
        completed_on=date(TODAY.year - 2, 5, 1),
    )
    world.task(title="Nợ năm trước.", assigned_on=LAST_YEAR, due_current=LAST_YEAR + 30 * DAY)
    world.task(Workflow.DONE, title="Xong năm nay.", assigned_on=TODAY, completed_on=TODAY)
    world.task(title="Việc năm nay.", assigned_on=TODAY, due_current=TODAY + 9 * DAY)


def test_the_board_the_home_and_the_figures_count_the_same_year(world, login):
    three_years(world)
    for person in (world.supervisor, world.head):
        client = login(person)
        assert "1/3 nhiệm vụ" in words(client.get("/tasks"))
        assert "1/3" in words(client.get("/"))
        assert "1/3 nhiệm vụ" in words(client.get("/tasks/figures"))
    officer = login(world.officer)
    assert "1/3 nhiệm vụ" in words(officer.get("/tasks"))
    for year, figure in ((TODAY.year - 1, "0/1"), (TODAY.year - 2, "1/1")):
        assert f"{figure} nhiệm vụ" in words(officer.get(f"/tasks?year={year}"))
        assert f"{figure} nhiệm vụ" in words(officer.get(f"/tasks/figures?year={year}"))
    assert "2/4 nhiệm vụ" in words(officer.get("/tasks?year=tat_ca"))


def test_the_figures_of_a_year_lead_to_the_list_of_that_year(world, login):
    three_years(world)
    make.task(world.other, assigned_on=LAST_YEAR)
    client, at = login(world.supervisor), f"/tasks?unit={world.ward.id}"
    year = TODAY.year - 2
    for query in (f"year={year}", f"day=31/12/{year}"):
        page = client.get(f"/tasks/figures?{query}").text
        assert f'href="{at}&amp;year={year}"' in page
    assert "1/1 nhiệm vụ" in words(client.get(f"{at}&year={year}"))
    assert f'href="{at}"' in client.get("/tasks/figures").text


def test_what_is_owed_stays_in_the_list_and_what_was_done_long_ago_does_not(world, login):
    three_years(world)
    client = login(world.officer)
    assert shown(client.get("/tasks")) == ["Nợ năm trước."]
    assert set(shown(client.get("/tasks?group=tat_ca"))) == {
        "Nợ năm trước.",
        "Xong năm nay.",
        "Việc năm nay.",
    }
    assert len(shown(client.get("/tasks?group=tat_ca&year=tat_ca"))) == 4
    page = words(client.get("/tasks?q=xong+tu+lau"))
    assert "Tìm trong tất cả các năm" in page
    assert shown(client.get("/tasks?q=xong+tu+lau&year=tat_ca")) == ["Xong từ lâu."]
    assert f"Số liệu tính nhiệm vụ của năm {TODAY.year}" in words(client.get("/tasks"))


def test_without_tasks_of_this_year_the_newest_year_stands_for_it(world, login):
    world.task(Workflow.DONE)
    world.task()
    client = login(world.officer)
    for at in ("/tasks", "/tasks/figures"):
        page = words(client.get(at))
        assert "1/2 nhiệm vụ" in page
        assert "năm 2022" in page


@pytest.mark.parametrize("year", ["x", "0000", "99999", "٢٠٢٢", "-1"])
def test_a_year_that_cannot_be_read_chooses_nothing(world, login, year):
    world.task(Workflow.DONE)
    assert "1/1 nhiệm vụ" in words(login(world.officer).get("/tasks", query_string={"year": year}))


def test_a_ward_reads_its_own_name(world, login):
    world.task()
    page = words(login(world.officer).get("/tasks"))
    assert "Tất cả đơn vị bạn theo dõi" not in page
    assert "Phường Cầu Tre · năm 2022" in page


def test_the_home_lists_units_that_were_never_inspected(world, login):
    make.task(world.other, title="Việc của Đằng Giang")
    page = words(login(world.supervisor).get("/"))
    assert "Phường Đằng Giang chưa kiểm tra" in page
    for number in range(60):
        make.task(make.unit(f"Phường {number:02}", parent=world.district))
    client = login(world.supervisor)
    assert "Trang 1/2" in words(client.get("/"))
    assert "Trang 2/2" in words(client.get("/?page=2"))
    assert client.get("/?page=99").status_code == 200


def test_the_board_says_how_many_of_its_tasks_no_inspection_counts(world, login):
    for own in (True, False, False):
        world.task(assigned_on=TODAY, own_plan=own)
    page = words(login(world.officer).get("/tasks"))
    assert "0/3 nhiệm vụ" in page
    assert "Trong đó có 1 nhiệm vụ thuộc kế hoạch CCHC của chính đơn vị" in page
    assert "của chính đơn vị" not in words(login(world.stranger).get("/tasks"))
