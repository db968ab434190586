"""Where a re-inspection may go: the unit, or those it lives on in."""

from __future__ import annotations

from datetime import date

from app.queries.reinspections import units_to_reinspect
from tests import make


def test_a_unit_is_followed_through_every_merger(app):
    old, middle, new = (make.unit(name) for name in ("A", "B", "C"))
    make.succession(old, middle, date(2020, 1, 1))
    make.succession(middle, new, date(2025, 7, 1))
    assert units_to_reinspect(old.id, date(2019, 12, 31)) == [(old.id, "A")]
    assert units_to_reinspect(old.id, date(2021, 1, 1)) == [(middle.id, "B")]
    assert units_to_reinspect(old.id, date(2025, 7, 1)) == [(new.id, "C")]
    ended = make.unit(valid_to=date(2025, 6, 30))
    assert units_to_reinspect(ended.id, date(2025, 7, 1)) == []
