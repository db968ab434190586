"""``flask remind``: digests of what is due, in the app and by mail; run twice it tells once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import click
from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from ..config import Settings
from ..domain.imports import in_parts
from ..domain.periods import today
from ..domain.reminders import Recipient, by_unit, is_quiet, summary
from ..mail import Letter
from ..queries.addresses import letter_just_asked, letters_left_behind, never_asked
from ..queries.notices import Waiting
from ..queries.reminders import names_of
from ..services.addresses import ask_all, send_letters
from ..services.reminders import Planned, Sent, plan, remind, send_mail
from ..vietnamese import Unreadable, date_short, read_date
from ..views._address_mail import write_letter

# Each is a look at the limits under the write lock.
_ASKED_AT_ONCE = 20


def _day(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if text[4:5] == "-" else read_date(text)
    except (ValueError, Unreadable):
        raise click.BadParameter(f"«{text}» không phải là ngày; ví dụ 2026-11-22 hoặc 22/11/2026.") from None


@click.command("remind")
@click.option("--on", "on", metavar="DATE", callback=_day, help="Nhắc như ở ngày này; mặc định hôm nay.")
@click.option("--dry-run", is_flag=True, help="Chỉ in ai được nhắc gì; không ghi, không gửi.")
@click.pass_context
def command(context: click.Context, on: date | None, dry_run: bool) -> None:
    """Nhắc việc trước và sau hạn 7, 3, 1 ngày, trong ứng dụng và qua thư; còn thư chưa gửi được thì mã 1."""
    settings: Settings = current_app.config["SOAT"]
    now = datetime.now(UTC)
    day = on or today(now)
    with_mail = settings.mailer is not None
    planned = plan(day, with_mail, now) if dry_run else remind(day, with_mail, now)
    _print_table(planned, day)
    if dry_run:
        click.echo("Chạy thử: chưa ghi, chưa gửi gì.")
        return
    if day > today(now):
        click.echo("Ngày này chưa đến: các mốc vừa nhắc trước sẽ không được nhắc lại.")
    if settings.mailer is None:
        click.echo("Chưa đặt SOAT_SMTP_URL: chỉ nhắc trong ứng dụng.")
        return
    asked = _ask_addresses(settings, now)
    sent = send_mail(
        settings.mailer, settings.quiet_hours, partial(_letter, settings), lambda: datetime.now(UTC)
    )
    if asked:
        click.echo(f"Đã gửi {asked} thư xác nhận địa chỉ.")
    _print_mail(sent)
    if sent.failed:
        context.exit(1)


def _ask_addresses(settings: Settings, now: datetime) -> int:
    """Letters that ask whether an address is right: those no server took, and those typed before there was one."""
    if settings.mailer is None or is_quiet(settings.quiet_hours, now):
        return 0
    behind = letters_left_behind(now)
    unasked = never_asked()
    for some in in_parts(unasked, _ASKED_AT_ONCE):
        ask_all(some, now)
    new = [card for one in unasked if (card := letter_just_asked(one, now))]
    return send_letters(settings.mailer, [*behind, *new], write_letter, datetime.now(UTC))


def _print_table(planned: list[Planned], day: date) -> None:
    if not planned:
        click.echo(f"Ngày {date_short(day)}: không có gì mới phải nhắc.")
        return
    names = names_of(one.digest.recipient for one in planned)
    lines: list[tuple[str, ...]] = [
        ("Người nhận", "Quá hạn", "Sắp đến hạn", "Chờ xác nhận", "Chờ trả lời", "Tin mới", "Qua")
    ]
    for one in planned:
        count = summary(one.digest.lines, one.digest.news)
        way = "hộp thư đơn vị" if one.digest.recipient.unit_id else "ứng dụng"
        way += ", thư" if one.to_mail and one.digest.recipient.user_id else ""
        lines.append((names[one.digest.recipient], *(str(number) for number in count), way))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    click.echo(f"Ngày {date_short(day)}: {len(planned)} bản nhắc việc.")
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _print_mail(sent: Sent) -> None:
    click.echo(f"Đã gửi {sent.sent} thư.")
    if sent.quiet:
        click.echo(f"{sent.quiet} thư đợi hết giờ yên lặng, sẽ gửi ở lần chạy sau.")
    if sent.failed:
        click.echo(f"{len(sent.failed)} thư chưa gửi được, sẽ thử lại ở lần chạy sau:", err=True)
        for waiting, reason in sent.failed:
            click.echo(f"  {waiting.name}: {reason}", err=True)


def _letter(settings: Settings, waiting: Waiting) -> Letter:
    """A digest as a letter, in the language of who gets it. Its Message-ID is made of the digest alone."""
    values = {
        "summary": summary(waiting.lines, waiting.news),
        "day": waiting.day,
        "news": waiting.news,
        "groups": by_unit(waiting.lines),
        "personal": waiting.recipient != Recipient(None, waiting.recipient.unit_id),
        "address": _addresses(settings.public_url),
    }
    # No page is being asked for: an empty request stands in, so that templates work as they do on pages.
    with current_app.test_request_context(base_url="http://localhost"), force_locale(waiting.locale):
        text = render_template("mail/digest.txt", **values)
        html = render_template("mail/digest.html", **values)
        title = " ".join(text.split("\n", 2)[0].split())
        subject = _("[Soát] %(title)s", title=title)
    sender = settings.mailer.sender if settings.mailer else ""
    moment = int(waiting.created_at.timestamp())
    message_id = f"<soat-{waiting.id}-{moment}@{sender.rpartition('@')[2]}>"
    return Letter(waiting.address, subject, text, html, message_id)


def _addresses(public_url: str) -> Callable[..., str]:
    """Addresses as people open them; the command itself is asked at no address."""
    paths = current_app.url_map.bind("localhost")
    return lambda endpoint, **values: public_url + paths.build(endpoint, values)
