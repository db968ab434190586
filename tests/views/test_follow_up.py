"""/inspections/<id>/follow-up: from what was found to what was fixed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.inspections import (
    FindingState,
    State,
)
from app.models import (
    Directive,
    Finding,
)
from tests import make
from tests.cast import main_words
from tests.signed import (
    LATER,
    TODAY,
    Signed,
    finding,
    handed_to,
    judge,
    newest,
    reinspect,
    report,
    state_of,
    step,
)


@pytest.fixture
def world(app) -> Signed:
    return Signed()


def test_a_remedy_is_reported_returned_reported_again_and_confirmed(world, login):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    task = world.tasks()[0]

    def now_is(expected: FindingState) -> None:
        assert finding(world.found.id).state is expected

    step(officer, task, "tiep-nhan")
    now_is(FindingState.DANG_KHAC_PHUC)
    report(officer, task)
    now_is(FindingState.DA_BAO_CAO)
    assert judge(head, world.at, task, "tra-lai", text="").status_code == 422
    assert judge(head, world.at, task, "tra-lai", text="Còn thiếu 3 thủ tục").status_code == 303
    now_is(FindingState.CHUA_DAT)
    step(officer, task, "tien-do", progress="50")
    now_is(FindingState.DANG_KHAC_PHUC)
    report(officer, task)
    assert judge(head, world.at, task, "xac-nhan").status_code == 303
    now_is(FindingState.DA_KHAC_PHUC)
    assert finding(world.found.id).remedied_on == TODAY
    step(head, task, "mo-lai", text="Kiểm tra lại thấy chưa đủ")
    now_is(FindingState.DANG_KHAC_PHUC)
    assert finding(world.found.id).remedied_on is None


def test_the_board_shows_each_with_its_report_and_verdict(world, login):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    task = world.tasks()[0]
    report(officer, task)
    board = head.get(f"{world.at}/follow-up")
    words = main_words(board)
    assert "Đã khắc phục 0/3 nội dung" in words
    assert "Còn 3 nội dung chưa xong" in words
    assert "Đã niêm yết đủ" in words
    assert f"{world.at}/follow-up/{task.id}/xac-nhan" in board.text
    judge(head, world.at, task, "tra-lai", text="Còn thiếu 3 thủ tục")
    own = officer.get(f"{world.at}/follow-up")
    assert "Còn thiếu 3 thủ tục" in main_words(own)
    assert "/follow-up/" not in own.text
    assert f'href="/tasks/{task.id}"' in own.text


def test_a_task_says_what_it_was_made_of_in_the_words_of_remedies(world, login):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    task = world.tasks()[0]
    report(officer, task)
    page = head.get(f"/tasks/{task.id}")
    words = main_words(page)
    assert "Chưa niêm yết thủ tục" in words
    assert "Đã khắc phục" in words
    assert "Xác nhận hoàn thành" not in words
    assert f'href="{world.at}/follow-up"' in page.text
    assert "tại chỗ" not in words, "only a re-inspection settles at the place"
    step(head, task, "tra-lai", text="Chưa đủ")
    assert "Chưa đạt, yêu cầu khắc phục lại" in main_words(head.get(f"/tasks/{task.id}"))


def test_who_may_judge(world, login):
    world.conclude(login(world.head))
    task = world.tasks()[0]
    report(login(world.officer), task)
    for person, status in [
        (world.officer, 403),
        (world.unit_head, 403),
        (world.member, 403),
        (world.admin, 403),
        (world.other_head, 404),
        (world.secretary, 303),
    ]:
        assert judge(login(person), world.at, task, "xac-nhan").status_code == status


def test_who_works_in_the_unit_that_took_a_task_over_does_not_judge_it(world, login):
    """The inspected unit is another one: the board asks where the task is by now."""
    here = make.member(world.delegation, Role.DEPUTY, user=make.user(Role.HEAD, unit=world.neighbour))
    world.conclude(login(world.head))
    heir = handed_to(world.tasks()[0], world.neighbour)
    report(login(world.other_officer), heir)
    client = login(here)
    page = client.get(f"{world.at}/follow-up")
    assert f"/follow-up/{heir.id}/" not in page.text
    refused = judge(client, world.at, heir, "xac-nhan")
    assert refused.status_code == 403
    assert "Bạn thuộc đơn vị được kiểm tra" in main_words(refused)
    other = login(world.head)
    assert f"/follow-up/{heir.id}/xac-nhan" in other.get(f"{world.at}/follow-up").text
    # Nobody of the delegation inspects that unit: what they asked for they read all the same.
    assert other.get(f"/tasks/{heir.id}").status_code == 200
    assert f'href="/tasks/{heir.id}"' in other.get("/tasks/confirm").text
    assert login(world.member).get(f"/tasks/{heir.id}").status_code == 200
    assert step(login(world.member), heir, "xac-nhan").status_code == 403
    assert login(world.other_head).get(f"/tasks/{heir.id}").status_code == 404
    assert step(client, heir, "xac-nhan").status_code == 403
    assert f'href="/tasks/{heir.id}"' not in client.get("/tasks/confirm").text
    assert judge(other, world.at, heir, "xac-nhan").status_code == 303


def test_who_reported_is_not_offered_to_settle_that_report_at_the_place(world, login):
    head, reporter = login(world.head), make.user(Role.OFFICER, unit=world.ward)
    world.conclude(head)
    assert reinspect(head, world).status_code == 303
    newest().state = State.DANG_KIEM_TRA
    db.session.commit()
    task = world.tasks()[0]
    report(login(reporter), task)
    # They work for the delegation by now.
    row = db.session.get_one(type(reporter), reporter.id)
    row.unit_id, row.role = None, Role.HEAD
    make.member(world.delegation, Role.DEPUTY, user=row)
    client = login(row)
    page = client.get(f"/tasks/{task.id}")
    assert page.status_code == 200
    assert "ghi-nhan-tai-cho" not in page.text
    assert step(client, task, "ghi-nhan-tai-cho", text="Đã xem").status_code == 403
    assert "ghi-nhan-tai-cho" in head.get(f"/tasks/{task.id}").text


def test_a_judgement_of_something_else_is_missing_and_one_too_late_a_conflict(world, login):
    head = login(world.head)
    world.conclude(head)
    task = world.tasks()[0]
    other = make.task(world.ward)
    assert judge(head, world.at, other, "xac-nhan").status_code == 404
    assert judge(head, world.at, task, "huy").status_code == 404
    assert judge(head, world.at, task, "ghi-nhan-tai-cho", text="Đã xem").status_code == 409
    late = judge(head, world.at, task, "tra-lai", text="Lời đã gõ")
    assert late.status_code == 409
    assert "Lời đã gõ" in late.text
    assert head.get(f"{world.at}/follow-up/{task.id}/xac-nhan").status_code == 405


def test_an_empty_board_says_what_comes(world, login):
    assert "Chưa ban hành kết luận" in main_words(login(world.head).get(f"{world.at}/follow-up"))
    assert "Chưa có nội dung phải khắc phục" in main_words(login(world.officer).get(f"{world.at}/follow-up"))
    assert login(world.other_officer).get(f"{world.at}/follow-up").status_code == 404


def test_the_unit_comes_to_its_board_from_home_and_sees_each_thing_once(world, login):
    head = login(world.head)
    db.session.get_one(Finding, world.silent.id).due_on = LATER
    db.session.commit()
    world.conclude(head)
    home = login(world.officer).get("/")
    assert f'href="{world.at}/follow-up"' in home.text
    assert main_words(home).count("Sổ theo dõi ghi thiếu") == 2, "its row, and the name of its button"


def test_the_board_asks_the_database_as_often_for_many_as_for_few(world, login, count_statements):
    head = login(world.head)
    world.conclude(head)
    with count_statements() as few:
        head.get(f"{world.at}/follow-up")
    directive = db.session.execute(select(Directive.id)).scalar_one()
    for number in range(15):
        asked = make.recommendation(world.inspection, text=f"Kiến nghị {number}")
        make.task(world.ward, recommendation_id=asked.id, directive_id=directive)
    with count_statements() as many:
        head.get(f"{world.at}/follow-up")
    assert len(many) == len(few)


# --- The end


def test_the_end_waits_until_each_is_settled(world, login):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    first, second, third = world.tasks()
    refused = head.post(f"{world.at}/steps/ket-thuc")
    assert refused.status_code == 409
    assert "Còn 3 kiến nghị, tồn tại chưa xong" in main_words(refused)
    report(officer, first)
    judge(head, world.at, first, "xac-nhan")
    step(head, second, "huy", text="Không còn phù hợp")
    step(head, third, "tam-hoan", text="Chờ kinh phí")
    refused = head.post(f"{world.at}/steps/ket-thuc")
    assert "Còn 1 kiến nghị, tồn tại chưa xong" in main_words(refused)
    step(head, third, "huy", text="Đã sáp nhập bộ phận")
    assert head.post(f"{world.at}/steps/ket-thuc").status_code == 303
    assert state_of(world.id) is State.KET_THUC
