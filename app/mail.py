"""Sends letters by SMTP, one connection a run; knows nothing of what they say."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

_TIMEOUT = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. ``id`` is the same however often it is sent, so that a twin can be told."""

    to: str
    subject: str
    text: str
    html: str
    id: str


class Undelivered(Exception):
    """A letter was not taken; ``server``: not because of the letter, so that others need not be tried."""

    def __init__(self, reason: str, *, server: bool = False) -> None:
        super().__init__(reason)
        self.server = server


class Line:
    """An open connection to the server."""

    def __init__(self, smtp: smtplib.SMTP, sender: str) -> None:
        self._smtp, self._sender = smtp, sender

    def send(self, letter: Letter) -> None:
        """Raises :class:`Undelivered` with a sentence; returns when the server has taken the letter."""
        message = written(letter, self._sender)
        try:
            self._smtp.send_message(message, self._sender, [letter.to])
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if isinstance(error, smtplib.SMTPException) and not isinstance(
                error, smtplib.SMTPServerDisconnected
            ):
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    self._smtp.rset()
                raise Undelivered(_refused(error)) from None
            raise Undelivered(f"Mất kết nối tới máy chủ thư ({_plain(error)}).", server=True) from None


@dataclass(frozen=True, slots=True)
class Mailer:
    """Where letters are handed in. ``tls``: «ssl» from the start, «always», «offered» or «never» STARTTLS."""

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    sender: str = ""

    @contextmanager
    def open(self) -> Iterator[Line]:
        """Raises :class:`Undelivered` when the server is not there or does not let us in."""
        smtp = self._connect()
        try:
            yield Line(smtp, self.sender)
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()

    def _connect(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP | None = None
        try:
            # The certificate is always asked for; that of an authority of one's own: SSL_CERT_FILE.
            if self.tls == "ssl":
                context = ssl.create_default_context()
                smtp = smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT, context=context)
            else:
                smtp = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
                smtp.ehlo()
                if self.tls == "always" or (self.tls == "offered" and smtp.has_extn("starttls")):
                    smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            _close(smtp)
            raise Undelivered(f"Máy chủ thư không nhận tài khoản ({error.smtp_code}).", server=True) from None
        except (smtplib.SMTPException, OSError) as error:
            _close(smtp)
            raise Undelivered(
                f"Không gửi được qua máy chủ thư {self.host}:{self.port} ({_plain(error)}).", server=True
            ) from None
        return smtp


def _close(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()


def _refused(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, said)] = list(error.recipients.values())[:1]
        return f"Máy chủ thư không nhận người nhận ({code} {_ascii(said)})."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"Máy chủ thư từ chối thư ({error.smtp_code} {_ascii(error.smtp_error)})."
    return f"Máy chủ thư từ chối thư ({_plain(error)})."


def _ascii(said: bytes | str) -> str:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]


def _plain(error: Exception) -> str:
    """What the system says about it, on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def written(letter: Letter, sender: str) -> EmailMessage:
    """As it goes over the wire: UTF-8, plain text first. Line ends in a header raise ``ValueError``."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name="Soát", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Message-ID"] = letter.id
    # Nobody's absence note answers a machine.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    return message


def open_mailer(url: str, sender: str) -> Mailer:
    """The mailer of ``SOAT_SMTP_URL``; connects to nothing. Raises ``ValueError`` with a sentence.

    ``smtp://``: STARTTLS when the server offers it, and in any case before a password is sent; plain to the
    machine itself. ``smtps://``: TLS from the start. ``?starttls=always`` or ``never`` says it outright.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise ValueError("không đọc được địa chỉ máy chủ thư.") from None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError("phải có dạng smtp://máy-chủ:cổng hoặc smtps://người-dùng:mật-khẩu@máy-chủ.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("cần cả người dùng và mật khẩu, hoặc không có cả hai.")
    if not (user + password).isascii():
        # SMTP signs in with ASCII only; the letters of the password are not repeated here.
        raise ValueError(
            "người dùng và mật khẩu của máy chủ thư chỉ gồm chữ không dấu, chữ số và ký hiệu thường."
        )
    wishes = parse_qs(parts.query, keep_blank_values=True)
    wish = wishes.pop("starttls", [""])[-1]
    if wishes or wish not in {"", "always", "never"} or (wish and parts.scheme == "smtps"):
        raise ValueError("sau dấu hỏi chỉ có starttls=always hoặc starttls=never, với smtp://.")
    if wish == "never" and user and not _here(host):
        raise ValueError("mật khẩu không được gửi đi khi không mã hóa.")
    usual = "never" if _here(host) else "always" if user else "offered"
    tls = "ssl" if parts.scheme == "smtps" else wish or usual
    return Mailer(host, port or (465 if tls == "ssl" else 587 if user else 25), tls, user, password, sender)


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
