"""/tasks and /directives: the ladder of each page, and who may do what."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.domain.task_steps import AT_THE_PLACE, STEP_OF, Action
from app.domain.tasks import Workflow
from app.models import Directive, Task, TaskReport
from app.views.tasks import BUTTONS
from tests import make

PRODUCT = {"result": "Đã ban hành", "number": "45/BC-UBND", "issued_on": "15/9/2022", "link": ""}
FUTURE = (datetime.now(UTC) + timedelta(days=30)).strftime("%d/%m/%Y")


class World:
    """A ward in a district, its officer, the head and a member of the delegation that inspects it."""

    def __init__(self) -> None:
        self.district = make.unit("Quận Ngô Quyền")
        self.ward = make.unit("Phường Cầu Tre", parent=self.district)
        self.other = make.unit("Phường Đằng Giang", parent=self.district)
        self.officer = make.user(Role.OFFICER, unit=self.ward)
        self.stranger = make.user(Role.OFFICER, unit=self.other)
        self.supervisor = make.user(Role.SUPERVISOR, unit=self.district)
        self.delegation = make.delegation()
        make.inspection(unit=self.ward, delegation=self.delegation)
        self.head = make.member(self.delegation, Role.HEAD, user=make.user(Role.HEAD, unit=self.district))
        self.member = make.member(self.delegation, Role.MEMBER)

    def task(self, workflow: Workflow = Workflow.NOT_STARTED, **rest) -> Task:
        if workflow is Workflow.DONE:
            rest.setdefault("completed_on", date(2022, 9, 1))
        return make.task(self.ward, workflow=workflow, **rest)


@pytest.fixture
def world(app) -> World:
    return World()


def words(response) -> str:
    """What a person reads on the page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def step(client, task, action: Action, **data):
    version = db.session.scalar(select(Task.version).where(Task.id == task.id))
    return client.post(f"/tasks/{task.id}/steps/{action.replace('_', '-')}", data={"version": version} | data)


def state(task) -> Workflow:
    return db.session.scalar(select(Task.workflow).where(Task.id == task.id))


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


# --- A new task


def new_task(world: World, **more) -> dict[str, object]:
    return {
        "title": "Báo cáo quý III",
        "assigned_on": "1/9/2022",
        "due": "20/9/2022",
        "lead": world.ward.id,
    } | more


def test_a_planner_gives_a_task(world, login):
    client = login(world.head)
    assert world.ward.name in client.get("/tasks/new").text
    response = client.post("/tasks/new", data=new_task(world))
    assert response.status_code == 303
    task = db.session.scalars(select(Task)).one()
    assert (task.unit_id, task.due_original, task.due_current) == (
        world.ward.id,
        date(2022, 9, 20),
        date(2022, 9, 20),
    )
    assert response.location.endswith(f"/tasks/{task.id}")


def test_a_page_sent_twice_gives_its_task_once_unless_one_says_so(world, login):
    client, data = login(world.head), new_task(world, detail="Đã gõ nhiều chữ")
    assert 'name="again"' not in client.get("/tasks/new").text
    location = client.post("/tasks/new", data=data).location
    reply = client.post("/tasks/new", data=data)
    assert reply.status_code == 409
    assert "Bạn vừa giao chính nhiệm vụ này cho 1 đơn vị" in words(reply)
    assert location in reply.text
    assert "Đã gõ nhiều chữ" in reply.text
    assert 'name="again"' in reply.text
    assert db.session.scalar(select(func.count()).select_from(Task)) == 1
    assert client.post("/tasks/new", data=data | {"again": "y"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Task)) == 2


def test_a_task_of_a_directive_leads_back_to_it(world, login):
    directive = make.directive(number="12/KH-UBND", unit_id=world.district.id)
    client = login(world.head)
    assert re.search(
        rf'<option selected value="{directive.id}"', client.get(f"/tasks/new?directive={directive.id}").text
    )
    response = client.post("/tasks/new", data=new_task(world, directive=directive.id))
    assert response.location.endswith(f"/directives/{directive.id}")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"title": " "}, "Hãy điền mục này"),
        ({"lead": ""}, "Chọn ít nhất một đơn vị chủ trì"),
        ({"lead": "999999"}, "Có đơn vị mà bạn không giao nhiệm vụ được"),
        ({"lead": "x'; --"}, "Có đơn vị mà bạn không giao nhiệm vụ được"),
        ({"due": "1/8/2022"}, "Hạn không được trước ngày giao"),
        ({"due": "31/02/2023"}, "không có ngày 31"),
        ({"directive": "999999"}, "Hãy chọn một mục trong danh sách"),
    ],
)
def test_a_refused_new_task_says_why_and_loses_nothing(world, login, data, sentence):
    response = login(world.head).post("/tasks/new", data=new_task(world, detail="Đã gõ nhiều chữ") | data)
    assert response.status_code == 422
    assert re.search(sentence, words(response))
    assert "Đã gõ nhiều chữ" in response.text
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0


def test_a_unit_neither_inspected_nor_below_ones_office_cannot_be_given_tasks(world, login):
    far = make.unit("Phường Xa")
    response = login(world.head).post("/tasks/new", data=new_task(world, lead=far.id))
    assert response.status_code == 422


def test_only_planners_give_tasks(world, login):
    for person in (world.officer, world.member, world.supervisor):
        client = login(person)
        assert client.get("/tasks/new").status_code == 403
        assert client.post("/tasks/new", data=new_task(world)).status_code == 403
        assert client.get("/directives/new").status_code == 403


# --- Directives


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
