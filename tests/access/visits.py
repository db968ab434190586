"""Where the people of the tests of access meet: plans, delegations and inspections in each state."""

from __future__ import annotations

from datetime import date

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.inspections import CampaignKind, InspectionKind, State
from app.domain.tasks import Workflow
from tests import make
from tests.access.people import ABOVE, DELEGATION, UNIT, People


class Visits(People):
    """What is planned and inspected; ``self.visit`` and its like are the ids."""

    _SEATS: dict[str, tuple[Role, tuple[str, ...]]] = {
        "head": (Role.HEAD, ()),
        "deputy": (Role.DEPUTY, ()),
        "head_of_own_unit": (Role.DEPUTY, ()),
        "secretary": (Role.SECRETARY, ("2",)),
        "member_in_area": (Role.MEMBER, ("1",)),
        "member_other_area": (Role.MEMBER, ("2",)),
    }

    def _seat(self, delegation: models.Delegation) -> None:
        """The same people sit in every delegation of ours, with the same areas."""
        for name, (role, areas) in self._SEATS.items():
            make.member(delegation, role, areas=areas, user=self._accounts[name])

    def _plan(self) -> None:
        head = self._accounts["head"].id
        title = self.secret(DELEGATION, UNIT, ABOVE)
        campaign = make.campaign(title=title, note=self.secret(DELEGATION, ABOVE), created_by_id=head)
        self.campaign = campaign.id
        self.spare_campaign = make.campaign(title="Kế hoạch trống", created_by_id=head).id
        delegation = make.delegation(
            campaign,
            name=self.secret(DELEGATION, UNIT, ABOVE),
            decision_number="12/QĐ-SNV",
            created_by_id=head,
        )
        # Without inspections nobody but its members and the administrator need know of it.
        spare = make.delegation(campaign, name=self.secret(DELEGATION, {"admin"}), created_by_id=head)
        self.delegation, self.spare_delegation = delegation.id, spare.id
        self._seat(delegation)
        self._seat(spare)
        theirs = {"head_of_other_delegation", "supervisor_elsewhere", "admin"}
        other_campaign = make.campaign(title=self.secret(theirs, {"officer_other_unit"}))
        other = make.delegation(other_campaign, name=self.secret(theirs, {"officer_other_unit"}))
        make.member(other, Role.HEAD, user=self._accounts["head_of_other_delegation"])
        self.other_campaign, self.other_delegation = other_campaign.id, other.id
        self._rows = {"ours": delegation, "theirs": other}

    def _checklists(self) -> None:
        version = make.checklist_version()
        db.session.execute(
            db.update(models.Area).where(models.Area.version_id == version.id).values(may_be_na=True)
        )
        draft = make.checklist_version(published=False, note=self.secret({"admin"}))
        name = self.secret({"admin"})
        db.session.execute(
            db.update(models.Checklist).where(models.Checklist.id == draft.checklist_id).values(name=name)
        )
        db.session.commit()
        self.version, self.checklist = version.id, version.checklist_id
        self.draft_version, self.draft_checklist = draft.id, draft.checklist_id
        self._version = version

    def _inspections(self) -> None:
        def visit(kind: InspectionKind, state: State, side: str = "ours", **rest: object) -> int:
            people = (
                (DELEGATION, UNIT, ABOVE)
                if side == "ours"
                else ({"head_of_other_delegation", "supervisor_elsewhere", "admin", "officer_other_unit"},)
            )
            return make.inspection(
                unit=self._of[self.ward if side == "ours" else self.neighbour],
                delegation=self._rows[side],
                version=self._version,
                kind=kind,
                state=state,
                period_label=self.secret(*people),
                **rest,
            ).id

        self.visit = visit(
            InspectionKind.DINH_KY,
            State.DANG_KIEM_TRA,
            bonus=50,
            bonus_reason=self.secret(DELEGATION, ABOVE),
            self_locked_at=make.NOW,
        )
        self.waiting = visit(
            InspectionKind.DOT_XUAT, State.CHO_KY_BIEN_BAN, published_at=make.NOW, locked_at=make.NOW
        )
        self.prepared = visit(InspectionKind.CHUYEN_DE, State.DANG_TU_CHAM)
        self.explaining = visit(
            InspectionKind.PHUC_TRA,
            State.CHO_GIAI_TRINH,
            published_at=make.NOW,
            explain_due_on=date(2022, 9, 20),
        )
        # Here something is left to be explained.
        self.unanswered = visit(
            InspectionKind.QUA_BAO_CAO,
            State.CHO_GIAI_TRINH,
            published_at=make.NOW,
            explain_due_on=date(2022, 9, 20),
        )
        self.other_visit = visit(InspectionKind.DINH_KY, State.DANG_KIEM_TRA, "theirs")

    def _supervision(self) -> None:
        """A council's session with the district, and its visit to a ward without accounts of its own."""
        head = self._accounts["head"].id
        campaign = make.campaign(
            kind=CampaignKind.GIAM_SAT,
            title=self.secret(DELEGATION, ABOVE),
            theme=self.secret(DELEGATION, ABOVE),
            created_by_id=head,
        )
        council = make.delegation(campaign, name=self.secret(DELEGATION, ABOVE), created_by_id=head)
        self.council = council.id
        self._seat(council)

        def sitting(unit: int, **rest: object) -> models.Inspection:
            return make.inspection(
                unit=db.session.get_one(models.Unit, unit),
                delegation=council,
                version=self._version,
                kind=InspectionKind.CHUYEN_DE,
                scoring=False,
                period_label=self.secret(DELEGATION, ABOVE),
                **rest,
            )

        self.session = sitting(self.district).id
        visit = sitting(self.free, parent_id=self.session)
        self.field_visit = visit.id
        make.finding(visit, text=self.secret(DELEGATION, ABOVE), created_by_id=head)

    def _follow_up(self) -> None:
        """A delegation of the same people: minutes that are signed, and a conclusion whose demand is reported on."""
        public, head = (DELEGATION, UNIT, ABOVE), self._accounts["head"].id
        campaign = db.session.get_one(models.Campaign, self.campaign)
        delegation = make.delegation(campaign, name=self.secret(*public), created_by_id=head)
        self._seat(delegation)

        def closed(kind: InspectionKind, state: State) -> models.Inspection:
            return make.inspection(
                unit=self._of[self.ward],
                delegation=delegation,
                version=self._version,
                kind=kind,
                state=state,
                period_label=self.secret(*public),
                published_at=make.NOW,
                locked_at=make.NOW,
            )

        signed = closed(InspectionKind.CHUYEN_DE, State.DA_KY_BIEN_BAN)
        make.recommendation(signed, text=self.secret(*public), created_by_id=head)
        followed = closed(InspectionKind.DINH_KY, State.THEO_DOI_KHAC_PHUC)
        asked = make.recommendation(followed, text=self.secret(*public), created_by_id=head)
        directive = make.directive(
            number="45/TB-SNV",
            title=self.secret(*public),
            inspection_id=followed.id,
            created_by_id=head,
        )
        task = make.task(
            self._of[self.ward],
            title=self.secret(*public),
            directive_id=directive.id,
            recommendation_id=asked.id,
            workflow=Workflow.AWAITING,
        )
        self.delegation_followed = delegation.id
        self.signed, self.followed, self.remedy = signed.id, followed.id, task.id
        self.conclusion = directive.id

    def _relations(self) -> None:
        """Places that no longer hold, one that may not judge, and a draft that opens nothing."""
        for id_ in (self.delegation, self.spare_delegation, self.council, self.delegation_followed):
            delegation = db.session.get_one(models.Delegation, id_)
            for name, role in (
                ("deputy_turned_member", Role.DEPUTY),
                ("member_turned_officer", Role.MEMBER),
                ("member_of_office_inside", Role.MEMBER),
            ):
                make.member(delegation, role, areas=("1",), user=self._accounts[name])
        planner = self._accounts["planner_of_a_draft"]
        campaign = make.campaign(title="Kế hoạch chưa ai duyệt", created_by_id=planner.id)
        delegation = make.delegation(campaign, name="Đoàn chưa ai duyệt", created_by_id=planner.id)
        make.member(delegation, Role.HEAD)
        make.member(delegation, Role.SECRETARY, areas=("1",), user=planner)
        make.inspection(
            unit=self._of[self.ward], delegation=delegation, version=self._version, state=State.DU_THAO
        )
