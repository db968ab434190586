"""/tasks: the ladder of each page, and who may do what."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.domain.task_steps import AT_THE_PLACE, STEP_OF, Action
from app.domain.tasks import Workflow
from app.models import TaskReport
from app.views.tasks import BUTTONS
from tests import make
from tests.cast import words
from tests.views.assigned import FUTURE, PRODUCT, World, state, step


@pytest.fixture
def world(app) -> World:
    return World()


# --- The list


def test_the_list_shows_14_of_27_truncated_and_the_exact_rate_on_hover(world, login):
    for number in range(27):
        world.task(Workflow.DONE if number < 14 else Workflow.IN_PROGRESS)
    response = login(world.officer).get("/tasks")
    assert response.status_code == 200
    assert "14/27 nhiệm vụ = 51,8%" in words(response)
    assert 'title="51,85%"' in response.text


def test_the_list_shows_only_tasks_of_units_one_may_see(world, login):
    world.task(title="Việc của Cầu Tre")
    make.task(world.other, title="Việc của Đằng Giang")
    for person, sees_ward, sees_other in [
        (world.officer, True, False),
        (world.stranger, False, True),
        (world.head, True, False),
        (world.member, True, False),
        (world.supervisor, True, True),
    ]:
        page = login(person).get("/tasks").text
        assert ("Việc của Cầu Tre" in page) == sees_ward
        assert ("Việc của Đằng Giang" in page) == sees_other


def test_the_list_is_searched_without_accents(world, login):
    world.task(title="Số hóa sổ hộ tịch")
    world.task(title="Đối thoại với người dân")
    page = login(world.officer).get("/tasks?q=so+hoa").text
    assert "Số hóa sổ hộ tịch" in page
    assert "Đối thoại" not in page
    assert "Đối thoại với người dân" in login(world.officer).get("/tasks?q=ĐỐI THOẠI").text


def test_the_list_is_filtered_by_state_unit_and_timeliness(world, login):
    world.task(title="Việc quá hạn", due_current=date(2022, 1, 1))
    world.task(Workflow.IN_PROGRESS, title="Việc không hạn")
    make.task(world.other, title="Việc nơi khác")
    client = login(world.supervisor)
    assert "Việc không hạn" not in client.get("/tasks?timeliness=qua_han").text
    assert "Việc quá hạn" in client.get("/tasks?timeliness=qua_han").text
    assert "Việc quá hạn" not in client.get("/tasks?workflow=dang_thuc_hien").text
    assert "Việc nơi khác" not in client.get(f"/tasks?unit={world.ward.id}").text


@pytest.mark.parametrize(
    "query",
    [
        "unit=x",
        "unit=99999999999999999999",
        "workflow=?",
        "timeliness=1",
        "page=-3",
        "page=x",
        "sort=%00",
        "q=%ff",
    ],
)
def test_a_query_that_cannot_be_read_filters_nothing(world, login, query):
    world.task()
    assert login(world.officer).get("/tasks?" + query).status_code == 200


def test_an_empty_list_says_so(world, login):
    assert "Chưa có nhiệm vụ nào" in login(world.officer).get("/tasks").text
    world.task()
    assert "Không có nhiệm vụ nào như vậy" in login(world.officer).get("/tasks?q=zzz").text


def test_the_list_asks_no_more_for_forty_tasks_than_for_one(world, login, count_statements):
    client = login(world.supervisor)
    directive = make.directive(number="12/KH-UBND")
    world.task(directive_id=directive.id)
    client.get("/tasks")
    with count_statements() as one:
        client.get("/tasks")
    for number in range(39):
        make.task(world.ward if number % 2 else world.other, directive_id=directive.id)
    with count_statements() as forty:
        client.get("/tasks")
    assert len(forty) == len(one) <= 8


def test_the_second_page_goes_on_where_the_first_ended(world, login):
    for number in range(31):
        world.task(title=f"Việc số {number:02}.")
    client = login(world.officer)
    assert "Việc số 30." not in client.get("/tasks").text
    assert "Việc số 30." in client.get("/tasks?page=2").text
    assert client.get("/tasks?page=99").status_code == 200


# --- One task


def test_the_main_road_in_the_browser(world, login):
    task = world.task()
    unit, head = login(world.officer), login(world.head)
    assert step(unit, task, Action.ACCEPT).status_code == 303
    assert step(unit, task, Action.REPORT, **PRODUCT).status_code == 303
    assert "Chờ xác nhận" in unit.get(f"/tasks/{task.id}").text
    assert step(head, task, Action.RETURN, text="Thiếu phụ lục").status_code == 303
    page = unit.get(f"/tasks/{task.id}").text
    assert "Thiếu phụ lục" in page
    assert 'value="45/BC-UBND"' in page  # what was reported is not asked twice
    assert step(unit, task, Action.REPORT, **PRODUCT).status_code == 303
    assert step(head, task, Action.CONFIRM).status_code == 303
    assert state(task) is Workflow.DONE
    assert "45/BC-UBND" in head.get(f"/tasks/{task.id}").text


@pytest.mark.parametrize("workflow", Workflow)
def test_exactly_the_actions_of_now_are_offered(world, login, workflow):
    task = world.task(workflow, due_current=date(2022, 9, 20))
    for person, side in [
        (world.officer, "unit"),
        (world.head, "assigner"),
        (world.supervisor, ""),
        (world.member, ""),
    ]:
        page = login(person).get(f"/tasks/{task.id}")
        offered = set(re.findall(rf"/tasks/{task.id}/steps/([a-z-]+)\"", page.text))
        expected = {
            one.action.replace("_", "-")
            for one in STEP_OF.values()
            if one.side == side
            and workflow in one.start
            and one.action not in {Action.DECLINE, Action.RECALL, Action.UNDO, *AT_THE_PLACE}
        }
        assert offered == expected


def test_every_action_has_a_button():
    assert set(BUTTONS) == set(STEP_OF)


def test_a_request_is_answered(world, login):
    task = world.task(Workflow.IN_PROGRESS, due_current=date(2022, 9, 20))
    step(login(world.officer), task, Action.ASK_EXTENSION, due=FUTURE, text="Chờ hướng dẫn")
    head = login(world.head)
    page = head.get(f"/tasks/{task.id}")
    assert f"Đơn vị đề nghị gia hạn đến {FUTURE}" in words(page)
    assert f'value="{FUTURE}"' in page.text
    assert step(head, task, Action.EXTEND, due=FUTURE, text="Đồng ý").status_code == 303
    assert "hạn ban đầu: 20/09/2022" in words(head.get(f"/tasks/{task.id}"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"number": ""}, "Ghi số, ký hiệu văn bản sản phẩm"),
        ({"issued_on": "15/15/2022"}, "Không có tháng 15"),
        ({"issued_on": ""}, "Ghi ngày của văn bản sản phẩm"),
        ({"link": "javascript:alert(1)"}, "Đường dẫn bắt đầu bằng https://"),
        ({"number": "x" * 101}, "Tối đa 100 ký tự"),
    ],
)
def test_a_refused_report_says_why_at_the_field_and_loses_nothing(world, login, data, sentence):
    task = world.task(Workflow.IN_PROGRESS)
    typed = PRODUCT | {"result": "Kết quả <b>rất dài</b> đã gõ"} | data
    response = step(login(world.officer), task, Action.REPORT, **typed)
    assert response.status_code == 422
    assert sentence in words(response)
    assert "Kết quả &lt;b&gt;rất dài&lt;/b&gt; đã gõ" in response.text
    assert re.search(r"<details[^>]* open", response.text)
    for value in (value for value in data.values() if value):
        assert value in response.text
    assert state(task) is Workflow.IN_PROGRESS


def test_a_decision_that_came_too_late_is_told_and_what_was_typed_is_shown(world, login):
    task = world.task(Workflow.AWAITING)
    head = login(world.head)
    assert step(login(world.officer), task, Action.WITHDRAW).status_code == 303
    response = step(head, task, Action.RETURN, text="Thiếu phụ lục số liệu", version=1)
    assert response.status_code == 409
    assert "Thiếu phụ lục số liệu" in response.text
    assert state(task) is Workflow.IN_PROGRESS


def test_a_page_that_is_out_of_date_keeps_the_form_with_what_was_typed(world, login):
    task = world.task(Workflow.IN_PROGRESS)
    response = step(login(world.head), task, Action.PAUSE, text="Chờ quy định", version=0)
    assert response.status_code == 409
    assert "người khác cập nhật" in response.text
    assert "Chờ quy định" in response.text


def test_the_other_side_gets_403(world, login):
    task = world.task(Workflow.AWAITING)
    for person in (world.officer, world.supervisor, world.member):
        assert step(login(person), task, Action.CONFIRM).status_code == 403
    assert step(login(world.head), task, Action.WITHDRAW).status_code == 403
    assert state(task) is Workflow.AWAITING


def test_nobody_confirms_the_work_of_their_own_unit(world, login):
    task = world.task(Workflow.AWAITING)
    insider = make.member(world.delegation, Role.HEAD, user=make.user(Role.HEAD, unit=world.ward))
    assert step(login(insider), task, Action.CONFIRM).status_code == 403


def test_strangers_and_unknown_tasks_get_404(world, login):
    task = world.task()
    assert login(world.stranger).get(f"/tasks/{task.id}").status_code == 404
    assert step(login(world.stranger), task, Action.ACCEPT).status_code == 404
    officer = login(world.officer)
    assert officer.get("/tasks/999999").status_code == 404
    assert officer.get("/tasks/99999999999999999999999").status_code == 404
    assert officer.post(f"/tasks/{task.id}/steps/bay", data={}).status_code == 404
    assert officer.post("/tasks/999999/steps/tiep-nhan", data={}).status_code == 404


def test_wrong_methods_get_405(world, login):
    task, client = world.task(), login(world.officer)
    assert client.post("/tasks").status_code == 405
    assert client.post(f"/tasks/{task.id}").status_code == 405
    assert client.put(f"/tasks/{task.id}/steps/tiep-nhan").status_code == 405


def test_the_address_of_a_step_opened_again_leads_to_the_task(world, login):
    task = world.task(Workflow.IN_PROGRESS)
    officer = login(world.officer)
    reply = officer.get(f"/tasks/{task.id}/steps/bao-cao")
    assert (reply.status_code, reply.location) == (303, f"/tasks/{task.id}?open=bao_cao#steps")
    assert '<details id="step-bao_cao" open>' in officer.get(reply.location).text
    assert officer.get(f"/tasks/{task.id}/steps/xoa").status_code == 404
    assert login(world.stranger).get(f"/tasks/{task.id}/steps/bao-cao").status_code == 404


def test_nobody_gets_in_without_signing_in(world, client):
    assert client.get("/tasks").status_code == 303


def test_a_task_page_asks_no_more_for_a_long_history(world, login, count_statements):
    task, client = world.task(Workflow.IN_PROGRESS), login(world.officer)
    client.get(f"/tasks/{task.id}")
    with count_statements() as short:
        client.get(f"/tasks/{task.id}")
    for percent in range(0, 100, 5):
        step(client, task, Action.PROGRESS, progress=percent)
    progressed = select(func.count()).select_from(TaskReport).where(TaskReport.action == Action.PROGRESS)
    assert db.session.scalar(progressed) == 20
    with count_statements() as long:
        client.get(f"/tasks/{task.id}")
    assert len(long) == len(short) <= 8


# --- What the unit is told at the head of the page


def test_the_unit_reads_first_why_its_report_came_back(world, login):
    task = world.task(Workflow.AWAITING)
    assert step(login(world.head), task, Action.RETURN, text="Thiếu văn bản của Sở").status_code == 303

    def head_of_page(person) -> str:
        page = words(login(person).get(f"/tasks/{task.id}"))
        return page[: page.index("Nội dung")]

    assert "Trả lại, yêu cầu thực hiện lại Thiếu văn bản của Sở" in head_of_page(world.officer)
    assert "Thiếu văn bản của Sở" not in head_of_page(world.head)
    # It stays while the unit notes its progress, and goes with the next report.
    step(login(world.officer), task, Action.PROGRESS, progress=50)
    assert "Thiếu văn bản của Sở" in head_of_page(world.officer)
    step(login(world.officer), task, Action.REPORT, **PRODUCT)
    assert "Thiếu văn bản của Sở" not in head_of_page(world.officer)


def test_the_unit_reads_first_why_its_request_was_declined(world, login):
    task = world.task(Workflow.IN_PROGRESS)
    step(login(world.officer), task, Action.ASK_EXTENSION, due=FUTURE, text="Chờ kinh phí")
    step(login(world.head), task, Action.DECLINE, text="Kinh phí đã cấp từ tháng 6")
    page = words(login(world.officer).get(f"/tasks/{task.id}"))
    assert "Không đồng ý đề nghị của đơn vị Kinh phí đã cấp từ tháng 6" in page[: page.index("Nội dung")]


def test_a_period_that_has_not_begun_is_neither_taken_nor_refused(world, login):
    task = world.task(assigned_on=datetime.now(UTC).date() + timedelta(days=20), period_label="Quý IV")
    officer = login(world.officer)
    for address in (f"/tasks/{task.id}", "/tasks?group=sap_toi"):
        page = officer.get(address).text
        assert task.title in page
        assert "/steps/" not in page, address
    for action, more in (
        (Action.ACCEPT, {}),
        (Action.REFUSE, {"text": "Không đủ người"}),
        (Action.ASK_EXTENSION, {"text": "Chờ", "due": FUTURE}),
    ):
        reply = step(officer, task, action, **more)
        assert reply.status_code == 409
        assert "Kỳ này chưa bắt đầu." in words(reply)
    assert state(task) is Workflow.NOT_STARTED
    # The side that gave it may still call it off.
    assert step(login(world.head), task, Action.CANCEL, text="Trùng việc").status_code == 303
