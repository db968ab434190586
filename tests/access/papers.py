"""What the wards of the tests of access work with: tasks, directives, dossier reports, files, digests, lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import current_app
from openpyxl import Workbook

from app import models
from app.db import db
from app.documents.tasks_xlsx import SHEET, Col
from app.domain.access import Role
from app.domain.imports import ImportState
from app.domain.inspections import Side
from app.domain.task_steps import Action as Hop
from app.domain.tasks import Workflow
from app.models import ReportStatus
from app.views._address_mail import token_of
from tests import make
from tests.access.judgements import Judgements
from tests.access.people import ABOVE, DELEGATION, UNIT


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


class Papers(Judgements):
    """A thing of each kind for the ward, and one elsewhere."""

    def _tasks(self) -> None:
        public = (DELEGATION, UNIT, ABOVE)
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
        above = make.directive(number="31/CV-UBND", title=self.secret(ABOVE), unit_id=self.district)
        self.other_directive, self.district_directive = elsewhere.id, above.id

    def _dossiers(self) -> None:
        ward, neighbour = self._of[self.ward], self._of[self.neighbour]
        public = (DELEGATION, UNIT, ABOVE)
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

    def _files(self) -> None:
        """A file in each kind of place; its name, its caption and its bytes are secrets of their own."""
        private, public = (DELEGATION, ABOVE), (DELEGATION, UNIT, ABOVE)
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
        self.district_directive_file = file((ABOVE,), "admin", directive_id=self.district_directive)
        self.task_file = file(public, "head", task=task)
        self.unit_file = file(public, "officer_own", task=task)
        self.report_file = file(public, "officer_own", task=running, task_report_id=report.id)

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

    def _lists(self) -> None:
        """Lists of tasks that the head uploaded: one to be carried in, one with a fault, one that was carried in."""

        def job(faults: list[list[str]], ended_at: datetime | None = None) -> int:
            content = task_list("Phường Cầu Tre")
            row = models.ImportJob(
                user_id=self._accounts["head"].id,
                state=ImportState.DONE if ended_at else ImportState.CHECKED,
                ended_at=ended_at,
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
        moment = make.NOW + timedelta(seconds=1)
        self.carried_list = job([], moment)
        head = self._accounts["head"]
        given = {"created_by_id": head.id, "assigner_unit_id": head.unit_id, "created_at": moment}
        make.task(self._of[self.ward], title=self.secret(DELEGATION, UNIT, ABOVE), **given)
