"""/tasks/import/<id>: the work on a list belongs to its owner, can be called off, and outlives no restart."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.db import db
from app.documents.tasks_xlsx import Col
from app.domain.access import Role
from app.domain.imports import ImportState
from app.models import Directive, User
from app.services import _imports
from tests import make
from tests.views.imported import GOOD, a_planner, last_job, tasks, upload, workbook


@pytest.fixture
def planner(app) -> User:
    return a_planner()


def test_a_list_is_its_owners_alone(login, planner):
    upload(login(planner), workbook(GOOD))
    job = last_job()
    other = login(make.user(Role.SECRETARY, unit=make.unit("Sở khác", code="SK")))
    officer = login(make.user(Role.OFFICER, unit=make.unit("Phường khác", code="PK")))
    for address, method in (("", "get"), ("/faults.xlsx", "get"), ("/write", "post"), ("/cancel", "post")):
        assert getattr(other, method)(f"/tasks/import/{job.id}{address}").status_code == 404
        assert getattr(officer, method)(f"/tasks/import/{job.id}{address}").status_code == 403
    assert officer.get("/tasks/import").status_code == 403
    assert login(planner).get(f"/tasks/import/{job.id}/write").status_code == 405
    assert login(planner).get(f"/tasks/import/{job.id}/faults.xlsx").status_code == 409


def test_a_list_that_was_called_off_is_not_carried_in(login, planner):
    browser = login(planner)
    upload(browser, workbook(GOOD))
    job = last_job()
    assert browser.post(f"/tasks/import/{job.id}/cancel").status_code == 303
    assert browser.post(f"/tasks/import/{job.id}/write").status_code == 409
    assert browser.post(f"/tasks/import/{job.id}/cancel").status_code == 409
    assert "Đã dừng" in browser.get(f"/tasks/import/{job.id}").text
    assert tasks() == []


def test_work_that_a_restart_left_behind_says_so(login, planner):
    browser = login(planner)
    upload(browser, workbook(GOOD))
    job = last_job()
    for state in (ImportState.READING, ImportState.WRITING):
        job = last_job()
        job.state, job.runner, job.beat_at = state, "another", make.NOW
        db.session.commit()
        page = browser.get(f"/tasks/import/{job.id}")
        assert "máy chủ khởi động lại" in page.text
        assert last_job().state is ImportState.FAILED


def test_called_off_while_it_is_written_nothing_stays(login, planner, monkeypatch):
    browser = login(planner)
    upload(browser, workbook(*(GOOD | {Col.TITLE: f"Việc {i}"} for i in range(30))))
    job = last_job()
    real = _imports.tell

    def called_off(job_id, done, total):
        if total and done:
            _imports.work_of(job_id).stop = True
        real(job_id, done, total)

    monkeypatch.setattr("app.views._import_run.tell", called_off)
    browser.post(f"/tasks/import/{job.id}/write")
    assert tasks() == []
    assert db.session.scalar(select(func.count()).select_from(Directive)) == 0


def test_while_it_runs_the_page_asks_again_and_another_list_waits(login, planner):
    browser = login(planner)
    upload(browser, workbook(GOOD))
    job = last_job()
    job.state = ImportState.READING
    db.session.commit()
    work = _imports.take_up(job.id)
    work.done, work.total = 40, 100
    try:
        page = browser.get(f"/tasks/import/{job.id}")
        assert 'hx-trigger="every 1s"' in page.text
        assert 'http-equiv="refresh"' in page.text
        assert "40/100" in page.text
        part = browser.get(f"/tasks/import/{job.id}", headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert upload(browser, workbook(GOOD)).status_code == 409
    finally:
        _imports.lay_down(job.id, work)
