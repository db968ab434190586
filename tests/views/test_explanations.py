"""/inspections/<id>/explanations: the unit answers the first round; the ladder of each page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.explanations import Stance
from app.domain.inspections import Side, State
from app.domain.periods import today
from app.domain.refusals import Conflict
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, YesNoInput
from app.models import Answer, AuditEvent, Explanation, Inspection
from app.services.explanations import accept_remaining
from app.services.inspections import take_step
from app.views._login import now
from tests import make
from tests.cast import HTMX, World, fault_at, words

YES, NO = YesNoInput(True), YesNoInput(False)


@pytest.fixture
def world(app) -> World:
    """Published for explanation: 1.1.1 and 1.1.2 differ, 1.1.5 does not; 1.1.4 the unit did not score."""
    world = World(explain_due_on=date(2100, 1, 1))
    for code, own, verified in (
        ("1.1.1", YES, NO),
        ("1.1.2", LevelInput(0), LevelInput(1)),
        ("1.1.4", None, PenaltyInput(1)),
        ("1.1.5", FreeInput(100), FreeInput(100)),
    ):
        if own is not None:
            world.score(world.officer, own, code, Side.SELF, reason="Có minh chứng")
        world.score(world.head, verified, code, reason="Thiếu văn bản")
    world.move(State.CHO_GIAI_TRINH, published=True)
    return world


def typed(
    stance: str = "explain",
    text: str = "Đã có văn bản 12/KH-UBND",
    version: int = 0,
    over: int | str = "",
    **more: str,
) -> dict[str, str]:
    return {"stance": stance, "text": text, "version": str(version), "over": str(over), **more}


def rescore(world: World, code: str) -> None:
    """The delegation gives other points, later than whatever was said to the first."""
    row = db.session.execute(
        select(Answer).where(
            Answer.criterion_id == make.criterion(world.inspection, code).id, Answer.side == Side.VERIFIED
        )
    ).scalar_one()
    row.points, row.updated_at = 0, datetime(2099, 1, 1, tzinfo=UTC)
    db.session.commit()


def stored() -> dict[str, tuple[Stance, str, int]]:
    rows = db.session.execute(select(Explanation).execution_options(populate_existing=True)).scalars()
    codes = {c.id: c.code for c in db.session.execute(select(make.models.Criterion)).scalars()}
    return {codes[row.criterion_id]: (row.stance, row.text, row.version) for row in rows}


def say(world: World, login, code: str = "1.1.1", who=None, headers=None, **more):
    return login(who or world.officer).post(
        f"{world.at}/explanations/{code}", data=typed(**more), headers=headers
    )


# --- Works


def test_the_unit_sees_what_differs_with_both_points_and_the_reason(world, login):
    page = login(world.officer).get(f"{world.at}/explanations")
    assert page.status_code == 200
    text = words(page)
    assert "Đã trả lời 0/3" in text
    for code in ("1.1.1", "1.1.2", "1.1.4"):
        assert page.text.index(f'id="e-{code}"') < page.text.index('class="explain-others"')
    assert page.text.index('id="e-1.1.5"') > page.text.index('class="explain-others"')
    assert "Thiếu văn bản" in text
    assert "Giải trình đến 01/01/2100" in text


def test_an_explanation_is_stored_and_shown_with_who_and_when(world, login):
    reply = say(world, login)
    assert reply.status_code == 303
    assert reply.location.endswith(f"{world.at}/explanations#e-1.1.1")
    assert stored() == {"1.1.1": (Stance.EXPLAIN, "Đã có văn bản 12/KH-UBND", 1)}
    page = words(login(world.head).get(f"{world.at}/explanations"))
    assert "Đã có văn bản 12/KH-UBND" in page
    assert "Công chức đầu mối" in page
    assert "Đã trả lời 1/3" in page


def test_a_save_by_script_is_answered_with_outputs_only(world, login):
    reply = say(world, login, headers=HTMX)
    assert reply.status_code == 200
    assert "<textarea" not in reply.text
    assert "Đã trả lời 1/3" in words(reply)
    assert 'name="version" value="1"' in reply.text
    assert say(world, login, headers=HTMX, stance="accept", text="", version=1).status_code == 200
    assert stored() == {"1.1.1": (Stance.ACCEPT, "", 2)}


def test_the_same_answer_sent_twice_is_one(world, login):
    say(world, login)
    assert say(world, login).status_code == 303
    assert stored()["1.1.1"][2] == 1


def test_one_may_change_ones_own_answer_from_an_old_page(world, login):
    say(world, login)
    assert say(world, login, text="Khác").status_code == 303
    assert stored() == {"1.1.1": (Stance.EXPLAIN, "Khác", 2)}


def test_a_criterion_that_does_not_differ_may_be_explained_too(world, login):
    assert say(world, login, "1.1.5").status_code == 303
    page = words(login(world.officer).get(f"{world.at}/explanations"))
    assert "Đã trả lời 0/3" in page


def test_the_rest_is_accepted_by_one_press_and_what_was_said_stays(world, login):
    say(world, login)
    reply = login(world.officer).post(f"{world.at}/explanations/accept-remaining")
    assert reply.status_code == 303
    assert stored() == {
        "1.1.1": (Stance.EXPLAIN, "Đã có văn bản 12/KH-UBND", 1),
        "1.1.2": (Stance.ACCEPT, "", 1),
        "1.1.4": (Stance.ACCEPT, "", 1),
    }
    page = words(login(world.unit_head).get(f"{world.at}/explanations"))
    assert "Đã đồng ý" not in page
    assert "Đã trả lời 3/3" in page
    again = login(world.officer).post(f"{world.at}/explanations/accept-remaining")
    assert again.status_code == 303
    actions = db.session.execute(select(AuditEvent.action)).scalars().all()
    assert actions.count("explanation.accept_remaining") == 1


def test_only_what_has_no_answer_is_listed_on_demand(world, login):
    say(world, login)
    page = login(world.officer).get(f"{world.at}/explanations?show=left")
    assert 'id="e-1.1.1"' not in page.text
    assert 'id="e-1.1.2"' in page.text
    assert 'id="e-1.1.5"' not in page.text


def test_after_the_deadline_an_answer_is_taken_and_marked(world, login):
    row = db.session.get_one(Inspection, world.id)
    row.explain_due_on = date(2020, 1, 1)
    db.session.commit()
    page = words(login(world.officer).get(f"{world.at}/explanations"))
    assert "Quá hạn giải trình" in page
    assert say(world, login).status_code == 303
    assert "sau hạn" in words(login(world.head).get(f"{world.at}/explanations"))


def test_the_head_of_the_unit_is_offered_to_send_once_nothing_is_left(world, login):
    send = f'href="{world.at}/steps/da-giai-trinh"'
    assert send not in login(world.unit_head).get(f"{world.at}/explanations").text
    login(world.officer).post(f"{world.at}/explanations/accept-remaining")
    assert send in login(world.unit_head).get(f"{world.at}/explanations").text
    assert send not in login(world.officer).get(f"{world.at}/explanations").text


def test_files_of_the_unit_stand_in_the_row(world, login):
    make.attachment(world.inspection, "1.1.1", side=Side.SELF, caption="Kế hoạch số 12")
    make.attachment(world.inspection, "1.1.1", side=Side.VERIFIED, caption="Ảnh của Đoàn")
    page = login(world.head).get(f"{world.at}/explanations")
    assert "Kế hoạch số 12" in page.text
    assert "Ảnh của Đoàn" not in page.text
    writing = login(world.officer).get(f"{world.at}/explanations")
    assert f"{world.at}/answers/1.1.1/attachments?side=self" in unescape(writing.text)


def test_the_delegation_reads_and_has_nothing_to_press(world, login):
    say(world, login)
    for who in (world.head, world.member, world.supervisor, world.admin):
        page = login(who).get(f"{world.at}/explanations")
        assert page.status_code == 200
        assert "<textarea" not in page.text
        assert "accept-remaining" not in page.text


def test_the_page_asks_no_more_for_many_answers_than_for_one(world, login, count_statements):
    client = login(world.officer)
    client.get(f"{world.at}/explanations")
    with count_statements() as few:
        client.get(f"{world.at}/explanations")
    for code in ("1.1.1", "1.1.2", "1.1.4", "1.1.5", "2.1.1"):
        say(world, login, code)
        make.attachment(world.inspection, code, side=Side.SELF)
    with count_statements() as many:
        client.get(f"{world.at}/explanations")
    assert len(many) == len(few) <= 8


# --- 422


def test_an_explanation_without_words_is_refused_and_the_choice_stays(world, login):
    page = say(world, login, text="  ")
    assert page.status_code == 422
    assert "Hãy ghi nội dung giải trình." in words(page)
    assert stored() == {}


def test_what_was_typed_stays_when_nothing_was_chosen(world, login):
    page = say(world, login, stance="", text="Đã nộp bổ sung ngày 10/9")
    assert page.status_code == 422
    assert "Hãy chọn «Đồng ý» hoặc «Giải trình»." in words(page)
    assert "Đã nộp bổ sung ngày 10/9" in page.text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 12])
def test_a_version_that_is_none_is_refused(world, login, version):
    page = login(world.officer).post(
        f"{world.at}/explanations/1.1.1", data=typed() | {"version": version}, headers=HTMX
    )
    assert page.status_code == 422
    assert "Trang này đã cũ" in words(page)


def test_too_many_words_are_refused_and_kept(world, login):
    page = say(world, login, text="dài " * 2000)
    assert page.status_code == 422
    assert page.text.count("dài dài") > 100
    assert stored() == {}


# --- 409


def test_another_persons_newer_answer_is_not_overwritten_unseen(world, login):
    say(world, login, who=world.unit_head, text="Bản của thủ trưởng")
    page = say(world, login, text="Bản của công chức")
    assert page.status_code == 409
    text = words(page)
    assert "Bản của thủ trưởng" in text
    assert "Bản của công chức" in text
    assert stored()["1.1.1"][1] == "Bản của thủ trưởng"
    fragment = say(world, login, text="Bản của công chức", headers=HTMX)
    assert fragment.status_code == 409
    assert 'name="over" value="1"' in fragment.text
    # «Lưu» once more is no decision; the button beside the two answers is.
    assert say(world, login, text="Bản của công chức").status_code == 409
    assert say(world, login, text="Bản của công chức", over=1).status_code == 303
    assert stored()["1.1.1"] == (Stance.EXPLAIN, "Bản của công chức", 2)


def test_once_sent_nothing_is_taken_and_what_was_typed_is_shown(world, login):
    world.move(State.DA_GIAI_TRINH)
    page = say(world, login)
    assert page.status_code == 409
    assert "Đã có văn bản 12/KH-UBND" in page.text
    assert login(world.officer).post(f"{world.at}/explanations/accept-remaining").status_code == 409
    assert stored() == {}
    assert login(world.officer).get(f"{world.at}/explanations").status_code == 200


def test_two_people_agreeing_to_the_rest_at_once_agree_once(app, world):
    people = [world.officer.id, world.unit_head.id]
    checklist, inspection_id = world.checklist, world.id

    def press(person: int) -> int:
        with app.app_context():
            return accept_remaining(inspection_id, checklist, person, make.NOW)

    db.session.commit()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, people)) == [0, 3]
    assert stored() == dict.fromkeys(("1.1.1", "1.1.2", "1.1.4"), (Stance.ACCEPT, "", 1))


# --- 403, 404, 405


def test_before_publication_nobody_sees_anything(world, login):
    world.move(State.DANG_KIEM_TRA, published=False)
    row = db.session.get_one(Inspection, world.id)
    row.explain_due_on = None
    db.session.commit()
    assert login(world.officer).get(f"{world.at}/explanations").status_code == 403
    assert login(world.head).get(f"{world.at}/explanations").status_code == 404
    assert say(world, login).status_code == 409


def test_only_the_unit_answers(world, login):
    for who in (world.head, world.member, world.secretary, world.supervisor, world.admin):
        assert say(world, login, who=who).status_code == 403
        assert login(who).post(f"{world.at}/explanations/accept-remaining").status_code == 403
    for stranger in world.strangers:
        assert say(world, login, who=stranger).status_code == 404
        assert login(stranger).get(f"{world.at}/explanations").status_code == 404
    assert stored() == {}


def test_a_criterion_that_is_not_in_the_checklist_is_not_there(world, login):
    assert say(world, login, "9.9.9").status_code == 404


def test_other_methods_are_not_taken(world, login):
    client = login(world.officer)
    assert client.post(f"{world.at}/explanations").status_code == 405
    assert client.get(f"{world.at}/explanations/1.1.1").status_code == 405


def test_an_agreement_holds_only_for_the_score_it_was_given_to(world, login):
    login(world.officer).post(f"{world.at}/explanations/accept-remaining")
    rescore(world, "1.1.2")
    page = words(login(world.officer).get(f"{world.at}/explanations?show=left"))
    assert "Đã trả lời 2/3" in page
    assert "điểm đã đổi sau khi đơn vị đồng ý" in page
    with pytest.raises(Conflict, match=r"1\.1\.2"):
        take_step(world.id, State.DA_GIAI_TRINH, "", Role.UNIT_HEAD, world.unit_head.id, make.NOW)


def test_an_explanation_stays_and_says_that_its_score_was_changed_afterwards(login, world):
    """Sent as it is, or again: by its own second time it answers what now stands there."""
    told = "Đoàn đã sửa sau giải trình này"
    say(world, login, "1.1.2", text="Đã có văn bản")
    assert told not in words(login(world.officer).get(f"{world.at}/explanations"))
    rescore(world, "1.1.2")
    for who in (world.officer, world.head):
        page = words(login(who).get(f"{world.at}/explanations"))
        assert page.count(told) == 1
        assert "Đã có văn bản" in page
    row = db.session.scalars(select(Explanation)).one()
    row.updated_at = datetime(2100, 1, 1, tzinfo=UTC)
    db.session.commit()
    assert told not in words(login(world.officer).get(f"{world.at}/explanations"))


# --- points that are others by now -------------------------------------------------------------------


def published_anew(world: World) -> None:
    """The head takes the publication back, a member scores 1.1.2 with nothing, the head publishes again."""
    row = db.session.execute(
        select(Answer).where(
            Answer.criterion_id == make.criterion(world.inspection, "1.1.2").id, Answer.side == Side.VERIFIED
        )
    ).scalar_one()
    row.points, row.updated_at = 0, make.NOW + timedelta(hours=1)
    inspection = db.session.get_one(Inspection, world.id, populate_existing=True)
    inspection.published_at = make.NOW + timedelta(hours=2)
    db.session.commit()


def seen_on(page) -> set[str]:
    return set(re.findall(r'name="seen" value="([^"]*)"', page.text))


def test_nobody_agrees_to_points_they_have_not_seen(world, login):
    officer, address = login(world.officer), f"{world.at}/explanations"
    (old,) = seen_on(officer.get(address))
    published_anew(world)
    all_of_them = officer.post(f"{address}/accept-remaining", data={"seen": old})
    assert all_of_them.status_code == 409
    assert "công bố điểm khác sau khi trang này mở ra" in words(all_of_them)
    one = say(world, login, "1.1.2", stance="accept", seen=old)
    assert one.status_code == 409
    assert "công bố điểm khác sau khi trang này mở ra" in words(one)
    assert "Thay bằng bản của bạn" not in words(one), "nobody else has answered"
    assert stored() == {}
    assert say(world, login, "1.1.1", stance="accept", seen=old).status_code == 303, "these are the same"
    (new,) = seen_on(one)
    assert new != old
    assert say(world, login, "1.1.2", stance="accept", seen=new).status_code == 303
    assert officer.post(f"{address}/accept-remaining", data={"seen": new}).status_code == 303
    assert len(stored()) == 3


def test_by_script_the_new_points_come_and_what_was_typed_stays(world, login):
    (old,) = seen_on(login(world.officer).get(f"{world.at}/explanations"))
    published_anew(world)
    reply = say(world, login, "1.1.2", text="Gõ cho điểm cũ", seen=old, headers=HTMX)
    assert reply.status_code == 409
    id_ = make.criterion(world.inspection, "1.1.2").id
    assert re.search(rf'id="points-{id_}" hx-swap-oob="true"', reply.text)
    assert re.search(
        rf'id="seen-{id_}" name="seen" value="(?!{re.escape(old)})[^"]+" hx-swap-oob', reply.text
    )
    assert "<textarea" not in reply.text
    saved = say(world, login, "1.1.1", headers=HTMX)
    assert "points-" not in saved.text, "otherwise only what changes comes back"


@pytest.mark.parametrize("seen", ["hôm nay", "2022-09-15", "9" * 400])
def test_a_moment_that_is_none_is_refused(world, login, seen):
    assert say(world, login, seen=seen).status_code == 422
    address = f"{world.at}/explanations/accept-remaining"
    assert login(world.officer).post(address, data={"seen": seen}).status_code == 409
    assert stored() == {}


def far_off(days: int) -> str:
    return f"{today(now()) + timedelta(days=days):%d/%m/%Y}"


def test_the_head_gives_more_time_without_taking_anything_back(world, login):
    say(world, login)
    head, address = login(world.head), f"{world.at}/explanations/due"
    assert f'href="{address}"' in head.get(world.at).text
    assert f'href="{address}"' not in login(world.officer).get(world.at).text
    assert 'value="01/01/2100"' in head.get(address).text
    reply = head.post(address, data={"due_on": far_off(7), "reason": "Đơn vị xin thêm ngày"})
    assert (reply.status_code, reply.location) == (303, world.at)
    page = words(login(world.officer).get(f"{world.at}/explanations"))
    assert f"Giải trình đến {far_off(7)}" in page
    assert stored()["1.1.1"][1] == "Đã có văn bản 12/KH-UBND"
    history = words(head.get(f"{world.at}/history?action=explanation.due"))
    assert "đổi hạn giải trình" in history
    assert "Đơn vị xin thêm ngày" in history


@pytest.mark.parametrize(
    ("due_on", "reason", "field", "sentence"),
    [
        ("", "Lý do", "due_on", "Hãy ghi hạn giải trình"),
        ("32/1/2026", "Lý do", "due_on", ""),
        (-1, "Lý do", "due_on", "trong quá khứ"),
        (91, "Lý do", "due_on", "muộn nhất là"),
        (5, "", "reason", "Hãy ghi lý do"),
    ],
)
def test_another_deadline_nobody_can_mean_is_said_at_its_field(world, login, due_on, reason, field, sentence):
    due_on = far_off(due_on) if isinstance(due_on, int) else due_on
    data = {"due_on": due_on, "reason": reason}
    reply = login(world.head).post(f"{world.at}/explanations/due", data=data)
    assert reply.status_code == 422
    assert sentence in fault_at(reply, field)
    assert f'value="{due_on}"' in reply.text


def test_the_deadline_moves_only_while_the_unit_explains(world, login):
    world.move(State.THAM_DINH_LAN_2)
    reply = login(world.head).post(
        f"{world.at}/explanations/due", data={"due_on": far_off(5), "reason": "Lý do"}
    )
    assert reply.status_code == 409


def test_no_paper_shows_an_agreement_beside_points_it_was_not_given_to(world, login):
    login(world.officer).post(f"{world.at}/explanations/accept-remaining")
    rescore(world, "1.1.2")
    take_step(world.id, State.THAM_DINH_LAN_2, "Rút ngắn", Role.HEAD, world.head.id, make.NOW)
    head = login(world.head)
    assert words(head.get(f"{world.at}/scores")).count("Đồng ý với điểm công bố trước đó") == 1
    assert words(head.get(f"{world.at}/minutes")).count("Đã đồng ý với điểm công bố trước đó") == 1
    assert words(head.get(f"{world.at}/score")).count("Đơn vị đồng ý với điểm công bố trước đó") == 1
    sheet = load_workbook(BytesIO(head.get(f"{world.at}/scores.xlsx").data)).active
    told = [cell.value for line in sheet.iter_rows() for cell in line if "Đồng ý" in str(cell.value)]
    assert sorted(told) == ["Đồng ý", "Đồng ý", "Đồng ý với điểm công bố trước đó"]
