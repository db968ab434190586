"""Two wards, two delegations, one of everything: the people, the things, and the secrets planted in them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import current_app
from openpyxl import Workbook

from app import models, totp
from app.db import db
from app.documents.tasks_xlsx import SHEET, Col
from app.domain.access import Role
from app.domain.answers import Field, Operation
from app.domain.explanations import Stance
from app.domain.imports import ImportState
from app.domain.inspections import CampaignKind, Direction, InspectionKind, Side, State
from app.domain.scoring import FreeInput, Input, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.domain.signoffs import Decision
from app.domain.task_steps import Action as Hop
from app.domain.tasks import Workflow
from app.domain.units import SuccessionType, UnitKind
from app.models import ReportStatus
from app.queries.checklists import checklist_value, forget_checklists
from app.queries.handovers import estate_of
from app.queries.minutes import minutes_card
from app.services.answers import Author, record_answer
from app.services.users import token_digest
from app.views._address_mail import token_of
from tests import make

# In the order of the columns of matrix.csv. The last three relations need no rows of their own to be refused.
PRINCIPALS = (
    "anonymous",
    "stranger_member",
    "member_in_area",
    "member_other_area",
    "secretary",
    "deputy",
    "head",
    "head_of_other_delegation",
    "officer_own",
    "officer_other_unit",
    "unit_head_own",
    "supervisor_above",
    "supervisor_elsewhere",
    "admin",
    "head_of_own_unit",
    "ex_member",
)
# Relations that a column would only repeat: each gets what its example gets, but for the rows of relations.csv.
RELATIONS = {
    # Holds a place of a deputy, though the account is a member's by now.
    "deputy_turned_member": "stranger_member",
    # Holds a place of a member, though the account is an officer's of another ward by now.
    "member_turned_officer": "officer_other_unit",
    # Works in an office inside the inspected ward.
    "member_of_office_inside": "member_in_area",
    # Wrote down a plan, a delegation and a draft inspection of the ward that nobody decided on.
    "planner_of_a_draft": "head_of_other_delegation",
}
EVERYBODY = (*PRINCIPALS, *RELATIONS)
_DELEGATION = {
    "member_of_office_inside",
    "member_in_area",
    "member_other_area",
    "secretary",
    "deputy",
    "head",
    "head_of_own_unit",
}
_UNIT = {"officer_own", "unit_head_own"}
_ABOVE = {"supervisor_above", "admin"}
_PLANNING_ACCOUNTS = {
    "planner_of_a_draft",
    "secretary",
    "deputy",
    "head",
    "head_of_other_delegation",
    "head_of_own_unit",
}

# Searching for this word finds whatever one may find; the secrets themselves are longer.
WORD = "bimat"
# The telephone of everybody here; these few have proved it, the others are about to.
SECOND_STEP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ISSUER = "http://127.0.0.1:9"
SECOND_STEP_ON = ("deputy", "unit_head_own", "admin")


@dataclass(frozen=True)
class Secret:
    """A text that only these people may ever read, anywhere."""

    text: str
    for_whom: frozenset[str]


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    title: str
    unit_id: int | None = None


def task_list(unit: str) -> bytes:
    """A sound list of one task."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet.append([str(Col.UNIT), str(Col.TITLE), str(Col.ASSIGNED_ON)])
    sheet.append([unit, "Việc trong danh sách", "01/09/2022"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


class World:
    """``self.people`` by principal; ids of things as attributes; ``self.secrets`` planted in their texts."""

    def __init__(self) -> None:
        self.secrets: list[Secret] = []
        self._units()
        self._people()
        self._plan()
        self._checklists()
        self._inspections()
        self._supervision()
        self._scores()
        self._signoffs()
        self._findings()
        self._tasks()
        self._follow_up()
        self._relations()
        self._dossiers()
        self._minutes()
        self._files()
        self._reminders()
        self._lists()
        self._doors()
        # Plain values: requests expire and close the session that the rows came with.
        self.people = {
            name: Person(row.id, row.name, row.title, row.unit_id) for name, row in self._accounts.items()
        }
        self.sha256 = minutes_card(self.waiting).minutes.sha256
        forget_checklists()

    def secret(self, *groups: set[str]) -> str:
        text = f"{WORD} {uuid4().hex}"
        whom = frozenset().union(*groups)
        # In every respect an officer of that ward, and nothing else.
        if "officer_other_unit" in whom:
            whom |= {"member_turned_officer"}
        self.secrets.append(Secret(text, whom))
        return text

    def _units(self) -> None:
        city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
        district = make.unit("Quận Ngô Quyền", parent=city, kind=UnitKind.QUAN)
        elsewhere = make.unit("Quận Lê Chân", parent=city, kind=UnitKind.QUAN)
        ward = make.unit("Phường Cầu Tre", parent=district)
        neighbour = make.unit("Phường An Biên", parent=elsewhere)
        free = make.unit("Phường Đằng Giang", parent=district)
        spare = make.unit("Phường Vạn Mỹ", parent=district)
        self.district, self.elsewhere = district.id, elsewhere.id
        self.ward, self.neighbour, self.free, self.spare = ward.id, neighbour.id, free.id, spare.id
        self._of = {unit.id: unit for unit in (district, elsewhere, ward, neighbour)}
        ended = make.unit("Phường Lạch Tray", parent=district, valid_to=date(2020, 12, 31))
        merged = {"effective_date": date(2021, 1, 1), "type": SuccessionType.MERGE}
        db.session.add(models.UnitSuccession(from_unit_id=ended.id, to_unit_id=free.id, **merged))
        make.task(ended)
        self.ended, self.ended_seal = ended.id, estate_of(ended, date(2026, 1, 1)).seal

    def _people(self) -> None:
        of = self._of
        office = make.unit(
            "Văn phòng HĐND và UBND phường", kind=UnitKind.PHONG_CHUYEN_MON, parent=of[self.ward]
        )
        self._accounts: dict[str, models.User] = {
            "stranger_member": make.user(Role.MEMBER),
            "member_in_area": make.user(Role.MEMBER),
            "member_other_area": make.user(Role.MEMBER),
            "secretary": make.user(Role.SECRETARY),
            "deputy": make.user(Role.HEAD),
            "head": make.user(Role.HEAD),
            "head_of_other_delegation": make.user(Role.HEAD),
            "officer_own": make.user(Role.OFFICER, unit=of[self.ward]),
            "officer_other_unit": make.user(
                Role.OFFICER,
                unit=of[self.neighbour],
                title=self.secret(
                    {"officer_other_unit", "head_of_other_delegation", "admin", "supervisor_elsewhere"}
                ),
            ),
            "unit_head_own": make.user(Role.UNIT_HEAD, unit=of[self.ward]),
            "supervisor_above": make.user(Role.SUPERVISOR, unit=of[self.district]),
            "supervisor_elsewhere": make.user(Role.SUPERVISOR, unit=of[self.elsewhere]),
            "admin": make.user(Role.ADMIN),
            "head_of_own_unit": make.user(Role.HEAD, unit=of[self.ward]),
            "ex_member": make.user(Role.MEMBER),
            "deputy_turned_member": make.user(Role.MEMBER),
            "member_turned_officer": make.user(Role.OFFICER, unit=of[self.neighbour]),
            "member_of_office_inside": make.user(Role.MEMBER, unit=office),
            "planner_of_a_draft": make.user(Role.SECRETARY),
        }

    def _plan(self) -> None:
        head = self._accounts["head"].id
        title = self.secret(_DELEGATION, _UNIT, _ABOVE)
        campaign = make.campaign(title=title, note=self.secret(_DELEGATION, _ABOVE), created_by_id=head)
        self.campaign = campaign.id
        self.spare_campaign = make.campaign(title="Kế hoạch trống", created_by_id=head).id
        delegation = make.delegation(
            campaign,
            name=self.secret(_DELEGATION, _UNIT, _ABOVE),
            decision_number="12/QĐ-SNV",
            created_by_id=head,
        )
        # Without inspections nobody but its members and the administrator need know of it.
        spare = make.delegation(campaign, name=self.secret(_DELEGATION, {"admin"}), created_by_id=head)
        self.delegation, self.spare_delegation = delegation.id, spare.id
        places = {
            "head": (Role.HEAD, ()),
            "deputy": (Role.DEPUTY, ()),
            "head_of_own_unit": (Role.DEPUTY, ()),
            "secretary": (Role.SECRETARY, ("2",)),
            "member_in_area": (Role.MEMBER, ("1",)),
            "member_other_area": (Role.MEMBER, ("2",)),
        }
        for name, (role, areas) in places.items():
            for place in (delegation, spare):
                make.member(place, role, areas=areas, user=self._accounts[name])
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
                (_DELEGATION, _UNIT, _ABOVE)
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
            bonus_reason=self.secret(_DELEGATION, _ABOVE),
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
            title=self.secret(_DELEGATION, _ABOVE),
            theme=self.secret(_DELEGATION, _ABOVE),
            created_by_id=head,
        )
        council = make.delegation(campaign, name=self.secret(_DELEGATION, _ABOVE), created_by_id=head)
        self.council = council.id
        for name, role, areas in (
            ("head", Role.HEAD, ()),
            ("deputy", Role.DEPUTY, ()),
            ("head_of_own_unit", Role.DEPUTY, ()),
            ("secretary", Role.SECRETARY, ("2",)),
            ("member_in_area", Role.MEMBER, ("1",)),
            ("member_other_area", Role.MEMBER, ("2",)),
        ):
            make.member(council, role, areas=areas, user=self._accounts[name])

        def sitting(unit: int, **rest: object) -> models.Inspection:
            return make.inspection(
                unit=db.session.get_one(models.Unit, unit),
                delegation=council,
                version=self._version,
                kind=InspectionKind.CHUYEN_DE,
                scoring=False,
                period_label=self.secret(_DELEGATION, _ABOVE),
                **rest,
            )

        self.session = sitting(self.district).id
        visit = sitting(self.free, parent_id=self.session)
        self.field_visit = visit.id
        make.finding(visit, text=self.secret(_DELEGATION, _ABOVE), created_by_id=head)

    _EVERY_RULE: tuple[Input, ...] = (
        YesNoInput(True),
        LevelInput(0),
        RatioInput(Decimal(1), Decimal(1)),
        PenaltyInput(0),
        FreeInput(100),
    )

    def _scores(self) -> None:
        """Both sides speak in notes; the self-score of ``prepared`` is complete."""
        both = (_DELEGATION, _UNIT, _ABOVE)
        self._say(self.visit, "officer_own", Side.SELF, "1.1.1", note=self.secret(*both))
        self._say(self.visit, "head", Side.VERIFIED, "1.1.1", note=self.secret(_DELEGATION, _ABOVE))
        self._say(self.waiting, "head", Side.VERIFIED, "1.1.1", note=self.secret(*both))
        reason = self.secret(_DELEGATION, _ABOVE)
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
        private = (_DELEGATION, {"admin"})

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
        private, public = (_DELEGATION, _ABOVE), (_DELEGATION, _UNIT, _ABOVE)
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

    def _tasks(self) -> None:
        public = (_DELEGATION, _UNIT, _ABOVE)
        head = self._accounts["head"].id
        directive = make.directive(number="12/KH-UBND", title=self.secret(*public), created_by_id=head)
        self.directive = directive.id
        unused = make.directive(title=self.secret({"head", "admin"}), created_by_id=head)
        self.unused_directive = unused.id
        ward, neighbour = self._of[self.ward], self._of[self.neighbour]
        self.task = make.task(ward, title=self.secret(*public), directive_id=directive.id).id
        self.running_task = make.task(ward, title=self.secret(*public), workflow=Workflow.IN_PROGRESS).id
        # A regular task: this year's, and one of a year that nobody here sees.
        regular = make.task(ward, title=self.secret(*public), period_label="Năm 2022")
        regular.series_id = self.regular_task = regular.id
        far = {"assigned_on": date(2099, 1, 1), "period_label": "Năm 2099", "series_id": regular.id}
        make.task(ward, title=self.secret(*public), **far)
        self.reported_task = make.task(ward, title=self.secret(*public), workflow=Workflow.AWAITING).id
        theirs = {"head_of_other_delegation", "officer_other_unit", "supervisor_elsewhere", "admin"}
        make.task(neighbour, title=self.secret(theirs), detail=self.secret(theirs))
        # What other offices wrote down: one gave the neighbour a task, the other nobody yet.
        elsewhere = make.directive(
            number=self.secret(theirs), title=self.secret(theirs), unit_id=self.elsewhere
        )
        make.task(neighbour, title=self.secret(theirs), directive_id=elsewhere.id)
        above = make.directive(number="31/CV-UBND", title=self.secret(_ABOVE), unit_id=self.district)
        self.other_directive, self.district_directive = elsewhere.id, above.id

    def _follow_up(self) -> None:
        """A delegation of the same people: minutes that are signed, and a conclusion whose demand is reported on."""
        public, head = (_DELEGATION, _UNIT, _ABOVE), self._accounts["head"].id
        campaign = db.session.get_one(models.Campaign, self.campaign)
        delegation = make.delegation(campaign, name=self.secret(*public), created_by_id=head)
        for name, role, areas in (
            ("head", Role.HEAD, ()),
            ("deputy", Role.DEPUTY, ()),
            ("head_of_own_unit", Role.DEPUTY, ()),
            ("secretary", Role.SECRETARY, ("2",)),
            ("member_in_area", Role.MEMBER, ("1",)),
            ("member_other_area", Role.MEMBER, ("2",)),
        ):
            make.member(delegation, role, areas=areas, user=self._accounts[name])

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

    def _reminders(self) -> None:
        """A digest of one officer, and addresses that are nobody else's business."""
        officer, ward = self._accounts["officer_own"], self._of[self.ward]
        officer.email, ward.email = self.secret({"officer_own", "admin"}), self.secret({"admin"})
        notice = make.notice(officer, title=self.secret({"officer_own"}), task_id=self.task)
        self.notice = notice.id
        # Asked just now, for links end; of an account that is nobody's in the tables.
        asked = make.user(
            Role.OFFICER, unit=ward, name="chua.xac.nhan", email="x@vi.du", email_confirmed_at=None
        )
        letter = models.AddressLetter(user_id=asked.id, address=asked.email, asked_at=datetime.now(UTC))
        db.session.add(letter)
        db.session.commit()
        self.letter_token = token_of(letter.id)

    def _dossiers(self) -> None:
        ward, neighbour = self._of[self.ward], self._of[self.neighbour]
        public = (_DELEGATION, _UNIT, _ABOVE)
        self.report = make.dossier_report(
            ward, note=self.secret(*public), period_label=self.secret(*public)
        ).id
        db.session.add(
            models.DossierLine(report_id=self.report, place=0, field="", is_total=True, received_total=5)
        )
        self.late = make.late_dossier(
            self.report, cause=self.secret(*public), apology_number=self.secret(*public)
        ).id
        self.sent_report = make.dossier_report(
            ward, note=self.secret(*public), status=ReportStatus.SUBMITTED, period_from=date(2021, 1, 1)
        ).id
        theirs = {"head_of_other_delegation", "officer_other_unit", "supervisor_elsewhere", "admin"}
        make.dossier_report(neighbour, period_label=self.secret(theirs), note=self.secret(theirs))

    def _minutes(self) -> None:
        for inspection, people in (
            (self.visit, (_DELEGATION, _ABOVE)),
            (self.waiting, (_DELEGATION, _UNIT, _ABOVE)),
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

    def _files(self) -> None:
        """A file in each kind of place; its name, its caption and its bytes are secrets of their own."""
        private, public = (_DELEGATION, _ABOVE), (_DELEGATION, _UNIT, _ABOVE)
        row = db.session.get_one
        visit, waiting, prepared = (
            row(models.Inspection, id_) for id_ in (self.visit, self.waiting, self.prepared)
        )
        task, running = row(models.Task, self.task), row(models.Task, self.running_task)
        report = models.TaskReport(
            task_id=running.id,
            action=Hop.REPORT,
            effective_on=make.NOW.date(),
            workflow_after=Workflow.IN_PROGRESS,
            at=make.NOW,
        )
        db.session.add(report)
        db.session.commit()
        self.task_report = report.id

        def file(people: tuple[set[str], ...], who: str, *place: Any, **rest: Any) -> int:
            content = f"%PDF-1.7 {self.secret(*people)}".encode()
            return make.attachment(
                *place,
                name=f"{self.secret(*people)}.pdf",
                caption=self.secret(*people),
                sha256=current_app.config["SOAT"].storage.put(content),
                uploaded_by_id=self._accounts[who].id,
                **rest,
            ).id

        small = current_app.config["SOAT"].storage.put(self.secret(*private).encode())
        self.file_op = str(uuid4())
        self.file = file(private, "member_in_area", visit, thumbnail_sha256=small, op_id=self.file_op)
        self.removed_file = file((), "member_in_area", visit, removed_at=make.NOW)
        self.public_file = file(public, "head", waiting)
        self.self_file = file(public, "officer_own", prepared, side=Side.SELF)
        self.finding_file = file(
            private, "ex_member", visit, finding=row(models.Finding, self.finding), thumbnail_sha256=small
        )
        self.directive_file = file(public, "head", directive_id=self.directive)
        theirs = {"head_of_other_delegation", "officer_other_unit", "supervisor_elsewhere", "admin"}
        self.other_directive_file = file((theirs,), "admin", directive_id=self.other_directive)
        self.district_directive_file = file((_ABOVE,), "admin", directive_id=self.district_directive)
        self.task_file = file(public, "head", task=task)
        self.unit_file = file(public, "officer_own", task=task)
        self.report_file = file(public, "officer_own", task=running, task_report_id=report.id)

    def _lists(self) -> None:
        """Two lists of tasks that the head uploaded: one to be carried in, one with a fault."""

        def job(faults: list[list[str]]) -> int:
            content = task_list("Phường Cầu Tre")
            row = models.ImportJob(
                user_id=self._accounts["head"].id,
                state=ImportState.CHECKED,
                file_name=self.secret({"head"}),
                sha256=current_app.config["SOAT"].storage.put(content),
                size=len(content),
                faults=faults,
                summary={"rows": 1, "added": 1, "known": 0, "units": 1, "directives": 0, "new_directives": 0}
                | {"faults": len(faults), "preview": [], "unknown": []},
                beat_at=make.NOW,
                created_at=make.NOW,
            )
            db.session.add(row)
            db.session.commit()
            return row.id

        self.sound_list, self.faulty_list = job([]), job([["B2", self.secret({"head"})]])

    def _doors(self) -> None:
        """Accounts to be administered, one that waits for its code, and a second browser of the officer's."""
        self.account, self.closed_account = make.user().id, make.user(active=False).id
        # Of no use to anybody but its telephone.
        self.waiting_secret, self.waiting_token = totp.new_secret(), self.secret()
        self.secrets.append(Secret(self.waiting_secret, frozenset()))
        waiting = make.user(totp_secret=self.waiting_secret, totp_since=make.NOW)
        self.waiting_account = waiting.id
        for account in self._accounts.values():
            account.totp_secret = SECOND_STEP
        self.secrets.append(Secret(SECOND_STEP, frozenset(EVERYBODY) - {"anonymous", *SECOND_STEP_ON}))
        times = {"created_at": make.NOW, "seen_at": make.NOW, "expires_at": datetime(2100, 1, 1, tzinfo=UTC)}
        other = models.UserSession(
            token_sha256=token_digest("another browser"), user_id=self._accounts["officer_own"].id, **times
        )
        waits = models.UserSession(
            token_sha256=token_digest(self.waiting_token), user_id=waiting.id, awaits_code=True, **times
        )
        # One may read whom one is elsewhere, and so may the administrator.
        self.taken_subject, self.linked_account = "da-noi", self._accounts["officer_own"].id
        known = models.Identity(
            user_id=self.linked_account,
            issuer=ISSUER,
            subject=self.secret({"officer_own", "admin"}),
            linked_at=make.NOW,
        )
        taken = models.Identity(
            user_id=waiting.id, issuer=ISSUER, subject=self.taken_subject, linked_at=make.NOW
        )
        db.session.add_all([other, waits, known, taken])
        db.session.commit()
        self.other_session, self.identity = other.id, known.id

    def turn_second_step_on(self) -> None:
        """After everybody has signed in."""
        ids = [self.people[name].id for name in SECOND_STEP_ON]
        db.session.execute(db.update(models.User).where(models.User.id.in_(ids)).values(totp_since=make.NOW))
        db.session.commit()

    def forbidden_to(self, principal: str) -> list[str]:
        """The secrets this principal may read nowhere."""
        return [secret.text for secret in self.secrets if principal not in secret.for_whom]
