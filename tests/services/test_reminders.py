"""The verbs of reminders when two runs meet, and what a run keeps."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.db import _writing, db
from app.domain.access import Role
from app.domain.reminders import Hours, Recipient
from app.domain.tasks import Workflow
from app.mail import Letter, open_mailer
from app.models import AuditEvent, Notice, Reminder
from app.queries import notices
from app.queries import reminders as reads
from app.queries.notices import to_be_mailed
from app.queries.reminders import owed
from app.services import reminders
from app.services.reminders import remind, send_mail
from tests import make
from tests.at_once import at_once
from tests.mailbox import free_port, mail_server

DAY = date(2022, 9, 15)
NOW = datetime(2022, 9, 15, 3, tzinfo=UTC)


def count(model: type) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_two_runs_at_the_same_moment_tell_once(app):
    ward = make.unit(email="phuong@vi.du")
    for _ in range(5):
        make.user(Role.OFFICER, unit=ward, email="canbo@vi.du")
    for number in range(20):
        make.task(ward, title=f"Việc {number}", due_current=DAY + timedelta(days=number % 7))
    results = at_once(app, *[lambda: len(remind(DAY, True, NOW))] * 3)
    assert sorted(results) == [0, 0, 6]
    assert (count(Notice), count(Reminder)) == (6, 120)
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reminder.run")).all()
    assert [event.data["after"]["reminders"] for event in events] == [120]


def test_the_delegation_is_told_of_a_report_by_the_unit_that_took_the_task_over(app):
    delegation, other = make.delegation(), make.delegation()
    inspection = make.inspection(delegation=delegation)
    head, secretary = make.member(delegation, Role.HEAD), make.member(delegation, Role.SECRETARY)
    heir = make.unit("Phường mới")
    make.member(delegation, Role.DEPUTY, user=make.user(Role.HEAD, unit=heir))
    again = make.inspection(unit=make.unit("Phường khác"), delegation=other)
    second = make.member(other, Role.HEAD)
    conclusion = make.directive(inspection_id=inspection.id)
    waits = {"workflow": Workflow.AWAITING, "due_current": DAY}
    asked = make.task(heir, directive_id=conclusion.id, **waits)
    handed = make.task(heir, directive_id=conclusion.id, reinspection_id=again.id, **waits)
    told = owed(DAY).recipients
    first = [Recipient(head.id), Recipient(secretary.id)]
    assert told == {asked.id: first, handed.id: [*first, Recipient(second.id)]}


def test_two_runs_that_mail_at_the_same_moment_send_each_letter_once(app):
    ward = make.unit()
    for number in range(12):
        make.user(Role.OFFICER, unit=ward, email=f"canbo{number}@vi.du")
    make.task(ward, due_current=DAY)
    remind(DAY, True, NOW)
    port = free_port()
    mailer = open_mailer(f"smtp://127.0.0.1:{port}", "soat@vi.du")

    def letter(waiting) -> Letter:
        return Letter(waiting.address, "Nhắc việc", "Chào", "<p>Chào</p>", f"<{waiting.id}@vi.du>")

    with mail_server(port) as box:
        results = at_once(app, *[lambda: send_mail(mailer, None, letter, lambda: NOW)] * 2)
    assert sum(one.sent for one in results) == 12
    assert len(box.letters) == len(set(box.addressed)) == 12


def test_a_run_with_nothing_to_tell_leaves_no_line_in_the_trail(app):
    assert remind(DAY, True, NOW) == []
    assert count(AuditEvent) == 0


def test_mail_that_nobody_took_for_two_weeks_is_old_news(app):
    ward = make.unit()
    make.user(Role.OFFICER, unit=ward, email="canbo@vi.du")
    make.task(ward, due_current=DAY)
    remind(DAY, True, NOW)
    mailer = open_mailer("smtp://127.0.0.1:9", "soat@vi.du")

    def letter(_waiting) -> Letter:
        raise AssertionError("nothing is written")

    assert send_mail(mailer, None, letter, lambda: NOW + timedelta(days=15)).failed == ()
    assert len(send_mail(mailer, None, letter, lambda: NOW + timedelta(days=13)).failed) == 1


def test_a_run_that_comes_into_the_quiet_hours_leaves_the_rest_for_later(app):
    ward = make.unit()
    for number in range(3):
        make.user(Role.OFFICER, unit=ward, email=f"canbo{number}@vi.du")
    make.task(ward, due_current=DAY)
    start = datetime(2022, 9, 15, 12, 58, tzinfo=UTC)
    remind(DAY, True, start)
    port = free_port()
    mailer, asked = open_mailer(f"smtp://127.0.0.1:{port}", "soat@vi.du"), []

    def letter(waiting) -> Letter:
        asked.append(waiting.id)
        return Letter(waiting.address, "Nhắc việc", "Chào", "<p>Chào</p>", f"<{waiting.id}@vi.du>")

    with mail_server(port) as box:
        sent = send_mail(mailer, Hours(20, 6), letter, lambda: start + timedelta(minutes=len(asked)))
    assert (sent.sent, sent.quiet, len(box.letters)) == (1, 2, 1)
    mailed = select(Notice.mailed_at).where(Notice.mailed_at.is_not(None))
    assert db.session.scalars(mailed).one() == start + timedelta(minutes=1)


def test_a_plan_is_made_before_the_lock_and_anew_when_another_run_was_faster(app, monkeypatch):
    ward = make.unit()
    make.user(Role.OFFICER, unit=ward)
    make.task(ward, due_current=DAY)
    plans, plan = [], reminders.plan

    def slow(day: date, with_mail: bool, now: datetime) -> list[reminders.Planned]:
        assert not _writing.get()
        found = plan(day, with_mail, now)
        plans.append(len(found))
        if len(plans) == 1:
            remind(day, with_mail, NOW)
        return found

    monkeypatch.setattr(reminders, "plan", slow)
    assert remind(DAY, True, NOW) == []
    assert plans == [1, 1, 0]
    assert (count(Notice), count(Reminder)) == (1, 1)


@pytest.fixture
def small_parts(monkeypatch) -> None:
    """Three marks a transaction, five rows a reading: what a province has by thousands."""
    monkeypatch.setattr(reminders, "_AT_ONCE", 3)
    monkeypatch.setattr(reminders, "_PAUSE", 0.001)
    monkeypatch.setattr(reads, "_AT_ONCE", 5)
    monkeypatch.setattr(notices, "_LETTERS_AT_ONCE", 2)


def _wards(count_of: int, tasks: int) -> None:
    for _ in range(count_of):
        ward = make.unit(email="phuong@vi.du")
        make.user(Role.OFFICER, unit=ward, email="canbo@vi.du")
        make.user(Role.UNIT_HEAD, unit=ward)
        for number in range(tasks):
            make.task(ward, due_current=DAY + timedelta(days=number % 7))


def _told() -> Counter[tuple[int, int | None, int | None]]:
    rows = db.session.execute(select(Reminder.task_id, Reminder.user_id, Reminder.unit_id))
    return Counter(map(tuple, rows))


def test_a_province_is_told_in_parts_and_all_of_it(app, small_parts):
    _wards(3, 2)
    _wards(2, 7)
    planned = remind(DAY, True, NOW)
    assert len(planned) == count(Notice) == 15
    assert set(_told().values()) == {1}
    assert count(Reminder) == 3 * 3 * 2 + 2 * 3 * 7
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reminder.run")).all()
    assert len(events) > 5
    assert sum(event.data["after"]["reminders"] for event in events) == count(Reminder)
    # Each mark belongs to the digest whose lines tell it.
    for notice in db.session.scalars(select(Notice).order_by(Notice.id)).all():
        marks = db.session.scalars(select(Reminder.task_id).where(Reminder.notice_id == notice.id)).all()
        assert sorted(marks) == sorted(line["task"] for line in notice.lines if "news" not in line)
    assert remind(DAY, True, NOW) == []
    assert len(to_be_mailed(NOW, None)) == 10


def test_parts_of_runs_at_the_same_moment_tell_once(app, small_parts):
    _wards(4, 5)
    results = at_once(app, *[lambda: len(remind(DAY, True, NOW))] * 3)
    assert sum(results) == count(Notice) == 12
    assert set(_told().values()) == {1}
    assert count(Reminder) == 4 * 3 * 5


def test_a_run_for_another_day_between_two_parts_tells_no_mark_twice(app, small_parts, monkeypatch):
    _wards(1, 8)
    keep_rest, between = reminders._keep_rest, []

    def slow(*given) -> None:
        if not between:
            between.append(True)
            remind(DAY - timedelta(days=1), False, NOW)
        keep_rest(*given)

    monkeypatch.setattr(reminders, "_keep_rest", slow)
    remind(DAY, True, NOW)
    rows = db.session.execute(
        select(Reminder.task_id, Reminder.user_id, Reminder.unit_id, Reminder.counted_from, Reminder.mark)
    )
    assert set(Counter(map(tuple, rows)).values()) == {1}


def test_a_run_that_dies_between_two_parts_goes_on_with_the_next(app, small_parts, monkeypatch):
    _wards(4, 2)
    keep, parts = reminders._keep, []

    def dying(*given) -> bool:
        parts.append(True)
        if len(parts) == 3:
            raise KeyboardInterrupt
        return keep(*given)

    monkeypatch.setattr(reminders, "_keep", dying)
    with pytest.raises(KeyboardInterrupt):
        remind(DAY, True, NOW)
    assert 0 < count(Notice) < 12
    monkeypatch.setattr(reminders, "_keep", keep)
    remind(DAY, True, NOW)
    assert count(Notice) == 12
    assert set(_told().values()) == {1}
    assert count(Reminder) == 4 * 3 * 2


def test_no_reading_of_a_plan_is_left_open(app, small_parts):
    _wards(1, 12)
    db.session.commit()
    owed(DAY)
    assert not db.session.registry().in_transaction()
    to_be_mailed(NOW, None)
    assert not db.session.registry().in_transaction()
