"""Verbs about reminders: write a day's digests, send what is to be mailed, read one's own, and say how.

A letter is sent between two transactions: the first takes the digest, so that no other run sends it too, the
second says that it was sent. When the machine dies between the two, the letter may go out twice; both then carry
the same Message-ID, by which mail programs know a twin.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from ..db import db, verb
from ..domain.imports import in_parts
from ..domain.news import SETTLED_AFTER
from ..domain.refusals import Missing, sentence
from ..domain.reminders import (
    TAKEN_FOR,
    Digest,
    Hours,
    Mark,
    Recipient,
    check_address,
    check_hours,
    digests,
    is_quiet,
)
from ..mail import Letter, Line, Mailer, Undelivered
from ..models import Notice, Reminder, Unit, User
from ..queries.notices import Waiting, to_be_mailed
from ..queries.reading import end_reading
from ..queries.reminders import Owed, owed
from ._addresses import take_address
from ._audit import changes, note_event

# Marks that are written at once, and how long others may then take their turn; `make bench` measures what
# another person's save waits.
_AT_ONCE = 300
_PAUSE, _LONGEST_PAUSE = 0.05, 0.5


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest, and whether it is to be mailed too."""

    digest: Digest
    to_mail: bool


def plan(day: date, with_mail: bool, now: datetime | None = None) -> list[Planned]:
    """What a run on this day, at this moment, would tell; writes nothing."""
    return _plan(owed(day, now), day, with_mail)


def _plan(found: Owed, day: date, with_mail: bool) -> list[Planned]:
    planned = [
        Planned(digest, with_mail and digest.recipient in found.mailed)
        for digest in digests(
            found.tasks,
            found.recipients,
            found.told,
            found.has_digest,
            day,
            found.deciders,
            found.news,
        )
    ]
    # A mailbox is told by mail or not at all: without a mail server its marks stay owed.
    return [one for one in planned if one.to_mail or one.digest.recipient.user_id is not None]


def remind(day: date, with_mail: bool, now: datetime) -> list[Planned]:
    """Writes the digests of a day and what they told, once: a second run finds nothing left to tell.

    The plan of a province takes seconds, so it is made before the write lock is taken; when another run has
    written meanwhile, the rest is planned anew. It is written a few hundred marks at a time: who saves a score
    meanwhile waits for one such part, not for all of them.
    """
    written: list[Planned] = []
    while True:
        seen = _written_so_far()
        end_reading()
        planned = plan(day, with_mail, now)
        kept = _keep_all(planned, seen, day, now)
        written += planned[:kept]
        if kept == len(planned):
            return written


def _written_so_far() -> int:
    """Grows with every run that has told something: digests are never removed."""
    return db.session.execute(select(func.count()).select_from(Notice)).scalar_one()


def _keep_all(planned: list[Planned], seen: int, day: date, now: datetime) -> int:
    """How many of the plan were written before another run was faster."""
    kept = 0
    while kept < len(planned):
        some = _next_part(planned[kept:])
        prepared = [(one, _kept(one.digest)) for one in some]
        with _taking_turns():
            if not _keep(prepared, seen + kept, day, now):
                break
        kept += len(some)
        for marks in in_parts(some[-1].digest.marks[_AT_ONCE:], _AT_ONCE):
            with _taking_turns():
                _keep_rest(some[-1].digest.recipient, marks, day)
    return kept


def _kept(digest: Digest) -> list[dict[str, Any]]:
    """What it says, as a notice keeps it."""
    return [*(line.to_json() for line in digest.lines), *(one.to_json() for one in digest.news)]


def _next_part(planned: list[Planned]) -> list[Planned]:
    """The first digests that are written together: as many as have little to tell, or a long one by itself."""
    count, size = 1, _size(planned[0])
    while count < len(planned) and size + _size(planned[count]) <= _AT_ONCE:
        size += _size(planned[count])
        count += 1
    return planned[:count]


def _size(one: Planned) -> int:
    return len(one.digest.marks) + len(one.digest.news)


@contextmanager
def _taking_turns() -> Iterator[None]:
    """SQLite has one writer and no queue: who waits looks again after a while, and must find it free then.

    So the pause after a part is longer than the part: the busier the machine, the longer both.
    """
    start = time.monotonic()
    yield
    if db.engine.dialect.name == "sqlite":
        time.sleep(min(max(_PAUSE, 2 * (time.monotonic() - start)), _LONGEST_PAUSE))


