"""Verbs about mail addresses: ask whether one is right, send the letter, take the answer.

The link in a letter is the proof that somebody reads that mailbox. It is opened without signing in: a unit's
mailbox is read by people who have no account, and a telephone that shows mail is seldom signed in. It lets
nobody in; all it can do is to say yes to the address that was typed, once. Opening it changes nothing, since
mail programs look at links by themselves: the word is given by the button on its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import update

from ..db import db, verb
from ..domain.addresses import is_good
from ..domain.refusals import Conflict, Limited, Missing, sentence
from ..domain.reminders import Recipient
from ..mail import Letter, Mailer, Undelivered
from ..models import AddressLetter, Unit, User
from ..queries.addresses import LetterCard
from ._addresses import ask_by_letter
from ._audit import note_event


@verb
def ask_again(recipient: Recipient, by_id: int | None, now: datetime) -> None:
    """One more letter to an address that nobody has confirmed yet."""
    owner = _owner(recipient)
    if not owner.email:
        raise Conflict(sentence("Chưa có địa chỉ nào để xác nhận; hãy nhập địa chỉ rồi lưu."))
    if owner.email_confirmed_at is not None:
        raise Conflict(sentence("Địa chỉ này đã được xác nhận."))
    wait = ask_by_letter(owner, now)
    if wait > timedelta():
        raise Limited(
            sentence(
                "Vừa gửi thư tới địa chỉ này. Hãy xem cả mục thư rác; gửi lại được sau %(minutes)s phút."
            ),
            seconds=ceil(wait.total_seconds()),
            minutes=ceil(wait / timedelta(minutes=1)),
        )
    noun = "user" if recipient.user_id else "unit"
    note_event(f"{noun}.ask_address", noun, owner.id, by_id, now, {"after": {"email": owner.email}})


@verb
def confirm_address(letter_id: int, now: datetime) -> None:
    """Somebody who reads the mailbox says that it is right. Pressed twice, the second time changes nothing."""
    letter = db.session.get(AddressLetter, letter_id, populate_existing=True, with_for_update=True)
    if letter is None:
        raise _too_late()
    owner = _owner(Recipient(letter.user_id, letter.unit_id))
    same = owner.email == letter.address
    if letter.used_at is not None and same and owner.email_confirmed_at is not None:
        return
    if not same or not is_good(letter.asked_at, letter.used_at, now):
        raise _too_late()
    owner.email_confirmed_at = now
    mine = (
        AddressLetter.user_id == letter.user_id if letter.user_id else AddressLetter.unit_id == letter.unit_id
    )
    # Each link works once, those of letters before this one too.
    db.session.execute(update(AddressLetter).where(mine, AddressLetter.used_at.is_(None)).values(used_at=now))
    noun = "user" if letter.user_id else "unit"
    note_event(f"{noun}.confirm_address", noun, owner.id, None, now, {"after": {"email": owner.email}})


def _too_late() -> Conflict:
    return Conflict(
        sentence(
            "Đường dẫn này không còn dùng được: đã quá hạn, đã dùng rồi, hoặc địa chỉ đã được đổi. Hãy gửi lại thư "
            "xác nhận ở trang nhắc việc."
        )
    )


def _owner(recipient: Recipient) -> User | Unit:
    """Under the lock of its row; a closed account has no address any more."""
    owner: User | Unit | None
    if recipient.user_id:
        owner = db.session.get(User, recipient.user_id, populate_existing=True, with_for_update=True)
    else:
        owner = db.session.get(Unit, recipient.unit_id, populate_existing=True, with_for_update=True)
    if owner is None or (isinstance(owner, User) and not owner.active):
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return owner


@verb
def ask_all(recipients: Iterable[Recipient], now: datetime) -> int:
    """A letter to each of these addresses that the limits allow; how many."""
    asked = 0
    for recipient in recipients:
        owner = _owner(recipient)
        if owner.email and owner.email_confirmed_at is None and ask_by_letter(owner, now) == timedelta():
            asked += 1
            db.session.flush()
    if asked:
        note_event("reminder.ask_addresses", "reminder", None, None, now, {"after": {"letters": asked}})
    return asked


def send_letters(
    mailer: Mailer,
    cards: Iterable[LetterCard],
    write: Callable[[LetterCard], tuple[str, str, str]],
    now: datetime,
) -> int:
    """Hands letters in, each written as subject, text and HTML; how many a server took. The rest is noted."""
    letters = [(card, write(card)) for card in cards]
    db.session.commit()  # no transaction stays open while a mail server thinks
    if not letters:
        return 0
    sent, server_gone = 0, ""
    try:
        with mailer.open() as line:
            for card, (subject, text, html) in letters:
                error = server_gone
                if not error:
                    try:
                        line.send(Letter(card.address, subject, text, html, _message_id(card, mailer)))
                        sent += 1
                    except Undelivered as trouble:
                        error = str(trouble)
                        server_gone = error if trouble.server else ""
                _note_letter(card.id, error, now)
    except Undelivered as trouble:
        for card, _written in letters:
            _note_letter(card.id, str(trouble), now)
    return sent


def _message_id(card: LetterCard, mailer: Mailer) -> str:
    """The same however often this letter is sent."""
    moment = int(card.asked_at.timestamp())
    return f"<soat-address-{card.id}-{moment}@{mailer.sender.rpartition('@')[2]}>"


@verb
def _note_letter(letter_id: int, error: str, now: datetime) -> None:
    db.session.execute(
        update(AddressLetter)
        .where(AddressLetter.id == letter_id, AddressLetter.sent_at.is_(None))
        .values(sent_at=None if error else now, error=error)
    )
