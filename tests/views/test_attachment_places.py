"""Files of findings, of tasks and of their reports: the ladder of each."""

from __future__ import annotations

import pytest

from app.domain.inspections import State
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from tests import make
from tests.cast import SCRIPT, World, words
from tests.documents.hostile import pdf
from tests.views.attached import TaskWorld, form, sentence_of, stored


@pytest.fixture
def world(app) -> World:
    return World()


# --- A finding


def test_files_of_a_finding_stand_on_its_page_and_in_the_list(world, login):
    finding, browser = make.finding(world.inspection), login(world.member)
    at = f"{world.at}/findings/{finding.id}"
    reply = browser.post(f"{at}/attachments", data=form(caption="Quầy số 3"))
    assert (reply.status_code, reply.location) == (303, f"{at}/edit")
    [row] = stored()
    assert row.finding_id == finding.id
    assert "Quầy số 3" in words(browser.get(f"{at}/edit"))
    assert f"/attachments/{row.id}/thumbnail" in browser.get(f"{world.at}/findings").text
    assert "Quầy số 3" in words(browser.get(f"{at}/attachments"))


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("head", 303),
        ("secretary", 303),
        ("member", 303),
        ("officer", 404),
        ("supervisor", 403),
        ("admin", 403),
        ("other_head", 404),
    ],
)
def test_who_may_add_to_a_finding(world, login, person, status):
    finding = make.finding(world.inspection)
    address = f"{world.at}/findings/{finding.id}/attachments"
    assert login(getattr(world, person)).post(address, data=form()).status_code == status
    assert len(stored()) == (status == 303)


def test_a_member_adds_nothing_to_a_finding_of_another_area(world, login):
    finding = make.finding(world.inspection, "2.1.1")
    reply = login(world.member).post(f"{world.at}/findings/{finding.id}/attachments", data=form())
    assert reply.status_code == 403


def test_a_finding_that_was_taken_out_or_is_anothers_takes_its_files_along(world, login):
    finding = make.finding(world.inspection, removed_at=make.NOW)
    file = make.attachment(world.inspection, finding=finding)
    browser = login(world.head)
    assert browser.get(f"/attachments/{file.id}").status_code == 404
    assert browser.get(f"{world.at}/findings/{finding.id}/attachments").status_code == 404
    other = make.finding(make.inspection(delegation=world.delegation))
    assert browser.post(f"{world.at}/findings/{other.id}/attachments", data=form()).status_code == 404


def test_the_files_of_findings_are_hidden_from_the_unit_until_published(world, login):
    finding = make.finding(world.inspection)
    file = make.attachment(world.inspection, finding=finding, name="canary.pdf")
    browser = login(world.officer)
    for address in (f"/attachments/{file.id}", f"{world.at}/findings/{finding.id}/attachments"):
        assert browser.get(address).status_code == 404
    assert "canary" not in browser.get(f"{world.at}/findings").text
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    assert "canary" in browser.get(f"{world.at}/findings").text
    assert browser.get(f"{world.at}/findings/{finding.id}/attachments").status_code == 200
    assert browser.post(f"{world.at}/findings/{finding.id}/attachments", data=form()).status_code == 403


# --- A task and its reports


def test_the_unit_brings_papers_for_a_task_and_for_its_report(app, login):
    world = TaskWorld()
    browser = login(world.officer)
    for address in (f"{world.at}/attachments", f"{world.at}/reports/{world.report.id}/attachments"):
        reply = browser.post(address, data=form(pdf(), "ke-hoach.pdf"))
        assert (reply.status_code, reply.location) == (303, world.at)
        assert browser.get(address).status_code == 200
    assert [row.task_report_id for row in stored()] == [None, world.report.id]
    page = browser.get(world.at)
    assert all(f"/attachments/{row.id}" in page.text for row in stored())
    seen = login(world.head).get(world.at)
    assert all(f"/attachments/{row.id}" in seen.text for row in stored())
    reply = login(world.head).get(f"/attachments/{stored()[0].id}")
    assert (reply.status_code, reply.data) == (200, pdf())


@pytest.mark.parametrize(
    ("person", "task", "report"),
    [("officer", 303, 303), ("head", 303, 403), ("member", 403, 403), ("supervisor", 403, 403)],
)
def test_who_may_add_to_a_task(app, login, person, task, report):
    world = TaskWorld()
    browser = login(getattr(world, person))
    assert browser.post(f"{world.at}/attachments", data=form()).status_code == task
    address = f"{world.at}/reports/{world.report.id}/attachments"
    assert browser.post(address, data=form()).status_code == report


def test_strangers_to_a_task_find_nothing(app, login):
    world = TaskWorld()
    for person in world.strangers:
        browser = login(person)
        for address in (f"{world.at}/attachments", f"{world.at}/reports/{world.report.id}/attachments"):
            assert browser.get(address).status_code == 404
            assert browser.post(address, data=form()).status_code == 404
    assert login(world.head).get("/tasks/999999/attachments").status_code == 404


def test_only_a_report_of_this_task_takes_papers(app, login):
    world = TaskWorld()
    other = world.hop(Action.REPORT, make.task(world.around.ward))
    step = world.hop(Action.ACCEPT)
    browser = login(world.officer)
    for report in (other.id, step.id, 999_999):
        assert browser.post(f"{world.at}/reports/{report}/attachments", data=form()).status_code == 404
    assert stored() == []


@pytest.mark.parametrize("workflow", [Workflow.DONE, Workflow.CANCELLED, Workflow.MOVED, Workflow.PAUSED])
def test_a_closed_task_takes_no_papers(app, login, workflow):
    world = TaskWorld(workflow)
    browser = login(world.officer)
    reply = browser.post(f"{world.at}/attachments", data=form(), headers=SCRIPT)
    assert reply.status_code == 409
    assert "khép lại" in sentence_of(reply)
    assert "data-uploads" not in browser.get(world.at).text


def test_a_paper_of_a_task_is_taken_out_by_the_unit(app, login):
    world = TaskWorld()
    file = make.attachment(task=world.task, task_report_id=world.report.id)
    assert login(world.head).post(f"/attachments/{file.id}/remove").status_code == 403
    assert login(world.officer).post(f"/attachments/{file.id}/remove").status_code == 303