@verb
def _keep(
    prepared: Sequence[tuple[Planned, list[dict[str, Any]]]], seen: int, day: date, now: datetime
) -> bool:
    """Whether the plan still held and was written; two runs at the same moment: a constraint stops the later one."""
    if _written_so_far() != seen:
        return False
    notices = [
        Notice(
            user_id=one.digest.recipient.user_id,
            unit_id=one.digest.recipient.unit_id,
            day=day,
            lines=lines,
            created_at=now,
            to_mail=one.to_mail,
        )
        for one, lines in prepared
    ]
    db.session.add_all(notices)
    db.session.flush()
    told = [
        row
        for notice, (one, _lines) in zip(notices, prepared, strict=True)
        for row in _told(notice.id, one.digest.recipient, one.digest.marks[:_AT_ONCE])
    ]
    # Past the ORM: hundreds of rows under the lock. What only tells what happened has no marks.
    if told:
        db.session.connection().execute(insert(Reminder.__table__), told)  # type: ignore[arg-type]
    counts = {
        "day": day,
        "digests": len(prepared),
        "reminders": sum(len(one.digest.marks) for one, _lines in prepared),
    }
    note_event("reminder.run", "reminder", None, None, now, {"after": counts})
    return True


@verb
def _keep_rest(recipient: Recipient, marks: Sequence[tuple[int, Mark]], day: date) -> None:
    """More marks of a digest that was too long for one part. A machine that dies before has told them all the
    same, and tells them once more on another day: that is better than not at all.
    """
    whose = (Notice.user_id == recipient.user_id, Notice.unit_id.is_(None))
    mine = (Reminder.user_id == recipient.user_id, Reminder.unit_id.is_(None))
    if recipient.unit_id is not None:
        whose = (Notice.unit_id == recipient.unit_id, Notice.user_id.is_(None))
        mine = (Reminder.unit_id == recipient.unit_id, Reminder.user_id.is_(None))
    notice_id = db.session.execute(select(Notice.id).where(Notice.day == day, *whose)).scalar_one()
    tasks = [task_id for task_id, _mark in marks]
    known = select(Reminder.task_id, Reminder.topic, Reminder.counted_from, Reminder.mark).where(
        Reminder.task_id.in_(tasks), *mine
    )
    # A run for another day may have told some of them meanwhile.
    there = {(row[0], Mark(*row[1:])) for row in db.session.execute(known)}
    told = _told(notice_id, recipient, [mark for mark in marks if mark not in there])
    if told:
        db.session.connection().execute(insert(Reminder.__table__), told)  # type: ignore[arg-type]


