"""What was said in the inspections of the tests of access: scores, sign-offs and opinions, findings, minutes."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from app import models
from app.db import db
from app.domain.answers import Field, Operation
from app.domain.explanations import Stance
from app.domain.inspections import Direction, Side, State
from app.domain.scoring import FreeInput, Input, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.domain.signoffs import Decision
from app.queries.checklists import checklist_value
from app.services.answers import Author, record_answer
from tests import make
from tests.access.people import ABOVE, DELEGATION, UNIT
from tests.access.visits import Visits


class Judgements(Visits):
    """Each text is a secret of those who may read it."""

    _EVERY_RULE: tuple[Input, ...] = (
        YesNoInput(True),
        LevelInput(0),
        RatioInput(Decimal(1), Decimal(1)),
        PenaltyInput(0),
        FreeInput(100),
    )

    def _scores(self) -> None:
        """Both sides speak in notes; the self-score of ``prepared`` is complete."""
        both = (DELEGATION, UNIT, ABOVE)
        self._say(self.visit, "officer_own", Side.SELF, "1.1.1", note=self.secret(*both))
        self._say(self.visit, "head", Side.VERIFIED, "1.1.1", note=self.secret(DELEGATION, ABOVE))
        self._say(self.waiting, "head", Side.VERIFIED, "1.1.1", note=self.secret(*both))
        reason = self.secret(DELEGATION, ABOVE)
        self._tap(
            self.visit, "member_in_area", Side.VERIFIED, "1.1.2", Field.NOT_APPLICABLE, na_reason=reason
        )
        for area in "12":
            for leaf, value in enumerate(self._EVERY_RULE, 1):
                self._tap(
                    self.prepared, "officer_own", Side.SELF, f"{area}.1.{leaf}", Field.ALL, value, reason="Đủ"
                )
        self._tap(
            self.unanswered,
            *("head", Side.VERIFIED, "1.1.1", Field.ALL, YesNoInput(False)),
            reason=self.secret(*both),
        )
        explained = db.session.execute(
            db.select(models.Criterion.id).where(
                models.Criterion.version_id == self.version, models.Criterion.code == "1.1.2"
            )
        ).scalar_one()
        db.session.add(
            models.Explanation(
                inspection_id=self.unanswered,
                criterion_id=explained,
                stance=Stance.EXPLAIN,
                text=self.secret(*both),
                updated_by_id=self._accounts["officer_own"].id,
                updated_at=make.NOW,
            )
        )
        everywhere = {"head_of_other_delegation", "supervisor_elsewhere", "admin"}
        self._say(
            self.other_visit, "head_of_other_delegation", Side.VERIFIED, "1.1.1", self.secret(everywhere)
        )

    def _say(self, inspection: int, who: str, side: Side, code: str, note: str) -> None:
        self._tap(inspection, who, side, code, Field.VALUE, YesNoInput(True))
        self._tap(inspection, who, side, code, Field.NOTE, base=1, note=note)

    def _tap(
        self,
        inspection_id: int,
        who: str,
        side: Side,
        code: str,
        field: Field,
        value: Input | None = None,
        base: int = 0,
        **texts: str,
    ) -> None:
        row = db.session.get_one(models.Inspection, inspection_id, populate_existing=True)
        state = row.state
        row.state = State.DANG_TU_CHAM if side is Side.SELF else State.DANG_KIEM_TRA
        db.session.commit()
        person = self._accounts[who]
        op = Operation(
            str(uuid4()),
            side,
            field,
            base,
            value=value,
            not_applicable=field is Field.NOT_APPLICABLE,
            **texts,
        )
        record_answer(
            inspection_id, checklist_value(self.version), code, op, Author(person.id, person.title), make.NOW
        )
        db.session.get_one(models.Inspection, inspection_id, populate_existing=True).state = state
        db.session.commit()

    def _signoffs(self) -> None:
        """On the visit two members have signed and disagree; area «2» is finished, so that it may be signed."""
        for leaf, value in enumerate(self._EVERY_RULE, 1):
            self._tap(self.visit, "secretary", Side.VERIFIED, f"2.1.{leaf}", Field.ALL, value, reason="Đủ")
        areas = dict(
            db.session.execute(
                db.select(models.Area.code, models.Area.id).filter_by(version_id=self.version)
            ).all()
        )
        private = (DELEGATION, {"admin"})

        def said(inspection: int, who: str, area: str, **rest: Any) -> int:
            row = models.AreaSignoff(
                inspection_id=inspection,
                area_id=areas[area],
                user_id=self._accounts[who].id,
                signed_at=make.NOW,
                opinion=self.secret(*private),
                opinion_at=make.NOW,
                **rest,
            )
            db.session.add(row)
            db.session.commit()
            return row.id

        self.signoff = said(self.visit, "member_in_area", "1")
        self.public_signoff = said(
            self.waiting,
            "member_other_area",
            "2",
            decision=Decision.GIU_NGUYEN,
            decision_reason=self.secret(*private),
            decided_by_id=self._accounts["head"].id,
            decided_at=make.NOW,
        )

    def _findings(self) -> None:
        private, public = (DELEGATION, ABOVE), (DELEGATION, UNIT, ABOVE)
        by = self._accounts["ex_member"].id
        visit = db.session.get_one(models.Inspection, self.visit)
        waiting = db.session.get_one(models.Inspection, self.waiting)
        other = db.session.get_one(models.Inspection, self.other_visit)
        finding = make.finding(visit, text=self.secret(*private), created_by_id=by)
        self.finding, self.finding_op = finding.id, finding.op_id
        removed = make.finding(visit, text=self.secret(*private), removed_at=make.NOW, created_by_id=by)
        self.removed_finding = removed.id
        self.public_finding = make.finding(waiting, text=self.secret(*public), created_by_id=by).id
        theirs = {"head_of_other_delegation", "supervisor_elsewhere", "admin"}
        head = self._accounts["head_of_other_delegation"].id
        self.other_finding = make.finding(other, text=self.secret(theirs), created_by_id=head).id
        upwards = {"direction": Direction.TO_SUPERIOR, "created_by_id": by}
        self.proposal = make.recommendation(visit, text=self.secret(*public), **upwards).id
        self.removed_proposal = make.recommendation(
            visit, text=self.secret(*public), removed_at=make.NOW, **upwards
        ).id
        self.demand = make.recommendation(visit, text=self.secret(*private), created_by_id=by).id

    def _minutes(self) -> None:
        for inspection, people in (
            (self.visit, (DELEGATION, ABOVE)),
            (self.waiting, (DELEGATION, UNIT, ABOVE)),
        ):
            details = replace(make.FILLED, strengths=self.secret(*people))
            db.session.add(
                models.MinutesRevision(
                    inspection_id=inspection,
                    details=json.loads(details.to_json()),
                    updated_at=make.NOW,
                )
            )
        db.session.commit()
