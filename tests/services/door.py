"""People and guessers at the door."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.db import db
from app.domain.logins import Visitor
from app.domain.refusals import Invalid, Limited
from app.models import AuditEvent
from app.queries.users import signed_in
from app.services.logins import Entered, sign_in
from app.services.users import token_digest
from tests import make

NOW = make.NOW
LIFETIME, IDLE = timedelta(hours=12), timedelta(hours=10)
HOME, THIEF = "address of the office", "address of the guesser"


def visitor(name: str, address: str = THIEF, device: str = "") -> Visitor:
    return Visitor(name_key=f"key of {name}", address_key=address, device=device, browser="Firefox")


def enter(
    name: str = "truongdoan",
    password: str = make.PASSWORD,
    at: datetime = NOW,
    address: str = HOME,
    device: str = "d1",
) -> Entered:
    return sign_in(name, password, visitor(name, address, device), at, LIFETIME)


def guess(
    times: int, name: str = "truongdoan", at: datetime = NOW, address: str = THIEF, device: str = ""
) -> list[str]:
    """Wrong tries; how each was answered."""
    answers = []
    for number in range(times):
        try:
            enter(name, f"sai-{number}", at, address, device)
        except (Invalid, Limited) as refusal:
            answers.append(type(refusal).__name__)
    return answers


def count(table: type) -> int:
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def events() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def who(token: str, at: datetime = NOW):
    db.session.expire_all()
    return signed_in(token, token_digest(token), at, IDLE)
