"""Putting right on the page of a task, taking a request back, and taking a directive back."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.areas import ReformArea
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Directive, Task
from tests import make
from tests.cast import words
from tests.views.assigned import FUTURE, World, state, step


@pytest.fixture
def world(app) -> World:
    return World()


def typed(**rest) -> dict[str, str]:
    return {"title": "Báo cáo quý IV", "detail": "Gửi bản có dấu", "directive": "", "area": "TC"} | rest


def test_the_form_begins_with_what_stands_there_and_keeps_it_in_the_history(world, login):
    directive = make.directive(number="12/KH-UBND")
    task = world.task(title="Báo cáo quý III", directive_id=directive.id, area=ReformArea.CQS)
    head = login(world.head)
    page = head.get(f"/tasks/{task.id}")
    form = re.search(r'<details id="step-dinh_chinh".*?</details>', page.text, re.S)
    assert form is not None
    assert "Báo cáo quý III</textarea>" in form[0]
    assert f'<option selected value="{directive.id}">' in form[0]
    assert '<option selected value="CQS">' in form[0]
    assert step(head, task, Action.CORRECT, **typed()).status_code == 303
    page = login(world.officer).get(f"/tasks/{task.id}")
    assert "Đính chính nội dung nhiệm vụ" in words(page)
    assert "Trước: Báo cáo quý III Nay: Báo cáo quý IV" in words(page)
    assert "Trước: 12/KH-UBND Nay: không ghi" in words(page)
    assert "Trước: không ghi Nay: Gửi bản có dấu" in words(page)
    assert "<h1>Báo cáo quý IV</h1>" in page.text
    assert page.text.index("Nay: Báo cáo quý IV") < page.text.index("Việc bạn có thể làm"), (
        "told to the unit at once"
    )
    assert step(login(world.officer), task, Action.ACCEPT).status_code == 303
    page = login(world.officer).get(f"/tasks/{task.id}").text
    assert page.index("Nay: Báo cáo quý IV") > page.index("Việc bạn có thể làm")


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"title": ""}, 422, "Báo cáo quý III"),
        ({"title": "x" * 1001}, 422, "Tối đa 1000 ký tự"),
        ({"directive": "4711"}, 422, "Hãy chọn một mục trong danh sách"),
        ({"area": "?"}, 422, "Hãy chọn một mục trong danh sách"),
        ({"version": "9"}, 409, "người khác cập nhật"),
        ({"title": "Báo cáo quý III", "detail": "", "area": ""}, 422, "Chưa có nội dung nào thay đổi"),
    ],
)
def test_a_refused_correction_keeps_what_was_typed(world, login, data, status, sentence):
    task = world.task(title="Báo cáo quý III")
    response = step(login(world.head), task, Action.CORRECT, **typed(**data))
    assert response.status_code == status
    assert sentence in words(response)
    if "detail" not in data:
        assert "Gửi bản có dấu</textarea>" in response.text
    assert db.session.scalar(select(Task.title)) == "Báo cáo quý III"


def test_the_other_units_are_asked_for_only_where_there_are_any(world, login):
    office = world.district.id
    same = {"title": "Báo cáo", "assigner_unit_id": office, "created_by_id": world.head.id}
    task, other = world.task(**same), make.task(world.other, **same)
    lonely = world.task(title="Việc khác", assigner_unit_id=office)
    head = login(world.head)
    assert "Sửa cả ở 1 đơn vị khác" in words(head.get(f"/tasks/{task.id}"))
    assert "Sửa cả" not in words(head.get(f"/tasks/{lonely.id}"))
    response = step(head, task, Action.CORRECT, **typed(units="y"))
    assert response.status_code == 303
    assert "Đã đính chính 2 nhiệm vụ" in words(head.get(f"/tasks/{task.id}"))
    assert db.session.get_one(Task, other.id).title == "Báo cáo quý IV"
    assert step(head, lonely, Action.CORRECT, **typed(units="y", periods="y")).status_code == 303


def test_who_did_not_give_it_corrects_nothing(world, login):
    task = world.task()
    for person in (world.officer, world.member, world.supervisor):
        assert step(login(person), task, Action.CORRECT, **typed()).status_code == 403
        assert step(login(person), task, Action.ADJUST, due=FUTURE, text="Nhầm").status_code == 403
        assert "step-dinh_chinh" not in login(person).get(f"/tasks/{task.id}").text
    assert step(login(world.stranger), task, Action.CORRECT, **typed()).status_code == 404
    assert step(login(world.head), task, Action.ADOPT).status_code == 404


@pytest.mark.parametrize("workflow", [Workflow.DONE, Workflow.CANCELLED, Workflow.PAUSED, Workflow.MOVED])
def test_a_closed_task_is_reopened_first(world, login, workflow):
    task, head = world.task(workflow), login(world.head)
    assert "step-dinh_chinh" not in head.get(f"/tasks/{task.id}").text
    response = step(head, task, Action.CORRECT, **typed())
    assert response.status_code == 409
    assert "mở lại trước khi sửa" in words(response)
    assert "Báo cáo quý IV" in response.text, "what was typed is shown"


def test_a_due_date_is_put_right_with_a_reason_and_the_first_one_is_told(world, login):
    task = world.task(Workflow.IN_PROGRESS, due_current=date(2035, 9, 30))
    head = login(world.head)
    for data, sentence in [
        ({"due": "01/01/2020", "text": "Nhầm"}, "Hạn không được trước ngày giao"),
        ({"due": "01/01/2023", "text": "Nhầm"}, "Hạn mới không được trước hôm nay"),
        ({"due": "30/09/2099", "text": "Nhầm"}, "Hạn quá xa: không quá 10 năm"),
        ({"due": "31/02/2035", "text": "Nhầm"}, "ngày 31"),
        ({"due": FUTURE, "text": ""}, "Ghi lý do"),
        ({"due": "", "text": "Nhầm"}, "Ghi hạn mới"),
    ]:
        response = step(head, task, Action.ADJUST, **data)
        assert (response.status_code, sentence in words(response)) == (422, True), sentence
    soon = FUTURE
    assert step(head, task, Action.ADJUST, due=soon, text="Kế hoạch ghi thế").status_code == 303
    page = words(head.get(f"/tasks/{task.id}"))
    assert "hạn ban đầu: 30/09/2035; đã điều chỉnh 1 lần" in page
    assert f"Hạn: 30/09/2035 → {soon} Kế hoạch ghi thế" in page
    assert step(head, task, Action.ADJUST, due="", no_due="y", text="Bỏ hạn").status_code == 303
    assert f"Hạn: {soon} → không hạn" in words(head.get(f"/tasks/{task.id}"))


def test_what_a_conclusion_asked_for_offers_no_correction(world, login):
    finding = make.finding(make.inspection(unit=world.ward))
    task = world.task(finding_id=finding.id, due_current=date(2035, 9, 30))
    head = login(world.head)
    page = head.get(f"/tasks/{task.id}").text
    assert "step-gia_han" in page
    assert "step-dinh_chinh" not in page
    assert "step-dieu_chinh_han" not in page
    response = step(head, task, Action.CORRECT, **typed())
    assert response.status_code == 409
    assert "giữ nguyên nội dung và hạn của kết luận" in words(response)


def test_a_request_is_taken_back_on_the_page_and_off_the_board(world, login):
    task = world.task(assigner_unit_id=world.district.id)
    officer, head = login(world.officer), login(world.head)
    assert "step/rut-de-nghi" not in officer.get(f"/tasks/{task.id}").text
    assert step(officer, task, Action.REFUSE, text="Không thuộc thẩm quyền").status_code == 303
    assert "Đơn vị từ chối, chờ bên giao quyết định" in words(head.get("/tasks?group=tat_ca"))
    assert "Rút lại đề nghị" in words(officer.get(f"/tasks/{task.id}"))
    assert f'action="/tasks/{task.id}/steps/rut-de-nghi"' in officer.get("/tasks?group=tat_ca").text
    assert f'action="/tasks/{task.id}/steps/rut-de-nghi"' not in head.get("/tasks?group=tat_ca").text
    stale = db.session.scalar(select(Task.version))
    assert step(officer, task, Action.RECALL).status_code == 303
    assert "Đơn vị từ chối, chờ bên giao" not in words(head.get("/tasks?group=tat_ca"))
    assert "Không có nhiệm vụ nào" in words(head.get("/tasks?asked=1"))
    response = step(head, task, Action.DECLINE, text="Vẫn phải làm", version=stale)
    assert response.status_code == 409
    assert "Vẫn phải làm" in response.text
    assert step(officer, task, Action.RECALL).status_code == 409
    assert state(task) is Workflow.NOT_STARTED


def test_a_page_asks_no_more_for_many_corrections_than_for_one(world, login, count_statements):
    task, head = world.task(title="Việc"), login(world.head)
    numbers = []
    for count in (1, 6):
        for number in range(count):
            assert (
                step(head, task, Action.CORRECT, **typed(title=f"Việc {count} {number}")).status_code == 303
            )
        head.get(f"/tasks/{task.id}")
        with count_statements() as statements:
            head.get(f"/tasks/{task.id}")
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


# --- Directives


def mine(world, **rest) -> Directive:
    return make.directive(created_by_id=world.head.id, title="Kế hoạch nhầm", **rest)


def test_a_directive_that_gave_nothing_is_taken_back_after_a_second_look(world, login):
    id_, head = mine(world).id, login(world.head)
    make.attachment(directive_id=id_)
    page = head.get(f"/directives/{id_}")
    assert "Xóa hẳn văn bản và 1 tệp" in words(page)
    gone = head.post(f"/directives/{id_}/remove", data={"version": "1"})
    assert (gone.status_code, gone.location) == (303, "/directives")
    assert "Đã xóa văn bản." in words(head.get("/directives"))
    assert head.get(f"/directives/{id_}").status_code == 404
    assert head.post(f"/directives/{id_}/remove", data={"version": "1"}).status_code == 404


def test_a_directive_that_gave_a_task_or_was_changed_stays(world, login):
    used, changed, head = mine(world), mine(world, version=2), login(world.head)
    world.task(directive_id=used.id)
    assert "Xóa văn bản" not in words(head.get(f"/directives/{used.id}"))
    reply = head.post(f"/directives/{used.id}/remove", data={"version": "1"})
    assert (reply.status_code, "đã giao nhiệm vụ" in words(reply)) == (409, True)
    for version in ("1", "", "x", "9" * 40):
        assert head.post(f"/directives/{changed.id}/remove", data={"version": version}).status_code == 409
    assert len(db.session.scalars(select(Directive.id)).all()) == 2


def test_who_may_not_take_a_directive_back(world, login):
    directive = mine(world)
    address = f"/directives/{directive.id}/remove"
    assert login(world.officer).post(address, data={"version": "1"}).status_code == 404
    other = make.user(Role.HEAD)
    assert login(other).post(address, data={"version": "1"}).status_code == 404
    above = login(make.user(Role.ADMIN))
    assert above.post(address, data={"version": "1"}).status_code == 403
    assert "Xóa văn bản" not in unescape(above.get(f"/directives/{directive.id}").text)
    assert login(world.head).get(address).status_code == 405
