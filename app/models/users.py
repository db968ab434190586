"""Accounts, their server-side sessions, and what guards the door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.access import Role
from .types import Instant, Sealed, Word


class User(Base):
    """An account. ``name`` is typed at the login; ``title`` is the person or post that is shown."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    post: Mapped[str] = mapped_column(default="")
    role: Mapped[Role] = mapped_column(Word(Role))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="vi")
    theme: Mapped[str] = mapped_column(default="auto")
    created_at: Mapped[datetime] = mapped_column(Instant)
    # Folded name, title and post, for search.
    name_search: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    # A one-time password works until then; empty once the person has chosen one.
    password_until: Mapped[datetime | None] = mapped_column(Instant)
    # The secret of the second step, encrypted; it counts once ``totp_since`` says that a code has proved it.
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_since: Mapped[datetime | None] = mapped_column(Instant)
    unlocked_at: Mapped[datetime | None] = mapped_column(Instant)
    # Where digests of reminders go; without quiet hours of one's own those of the unit count.
    email: Mapped[str] = mapped_column(default="", server_default="")
    # No mail goes there before; another address is asked anew.
    email_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    mail_digest: Mapped[bool] = mapped_column(default=True, server_default=true())
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    # When they last came in, and when an administrator last let the account in again: who stays away for long is
    # closed by `flask users sweep-idle`.
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    # What happened to their tasks until then they have seen; later things stand at the bell.
    news_seen_at: Mapped[datetime | None] = mapped_column(Instant)


class UserSession(Base):
    """A signed-in browser. The cookie holds a token, the row its SHA-256; no row, no session."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    browser: Mapped[str] = mapped_column(default="")
    # Where it was opened from; told to its owner and to administrators, gone with the row.
    address: Mapped[str] = mapped_column(default="", server_default="")
    # The password was right, the code of the second step is still asked for: no session yet.
    awaits_code: Mapped[bool] = mapped_column(default=False)
    # Who came through a provider; the session ends with the link.
    identity_id: Mapped[int | None] = mapped_column(
        ForeignKey("identities.id", ondelete="CASCADE"), index=True
    )


class Identity(Base):
    """Whom a provider of identities knows as this account's person; one a provider."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)


class UsedProof(Base):
    """A provider's proof that was used: each works once, whatever the provider thinks of it."""

    __tablename__ = "used_proofs"

    nonce_sha256: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class KnownDevice(Base):
    """A browser that has signed in as this account; its cookie holds a token, the row its SHA-256."""

    __tablename__ = "known_devices"
    __table_args__ = (UniqueConstraint("token_sha256", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class LoginAttempt(Base):
    """One wrong try in one bucket (see domain/logins.py); a right one takes its rows back."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index("ix_login_attempts_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class TotpStep(Base):
    """A code that was used: each works once, even for who looked over a shoulder."""

    __tablename__ = "totp_steps"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class RecoveryCode(Base):
    """For the day the telephone is lost; stored as a digest, used once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_sha256: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(Instant)
