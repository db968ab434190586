"""/inspections/<id>/findings: the ladder of each page."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.domain.inspections import FindingKind, State
from app.models import Finding, Recommendation
from tests import make
from tests.cast import HTMX, SCRIPT, World, checked_of, fault_at, value_of, words


@pytest.fixture
def world(app) -> World:
    return World()


def typed(**more: object) -> dict[str, object]:
    return {
        "op_id": str(uuid4()),
        "version": "1",
        "criterion": "1.1.1",
        "kind": "ton_tai",
        "severity": "trung_binh",
        "text": "Chưa công khai thủ tục",
        "cause": "Chưa phân công",
        "responsibility": "Bộ phận Một cửa",
        "legal_basis": "NĐ 61/2018/NĐ-CP",
        "due_on": "30/9/2022",
        "recommended": "",
        "addressee": "",
    } | more


def stored() -> list[Finding]:
    return list(db.session.execute(select(Finding).order_by(Finding.id)).scalars())


# --- Works


def test_a_finding_begins_with_its_criterion_area_and_legal_basis_filled_in(world, login):
    page = login(world.member).get(f"{world.at}/findings/new?criterion=1.1.1")
    assert page.status_code == 200
    assert value_of(page, "criterion") == "1.1.1"
    assert value_of(page, "legal_basis") == "NQ 76/NQ-CP"
    assert checked_of(page, "kind") == "ton_tai"
    drawer = login(world.member).get(f"{world.at}/findings/new?criterion=1.1.1", headers=HTMX)
    assert drawer.text.lstrip().startswith("<form")


def test_a_finding_from_the_drawer_is_answered_with_a_fragment(world, login):
    reply = login(world.member).post(f"{world.at}/findings", data=typed(), headers=HTMX)
    assert reply.status_code == 200
    assert "Đã ghi nhận phát hiện" in words(reply)
    (finding,) = stored()
    assert (finding.text, finding.severity, finding.created_by_id) == (
        "Chưa công khai thủ tục",
        "trung_binh",
        world.member.id,
    )


def test_a_finding_from_a_plain_form_leads_to_the_list_with_its_recommendation(world, login):
    browser = login(world.member)
    reply = browser.post(
        f"{world.at}/findings", data=typed(recommended="Công khai trước 30/9", addressee="Chủ tịch UBND")
    )
    assert (reply.status_code, reply.location) == (303, f"{world.at}/findings")
    page = words(browser.get(reply.location))
    for text in ("Đã ghi nhận", "Chưa công khai thủ tục", "Công khai trước 30/9", "hạn 30/09/2022"):
        assert text in page


def test_a_strength_has_neither_severity_nor_deadline(world, login):
    login(world.member).post(f"{world.at}/findings", data=typed(kind="uu_diem", text="Gọn gàng"))
    (finding,) = stored()
    assert (finding.kind, finding.severity, finding.due_on) == (FindingKind.UU_DIEM, None, None)


def test_a_finding_may_be_about_a_whole_area(world, login):
    login(world.secretary).post(f"{world.at}/findings", data=typed(criterion="", area="2"))
    (finding,) = stored()
    assert finding.criterion_id is None
    assert finding.area_id == world.checklist.areas_by_code["2"].id


def test_sending_twice_is_one_finding(world, login):
    browser, sent = login(world.member), typed()
    assert [browser.post(f"{world.at}/findings", data=sent).status_code for _twice in range(2)] == [303, 303]
    assert len(stored()) == 1


def test_a_finding_is_changed(world, login):
    finding = make.finding(world.inspection)
    browser = login(world.member)
    page = browser.get(f"{world.at}/findings/{finding.id}/edit")
    assert value_of(page, "text") == finding.text
    reply = browser.post(f"{world.at}/findings/{finding.id}", data=typed(text="Đã công khai một phần"))
    assert reply.status_code == 303
    assert stored()[0].text == "Đã công khai một phần"


def test_a_strength_can_be_opened_and_saved_again(world, login):
    finding = make.finding(world.inspection, kind=FindingKind.UU_DIEM, severity=None)
    browser = login(world.member)
    page = browser.get(f"{world.at}/findings/{finding.id}/edit")
    assert checked_of(page, "kind") == "uu_diem"
    sent = typed(kind="uu_diem")
    del sent["severity"]
    assert browser.post(f"{world.at}/findings/{finding.id}", data=sent).status_code == 303


def test_a_finding_is_taken_out_and_brought_back(world, login):
    finding = make.finding(world.inspection)
    browser = login(world.member)
    reply = browser.post(f"{world.at}/findings/{finding.id}/remove")
    assert reply.status_code == 303
    page = browser.get(reply.location)
    assert finding.text not in page.text
    assert "Hoàn tác" in page.text
    assert browser.post(f"{world.at}/findings/{finding.id}/restore").status_code == 303
    assert finding.text in browser.get(f"{world.at}/findings").text


# --- 422


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\t "}, "text"),
        ({"text": "a" * 5001}, "text"),
        ({"cause": "a" * 2001}, "cause"),
        ({"responsibility": "a" * 501}, "responsibility"),
        ({"legal_basis": "a" * 1001}, "legal_basis"),
        ({"due_on": "31/02/2022"}, "due_on"),
        ({"due_on": "15-9"}, "due_on"),
        ({"kind": "khen"}, "kind"),
        ({"severity": "rất nặng"}, "severity"),
    ],
    ids=lambda case: str(case)[:40],
)
def test_what_cannot_be_taken_is_refused_at_its_field_and_stays_typed(world, login, wrong, field):
    browser = login(world.member)
    sent = typed(cause="nguyên <nhân>") | wrong
    for headers in ({}, HTMX):
        reply = browser.post(f"{world.at}/findings", data=sent, headers=headers)
        assert reply.status_code == 422
        sentence = fault_at(reply, field)
        assert sentence
        assert "Not a valid" not in sentence
        for name in ("text", "cause", "responsibility", "legal_basis", "due_on"):
            assert value_of(reply, name) == sent[name].strip()
    assert stored() == []


def test_a_finding_without_place_is_refused(world, login):
    reply = login(world.member).post(f"{world.at}/findings", data=typed(criterion=""))
    assert reply.status_code == 422
    assert "Hãy chọn lĩnh vực hoặc tiêu chí" in words(reply)
    assert value_of(reply, "text") == "Chưa công khai thủ tục"


@pytest.mark.parametrize(
    "broken", [{"op_id": "x"}, {"op_id": ""}, {"version": "một"}, {"version": "9" * 20}], ids=str
)
def test_a_form_that_is_not_ours_is_refused(world, login, broken):
    assert login(world.member).post(f"{world.at}/findings", data=typed() | broken).status_code == 422
    assert stored() == []


def test_an_operation_of_another_person_is_refused(world, login):
    sent = typed()
    assert login(world.member).post(f"{world.at}/findings", data=sent).status_code == 303
    assert login(world.head).post(f"{world.at}/findings", data=sent).status_code == 422
    assert len(stored()) == 1


# --- 404, 403, 405, 409


def test_strangers_and_unknown_things_are_not_found(world, login):
    finding = make.finding(world.inspection)
    other = make.finding(make.inspection(delegation=world.delegation, unit=world.neighbour))
    for person in world.strangers:
        browser = login(person)
        for address in ("", "/new", f"/{finding.id}/edit"):
            assert browser.get(f"{world.at}/findings{address}").status_code == 404
        for address in ("", f"/{finding.id}", f"/{finding.id}/remove", f"/{finding.id}/restore"):
            assert browser.post(f"{world.at}/findings{address}", data=typed()).status_code == 404
    browser = login(world.head)
    for id_ in (other.id, 999999):
        assert browser.get(f"{world.at}/findings/{id_}/edit").status_code == 404
        for verb in ("", "/remove", "/restore"):
            assert browser.post(f"{world.at}/findings/{id_}{verb}", data=typed()).status_code == 404
    for place in ("criterion=9.9.9", "area=9", "criterion=%00", "area=x"):
        assert browser.get(f"{world.at}/findings/new?{place}").status_code == 404
    assert browser.post(f"{world.at}/findings", data=typed(criterion="9.9.9")).status_code == 404


def test_only_the_areas_one_was_given_may_be_written(world, login):
    finding = make.finding(world.inspection, "2.1.1")
    browser = login(world.member)
    assert browser.post(f"{world.at}/findings", data=typed(criterion="2.1.1")).status_code == 403
    assert browser.get(f"{world.at}/findings/{finding.id}/edit").status_code == 403
    for verb in ("", "/remove", "/restore"):
        assert browser.post(f"{world.at}/findings/{finding.id}{verb}", data=typed()).status_code == 403
    assert login(world.secretary).post(f"{world.at}/findings", data=typed()).status_code == 303, "gathers all"


def test_a_removed_finding_of_another_area_cannot_be_brought_back(world, login):
    finding = make.finding(world.inspection, "2.1.1", removed_at=make.NOW)
    assert login(world.member).post(f"{world.at}/findings/{finding.id}/restore").status_code == 403
    assert stored()[0].removed_at is not None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR, Role.ADMIN])
def test_who_is_not_of_the_delegation_writes_no_finding(world, login, role):
    person = {
        Role.OFFICER: world.officer,
        Role.UNIT_HEAD: world.unit_head,
        Role.SUPERVISOR: world.supervisor,
        Role.ADMIN: world.admin,
    }[role]
    finding = make.finding(world.inspection)
    browser = login(person)
    assert browser.get(f"{world.at}/findings").status_code == 200
    assert browser.get(f"{world.at}/findings/new").status_code == 403
    for verb in ("", f"/{finding.id}", f"/{finding.id}/remove", f"/{finding.id}/restore"):
        assert browser.post(f"{world.at}/findings{verb}", data=typed()).status_code == 403


def test_the_unit_sees_no_finding_before_publication(world, login):
    make.finding(world.inspection)
    make.recommendation(world.inspection)
    browser = login(world.officer)
    page = browser.get(f"{world.at}/findings")
    assert "Chưa công khai" not in page.text
    assert "Công khai đầy đủ" not in page.text
    assert "sau khi Trưởng đoàn công bố" in words(page)
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    page = browser.get(f"{world.at}/findings")
    assert "Chưa công khai" in page.text
    assert "Công khai đầy đủ" in page.text


def test_a_finding_changed_by_another_is_a_conflict_and_nothing_typed_is_lost(world, login):
    finding = make.finding(world.inspection)
    first, second = login(world.head), login(world.member)
    assert first.post(f"{world.at}/findings/{finding.id}", data=typed(text="bản A")).status_code == 303
    reply = second.post(f"{world.at}/findings/{finding.id}", data=typed(text="bản B"))
    assert reply.status_code == 409
    assert value_of(reply, "text") == "bản B"
    assert "Người khác vừa sửa" in words(reply)
    assert stored()[0].text == "bản A"


def test_nothing_is_written_after_the_minutes_are_signed(world, login):
    finding = make.finding(world.inspection)
    world.move(State.DA_KY_BIEN_BAN, published=True)
    browser = login(world.head)
    assert browser.get(f"{world.at}/findings/new").status_code == 409
    for verb in ("", f"/{finding.id}", f"/{finding.id}/remove", f"/{finding.id}/restore"):
        assert browser.post(f"{world.at}/findings{verb}", data=typed()).status_code == 409
    assert "Sửa" not in words(browser.get(f"{world.at}/findings"))


def test_other_methods_are_refused(world, login):
    finding = make.finding(world.inspection)
    browser = login(world.head)
    for method, address in (
        ("put", ""),
        ("delete", f"/{finding.id}"),
        ("get", f"/{finding.id}/remove"),
        ("get", f"/{finding.id}/restore"),
        ("post", f"/{finding.id}/edit"),
        ("post", "/new"),
    ):
        assert getattr(browser, method)(f"{world.at}/findings{address}").status_code == 405


def test_the_list_costs_the_same_for_one_finding_and_for_thirty(world, login, count_statements):
    browser = login(world.head)

    def cost() -> int:
        with count_statements() as statements:
            assert browser.get(f"{world.at}/findings").status_code == 200
        return len(statements)

    make.finding(world.inspection)
    cost()  # the checklist is read into memory
    one = cost()
    for _number in range(15):
        make.finding(world.inspection)
        make.recommendation(world.inspection)
    assert cost() == one


def test_what_is_typed_is_shown_as_text_never_as_markup(world, login):
    login(world.member).post(
        f"{world.at}/findings",
        data=typed(text="<script>alert(1)</script>", recommended='"><img src=x onerror=1>'),
    )
    page = login(world.head).get(f"{world.at}/findings").text
    assert "&lt;script&gt;" in page
    assert "<img src=x" not in page
    assert db.session.execute(select(func.count()).select_from(Recommendation)).scalar_one() == 1


def test_the_outbox_gets_one_line_and_its_operation_back(world, login):
    browser, sent = login(world.member), typed()
    for _again in range(2):
        reply = browser.post(f"{world.at}/findings", data=sent, headers=SCRIPT)
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
        assert "Đã ghi nhận phát hiện" in words(reply)
    assert len(stored()) == 1
    refused = browser.post(f"{world.at}/findings", data=typed(text="", due_on="31/02/2022"), headers=SCRIPT)
    assert (refused.status_code, refused.headers.get("Soat-Op")) == (422, None)
    assert "data-code" in refused.text
    assert "Nội dung:" in words(refused)
    assert "Hạn khắc phục:" in words(refused)


# --- Deadlines that can only be slips of the finger


@pytest.mark.parametrize(
    ("due", "said"), [("14/9/2022", "không được trước ngày kiểm tra (15/09/2022)"), ("1/1/2099", "quá xa")]
)
def test_a_deadline_that_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(world, login, due, said):
    browser = login(world.member)
    reply = browser.post(f"{world.at}/findings", data=typed(due_on=due))
    assert reply.status_code == 422
    assert said in fault_at(reply, "due_on")
    assert value_of(reply, "due_on") == due
    assert value_of(reply, "text") == "Chưa công khai thủ tục"
    assert stored() == []
    # The outbox shows the sentence with the field's label, and sends what was mended under the same name.
    sent = typed(due_on=due)
    queued = browser.post(f"{world.at}/findings", data=sent, headers=SCRIPT)
    assert queued.status_code == 422
    assert f"Hạn khắc phục: Hạn {'không được trước' if '2022' in due else 'quá xa'}" in words(queued)
    mended = browser.post(f"{world.at}/findings", data=sent | {"due_on": "30/9/2022"}, headers=SCRIPT)
    assert (mended.status_code, mended.headers["Soat-Op"]) == (200, sent["op_id"])
    (finding,) = stored()
    changed = browser.post(
        f"{world.at}/findings/{finding.id}",
        data=typed(due_on=due, text="Đã đổi", version=str(finding.version)),
    )
    assert changed.status_code == 422
    assert said in fault_at(changed, "due_on")
    assert value_of(changed, "text") == "Đã đổi"


def test_a_deadline_that_stands_from_before_does_not_stop_other_words(world, login):
    finding = make.finding(world.inspection, due_on=date(2022, 1, 1))
    sent = typed(due_on="1/1/2022", text="Đã đổi", version=str(finding.version))
    assert login(world.member).post(f"{world.at}/findings/{finding.id}", data=sent).status_code == 303
