"""Reads about attachments: the files of one place, how many each criterion has, one file with its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from ..db import db
from ..domain.attachments import FileKind, Place
from ..domain.inspections import Side
from ..domain.task_steps import Action
from ..models import Area, Attachment, Criterion, Finding, TaskReport, User


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """One file as lists show it."""

    id: int
    op_id: str
    name: str
    kind: FileKind
    size: int
    caption: str
    side: Side | None
    finding_id: int | None
    task_report_id: int | None
    by: str
    by_unit_id: int | None
    at: datetime

    @property
    def is_picture(self) -> bool:
        return self.kind is FileKind.PICTURE

    @property
    def words(self) -> str:
        """What the file shows, as far as anybody said it."""
        return self.caption or self.name


_COLUMNS = (
    Attachment.id,
    Attachment.op_id,
    Attachment.name,
    Attachment.kind,
    Attachment.size,
    Attachment.caption,
    Attachment.side,
    Attachment.finding_id,
    Attachment.task_report_id,
    User.title.label("by"),
    User.unit_id.label("by_unit_id"),
    Attachment.uploaded_at.label("at"),
)


def _lines(*conditions: ColumnElement[bool]) -> list[AttachmentLine]:
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(User, User.id == Attachment.uploaded_by_id)
        .where(Attachment.removed_at.is_(None), *conditions)
        .order_by(Attachment.id)
    )
    return [AttachmentLine(**row._asdict()) for row in rows]


def _shown(until: datetime | None) -> ColumnElement[bool]:
    """The unit's own files, and the delegation's that came by ``until`` (:attr:`InspectionCard.shown_until`)."""
    if until is None:
        return true()
    return or_(Attachment.side == Side.SELF, Attachment.uploaded_at <= until)


def evidence_of_criterion(
    inspection_id: int, criterion_id: int, sides: Collection[Side], until: datetime | None = None
) -> list[AttachmentLine]:
    """The files of one criterion on these sides, oldest first; one SELECT."""
    return _lines(
        Attachment.inspection_id == inspection_id,
        Attachment.criterion_id == criterion_id,
        Attachment.side.in_(sides),
        _shown(until),
    )


def evidence_of_side(inspection_id: int, side: Side) -> dict[int, list[AttachmentLine]]:
    """The files of one side of an inspection by the criterion's id; one SELECT."""
    rows = db.session.execute(
        select(*_COLUMNS, Attachment.criterion_id)
        .join(User, User.id == Attachment.uploaded_by_id)
        .where(
            Attachment.removed_at.is_(None),
            Attachment.inspection_id == inspection_id,
            Attachment.side == side,
        )
        .order_by(Attachment.id)
    )
    found: dict[int, list[AttachmentLine]] = {}
    for row in rows:
        facts = row._asdict()
        found.setdefault(facts.pop("criterion_id"), []).append(AttachmentLine(**facts))
    return found


def evidence_of_findings(
    inspection_id: int, finding_id: int | None = None, until: datetime | None = None
) -> dict[int, list[AttachmentLine]]:
    """The files of the findings of an inspection, or of one, by the finding's id; one SELECT."""
    wanted: list[ColumnElement[bool]] = [Attachment.inspection_id == inspection_id, _shown(until)]
    if finding_id is None:
        wanted.append(Attachment.finding_id.is_not(None))
    else:
        wanted.append(Attachment.finding_id == finding_id)
    found: dict[int, list[AttachmentLine]] = {}
    for line in _lines(*wanted):
        found.setdefault(line.finding_id or 0, []).append(line)
    return found


def evidence_of_task(task_id: int) -> dict[int | None, list[AttachmentLine]]:
    """The files of a task by the report they came with; those of the task itself under ``None``."""
    found: dict[int | None, list[AttachmentLine]] = {}
    for line in _lines(Attachment.task_id == task_id):
        found.setdefault(line.task_report_id, []).append(line)
    return found


def files_of_reports(report_ids: Collection[int]) -> dict[int, list[AttachmentLine]]:
    """The files that came with these reports on tasks, by the report's id; one SELECT."""
    found: dict[int, list[AttachmentLine]] = {}
    for line in _lines(Attachment.task_report_id.in_(report_ids)):
        found.setdefault(line.task_report_id or 0, []).append(line)
    return found


