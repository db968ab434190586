"""Demonstration data from the public figures of two reports; loaded twice it changes nothing.

The ward (phường Cầu Tre, inspected on 15/9/2022) and the city (Bắc Kạn, supervised for 01/01/2021–30/6/2022)
are real, and so are their figures; accounts are posts, never people.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from ..db import db, verb
from ..documents.checklist_xlsx import DEFAULT_WORKBOOK, read_checklist
from ..domain.access import Role
from ..domain.answers import Field, Operation
from ..domain.inspections import CampaignKind, FindingKind, InspectionKind, Severity, Side, State
from ..domain.scoring import RatioInput
from ..domain.task_steps import Action
from ..domain.tasks import Workflow
from ..domain.units import UnitKind
from ..models import (
    Area,
    Campaign,
    ChecklistVersion,
    Delegation,
    DelegationMember,
    Directive,
    DossierLine,
    DossierReport,
    Finding,
    Inspection,
    InspectionStep,
    LateDossier,
    Recommendation,
    Task,
    TaskReport,
    Unit,
    User,
)
from ..passwords import hash_password
from ..queries.checklists import checklist_value
from ..services.answers import Author, record_answer
from ..services.checklists import import_checklist
from ..vietnamese import fold, sort_key
from .dossiers import CITY, CITY_EXTRA, LATE, WARD
from .tasks import TASKS
from .visits import VISITS

PASSWORD = "soat-demo"  # noqa: S105 – of demonstration accounts only
ACCOUNTS = (
    ("quantri", "Quản trị hệ thống", "Quản trị", Role.ADMIN, None),
    ("truongdoan", "Trưởng đoàn", "Trưởng phòng Cải cách hành chính, Sở Nội vụ", Role.HEAD, None),
    ("thuky", "Thư ký đoàn", "Chuyên viên Sở Nội vụ", Role.SECRETARY, None),
    ("thanhvien", "Thành viên đoàn", "Chuyên viên Văn phòng UBND thành phố", Role.MEMBER, None),
    ("canbo", "Công chức đầu mối CCHC", "Công chức Văn phòng – Thống kê", Role.OFFICER, "ward"),
    ("thutruong", "Chủ tịch UBND phường", "Chủ tịch UBND phường Cầu Tre", Role.UNIT_HEAD, "ward"),
    ("lanhdao", "Lãnh đạo theo dõi", "Lãnh đạo theo dõi", Role.SUPERVISOR, "root"),
)
# The unit's own answers that follow from the report's figures; the rest the report does not tell.
SELF_ANSWERS = (
    ("1.4.1", 14, 27, "14/27 nhiệm vụ; báo cáo không nêu số nhiệm vụ đến hạn, cần hỏi lại"),
    ("3.4.1", 4541, 4545, "4.545 hồ sơ đã giải quyết, 04 hồ sơ quá hạn"),
    ("7.3.1", 2756, 4545, "Hồ sơ trực tuyến mức độ 3, 4"),
)


def load(now: datetime) -> bool:
    """Loads everything that is missing; ``False`` when the demonstration was there already."""
    if db.session.execute(select(User.id).where(User.name == ACCOUNTS[0][0])).first():
        return False
    version = db.session.execute(
        select(ChecklistVersion).where(ChecklistVersion.published_at.is_not(None)).limit(1)
    ).scalar_one_or_none()
    if version is None:
        value = read_checklist(DEFAULT_WORKBOOK.read_bytes())
        version = import_checklist(value, DEFAULT_WORKBOOK.stem, None, now, publish=True)
    inspection_id, officer_id = _plan(version.id, now)
    _answer(inspection_id, version.id, officer_id, now)
    return True


@verb
def _plan(version_id: int, now: datetime) -> tuple[int, int]:
    """Units, accounts, plans, tasks and figures; gives the ward's inspection and its officer."""
    root = _unit("Việt Nam", UnitKind.TRUNG_UONG, None, None, date(1945, 9, 2), None)
    closed = date(2025, 6, 30)
    port = _unit("Thành phố Hải Phòng", UnitKind.THANH_PHO_TW, root, "31", date(1955, 5, 13), closed)
    district = _unit("Quận Ngô Quyền", UnitKind.QUAN, port, "304", date(1961, 1, 1), closed)
    ward = _unit("Phường Cầu Tre", UnitKind.PHUONG, district, "11779", date(1981, 1, 1), closed)
    province = _unit("Tỉnh Bắc Kạn", UnitKind.TINH, root, "06", date(1997, 1, 1), closed)
    city = _unit(
        "Thành phố Bắc Kạn", UnitKind.THANH_PHO_THUOC_TINH, province, "058", date(2015, 3, 11), closed
    )

    places = {"ward": ward.id, "root": root.id}
    users = {
        name: _user(name, title, post, role, places.get(place or ""), now)
        for name, title, post, role, place in ACCOUNTS
    }

    campaign = _campaign(
        "Kiểm tra công tác cải cách hành chính năm 2022", 2022, date(2022, 1, 1), date(2022, 9, 15), now
    )
    campaign.parent_agency, campaign.agency = "UBND thành phố Hải Phòng", "Sở Nội vụ"
    campaign.created_by_id = users["truongdoan"].id
    delegation = _delegation(campaign, "Đoàn kiểm tra công tác cải cách hành chính", users["truongdoan"], now)
    everything = [str(number) for number in range(1, 8)]
    for place, (name, role, areas) in enumerate(
        (
            ("truongdoan", Role.HEAD, []),
            ("thuky", Role.SECRETARY, ["2", "6"]),
            ("thanhvien", Role.MEMBER, everything),
        )
    ):
        _member(delegation, users[name], role, areas, place)
    inspection = _inspection(
        delegation, ward, version_id, date(2022, 9, 15), campaign, State.DANG_TU_CHAM, now
    )
    inspection.period_label = "từ 01/01/2022 đến 15/9/2022"
    _tasks(ward, users, now)
    report = _dossiers(ward, inspection, WARD, {}, now)
    db.session.add_all(
        LateDossier(report_id=report.id, updated_by_id=users["canbo"].id, updated_at=now, **asdict(entry))
        for entry in LATE
    )

    supervision = _campaign(
        "Giám sát chuyên đề công tác cải cách hành chính", 2022, date(2021, 1, 1), date(2022, 6, 30), now
    )
    supervision.kind, supervision.agency = CampaignKind.GIAM_SAT, "HĐND thành phố Bắc Kạn"
    supervision.theme = "Công tác cải cách hành chính trên địa bàn thành phố"
    supervision.created_by_id = users["truongdoan"].id
    council = _delegation(supervision, "Đoàn giám sát chuyên đề HĐND thành phố", users["truongdoan"], now)
    _member(council, users["truongdoan"], Role.HEAD, [], 0)
    _member(council, users["thuky"], Role.SECRETARY, [], 1)
    session = _inspection(council, city, version_id, date(2022, 11, 7), supervision, State.DANG_KIEM_TRA, now)
    session.kind, session.scoring = InspectionKind.CHUYEN_DE, False
    _dossiers(city, session, CITY, CITY_EXTRA, now)
    _visits(city, council, session, users, now)
    return inspection.id, users["canbo"].id


