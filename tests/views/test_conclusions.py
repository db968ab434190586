"""/inspections/<id>/conclusion: what was asked for becomes tasks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.inspections import (
    CampaignKind,
    FindingState,
    InspectionKind,
    State,
)
from app.domain.tasks import DirectiveKind
from app.domain.units import SuccessionType
from app.models import (
    Directive,
    Finding,
    InspectionStep,
    Recommendation,
    Unit,
    UnitSuccession,
)
from tests import make
from tests.cast import main_words, value_of
from tests.signed import FORM, LATER, TODAY, Signed, finding, short, state_of


@pytest.fixture
def world(app) -> Signed:
    return Signed()


def test_the_page_lists_what_will_be_asked_and_proposes_deadlines(world, login):
    page = login(world.head).get(f"{world.at}/conclusion")
    assert page.status_code == 200
    words = main_words(page)
    for text in ("Niêm yết đủ thủ tục", "Mở lại hòm thư góp ý", "Sổ theo dõi ghi thiếu"):
        assert text in words
    for text in ("Trụ sở gọn gàng", "Bổ sung biên chế", "Khắc phục: Chưa niêm yết"):
        assert text not in words
    # Left empty it is 15 days after the document, whatever day that bears.
    assert value_of(page, "due") == ""
    assert "Để trống: 15 ngày sau ngày ban hành" in words
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


def test_of_a_unit_that_is_no_more_the_successor_is_named(world, login):
    unit = db.session.get_one(Unit, world.inspection.unit_id)
    unit.valid_to = TODAY - timedelta(days=2)
    db.session.commit()
    page = login(world.head).get(f"{world.at}/conclusion")
    assert "Chưa ghi đơn vị kế thừa." in main_words(page)
    new = make.unit("Phường Ngô Quyền")
    day = TODAY - timedelta(days=1)
    merged = {"effective_date": day, "type": SuccessionType.MERGE}
    make._save(UnitSuccession(from_unit_id=unit.id, to_unit_id=new.id, **merged))
    page = login(world.head).get(f"{world.at}/conclusion")
    assert f"Đơn vị kế thừa: Phường Ngô Quyền (Sáp nhập từ {short(day)})." in main_words(page)
    assert f'href="/units/{new.id}"' in page.text
    assert "hãy đề nghị quản trị bàn giao" in main_words(page)
    assert f"/units/{unit.id}/handover" not in page.text, "a page that this person may not open"


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
        ({"due": "31/12/2099"}, "Hạn muộn hơn ngày kết luận quá 5 năm."),
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
    make.directive(number="45/TB-SNV", issued_on=TODAY, created_by_id=world.head.id)
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
