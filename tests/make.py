"""Makers: each gives a saved object with every field defaulted; name only what the test is about."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from app import models, vietnamese
from app.db import db
from app.domain.access import Role
from app.domain.attachments import FileKind
from app.domain.inspections import (
    CampaignKind,
    Direction,
    FindingKind,
    InspectionKind,
    Severity,
    Side,
    State,
)
from app.domain.minutes import Details
from app.domain.reminders import Line, Topic
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.domain.units import SuccessionType, UnitKind
from app.passwords import hash_password
from tests.make_checklist import checklist_version
from tests.saved import NOW
from tests.saved import numbers as _numbers
from tests.saved import save as _save

PASSWORD = "mat-khau-thu"
_hashes: dict[str, str] = {}


def _hash(password: str) -> str:
    if password not in _hashes:
        _hashes[password] = hash_password(password)
    return _hashes[password]


def unit(
    name: str = "Phường Cầu Tre",
    *,
    kind: UnitKind = UnitKind.PHUONG,
    parent: models.Unit | None = None,
    code: str | None = None,
    valid_from: date = date(2000, 1, 1),
    valid_to: date | None = None,
    **rest: Any,
) -> models.Unit:
    if rest.get("email"):
        rest.setdefault("email_confirmed_at", NOW)
    saved = _save(
        models.Unit(
            name=name,
            kind=kind,
            code=code,
            parent_id=parent.id if parent else None,
            valid_from=valid_from,
            valid_to=valid_to,
            name_sort=vietnamese.sort_key(name),
            name_search=vietnamese.fold(name),
            **rest,
        )
    )
    saved.path = f"{parent.path if parent else '/'}{saved.id}/"
    return _save(saved)


def user(
    role: Role = Role.MEMBER,
    *,
    unit: models.Unit | None = None,
    name: str | None = None,
    title: str | None = None,
    password: str = PASSWORD,
    **rest: Any,
) -> models.User:
    name = name or f"{role.value}{next(_numbers)}"
    if rest.get("email"):
        rest.setdefault("email_confirmed_at", NOW)
    return _save(
        models.User(
            name=name,
            title=title or name,
            role=role,
            unit_id=unit.id if unit else None,
            password_hash=_hash(password),
            **(
                {
                    "created_at": NOW,
                    "name_search": vietnamese.fold(f"{name} {title or name} {rest.get('post', '')}"),
                }
                | rest
            ),
        )
    )


def campaign(**rest: Any) -> models.Campaign:
    defaults: dict[str, Any] = {
        "kind": CampaignKind.KIEM_TRA,
        "title": "Kiểm tra công tác cải cách hành chính năm 2022",
        "year": 2022,
        "agency": "SỞ NỘI VỤ",
        "period_from": date(2022, 1, 1),
        "period_to": date(2022, 9, 15),
        "created_at": NOW,
    }
    return _save(models.Campaign(**(defaults | rest)))


def delegation(campaign: models.Campaign | None = None, **rest: Any) -> models.Delegation:
    defaults: dict[str, Any] = {"name": "Đoàn kiểm tra CCHC số 1", "created_at": NOW}
    return _save(models.Delegation(campaign_id=(campaign or globals()["campaign"]()).id, **(defaults | rest)))


def member(
    delegation: models.Delegation,
    role: Role = Role.MEMBER,
    *,
    areas: tuple[str, ...] = (),
    user: models.User | None = None,
) -> models.User:
    """A user who is a member of the delegation; gives the user."""
    person = user or globals()["user"](Role.HEAD if role is Role.DEPUTY else role)
    _save(
        models.DelegationMember(
            delegation_id=delegation.id, user_id=person.id, role=role, areas=list(areas), place=next(_numbers)
        )
    )
    return person


def inspection(
    *,
    unit: models.Unit | None = None,
    delegation: models.Delegation | None = None,
    version: models.ChecklistVersion | None = None,
    state: State = State.DANG_KIEM_TRA,
    **rest: Any,
) -> models.Inspection:
    defaults: dict[str, Any] = {
        "kind": InspectionKind.DINH_KY,
        "period_from": date(2022, 1, 1),
        "period_to": date(2022, 9, 15),
        "inspected_on": date(2022, 9, 15),
        "created_at": NOW,
    }
    return _save(
        models.Inspection(
            unit_id=(unit or globals()["unit"]()).id,
            delegation_id=(delegation or globals()["delegation"]()).id,
            version_id=(version or checklist_version()).id,
            state=state,
            **(defaults | rest),
        )
    )


def criterion(inspection: models.Inspection, code: str = "1.1.1") -> models.Criterion:
    """The criterion with this code in the inspection's checklist."""
    return db.session.execute(
        db.select(models.Criterion).where(
            models.Criterion.version_id == inspection.version_id, models.Criterion.code == code
        )
    ).scalar_one()


def finding(inspection: models.Inspection, code: str = "1.1.1", **rest: Any) -> models.Finding:
    where = criterion(inspection, code)
    defaults: dict[str, Any] = {
        "op_id": str(uuid4()),
        "kind": FindingKind.TON_TAI,
        "severity": Severity.NHE,
        "text": "Chưa công khai đầy đủ thủ tục hành chính",
        "area_id": where.area_id,
        "criterion_id": where.id,
        "created_at": NOW,
        "updated_at": NOW,
    }
    fields = defaults | rest
    fields.setdefault("created_by_id", user().id)
    return _save(models.Finding(inspection_id=inspection.id, **fields))


