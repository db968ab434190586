"""What the lists count as «thiếu lý do» is what the rule of the scoring page says of each answer."""

from __future__ import annotations

import random

import pytest

from app.db import db
from app.domain.access import Principal, Role
from app.domain.answers import gap_of
from app.domain.inspections import Side
from app.domain.scoring import input_to_json
from app.models import Answer, Inspection
from app.queries.answers import answer_sheet, get
from app.queries.checklists import checklist_value
from app.queries.gaps import lacking, sums_and_lacking
from app.queries.inspections import InspectionFilter, list_inspections
from tests import make
from tests.cast import World
from tests.rounds import VALUES

_REASONS = ("", "", "Thiếu hồ sơ", "Đã kiểm tra lại")


def random_answers(world: World, dice: random.Random) -> None:
    checklist = checklist_value(world.inspection.version_id)
    for criterion in checklist.criteria:
        for side, round_ in ((Side.SELF, 1), (Side.VERIFIED, 1), (Side.VERIFIED, 2)):
            look = dice.choice(["none", "points", "points", "points", "same", "na", "dropped"])
            if look == "none":
                continue
            given = look in {"points", "same", "dropped"}
            points = {"points": dice.choice([0, 50, 100]), "same": 100}.get(look)
            replaced = dice.choice(
                [
                    None,
                    None,
                    {"points": 100, "not_applicable": False, "by": "A", "reason": "Thiếu hồ sơ", "at": None},
                    {"points": None, "not_applicable": True, "by": "A", "reason": "", "at": None},
                ]
            )
            db.session.add(
                Answer(
                    inspection_id=world.id,
                    criterion_id=criterion.id,
                    side=side,
                    round=round_,
                    value=input_to_json(VALUES[int(criterion.code[-1]) - 1]) if given else None,
                    points=points,
                    not_applicable=look == "na",
                    na_reason="Không có" if look == "na" else "",
                    na_approved_by_id=world.head.id if look == "na" and dice.random() < 0.5 else None,
                    reason=dice.choice(_REASONS),
                    replaced=replaced if side is Side.VERIFIED else None,
                    updated_by_id=world.head.id,
                    updated_at=make.NOW,
                )
            )
    db.session.commit()


def by_the_rule(world: World, side: Side, round_: int) -> set[int]:
    checklist = checklist_value(world.inspection.version_id)
    sheet = answer_sheet(world.id, checklist, round_)
    other = Side.VERIFIED if side is Side.SELF else Side.SELF
    found = set()
    for criterion in checklist.criteria:
        first = get(sheet.first, criterion) if sheet.first is not None and side is Side.VERIFIED else None
        mine, theirs = get(sheet.on(side), criterion), get(sheet.on(other), criterion)
        gap = gap_of(criterion, side, mine, theirs, first)
        if gap is not None and gap.wants_reason:
            found.add(criterion.id)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_database_counts_what_the_rule_says(app, seed):
    world = World(version=make.checklist_version(areas=8))
    random_answers(world, random.Random(seed))
    checklist = checklist_value(world.inspection.version_id)
    for side, round_ in ((Side.SELF, 1), (Side.VERIFIED, 1), (Side.VERIFIED, 2)):
        expected = by_the_rule(world, side, round_)
        assert lacking(world.id, side, round_) == expected
        _sums, found = sums_and_lacking(world.id, side, checklist, round_)
        # Without a roll-up nothing of this side was ever saved through the app.
        assert found in (expected, frozenset())
    db.session.get_one(Inspection, world.id).round = 2
    db.session.commit()
    (row,) = list_inspections(Principal(world.head.id, Role.HEAD), InspectionFilter()).rows
    assert row.self_lacking == len(by_the_rule(world, Side.SELF, 1))
    assert row.verified_lacking == len(by_the_rule(world, Side.VERIFIED, 2))
