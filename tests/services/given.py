"""The moment at which tests of tasks take place, and the office that gives them."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.access import Principal, Role
from tests import make

NOW = make.NOW
TODAY = date(2022, 9, 15)
DAY = timedelta(days=1)
DUE = date(2022, 9, 20)


def office() -> Principal:
    """Who plans in an office that may give tasks."""
    unit = make.unit("Quận Ngô Quyền")
    return Principal(make.user(Role.HEAD, unit=unit).id, Role.HEAD, unit.id, unit.path)
