"""/directives: written down, corrected, read by units; what refuses and who may not."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.models import Directive
from tests import make
from tests.cast import words
from tests.views.assigned import World


@pytest.fixture
def world(app) -> World:
    return World()


def test_a_directive_is_written_down_shown_and_corrected(world, login):
    client = login(world.head)
    data = {"number": "12/KH –UBND", "issued_on": "5/1/2022", "title": "Kế hoạch CCHC", "agency": "UBND quận"}
    response = client.post("/directives/new", data=data)
    assert response.status_code == 303
    page = client.get(response.location)
    assert "12/KH-UBND · 05/01/2022 · UBND quận" in words(page)
    response = client.post(
        response.location + "/edit", data=data | {"title": "Kế hoạch CCHC năm 2022", "version": 1}
    )
    assert response.status_code == 303
    assert "Kế hoạch CCHC năm 2022" in client.get("/directives?q=ke+hoach").text
    assert "Kế hoạch CCHC" not in client.get("/directives?q=zzz").text


def test_a_refused_directive_loses_nothing(world, login):
    client = login(world.head)
    response = client.post(
        "/directives/new", data={"title": "", "agency": "UBND quận", "issued_on": "07/15/2022"}
    )
    assert response.status_code == 422
    assert "Không có tháng 15" in words(response)
    assert 'value="07/15/2022"' in response.text
    assert 'value="UBND quận"' in response.text
    assert db.session.scalar(select(func.count()).select_from(Directive)) == 0


def test_a_stale_directive_form_is_a_conflict(world, login):
    client = login(world.head)
    place = client.post("/directives/new", data={"title": "Kế hoạch"}).location
    assert client.post(place + "/edit", data={"title": "Bản một", "version": 1}).status_code == 303
    response = client.post(place + "/edit", data={"title": "Bản hai", "version": 1})
    assert response.status_code == 409
    assert "Bản hai" in response.text


def test_a_unit_reads_directives_that_give_it_tasks_and_no_others(world, login):
    mine, foreign = make.directive(title="Cho Cầu Tre"), make.directive(title="Cho nơi khác")
    world.task(directive_id=mine.id, title="Việc của ta")
    make.task(world.other, directive_id=mine.id, title="Việc của họ")
    client = login(world.officer)
    page = client.get(f"/directives/{mine.id}").text
    assert "Việc của ta" in page
    assert "Việc của họ" not in page
    assert client.get(f"/directives/{foreign.id}").status_code == 404
    assert client.get("/directives/999999").status_code == 404
    assert "Cho nơi khác" not in client.get("/directives").text


def test_only_its_own_office_corrects_a_directive(world, login):
    directive = make.directive(unit_id=world.other.id)
    assert login(world.head).get(f"/directives/{directive.id}").status_code == 404
    world.task(directive_id=directive.id)
    assert login(world.head).get(f"/directives/{directive.id}").status_code == 200
    assert login(world.head).get(f"/directives/{directive.id}/edit").status_code == 403
    assert login(world.head).post(f"/directives/{directive.id}").status_code == 405


def test_a_directive_page_asks_no_more_for_forty_tasks(world, login, count_statements):
    directive, client = make.directive(), login(world.officer)
    world.task(directive_id=directive.id)
    client.get(f"/directives/{directive.id}")
    with count_statements() as one:
        client.get(f"/directives/{directive.id}")
    for _ in range(39):
        world.task(directive_id=directive.id)
    with count_statements() as forty:
        client.get(f"/directives/{directive.id}")
    assert len(forty) <= len(one)


def test_a_correction_without_its_version_is_taken_as_made_of_the_row_as_it_is(world, login):
    """A post without the hidden field was an error of the server once."""
    author = make.user(Role.HEAD)
    directive = make.directive(created_by_id=author.id)
    reply = login(author).post(f"/directives/{directive.id}/edit", data={"title": "Kế hoạch mới"})
    assert (reply.status_code, directive.title) == (303, "Kế hoạch mới")
