"""/inspections/<id>/explanations: the unit answers the first round; the ladder of each page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.explanations import Stance
from app.domain.inspections import Side, State
from app.domain.refusals import Conflict
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, YesNoInput
from app.models import Answer, AuditEvent, Explanation, Inspection
from app.services.explanations import accept_remaining
from app.services.inspections import take_step
from tests import make
from tests.cast import HTMX, World, words

YES, NO = YesNoInput(True), YesNoInput(False)


def published() -> World:
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


@pytest.fixture
def world(app) -> World:
    return published()


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


# --- points that are others by now -------------------------------------------------------------------


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
