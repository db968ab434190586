"""An address is confirmed by who reads it: the letter, its link, and what stays silent until then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.db import db
from app.domain.access import Role
from app.domain.addresses import LINK_LASTS
from app.domain.reminders import Recipient
from app.mail import open_mailer
from app.models import AddressLetter, AuditEvent, Notice, Unit, User
from app.services.addresses import ask_all
from app.views._address_mail import token_of
from tests import make
from tests.cast import words
from tests.mailbox import Mailbox, free_port, mail_server

PUBLIC = "https://soat.vi.du"
NEW = {"email": "canbo@haiphong.vi.du", "mail_digest": "y", "quiet_from": "", "quiet_to": ""}
DAY = date(2022, 9, 15)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def mailing(app, port, monkeypatch):
    """A mail server is set; whether one is there is another matter."""
    mailer = open_mailer(f"smtp://127.0.0.1:{port}", "soat@haiphong.vi.du")
    settings = replace(app.config["SOAT"], public_url=PUBLIC, mailer=mailer, quiet_hours=None)
    monkeypatch.setitem(app.config, "SOAT", settings)


@pytest.fixture
def box(mailing, port) -> Iterator[Mailbox]:
    with mail_server(port) as box:
        yield box


@pytest.fixture
def ward(app) -> Unit:
    return make.unit("Phường Cầu Tre")


@pytest.fixture
def officer(ward) -> User:
    return make.user(Role.OFFICER, unit=ward, title="Công chức đầu mối")


def link_in(letter) -> str:
    """The path of the link, as the person opens it; the same in text and HTML."""
    text = letter.get_body(("plain",)).get_content()
    [link] = [line for line in text.splitlines() if line.startswith(PUBLIC)]
    assert f'href="{link}"' in letter.get_body(("html",)).get_content()
    return link.removeprefix(PUBLIC)


def confirmed(user: User) -> bool:
    db.session.expire_all()
    return db.session.get_one(User, user.id).email_confirmed_at is not None


def earlier(by: timedelta) -> None:
    """All letters were asked for so much earlier."""
    for letter in db.session.scalars(select(AddressLetter)):
        letter.asked_at -= by
    db.session.commit()


def remind(app, day: date = DAY):
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["remind", "--on", day.isoformat()])
    db.session.expire_all()
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_new_address_gets_a_letter_and_counts_once_its_link_was_answered(
    app, login, client, box, officer, ward
):
    browser = login(officer)
    assert browser.post("/me/reminders", data=NEW).status_code == 303
    [letter] = box.letters
    assert letter["To"] == "canbo@haiphong.vi.du"
    assert letter["Subject"] == "[Soát] Xác nhận địa chỉ thư"
    assert "Công chức đầu mối" in letter.get_body(("plain",)).get_content()
    page = words(browser.get("/me/reminders"))
    assert "Đã gửi thư xác nhận tới canbo@haiphong.vi.du" in page
    assert "Chưa xác nhận" in page
    assert "Gửi lại thư xác nhận" in page
    make.task(ward, due_current=DAY)
    remind(app)
    assert len(box.letters) == 1, "no digest before somebody has said yes"
    [notice] = db.session.scalars(select(Notice))
    assert (notice.user_id, notice.to_mail) == (officer.id, False), "told in the app all the same"
    link = link_in(letter)
    # Without signing in: a telephone that shows mail is seldom signed in.
    asked = client.get(link)
    assert asked.status_code == 200
    assert "canbo@haiphong.vi.du" in words(asked)
    assert not confirmed(officer), "mail programs look at links by themselves"
    assert client.post(link).status_code == 303
    assert confirmed(officer)
    assert "Địa chỉ đã được xác nhận" in words(client.get(link))
    assert "Đã xác nhận" in words(browser.get("/me/reminders"))
    remind(app, DAY + timedelta(days=2))
    assert box.addressed == ["canbo@haiphong.vi.du"] * 2
    noted = select(AuditEvent.action).where(AuditEvent.action.in_(["user.wishes", "user.confirm_address"]))
    assert db.session.scalars(noted.order_by(AuditEvent.id)).all() == ["user.wishes", "user.confirm_address"]


def test_a_link_works_once_and_only_for_the_address_it_was_sent_to(app, login, client, box, officer):
    browser = login(officer)
    browser.post("/me/reminders", data=NEW)
    first = link_in(box.letters[0])
    client.post(first)
    earlier(timedelta(hours=2))
    browser.post("/me/reminders", data=NEW | {"email": "khac@haiphong.vi.du"})
    assert not confirmed(officer), "another address is asked anew"
    second = link_in(box.letters[1])
    assert client.get(first).status_code == 409
    earlier(timedelta(hours=2))
    browser.post("/me/reminders", data=NEW)
    for old in (first, second):
        reply = client.post(old)
        assert reply.status_code == 409
        assert "không còn dùng được" in words(reply)
        assert "không còn dùng được" in words(client.get(old))
    assert not confirmed(officer)
    client.post(link_in(box.letters[2]))
    assert confirmed(officer)


def test_a_link_ends_after_three_days(login, client, box, officer):
    login(officer).post("/me/reminders", data=NEW)
    link = link_in(box.letters[0])
    earlier(LINK_LASTS)
    assert client.get(link).status_code == 409
    assert client.post(link).status_code == 409
    assert not confirmed(officer)


@pytest.mark.parametrize("token", ["x", "1", "..", "a" * 3000, "é"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_somebody_made_leads_nowhere(client, token, method):
    reply = getattr(client, method)(f"/mail/confirm/{token}")
    assert reply.status_code == 404


def test_a_link_of_a_letter_that_is_gone_leads_nowhere(app, client):
    for id_ in (999_999, 0, -1):
        assert client.get(f"/mail/confirm/{token_of(id_)}").status_code == 404


def test_a_closed_account_confirms_nothing(login, client, box, officer):
    login(officer).post("/me/reminders", data=NEW)
    officer.active = False
    db.session.commit()
    link = link_in(box.letters[0])
    assert client.get(link).status_code == client.post(link).status_code == 404
    assert not confirmed(officer)


def test_the_letter_is_asked_for_again_but_not_without_end(login, client, box, officer):
    browser = login(officer)
    browser.post("/me/reminders", data=NEW)
    reply = browser.post("/me/reminders/letter")
    assert (reply.status_code, reply.location) == (303, "/me/reminders")
    assert "gửi lại được sau 2 phút" in words(browser.get("/me/reminders"))
    assert len(box.letters) == 1
    earlier(timedelta(minutes=3))
    assert browser.post("/me/reminders/letter").status_code == 303
    assert len(box.letters) == 2
    assert box.letters[0]["Message-ID"] != box.letters[1]["Message-ID"]
    assert client.post(link_in(box.letters[0])).status_code == 303, "an earlier letter is as good"
    assert browser.post("/me/reminders/letter").status_code == 409, "nothing to ask any more"


def test_nobody_s_mailbox_is_filled_through_us(login, box, ward):
    for _ in range(5):
        login(make.user(Role.OFFICER, unit=ward)).post("/me/reminders", data=NEW)
    assert len(box.letters) == 3
    browser = login(make.user(Role.OFFICER, unit=ward))
    browser.post("/me/reminders", data=NEW)
    page = words(browser.get("/me/reminders"))
    assert "thư xác nhận gửi được sau ít phút nữa" in page
    assert "Chưa xác nhận" in page


def test_without_a_mail_server_the_page_says_so_and_nothing_breaks(login, officer):
    browser = login(officer)
    assert browser.post("/me/reminders", data=NEW).status_code == 303
    page = words(browser.get("/me/reminders"))
    assert "Máy chủ này chưa được đặt để gửi thư" in page
    assert "Chưa xác nhận" in page
    assert "Gửi thư xác nhận" not in page
    assert browser.post("/me/reminders/letter").status_code == 409
    assert db.session.scalars(select(AddressLetter)).all() == []


def test_a_server_that_is_down_is_said_and_the_next_run_sends_the_letter(app, login, mailing, port, officer):
    browser = login(officer)
    assert browser.post("/me/reminders", data=NEW).status_code == 303
    page = words(browser.get("/me/reminders"))
    assert "Chưa gửi được thư xác nhận" in page
    assert f"127.0.0.1:{port}" in page
    with mail_server(port) as box:
        remind(app)
        assert box.letters == [], "it may still be on its way"
        earlier(timedelta(minutes=11))
        assert "Đã gửi 1 thư xác nhận địa chỉ." in remind(app).output
        remind(app)
    assert box.addressed == ["canbo@haiphong.vi.du"]
    letter = db.session.scalars(select(AddressLetter)).one()
    assert (letter.error, letter.sent_at is not None) == ("", True)


def test_addresses_typed_before_there_was_a_mail_server_are_asked_by_the_next_run(app, login, ward, request):
    person = make.user(Role.OFFICER, unit=ward, email="a@vi.du", email_confirmed_at=None)
    make.user(Role.OFFICER, unit=ward, email="nghi@vi.du", email_confirmed_at=None, active=False)
    make.user(Role.OFFICER, unit=ward, email="co@vi.du")
    ward.email = "phuong@vi.du"
    remind(app)
    box = request.getfixturevalue("box")
    assert "Đã gửi 2 thư xác nhận địa chỉ." in remind(app).output
    remind(app)
    assert sorted(box.addressed) == ["a@vi.du", "phuong@vi.du"]
    assert ask_all([Recipient(person.id)], datetime.now(UTC)) == 0, "not twice"


def test_an_address_refused_by_the_server_is_told(login, box, officer):
    box.refuses = {"canbo@haiphong.vi.du"}
    browser = login(officer)
    browser.post("/me/reminders", data=NEW)
    assert "no such mailbox" in words(browser.get("/me/reminders"))


def test_a_letter_speaks_the_language_of_the_account(login, box, officer):
    officer.locale = "en"
    db.session.commit()
    login(officer).post("/me/reminders", data=NEW)
    assert 'lang="en"' in box.letters[0].get_body(("html",)).get_content()


def test_a_unit_s_mailbox_is_asked_too_and_the_administrator_sees_it(login, client, box, ward):
    browser = login(make.user(Role.ADMIN))
    data = {"email": "phuong@haiphong.vi.du", "quiet_from": "", "quiet_to": ""}
    browser.post(f"/units/{ward.id}/reminders", data=data)
    assert "Phường Cầu Tre" in box.letters[0].get_body(("plain",)).get_content()
    assert "Chưa xác nhận" in words(browser.get(f"/units/{ward.id}"))
    assert "Chưa xác nhận" in words(browser.get(f"/units/{ward.id}/reminders"))
    assert browser.post(f"/units/{ward.id}/reminders/letter").status_code == 303
    assert len(box.letters) == 1, "too soon"
    assert "đơn vị «Phường Cầu Tre»" in words(client.get(link_in(box.letters[0])))
    assert client.post(link_in(box.letters[0])).status_code == 303
    assert "Đã xác nhận" in words(browser.get(f"/units/{ward.id}"))
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.action, event.object_id) == ("unit.confirm_address", ward.id)


def test_an_address_the_administrator_writes_on_an_account_is_asked_too(login, box, officer, ward):
    browser = login(make.user(Role.ADMIN))
    form = {
        "title": officer.title,
        "role": "officer",
        "unit": str(ward.id),
        "version": "1",
        "email": "a@vi.du",
    }
    assert browser.post(f"/admin/users/{officer.id}/edit", data=form).status_code == 303
    assert box.addressed == ["a@vi.du"]
    assert "Chưa xác nhận" in words(browser.get(f"/admin/users/{officer.id}"))
    new = {"name": "canbo2", "title": "Cán bộ", "role": "officer", "unit": str(ward.id), "email": "c@vi.du"}
    assert browser.post("/admin/users/new", data=new).status_code == 200
    assert box.addressed == ["a@vi.du", "c@vi.du"]
    # Nothing else of the form asks anew.
    db.session.execute(update(User).where(User.id == officer.id).values(email_confirmed_at=make.NOW))
    db.session.commit()
    browser.post(f"/admin/users/{officer.id}/edit", data=form | {"version": "2", "title": "Khác"})
    assert confirmed(officer)


@pytest.mark.parametrize("address", ["/me/reminders/letter", "/units/1/reminders/letter"])
def test_asking_is_a_post(login, officer, address):
    assert login(officer).get(address).status_code == 405


def test_only_an_administrator_asks_for_a_unit(login, mailing, officer, ward):
    assert login(officer).post(f"/units/{ward.id}/reminders/letter").status_code == 403
    assert login(make.user(Role.ADMIN)).post("/units/999999/reminders/letter").status_code == 404
    assert login(make.user(Role.ADMIN)).post(f"/units/{ward.id}/reminders/letter").status_code == 409
