"""/inspections/<id>/answers/<criterion>: the ladder of saving one score, with scripts and without."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.db import db
from app.domain.inspections import Side, State
from app.domain.scoring import YesNoInput
from app.models import AnswerChange, AuditEvent
from app.queries.checklists import forget_checklists
from tests import make
from tests.cast import HTMX, SCRIPT, World, checked_of, value_of, words
from tests.views.tapped import card, rows, stored, tap

YES, NO = YesNoInput(True), YesNoInput(False)


@pytest.fixture
def world(app) -> World:
    return World()


# --- Works


def test_a_tap_is_answered_with_outputs_only_and_with_its_own_name(world, login):
    sent = tap(yes="1")
    reply = login(world.member).post(f"{world.at}/answers/1.1.1", data=sent, headers=SCRIPT)
    assert reply.status_code == 200
    assert reply.headers["Soat-Op"] == sent["op_id"]
    for id_ in ("result-1.1.1", "area-sum-1", "area-points-1", "total-points", "answered"):
        assert f'id="{id_}"' in reply.text
    for control in ("<input", "<textarea", "<select", "<form"):
        assert control not in reply.text, "a reply never touches a control"
    assert 'data-version="1"' in reply.text
    assert stored(world).points == 100


def test_without_scripts_the_same_address_leads_back_to_the_card(world, login):
    browser = login(world.member)
    reply = browser.post(f"{world.at}/answers/1.1.1", data=card(yes="1", note="đã xem"))
    assert reply.status_code == 303
    assert reply.location.endswith("/score?side=verified&area=1#c-1.1.1")
    assert (stored(world).points, stored(world).note) == (100, "đã xem")


@pytest.mark.parametrize(
    ("code", "typed", "value", "points"),
    [
        ("1.1.1", {"yes": "0"}, {"yes": False}, 0),
        ("1.1.2", {"level": "1"}, {"level": 1}, 50),
        ("1.1.3", {"numerator": "4.541", "denominator": "4545"}, {"n": "4541", "d": "4545"}, 100),
        ("1.1.3", {"numerator": "1.234,5", "denominator": "1234.5"}, {"n": "1234.5", "d": "1234.5"}, 100),
        ("1.1.3", {"numerator": "0", "denominator": "0"}, {"n": "0", "d": "0"}, None),
        ("1.1.4", {"faults": "01"}, {"faults": 1}, 50),
        ("1.1.5", {"points": "0,75"}, {"points": 75}, 75),
        ("1.1.5", {"points": "0.75"}, {"points": 75}, 75),
        ("1.1.5", {"points": " 1 "}, {"points": 100}, 100),
        ("1.1.5", {"points": ""}, None, None),
    ],
)
def test_figures_are_read_as_vietnamese_offices_write_them(world, login, code, typed, value, points):
    browser = login(world.head)
    assert browser.post(f"{world.at}/answers/{code}", data=tap(**typed), headers=SCRIPT).status_code == 200
    assert (stored(world, code).value, stored(world, code).points) == (value, points)


def test_the_unit_scores_itself_while_it_may(app, login):
    world = World(State.DANG_TU_CHAM)
    for person, code in ((world.officer, "1.1.1"), (world.unit_head, "2.1.1")):
        reply = login(person).post(
            f"{world.at}/answers/{code}", data=tap(side="self", yes="1"), headers=SCRIPT
        )
        assert reply.status_code == 200
        assert stored(world, code, Side.SELF).points == 100


def test_the_same_tap_sent_again_is_answered_again_and_kept_once(world, login):
    browser, sent = login(world.member), tap(yes="1")
    first = browser.post(f"{world.at}/answers/1.1.1", data=sent, headers=SCRIPT)
    world.move(State.CHO_KY_BIEN_BAN)
    again = browser.post(f"{world.at}/answers/1.1.1", data=sent, headers=SCRIPT)
    assert (again.status_code, again.headers["Soat-Op"]) == (200, sent["op_id"])
    assert 'data-version="1"' in first.text
    assert 'data-version="1"' in again.text
    assert rows() == 1


def test_the_devices_clock_is_kept_when_it_makes_sense_and_never_refuses_a_score(world, login):
    browser = login(world.member)
    for told in (
        "2022-09-15T08:30:00+07:00",
        "gần trưa",
        "9999-99-99",
        "2022-09-15T08:30",
        "0001-01-01T00:00+14:00",
    ):
        sent = tap(yes="1", device_at=told)
        assert browser.post(f"{world.at}/answers/1.1.1", data=sent, headers=SCRIPT).status_code == 200
    kept = [
        row.device_at for row in db.session.execute(select(AnswerChange).order_by(AnswerChange.id)).scalars()
    ]
    assert kept == [make.NOW, None, None, None, None]


def test_one_criterion_has_a_page_of_its_own_with_its_history(world, login):
    world.score(world.member, YES)
    world.score(world.head, NO, base=1, reason="Thiếu dấu")
    page = login(world.head).get(f"{world.at}/answers/1.1.1?side=verified")
    text = words(page)
    assert page.status_code == 200
    assert "Lịch sử thay đổi" in text
    assert text.index("Trưởng đoàn") < text.rindex("Thành viên lĩnh vực 1")
    fragment = login(world.head).get(f"{world.at}/answers/1.1.1", headers=HTMX)
    assert fragment.text.lstrip().startswith("<article")


def test_the_head_approves_what_does_not_apply(world, login):
    browser = login(world.member)
    sent = tap(field="not_applicable", not_applicable="1", na_reason="Không phát sinh")
    browser.post(f"{world.at}/answers/1.1.2", data=sent, headers=SCRIPT)
    assert browser.post(f"{world.at}/answers/1.1.2/approve-na").status_code == 403
    heads = login(world.head)
    assert "Duyệt" in heads.get(f"{world.at}/score").text
    reply = heads.post(f"{world.at}/answers/1.1.2/approve-na")
    assert (reply.status_code, reply.location.rsplit("#")[1]) == (303, "c-1.1.2")
    assert stored(world, "1.1.2").na_approved_by_id == world.head.id
    assert "answer.approve_na" in db.session.execute(select(AuditEvent.action)).scalars().all()
    assert heads.post(f"{world.at}/answers/1.1.1/approve-na").status_code == 409
    assert heads.post(f"{world.at}/answers/9.9.9/approve-na").status_code == 404


def test_a_whole_area_is_marked_by_who_may_score_it_and_where_the_checklist_allows_it(world, login):
    at = f"{world.at}/areas/1/not-applicable"
    sent = {"side": "verified", "na_reason": "Không có biên chế"}
    assert login(world.member).post(at, data=sent).status_code == 422, "this checklist does not allow it"
    db.session.execute(update(make.models.Area).values(may_be_na=True))
    db.session.commit()
    forget_checklists()
    assert login(world.secretary).post(at, data=sent).status_code == 403
    assert login(world.other_head).post(at, data=sent).status_code == 404
    browser = login(world.member)
    for reason in ("", "a" * 2001):
        assert browser.post(at, data=sent | {"na_reason": reason}).status_code == 422
    assert browser.post(f"{world.at}/areas/9/not-applicable", data=sent).status_code == 404
    assert browser.get(at).status_code == 405
    reply = browser.post(at, data=sent)
    assert (reply.status_code, reply.location.rsplit("#")[1]) == (303, "area-1")
    assert stored(world, "1.1.5").na_reason == "Không có biên chế"
    world.move(State.DA_KY_BIEN_BAN, published=True)
    assert browser.post(at, data=sent).status_code == 409


# --- 422: the sentence at the field, nothing typed is lost


@pytest.mark.parametrize(
    ("code", "typed", "field", "sentence"),
    [
        ("1.1.1", {"yes": "có"}, "yes", "Hãy chọn «Có» hoặc «Không»."),
        ("1.1.2", {"level": "7"}, "level", "Không có mức này"),
        ("1.1.2", {"level": "-1"}, "level", "Không có mức này"),
        ("1.1.2", {"level": "٣"}, "level", "Không có mức này"),
        ("1.1.3", {"numerator": "nhiều", "denominator": "5"}, "numerator", "Số ghi bằng chữ số"),
        ("1.1.3", {"numerator": "5"}, "denominator", "Hãy điền mẫu số."),
        ("1.1.3", {"denominator": "5"}, "numerator", "Hãy điền tử số."),
        ("1.1.3", {"numerator": "5", "denominator": "0"}, "numerator", "Mẫu số bằng 0"),
        ("1.1.3", {"numerator": "-5", "denominator": "1"}, "numerator", "Không ghi số âm"),
        ("1.1.3", {"numerator": "1,234.5", "denominator": "2"}, "numerator", "Số ghi bằng chữ số"),
        ("1.1.3", {"numerator": "9" * 40, "denominator": "2"}, "numerator", "Số quá lớn"),
        ("1.1.4", {"faults": "1,5"}, "faults", "Số đếm"),
        ("1.1.4", {"faults": "-1"}, "faults", "Không ghi số âm"),
        ("1.1.5", {"points": "1,01"}, "points", "từ 0 đến điểm tối đa"),
        ("1.1.5", {"points": "0,333"}, "points", "hai chữ số"),
        ("1.1.5", {"points": "1e2"}, "points", "Điểm ghi bằng chữ số"),
        ("1.1.2", {"not_applicable": "1"}, "na_reason", "Hãy ghi lý do không áp dụng."),
        ("1.1.1", {"yes": "1", "note": "a" * 5001}, "note", "Tối đa 5000 ký tự"),
        ("1.1.1", {"yes": "1", "reason": "a" * 2001}, "reason", "Tối đa 2000 ký tự"),
    ],
    ids=lambda case: str(case)[:40],
)
def test_what_cannot_be_taken_is_refused_at_its_field_and_stays_typed(
    world, login, code, typed, field, sentence
):
    browser = login(world.head)
    at = f"{world.at}/answers/{code}"
    script = browser.post(at, data=tap(field="all", **typed), headers=SCRIPT)
    assert script.status_code == 422
    assert f'data-field="{field}"' in script.text
    assert sentence in words(script)

    page = browser.post(at, data=card(**typed))
    assert page.status_code == 422
    assert sentence in words(page)
    for name in typed.keys() - {"yes", "level", "not_applicable"}:
        assert value_of(page, name) == typed[name]
    if "not_applicable" in typed:
        assert checked_of(page, "not_applicable") == "1"
    if code == "1.1.1" and typed.get("yes") == "1":
        assert checked_of(page, "yes") == "1"
    assert rows() == 0


def test_what_the_page_does_not_offer_is_refused_all_the_same(world, login):
    """The page of a criterion that must apply has no «Không áp dụng»; a forged form says it anyway."""
    forged = {"not_applicable": "1", "na_reason": "không có"}
    for sent, headers in ((tap(field="all", **forged), SCRIPT), (card(**forged), {})):
        reply = login(world.head).post(f"{world.at}/answers/1.1.1", data=sent, headers=headers)
        assert reply.status_code == 422
        assert "không cho phép «Không áp dụng»" in words(reply)
    assert rows() == 0


def test_everything_that_was_typed_beside_the_fault_stays_too(world, login):
    typed = {"numerator": "x", "denominator": "4.545", "reason": "vì <sao> & «đâu»", "note": "dòng 1\ndòng 2"}
    page = login(world.head).post(f"{world.at}/answers/1.1.3", data=card(**typed))
    assert page.status_code == 422
    for name, text in typed.items():
        assert value_of(page, name) == text


@pytest.mark.parametrize(
    "broken",
    [
        {"op_id": ""},
        {"op_id": "1"},
        {"side": ""},
        {"side": "both"},
        {"field": "điểm"},
        {"base_version": "-1"},
        {"base_version": "một"},
        {"base_version": "9" * 30},
    ],
    ids=str,
)
def test_a_form_that_is_not_ours_is_refused_without_a_trace(world, login, broken):
    reply = login(world.head).post(f"{world.at}/answers/1.1.1", data=tap(yes="1") | broken, headers=SCRIPT)
    assert reply.status_code in {409, 422}
    assert rows() == 0


def test_an_operations_name_cannot_be_used_for_something_else(world, login):
    browser, sent = login(world.head), tap(yes="1")
    browser.post(f"{world.at}/answers/1.1.1", data=sent, headers=SCRIPT)
    reply = browser.post(f"{world.at}/answers/1.1.1", data=sent | {"yes": "0"}, headers=SCRIPT)
    assert reply.status_code == 422
    assert stored(world).points == 100


# --- 404, 403, 405


def test_strangers_and_unknown_criteria_are_not_found(world, login):
    for person in world.strangers:
        browser = login(person)
        for method in (browser.get, browser.post):
            assert method(f"{world.at}/answers/1.1.1").status_code == 404
    browser = login(world.head)
    for code in ("9.9.9", "1", "x", "%00", "1.1.1%2F..", "💥"):
        assert browser.get(f"{world.at}/answers/{code}").status_code == 404
        assert browser.post(f"{world.at}/answers/{code}", data=tap(yes="1")).status_code == 404
    assert browser.get("/inspections/99999999999/answers/1.1.1").status_code == 404


def test_nobody_scores_the_other_side_or_another_area(world, login):
    for person, code, side in (
        (world.member, "2.1.1", "verified"),
        (world.secretary, "1.1.1", "verified"),
        (world.member, "1.1.1", "self"),
        (world.head, "1.1.1", "self"),
        (world.officer, "1.1.1", "verified"),
        (world.supervisor, "1.1.1", "verified"),
        (world.admin, "1.1.1", "verified"),
        (world.admin, "1.1.1", "self"),
    ):
        for headers in ({}, SCRIPT):
            reply = login(person).post(
                f"{world.at}/answers/{code}", data=tap(side=side, yes="1"), headers=headers
            )
            assert reply.status_code == 403, (person.name, code, side)
    assert rows() == 0


def test_a_member_of_the_inspected_unit_never_verifies_it(world, login):
    """A delegation member who belongs to the inspected ward reads, but does not score."""
    insider = make.user(make.Role.HEAD, unit=world.ward)
    make.member(world.delegation, make.Role.HEAD, user=insider)
    reply = login(insider).post(f"{world.at}/answers/1.1.1", data=tap(yes="1"), headers=SCRIPT)
    assert reply.status_code == 403


def test_who_left_the_delegation_has_no_access_at_the_next_request(world, login):
    browser = login(world.member)
    assert browser.post(f"{world.at}/answers/1.1.1", data=tap(yes="1"), headers=SCRIPT).status_code == 200
    db.session.execute(
        make.models.DelegationMember.__table__.delete().where(
            make.models.DelegationMember.user_id == world.member.id
        )
    )
    db.session.commit()
    reply = browser.post(f"{world.at}/answers/1.1.1", data=tap(yes="0", base_version="1"), headers=SCRIPT)
    assert reply.status_code == 404
    assert stored(world).points == 100


def test_other_methods_are_refused(world, login):
    browser = login(world.head)
    for method in ("put", "patch", "delete"):
        assert getattr(browser, method)(f"{world.at}/answers/1.1.1").status_code == 405
    assert browser.get(f"{world.at}/answers/1.1.2/approve-na").status_code == 405


def test_a_score_without_the_token_is_refused(world, login):
    reply = login(world.head).post(f"{world.at}/answers/1.1.1", data=tap(yes="1"), headers=SCRIPT, csrf=False)
    assert reply.status_code == 400
    assert rows() == 0


# --- Signed out


def test_a_script_whose_session_ended_gets_401_and_a_page_is_led_to_the_login(world, client):
    assert client.post(f"{world.at}/answers/1.1.1", data=tap(yes="1"), headers=SCRIPT).status_code == 401
    reply = client.post(f"{world.at}/answers/1.1.1", data=tap(yes="1"))
    assert (reply.status_code, reply.location) == (303, "/login")


# --- What it costs


@pytest.mark.parametrize("areas", [1, 8])
def test_saving_a_score_takes_eight_statements_at_most(app, login, count_statements, areas):
    world = World(version=make.checklist_version(areas=areas))
    browser = login(world.head)
    browser.get(f"{world.at}/score")
    counts = []
    for version in range(3):
        with count_statements() as statements:
            sent = tap(yes="1", base_version=str(version))
            assert browser.post(f"{world.at}/answers/1.1.1", data=sent, headers=SCRIPT).status_code == 200
        counts.append(len(statements))
    assert max(counts) <= 8, statements


def test_an_area_that_is_somebody_elses_says_whose(world, login):
    reply = login(world.member).post(f"{world.at}/answers/2.1.1", data=tap(yes="1"), headers=SCRIPT)
    assert reply.status_code == 403
    assert f"người chấm hiện nay: {world.secretary.title}." in words(reply)
    other = login(world.secretary).post(f"{world.at}/answers/1.1.1", data=tap(yes="1"), headers=SCRIPT)
    assert f"người chấm hiện nay: {world.member.title}." in words(other)
