"""What every maker of rows needs: the moment, running numbers, and to be in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

from app.db import db

T = TypeVar("T")

NOW = datetime(2022, 9, 15, 1, 30, tzinfo=UTC)
numbers = count(1)


def save(thing: T) -> T:
    db.session.add(thing)
    db.session.commit()
    return thing