def _visits(
    city: Unit, council: Delegation, session: Inspection, users: dict[str, User], now: datetime
) -> None:
    """Two wards the delegation went to before it sat with the city; what it found there is made up for the show."""
    area = db.session.execute(
        select(Area.id).where(Area.version_id == session.version_id).order_by(Area.place).limit(1)
    ).scalar_one()
    for name, code, day, state, found, asked in VISITS:
        ward = _unit(name, UnitKind.PHUONG, city, code, date(2015, 3, 11), date(2025, 6, 30))
        visit = _inspection(
            council,
            ward,
            session.version_id,
            day,
            db.session.get_one(Campaign, council.campaign_id),
            state,
            now,
        )
        visit.kind, visit.scoring, visit.parent_id = session.kind, False, session.id
        for place, (kind, text) in enumerate(found):
            finding = Finding(
                op_id=str(uuid5(NAMESPACE_URL, f"soat-demo-{code}-{place}")),
                inspection_id=visit.id,
                area_id=area,
                kind=kind,
                severity=Severity.NHE if kind is FindingKind.TON_TAI else None,
                text=text,
                created_by_id=users["thuky"].id,
                created_at=now,
                updated_at=now,
            )
            db.session.add(finding)
        for place, (direction, addressee, text, due) in enumerate(asked):
            recommendation = Recommendation(
                op_id=str(uuid5(NAMESPACE_URL, f"soat-demo-{code}-kn-{place}")),
                inspection_id=visit.id,
                direction=direction,
                addressee=addressee,
                text=text,
                due_on=due,
                created_by_id=users["thuky"].id,
                created_at=now,
                updated_at=now,
            )
            db.session.add(recommendation)


