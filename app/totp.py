"""Codes of the second step (RFC 6238), and the recovery codes for the day the telephone is lost."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER = "Soát"
_DIGITS = 6
# A telephone's clock may be half a minute off either way.
_NEIGHBOURS = 1
_RECOVERY_CODES = 10
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no 0/O, 1/l


def new_secret() -> str:
    return pyotp.random_base32()


def setup_address(secret: str, name: str) -> str:
    """What the QR code holds: an authenticator app reads it."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def tidy_code(text: str) -> str:
    """As it counts: «123 456», «１２３４５６» and «123456» are one code, and are used up as one."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isascii() and c.isalnum())


def is_totp(code: str) -> bool:
    return len(code) == _DIGITS and code.isdecimal()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The half minute the code belongs to, or ``None`` when it is wrong."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=_NEIGHBOURS)
    except OTPVerificationError:
        return None


def current_code(secret: str, now: datetime) -> str:
    """The code an authenticator app shows at this moment."""
    return pyotp.TOTP(secret).at(now)


def oldest_step(now: datetime) -> int:
    """Steps before this one can never match again."""
    return int((now - timedelta(minutes=10)).timestamp()) // 30


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits each, in groups that are easy to copy."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        for _ in range(_RECOVERY_CODES)
    ]


def code_digest(user_id: int, code: str) -> str:
    """What is stored of a recovery code; at 80 random bits a slow hash adds nothing."""
    return hashlib.sha256(f"{user_id}:{tidy_code(code)}".encode()).hexdigest()
