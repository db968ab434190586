"""/inspections/<id>/conclusion, /follow-up and /reinspection: from what was found to what was fixed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app import vietnamese
from app.db import db
from app.domain.access import Principal, Role
from app.domain.inspections import (
    CampaignKind,
    Direction,
    FindingKind,
    FindingState,
    InspectionKind,
    State,
)
from app.domain.task_steps import Action
from app.domain.tasks import DirectiveKind, Workflow
from app.models import (
    Attachment,
    Directive,
    Finding,
    Inspection,
    InspectionStep,
    Recommendation,
    Task,
    TaskReport,
)
from app.services._tasks import hand_over
from tests import make
from tests.cast import World, main_words, value_of
from tests.documents.hostile import pdf

TODAY = vietnamese.local(datetime.now(UTC)).date()
LATER = TODAY + timedelta(days=40)
PRODUCT = {"result": "Đã niêm yết đủ", "number": "12/BC-UBND", "issued_on": "15/9/2022", "link": ""}
FORM = {
    "number": "45/TB-SNV",
    "issued_on": vietnamese.date_short(TODAY),
    "title": "Kết luận kiểm tra",
    "agency": "Sở Nội vụ",
}


def short(day: date) -> str:
    return vietnamese.date_short(day)


class Signed(World):
    """Minutes are signed: two recommendations, one of them for a finding, and a finding nobody asked about."""

    def __init__(self, **inspection: Any) -> None:
        super().__init__(State.DA_KY_BIEN_BAN, published_at=make.NOW, locked_at=make.NOW, **inspection)
        self.found = make.finding(self.inspection, text="Chưa niêm yết thủ tục")
        self.silent = make.finding(self.inspection, "2.1.1", text="Sổ theo dõi ghi thiếu")
        make.finding(self.inspection, kind=FindingKind.UU_DIEM, severity=None, text="Trụ sở gọn gàng")
        self.first = make.recommendation(
            self.inspection, text="Niêm yết đủ thủ tục", finding_id=self.found.id, due_on=LATER
        )
        self.second = make.recommendation(self.inspection, text="Mở lại hòm thư góp ý")
        make.recommendation(self.inspection, text="Bổ sung biên chế", direction=Direction.TO_SUPERIOR)
        self.rows = {f"chosen-{self.silent.id}": "y"}

    def conclude(self, client: Any, **form: Any) -> Any:
        return client.post(f"{self.at}/conclusion", data=FORM | self.rows | form)

    def tasks(self) -> list[Task]:
        return list(db.session.scalars(select(Task).order_by(Task.id)))


@pytest.fixture
def world(app) -> Signed:
    return Signed()


def state_of(inspection_id: int) -> State:
    return db.session.execute(select(Inspection.state).where(Inspection.id == inspection_id)).scalar_one()


def finding(id_: int) -> Finding:
    return db.session.get_one(Finding, id_, populate_existing=True)


def step(client, task: Task, action: str, **data: Any):
    row = db.session.get_one(Task, task.id, populate_existing=True)
    return client.post(f"/tasks/{task.id}/steps/{action}", data={"version": row.version} | data)


def judge(client, at: str, task: Task, action: str, **data: Any):
    row = db.session.get_one(Task, task.id, populate_existing=True)
    return client.post(f"{at}/follow-up/{task.id}/{action}", data={"version": row.version} | data)


def report(client, task: Task) -> None:
    if db.session.get_one(Task, task.id, populate_existing=True).workflow is Workflow.NOT_STARTED:
        assert step(client, task, "tiep-nhan").status_code == 303
    assert step(client, task, "bao-cao", **PRODUCT).status_code == 303


# --- The conclusion


def test_the_page_lists_what_will_be_asked_and_proposes_deadlines(world, login):
    page = login(world.head).get(f"{world.at}/conclusion")
    assert page.status_code == 200
    words = main_words(page)
    for text in ("Niêm yết đủ thủ tục", "Mở lại hòm thư góp ý", "Sổ theo dõi ghi thiếu"):
        assert text in words
    for text in ("Trụ sở gọn gàng", "Bổ sung biên chế", "Khắc phục: Chưa niêm yết"):
        assert text not in words
    assert value_of(page, "due") == short(TODAY + timedelta(days=15))
    assert value_of(page, f"recommendation-{world.first.id}") == short(LATER)
    assert value_of(page, f"recommendation-{world.second.id}") == ""
    assert f'id="chosen-{world.silent.id}"' in page.text
    assert "tại Phường Cầu Tre" in value_of(page, "title")
    assert value_of(page, "agency") == "SỞ NỘI VỤ"


def test_a_deadline_of_the_signed_minutes_is_kept_or_told(world, login):
    gone, silent = TODAY - timedelta(days=3), f"finding-{world.silent.id}"
    db.session.get_one(Recommendation, world.first.id).due_on = gone
    finding(world.silent.id).due_on = LATER
    db.session.commit()
    client = login(world.head)
    page = client.get(f"{world.at}/conclusion")
    assert value_of(page, f"recommendation-{world.first.id}") == ""
    assert f"Hạn ghi trong biên bản: {short(gone)}, đã qua" in main_words(page)
    assert value_of(page, silent) == short(LATER)
    # The document is of a day on which the deadline had not gone by: the row left empty keeps it.
    earlier = gone - timedelta(days=2)
    kept = {f"recommendation-{world.first.id}": "", silent: short(LATER)}
    assert world.conclude(client, issued_on=short(earlier), **kept).status_code == 303
    dues = [task.due_current for task in world.tasks()]
    assert dues == [gone, earlier + timedelta(days=15), LATER]


def test_every_recommendation_becomes_a_task_with_its_deadline(world, login):
    answer = world.conclude(login(world.head), **{f"recommendation-{world.first.id}": short(LATER)})
    assert answer.status_code == 303
    assert answer.location.endswith(f"{world.at}/follow-up")
    first, second, third = world.tasks()
    due = TODAY + timedelta(days=15)
    assert [(t.title, t.due_original, t.due_current) for t in (first, second, third)] == [
        ("Niêm yết đủ thủ tục", LATER, LATER),
        ("Mở lại hòm thư góp ý", due, due),
        ("Khắc phục: Sổ theo dõi ghi thiếu", due, due),
    ]
    assert [(t.recommendation_id, t.finding_id) for t in (first, second, third)] == [
        (world.first.id, world.found.id),
        (world.second.id, None),
        (None, world.silent.id),
    ]
    assert {t.unit_id for t in world.tasks()} == {world.ward.id}
    directive = db.session.execute(select(Directive)).scalar_one()
    assert (directive.kind, directive.inspection_id) == (DirectiveKind.KET_LUAN, world.id)
    assert state_of(world.id) is State.THEO_DOI_KHAC_PHUC
    course = db.session.scalars(select(InspectionStep.to_state).order_by(InspectionStep.id)).all()
    assert course == [State.DU_THAO_KET_LUAN, State.DA_BAN_HANH_KET_LUAN, State.THEO_DOI_KHAC_PHUC]
    assert {finding(f.id).state for f in (world.found, world.silent)} == {FindingState.DA_THONG_BAO}


def test_a_finding_that_is_not_chosen_is_told_and_no_task(world, login):
    world.rows = {}
    assert world.conclude(login(world.head)).status_code == 303
    assert len(world.tasks()) == 2
    assert finding(world.silent.id).state is FindingState.DA_THONG_BAO


def test_the_deadline_of_all_may_be_changed(world, login):
    due = TODAY + timedelta(days=30)
    assert world.conclude(login(world.head), due=short(due)).status_code == 303
    assert {task.due_current for task in world.tasks()} == {due}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": ""}, "Hãy điền mục này."),
        ({"issued_on": "31/02/2022"}, "ngày"),
        ({"issued_on": short(TODAY + timedelta(days=1))}, "không được sau hôm nay"),
        ({"issued_on": "14/09/2022"}, "trước ngày làm việc"),
        ({"due": short(TODAY - timedelta(days=1))}, "Hạn không được trước ngày kết luận."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(world, login, typed, said):
    answer = world.conclude(login(world.head), **typed)
    assert answer.status_code == 422
    assert said in main_words(answer)
    assert value_of(answer, "agency") == "Sở Nội vụ"
    assert world.tasks() == []
    assert state_of(world.id) is State.DA_KY_BIEN_BAN


@pytest.mark.parametrize("kind", ["recommendation", "finding"])
def test_a_deadline_of_a_row_before_the_conclusion_is_said_at_its_row(world, login, kind):
    id_ = world.first.id if kind == "recommendation" else world.silent.id
    answer = world.conclude(login(world.head), **{f"{kind}-{id_}": "14/9/2022"})
    assert answer.status_code == 422
    assert f'id="{kind}-{id_}-error"' in answer.text


def test_a_number_twice_and_a_second_conclusion_are_refused(world, login):
    make.directive(number="45/TB-SNV", issued_on=TODAY)
    client = login(world.head)
    twice = world.conclude(client)
    assert twice.status_code == 409
    assert "Văn bản số 45/TB-SNV cùng ngày đã có." in main_words(twice)
    assert world.conclude(client, number="46/TB-SNV").status_code == 303
    assert world.conclude(client, number="47/TB-SNV").status_code == 409
    assert client.get(f"{world.at}/conclusion").status_code == 303


def test_a_window_that_is_too_late_shows_what_was_typed_under_its_own_words(world, login):
    head = login(world.head)
    rows = {f"recommendation-{world.first.id}": "", f"recommendation-{world.second.id}": short(LATER)}
    assert world.conclude(head, **rows).status_code == 303
    late = world.conclude(head, **rows | {f"finding-{world.silent.id}": short(LATER)})
    assert late.status_code == 409
    labels = re.findall(r'<label for="typed-\d+">([^<]+)</label>', late.text)
    assert labels == [
        "Số, ký hiệu",
        "Ngày ban hành",
        "Trích yếu",
        "Cơ quan ban hành",
        "Hạn của kiến nghị (2)",
        "Hạn khắc phục tồn tại (1)",
    ]


def test_nothing_to_ask_for_is_concluded_without_tasks_and_may_end(world, login):
    for table in (Finding, Recommendation):
        for row in db.session.scalars(select(table)):
            row.removed_at = make.NOW
    db.session.commit()
    client = login(world.head)
    assert "Không có nội dung nào phải khắc phục" in main_words(client.get(f"{world.at}/conclusion"))
    world.rows = {}
    assert world.conclude(client).status_code == 303
    assert "Không có nội dung nào phải khắc phục" in main_words(client.get(f"{world.at}/follow-up"))
    assert client.post(f"{world.at}/steps/ket-thuc").status_code == 303


def test_who_may_conclude(world, login):
    assert login(world.secretary).get(f"{world.at}/conclusion").status_code == 200
    assert world.conclude(login(world.secretary)).status_code == 403
    for person in (world.member, world.officer, world.admin):
        assert login(person).get(f"{world.at}/conclusion").status_code == 403
    for person in world.strangers:
        assert login(person).get(f"{world.at}/conclusion").status_code == 404
    assert login(world.head).put(f"{world.at}/conclusion").status_code == 405


def test_what_was_followed_up_before_there_were_conclusions_is_concluded_once(world, login):
    world.move(State.THEO_DOI_KHAC_PHUC)
    head = login(world.head)
    link = f'href="{world.at}/conclusion"'
    assert link in head.get(f"{world.at}/follow-up").text
    assert link not in login(world.officer).get(f"{world.at}/follow-up").text
    assert head.get(f"{world.at}/conclusion").status_code == 200
    assert world.conclude(login(world.secretary)).status_code == 403
    assert world.conclude(head).status_code == 303
    assert len(world.tasks()) == 3
    assert state_of(world.id) is State.THEO_DOI_KHAC_PHUC
    assert db.session.scalars(select(InspectionStep)).all() == []
    assert link not in head.get(f"{world.at}/follow-up").text
    assert world.conclude(head, number="46/TB-SNV").status_code == 409


def test_nobody_concludes_for_their_own_unit(world, login):
    of_ward = make.member(world.delegation, Role.DEPUTY, user=make.user(Role.HEAD, unit=world.ward))
    assert login(of_ward).get(f"{world.at}/conclusion").status_code == 403
    assert world.conclude(login(of_ward)).status_code == 403


def test_before_the_signature_there_is_nothing_to_conclude(world, login):
    world.move(State.CHO_KY_BIEN_BAN)
    assert login(world.head).get(f"{world.at}/conclusion").status_code == 409
    assert world.conclude(login(world.head)).status_code == 409


def test_following_up_cannot_be_reached_past_the_conclusion(world, login):
    client = login(world.head)
    page = client.get(world.at)
    assert f'href="{world.at}/conclusion"' in page.text
    for name in ("du-thao-ket-luan", "da-ban-hanh-ket-luan", "theo-doi-khac-phuc"):
        assert client.post(f"{world.at}/steps/{name}").status_code == 409
    assert state_of(world.id) is State.DA_KY_BIEN_BAN


def test_a_supervision_has_its_own_words(app, login):
    campaign = make.campaign(kind=CampaignKind.GIAM_SAT, title="Giám sát chuyên đề năm 2022")
    delegation = make.delegation(campaign)
    inspection = make.inspection(
        delegation=delegation, state=State.DA_KY_BIEN_BAN, scoring=False, kind=InspectionKind.CHUYEN_DE
    )
    head = make.member(delegation, Role.HEAD)
    client = login(head)
    page = client.get(f"/inspections/{inspection.id}/conclusion")
    assert "Báo cáo kết quả giám sát" in main_words(page)
    assert value_of(page, "title").startswith("Báo cáo kết quả giám sát chuyên đề năm 2022 tại")
    assert client.post(f"/inspections/{inspection.id}/conclusion", data=FORM).status_code == 303
    assert "Theo dõi thực hiện kiến nghị" in client.get(f"/inspections/{inspection.id}/follow-up").text


# --- Following up


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


def handed_to(task: Task, unit: Any) -> Task:
    """The task at the unit that goes on with it."""
    row = db.session.get_one(Task, task.id, populate_existing=True)
    row.workflow = Workflow.MOVED
    same = ("directive_id", "recommendation_id", "finding_id", "reinspection_id", "title")
    return make.task(unit, handed_over_from_id=row.id, **{name: getattr(row, name) for name in same})


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


# --- The re-inspection

AGAIN = {"inspected_on": short(TODAY), "period_from": "15/09/2022", "period_to": short(TODAY)}


def reinspect(client, world: Signed, **form: Any):
    return client.post(
        f"{world.at}/reinspection", data=AGAIN | {"delegation": str(world.delegation.id)} | form
    )


def newest() -> Inspection:
    return db.session.scalars(select(Inspection).order_by(Inspection.id.desc())).first()


def begin() -> str:
    """The visit of the newest inspection has begun; its address."""
    newest().state = State.DANG_KIEM_TRA
    db.session.commit()
    return f"/inspections/{newest().id}"


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
    due = short(TODAY + timedelta(days=15))
    assert "Kết quả phúc tra những nội dung chưa khắc phục xong" in paper
    assert f"Niêm yết đủ thủ tục (hạn {due}): chưa kết luận." in paper, "judged before, not here"
    assert f"Mở lại hòm thư góp ý (hạn {due}): đã khắc phục. Hòm thư đã mở." in paper
    assert f"Sổ theo dõi ghi thiếu (hạn {due}): chưa đạt. Vẫn ghi thiếu" in paper
    book = load_workbook(BytesIO(head.get(f"{new}/minutes.xlsx").data))
    cells = " ".join(str(cell.value) for row in book["Biên bản"] for cell in row if cell.value)
    still = "Các nội dung chưa đạt nêu ở phần kết quả phúc tra tiếp tục phải khắc phục."
    assert paper.count(still) == cells.count(still) == 3
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
