"""An inspection published for explanation, and what its unit says."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from app.db import db
from app.domain.explanations import Stance
from app.domain.inspections import Side, State
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, YesNoInput
from app.models import Answer, Explanation
from tests import make
from tests.cast import World

YES, NO = YesNoInput(True), YesNoInput(False)


def published() -> World:
    """Published for explanation: 1.1.1 and 1.1.2 differ, 1.1.5 does not; 1.1.4 the unit did not score."""
    world = World(explain_due_on=date(2100, 1, 1))
    for code, own, verified in (
        ("1.1.1", YES, NO),
        ("1.1.2", LevelInput(0), LevelInput(1)),
        ("1.1.4", None, PenaltyInput(1)),
        ("1.1.5", FreeInput(100), FreeInput(100)),
    ):
        if own is not None:
            world.score(world.officer, own, code, Side.SELF, reason="Có minh chứng")
        world.score(world.head, verified, code, reason="Thiếu văn bản")
    world.move(State.CHO_GIAI_TRINH, published=True)
    return world


def typed(
    stance: str = "explain",
    text: str = "Đã có văn bản 12/KH-UBND",
    version: int = 0,
    over: int | str = "",
    **more: str,
) -> dict[str, str]:
    return {"stance": stance, "text": text, "version": str(version), "over": str(over), **more}


def rescore(world: World, code: str) -> None:
    """The delegation gives other points, later than whatever was said to the first."""
    row = db.session.execute(
        select(Answer).where(
            Answer.criterion_id == make.criterion(world.inspection, code).id, Answer.side == Side.VERIFIED
        )
    ).scalar_one()
    row.points, row.updated_at = 0, datetime(2099, 1, 1, tzinfo=UTC)
    db.session.commit()


def stored() -> dict[str, tuple[Stance, str, int]]:
    rows = db.session.execute(select(Explanation).execution_options(populate_existing=True)).scalars()
    codes = {c.id: c.code for c in db.session.execute(select(make.models.Criterion)).scalars()}
    return {codes[row.criterion_id]: (row.stance, row.text, row.version) for row in rows}


def say(world: World, login, code: str = "1.1.1", who=None, headers=None, **more):
    return login(who or world.officer).post(
        f"{world.at}/explanations/{code}", data=typed(**more), headers=headers
    )