def files_of_directive(directive_id: int) -> list[AttachmentLine]:
    """The files of a directive, oldest first; one SELECT."""
    return _lines(Attachment.directive_id == directive_id)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of the delegation with the codes of its place; ``sha256`` is that of its small copy."""

    id: int
    area_code: str
    criterion_code: str | None
    caption: str
    sha256: str


def photos_of(inspection_id: int) -> list[Photo]:
    """The delegation's pictures in the order of the checklist, those of findings with their criterion; one SELECT."""
    criterion = aliased(Criterion)
    area_id = func.coalesce(criterion.area_id, Finding.area_id)
    rows = db.session.execute(
        select(
            Attachment.id,
            Area.code.label("area_code"),
            criterion.code.label("criterion_code"),
            Attachment.caption,
            Attachment.thumbnail_sha256.label("sha256"),
        )
        .outerjoin(Finding, Finding.id == Attachment.finding_id)
        .outerjoin(criterion, criterion.id == func.coalesce(Attachment.criterion_id, Finding.criterion_id))
        .join(Area, Area.id == area_id)
        .where(
            Attachment.inspection_id == inspection_id,
            Attachment.thumbnail_sha256.is_not(None),
            Attachment.removed_at.is_(None),
            Finding.removed_at.is_(None),
            or_(Attachment.finding_id.is_not(None), Attachment.side == Side.VERIFIED),
        )
        .order_by(Area.place, criterion.place, Attachment.id)
    )
    return [Photo(**row._asdict()) for row in rows]


def evidence_counts(
    inspection_id: int, sides: Collection[Side], until: datetime | None = None
) -> dict[int, int]:
    """How many files each criterion has on these sides, by the criterion's id; one SELECT."""
    rows: Any = db.session.execute(
        select(Attachment.criterion_id, func.count())
        .where(
            Attachment.inspection_id == inspection_id,
            Attachment.side.in_(sides),
            Attachment.removed_at.is_(None),
            _shown(until),
        )
        .group_by(Attachment.criterion_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file with what it belongs to; ``gone`` when it, or its finding, was taken out.

    ``by_unit_id``: the unit of the person who brought it.
    """

    id: int
    name: str
    kind: FileKind
    sha256: str
    thumbnail_sha256: str | None
    place: Place
    by_unit_id: int | None
    at: datetime
    removed: bool
    gone: bool


def place_of(file: Attachment) -> Place:
    """What a file belongs to."""
    return Place(
        inspection_id=file.inspection_id,
        criterion_id=file.criterion_id,
        side=file.side,
        finding_id=file.finding_id,
        task_id=file.task_id,
        task_report_id=file.task_report_id,
        directive_id=file.directive_id,
    )


def get_attachment(attachment_id: int) -> StoredFile | None:
    """The file with its place, whoever asks: the loader decides who may see it."""
    row = db.session.execute(
        select(Attachment, Finding.removed_at.label("finding_removed"), User.unit_id.label("by_unit_id"))
        .join(User, User.id == Attachment.uploaded_by_id)
        .outerjoin(Finding, Finding.id == Attachment.finding_id)
        .where(Attachment.id == attachment_id)
    ).one_or_none()
    if row is None:
        return None
    file: Attachment = row[0]
    return StoredFile(
        id=file.id,
        name=file.name,
        kind=file.kind,
        sha256=file.sha256,
        thumbnail_sha256=file.thumbnail_sha256,
        place=place_of(file),
        by_unit_id=row.by_unit_id,
        at=file.uploaded_at,
        removed=file.removed_at is not None,
        gone=file.removed_at is not None or row.finding_removed is not None,
    )


def get_line(attachment_id: int) -> AttachmentLine | None:
    """One file as a list shows it."""
    return next(iter(_lines(Attachment.id == attachment_id)), None)


def sent_before(op_id: str) -> bool:
    """Whether an operation of this name brought a file already."""
    return db.session.execute(select(Attachment.id).where(Attachment.op_id == op_id)).first() is not None


def attachment_of_op(op_id: str) -> int | None:
    """The file that an operation brought."""
    found: int | None = db.session.execute(
        select(Attachment.id).where(Attachment.op_id == op_id)
    ).scalar_one_or_none()
    return found


def is_report_of(task_id: int, report_id: int) -> bool:
    """Whether this is a report on this task that the unit submitted."""
    found = select(TaskReport.id).where(
        TaskReport.id == report_id, TaskReport.task_id == task_id, TaskReport.action == Action.REPORT
    )
    return db.session.execute(found).first() is not None


def last_report_of(task_id: int) -> int | None:
    """The unit's last report on a task."""
    found = select(func.max(TaskReport.id)).where(
        TaskReport.task_id == task_id, TaskReport.action == Action.REPORT
    )
    return db.session.execute(found).scalar_one_or_none()
