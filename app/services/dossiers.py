"""Verbs about dossier reports: begin one, save its figures, hand it in, confirm it, give it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select

from ..db import db, verb
from ..domain import dossier_checks, dossiers
from ..domain.dossiers import Report
from ..domain.inspections import State
from ..domain.periods import Period
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..models import DossierLine, DossierReport, Inspection, ReportSource, ReportStatus
from ._audit import changes, note_event


@dataclass(frozen=True)
class Filled:
    """What a person typed into the form; ``explanations`` by the check's code."""

    report: Report
    explanations: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@verb
def create_report(
    unit_id: int,
    period: Period,
    source: ReportSource,
    rows: tuple[str, ...],
    user_id: int,
    now: datetime,
) -> int:
    """An empty report with ``rows`` as fields; :class:`Conflict` when the period has one already.

    It is linked with the latest inspection of the unit that has the same period.
    """
    same = (
        DossierReport.unit_id == unit_id,
        DossierReport.period_from == period.start,
        DossierReport.period_to == period.end,
        DossierReport.source == source,
    )
    if db.session.execute(select(DossierReport.id).where(*same)).first():
        raise Conflict(sentence("Đơn vị đã có biểu của kỳ này; hãy mở biểu đó để sửa."), field="period_from")
    report = DossierReport(
        unit_id=unit_id,
        inspection_id=_inspection_of(unit_id, period.start, period.end),
        period_from=period.start,
        period_to=period.end,
        period_label=period.label,
        source=source,
        extra={},
        explanations={},
        updated_by_id=user_id,
        updated_at=now,
        created_at=now,
    )
    db.session.add(report)
    db.session.flush()
    _write_lines(report.id, Report(dossiers.Figures(), tuple(dossiers.Line(row, _EMPTY) for row in rows)))
    note_event("dossier.create", "dossier_report", report.id, user_id, now, _created(unit_id, period, source))
    return report.id


_EMPTY = dossiers.Figures()


def _created(unit_id: int, period: Period, source: ReportSource) -> dict[str, Any]:
    given = {"unit_id": unit_id, "period_from": period.start, "period_to": period.end, "source": source}
    return {"after": given}


def _inspection_of(unit_id: int, period_from: date, period_to: date) -> int | None:
    return db.session.execute(
        select(Inspection.id)
        .where(
            Inspection.unit_id == unit_id,
            Inspection.period_from == period_from,
            Inspection.period_to == period_to,
            Inspection.state != State.HUY,
        )
        .order_by(Inspection.id.desc())
        .limit(1)
    ).scalar()


def _report(report_id: int, version: int) -> DossierReport:
    """The row, locked; :class:`Conflict` when somebody changed it after the person had opened it."""
    report = db.session.get(DossierReport, report_id, populate_existing=True, with_for_update=True)
    if report is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if report.version != version:
        raise Conflict(sentence("Biểu này đã được người khác sửa trước khi bạn lưu."), field="version")
    return report


def _write_lines(report_id: int, report: Report) -> None:
    """The total row at place 0, then the fields in their order; all rows in one statement."""
    rows = [("", True, report.total), *((line.field, False, line.figures) for line in report.lines)]
    db.session.execute(
        insert(DossierLine),
        [
            {"report_id": report_id, "place": place, "field": name, "is_total": is_total, **asdict(figures)}
            for place, (name, is_total, figures) in enumerate(rows)
        ],
    )


