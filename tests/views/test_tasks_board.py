"""/tasks as the ward's board: its groups, what stands where, and the step that comes next."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.areas import ReformArea
from app.domain.periods import today
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Task
from tests import make
from tests.cast import words
from tests.views.assigned import World, step

TODAY = today(datetime.now(UTC))
DAY = timedelta(days=1)


@pytest.fixture
def world(app) -> World:
    return World()


def one_of_each(world: World) -> dict[str, Task]:
    """A task in each group of the board."""
    return {
        "qua_han": world.task(title="Việc quá hạn.", due_current=TODAY - DAY),
        "sap_den_han": world.task(
            Workflow.IN_PROGRESS, title="Việc sắp đến hạn.", due_current=TODAY + 3 * DAY
        ),
        "trong_han": world.task(title="Việc trong hạn.", due_current=TODAY + 4 * DAY),
        "khong_han": world.task(title="Việc không hạn."),
        "cho_xac_nhan": world.task(Workflow.AWAITING, title="Việc chờ xác nhận.", due_current=TODAY - DAY),
        "da_hoan_thanh": world.task(Workflow.DONE, title="Việc đã xong."),
        "sap_toi": world.task(title="Việc kỳ sau.", assigned_on=TODAY + DAY, due_current=TODAY + 40 * DAY),
        "ngoai": world.task(Workflow.PAUSED, title="Việc tạm dừng."),
    }


def shown(response) -> list[str]:
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', response.text)


def tiles(response) -> list[int]:
    return [int(number) for number in re.findall(r"board-tile.*?<strong>(\d+)</strong>", response.text)]


def test_each_task_stands_in_the_group_of_its_day_and_the_tiles_count_them(world, login):
    made = one_of_each(world)
    client = login(world.officer)
    page = client.get("/tasks?group=tat_ca")
    # What was reported late and waits is overdue until it is confirmed, as the figures say.
    assert tiles(page) == [2, 1, 1, 1, 1, 1]
    assert "Quá hạn chưa xong 2" in words(page)
    assert "Tất cả (8)" in words(page)
    assert "Sắp tới (1)" in words(page)
    assert len(shown(page)) == 8
    for group, task in made.items():
        late = ["Việc chờ xác nhận."] if group == "qua_han" else []
        assert sorted(shown(client.get(f"/tasks?group={group}"))) == sorted([task.title, *late])


def test_the_unit_begins_at_what_is_due_and_who_assigns_at_what_waits_for_them(world, login):
    one_of_each(world)
    late = ["Việc chờ xác nhận.", "Việc quá hạn."]
    assert sorted(shown(login(world.officer).get("/tasks"))) == late
    assert shown(login(world.head).get("/tasks")) == ["Việc chờ xác nhận."]
    # A member of the delegation and a leader who follows confirm nothing.
    assert sorted(shown(login(world.member).get("/tasks"))) == late
    assert sorted(shown(login(world.supervisor).get("/tasks"))) == late


def test_what_is_reported_does_not_open_the_board_at_its_day(world, login):
    world.task(Workflow.AWAITING, title="Việc đã báo cáo.", due_current=TODAY)
    world.task(title="Việc còn phải làm.", due_current=TODAY + 9 * DAY)
    page = login(world.officer).get("/tasks")
    assert shown(page) == ["Việc còn phải làm."]
    assert tiles(page) == [0, 1, 1, 0, 1, 0]


def test_filters_stay_when_another_group_is_chosen(world, login):
    directive = make.directive(number="12/KH-UBND")
    world.task(title="Số hóa hồ sơ", directive_id=directive.id, area=ReformArea.CQS, due_current=TODAY)
    world.task(title="Số hóa sổ sách", due_current=TODAY + 9 * DAY)
    client = login(world.officer)
    page = client.get(f"/tasks?q=so+hoa&directive={directive.id}&area=CQS&sort=moi&page=1&group=sap_den_han")
    assert shown(page) == ["Số hóa hồ sơ"]
    link = re.search(r'class="board-tile[^"]*" href="([^"]+group=trong_han)"', page.text)[1].replace(
        "&amp;", "&"
    )
    assert {"q=so+hoa", f"directive={directive.id}", "area=CQS", "sort=moi"} <= set(
        link.partition("?")[2].split("&")
    )
    assert "page=" not in link
    empty = words(client.get(link))
    assert "Không còn nhiệm vụ nào trong hạn phải làm." in empty
    assert "Ở các nhóm khác còn 1 nhiệm vụ khớp điều kiện lọc." in empty


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("qua_han", "Không có nhiệm vụ nào quá hạn."),
        ("sap_den_han", "Ba ngày tới không có nhiệm vụ nào đến hạn."),
        ("cho_xac_nhan", "Không có báo cáo nào chờ xác nhận."),
        ("ngoai", "Không có nhiệm vụ nào tạm dừng, hủy hay đã chuyển."),
    ],
)
def test_an_empty_group_says_so(world, login, group, sentence):
    world.task()
    assert sentence in words(login(world.officer).get(f"/tasks?group={group}"))


def test_the_board_by_document_and_by_area_shows_n_of_d(world, login):
    directive = make.directive(number="12/KH-UBND")
    for number in range(3):
        state = Workflow.DONE if number == 0 else Workflow.IN_PROGRESS
        world.task(state, directive_id=directive.id, area=ReformArea.TTHC, due_current=TODAY - DAY)
    world.task(lead=False, directive_id=directive.id)  # shown, not counted
    world.task(Workflow.CANCELLED, directive_id=directive.id)
    world.task()
    client = login(world.officer)
    page = client.get("/tasks?by=directive")
    assert "12/KH-UBND" in words(page)
    assert "5 nhiệm vụ hoàn thành 1/3 = 33,3% (2 chưa tính: sắp tới, phối hợp" in words(page)
    assert "Không theo văn bản nào 1 nhiệm vụ hoàn thành 0/1" in words(page)
    assert f"directive={directive.id}" in page.text
    page = client.get("/tasks?by=area")
    assert "Cải cách thủ tục hành chính 3 nhiệm vụ hoàn thành 1/3" in words(page)
    assert "Chưa ghi lĩnh vực 3 nhiệm vụ" in words(page)
    assert len(shown(client.get("/tasks?area=TTHC&group=tat_ca"))) == 3


def test_figures_leave_out_what_is_only_given_later(world, login):
    world.task(Workflow.DONE)
    world.task(assigned_on=TODAY + DAY, due_current=TODAY + 40 * DAY, period_label="Quý I/2027")
    assert "1/1 nhiệm vụ" in words(login(world.officer).get("/tasks"))


def test_the_figures_say_that_overdue_holds_what_waits(world, login):
    world.task(Workflow.AWAITING, due_current=TODAY - DAY)
    assert "gồm cả 1 nhiệm vụ đã báo cáo nhưng chờ xác nhận" in words(login(world.officer).get("/tasks"))


def test_the_card_shows_both_dates_the_period_and_the_next_step(world, login):
    task = world.task(
        Workflow.IN_PROGRESS,
        due_original=TODAY - 9 * DAY,
        due_current=TODAY - DAY,
        period_label="Quý III/2022",
        progress=40,
    )
    unit, head = login(world.officer), login(world.head)
    step(unit, task, Action.ASK_EXTENSION, due=(TODAY + DAY).strftime("%d/%m/%Y"), text="Chờ hướng dẫn")
    assert "Đơn vị xin gia hạn, chờ bên giao trả lời" in words(unit.get("/tasks"))
    page = head.get("/tasks")
    assert f"/tasks/{task.id}?open=gia_han" in page.text
    step(head, task, Action.EXTEND, due=(TODAY + DAY).strftime("%d/%m/%Y"), text="Đồng ý")
    said = words(unit.get("/tasks"))
    original, current = ((TODAY + days * DAY).strftime("%d/%m/%Y") for days in (-9, 1))
    assert f"Hạn {current} (ban đầu {original}, gia hạn 1 lần)" in said
    assert "định kỳ: Quý III/2022" in said
    assert "tiến độ 40% (chỉ để theo dõi)" in said
    assert f"/tasks/{task.id}?open=bao_cao" in unit.get("/tasks").text
    assert "đã gia hạn 1 lần" in words(unit.get(f"/tasks/{task.id}"))


def test_buttons_stand_on_cards_only_for_whose_turn_it_is(world, login):
    world.task(Workflow.AWAITING)
    world.task()
    confirm, accept = "/steps/xac-nhan", "/steps/tiep-nhan"
    for person, sees in [
        (world.officer, {accept}),
        (world.head, {confirm}),
        (world.member, set()),
        (world.supervisor, set()),
    ]:
        page = login(person).get("/tasks?group=tat_ca").text
        assert {one for one in (confirm, accept) if one in page} == sees


def test_a_task_is_confirmed_from_the_list_and_the_way_back_is_offered(world, login):
    task = world.task(Workflow.AWAITING, title="Báo cáo quý")
    head = login(world.head)
    response = step(head, task, Action.CONFIRM, next="/tasks?group=cho_xac_nhan")
    assert response.location == "/tasks?group=cho_xac_nhan"
    page = head.get(response.location)
    assert "Đã xác nhận hoàn thành: «Báo cáo quý» Hoàn tác nếu nhầm" in words(page)
    back = re.search(r'href="(/tasks/\d+\?open=hoan_tac#step-hoan_tac)"', page.text)[1]
    assert re.search(r'<details id="step-hoan_tac" open', head.get(back).text)
    assert step(head, task, Action.UNDO, text="Bấm nhầm").status_code == 303


def test_a_title_in_a_flash_is_text(world, login):
    task = world.task(Workflow.AWAITING, title="<b>Báo cáo</b>")
    head = login(world.head)
    page = head.get(step(head, task, Action.CONFIRM).location).text
    assert "«&lt;b&gt;Báo cáo&lt;/b&gt;»" in page


@pytest.mark.parametrize("address", ["https://example.vn/", "//example.vn", "/logout", "/\\x"])
def test_nobody_is_led_elsewhere_after_a_step(world, login, address):
    task = world.task()
    response = step(login(world.officer), task, Action.ACCEPT, next=address)
    assert response.location == f"/tasks/{task.id}"


def test_periods_and_heirs_lead_to_each_other(world, login):
    first = world.task(period_label="Quý I", due_current=TODAY)
    second = world.task(period_label="Quý II", series_id=first.id, due_current=TODAY + 90 * DAY)
    first.series_id = first.id
    old = world.task(Workflow.MOVED, title="Việc đã chuyển")
    heir = make.task(world.other, title="Việc đã chuyển", handed_over_from_id=old.id)
    officer = login(world.officer)
    page = officer.get(f"/tasks/{second.id}")
    assert "Nhiệm vụ định kỳ: kỳ Quý II" in words(page)
    assert f'href="/tasks/{first.id}"' in page.text
    page = officer.get(f"/tasks/{old.id}")
    assert "Chuyển cho Phường Đằng Giang" in words(page)
    assert f'href="/tasks/{heir.id}"' not in page.text  # not theirs to open
    assert "chuyển cho Phường Đằng Giang" in words(officer.get("/tasks?group=ngoai"))
    stranger = login(world.stranger)
    assert "Nhận từ Phường Cầu Tre" in words(stranger.get(f"/tasks/{heir.id}"))
    assert "nhận từ Phường Cầu Tre" in words(stranger.get("/tasks"))


@pytest.mark.parametrize("query", ["", "group=tat_ca", "by=directive", "by=area", "group=cho_xac_nhan"])
def test_the_board_asks_no_more_for_eighty_tasks_than_for_one_of_each(world, login, count_statements, query):
    client = login(world.head)
    one_of_each(world)
    client.get("/tasks?" + query)
    with count_statements() as few:
        client.get("/tasks?" + query)
    for _ in range(9):
        one_of_each(world)
    with count_statements() as many:
        client.get("/tasks?" + query)
    assert len(many) == len(few) <= 9


@pytest.mark.parametrize("query", ["group=?", "by=x", "area=%00", "directive=x", "directive=999999999999999"])
def test_a_query_that_cannot_be_read_is_no_fault(world, login, query):
    world.task()
    assert login(world.officer).get("/tasks?" + query).status_code in {200, 404}


def test_the_home_of_the_assigning_side_says_what_waits_for_it(world, login):
    asked = world.task(workflow=Workflow.IN_PROGRESS, title="Xin thêm ngày")
    world.task(workflow=Workflow.IN_PROGRESS, title="Đang làm bình thường")
    page = words(login(world.head).get("/"))
    assert "Đơn vị đang chờ bạn" not in page
    world.task(workflow=Workflow.AWAITING)
    world.task(workflow=Workflow.AWAITING)
    due = f"{TODAY + 40 * DAY:%d/%m/%Y}"
    step(login(world.officer), asked, Action.ASK_EXTENSION, text="Chờ kinh phí", due=due)
    reply = login(world.head).get("/")
    assert "2 báo cáo chờ xác nhận" in words(reply)
    assert "1 đề nghị của đơn vị chờ trả lời" in words(reply)
    assert 'href="/tasks/confirm"' in reply.text
    assert 'href="/tasks?asked=1"' in reply.text
    listed = words(login(world.head).get("/tasks?asked=1"))
    assert "Đề nghị của đơn vị chờ trả lời 1" in listed
    assert "Xin thêm ngày" in listed
    assert "Đang làm bình thường" not in listed
    # Answered, it waits no more; and nobody is told of what others answer.
    step(login(world.head), asked, Action.DECLINE, text="Không đủ căn cứ")
    assert "chờ trả lời" not in words(login(world.head).get("/"))
    assert "Đơn vị đang chờ bạn" not in words(login(world.supervisor).get("/"))
