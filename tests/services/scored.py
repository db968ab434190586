"""An inspection that is scored by two members and the head, and what is stored of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.answers import NO_ANSWER, Field, Operation
from app.domain.inspections import Side, State
from app.domain.scoring import YesNoInput, sum_of_area
from app.models import Answer, AnswerChange, AreaScore, Outcome
from app.queries.answers import answer_sheet, area_sums
from app.queries.checklists import checklist_value
from app.services.answers import Author, Recorded, record_answer
from tests import make


class World:
    """One inspection, two members who may be on the same criterion, and the head."""

    def __init__(self, state: State = State.DANG_KIEM_TRA, **inspection: Any) -> None:
        row = make.inspection(state=state, **inspection)
        self.id, self.version_id = row.id, row.version_id
        self.checklist = checklist_value(row.version_id)
        people = [make.user(Role.MEMBER, title=title) for title in ("Thành viên A", "Thành viên B")]
        self.a, self.b = (Author(person.id, person.title) for person in people)
        head = make.user(Role.HEAD, title="Trưởng đoàn")
        self.head = Author(head.id, head.title, approves=True)

    def send(self, op: Operation, author: Author | None = None, code: str = "1.1.1") -> Recorded:
        return record_answer(self.id, self.checklist, code, op, author or self.a, make.NOW)

    def answers(self, side: Side = Side.VERIFIED):
        sheet = answer_sheet(self.id, self.checklist, 1)
        return sheet.own if side is Side.SELF else sheet.verified

    def answer(self, code: str = "1.1.1", side: Side = Side.VERIFIED):
        return self.answers(side).get(self.checklist.by_code[code][1].id, NO_ANSWER)

    def move(self, state: State) -> None:
        db.session.get_one(models.Inspection, self.id).state = state
        db.session.commit()


def op(field: Field = Field.VALUE, base: int = 0, side: Side = Side.VERIFIED, **rest: Any) -> Operation:
    return Operation(str(uuid4()), side, field, base, **rest)


YES, NO = YesNoInput(True), YesNoInput(False)


def changes() -> list[AnswerChange]:
    return list(db.session.execute(select(AnswerChange).order_by(AnswerChange.id)).scalars())


def everything() -> list[tuple[Any, ...]]:
    """All rows a save could write, to say that nothing changed."""
    tables = [Answer.__table__, AnswerChange.__table__, AreaScore.__table__]
    return [
        tuple(row)
        for table in tables
        for row in db.session.execute(select(table).order_by(*table.primary_key))
    ]


def changes_as_stored(world: World) -> list[tuple[Any, ...]]:
    table = AnswerChange.__table__
    rows = db.session.execute(select(table).where(table.c.inspection_id == world.id).order_by(table.c.id))
    return [tuple(row) for row in rows]


def tells_the_same_story(world: World, sent: list[str]) -> None:
    answers = world.answers()
    live = {id_: answer.scored for id_, answer in answers.items()}
    stored = area_sums(world.id, Side.VERIFIED, world.checklist, 1)
    assert stored == {area.code: sum_of_area(area, live) for area in world.checklist.areas}
    log = [c for c in changes() if c.inspection_id == world.id]
    assert [c.op_id for c in log] == sent
    for id_, answer in answers.items():
        accepted = [c for c in log if c.criterion_id == id_ and c.outcome is Outcome.ACCEPTED]
        assert [c.version for c in accepted] == list(range(1, answer.version + 1))
        assert accepted[-1].after == answer.to_json()
        befores = [NO_ANSWER.to_json()] + [c.after for c in accepted[:-1]]
        assert [c.before for c in accepted] == befores
