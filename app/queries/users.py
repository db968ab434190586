"""Reads about accounts, and who is signed in where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Row, bindparam, case, false, func, select

from ..db import db, one_row
from ..domain.access import Principal, Role, seats_of
from ..domain.news import NEWS_FOR
from ..models import LoginAttempt, Notice, RecoveryCode, Unit, User, UserSession
from ..vault import UNREADABLE
from ._pages import Page, within
from .idle import is_idle
from .news import has_news
from .own_units import own_units

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in person as the pages need them: plain values, read anew at every request.

    ``is_authenticated`` and the like are what Flask-Login asks of a user.
    """

    session_id: int
    token: str
    principal: Principal
    name: str
    title: str
    post: str
    unit_name: str
    locale: str
    theme: str
    must_change_password: bool
    has_second_step: bool
    seen_at: datetime
    # Digests of reminders not opened yet.
    unread: int = 0
    # Something happened to their tasks since they last looked.
    news: bool = False
    # Came through a provider of identities, not with the password.
    by_provider: bool = False
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def id(self) -> int:
        return self.principal.id

    @property
    def role(self) -> Role:
        return self.principal.role

    def get_id(self) -> str:
        return self.token


_ACCOUNT = (
    User.id,
    User.name,
    User.title,
    User.post,
    User.role,
    User.locale,
    User.theme,
    User.must_change_password,
    User.totp_since,
    User.unit_id,
    Unit.path,
    Unit.name.label("unit_name"),
    # The number at the bell: asked with the account, since every page shows it.
    select(func.count())
    .where(Notice.user_id == User.id, Notice.read_at.is_(None))
    .correlate(User)
    .scalar_subquery()
    .label("unread"),
    # Only what shows a bell asks for it.
    case((bindparam("bell", type_=Boolean), has_news()), else_=false()).label("news"),
)

# Asked at every request: built once, since building a statement costs more than running it.
_SIGNED_IN = (
    select(
        UserSession.id.label("session_id"),
        UserSession.seen_at,
        UserSession.identity_id,
        *_ACCOUNT,
    )
    .join(User, User.id == UserSession.user_id)
    .outerjoin(Unit, Unit.id == User.unit_id)
    .where(
        UserSession.token_sha256 == bindparam("digest"),
        UserSession.awaits_code.is_(False),
        UserSession.expires_at > bindparam("now"),
        UserSession.seen_at > bindparam("idle_since"),
        User.active,
    )
)


_ACTIVE = (
    select(
        *_ACCOUNT,
    )
    .outerjoin(Unit, Unit.id == User.unit_id)
    .where(User.id == bindparam("user"), User.active)
)


def active_account(user_id: int, now: datetime) -> Account | None:
    """An account without a session, to ask what it may do now; ``None`` when it is closed or was never there."""
    row = one_row(_ACTIVE, user=user_id, bell=False, news_since=now)
    if row is None:
        return None
    return _account(row, now)


def signed_in(
    token: str, token_sha256: str, now: datetime, idle: timedelta, *, bell: bool = True
) -> Account | None:
    """The account of a live session, in one SELECT; ``None`` when it ended or the account is closed.

    ``bell``: whether the answer shows one.
    """
    since = now - NEWS_FOR
    row = one_row(
        _SIGNED_IN, digest=token_sha256, now=now, idle_since=now - idle, bell=bell, news_since=since
    )
    if row is None:
        return None
    return _account(
        row, row.seen_at, session_id=row.session_id, token=token, by_provider=row.identity_id is not None
    )


def _own(row: Row[Any]) -> frozenset[int]:
    """What they may not judge; asked only for those who could sit in a delegation."""
    if row.unit_id is None or not seats_of(row.role):
        return frozenset()
    return own_units({row.unit_id: row.path})[row.unit_id]


def _account(
    row: Row[Any], seen_at: datetime, session_id: int = 0, token: str = "", by_provider: bool = False
) -> Account:
    """A row of :data:`_ACCOUNT`; without a session its id is 0."""
    return Account(
        session_id=session_id,
        token=token,
        by_provider=by_provider,
        principal=Principal(row.id, row.role, row.unit_id, row.path or "", _own(row)),
        name=row.name,
        title=row.title,
        post=row.post,
        unit_name=row.unit_name or "",
        locale=row.locale,
        theme=row.theme,
        must_change_password=row.must_change_password,
        has_second_step=row.totp_since is not None,
        seen_at=seen_at,
        unread=row.unread,
        news=bool(row.news),
    )


def demo_accounts() -> list[tuple[str, str]]:
    """Names and titles of demonstration accounts that still work; empty in a real installation."""
    rows = db.session.execute(select(User.name, User.title).where(User.demo, User.active).order_by(User.id))
    return [(name, title) for name, title in rows]


