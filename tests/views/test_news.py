"""/notices and the bell: what happened to a person's tasks stands there at once, until they have seen it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.news import SINGLE, TO_GIVER, TO_UNIT
from app.domain.task_steps import Action
from app.models import Notice, Task, User
from app.services.reminders import remind
from tests import make
from tests.cast import words
from tests.told import given, hop_at, sides


def hop(task: Task, action: Action, minutes: int = 5, **rest) -> None:
    hop_at(task, action, datetime.now(UTC) - timedelta(minutes=minutes), **rest)


@pytest.fixture
def world(app) -> SimpleNamespace:
    return sides()


def bell(page: str) -> str:
    return page.split('class="button quiet icon-only bell"')[1].split("</a>")[0]


def test_a_ward_sees_at_once_what_was_given_returned_cancelled_answered_and_confirmed(login, world):
    told = {
        Action.ASSIGN: "nhiệm vụ mới, không hạn",
        Action.RETURN: "báo cáo bị trả lại, yêu cầu thực hiện lại: «Thiếu phụ lục»",
        Action.CANCEL: "nhiệm vụ bị hủy: «Trùng»",
        Action.EXTEND: "được gia hạn đến 30/11/2026",
        Action.CONFIRM: "đã được xác nhận hoàn thành",
        Action.DECLINE: "đề nghị của đơn vị không được đồng ý",
    }
    said = {Action.RETURN: "Thiếu phụ lục", Action.CANCEL: "Trùng"}
    for action in told:
        due = date(2026, 11, 30) if action is Action.EXTEND else None
        hop(
            given(world, title=f"Việc {action}"),
            action,
            text=said.get(action, ""),
            due_after=due,
            user_id=world.giver.id,
        )
    browser = login(world.officer)
    assert ">1<" in bell(browser.get("/units").text)
    page = words(browser.get("/notices"))
    for action, text in told.items():
        assert f"Việc {action}" in page
        assert text in page
    assert page.index("Thiếu phụ lục") < page.index("nhiệm vụ mới, không hạn"), "the urgent first"
    for stranger in (world.giver, make.user(Role.OFFICER, unit=make.unit("Phường khác"))):
        page = login(stranger).get("/notices")
        assert "Việc" not in words(page)
        assert "bell-count" not in page.text


def test_who_gave_it_sees_reports_refusals_and_wishes(login, world):
    hop(given(world, title="Một"), Action.REPORT, user_id=world.officer.id)
    hop(given(world, title="Hai"), Action.REFUSE, user_id=world.officer.id, text="Không thuộc thẩm quyền")
    hop(given(world, title="Ba"), Action.ASK_EXTENSION, due_after=date(2026, 12, 1), user_id=world.officer.id)
    page = words(login(world.giver).get("/notices"))
    for text in (
        "Phường Cầu Tre báo cáo hoàn thành",
        "Phường Cầu Tre từ chối nhiệm vụ: «Không thuộc thẩm quyền»",
        "Phường Cầu Tre đề nghị gia hạn đến 01/12/2026",
    ):
        assert text in page
    assert "bell-count" not in login(world.officer).get("/notices").text


def test_what_no_office_gave_the_delegation_that_inspects_the_unit_hears_of(login, world):
    delegation = make.delegation()
    make.inspection(delegation=delegation, unit=world.ward)
    secretary, member = make.member(delegation, Role.SECRETARY), make.member(delegation, Role.MEMBER)
    hop(make.task(world.ward, title="Một"), Action.REPORT, user_id=world.officer.id)
    hop(given(world, title="Hai"), Action.REPORT, user_id=world.officer.id)
    page = words(login(secretary).get("/notices"))
    assert "Một Phường Cầu Tre báo cáo hoàn thành" in page
    assert "Hai Phường" not in page, "the office that gave it answers"
    assert "báo cáo hoàn thành" not in words(login(member).get("/notices"))


def test_many_under_one_document_are_one_line_that_leads_to_them(login, world):
    for _number in range(27):
        hop(given(world), Action.ASSIGN, user_id=world.giver.id)
    page = login(world.officer).get("/notices")
    assert "27 nhiệm vụ mới theo 12/KH-UBND" in words(page)
    assert page.text.count('class="row-title"') == 1
    assert f'href="/tasks?directive={world.directive.id}"' in page.text


def test_many_of_any_kind_are_one_line_that_leads_to_a_page(login, world):
    told = {world.officer: TO_UNIT, world.giver: TO_GIVER}
    for who, actions in told.items():
        other = world.officer if who is world.giver else world.giver
        for action in sorted(actions):
            for _number in range(SINGLE + 1):
                hop(given(world), action, user_id=other.id)
        browser = login(who)
        page = browser.get("/notices")
        assert page.text.count('class="row-title"') == len(actions)
        if who is world.giver:
            assert "4 báo cáo hoàn thành theo 12/KH-UBND" in words(page)
            assert 'href="/tasks/confirm"' in page.text
        ways = set(re.findall(r'<a class="row" href="([^"]+)"', page.text))
        assert ways
        assert {browser.get(unescape(way)).status_code for way in ways} == {200}


def test_seen_is_seen_and_what_came_meanwhile_stays(login, world):
    hop(given(world, title="Cũ"), Action.ASSIGN, 30)
    browser = login(world.officer)
    page = browser.get("/notices").text
    until = page.split('name="until" value="')[1].split('"')[0]
    db.session.execute(db.update(User).values(news_seen_at=None))
    hop(given(world, title="Mới"), Action.ASSIGN, -1)
    assert browser.post("/notices/read", data={"until": until}).status_code == 303
    page = words(browser.get("/notices"))
    assert "Mới" in page
    assert "Cũ" not in page
    for nonsense in ("", "x", "2026-11-22", "9999-12-31T00:00:00+00:00"):
        assert browser.post("/notices/read", data={"until": nonsense}).status_code == 303
    seen = db.session.get(User, world.officer.id).news_seen_at
    assert abs(datetime.now(UTC) - seen) < timedelta(minutes=1), "never ahead of the clock"
    browser.post("/notices/read", data={"until": until})
    assert db.session.get(User, world.officer.id).news_seen_at == seen, "never back"


def test_an_opened_digest_has_told_what_happened_before_it(login, world):
    hop(given(world, title="Lập kế hoạch"), Action.ASSIGN, 30)
    now = datetime.now(UTC)
    remind(now.date(), False, now)
    browser = login(world.officer)
    assert ">2<" in bell(browser.get("/units").text)
    notice_id = db.session.scalars(select(Notice.id)).one()
    shown = browser.post(f"/notices/{notice_id}/read", data={"open": "1"}, follow_redirects=True)
    assert "Nhiệm vụ: 1 tin mới" in words(shown)
    assert "Lập kế hoạch" in words(shown)
    assert "bell-count" not in shown.text
    assert "Mới từ lần bạn xem trước" not in words(browser.get("/notices"))


def test_the_bell_and_its_page_cost_the_same_whatever_happened(login, world, count_statements):
    browser = login(world.officer)
    browser.get("/notices")
    costs = []
    for rows in (0, 1, 40):
        for number in range(rows):
            hop(given(world, directive_id=None) if number % 2 else given(world), Action.ASSIGN)
        with count_statements() as page:
            browser.get("/notices")
        with count_statements() as header:
            browser.get("/me/reminders")
        costs.append((len(page), len(header)))
    assert len(set(costs)) == 1, costs
    assert sum("task_reports" in one for one in header) == 1, "asked with the account"
