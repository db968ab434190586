"""The stage of the measurements: one ward scored on all 77 criteria, its findings, tasks and figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import flask_migrate
from flask import Flask

from app import create_app, models
from app.db import db
from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_checklist
from app.domain.access import Role
from app.domain.answers import Field, Operation
from app.domain.checklists import Checklist, Criterion, RuleKind
from app.domain.inspections import Side, State
from app.domain.scoring import FreeInput, Input, LevelInput, PenaltyInput, RatioInput, YesNoInput
from app.domain.tasks import Workflow
from app.queries.checklists import checklist_value
from app.services.answers import Author, record_answer
from app.services.checklists import import_checklist
from tests import make


@dataclass(frozen=True)
class Stage:
    """``cookie`` belongs to the head of the delegation, ``csrf`` is the token of that session."""

    app: Flask
    folder: Path
    inspection_id: int
    checklist: Checklist
    cookie: str
    csrf: str

    @property
    def yes_no(self) -> Criterion:
        return next(c for c in self.checklist.criteria if c.rule.kind is RuleKind.YES_NO)


@contextmanager
def set_stage() -> Iterator[Stage]:
    with TemporaryDirectory(prefix="soat-bench-") as name:
        app = create_app(
            {"DATA_DIR": name, "DATABASE_URL": f"sqlite:///{name}/soat.db", "SECRET_KEY": "bench"}
        )
        with app.app_context():
            flask_migrate.upgrade()
            value = read_checklist(DEFAULT_WORKBOOK.read_bytes())
            version = import_checklist(value, "cap-xa-2026", None, make.NOW, publish=True)
            inspection, head = _inspection(version)
            checklist = checklist_value(version.id)
            _score(inspection, checklist, head)
            _accompany(inspection, checklist)
            ids = inspection.id, head.name
        cookie, csrf = sign_in(app, ids[1], f"/inspections/{ids[0]}/score")
        yield Stage(app, Path(name), ids[0], checklist, cookie, csrf)
        with app.app_context():
            db.engine.dispose()


def _inspection(version: models.ChecklistVersion) -> tuple[models.Inspection, models.User]:
    delegation = make.delegation()
    head = make.member(delegation, Role.HEAD, areas=("1", "2", "3", "4", "5", "6", "7"))
    inspection = make.inspection(delegation=delegation, version=version, state=State.DANG_TU_CHAM)
    return inspection, head


def _score(inspection: models.Inspection, checklist: Checklist, head: models.User) -> None:
    officer = make.user(Role.OFFICER, unit=db.session.get_one(models.Unit, inspection.unit_id))
    for side, person in ((Side.SELF, officer), (Side.VERIFIED, head)):
        inspection.state = State.DANG_TU_CHAM if side is Side.SELF else State.DANG_KIEM_TRA
        db.session.commit()
        for number, criterion in enumerate(checklist.criteria):
            operation = Operation(
                op_id=str(uuid4()),
                side=side,
                field=Field.ALL,
                base_version=0,
                value=_input(criterion, good=side is Side.SELF or number % 5 > 0),
                reason="Thiếu tài liệu kiểm chứng của quý II." if side is Side.VERIFIED else "Theo báo cáo.",
                note="Đã đối chiếu với hồ sơ lưu tại Bộ phận Một cửa.",
            )
            record_answer(
                inspection.id, checklist, criterion.code, operation, Author(person.id, person.title), make.NOW
            )


def _input(criterion: Criterion, *, good: bool) -> Input:
    match criterion.rule.kind:
        case RuleKind.YES_NO:
            return YesNoInput(good)
        case RuleKind.LEVELS:
            return LevelInput(0 if good else 1)
        case RuleKind.RATIO:
            return RatioInput(Decimal(19 if good else 17), Decimal(20))
        case RuleKind.PENALTY:
            return PenaltyInput(0 if good else 1)
        case _:
            return FreeInput(criterion.max_points if good else 0)


def _accompany(inspection: models.Inspection, checklist: Checklist) -> None:
    """Twenty findings, ten recommendations, 27 tasks of which 14 are done, one report of dossiers."""
    unit = db.session.get_one(models.Unit, inspection.unit_id)
    for criterion in checklist.criteria[:20]:
        make.finding(inspection, criterion.code)
    for _ in range(10):
        make.recommendation(inspection)
    directive = make.directive()
    for number in range(27):
        done = number < 14
        make.task(
            unit,
            directive_id=directive.id,
            due_current=date(2022, 8, 1 + number),
            workflow=Workflow.DONE if done else Workflow.IN_PROGRESS,
            completed_on=date(2022, 8, 1 + number) if done else None,
        )
    make.dossier_report(unit, inspection_id=inspection.id)


def sign_in(app: Flask, name: str, page: str) -> tuple[str, str]:
    """The session cookie, and the CSRF token as the page's own scripts read it."""
    client = app.test_client()
    token = _token(client.get("/login").text)
    reply = client.post("/login", data={"name": name, "password": make.PASSWORD, "csrf_token": token})
    assert reply.status_code == 303, reply.text
    token = _token(client.get(page).text)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return f"{cookie.key}={cookie.value}", token


def _token(html: str) -> str:
    return html.partition('name="csrf-token" content="')[2].partition('"')[0]
