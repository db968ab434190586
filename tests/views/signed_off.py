"""A visit whose first area is finished, and what tests of sign-offs ask of it."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.models import AreaSignoff, DelegationMember
from tests.cast import World

EVERY_RULE = (YesNoInput(True), LevelInput(0), RatioInput(1, 1), PenaltyInput(0), FreeInput(100))
TYPED = "Điểm 1.1.1 quá cao <b>so với</b> hồ sơ"


def half_scored() -> World:
    """Area «1», the member's, is finished; «2», the secretary's, is not."""
    world = World()
    for leaf, value in enumerate(EVERY_RULE, 1):
        world.score(world.member, value, f"1.1.{leaf}", reason="Có văn bản")
    world.page = f"{world.at}/signoffs"
    return world


def finish(world):
    for leaf, value in enumerate(EVERY_RULE, 1):
        world.score(world.secretary, value, f"2.1.{leaf}", reason="Có văn bản")


def area_id(world, code="1"):
    return world.checklist.areas_by_code[code].id


def said(world):
    return db.session.scalars(
        select(AreaSignoff)
        .where(AreaSignoff.inspection_id == world.id)
        .execution_options(populate_existing=True)
    ).all()


def give(user, *areas):
    place = db.session.scalars(select(DelegationMember).where(DelegationMember.user_id == user.id)).one()
    place.areas = list(areas)
    db.session.commit()


def verdict(row, **more):
    return {
        "decision": "giu_nguyen",
        "reason": "Đúng bộ tiêu chí",
        "version": str(row.version),
        **more,
    }
