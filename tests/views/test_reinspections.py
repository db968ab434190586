"""/inspections/<id>/reinspection: what is left is looked at again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.inspections import (
    FindingState,
    InspectionKind,
    State,
)
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import (
    Attachment,
    Task,
    TaskReport,
)
from app.services._tasks import hand_over
from tests import make
from tests.cast import main_words
from tests.documents.hostile import pdf
from tests.signed import (
    AGAIN,
    FORM,
    TODAY,
    Signed,
    begin,
    finding,
    judge,
    newest,
    reinspect,
    report,
    short,
    step,
)


@pytest.fixture
def world(app) -> Signed:
    return Signed()


def test_a_reinspection_begins_with_what_is_left(world, login):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    first, second, third = world.tasks()
    report(officer, first)
    judge(head, world.at, first, "xac-nhan")
    assert head.get(f"{world.at}/reinspection").status_code == 200
    answer = reinspect(head, world)
    new = newest()
    assert answer.status_code == 303
    assert answer.location.endswith(f"/inspections/{new.id}/follow-up")
    assert (new.kind, new.previous_id, new.scoring) == (InspectionKind.PHUC_TRA, world.id, False)
    assert (new.unit_id, new.delegation_id) == (world.ward.id, world.delegation.id)
    board = main_words(head.get(answer.location))
    assert second.title in board
    assert third.title in board
    assert first.title not in board
    assert "2 nội dung chuyển sang phúc tra" in main_words(head.get(f"{world.at}/follow-up"))
    assert head.post(f"{world.at}/steps/ket-thuc").status_code == 303
    assert head.get(f"/inspections/{new.id}").status_code == 200
    # The unit learns of it with its decision.
    assert officer.get(f"/inspections/{new.id}/follow-up").status_code == 404
    assert f"/inspections/{new.id}" not in officer.get(f"/tasks/{second.id}").text
    new.state = State.DA_CO_QUYET_DINH
    db.session.commit()
    assert officer.get(f"/inspections/{new.id}/follow-up").status_code == 200
    assert f'href="/inspections/{new.id}/follow-up"' in officer.get(f"/tasks/{second.id}").text


def test_at_the_place_a_remedy_is_settled_or_not_also_without_a_report(world, login):
    head = login(world.head)
    world.conclude(head)
    reinspect(head, world)
    new = begin()
    first, _second, third = world.tasks()
    # The first inspection judges no longer what it has handed over.
    assert judge(head, world.at, first, "chua-dat", text="Chưa làm").status_code == 404
    assert judge(head, new, first, "ghi-nhan-tai-cho", text="").status_code == 422
    assert judge(head, new, first, "ghi-nhan-tai-cho", text="Đã niêm yết tại chỗ").status_code == 303
    row = db.session.get_one(Task, first.id, populate_existing=True)
    assert (row.workflow, row.completed_on) == (Workflow.DONE, TODAY)
    assert finding(world.found.id).state is FindingState.DA_KHAC_PHUC
    assert judge(head, new, third, "chua-dat", text="Vẫn ghi thiếu").status_code == 303
    assert db.session.get_one(Task, third.id, populate_existing=True).workflow is Workflow.REDO
    assert finding(world.silent.id).state is FindingState.CHUA_DAT
    board = main_words(head.get(f"{new}/follow-up"))
    assert "Vẫn ghi thiếu" in board
    assert "Đã khắc phục 1/3 nội dung" in board


@pytest.mark.parametrize("state", [State.DU_THAO, State.DA_CHOT_TU_CHAM, State.KET_THUC])
def test_nothing_is_judged_at_the_place_before_the_visit_or_after_the_end(world, login, state):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    reinspect(head, world)
    again = newest()
    again.state = state
    db.session.commit()
    at = f"/inspections/{again.id}"
    first, second, _third = world.tasks()
    for action in ("ghi-nhan-tai-cho", "chua-dat"):
        for refused in (
            judge(head, at, first, action, text="Đã xem"),
            step(head, first, action, text="Đã xem"),
        ):
            assert refused.status_code == 409
            assert "Chỉ ghi nhận tại chỗ khi cuộc phúc tra đã bắt đầu" in main_words(refused)
    assert "chua-dat" not in head.get(f"/tasks/{second.id}").text
    board = head.get(f"{at}/follow-up")
    assert "chua-dat" not in board.text
    assert ("Ghi nhận tại chỗ được từ khi" in main_words(board)) == (state is not State.KET_THUC)
    # What the unit reports meanwhile is answered as ever.
    report(officer, second)
    assert judge(head, at, second, "xac-nhan").status_code == 303


def test_the_conclusion_of_a_reinspection_names_what_it_was_handed(world, login):
    head = login(world.head)
    world.conclude(head)
    reinspect(head, world)
    newest().state = State.DA_KY_BIEN_BAN
    db.session.commit()
    at, carried = (
        f"/inspections/{newest().id}/conclusion",
        "3 nội dung mang sang chưa xong tiếp tục được theo dõi",
    )
    page = main_words(head.get(at))
    assert carried in page
    assert "có thể kết thúc ngay" not in page
    issued = head.post(at, data=FORM | {"number": "46/TB-SNV"}, follow_redirects=True)
    assert carried in issued.text
    assert "Không có nội dung nào phải khắc phục" not in issued.text


def test_a_successor_reads_what_went_before(world, login, count_statements):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    first, second, _third = world.tasks()
    report(officer, first)
    reported = db.session.scalar(
        select(func.max(TaskReport.id)).where(
            TaskReport.task_id == first.id, TaskReport.action == Action.REPORT
        )
    )
    sent = officer.post(
        f"/tasks/{first.id}/reports/{reported}/attachments", data={"file": (BytesIO(pdf()), "bao-cao.pdf")}
    )
    assert sent.status_code in {201, 303}
    judge(head, world.at, first, "tra-lai", text="Ảnh chụp chưa rõ")
    other = make.unit("Phường Lạch Tray")
    third_unit = make.unit("Phường Ngã Năm")
    person = make.user(Role.OFFICER, unit=third_unit)
    with count_statements() as before:
        head.get(f"{world.at}/follow-up")
    by, moment = Principal(world.head.id, Role.HEAD), datetime.now(UTC)
    heir = first
    for unit in (other, third_unit):
        old = db.session.get_one(Task, heir.id, populate_existing=True)
        heir = hand_over(old, unit.id, "Sáp nhập", by, moment)
        old.workflow = Workflow.MOVED
        db.session.commit()
    page = login(person).get(f"/tasks/{heir.id}")
    assert page.status_code == 200
    for told in ("Ảnh chụp chưa rõ", "Đã niêm yết đủ", "12/BC-UBND", "Phường Cầu Tre", "Phường Lạch Tray"):
        assert told in main_words(page)
    assert login(person).get(f"/tasks/{first.id}").status_code == 404
    (file,) = db.session.scalars(select(Attachment.id))
    assert f'href="/attachments/{file}"' in page.text
    assert login(person).get(f"/attachments/{file}").status_code == 200
    assert login(person).post(f"/attachments/{file}/remove").status_code == 404
    stranger = make.user(Role.OFFICER, unit=make.unit("Phường Xa"))
    assert login(stranger).get(f"/attachments/{file}").status_code == 404
    assert "Trước khi bàn giao" not in main_words(head.get(f"/tasks/{second.id}"))
    with count_statements() as after:
        board = main_words(head.get(f"{world.at}/follow-up"))
    assert "Ảnh chụp chưa rõ" in board
    assert "12/BC-UBND" in board
    assert len(after) == len(before)


def test_the_minutes_of_a_reinspection_name_what_was_looked_at_again(world, login):
    head, officer = login(world.head), login(world.officer)
    world.conclude(head)
    first, second, third = world.tasks()
    report(officer, first)
    judge(head, world.at, first, "tra-lai", text="Nói từ lần trước")
    reinspect(head, world)
    new = begin()
    judge(head, new, second, "ghi-nhan-tai-cho", text="Hòm thư đã mở.")
    judge(head, new, third, "chua-dat", text="Vẫn ghi thiếu")
    report(officer, third)  # on the same day, before the minutes are signed
    paper = main_words(head.get(f"{new}/minutes"))
    assert "Căn cứ Biên bản kiểm tra ngày " in paper, "those minutes have no number yet"
    assert "Căn cứ Thông báo kết luận số " in paper
    assert "3. Hình thức: Phúc tra." in paper
    due = short(TODAY + timedelta(days=15))
    assert "Kết quả phúc tra những nội dung chưa khắc phục xong" in paper
    assert f"Niêm yết đủ thủ tục (hạn {due}): chưa kết luận." in paper, "judged before, not here"
    assert f"Mở lại hòm thư góp ý (hạn {due}): đã khắc phục. Hòm thư đã mở." in paper
    assert f"Sổ theo dõi ghi thiếu (hạn {due}): chưa đạt. Vẫn ghi thiếu" in paper
    book = load_workbook(BytesIO(head.get(f"{new}/minutes.xlsx").data))
    cells = " ".join(str(cell.value) for row in book["Biên bản"] for cell in row if cell.value)
    still = "Các nội dung chưa đạt nêu ở phần kết quả phúc tra tiếp tục phải khắc phục."
    # Sections III, IV and V; the page has the appendix below them.
    assert (paper.count(still), cells.count(still)) == (4, 3)
    assert f"Trước phúc tra: ngày {short(TODAY)}: chưa đạt – Nói từ lần trước." in paper
    assert "Các nội dung chưa kết luận nêu ở phần kết quả phúc tra tiếp tục được theo dõi." in cells
    assert f"Sổ theo dõi ghi thiếu (hạn {due}): chưa đạt. Vẫn ghi thiếu" in cells
    assert "Kết quả phúc tra" not in main_words(head.get(f"{world.at}/minutes"))


def test_a_reinspection_ends_under_the_same_rule_and_may_hand_on(world, login):
    head = login(world.head)
    world.conclude(head)
    reinspect(head, world)
    second = newest()
    second.state = State.THEO_DOI_KHAC_PHUC
    db.session.commit()
    refused = head.post(f"/inspections/{second.id}/steps/ket-thuc")
    assert "Còn 3 kiến nghị" in main_words(refused)
    at, place = f"/inspections/{second.id}/reinspection", {"delegation": str(world.delegation.id)}
    twice = head.post(at, data=AGAIN | place)
    assert twice.status_code == 409
    assert "đã có một cuộc phúc tra" in main_words(twice)
    other = make.delegation(name="Đoàn phúc tra")
    make.member(other, Role.HEAD, user=world.head)
    assert head.post(at, data=AGAIN | {"delegation": str(other.id)}).status_code == 303
    assert {task.reinspection_id for task in world.tasks()} == {newest().id}
    # What it handed on stays on its board, with a way to who looks after it by now.
    board = head.get(f"/inspections/{second.id}/follow-up")
    assert "3 nội dung chuyển sang phúc tra" in main_words(board)
    assert all(f"task-{task.id}" in board.text for task in world.tasks())
    assert f'action="/inspections/{second.id}/follow-up/' not in board.text
    assert head.post(f"/inspections/{second.id}/steps/ket-thuc").status_code == 303


def test_a_reinspection_that_is_called_off_gives_back_what_it_was_handed(world, login):
    head = login(world.head)
    world.conclude(head)
    reinspect(head, world)
    at = f"/inspections/{newest().id}"
    assert head.post(f"{at}/steps/huy", data={"reason": "Nhầm"}).status_code == 303
    assert {task.reinspection_id for task in world.tasks()} == {None}


def test_a_reinspection_on_which_an_ended_inspection_relies_is_not_called_off(world, login):
    head = login(world.head)
    world.conclude(head)
    reinspect(head, world)
    head.post(f"{world.at}/steps/ket-thuc")
    refused = head.post(f"/inspections/{newest().id}/steps/huy", data={"reason": "Nhầm"})
    assert refused.status_code == 409
    assert "chưa thể hủy" in main_words(refused)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"inspected_on": ""}, 422, "Hãy điền mục này."),
        ({"inspected_on": "01/01/2022", "period_from": "01/01/2021"}, 422, "không được trước"),
        ({"period_from": short(TODAY), "period_to": "15/09/2022"}, 422, ""),
        ({"delegation": "999999"}, 422, "Hãy chọn"),
        ({"delegation": "x"}, 422, "Hãy chọn"),
    ],
)
def test_what_does_not_fit_a_reinspection_is_said(world, login, typed, status, said):
    head = login(world.head)
    world.conclude(head)
    answer = reinspect(head, world, **typed)
    assert answer.status_code == status
    assert said in main_words(answer)
    assert newest().id == world.id


def test_only_what_is_followed_up_and_left_over_is_reinspected(world, login):
    head = login(world.head)
    assert head.get(f"{world.at}/reinspection").status_code == 409
    world.conclude(head)
    for task in world.tasks():
        step(head, task, "huy", text="Không còn phù hợp")
    assert "Không còn kiến nghị" in main_words(head.get(f"{world.at}/reinspection"))
    assert reinspect(head, world).status_code == 409


def test_who_may_reinspect(world, login):
    world.conclude(login(world.head))
    for person, status in [
        (world.member, 403),
        (world.officer, 403),
        (world.admin, 403),
        (world.other_head, 404),
    ]:
        assert login(person).get(f"{world.at}/reinspection").status_code == status
        assert reinspect(login(person), world).status_code == status
    assert reinspect(login(world.secretary), world).status_code == 303


def test_a_unit_that_has_ended_is_reinspected_as_its_successor(world, login):
    head = login(world.head)
    world.conclude(head)
    heir = make.unit("Phường Ngô Quyền", valid_from=date(2025, 7, 1))
    make.succession(world.ward, heir, date(2025, 7, 1))
    assert reinspect(head, world).status_code == 303
    assert newest().unit_id == heir.id
    assert head.get(f"/inspections/{newest().id}/follow-up").status_code == 200


def test_a_unit_that_lives_on_in_two_asks_for_which(world, login):
    head = login(world.head)
    world.conclude(head)
    heirs = [make.unit(name, valid_from=date(2025, 7, 1)) for name in ("Phường A", "Phường B")]
    for heir in heirs:
        make.succession(world.ward, heir, date(2025, 7, 1))
    assert "Phường B" in main_words(head.get(f"{world.at}/reinspection"))
    assert reinspect(head, world, unit="").status_code == 422
    assert reinspect(head, world, unit=str(heirs[1].id)).status_code == 303
    assert newest().unit_id == heirs[1].id


def test_a_unit_that_has_ended_without_a_successor_says_so(world, login):
    head = login(world.head)
    world.conclude(head)
    db.session.get_one(type(world.ward), world.ward.id).valid_to = date(2025, 6, 30)
    db.session.commit()
    answer = reinspect(head, world)
    assert answer.status_code == 422
    assert "chưa ghi đơn vị kế thừa" in main_words(answer)
