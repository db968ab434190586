"""Argon2id hashes of passwords; an unknown name costs as much time as a wrong password."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import CHEAPEST

# OWASP's second profile: 64 MiB, three passes; a log-in takes some tens of milliseconds.
_hasher = PasswordHasher(memory_cost=65536, time_cost=3, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

# Each hash takes 64 MiB and a processor: a crowd at the door waits in line, the machine does not go down.
_turn = BoundedSemaphore(2)

LEAST_LENGTH = 9
MOST_LENGTH = 128


def use_fast_hashes() -> None:
    """For tests only: the same code with the cheapest parameters."""
    global _hasher, _NOBODY
    _hasher = PasswordHasher.from_parameters(CHEAPEST)
    _NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    with _turn:
        return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether ``password`` is right; ``stored`` is ``None`` for a name nobody has."""
    try:
        with _turn:
            return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)
