"""Reads about digests: those still to be mailed, one's own, and when mail is welcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select

from ..db import db
from ..domain.news import News
from ..domain.reminders import (
    MAIL_FOR,
    TAKEN_FOR,
    Hours,
    Line,
    Recipient,
    Summary,
    own_hours,
    summary,
)
from ..models import Notice, Unit, User
from ._pages import Page, within
from .reading import end_reading

PAGE_SIZE = 20
# Rows that are read at once while letters are sent: a few hundredths of a second.
_LETTERS_AT_ONCE = 40
# Who wants mail and has confirmed the address; a mailbox likewise.
MAILED = and_(User.mail_digest, User.email != "", User.email_confirmed_at.is_not(None))
HAS_MAILBOX = and_(Unit.email != "", Unit.email_confirmed_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A digest that is still to be mailed, to whom, in which language, and when that is not welcome."""

    id: int
    recipient: Recipient
    day: date
    created_at: datetime
    lines: tuple[Line, ...]
    news: tuple[News, ...]
    address: str
    name: str
    locale: str
    quiet: Hours | None


def to_be_mailed(now: datetime, usual: Hours | None) -> list[Waiting]:
    """Oldest first; a SELECT for each :data:`_LETTERS_AT_ONCE`. Who took the address away, has not confirmed another
    one yet or wants no mail any more is left out."""
    own = select(User.unit_id).where(User.id == Notice.user_id).correlate(Notice).scalar_subquery()
    wanted = (
        select(
            Notice.id,
            Notice.user_id,
            Notice.unit_id,
            Notice.day,
            Notice.created_at,
            Notice.lines,
            func.coalesce(User.email, Unit.email).label("address"),
            func.coalesce(User.name, Unit.name).label("name"),
            func.coalesce(User.locale, "vi").label("locale"),
            User.quiet_from,
            User.quiet_to,
            Unit.quiet_from.label("unit_from"),
            Unit.quiet_to.label("unit_to"),
        )
        .outerjoin(User, User.id == Notice.user_id)
        # The unit whose mailbox it is, or the one the person works in.
        .outerjoin(Unit, Unit.id == func.coalesce(Notice.unit_id, own))
        .where(
            Notice.to_mail,
            Notice.mailed_at.is_(None),
            Notice.created_at > now - MAIL_FOR,
            or_(Notice.taken_at.is_(None), Notice.taken_at < now - TAKEN_FOR),
            or_(User.id.is_(None), User.active & MAILED),
            or_(Notice.unit_id.is_(None), HAS_MAILBOX),
        )
        .order_by(Notice.id)
    )
    found: list[Waiting] = []
    while True:
        after = found[-1].id if found else 0
        rows = db.session.execute(wanted.where(Notice.id > after).limit(_LETTERS_AT_ONCE)).all()
        end_reading()
        found += (
            Waiting(
                row.id,
                Recipient(row.user_id, row.unit_id),
                row.day,
                row.created_at,
                *_said(row.lines),
                row.address,
                row.name,
                row.locale,
                own_hours(row.quiet_from, row.quiet_to) or own_hours(row.unit_from, row.unit_to) or usual,
            )
            for row in rows
        )
        if len(rows) < _LETTERS_AT_ONCE:
            return found


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One's own digest as pages show it."""

    id: int
    day: date
    created_at: datetime
    read_at: datetime | None
    lines: tuple[Line, ...]
    news: tuple[News, ...]

    @property
    def summary(self) -> Summary:
        return summary(self.lines, self.news)


_NOTICE = select(Notice.id, Notice.day, Notice.created_at, Notice.read_at, Notice.lines)


def my_notices(user_id: int, page: int = 1) -> Page[NoticeRow]:
    """One page of one's own digests, newest first; two SELECTs."""
    mine = Notice.user_id == user_id
    total = db.session.execute(select(func.count()).select_from(Notice).where(mine)).scalar_one()
    page = within(page, total, PAGE_SIZE)
    rows = db.session.execute(
        _NOTICE.where(mine)
        .order_by(Notice.day.desc(), Notice.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page(tuple(_notice(*row) for row in rows), total, page, PAGE_SIZE)


def my_notice(user_id: int, notice_id: int) -> NoticeRow | None:
    """One digest; ``None`` when it is somebody else's."""
    row = db.session.execute(_NOTICE.where(Notice.user_id == user_id, Notice.id == notice_id)).one_or_none()
    return None if row is None else _notice(*row)


def _notice(
    id_: int, day: date, created_at: datetime, read_at: datetime | None, lines: list[dict[str, object]]
) -> NoticeRow:
    return NoticeRow(id_, day, created_at, read_at, *_said(lines))


def _said(kept: list[dict[str, object]]) -> tuple[tuple[Line, ...], tuple[News, ...]]:
    """What a digest says, as it is kept: what is due or waits, and what happened."""
    lines = tuple(Line.from_json(line) for line in kept if "news" not in line)
    return lines, tuple(News.from_json(line) for line in kept if "news" in line)


@dataclass(frozen=True, slots=True)
class MailWishes:
    """Where a person or a unit wants mail, and when not; ``unit`` is what holds without hours of one's own."""

    email: str
    quiet_from: int | None
    quiet_to: int | None
    mail_digest: bool = True
    unit: Hours | None = None


def wishes_of(user_id: int) -> MailWishes:
    """What this person asked for, and their unit's hours behind it; one SELECT."""
    row = db.session.execute(
        select(
            User.email,
            User.quiet_from,
            User.quiet_to,
            User.mail_digest,
            Unit.quiet_from.label("unit_from"),
            Unit.quiet_to.label("unit_to"),
        )
        .outerjoin(Unit, Unit.id == User.unit_id)
        .where(User.id == user_id)
    ).one()
    return MailWishes(*row[:4], own_hours(row.unit_from, row.unit_to))