def list_users() -> list[tuple[User, str | None]]:
    """All accounts with the name of their unit, by name."""
    rows = db.session.execute(
        select(User, Unit.name).outerjoin(Unit, Unit.id == User.unit_id).order_by(User.name)
    )
    return [(user, unit) for user, unit in rows]


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which accounts a list shows; ``words`` are folded for search."""

    words: str = ""
    role: Role | None = None
    active: bool | None = None
    # Open accounts that count as idle since then (queries/idle.py).
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class UserRow:
    """One account as lists show it."""

    id: int
    name: str
    title: str
    post: str
    role: Role
    unit_name: str | None
    active: bool
    must_change_password: bool
    totp_since: datetime | None
    signed_in_at: datetime | None


def find_users(wanted: UserFilter, page: int = 1, page_size: int = PAGE_SIZE) -> Page[UserRow]:
    """One page of accounts by name; each word is found in name, title, post or unit. Two SELECTs."""
    everything = User.name_search + " " + func.coalesce(Unit.name_search, "")
    conditions = [everything.contains(word, autoescape=True) for word in wanted.words.split()]
    if wanted.role is not None:
        conditions.append(User.role == wanted.role)
    if wanted.active is not None:
        conditions.append(User.active.is_(wanted.active))
    if wanted.idle_since is not None:
        conditions.append(is_idle(wanted.idle_since))
    with_unit = select(func.count()).select_from(User).outerjoin(Unit, Unit.id == User.unit_id)
    total = db.session.execute(with_unit.where(*conditions)).scalar_one()
    page = within(page, total, page_size)
    rows = db.session.execute(
        select(
            User.id,
            User.name,
            User.title,
            User.post,
            User.role,
            Unit.name.label("unit_name"),
            User.active,
            User.must_change_password,
            User.totp_since,
            User.signed_in_at,
        )
        .outerjoin(Unit, Unit.id == User.unit_id)
        .where(*conditions)
        .order_by(User.active.desc(), User.name)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return Page(tuple(UserRow(**row._asdict()) for row in rows), total, page, page_size)


@dataclass(frozen=True, slots=True)
class UserCard:
    """One account as its administrator sees it."""

    user: User
    unit_name: str | None
    sessions: int


def user_card(user_id: int, now: datetime) -> UserCard | None:
    """One SELECT."""
    mine = select(func.count()).select_from(UserSession).where(UserSession.user_id == User.id)
    row = db.session.execute(
        select(
            User,
            Unit.name,
            mine.where(UserSession.expires_at > now, UserSession.awaits_code.is_(False)).scalar_subquery(),
        )
        .outerjoin(Unit, Unit.id == User.unit_id)
        .where(User.id == user_id)
    ).one_or_none()
    return UserCard(*row) if row else None


def tries_in(bucket: str, since: datetime) -> list[datetime]:
    """When somebody tried in vain at this bucket."""
    return list(
        db.session.scalars(
            select(LoginAttempt.at).where(LoginAttempt.bucket == bucket, LoginAttempt.at > since)
        )
    )


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser in which the person is signed in, and the network address it signed in from."""

    id: int
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def sessions_of(user_id: int, now: datetime, idle: timedelta) -> list[SessionRow]:
    """The sessions that are alive, last used first; one SELECT."""
    rows = db.session.execute(
        select(
            UserSession.id,
            UserSession.browser,
            UserSession.address,
            UserSession.created_at,
            UserSession.seen_at,
            UserSession.expires_at,
        )
        .where(
            UserSession.user_id == user_id,
            UserSession.awaits_code.is_(False),
            UserSession.expires_at > now,
            UserSession.seen_at > now - idle,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return [SessionRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class SecondStep:
    """One's own second step: ``secret`` without ``since`` is being set up."""

    secret: str | None
    since: datetime | None
    codes_left: int

    @property
    def unreadable(self) -> bool:
        """It is there, but the key that it was encrypted with is gone."""
        return self.secret == UNREADABLE


def second_step_of(user_id: int) -> SecondStep:
    """The secret, since when it is asked for, and how many recovery codes are left; one SELECT."""
    left = select(func.count()).where(RecoveryCode.user_id == User.id, RecoveryCode.used_at.is_(None))
    row = db.session.execute(
        select(User.totp_secret, User.totp_since, left.scalar_subquery()).where(User.id == user_id)
    ).one()
    return SecondStep(*row)


def awaits_code(token_sha256: str, now: datetime) -> bool:
    """Whether this session still waits for the code of the second step."""
    found = db.session.execute(
        select(UserSession.id).where(
            UserSession.token_sha256 == token_sha256, UserSession.awaits_code, UserSession.expires_at > now
        )
    ).first()
    return found is not None
