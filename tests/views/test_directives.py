"""/directives, /tasks/new for many units, /tasks/<id>/series: the ladder of each page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.db import db
from app.domain.access import Role
from app.domain.periods import today
from app.domain.series import Repeat
from app.domain.tasks import DirectiveKind, Workflow
from app.domain.units import UnitKind
from app.models import Attachment, AuditEvent, Directive, Task
from app.views import _new_task
from tests import make
from tests.cast import words
from tests.documents.hostile import pdf

TYPED = {"kind": "ke_hoach", "title": "Kế hoạch năm", "number": "12/KH-UBND", "issued_on": "10/01/2022"}


class World:
    """A province with an office whose head plans, wards below it, and a ward elsewhere."""

    def __init__(self) -> None:
        self.city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
        self.office = make.unit("Sở Nội vụ", kind=UnitKind.SO_NGANH, parent=self.city)
        self.wards = [
            make.unit(f"Phường {name}", parent=self.city) for name in ("An Biên", "Cầu Tre", "Đồ Sơn")
        ]
        self.far = make.unit("Phường Xa")
        self.head = make.user(Role.HEAD, unit=self.office)
        self.colleague = make.user(Role.SECRETARY, unit=self.office)
        self.other_planner = make.user(Role.HEAD)
        self.officer = make.user(Role.OFFICER, unit=self.wards[0])
        self.stranger = make.user(Role.OFFICER, unit=self.far)

    def directive(self, **rest: Any) -> Directive:
        return make.directive(unit_id=self.office.id, created_by_id=self.head.id, **rest)


@pytest.fixture
def world(app) -> World:
    return World()


def multipart(fields: dict[str, Any], content: bytes, name: str) -> dict[str, Any]:
    boundary, body = encode_multipart(fields | {"file": FileStorage(BytesIO(content), name)})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def new_task(world: World, **fields: Any) -> dict[str, Any]:
    given = {"title": "Rà soát thủ tục", "assigned_on": "01/09/2022", "directive": ""}
    return given | fields


def number_of(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# --- A directive and its files


def test_a_directive_comes_with_its_kind_and_its_file(world, login):
    browser = login(world.head)
    reply = browser.post("/directives/new", **multipart(TYPED, pdf(), "Kế hoạch 12.pdf"))
    assert reply.status_code == 303
    directive = db.session.scalars(select(Directive)).one()
    assert (directive.kind, directive.unit_id) == (DirectiveKind.KE_HOACH, world.office.id)
    file = db.session.scalars(select(Attachment)).one()
    assert (file.directive_id, file.name) == (directive.id, "Kế hoạch 12.pdf")
    page = browser.get(reply.location)
    assert "Kế hoạch 12.pdf" in words(page)
    assert "Kế hoạch · 12/KH-UBND" in words(page)
    assert browser.get(f"/attachments/{file.id}").data == pdf()
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.action, event.object_kind) for event in events[1:]] == [
        ("directive.add", "directive"),
        ("attachment.add", "directive"),
    ]
    assert "Kế hoạch" in words(browser.get("/directives"))
    assert "1 tệp" in words(browser.get("/directives"))


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"GIF89a", "anh.gif", "Chỉ nhận ảnh"),
        (b"", "rong.pdf", "Tệp rỗng"),
        (pdf() + b"\0" * (16 * 2**20), "lon.pdf", "15 MB"),
    ],
    ids=["kind", "empty", "large"],
)
def test_a_refused_file_has_its_sentence_at_its_field_and_loses_nothing(
    world, login, content, name, sentence
):
    reply = login(world.head).post("/directives/new", **multipart(TYPED, content, name))
    assert reply.status_code == 422
    fault = re.search(r'id="file-error".*?</div>', reply.text, re.DOTALL)
    assert fault, words(reply)
    assert sentence in unescape(fault[0])
    assert 'value="12/KH-UBND"' in reply.text
    assert "Kế hoạch năm" in reply.text
    assert re.search(r'<option selected value="ke_hoach">', reply.text)
    assert (number_of(Directive), number_of(Attachment)) == (0, 0)


def test_a_file_sent_with_a_directive_that_is_refused_is_asked_for_again(world, login):
    again = "Nội dung đã gõ còn nguyên; hãy chọn lại các tệp rồi gửi lại."
    for wrong in ({"title": ""}, {"issued_on": "31/02/2022"}):
        reply = login(world.head).post(
            "/directives/new", **multipart(TYPED | wrong, pdf(), "Kế hoạch 12.pdf")
        )
        assert reply.status_code == 422
        # At the field, and in the summary at the head of the page.
        assert words(reply).count(again) == 2
        reply = login(world.head).post("/directives/new", data=TYPED | wrong)
        assert reply.status_code == 422
        assert again not in words(reply)
    assert number_of(Directive) == 0


def test_what_is_larger_by_far_is_one_sentence(world, login):
    reply = login(world.head).post("/directives/new", **multipart(TYPED, b"0" * (62 * 2**20), "lon.pdf"))
    assert reply.status_code == 413
    assert "15 MB" in words(reply)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Hãy điền mục này"),
        ({"kind": "sac_lenh"}, "Hãy chọn một mục"),
        ({"issued_on": "x"}, "Ngày"),
    ],
)
def test_a_wrong_directive_is_refused(world, login, fields, sentence):
    reply = login(world.head).post("/directives/new", data=TYPED | fields)
    assert reply.status_code == 422
    assert sentence in words(reply)


def test_the_kind_is_corrected_and_a_form_without_one_is_a_letter(world, login):
    directive = world.directive()
    browser = login(world.colleague)
    assert browser.post(f"/directives/{directive.id}/edit", data=TYPED | {"version": "1"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(Directive, directive.id).kind is DirectiveKind.KE_HOACH
    assert browser.post("/directives/new", data={"title": "Công văn cũ"}).status_code == 303


def test_files_come_and_go_with_the_right_to_write_the_directive(world, login):
    directive = world.directive()
    make.task(world.wards[0], directive_id=directive.id)
    at = f"/directives/{directive.id}/attachments"
    fields = {"op_id": "6f1a3c1e-8d57-4a39-9d0d-0d8b1f6f0a11", "caption": ""}
    for person, read, write in [
        (world.colleague, 200, 303),
        (world.other_planner, 404, 404),
        (world.officer, 200, 403),
        (world.stranger, 404, 404),
    ]:
        browser = login(person)
        assert browser.get(at).status_code == read
        assert browser.post(at, **multipart(fields, pdf(), "a.pdf")).status_code == write
    file = db.session.scalars(select(Attachment)).one()
    for person, read, write in [
        (world.stranger, 404, 404),
        (world.officer, 200, 403),
        (world.head, 200, 303),
    ]:
        browser = login(person)
        assert browser.get(f"/attachments/{file.id}").status_code == read
        assert browser.post(f"/attachments/{file.id}/remove").status_code == write
    assert login(world.head).get(f"/attachments/{file.id}").status_code == 404
    assert login(world.head).post(f"/attachments/{file.id}/restore").status_code == 303
    assert login(world.head).delete(at).status_code == 405


def test_the_list_is_filtered_by_kind(world, login):
    world.directive(title="Công văn đôn đốc")
    world.directive(title="Kế hoạch năm 2022", kind=DirectiveKind.KE_HOACH)
    page = words(login(world.head).get("/directives?kind=ke_hoach"))
    assert "Kế hoạch năm 2022" in page
    assert "Công văn đôn đốc" not in page
    assert login(world.head).get("/directives?kind=x&page=-1").status_code == 200


# --- What a directive gave


def test_the_page_shows_unit_by_unit_what_counts(world, login):
    directive = world.directive()
    first, second, third = world.wards
    of = {"directive_id": directive.id, "assigner_unit_id": world.office.id}
    make.task(first, **of, workflow=Workflow.DONE, completed_on=make.NOW.date())
    make.task(first, **of, due_current=make.NOW.date())
    make.task(second, **of, lead=False)
    make.task(third, **of, workflow=Workflow.CANCELLED)
    page = login(world.head).get(f"/directives/{directive.id}")
    text = words(page)
    assert "1/2 nhiệm vụ" in text
    assert re.search(r"Phường An Biên 1/2 1 15/09/2022", text)
    assert re.search(r"Phường Cầu Tre – 0 – phối hợp 1, không tính", text)
    assert re.search(r"Phường Đồ Sơn – 0 – đã hủy hoặc tạm hoãn", text)
    mine = login(world.head).get(f"/directives/{directive.id}?unit={first.id}")
    assert "Nhiệm vụ của Phường An Biên 2" in words(mine)
    assert login(world.head).get(f"/directives/{directive.id}?unit=x&page=y").status_code == 200


def test_a_unit_sees_only_its_own_part(world, login):
    directive = world.directive()
    for ward in world.wards[:2]:
        make.task(ward, directive_id=directive.id)
    page = words(login(world.officer).get(f"/directives/{directive.id}"))
    assert "Phường An Biên" in page
    assert "Phường Cầu Tre" not in page
    assert login(world.stranger).get(f"/directives/{directive.id}").status_code == 404


def test_pages_ask_no_more_for_many_units_than_for_few(world, login, count_statements):
    directive = world.directive()
    for ward in world.wards[:2]:
        make.task(ward, directive_id=directive.id, assigner_unit_id=world.office.id)
    browser = login(world.head)
    counted = {}
    for round_ in (1, 2):
        for address in ("/directives", f"/directives/{directive.id}", "/tasks/new"):
            browser.get(address)
            with count_statements() as statements:
                browser.get(address)
            counted.setdefault(address, []).append(len(statements))
        if round_ == 1:
            for number in range(30):
                ward = make.unit(f"Phường số {number}", parent=world.city)
                make.task(ward, directive_id=directive.id, assigner_unit_id=world.office.id)
                world.directive(title=f"Công văn {number}")
    assert all(few == many <= 10 for few, many in counted.values()), counted


# --- One task for many units


def test_all_communes_are_those_of_the_moment_of_sending(world, login):
    browser = login(world.head)
    page = browser.get("/tasks/new")
    assert "Tất cả xã, phường, đặc khu của Thành phố Hải Phòng (3)" in words(page)
    directive = world.directive()
    made_since = make.unit("Phường Mới", parent=world.city)
    reply = browser.post(
        "/tasks/new", data=new_task(world, everyone="y", directive=directive.id, area="TTHC")
    )
    assert (reply.status_code, reply.location) == (303, f"/directives/{directive.id}")
    given = {(task.unit_id, task.area, task.lead) for task in db.session.scalars(select(Task))}
    assert given == {(ward.id, "TTHC", True) for ward in [*world.wards, made_since]}
    assert "Đã giao nhiệm vụ cho 4 đơn vị" in words(browser.get(reply.location))


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "lead", "Chọn ít nhất một đơn vị chủ trì"),
        ({"lead": "far"}, "lead", "Có đơn vị mà bạn không giao nhiệm vụ được"),
        ({"everyone": "y", "cooperating": "ward"}, "cooperating", "không vừa chủ trì vừa phối hợp"),
        ({"lead": "ward", "due": "31/08/2022"}, "due", "Hạn không được trước ngày giao"),
        ({"lead": "ward", "area": "X"}, "area", "Hãy chọn một mục"),
        ({"lead": "ward", "repeat": "hang_gio"}, "repeat", "Hãy chọn một mục"),
        ({"lead": "ward", "repeat": "hang_quy"}, "until", "Ghi ngày cuối của việc lặp lại"),
        (
            {"lead": "ward", "repeat": "hang_quy", "until": "31/08/2022"},
            "until",
            "không được trước ngày giao",
        ),
        ({"lead": "ward", "repeat": "hang_thang", "until": "1/1/2030"}, "until", "Nhiều nhất 60 kỳ"),
        (
            {"lead": "ward", "repeat": "hang_quy", "until": "31/12/2022", "due": "1/12/2022"},
            "due",
            "hạn theo từng kỳ",
        ),
        (
            {"lead": "ward", "repeat": "hang_quy", "until": "31/12/2022", "days_after": "91"},
            "days_after",
            "Hạn từ 0 đến 90 ngày",
        ),
        ({"lead": "ward", "days_after": "-1"}, "days_after", ""),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(world, login, fields, field, sentence):
    ids = {"far": world.far.id, "ward": world.wards[0].id}
    data = new_task(world, detail="Đã gõ nhiều chữ") | {name: ids.get(v, v) for name, v in fields.items()}
    for step in ({}, {"preview": "1"}):
        reply = login(world.head).post("/tasks/new", data=data | step)
        assert reply.status_code == 422
        fault = re.search(rf'id="{field}-error".*?</div>', reply.text, re.DOTALL)
        assert fault, words(reply)
        assert sentence in unescape(fault[0])
        assert "Đã gõ nhiều chữ" in reply.text
    assert number_of(Task) == 0


def test_the_dates_of_a_series_are_shown_before_it_is_given(world, login):
    ward = world.wards[0]
    data = new_task(world, lead=ward.id, repeat=Repeat.QUARTER.value, until="31/03/2023", days_after="10")
    reply = login(world.head).post("/tasks/new", data=data | {"preview": "1"})
    assert reply.status_code == 200
    assert "Sẽ giao cho 1 đơn vị chủ trì; 3 kỳ" in words(reply)
    assert "Quý III/2022 01/09/2022 10/10/2022 Quý IV/2022 01/10/2022 10/01/2023" in words(reply)
    assert number_of(Task) == 0
    assert re.search(rf'name="lead" value="{ward.id}"[^>]* checked', reply.text)
    assert login(world.head).post("/tasks/new", data=data).status_code == 303
    assert number_of(Task) == 3


def test_of_too_many_units_those_searched_for_are_shown_and_ticked_ones_kept(world, login, monkeypatch):
    monkeypatch.setattr(_new_task, "MOST_LISTED", 2)
    browser = login(world.head)
    first, second, third = world.wards
    page = browser.get("/tasks/new")
    assert "Phường Cầu Tre" not in page.text
    found = browser.post("/tasks/new", data=new_task(world, lead=first.id, lead_q="do son", find="lead"))
    assert found.status_code == 200
    assert re.search(rf'value="{first.id}"[^>]* checked', found.text)
    assert re.search(rf'name="lead" value="{third.id}"', found.text)
    assert f'value="{second.id}"' not in found.text
    part = browser.get("/tasks/units?pick=lead&lead_q=cau+tre")
    assert "Phường Cầu Tre" in part.text
    assert "Phường Xa" not in browser.get("/tasks/units?pick=lead&lead_q=xa").text
    assert browser.get("/tasks/units?pick=owner").status_code == 404
    data = new_task(world, lead=[first.id, second.id], cooperating=third.id)
    reply = browser.post("/tasks/new", data=data)
    assert reply.status_code == 303
    assert number_of(Task) == 3
    listed = browser.get(reply.location)
    assert all(f'href="/tasks/{id_}"' in listed.text for id_ in db.session.scalars(select(Task.id)))
    assert browser.post("/tasks/new", data=new_task(world, lead=world.far.id)).status_code == 422


def test_only_planners_search_units_to_give_tasks_to(world, login):
    assert login(world.officer).get("/tasks/units?pick=lead").status_code == 403
    assert login(world.head).post("/tasks/units").status_code == 405


# --- A series


def series(world: World, login) -> list[Task]:
    # The clock is real here: the period of this year has begun, the two after it have not.
    year = today(datetime.now(UTC)).year
    data = new_task(world, lead=world.wards[0].id, repeat=Repeat.YEAR.value, until=f"31/12/{year + 2}")
    data["assigned_on"] = f"01/01/{year}"
    assert login(world.head).post("/tasks/new", data=data).status_code == 303
    return list(db.session.scalars(select(Task).order_by(Task.assigned_on)))


def test_the_rest_of_a_series_is_cancelled_by_its_assigner(world, login):
    first, *rest = series(world, login)
    at = f"/tasks/{first.id}/series"
    assert f'href="{at}"' in login(world.officer).get(f"/tasks/{first.id}").text
    page = login(world.head).get(at)
    assert "2 kỳ chưa bắt đầu của Phường An Biên sẽ bị hủy" in words(page)
    assert "Hủy các kỳ còn lại" not in words(login(world.officer).get(at))
    assert login(world.head).post(f"{at}/cancel", data={"text": " "}).status_code == 422
    assert login(world.head).post(f"{at}/cancel", data={"text": "Kế hoạch mới"}).status_code == 303
    db.session.expire_all()
    states = [db.session.get(Task, task.id).workflow for task in (first, *rest)]
    assert states == [Workflow.NOT_STARTED, Workflow.CANCELLED, Workflow.CANCELLED]
    assert login(world.head).post(f"{at}/cancel", data={"text": "Lần nữa"}).status_code == 409


def test_who_may_not_end_a_series(world, login):
    first = series(world, login)[0]
    at = f"/tasks/{first.id}/series"
    assert login(world.officer).post(f"{at}/cancel", data={"text": "Thôi"}).status_code == 403
    for person in (world.stranger, world.other_planner):
        assert login(person).get(at).status_code == 404
        assert login(person).post(f"{at}/cancel", data={"text": "Thôi"}).status_code == 404
    once = make.task(world.wards[0], assigner_unit_id=world.office.id)
    assert login(world.head).get(f"/tasks/{once.id}/series").status_code == 404
    assert login(world.head).get("/tasks/999999/series").status_code == 404
    assert login(world.head).get(f"{at}/cancel").status_code == 405


def test_periods_that_have_not_begun_count_nowhere_today(world, login):
    series(world, login)
    browser = login(world.officer)
    assert "0/1 nhiệm vụ" in words(browser.get("/tasks"))
    assert "Rà soát thủ tục" in words(browser.get("/"))


def test_the_file_stands_at_the_head_of_a_long_page(world, login):
    directive = world.directive()
    for ward in world.wards:
        make.task(ward, directive_id=directive.id, assigner_unit_id=world.office.id)
    file = make.attachment(directive_id=directive.id, name="Kế hoạch.pdf")
    page = login(world.head).get(f"/directives/{directive.id}").text
    assert page.index(f'href="/attachments/{file.id}"') < page.index("Theo đơn vị")
