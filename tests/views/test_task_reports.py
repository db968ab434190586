"""A report of completion with its files: one flow, and a refused file loses nothing that was typed."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.db import db
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Attachment, TaskReport
from app.views import _report_files
from tests import make
from tests.cast import words
from tests.documents.hostile import pdf, picture
from tests.views.assigned import FUTURE, PRODUCT, World, state, step


@pytest.fixture
def world(app) -> World:
    return World()


def sent(*files: tuple[str, bytes]) -> list[FileStorage]:
    return [FileStorage(BytesIO(content), name) for name, content in files]


def stored() -> list[Attachment]:
    return list(db.session.scalars(select(Attachment).order_by(Attachment.id)))


def test_a_report_brings_its_files(world, login):
    task = world.task(Workflow.IN_PROGRESS)
    officer = login(world.officer)
    assert 'enctype="multipart/form-data"' in officer.get(f"/tasks/{task.id}").text
    response = step(
        officer, task, Action.REPORT, **PRODUCT, files=sent(("Báo cáo.pdf", pdf()), ("Ảnh.jpg", picture()))
    )
    assert response.status_code == 303
    report = db.session.scalars(select(TaskReport).where(TaskReport.action == Action.REPORT)).one()
    assert [(one.name, one.task_id, one.task_report_id) for one in stored()] == [
        ("Báo cáo.pdf", task.id, report.id),
        ("Ảnh.jpg", task.id, report.id),
    ]
    assert "Báo cáo.pdf" in words(login(world.head).get(f"/tasks/{task.id}"))


def test_a_file_is_a_product_too(world, login):
    task = world.task(Workflow.IN_PROGRESS)
    bare = {"result": "Đã xong", "number": "", "issued_on": "", "link": ""}
    response = step(login(world.officer), task, Action.REPORT, **bare, files=sent(("Báo cáo.pdf", pdf())))
    assert response.status_code == 303
    assert state(task) is Workflow.AWAITING


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("virus.exe", b"MZ" + bytes(100))], "«virus.exe»: Chỉ nhận ảnh"),
        ([("Tốt.pdf", pdf()), ("rỗng.pdf", b"")], "«rỗng.pdf»: Tệp rỗng"),
        ([("lớn.pdf", pdf() + bytes(16 * 2**20))], "«lớn.pdf»: Tệp lớn hơn 15 MB"),
        ([(f"{number}.pdf", pdf()) for number in range(6)], "Mỗi lần gửi tối đa 5 tệp"),
    ],
    ids=["kind", "empty", "large", "many"],
)
def test_a_refused_file_is_told_and_loses_nothing_typed(world, login, files, sentence):
    task = world.task(Workflow.IN_PROGRESS)
    response = step(login(world.officer), task, Action.REPORT, **PRODUCT, files=sent(*files))
    assert response.status_code == 422
    assert sentence in words(response)
    assert "Đã ban hành</textarea>" in response.text
    assert 'value="45/BC-UBND"' in response.text
    assert state(task) is Workflow.IN_PROGRESS
    assert stored() == []


def test_far_too_much_at_once_is_a_sentence(world, login, monkeypatch):
    task = world.task(Workflow.IN_PROGRESS)
    monkeypatch.setattr(_report_files, "most_bytes", lambda: 1000)
    response = step(
        login(world.officer),
        task,
        Action.REPORT,
        **PRODUCT,
        files=sent(("lớn.pdf", pdf() + bytes(2 * 2**20))),
    )
    assert response.status_code == 413
    assert "lớn quá" in words(response)
    assert state(task) is Workflow.IN_PROGRESS


def test_a_file_that_finds_no_place_is_named_and_the_report_stands(world, login, monkeypatch):
    def full(*_rest: object) -> int:
        raise _report_files.Refused("Ổ đĩa của máy chủ đã đầy.")

    monkeypatch.setattr(_report_files, "add_attachment", full)
    task, officer = world.task(Workflow.IN_PROGRESS), login(world.officer)
    response = step(officer, task, Action.REPORT, **PRODUCT, files=sent(("Báo cáo.pdf", pdf())))
    assert response.status_code == 303
    said = words(officer.get(response.location))
    assert "chưa lưu được tệp «Báo cáo.pdf»: Ổ đĩa của máy chủ đã đầy." in said
    assert state(task) is Workflow.AWAITING


@pytest.mark.parametrize("workflow", [Workflow.DONE, Workflow.CANCELLED, Workflow.MOVED, Workflow.PAUSED])
def test_a_report_on_a_closed_task_is_a_sentence_and_keeps_nothing(world, login, workflow):
    task = world.task(workflow)
    response = step(login(world.officer), task, Action.REPORT, **PRODUCT, files=sent(("Báo cáo.pdf", pdf())))
    assert response.status_code == 409
    said = words(response)
    assert "Nhiệm vụ đã khép lại" in said
    assert "Đã ban hành" in said
    assert stored() == []


def test_a_due_date_before_the_assignment_is_a_sentence(world, login):
    later = make.NOW.date().replace(year=2999)
    task = world.task(Workflow.IN_PROGRESS, assigned_on=later)
    response = step(login(world.head), task, Action.EXTEND, due=FUTURE, text="Nhầm")
    assert response.status_code == 422
    assert "Hạn không được trước ngày giao" in words(response)


def test_progress_says_that_it_counts_for_nothing(world, login):
    task = world.task(Workflow.IN_PROGRESS, progress=40)
    assert "chỉ để theo dõi, không tính vào tỷ lệ hoàn thành" in words(
        login(world.officer).get(f"/tasks/{task.id}")
    )


AGAIN = "Nội dung đã gõ còn nguyên; hãy chọn lại các tệp rồi gửi lại."


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"result": ""}, 422), ({"issued_on": "31/02/2022"}, 422), ({"version": "0"}, 409)],
    ids=["missing", "unreadable", "stale"],
)
def test_files_sent_with_a_form_that_is_refused_are_asked_for_again(world, login, wrong, status):
    task = world.task(Workflow.IN_PROGRESS)
    officer = login(world.officer)
    response = step(officer, task, Action.REPORT, **(PRODUCT | wrong), files=sent(("Báo cáo.pdf", pdf())))
    assert response.status_code == status
    # At the field, and in the summary at the head of the page.
    assert words(response).count(AGAIN) == 2
    assert stored() == []
    response = step(officer, task, Action.REPORT, **(PRODUCT | wrong))
    assert AGAIN not in words(response)


def test_files_of_a_report_that_cannot_be_made_any_more_are_no_gibberish(world, login):
    task = world.task(Workflow.AWAITING)
    response = step(login(world.officer), task, Action.REPORT, **PRODUCT, files=sent(("a.pdf", pdf())))
    assert response.status_code == 409
    assert "FileStorage" not in response.text
    assert AGAIN in words(response)
