"""Putting a task right after it was given: its words, its due date, and what was given along with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.areas import ReformArea
from app.domain.refusals import Conflict, Forbidden, Invalid, Missing
from app.domain.series import Repeat, Series
from app.domain.task_corrections import Wording
from app.domain.task_steps import Action, Hop, Product, Side, pending_request
from app.domain.tasks import NewTask, Workflow
from app.models import AuditEvent, Directive, Task, TaskCorrection, TaskReport, Unit
from app.queries.access import decided_tasks
from app.queries.task_board import waiting_for
from app.queries.task_corrections import corrections_of, count_along
from app.queries.task_pages import task_page
from app.queries.tasks import get_task
from app.services.directives import remove_directive
from app.services.task_corrections import correct_task
from app.services.tasks import assign_tasks, move_task
from tests import make

NOW = make.NOW
TODAY = date(2022, 9, 15)
DAY = timedelta(days=1)
DUE = date(2022, 9, 20)
NEW = Wording("Báo cáo quý IV", "Báo cáo bằng văn bản", ReformArea.TC)
HERE = (Side.ASSIGNER,)


class World:
    def __init__(self) -> None:
        self.office = make.unit("Quận Ngô Quyền")
        self.wards = [make.unit(name, parent=self.office) for name in ("Phường Cầu Tre", "Phường Lạch Tray")]
        self.by = Principal(
            make.user(Role.SECRETARY, unit=self.office).id, Role.SECRETARY, self.office.id, self.office.path
        )
        ward: Unit = self.wards[0]
        self.officer = Principal(make.user(Role.OFFICER, unit=ward).id, Role.OFFICER, ward.id, ward.path)

    def give(self, *wards: Unit, **rest) -> list[int]:
        ids = tuple(ward.id for ward in wards or self.wards[:1])
        defaults = {"due": DUE, "area": ReformArea.CQS} if "series" not in rest else {}
        return assign_tasks(
            NewTask("Báo cáo quý III", TODAY, ids, **defaults | rest), self.by, NOW, again=True
        )


@pytest.fixture
def world(app) -> World:
    return World()


def version(task_id: int) -> int:
    return db.session.scalar(select(Task.version).where(Task.id == task_id)) or 0


def correct(world, task_id, wording=NEW, at=NOW, sides=HERE, **also) -> int:
    number = correct_task(task_id, wording, sides, version(task_id), world.by, at, **also)
    db.session.expire_all()
    return number


def move(world, task_id, hop, side=Side.ASSIGNER, at=NOW):
    by = world.by if side is Side.ASSIGNER else world.officer
    move_task(task_id, hop, (side,), version(task_id), by, at)
    db.session.expire_all()


def page(task_id):
    return task_page(*get_task(task_id))


def test_what_stood_there_is_kept_beside_what_stands_there_now(world):
    ours = {"unit_id": world.office.id}
    old = make.directive(number="12/KH-UBND", **ours)
    new = make.directive(number="", title="Kế hoạch mới", **ours)
    [task_id] = world.give(directive_id=old.id)
    words = Wording("Báo cáo quý IV", "Gửi bản có dấu", ReformArea.TC, new.id)
    assert correct(world, task_id, words) == 1
    task = db.session.get_one(Task, task_id)
    assert (task.title, task.detail, task.area, task.directive_id) == (
        "Báo cáo quý IV",
        "Gửi bản có dấu",
        ReformArea.TC,
        new.id,
    )
    assert task.title_search == "bao cao quy iv gui ban co dau"
    assert (task.workflow, task.due_current, task.unit_id) == (Workflow.NOT_STARTED, DUE, world.wards[0].id)
    hop = page(task_id).history[-1]
    assert (hop.action, hop.workflow_after) == (Action.CORRECT, Workflow.NOT_STARTED)
    [was] = corrections_of(page(task_id).history).values()
    assert was.title == ("Báo cáo quý III", "Báo cáo quý IV")
    assert was.detail == ("", "Gửi bản có dấu")
    assert was.area == (ReformArea.CQS, ReformArea.TC)
    assert was.directive == ("12/KH-UBND", "Kế hoạch mới")
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.action == "task.dinh_chinh"
    assert event.data["before"] == {
        "title": "Báo cáo quý III",
        "detail": "",
        "area": "CQS",
        "directive_id": old.id,
    }
    assert event.data["after"]["title"] == "Báo cáo quý IV"


@pytest.mark.parametrize("wording", [Wording(" "), Wording("Báo cáo quý III", area=ReformArea.CQS)])
def test_nothing_or_nothing_new_is_no_correction(world, wording):
    [task_id] = world.give()
    with pytest.raises(Invalid) as refused:
        correct(world, task_id, wording)
    assert refused.value.field == "title"
    assert not db.session.scalar(select(func.count()).select_from(TaskCorrection))


def test_a_document_that_is_none_is_refused_at_its_field(world):
    [task_id] = world.give()
    with pytest.raises(Missing) as refused:
        correct(world, task_id, Wording("Báo cáo", directive_id=4711))
    assert refused.value.field == "directive"
    assert db.session.get_one(Task, task_id).title == "Báo cáo quý III"


def test_only_an_open_task_of_ones_own_is_put_right(world):
    [task_id] = world.give()
    with pytest.raises(Forbidden):
        correct(world, task_id, sides=(Side.UNIT,))
    with pytest.raises(Conflict, match=r"người khác cập nhật|đã được rút"):
        correct_task(task_id, NEW, HERE, 7, world.by, NOW)
    move(world, task_id, Hop(Action.CANCEL, "Trùng việc"))
    with pytest.raises(Conflict, match="mở lại trước khi sửa"):
        correct(world, task_id)
    with pytest.raises(Conflict, match="mở lại trước khi sửa"):
        move(world, task_id, Hop(Action.ADJUST, "Nhầm năm", due=DUE + DAY))
    move(world, task_id, Hop(Action.REOPEN, "Hủy nhầm"))
    assert correct(world, task_id) == 1
    with pytest.raises(Missing):
        correct_task(4711, NEW, HERE, 1, world.by, NOW)


def test_what_a_conclusion_asked_for_keeps_its_words_and_its_day(world):
    inspection = make.inspection(unit=world.wards[0])
    finding = make.finding(inspection)
    asked = make.recommendation(inspection)
    for link in ({"finding_id": finding.id}, {"recommendation_id": asked.id}):
        task = make.task(world.wards[0], due_current=DUE, **link)
        for take in (
            lambda task=task: correct(world, task.id),
            lambda task=task: move(world, task.id, Hop(Action.ADJUST, "Nhầm", due=DUE + DAY)),
        ):
            with pytest.raises(Conflict, match="do kết luận kiểm tra giao"):
                take()
        move(world, task.id, Hop(Action.EXTEND, "Mưa bão", due=DUE + DAY))
        assert task.due_current == DUE + DAY


def test_a_request_or_a_report_goes_on_waiting_beside_a_correction(world):
    [task_id] = world.give()
    ask = Hop(Action.ASK_EXTENSION, "Chờ hướng dẫn", due=DUE + DAY)
    move(world, task_id, Hop(Action.ACCEPT), Side.UNIT)
    move(world, task_id, ask, Side.UNIT)
    correct(world, task_id)
    assert page(task_id).request is Action.ASK_EXTENSION
    assert waiting_for(decided_tasks(world.by)) == (0, 1)
    with pytest.raises(Conflict, match="hãy trả lời trước"):
        move(world, task_id, Hop(Action.ADJUST, "Nhầm", due=DUE - DAY))
    move(world, task_id, Hop(Action.EXTEND, "Đồng ý", due=DUE + DAY))
    product = Product("Đã xong", link="https://soat.example/1")
    move(world, task_id, Hop(Action.REPORT, product=product), Side.UNIT)
    correct(world, task_id, Wording("Báo cáo năm"))
    assert waiting_for(decided_tasks(world.by)) == (1, 0)
    move(world, task_id, Hop(Action.CONFIRM), at=NOW + 5 * DAY)
    assert db.session.get_one(Task, task_id).completed_on == TODAY


# --- What was given along


def test_the_same_is_put_right_at_the_other_units_and_what_was_not_touched_stays(world):
    first, second = world.give(*world.wards)
    world.give(*world.wards, detail="Việc khác")
    correct(world, second, Wording("Báo cáo quý III", "", ReformArea.TTHC))
    task = db.session.get_one(Task, first)
    assert count_along(task, decided_tasks(world.by)) == (1, 0)
    assert correct(world, first, Wording("Báo cáo quý IV", area=ReformArea.CQS), units=True) == 2
    other = db.session.get_one(Task, second)
    assert (other.title, other.area) == ("Báo cáo quý IV", ReformArea.TTHC)
    assert db.session.scalar(select(func.count()).where(Task.title == "Báo cáo quý III")) == 2
    events = db.session.scalars(select(AuditEvent.object_id).where(AuditEvent.action == "task.dinh_chinh"))
    assert sorted(events) == [first, second, second]
    assert [hop.action for hop in page(second).history][-2:] == [Action.CORRECT] * 2


def test_the_later_periods_are_put_right_with_one_press_those_before_are_not(world):
    series = Series(Repeat.MONTH, date(2022, 12, 31))
    ids = world.give(*world.wards, series=series)
    here = [id_ for id_ in ids if db.session.get_one(Task, id_).unit_id == world.wards[0].id]
    move(world, here[2], Hop(Action.CANCEL, "Thôi"))
    task = db.session.get_one(Task, here[1])
    assert count_along(task, decided_tasks(world.by)) == (1, len(here) - 3)
    assert correct(world, here[1], periods=True) == len(here) - 2
    titles = [db.session.get_one(Task, id_).title for id_ in here]
    assert titles == [
        "Báo cáo quý III",
        "Báo cáo quý IV",
        "Báo cáo quý III",
        *["Báo cáo quý IV"] * (len(here) - 3),
    ]
    there = next(id_ for id_ in ids if id_ not in here)
    assert correct(world, there, units=True, periods=True) == len(ids) - len(here) + 1


def test_nothing_that_others_gave_or_judge_is_reached(world):
    mine, own = world.give(world.wards[0], world.office)
    assert count_along(db.session.get_one(Task, mine), decided_tasks(world.by)) == (0, 0)
    assert correct(world, mine, units=True) == 1
    assert db.session.get_one(Task, own).title == "Báo cáo quý III"


# --- The due date


@pytest.mark.parametrize(
    ("hop", "sentence"),
    [
        (Hop(Action.ADJUST, "Nhầm", due=TODAY - DAY), "trước ngày giao"),
        (Hop(Action.ADJUST, "Nhầm", due=DUE), "trùng với hạn"),
        (Hop(Action.ADJUST, "Nhầm", due=DUE.replace(year=2033)), "không quá 10 năm"),
        (Hop(Action.ADJUST, "Nhầm"), "Ghi hạn mới"),
        (Hop(Action.ADJUST, "Nhầm", due=DUE - DAY, no_due=True), "không cả hai"),
        (Hop(Action.ADJUST, due=DUE - DAY), "Ghi lý do"),
    ],
)
def test_a_due_date_that_cannot_be_is_refused_with_a_sentence(world, hop, sentence):
    [task_id] = world.give()
    with pytest.raises(Invalid, match=sentence) as refused:
        move(world, task_id, hop)
    assert refused.value.field == ("text" if "lý do" in sentence else "due")
    assert db.session.get_one(Task, task_id).due_current == DUE


def test_a_due_date_that_has_gone_by_is_none_to_give(world):
    [task_id] = world.give()
    with pytest.raises(Invalid, match="trước hôm nay"):
        move(world, task_id, Hop(Action.ADJUST, "Nhầm", due=TODAY + DAY), at=NOW + 2 * DAY)


def test_every_due_date_is_kept_with_its_reason(world):
    [task_id] = world.give()
    move(world, task_id, Hop(Action.ADJUST, "Kế hoạch ghi 16/9", due=TODAY + DAY))
    move(world, task_id, Hop(Action.ADJUST, "Kế hoạch bỏ hạn", no_due=True))
    move(world, task_id, Hop(Action.ADJUST, "Có hạn mới", due=DUE + DAY))
    task = db.session.get_one(Task, task_id)
    assert (task.due_original, task.due_current) == (DUE, DUE + DAY)
    hops = db.session.scalars(select(TaskReport).order_by(TaskReport.id)).all()[1:]
    assert [(hop.due_before, hop.due_after, hop.due) for hop in hops] == [
        (DUE, TODAY + DAY, TODAY + DAY),
        (TODAY + DAY, None, None),
        (None, DUE + DAY, DUE + DAY),
    ]
    assert [hop.text for hop in hops] == ["Kế hoạch ghi 16/9", "Kế hoạch bỏ hạn", "Có hạn mới"]
    assert (page(task_id).adjustments, page(task_id).extensions) == (3, 0)
    with pytest.raises(Invalid, match="vốn không có hạn"):
        move(world, world.give(due=None)[0], Hop(Action.ADJUST, "Nhầm", no_due=True))


# --- A request taken back


@pytest.mark.parametrize(
    "ask", [Hop(Action.REFUSE, "Không thuộc thẩm quyền"), Hop(Action.ASK_EXTENSION, "Mưa", due=DUE + DAY)]
)
def test_a_request_is_taken_back_before_anybody_answered(world, ask):
    [task_id] = world.give()
    with pytest.raises(Conflict, match="đã được rút hoặc đã được trả lời"):
        move(world, task_id, Hop(Action.RECALL), Side.UNIT)
    move(world, task_id, ask, Side.UNIT)
    seen = version(task_id)
    move(world, task_id, Hop(Action.RECALL), Side.UNIT)
    assert waiting_for(decided_tasks(world.by)) == (0, 0)
    assert page(task_id).request is None
    with pytest.raises(Conflict, match=r"người khác cập nhật|đã được rút"):
        move_task(task_id, Hop(Action.DECLINE, "Không"), HERE, seen, world.by, NOW)
    with pytest.raises(Conflict, match="đã được rút"):
        move(world, task_id, Hop(Action.DECLINE, "Không"))
    move(world, task_id, ask, Side.UNIT)
    assert page(task_id).request is ask.action
    assert pending_request([Action.ASSIGN, ask.action, Action.RECALL]) is None


def test_who_answers_first_wins(world):
    [task_id] = world.give()
    move(world, task_id, Hop(Action.REFUSE, "Không thuộc thẩm quyền"), Side.UNIT)
    seen = version(task_id)
    move(world, task_id, Hop(Action.DECLINE, "Vẫn làm"))
    with pytest.raises(Conflict, match=r"người khác cập nhật|đã được rút"):
        move_task(task_id, Hop(Action.RECALL), (Side.UNIT,), seen, world.officer, NOW)


# --- A directive that gave nothing


def test_a_directive_that_gave_nothing_is_taken_back_with_its_files(world):
    directive = make.directive(number="12/KH-UBND", title="Kế hoạch")
    make.attachment(directive_id=directive.id, name="ke-hoach.pdf")
    with pytest.raises(Conflict, match="người khác sửa"):
        remove_directive(directive.id, 2, world.by, NOW)
    id_ = directive.id
    remove_directive(id_, 1, world.by, NOW)
    assert db.session.scalar(select(func.count()).select_from(Directive)) == 0
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.object_id) == ("directive.remove", id_)
    assert event.data["before"]["number"] == "12/KH-UBND"
    assert event.data["before"]["file_names"] == "ke-hoach.pdf"
    with pytest.raises(Missing):
        remove_directive(id_, 1, world.by, NOW)


def test_a_directive_that_gave_a_task_stays_also_when_the_task_was_put_elsewhere_since(world):
    directive, other = (make.directive(number=n, unit_id=world.office.id) for n in ("1/KH", "2/KH"))
    [task_id] = world.give(directive_id=directive.id)
    with pytest.raises(Conflict, match="đã giao nhiệm vụ"):
        remove_directive(directive.id, 1, world.by, NOW)
    correct(world, task_id, Wording("Báo cáo quý III", directive_id=other.id))
    correct(world, task_id, Wording("Báo cáo quý III"))
    for id_ in (directive.id, other.id):
        with pytest.raises(Conflict, match="đã giao nhiệm vụ"):
            remove_directive(id_, 1, world.by, NOW)


def test_a_conclusion_is_never_taken_back(world):
    directive = make.directive(inspection_id=make.inspection(unit=world.wards[0]).id)
    with pytest.raises(Conflict, match="Kết luận"):
        remove_directive(directive.id, 1, world.by, NOW)