def _unit(
    name: str, kind: UnitKind, parent: Unit | None, code: str | None, begins: date, ends: date | None
) -> Unit:
    unit = Unit(
        name=name,
        kind=kind,
        code=code,
        parent_id=parent.id if parent else None,
        valid_from=begins,
        valid_to=ends,
        name_sort=sort_key(name),
        name_search=fold(name),
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def _user(name: str, title: str, post: str, role: Role, unit_id: int | None, now: datetime) -> User:
    user = User(
        name=name,
        title=title,
        post=post,
        role=role,
        unit_id=unit_id,
        password_hash=hash_password(PASSWORD),
        name_search=fold(f"{name} {title} {post}"),
        demo=True,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def _campaign(title: str, year: int, begins: date, ends: date, now: datetime) -> Campaign:
    campaign = Campaign(title=title, year=year, period_from=begins, period_to=ends, created_at=now)
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _delegation(campaign: Campaign, name: str, by: User, now: datetime) -> Delegation:
    delegation = Delegation(
        campaign_id=campaign.id, name=name, agency=campaign.agency, created_by_id=by.id, created_at=now
    )
    db.session.add(delegation)
    db.session.flush()
    return delegation


def _member(delegation: Delegation, user: User, role: Role, areas: list[str], place: int) -> None:
    member = DelegationMember(
        delegation_id=delegation.id, user_id=user.id, role=role, areas=areas, post=user.post, place=place
    )
    db.session.add(member)


def _inspection(
    delegation: Delegation,
    unit: Unit,
    version_id: int,
    day: date,
    campaign: Campaign,
    state: State,
    now: datetime,
) -> Inspection:
    inspection = Inspection(
        delegation_id=delegation.id,
        unit_id=unit.id,
        version_id=version_id,
        period_from=campaign.period_from,
        period_to=campaign.period_to,
        inspected_on=day,
        state=state,
        created_by_id=delegation.created_by_id,
        created_at=now,
    )
    db.session.add(inspection)
    db.session.flush()
    db.session.add(
        InspectionStep(inspection_id=inspection.id, to_state=state, user_id=delegation.created_by_id, at=now)
    )
    return inspection


def _tasks(ward: Unit, users: dict[str, User], now: datetime) -> None:
    """Nobody of the district works with the app: who wrote them down, and the delegation, confirm them."""
    directive = Directive(
        title="Kế hoạch cải cách hành chính năm 2022",
        title_search=fold("Kế hoạch cải cách hành chính năm 2022"),
        agency="UBND quận Ngô Quyền",
        issued_on=date(2022, 1, 10),
        created_by_id=users["thuky"].id,
        created_at=now,
    )
    db.session.add(directive)
    db.session.flush()
    for title, due, done in TASKS:
        task = Task(
            directive_id=directive.id,
            unit_id=ward.id,
            title=title,
            title_search=fold(title),
            assigned_on=date(2022, 1, 10),
            due_original=due,
            due_current=due,
            workflow=Workflow.DONE if done else Workflow.IN_PROGRESS,
            progress=100 if done else 0,
            completed_on=done,
            created_by_id=users["thuky"].id,
            created_at=now,
        )
        db.session.add(task)
        db.session.flush()
        made = {"task_id": task.id, "due": due, "user_id": users["thuky"].id, "at": now}
        db.session.add(
            TaskReport(
                **made,
                action=Action.ASSIGN,
                effective_on=task.assigned_on,
                workflow_after=Workflow.NOT_STARTED,
                due_after=due,
            )
        )
        db.session.add(
            TaskReport(
                **made,
                action=Action.CONFIRM if done else Action.ACCEPT,
                effective_on=done or task.assigned_on,
                workflow_before=Workflow.NOT_STARTED,
                workflow_after=task.workflow,
                completed_on=done,
            )
        )


def _dossiers(
    unit: Unit, inspection: Inspection, figures: dict[str, int], extra: dict[str, int], now: datetime
) -> DossierReport:
    report = DossierReport(
        unit_id=unit.id,
        inspection_id=inspection.id,
        period_from=inspection.period_from,
        period_to=inspection.period_to,
        extra=extra,
        explanations={},
        updated_at=now,
        created_at=now,
    )
    db.session.add(report)
    db.session.flush()
    db.session.add(DossierLine(report_id=report.id, place=0, field="Tổng cộng", is_total=True, **figures))
    return report


def _answer(inspection_id: int, version_id: int, officer_id: int, now: datetime) -> None:
    author = Author(officer_id, ACCOUNTS[4][1])
    checklist = checklist_value(version_id)
    for code, n, d, note in SELF_ANSWERS:
        op = Operation(
            op_id=str(uuid5(NAMESPACE_URL, f"soat-demo-{code}")),
            side=Side.SELF,
            field=Field.ALL,
            base_version=0,
            value=RatioInput(Decimal(n), Decimal(d)),
            note=note,
        )
        record_answer(inspection_id, checklist, code, op, author, now)
    _start(inspection_id, now)


@verb
def _start(inspection_id: int, now: datetime) -> None:
    """The visit has begun: the page is ready for scoring."""
    inspection = db.session.get_one(Inspection, inspection_id, populate_existing=True)
    inspection.state, inspection.self_locked_at = State.DANG_KIEM_TRA, now
    step = InspectionStep(
        inspection_id=inspection_id,
        from_state=State.DANG_TU_CHAM,
        to_state=State.DANG_KIEM_TRA,
        reason="Dữ liệu trình diễn",
        user_id=inspection.created_by_id,
        at=now,
    )
    db.session.add(step)