def _told(notice_id: int, recipient: Recipient, marks: Iterable[tuple[int, Mark]]) -> list[dict[str, Any]]:
    return [
        {
            "notice_id": notice_id,
            "task_id": task_id,
            "user_id": recipient.user_id,
            "unit_id": recipient.unit_id,
            "topic": mark.topic,
            "counted_from": mark.counted_from,
            "mark": mark.days,
        }
        for task_id, mark in marks
    ]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the letters of a run: handed in, kept for the hours after, or not taken with the reason."""

    sent: int = 0
    quiet: int = 0
    failed: tuple[tuple[Waiting, str], ...] = ()


def send_mail(
    mailer: Mailer, usual: Hours | None, write: Callable[[Waiting], Letter], clock: Callable[[], datetime]
) -> Sent:
    """Sends every digest that is to be mailed and may be now; what fails is kept for the next run.

    ``clock`` is asked for each letter: a run may be long, and quiet hours may begin meanwhile.
    """
    now = clock()
    waiting = to_be_mailed(now, usual)
    welcome = [one for one in waiting if not is_quiet(one.quiet, now)]
    result = Sent(quiet=len(waiting) - len(welcome))
    db.session.commit()  # no transaction stays open while a mail server thinks
    if not welcome:
        return result
    try:
        with mailer.open() as line:
            return _send_all(line, welcome, write, clock, result)
    except Undelivered as error:
        return _failed(welcome, str(error), result)


def _send_all(
    line: Line,
    letters: list[Waiting],
    write: Callable[[Waiting], Letter],
    clock: Callable[[], datetime],
    result: Sent,
) -> Sent:
    for number, one in enumerate(letters):
        letter, now = write(one), clock()
        if is_quiet(one.quiet, now):
            result = replace(result, quiet=result.quiet + 1)
            continue
        if not _take(one.id, now):
            continue
        try:
            line.send(letter)
        except Undelivered as error:
            if error.server:
                return _failed(letters[number:], str(error), result)
            result = _failed([one], str(error), result)
        else:
            _mark_mailed(one.id, clock())
            result = replace(result, sent=result.sent + 1)
    return result


def _failed(letters: Iterable[Waiting], reason: str, result: Sent) -> Sent:
    letters = list(letters)
    _mark_failed([one.id for one in letters], reason)
    return replace(result, failed=(*result.failed, *((one, reason) for one in letters)))


@verb
def _take(notice_id: int, now: datetime) -> bool:
    """Whether this run sends it: nobody has, and no other run is about to."""
    taken = db.session.execute(
        update(Notice)
        .where(
            Notice.id == notice_id,
            Notice.mailed_at.is_(None),
            or_(Notice.taken_at.is_(None), Notice.taken_at < now - TAKEN_FOR),
        )
        .values(taken_at=now)
        .returning(Notice.id)
    ).first()
    return taken is not None


@verb
def _mark_mailed(notice_id: int, now: datetime) -> None:
    db.session.execute(
        update(Notice)
        .where(Notice.id == notice_id)
        .values(mailed_at=now, taken_at=None, tries=Notice.tries + 1, last_error="")
    )


@verb
def _mark_failed(notice_ids: list[int], reason: str) -> None:
    db.session.execute(
        update(Notice)
        .where(Notice.id.in_(notice_ids), Notice.mailed_at.is_(None))
        .values(taken_at=None, tries=Notice.tries + 1, last_error=reason)
    )


# --- One's own ------------------------------------------------------------------------------------------


@verb
def read_notice(user_id: int, notice_id: int, now: datetime) -> None:
    """Opened, or marked as read; the first time counts."""
    found = db.session.execute(
        select(Notice).where(Notice.id == notice_id, Notice.user_id == user_id),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if found is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    found.read_at = found.read_at or now
    # What happened until then it has told.
    _see_news(user_id, found.created_at - SETTLED_AFTER)


@verb
def read_all_notices(user_id: int, until: datetime, now: datetime) -> None:
    """``until``: the moment of the page that was read; what happened since then stays at the bell."""
    _see_news(user_id, min(until, now))
    db.session.execute(
        update(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None)).values(read_at=now)
    )


def _see_news(user_id: int, until: datetime) -> None:
    """Never back: what was seen once is not new again."""
    db.session.execute(
        update(User)
        .where(User.id == user_id, or_(User.news_seen_at.is_(None), User.news_seen_at < until))
        .values(news_seen_at=until)
    )


@verb
def set_own_wishes(
    user_id: int,
    email: str,
    mail_digest: bool,
    quiet_from: int | None,
    quiet_to: int | None,
    now: datetime,
    *,
    with_mail: bool = False,
) -> None:
    """Where one's own digests go, whether by mail, and when not; a new address is asked by a letter."""
    check_address(email)
    check_hours(quiet_from, quiet_to)
    user = db.session.get_one(User, user_id, populate_existing=True, with_for_update=True)
    wishes = {"email": email, "mail_digest": mail_digest, "quiet_from": quiet_from, "quiet_to": quiet_to}
    said = changes({name: getattr(user, name) for name in wishes}, wishes)
    take_address(user, email, with_mail, now)
    for name, value in wishes.items():
        setattr(user, name, value)
    note_event("user.wishes", "user", user_id, user_id, now, said)


@verb
def set_mailbox(
    unit_id: int,
    email: str,
    quiet_from: int | None,
    quiet_to: int | None,
    by_id: int,
    now: datetime,
    *,
    with_mail: bool = False,
) -> None:
    """A unit's mailbox and the quiet hours of its people; a new address is asked by a letter."""
    check_address(email)
    check_hours(quiet_from, quiet_to)
    unit = db.session.get(Unit, unit_id, populate_existing=True, with_for_update=True)
    if unit is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    wishes = {"email": email, "quiet_from": quiet_from, "quiet_to": quiet_to}
    said = changes({name: getattr(unit, name) for name in wishes}, wishes)
    take_address(unit, email, with_mail, now)
    for name, value in wishes.items():
        setattr(unit, name, value)
    note_event("unit.mailbox", "unit", unit_id, by_id, now, said)