def recommendation(inspection: models.Inspection, **rest: Any) -> models.Recommendation:
    defaults: dict[str, Any] = {
        "op_id": str(uuid4()),
        "direction": Direction.TO_UNIT,
        "text": "Công khai đầy đủ thủ tục hành chính tại Bộ phận Một cửa",
        "created_at": NOW,
        "updated_at": NOW,
    }
    fields = defaults | rest
    fields.setdefault("created_by_id", user().id)
    return _save(models.Recommendation(inspection_id=inspection.id, **fields))


def directive(**rest: Any) -> models.Directive:
    defaults: dict[str, Any] = {"title": "Kế hoạch cải cách hành chính năm 2022", "created_at": NOW}
    fields = defaults | rest
    fields.setdefault("title_search", vietnamese.fold(fields["title"]))
    return _save(models.Directive(**fields))


def task(unit: models.Unit, **rest: Any) -> models.Task:
    defaults: dict[str, Any] = {
        "title": "Ban hành kế hoạch tự kiểm tra",
        "assigned_on": date(2022, 1, 10),
        "workflow": Workflow.NOT_STARTED,
        "created_at": NOW,
    }
    fields = defaults | rest
    fields.setdefault("due_original", fields.get("due_current"))
    fields.setdefault("title_search", vietnamese.fold(fields["title"]))
    made = _save(models.Task(unit_id=unit.id, **fields))
    # Its history, for the figures as of a past day: given on its day, and since then what it is.
    hop(made, Action.ASSIGN, Workflow.NOT_STARTED, made.assigned_on, made.due_original)
    if made.workflow is not Workflow.NOT_STARTED or made.due_current != made.due_original:
        hop(made, Action.ACCEPT, made.workflow, made.completed_on or made.assigned_on, made.due_current)
    return made


def hop(task: models.Task, action: Action, after: Workflow, day: date, due: date | None) -> None:
    done = task.completed_on if after is Workflow.DONE else None
    _save(
        models.TaskReport(
            task_id=task.id,
            action=action,
            effective_on=day,
            due=due,
            completed_on=done,
            workflow_after=after,
            at=task.created_at,
        )
    )


def notice(
    user: models.User,
    day: date = date(2022, 9, 15),
    *,
    title: str = "Báo cáo quý",
    task_id: int = 1,
    left: int = -1,
    unit: str = "Phường Cầu Tre",
    **rest: Any,
) -> models.Notice:
    """A digest of one line, for a person."""
    line = Line(task_id, unit, title, Topic.DUE, day + timedelta(days=left), left)
    fields: dict[str, Any] = {"lines": [line.to_json()], "created_at": NOW} | rest
    return _save(models.Notice(user_id=user.id, day=day, **fields))


def dossier_report(unit: models.Unit, **rest: Any) -> models.DossierReport:
    defaults: dict[str, Any] = {
        "period_from": date(2022, 1, 1),
        "period_to": date(2022, 9, 15),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return _save(models.DossierReport(unit_id=unit.id, **(defaults | rest)))


def late_dossier(
    report: models.DossierReport | int, code: str = "H24.11-220801-0001", **rest: Any
) -> models.LateDossier:
    """Due on 05/8/2022 and not yet returned; what else it says is given."""
    report_id = report if isinstance(report, int) else report.id
    return _save(models.LateDossier(report_id=report_id, code=code, **({"due_on": date(2022, 8, 5)} | rest)))


def attachment(
    inspection: models.Inspection | None = None,
    code: str | None = "1.1.1",
    *,
    side: Side = Side.VERIFIED,
    finding: models.Finding | None = None,
    task: models.Task | None = None,
    **rest: Any,
) -> models.Attachment:
    """A PDF on one side of a criterion, or on a finding or a task; its bytes are nowhere."""
    defaults: dict[str, Any] = {
        "op_id": str(uuid4()),
        "sha256": "0" * 64,
        "name": "minh-chung.pdf",
        "kind": FileKind.PDF,
        "size": 1000,
        "uploaded_at": NOW,
    }
    fields = defaults | rest
    if task is not None:
        fields["task_id"] = task.id
    elif inspection is not None:
        fields["inspection_id"] = inspection.id
        if finding is not None:
            fields["finding_id"] = finding.id
        elif code is not None:
            fields |= {"criterion_id": criterion(inspection, code).id, "side": side}
    fields.setdefault("uploaded_by_id", user().id)
    return _save(models.Attachment(**fields))


def succession(old: models.Unit, new: models.Unit, day: date, **rest: Any) -> models.UnitSuccession:
    """``old`` ends the day before and lives on in ``new``."""
    old.valid_to = day - timedelta(days=1)
    defaults: dict[str, Any] = {"type": SuccessionType.MERGE}
    return _save(
        models.UnitSuccession(from_unit_id=old.id, to_unit_id=new.id, effective_date=day, **(defaults | rest))
    )


# What signed minutes must hold.
FILLED = Details(
    number="5",
    place="Hải Phòng",
    day=date(2022, 9, 15),
    venue="trụ sở UBND phường",
    started_at=NOW,
    ended_at=NOW + timedelta(hours=3),
)


def minutes(inspection: models.Inspection | int, **rest: Any) -> models.MinutesRevision:
    """Minutes that may be signed as they are; ``rest``: other details."""
    details = replace(FILLED, **rest)
    return _save(
        models.MinutesRevision(
            inspection_id=inspection if isinstance(inspection, int) else inspection.id,
            details=json.loads(details.to_json()),
            updated_at=NOW,
        )
    )
