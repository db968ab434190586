"""Verbs about who a provider says one is: link an account with it, take the link off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select

from ..db import db, verb
from ..domain.identities import Proof, check_subject
from ..domain.logins import inside
from ..domain.refusals import Conflict, Missing, sentence
from ..models import Identity, User, UserSession
from ._audit import note_event
from ._door import ask_password, changed_rows, give_back, take_try, use_proof

T = TypeVar("T")


def without_reading(ask: Callable[[], T]) -> T:
    """Ends the transaction of what was read before: ``ask`` may wait for another machine, nobody for us."""
    db.session.commit()
    return ask()


def ask_person(user_id: int, password: str, now: datetime) -> None:
    """The password asked again before one's own account gets a second door: a tablet left unlocked."""
    _give_back(ask_password(user_id, password, "password", now))


@verb
def _give_back(tries: list[int]) -> None:
    give_back(tries)


def link_own_identity(user_id: int, prove: Callable[[], Proof], now: datetime) -> None:
    """Links one's own account with who one has just proved to be; ``prove`` asks the provider."""
    tries = _knock_inside(user_id, now)
    _link_own_identity(user_id, prove(), tries, now)


@verb
def _knock_inside(user_id: int, now: datetime) -> list[int]:
    return take_try(inside(user_id), now, user_id)


@verb
def _link_own_identity(user_id: int, proof: Proof, tries: list[int], now: datetime) -> None:
    give_back(tries)
    use_proof(proof, now)
    _link(user_id, proof.issuer, proof.subject, user_id, now)


@verb
def link_identity(user_id: int, issuer: str, subject: str, by_id: int, now: datetime) -> None:
    """What an administrator writes down from the provider's own list of people."""
    check_subject(subject)
    _link(user_id, issuer, subject, by_id, now)


def _link(user_id: int, issuer: str, subject: str, by_id: int, now: datetime) -> None:
    # The account's row is the lock: of two that link it at once, the second sees what the first has done.
    if db.session.get(User, user_id, populate_existing=True, with_for_update=True) is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    of_issuer = select(Identity.subject).where(Identity.issuer == issuer)
    if db.session.scalar(of_issuer.where(Identity.user_id == user_id)) is not None:
        raise Conflict(
            sentence("Tài khoản này đã nối với một danh tính. Hãy bỏ nối trước rồi nối lại."), field="subject"
        )
    if db.session.scalar(of_issuer.where(Identity.subject == subject)) is not None:
        raise Conflict(sentence("Danh tính này đã nối với một tài khoản khác."), field="subject")
    db.session.add(Identity(user_id=user_id, issuer=issuer, subject=subject, linked_at=now))
    note_event(
        "user.link_identity", "user", user_id, by_id, now, {"after": {"issuer": issuer, "subject": subject}}
    )


@verb
def unlink_identity(user_id: int, identity_id: int, by_id: int, now: datetime) -> None:
    """The identity opens nothing any more; the sessions it has opened end at once."""
    row = db.session.execute(
        select(Identity.issuer, Identity.subject).where(
            Identity.id == identity_id, Identity.user_id == user_id
        )
    ).one_or_none()
    if row is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    ended = changed_rows(delete(UserSession).where(UserSession.identity_id == identity_id))
    db.session.execute(delete(Identity).where(Identity.id == identity_id))
    note_event(
        "user.unlink_identity",
        "user",
        user_id,
        by_id,
        now,
        {"before": {"issuer": row.issuer, "subject": row.subject}, "sessions": ended},
    )
