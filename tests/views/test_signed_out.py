"""A session that ends in mid-typing: whoever signs in again finds what was typed, and sends it by one press."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import delete, select

from app.db import db
from app.domain.access import Role
from app.models import DelegationMember, Finding, UserSession
from tests import make
from tests.cast import HTMX, SCRIPT, World, value_of, words
from tests.views.test_login_limits import code_now, turn_on

# As a browser says it of a form on a page of ours.
OURS = {"Sec-Fetch-Site": "same-origin", "Referer": "http://localhost/inspections"}
TYPED = {
    "criterion": "1.1.1",
    "op_id": "7b0c2c1e-7b1f-4c53-9a53-0d6f5f3f9c01",
    "version": "1",
    "kind": "ton_tai",
    "severity": "nhe",
    "text": "Dòng một\r\n<b>dòng hai</b> «»",
    "cause": "muon",
}


@pytest.fixture
def world(app) -> World:
    return World()


def end_sessions() -> None:
    db.session.execute(delete(UserSession))
    db.session.commit()


def send(client, world, headers=OURS, **rest):
    return client.post(f"{world.at}/findings", data=TYPED, headers=headers, **rest)


def sealed(reply) -> str:
    return value_of(reply, "typed")


def sign_in(client, user, reply, **rest):
    data = {"name": user.name, "password": make.PASSWORD, "typed": sealed(reply), **rest}
    return client.post("/login", data=data)


def hidden(reply) -> list[tuple[str, str]]:
    form = reply.text.split('action="/inspections', 1)[1].split("</form>")[0]
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    return [(unescape(name), unescape(value)) for name, value in pairs if name != "csrf_token"]


def test_the_door_shows_what_was_typed_and_after_it_one_press_saves_it(world, login):
    client = login(world.head)
    end_sessions()
    reply = send(client, world)
    assert reply.status_code == 401
    assert "nội dung bạn vừa nhập chưa được lưu" in words(reply)
    assert "&lt;b&gt;dòng hai&lt;/b&gt;" in reply.text
    wrong = sign_in(client, world.head, reply, password="sai")
    assert wrong.status_code == 422
    reply = sign_in(client, world.head, wrong)
    assert reply.status_code == 200
    assert f'action="{world.at}/findings"' in reply.text
    assert dict(hidden(reply)) == TYPED
    assert world.head.title in words(reply)
    assert "Nguyên nhân" in words(reply)
    token = value_of(reply, "csrf_token")
    # With the page's own token, and none from the test's browser.
    saved = client.post(
        f"{world.at}/findings", data=dict(hidden(reply)) | {"csrf_token": token}, csrf=False, headers=OURS
    )
    assert saved.status_code == 303
    assert [row.text for row in db.session.scalars(select(Finding))] == ["Dòng một\n<b>dòng hai</b> «»"]


def test_the_second_step_carries_it_on(world, login):
    client = login(world.head)
    secret, _codes = turn_on(world.head)
    end_sessions()
    reply = sign_in(client, world.head, send(client, world))
    for code, status in (("000000x", 422), (code_now(secret), 200)):
        reply = client.post("/login/code", data={"code": code, "typed": sealed(reply)})
        assert reply.status_code == status
    assert dict(hidden(reply)) == TYPED


def _ended(client):
    end_sessions()
    return client


def test_another_account_neither_sees_nor_sends_it(world, login):
    client = _ended(login(world.head))
    reply = sign_in(client, world.member, send(client, world))
    assert reply.status_code == 303
    page = client.get("/")
    assert "của tài khoản khác" in words(page)
    assert "dòng hai" not in page.text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://la.vn"}, {}]
)
def test_nothing_of_a_post_from_elsewhere_is_kept(world, login, headers):
    client = _ended(login(world.head))
    reply = send(client, world, headers)
    assert reply.status_code == 303
    assert reply.location.startswith("/login")


def test_browsers_that_name_only_the_origin_are_believed(world, login):
    client = _ended(login(world.head))
    assert send(client, world, {"Origin": "http://localhost"}).status_code == 401


@pytest.mark.parametrize("headers", [HTMX, SCRIPT])
def test_a_script_gets_one_line_and_keeps_its_page(world, login, headers):
    client = _ended(login(world.head))
    reply = send(client, world, OURS | headers)
    assert reply.status_code == 401
    assert "<form" not in reply.text


def test_a_button_alone_leads_to_the_door_and_back_to_its_page(world, login):
    client = _ended(login(world.head))
    reply = client.post(f"{world.at}/findings", data={"version": "1"}, headers=OURS)
    assert (reply.status_code, reply.location) == (303, "/login?next=/inspections")


def test_a_parcel_that_somebody_made_or_changed_is_no_parcel(world, login):
    client = _ended(login(world.head))
    good = sealed(send(client, world))
    for bad in ("", "x", good[:-2], good[1:], "Ä" * 9, good + "A" * 500_000):
        reply = client.post("/login", data={"name": "x", "password": "y", "typed": bad})
        assert reply.status_code in {422, 429}
        assert "chưa được lưu" not in words(reply)


@pytest.mark.parametrize("base", ["http://localhost", "https://localhost"])
def test_a_page_of_origin_that_is_no_address_is_none(world, login, base):
    headers = OURS | {"Referer": "http://["}
    client = _ended(login(world.head))
    assert send(client, world, headers, base_url=base).status_code in {400, 401}
    reply = client.post(f"{world.at}/findings", data={"version": "1"}, headers=headers, base_url=base)
    assert reply.status_code in {303, 400}


def test_passwords_are_never_kept(app, login):
    client = _ended(login(make.user(Role.ADMIN)))
    reply = client.post("/me/password", data={"old": "a", "new": "b", "again": "b"}, headers=OURS)
    assert reply.status_code == 303


def test_with_a_token_of_another_session_it_is_sent_again_by_one_press(world, login):
    client = login(world.head)
    reply = client.post(f"{world.at}/findings", data=TYPED | {"csrf_token": "old"}, csrf=False, headers=OURS)
    assert reply.status_code == 400
    assert dict(hidden(reply)) == TYPED
    assert not db.session.scalars(select(Finding)).all()


def test_without_any_session_left_the_door_keeps_it_too(world, client):
    reply = client.post(f"{world.at}/findings", data=TYPED, csrf=False, headers=OURS)
    assert reply.status_code == 401
    assert "dòng hai" in words(reply)
    assert sign_in(client, world.head, reply).status_code == 200


def test_files_cannot_be_kept_and_that_is_said(world, login):
    client = _ended(login(world.member))
    data = {"op_id": TYPED["op_id"], "caption": "Bảng niêm yết", "file": (BytesIO(b"x"), "anh.jpg")}
    reply = client.post(f"{world.at}/answers/1.1.1/attachments?side=verified", data=data, headers=OURS)
    reply = sign_in(client, world.member, reply)
    assert "hãy chọn lại tệp" in words(reply)
    assert 'attachments?side=verified"' in reply.text


# --- a role taken away, a page out of date


def test_after_a_role_was_taken_away_what_was_typed_stands_on_the_page(world, login):
    client = login(world.member)
    db.session.execute(delete(DelegationMember).where(DelegationMember.user_id == world.member.id))
    db.session.commit()
    reply = send(client, world)
    assert reply.status_code == 404  # no longer of the delegation: it is not even there
    assert "&lt;b&gt;dòng hai&lt;/b&gt;" in reply.text
    assert "muon" in reply.text


def test_figures_of_the_grid_stand_on_the_refusal_each_with_its_words(world, login):
    report = make.dossier_report(world.ward)
    client = login(world.supervisor)
    data = {
        "version": "1",
        "rows-0-field": "Đất đai",
        "rows-0-received_total": "4.545",
        "total-apologies": "7",
    }
    reply = client.post(f"/dossiers/{report.id}", data=data, headers=OURS)
    assert reply.status_code == 403
    assert "tổng tiếp nhận (1): 4.545" in words(reply)
    assert "xin lỗi: 7" in words(reply)
    assert "Đất đai" in reply.text
