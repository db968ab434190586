"""An inspection full of words that only its own people may read, and every address of the app to look for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from app import models
from app.db import db
from app.domain.scoring import FreeInput, YesNoInput
from tests import make
from tests.cast import World

# Words that stand only in what strangers, and the unit before publication, must not see.
CANARY = "Bimat"


class Secrets(World):
    """The inspection with something in every room, each text with a canary in it."""

    def __init__(self) -> None:
        super().__init__()
        self.score(self.head, YesNoInput(False), note=f"{CANARY}-ghi-chu", reason=f"{CANARY}-ly-do")
        self.score(self.head, FreeInput(37), "1.1.5", reason=f"{CANARY}-diem")
        self.score(self.member, YesNoInput(True), base=0)  # kept as a conflict
        finding = make.finding(self.inspection, text=f"{CANARY}-phat-hien", cause=f"{CANARY}-nguyen-nhan")
        asked = make.recommendation(self.inspection, text=f"{CANARY}-kien-nghi")
        db.session.add(
            models.MinutesRevision(
                inspection_id=self.id, details={"sampling": f"{CANARY}-bien-ban"}, updated_at=make.NOW
            )
        )
        signoff = models.AreaSignoff(
            inspection_id=self.id,
            area_id=make.criterion(self.inspection).area_id,
            user_id=self.member.id,
            opinion=f"{CANARY}-y-kien-khac",
            opinion_at=make.NOW,
        )
        db.session.add(signoff)
        db.session.commit()
        # What belongs to the unit: strangers must not see it, the unit may.
        task = make.task(self.ward, title=f"{CANARY}-nhiem-vu")
        report = make.dossier_report(
            self.ward, inspection_id=self.id, explanations={"cross": f"{CANARY}-ho-so"}
        )
        directive = make.directive(created_by_id=self.head.id)
        version = db.session.get_one(models.ChecklistVersion, self.inspection.version_id)
        file = make.attachment(self.inspection, name=f"{CANARY}-minh-chung.pdf")
        self.ids: dict[str, object] = {
            "token": "khong-dung",
            "act": "huy",
            "inspection_id": self.id,
            "code": "1.1.1",
            "finding_id": finding.id,
            "finding_op": finding.op_id,
            "recommendation_id": asked.id,
            "signoff_id": signoff.id,
            "campaign_id": self.delegation.campaign_id,
            "delegation_id": self.delegation.id,
            "directive_id": directive.id,
            "report_id": report.id,
            "task_id": task.id,
            "unit_id": self.ward.id,
            "checklist_id": version.checklist_id,
            "version_id": version.id,
            "state": "cho-ky-bien-ban",
            "action": "xac-nhan",
            "filename": "app.css",
            "user_id": self.head.id,
            "session_id": 999_999,
            "identity_id": 1,
            "sha256": "0" * 64,
            "attachment_id": file.id,
            "file_op": file.op_id,
            "job_id": 999_999,
            "notice_id": make.notice(self.officer, title=f"{CANARY}-nhac-viec").id,
            "late_id": make.late_dossier(report, cause=f"{CANARY}-ho-so-tre").id,
        }


def address(app: Flask, rule: Rule, ids: dict[str, object]) -> str:
    unknown = rule.arguments - ids.keys()
    assert not unknown, f"{rule} takes {sorted(unknown)}: add a value to Secrets.ids in this test."
    values = {name: ids[name] for name in rule.arguments}
    if rule.endpoint == "answers.area_not_applicable" or rule.endpoint.startswith("signoffs."):
        values |= {"code": "1"} if "code" in rule.arguments else {}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def rules(app: Flask, *methods: str) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in methods:
            if method in (rule.methods or ()):
                yield rule, method


def anything() -> dict[str, Any]:
    """A body that many forms would take."""
    return {
        "op_id": str(uuid4()),
        "side": "verified",
        "field": "value",
        "base_version": "0",
        "version": "1",
        "yes": "1",
        "text": "Nội dung",
        "criterion": "1.1.1",
        "kind": "ton_tai",
        "severity": "nhe",
        "direction": "to_unit",
        "reason": "Lý do",
        "na_reason": "Lý do",
        "title": "Tên",
        "name": "Tên",
    }


def digest() -> str:
    """Everything that is stored, but when a session was last seen."""
    seen = hashlib.sha256()
    for table in db.metadata.sorted_tables:
        if table.name != "user_sessions":
            rows = sorted(map(repr, db.session.execute(select(table))))
            seen.update(repr((table.name, rows)).encode())
    db.session.commit()
    return seen.hexdigest()
