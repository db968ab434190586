"""/units/<id>/handover: the preview, the one step, and what the unit's page says before and after."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.inspections import FindingState, State
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.domain.units import SuccessionType
from app.models import Finding, Task, TaskReport, Unit, UnitSuccession
from app.queries.access import inspection_card
from app.queries.figures import figures_of
from tests import make
from tests.cast import value_of, words

END = date(2022, 9, 30)


class World:
    def __init__(self) -> None:
        self.old = make.unit("Phường Cầu Tre", valid_to=END)
        self.new = make.unit("Phường Ngô Quyền")
        self.become(self.new)
        self.task = make.task(self.old, title="Lập kế hoạch", due_current=date(2022, 9, 20))
        inspection = make.inspection(unit=self.old, state=State.THEO_DOI_KHAC_PHUC)
        self.finding = make.finding(inspection, text="Niêm yết thiếu", due_on=date(2022, 10, 20))
        self.at, self.page = f"/units/{self.old.id}/handover", f"/units/{self.old.id}"

    def become(self, new: Unit, type_=SuccessionType.MERGE) -> None:
        make._save(
            UnitSuccession(
                from_unit_id=self.old.id, to_unit_id=new.id, effective_date=date(2022, 10, 1), type=type_
            )
        )


@pytest.fixture
def world(app) -> World:
    return World()


@pytest.fixture
def admin(login):
    return login(make.user(Role.ADMIN))


def unit_of_heir() -> int | None:
    return db.session.scalar(select(Task.unit_id).where(Task.handed_over_from_id.is_not(None)))


# --- Works


def test_the_preview_names_what_goes_over_with_its_deadline_and_to_whom(world, admin):
    page = words(admin.get(world.at))
    for text in (
        "Lập kế hoạch",
        "20/09/2022 · đã quá hạn",
        "Niêm yết thiếu",
        "20/10/2022",
        "Phường Ngô Quyền · Sáp nhập từ 01/10/2022",
        "Bàn giao 1 nhiệm vụ, 1 tồn tại",
    ):
        assert text in page, text
    assert unit_of_heir() is None


def test_one_press_hands_everything_over(world, admin):
    seen = value_of(admin.get(world.at), "seen")
    asked = admin.post(world.at, data={"seen": seen, "heir": world.new.id})
    assert asked.status_code == 200
    assert "Phường Ngô Quyền 1 nhiệm vụ, 1 tồn tại" in words(asked)
    assert unit_of_heir() is None, "asked first"
    reply = admin.post(world.at, data={"seen": value_of(asked, "seen"), "heir": world.new.id, "sure": "1"})
    assert (reply.status_code, reply.location) == (303, world.page)
    assert "Đã bàn giao 1 nhiệm vụ, 1 tồn tại." in admin.get(world.page).text
    assert unit_of_heir() == world.new.id
    assert db.session.scalar(select(Finding.handed_to_unit_id)) == world.new.id
    assert "Không còn gì để bàn giao" in words(admin.get(world.at))


def test_with_several_successors_each_piece_has_its_own_choice(world, admin):
    other = make.unit("Phường Gia Viên")
    world.become(other, SuccessionType.SPLIT)
    page = admin.get(world.at)
    assert page.text.count('name="to"') == 2
    data = {
        "seen": value_of(page, "seen"),
        "heir": world.new.id,
        "to": ["", f"finding-{world.finding.id}-{other.id}"],
    }
    asked = admin.post(world.at, data=data)
    assert "Phường Gia Viên 1 tồn tại Phường Ngô Quyền 1 nhiệm vụ" in words(asked)
    assert f'name="to" value="finding-{world.finding.id}-{other.id}"' in asked.text
    back = admin.post(world.at, data=data | {"back": "1"})
    assert f'value="finding-{world.finding.id}-{other.id}" selected' in back.text, "nothing chosen is lost"
    data["sure"] = "1"
    assert admin.post(world.at, data=data).status_code == 303
    assert unit_of_heir() == world.new.id
    assert db.session.scalar(select(Finding.handed_to_unit_id)) == other.id


def test_among_several_successors_none_is_chosen_beforehand(world, admin):
    assert f'name="heir" value="{world.new.id}"' in admin.get(world.at).text, "the only one"
    world.become(make.unit("Phường An Biên"), SuccessionType.SPLIT)
    page = admin.get(world.at)
    assert '<option selected value="">Chọn đơn vị</option>' in page.text
    refused = admin.post(world.at, data={"seen": value_of(page, "seen"), "heir": ""})
    assert refused.status_code == 422
    assert "Hãy chọn đơn vị nhận" in words(refused)


def test_the_heir_reads_on_top_why_the_report_came_back_before(world, admin, login):
    world.task.workflow = Workflow.REDO
    make.hop(world.task, Action.RETURN, Workflow.REDO, date(2022, 9, 22), world.task.due_current)
    db.session.execute(
        db.update(TaskReport).where(TaskReport.action == Action.RETURN).values(text="Thiếu phụ lục")
    )
    db.session.commit()
    seen = value_of(admin.get(world.at), "seen")
    assert admin.post(world.at, data={"seen": seen, "heir": world.new.id, "sure": "1"}).status_code == 303
    heir = db.session.scalars(select(Task).where(Task.unit_id == world.new.id)).one()
    page = words(login(make.user(Role.OFFICER, unit=world.new)).get(f"/tasks/{heir.id}"))
    assert "Thiếu phụ lục" in page[: page.index("Nội dung")]


def test_a_unit_that_goes_on_keeps_what_is_not_chosen(world, admin):
    world.old.valid_to = None
    db.session.commit()
    page = admin.get(world.at)
    assert "Giữ lại ở đơn vị này" in page.text
    data = {"seen": value_of(page, "seen"), "heir": "0", "to": f"task-{world.task.id}-{world.new.id}"}
    assert "Giữ lại ở đơn vị này 1" in words(admin.post(world.at, data=data))
    data["sure"] = "1"
    assert admin.post(world.at, data=data).status_code == 303
    assert unit_of_heir() == world.new.id
    assert db.session.scalar(select(Finding.handed_to_unit_id)) is None


def test_the_page_of_an_ended_unit_says_what_is_open_to_who_may_hand_it_over(world, admin, login):
    page = words(admin.get(world.page))
    assert "Còn 1 nhiệm vụ, 1 tồn tại chưa xong" in page
    assert "Bàn giao cho Phường Ngô Quyền" in page
    assert "chưa xong ở đơn vị đã kết thúc" not in login(make.user(Role.MEMBER)).get(world.page).text


def test_an_ended_unit_without_a_successor_is_led_to_recording_one(world, admin):
    db.session.execute(db.delete(UnitSuccession))
    db.session.commit()
    assert "Hãy ghi đơn vị kế thừa, rồi bàn giao." in words(admin.get(world.page))
    assert "Chưa có đơn vị kế thừa đang hoạt động" in words(admin.get(world.at))
    assert admin.post(world.at, data={"seen": "", "heir": world.new.id}).status_code == 409


def test_recording_a_successor_offers_the_handing_over(app, admin):
    old, new = make.unit("Phường Một"), make.unit("Phường Hai")
    make.task(old)
    data = {"type": "merge", "day": "01/07/2025", "successor": new.id, "legal_document": "NQ 1"}
    assert admin.post(f"/units/{old.id}/succession", data=data).status_code == 303
    page = words(admin.get(f"/units/{old.id}"))
    assert "hãy bàn giao cho đơn vị kế thừa" in page
    assert "Bàn giao cho Phường Hai" in page


def test_shortcomings_handed_over_count_for_the_successor(world, admin):
    db.session.get_one(Finding, world.finding.id).state = FindingState.CHUA_DAT
    db.session.commit()
    later = make.inspection(unit=world.new, inspected_on=date(2023, 9, 15))
    who = make.user(Role.ADMIN)
    card = inspection_card(Principal(who.id, Role.ADMIN), later.id)
    assert figures_of(card, {"finding.remedied_rate"}) == {}
    seen = value_of(admin.get(world.at), "seen")
    admin.post(world.at, data={"seen": seen, "heir": world.new.id, "sure": "1"})
    assert figures_of(card, {"finding.remedied_rate"}) == {"finding.remedied_rate": (0, 1)}


def test_the_successors_people_read_what_came_to_them_and_others_do_not(world, admin, login):
    seen = value_of(admin.get(world.at), "seen")
    admin.post(world.at, data={"seen": seen, "heir": world.new.id, "sure": "1"})
    at = f"/units/{world.new.id}"
    page = words(login(make.user(Role.OFFICER, unit=world.new)).get(at))
    assert "Tồn tại nhận bàn giao 1 Niêm yết thiếu Phường Cầu Tre (cũ), nêu ngày 15/09/2022" in page
    assert "Niêm yết thiếu" not in login(make.user(Role.MEMBER)).get(at).text


# --- Refuses


@pytest.mark.parametrize("heir", ["", "0", "4711", "abc", "9" * 40])
def test_who_is_no_successor_gets_nothing(world, admin, heir):
    page = admin.get(world.at)
    refused = admin.post(world.at, data={"seen": value_of(page, "seen"), "heir": heir})
    assert refused.status_code == 422
    assert "Hãy chọn đơn vị nhận" in words(refused)
    assert unit_of_heir() is None


@pytest.mark.parametrize("to", ["task", "task-1", "nothing-1-1", "task-x-1", "task-1-x", f"task-{9**40}-1"])
def test_a_row_that_cannot_be_read_is_refused_and_the_rest_stays_chosen(world, admin, to):
    world.become(make.unit("Phường Gia Viên"), SuccessionType.SPLIT)
    page = admin.get(world.at)
    refused = admin.post(world.at, data={"seen": value_of(page, "seen"), "heir": world.new.id, "to": to})
    assert refused.status_code == 422
    assert f'<option selected value="{world.new.id}">' in refused.text
    assert unit_of_heir() is None


def test_what_changed_since_the_preview_is_shown_anew_and_nothing_is_handed_over(world, admin):
    other = make.unit("Phường Gia Viên")
    world.become(other, SuccessionType.SPLIT)
    seen = value_of(admin.get(world.at), "seen")
    make.task(world.old, title="Nhiệm vụ vừa giao")
    chosen = f"task-{world.task.id}-{other.id}"
    refused = admin.post(world.at, data={"seen": seen, "heir": world.new.id, "to": chosen})
    assert refused.status_code == 409
    assert "Danh sách vừa thay đổi" in words(refused)
    assert "Nhiệm vụ vừa giao" in words(refused)
    assert f'value="{chosen}" selected' in refused.text
    assert unit_of_heir() is None
    again = {"seen": value_of(refused, "seen"), "heir": world.new.id, "to": chosen, "sure": "1"}
    assert admin.post(world.at, data=again).status_code == 303


def test_twice_is_said(world, admin):
    data = {"seen": value_of(admin.get(world.at), "seen"), "heir": world.new.id, "sure": "1"}
    assert admin.post(world.at, data=data).status_code == 303
    again = admin.post(world.at, data=data)
    assert again.status_code == 409
    assert "Không còn nhiệm vụ, tồn tại nào để bàn giao." in words(again)
    assert len(db.session.scalars(select(Task).where(Task.handed_over_from_id.is_not(None))).all()) == 1


def test_a_unit_that_is_not_there(admin):
    assert admin.get("/units/4711/handover").status_code == 404
    assert admin.post("/units/4711/handover").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.HEAD, Role.UNIT_HEAD, Role.SUPERVISOR])
def test_only_the_administrator_hands_over(world, login, role):
    browser = login(make.user(role, unit=world.old))
    assert browser.get(world.at).status_code == 403
    assert browser.post(world.at, data={"heir": world.new.id}).status_code == 403


def test_other_methods_are_not_taken(world, admin):
    assert admin.delete(world.at).status_code == 405
    assert admin.put(world.at).status_code == 405


def test_the_preview_costs_the_same_for_one_task_and_for_forty(world, admin, count_statements):
    admin.get(world.at)
    with count_statements() as few:
        admin.get(world.at)
    for _number in range(40):
        make.task(world.old, workflow=Workflow.IN_PROGRESS)
    with count_statements() as many:
        page = admin.get(world.at)
    assert len(re.findall(r"<th scope=\"row\">", page.text)) == 42
    assert len(many) == len(few)
