"""Argon2id hashes of passwords, and which are too easy to guess; an unknown name costs as much time as a wrong one."""

from __future__ import annotations

from collections.abc import Iterable
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import CHEAPEST
from zxcvbn import zxcvbn

# OWASP's second profile: 64 MiB, three passes; a log-in takes some tens of milliseconds.
_hasher = PasswordHasher(memory_cost=65536, time_cost=3, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")

# Each hash takes 64 MiB and a processor: a crowd at the door waits in line, the machine does not go down.
_turn = BoundedSemaphore(2)

LEAST_LENGTH = 12
MOST_LENGTH = 128
# Of 0 to 4: 10^8 guesses are not enough.
_LEAST_SCORE = 3
# What the estimator looks at: the rest can only make it better.
_LOOKED_AT = 72
# What everybody here would try first; the estimator knows the words of English and the passwords that leaked.
_COMMON_HERE = ("soat", "matkhau", "cchc", "caicachhanhchinh", "vietnam", "anhyeuem", "nghiavu", "hanhchinh")


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


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Whether it is among those that are tried first: leaked ones, words, keys in a row, ``about`` the person."""
    known = [*_COMMON_HERE, *(word for text in about for word in (text, *text.split()) if len(word) > 2)]
    score: int = zxcvbn(password[:_LOOKED_AT], user_inputs=known)["score"]
    return score < _LEAST_SCORE