@verb
def save_report(report_id: int, version: int, filled: Filled, user_id: int, now: datetime) -> int:
    """Replaces figures, explanations and note as one; gives the new version.

    A broken identity never stands in the way; an explanation is kept as long as its identity is broken.
    """
    report = _report(report_id, version)
    if report.status is not ReportStatus.DRAFT:
        raise Conflict(sentence("Biểu đã gửi thì không sửa được; Đoàn cần trả lại trước."))
    value, was = filled.report, _written(report)
    extra: dict[str, Any] = {**dossiers.extras_to_json(value.extras)}
    if value.online_practice is not None:
        extra["online_practice"] = value.online_practice.value
    # What was typed before there were entries in the ledger is kept, and so is not taken for their number.
    typed = value.late_ledger if value.ledger is None else report.extra.get("late_ledger")
    if typed is not None:
        extra["late_ledger"] = typed
    if "return_reason" in report.extra:
        extra["return_reason"] = report.extra["return_reason"]
    broken = {check.code for check in dossier_checks.broken(value)}
    report.extra = extra
    report.explanations = {
        code: text for code, text in filled.explanations.items() if text and code in broken
    }
    report.note = filled.note
    report.version = version + 1
    report.updated_by_id, report.updated_at = user_id, now
    old = was | _stored_figures(report_id)
    db.session.execute(delete(DossierLine).where(DossierLine.report_id == report_id))
    _write_lines(report_id, value)
    new = _written(report) | _figures(value)
    gone = dict.fromkeys(old.keys() - new.keys())
    note_event(
        "dossier.save",
        "dossier_report",
        report_id,
        user_id,
        now,
        {"version": report.version, **changes(old, new | gone)},
    )
    return report.version


def _written(report: DossierReport) -> dict[str, Any]:
    """What the trail keeps of a report beside its figures."""
    own = {"note": report.note, "explanations": dict(report.explanations)}
    return own | {name: value for name, value in report.extra.items() if name != "return_reason"}


def _stored_figures(report_id: int) -> dict[str, Any]:
    """«field.column» → figure; the total row has no field."""
    columns = [getattr(DossierLine, column.name) for column in dossiers.COLUMNS]
    rows = db.session.execute(select(DossierLine.field, *columns).where(DossierLine.report_id == report_id))
    return {
        f"{row.field}.{column.name}": getattr(row, column.name)
        for row in rows
        for column in dossiers.COLUMNS
        if getattr(row, column.name) is not None
    }


def _figures(report: Report) -> dict[str, Any]:
    rows = [("", report.total), *((line.field, line.figures) for line in report.lines)]
    return {
        f"{name}.{column}": value
        for name, figures in rows
        for column, value in asdict(figures).items()
        if value is not None
    }


def _move(
    report_id: int,
    version: int,
    came: tuple[ReportStatus, ...],
    goes: ReportStatus,
    user_id: int,
    now: datetime,
) -> DossierReport:
    report = _report(report_id, version)
    if report.status not in came:
        raise Conflict(sentence("Biểu đang ở bước không cho phép việc này."))
    report.status = goes
    report.version = version + 1
    report.updated_by_id, report.updated_at = user_id, now
    return report


@verb
def submit_report(report_id: int, version: int, user_id: int, now: datetime) -> None:
    """Hands the figures in; from now on they are not edited. An empty form is :class:`Invalid`."""
    report = _move(report_id, version, (ReportStatus.DRAFT,), ReportStatus.SUBMITTED, user_id, now)
    figures = [getattr(DossierLine, column.name).is_not(None) for column in dossiers.COLUMNS]
    total = select(DossierLine.id).where(DossierLine.report_id == report_id, DossierLine.is_total)
    if not db.session.execute(total.where(or_(*figures))).first():
        raise Invalid(sentence("Dòng tổng chưa có số liệu nào; hãy nhập và lưu trước khi gửi."))
    report.extra = {name: value for name, value in report.extra.items() if name != "return_reason"}
    note_event("dossier.submit", "dossier_report", report_id, user_id, now, {"version": version + 1})


@verb
def confirm_report(report_id: int, version: int, user_id: int, now: datetime) -> None:
    """The delegation has compared the figures with the unit's books."""
    _move(report_id, version, (ReportStatus.SUBMITTED,), ReportStatus.CONFIRMED, user_id, now)
    note_event("dossier.confirm", "dossier_report", report_id, user_id, now, {"version": version + 1})


@verb
def return_report(report_id: int, version: int, reason: str, user_id: int, now: datetime) -> None:
    """Opens a report again for the unit, with the reason it reads there."""
    if not reason:
        raise Invalid(sentence("Hãy ghi lý do trả lại."), field="reason")
    came = (ReportStatus.SUBMITTED, ReportStatus.CONFIRMED)
    report = _move(report_id, version, came, ReportStatus.DRAFT, user_id, now)
    report.extra = {**report.extra, "return_reason": reason}
    note_event("dossier.return", "dossier_report", report_id, user_id, now, {"reason": reason})
