"""``flask audit verify`` on the change log of scores and on signed minutes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.db import db
from app.domain.access import Role
from app.domain.inspections import Side, State
from app.domain.scoring import YesNoInput
from app.models import Answer, AnswerChange, MinutesRevision
from app.queries.minutes import gather
from app.services.inspections import take_step
from app.services.minutes import save_minutes_details, sign_minutes
from tests import make
from tests.cast import World
from tests.cli.trail import Trail


@pytest.fixture
def scored(app, tmp_path: Path) -> tuple[Trail, World]:
    """Two criteria scored by both sides, and the delegation's reason and second thought."""
    world = World()
    for code in ("1.1.1", "2.1.1"):
        world.score(world.officer, YesNoInput(True), code, Side.SELF)
        world.score(world.head, YesNoInput(True), code)
    world.score(world.head, YesNoInput(False), "1.1.1", base=1)
    return Trail(app, tmp_path), world


def log() -> list[AnswerChange]:
    return list(db.session.scalars(select(AnswerChange).order_by(AnswerChange.id)))


def alter(table: Any, id_: int, **columns: Any) -> None:
    db.session.execute(update(table).where(table.id == id_).values(columns))
    db.session.commit()


def test_sealing_notes_every_line_of_the_log_once(scored):
    trail, world = scored
    assert "thêm 5 lần chấm" in trail.run("seal").output
    assert "thêm 0 lần chấm" in trail.run("seal").output
    [event] = [row for row in trail.rows() if row.action == "answers.digest"]
    assert (event.action, event.object_id, event.data["count"]) == ("answers.digest", world.id, 5)
    trail.good()


SEALED: dict[str, Any] = {
    "op_id": "00000000-0000-4000-8000-000000000000",
    "side": Side.SELF,
    "field": "note",
    "sent": {"field": "value"},
    "before": {"points": 1},
    "after": {"points": 1},
    "base_version": 7,
    "version": 7,
    "device_at": make.NOW,
    "at": make.NOW.replace(year=2021),
}


@pytest.mark.parametrize("column", SEALED)
def test_a_changed_line_of_the_log_is_found_after_the_seal(scored, column):
    trail, world = scored
    trail.run("seal")
    victim = log()[1]
    alter(AnswerChange, victim.id, **{column: SEALED[column]})
    expected = f"Cuộc kiểm tra số {world.id}: lần chấm số {victim.id} đã bị sửa sau khi niêm phong."
    assert expected in trail.bad()


def test_another_persons_name_under_a_score_is_found(scored):
    trail, world = scored
    trail.run("seal")
    victim = log()[-1]
    alter(AnswerChange, victim.id, user_id=world.member.id)
    assert f"lần chấm số {victim.id} đã bị sửa" in trail.bad()


def test_a_line_removed_from_the_log_is_found(scored):
    trail, _world = scored
    trail.run("seal")
    victim = log()[2]
    db.session.execute(delete(AnswerChange).where(AnswerChange.id == victim.id))
    assert f"lần chấm số {victim.id} đã niêm phong nay không còn" in trail.bad()


def test_a_line_put_under_the_seal_is_found(scored):
    trail, world = scored
    trail.run("seal")
    alter(AnswerChange, log()[0].id, id=-1)
    output = trail.bad()
    assert f"Cuộc kiểm tra số {world.id}" in output
    assert "không còn" in output


def test_the_steps_of_an_inspection_seal_by_themselves(scored):
    trail, world = scored
    take_step(world.id, State.HUY, "Hoãn", Role.HEAD, world.head.id, make.NOW)
    assert [row.action for row in trail.rows()] == ["inspection.step", "answers.digest"]
    alter(AnswerChange, log()[0].id, field="note")
    assert "đã bị sửa sau khi niêm phong" in trail.bad()


def test_a_score_changed_behind_the_log_is_found_even_without_a_seal(scored):
    trail, _world = scored
    trail.good()
    victim = db.session.scalars(select(Answer).order_by(Answer.id)).first()
    alter(Answer, victim.id, points=50)
    assert f"điểm số {victim.id} (bảng answers) không khớp với lần chấm cuối cùng" in trail.bad()


def test_a_score_without_a_line_in_the_log_is_found(scored):
    trail, world = scored
    criterion = make.criterion(world.inspection, "2.1.2")
    db.session.add(
        Answer(
            inspection_id=world.id,
            criterion_id=criterion.id,
            side=Side.VERIFIED,
            value={"level": 0},
            points=100,
            updated_by_id=world.head.id,
            updated_at=make.NOW,
        )
    )
    assert "(bảng answers) không khớp" in trail.bad()


def test_a_line_changed_together_with_nothing_else_is_found_even_without_a_seal(scored):
    trail, _world = scored
    first = next(line for line in log() if line.side is Side.VERIFIED)
    alter(AnswerChange, first.id, after=first.after | {"points": 50})
    assert "không nối tiếp lần chấm trước của cùng tiêu chí" in trail.bad()


@pytest.fixture
def signed(app, tmp_path: Path) -> tuple[Trail, World]:
    world = World(State.CHO_KY_BIEN_BAN)
    save_minutes_details(world.id, replace(make.FILLED, number="12/BB"), 0, world.head.id, make.NOW)
    sha256 = gather(world.id, replace(make.FILLED, number="12/BB"), 1).sha256
    sign_minutes(world.id, sha256, Role.HEAD, world.head.id, make.NOW)
    trail = Trail(app, tmp_path)
    trail.good()
    return trail, world


def test_changed_minutes_are_found_though_they_carry_a_new_seal(signed):
    trail, world = signed
    row = db.session.scalars(select(MinutesRevision)).one()
    alter(MinutesRevision, row.id, snapshot=row.snapshot.replace("12/BB", "13/BB"))
    assert f"của cuộc kiểm tra số {world.id}, bản 1: nội dung không còn khớp" in trail.bad()


def test_minutes_whose_signing_the_trail_does_not_know_are_found(signed):
    trail, _world = signed
    row = db.session.scalars(select(MinutesRevision)).one()
    alter(MinutesRevision, row.id, sha256="0" * 64)
    assert "nhật ký không có dòng ghi nhận việc ký bản này" in trail.bad()
