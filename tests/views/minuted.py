"""A ward whose minutes are written, and the form of their details."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.inspections import Direction, Side, State
from app.domain.tasks import Workflow
from app.models import Answer, MinutesRevision
from tests import make

FORM = {
    "number": "5",
    "place": "Hải Phòng",
    "day": "15/9/2022",
    "started": "8h00",
    "ended": "11:30",
    "venue": "trụ sở UBND phường",
    "unit_people": "Nguyễn Văn Thử; Chủ tịch UBND phường\n; Công chức Văn phòng",
    "copies": "4",
    "copies_each": "2",
    "documents": "Báo cáo tự kiểm tra\n\nDanh sách hồ sơ",
    "sampling": "rút 20 hồ sơ",
}


class World:
    """A ward waiting for its minutes: two areas scored, a finding, demands, tasks at 14/27, dossier figures."""

    def __init__(self, state: State = State.CHO_KY_BIEN_BAN) -> None:
        self.ward = make.unit("Phường Cầu Tre")
        self.delegation = make.delegation(
            make.campaign(plan_number="12/KH-UBND", plan_date=date(2022, 1, 10)),
            agency="Sở Nội vụ",
            decision_number="34/QĐ-SNV",
            decision_date=date(2022, 2, 5),
        )
        self.head = make.member(self.delegation, Role.HEAD)
        self.secretary = make.member(self.delegation, Role.SECRETARY)
        self.member = make.member(self.delegation, Role.MEMBER, areas=("1",))
        self.officer = make.user(Role.OFFICER, unit=self.ward)
        self.stranger = make.user(Role.OFFICER, unit=make.unit("Phường Đằng Giang"))
        published = make.NOW if state is not State.DANG_KIEM_TRA else None
        self.inspection = make.inspection(
            unit=self.ward, delegation=self.delegation, state=state, published_at=published
        )
        self.url = f"/inspections/{self.inspection.id}/minutes"
        for side, points in ((Side.SELF, 100), (Side.VERIFIED, 75)):
            self.answer("1.1.1", side, value={"yes": True}, points=points, reason="Thiếu minh chứng")
        self.answer("1.1.2", Side.VERIFIED, not_applicable=True, na_reason="Không phát sinh")
        make.finding(self.inspection)
        make.recommendation(self.inspection)
        make.recommendation(self.inspection, direction=Direction.TO_SUPERIOR, text="Bổ sung máy quét")
        for number in range(27):
            done = number < 14
            make.task(
                self.ward,
                title=f"Nhiệm vụ {number}",
                workflow=Workflow.DONE if done else Workflow.IN_PROGRESS,
                completed_on=date(2022, 9, 1) if done else None,
                due_current=date(2022, 9, 10),
            )

    def answer(self, code: str, side: Side, **rest) -> None:
        db.session.add(
            Answer(
                inspection_id=self.inspection.id,
                criterion_id=make.criterion(self.inspection, code).id,
                side=side,
                updated_by_id=self.head.id,
                updated_at=make.NOW,
                **rest,
            )
        )
        db.session.commit()

    def version(self) -> int:
        return db.session.scalar(select(MinutesRevision.version)) or 0
