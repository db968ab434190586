"""The way to the mail server: what its address may be, and letters that nobody can slip a header into."""

from __future__ import annotations

import smtplib
from email.errors import HeaderParseError

import pytest

from app.config import WrongSetting, read_settings
from app.domain.reminders import Hours
from app.mail import Letter, Undelivered, open_mailer, written
from tests.mailbox import free_port, mail_server

WRONG_HEADER = (ValueError, HeaderParseError)
LETTER = Letter("canbo@vi.du", "Nhắc việc", "Chào", "<p>Chào</p>", "<soat-1-2@vi.du>")
MAIL = {"SMTP_URL": "smtp://may.vi.du", "MAIL_FROM": "soat@haiphong.vn", "PUBLIC_URL": "https://soat.vi.du/"}


@pytest.mark.parametrize(
    ("url", "port", "tls", "user"),
    [
        ("smtp://may.vi.du", 25, "offered", ""),
        ("smtp://may.vi.du:2525", 2525, "offered", ""),
        ("smtp://soat:bi%20mat@may.vi.du", 587, "always", "soat"),
        ("smtps://soat%40vi.du:bi%20mat@may.vi.du", 465, "ssl", "soat@vi.du"),
        ("smtp://localhost", 25, "never", ""),
        ("smtp://127.0.0.1", 25, "never", ""),
        ("smtp://[::1]:26", 26, "never", ""),
        ("smtp://127.0.0.1?starttls=always", 25, "always", ""),
        ("smtp://may.vi.du?starttls=never", 25, "never", ""),
    ],
)
def test_an_address_says_how_the_server_is_reached(url, port, tls, user):
    mailer = open_mailer(url, "soat@vi.du")
    assert (mailer.port, mailer.tls, mailer.user) == (port, tls, user)
    assert "bi mat" not in repr(mailer)


@pytest.mark.parametrize(
    "url",
    [
        "may.vi.du", "http://may.vi.du", "smtp://", "smtp://may.vi.du:cổng", "smtp://may.vi.du:99999", "smtp://[::1",
        "smtp://soat@may.vi.du", "smtp://:bi-mat@may.vi.du", "smtp://may.vi.du/thu", "smtp://may.vi.du#a",
        "smtp://may.vi.du?tls=1", "smtp://may.vi.du?starttls=maybe", "smtps://may.vi.du?starttls=never",
        "smtp://soat:bi-mat@may.vi.du?starttls=never", "smtp://soat:bi-mat-%C3%A1@may.vi.du", "smtp://so%C3%A1t:bi-mat@a.vn",
    ],
)  # fmt: skip
def test_an_address_that_is_none_stops_the_start_with_a_sentence(url):
    with pytest.raises(WrongSetting) as stop:
        read_settings({"SECRET_KEY": "x", **MAIL, "SMTP_URL": url})
    assert str(stop.value).startswith("SOAT_SMTP_URL: ")
    assert str(stop.value).endswith(".")
    assert "bi-mat" not in str(stop.value)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("MAIL_FROM", MAIL | {"MAIL_FROM": ""}),
        ("MAIL_FROM", MAIL | {"MAIL_FROM": "soat"}),
        ("MAIL_FROM", {"MAIL_FROM": "a@b.vn\r\nBcc: c@d.vn"}),
        ("PUBLIC_URL", MAIL | {"PUBLIC_URL": ""}),
        *(("PUBLIC_URL", {"PUBLIC_URL": url}) for url in ("soat.vi.du", "ftp://a.vn", "https://", "https://a b", "https://a:x", "https://a.vn?x=1", "https://u@a.vn", "https://[::1")),
        *(("QUIET_HOURS", {"QUIET_HOURS": text}) for text in ("20", "20-20", "20-24", "a-b", "-1-3", "20-7-9")),
    ],
)  # fmt: skip
def test_settings_of_mail_that_do_not_fit_stop_the_start_with_a_sentence(name, given):
    with pytest.raises(WrongSetting) as stop:
        read_settings({"SECRET_KEY": "x", **given})
    assert str(stop.value).startswith(f"SOAT_{name}: ")
    assert str(stop.value).endswith(".")


def test_without_settings_nothing_is_mailed_and_nights_are_quiet():
    settings = read_settings({"SECRET_KEY": "x"})
    assert (settings.mailer, settings.public_url, settings.quiet_hours) == (None, "", Hours(20, 7))
    assert read_settings({"SECRET_KEY": "x", "QUIET_HOURS": "off"}).quiet_hours is None
    settings = read_settings({"SECRET_KEY": "x", "QUIET_HOURS": "0-5", **MAIL})
    assert (settings.quiet_hours, settings.public_url) == (Hours(0, 5), "https://soat.vi.du")
    assert settings.mailer
    assert settings.mailer.sender == "soat@haiphong.vn"


@pytest.mark.parametrize(
    "hostile", ["a@b.vn\r\nBcc: c@d.vn", "a@b.vn\nX: y", "a@b.vn>, <c@d.vn", "a@b.vn\rX: y"]
)
def test_no_header_comes_in_through_an_address(hostile):
    with pytest.raises(WRONG_HEADER):
        written(Letter(hostile, "Nhắc việc", "", "", "<1@b.vn>"), "soat@vi.du").as_bytes()


@pytest.mark.parametrize("hostile", ["Nhắc\r\nBcc: c@d.vn", "Nhắc\nBcc: c@d.vn", "Nhắc\rBcc: c@d.vn"])
def test_no_header_comes_in_through_the_subject(hostile):
    with pytest.raises(WRONG_HEADER):
        written(Letter("a@b.vn", hostile, "", "", "<1@b.vn>"), "soat@vi.du").as_bytes()


def test_words_stay_words_in_any_body():
    message = written(
        Letter("a@b.vn", "Nhắc " + "việc " * 60, ".\r\n.\r\nBcc: x@y.vn\r\n" + "ữ" * 3000, "<p>", "<1@b.vn>"), "s@b.vn"
    )  # fmt: skip
    raw = message.as_bytes()
    assert max(len(line) for line in raw.split(b"\r\n")) < 200
    assert message["Bcc"] is None
    assert raw.isascii()


def test_a_server_that_goes_away_in_between_is_said_so():
    port = free_port()
    with mail_server(port) as box, open_mailer(f"smtp://127.0.0.1:{port}", "s@vi.du").open() as line:
        line.send(LETTER)
        line._smtp.close()
        with pytest.raises(Undelivered, match=r"^Mất kết nối tới máy chủ thư") as undelivered:
            line.send(LETTER)
    assert undelivered.value.server
    assert len(box.letters) == 1


def test_a_letter_that_is_refused_leaves_the_line_open_for_the_next():
    port = free_port()
    with mail_server(port) as box, open_mailer(f"smtp://127.0.0.1:{port}", "s@vi.du").open() as line:
        box.refuses = {"canbo@vi.du"}
        with pytest.raises(Undelivered) as undelivered:
            line.send(LETTER)
        assert not undelivered.value.server
        box.refuses = set()
        line.send(LETTER)
    assert len(box.letters) == 1


def test_a_server_that_wants_no_password_from_us_is_said_so():
    port = free_port()
    mailer = open_mailer(f"smtp://soat:bi-mat@127.0.0.1:{port}", "s@vi.du")
    with mail_server(port), pytest.raises(Undelivered) as undelivered, mailer.open():
        pass
    assert undelivered.value.server
    assert "bi-mat" not in str(undelivered.value)
    assert isinstance(smtplib.SMTPException(), OSError)
