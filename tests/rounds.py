"""An inspection on its way through two rounds of scores: for tests of services and pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.answers import Field, Operation
from app.domain.explanations import Stance
from app.domain.inspections import Side, State
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.services.answers import Author, Recorded, record_answer
from app.services.inspections import take_step
from app.services.signoffs import sign_area
from tests import make
from tests.cast import World

VALUES = (YesNoInput(True), LevelInput(0), RatioInput(1, 1), PenaltyInput(0), FreeInput(100))
DUE = date(2022, 9, 20)
PUBLISHED = make.NOW + timedelta(hours=1)
LATER = make.NOW + timedelta(days=1)


def card(response, code: str) -> str:
    """What a page of scores shows of one criterion."""
    return re.search(rf'<article class="criterion" id="c-{code}".*?</article>', response.text, re.DOTALL)[0]


class TwoRounds(World):
    """Both sides have scored everything; the delegation gives 0 for 1.1.1, where the unit gave the maximum."""

    def __init__(self, **inspection: Any) -> None:
        super().__init__(self_locked_at=make.NOW, **inspection)
        for criterion in self.checklist.criteria:
            value = VALUES[int(criterion.code[-1]) - 1]
            self.score(self.officer, value, criterion.code, Side.SELF, reason="Có văn bản")
            mine = YesNoInput(False) if criterion.code == "1.1.1" else value
            by = self.member if criterion.code.startswith("1") else self.secretary
            self.score(by, mine, criterion.code, reason="Xem hồ sơ")
        if self.row.state is State.DANG_KIEM_TRA:
            self.sign_off()

    def sign_off(self) -> None:
        """Both members confirm their areas as they stand."""
        for area, person in (("1", self.member), ("2", self.secretary)):
            sign_area(self.id, self.checklist, area, None, person.id, make.NOW)

    @property
    def row(self) -> models.Inspection:
        return db.session.get_one(models.Inspection, self.id, populate_existing=True)

    def step(self, to: State, reason: str = "", role: Role = Role.HEAD, **more: Any) -> None:
        person = self.unit_head if role is Role.UNIT_HEAD else self.head
        now = more.pop("now", LATER)
        if to in {State.CHO_GIAI_TRINH, State.CHO_KY_BIEN_BAN}:
            reason = reason or "Chốt khi thành viên chưa xác nhận lại"
        take_step(self.id, to, reason, role, person.id, now, **more)

    def publish(self) -> None:
        self.step(State.CHO_GIAI_TRINH, due_on=DUE, now=PUBLISHED)

    def explain(
        self, code: str = "1.1.1", stance: Stance = Stance.EXPLAIN, text: str = "Đã nộp bổ sung"
    ) -> None:
        db.session.add(
            models.Explanation(
                inspection_id=self.id,
                criterion_id=self.checklist.by_code[code][1].id,
                stance=stance,
                text=text,
                updated_by_id=self.officer.id,
                updated_at=LATER,
            )
        )
        db.session.commit()

    def second(self) -> None:
        """To the second appraisal, through publication and the unit's explanations."""
        self.publish()
        self.explain()
        self.step(State.DA_GIAI_TRINH, role=Role.UNIT_HEAD)
        self.step(State.THAM_DINH_LAN_2)

    def tap(
        self,
        user: models.User,
        code: str = "1.1.1",
        field: Field = Field.VALUE,
        base: int = 1,
        round_: int = 2,
        over: bool = False,
        **rest: Any,
    ) -> Recorded:
        op = Operation(str(uuid4()), Side.VERIFIED, field, base, round=round_, **rest)
        author = Author(user.id, user.title, approves=over, over=over)
        return record_answer(self.id, self.checklist, code, op, author, LATER)
