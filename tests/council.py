"""The people around one giám sát: a session with a city, a visit to one of its wards, and those who look on."""

from __future__ import annotations

from datetime import date

from app import models
from app.domain.access import Role
from app.domain.inspections import CampaignKind, InspectionKind, State
from app.domain.units import UnitKind
from tests import make


class Council:
    def __init__(self, state: State = State.DANG_KIEM_TRA, visit_state: State = State.DANG_KIEM_TRA) -> None:
        self.province = make.unit("Tỉnh Bắc Kạn", kind=UnitKind.TINH)
        self.city = make.unit("Thành phố Bắc Kạn", kind=UnitKind.THANH_PHO_THUOC_TINH, parent=self.province)
        self.ward = make.unit("Phường Đức Xuân", parent=self.city)
        self.other_ward = make.unit("Phường Sông Cầu", parent=self.city)
        self.outside = make.unit("Phường Ngoài")
        self.campaign = make.campaign(
            kind=CampaignKind.GIAM_SAT,
            title="Giám sát công tác cải cách hành chính",
            theme="Công tác cải cách hành chính trên địa bàn thành phố",
            agency="HĐND thành phố Bắc Kạn",
            period_from=date(2021, 1, 1),
            period_to=date(2022, 6, 30),
        )
        self.delegation = make.delegation(
            self.campaign, name="Đoàn giám sát HĐND", decision_number="12/NQ-HĐND"
        )
        self.version = make.checklist_version()
        facts = {
            "delegation": self.delegation,
            "version": self.version,
            "kind": InspectionKind.CHUYEN_DE,
            "scoring": False,
            "period_from": date(2021, 1, 1),
            "period_to": date(2022, 6, 30),
        }
        published = {State.CHO_KY_BIEN_BAN, State.DA_KY_BIEN_BAN}
        self.session = make.inspection(
            unit=self.city,
            state=state,
            inspected_on=date(2022, 11, 7),
            published_at=make.NOW if state in published else None,
            **facts,
        )
        self.visit = make.inspection(
            unit=self.ward,
            state=visit_state,
            inspected_on=date(2022, 11, 1),
            parent_id=self.session.id,
            published_at=make.NOW if visit_state in published else None,
            **facts,
        )
        self.id, self.visit_id = self.session.id, self.visit.id
        self.at, self.visit_at = f"/inspections/{self.id}", f"/inspections/{self.visit_id}"
        self.head = make.member(self.delegation, Role.HEAD)
        self.secretary = make.member(self.delegation, Role.SECRETARY)
        self.member = make.member(self.delegation, Role.MEMBER, areas=("1",))
        self.city_head = make.user(Role.UNIT_HEAD, unit=self.city)
        self.ward_head = make.user(Role.UNIT_HEAD, unit=self.ward)
        self.supervisor = make.user(Role.SUPERVISOR, unit=self.province)
        self.stranger = make.user(Role.HEAD)
        self.admin = make.user(Role.ADMIN)

    def add_visit(self, unit: models.Unit, day: date = date(2022, 11, 2)) -> models.Inspection:
        return make.inspection(
            unit=unit,
            delegation=self.delegation,
            version=self.version,
            kind=InspectionKind.CHUYEN_DE,
            scoring=False,
            inspected_on=day,
            parent_id=self.id,
        )
