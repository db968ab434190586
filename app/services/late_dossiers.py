"""Verbs about the ledger of late dossiers: write one down, correct it, take it out, take in many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from ..db import db, verb
from ..domain.late_dossiers import MOST_ENTRIES, LateEntry, days_late, faults
from ..domain.periods import today
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..models import DossierReport, LateDossier, ReportStatus
from ._audit import changes, note_event

_MISSING = sentence("Không tìm thấy nội dung này.")


def _report(report_id: int) -> DossierReport:
    """The report, locked: what was handed in is not changed, nor is its ledger."""
    report = db.session.get(DossierReport, report_id, populate_existing=True, with_for_update=True)
    if report is None:
        raise Missing(_MISSING)
    if report.status is not ReportStatus.DRAFT:
        raise Conflict(sentence("Biểu đã gửi thì không sửa được; Đoàn cần trả lại trước."))
    return report


def _checked(report: DossierReport, entry: LateEntry, now: datetime) -> LateEntry:
    """The entry with its days counted; :class:`Invalid` at the first field that cannot be true."""
    fault = next(faults(entry, report.period_from, report.period_to, today(now)), None)
    if fault is not None:
        raise Invalid(fault.text, field=fault.field, **fault.params)
    return replace(entry, days_late=days_late(entry.due_on, entry.returned_on, report.period_to))


def _refuse_twin(report_id: int, code: str, own_id: int = 0) -> None:
    same = select(LateDossier.id).where(
        LateDossier.report_id == report_id, LateDossier.code == code, LateDossier.id != own_id
    )
    if db.session.execute(same).first():
        raise Conflict(sentence("Mã hồ sơ %(code)s đã có trong sổ của kỳ này."), field="code", code=code)


def _refuse_too_many(report_id: int, more: int) -> None:
    count = select(func.count()).select_from(LateDossier).where(LateDossier.report_id == report_id)
    if db.session.execute(count).scalar_one() + more > MOST_ENTRIES:
        raise Invalid(sentence("Sổ của một kỳ có tối đa %(most)s hồ sơ."), most=MOST_ENTRIES)


@verb
def add_late(report_id: int, entry: LateEntry, user_id: int, now: datetime) -> int:
    """One more late dossier; :class:`Conflict` when its code is in the ledger already."""
    report = _report(report_id)
    entry = _checked(report, entry, now)
    _refuse_twin(report_id, entry.code)
    _refuse_too_many(report_id, 1)
    row = LateDossier(report_id=report_id, updated_by_id=user_id, updated_at=now, **asdict(entry))
    db.session.add(row)
    db.session.flush()
    note_event("dossier.late_add", "dossier_report", report_id, user_id, now, {"after": _told(entry)})
    return row.id


@verb
def add_many_late(report_id: int, entries: Sequence[LateEntry], user_id: int, now: datetime) -> int:
    """All of them or none, in one statement; gives how many."""
    report = _report(report_id)
    if not entries:
        raise Invalid(sentence("Chưa có dòng nào."), field="text")
    good = [_checked(report, entry, now) for entry in entries]
    codes = [entry.code for entry in good]
    twin = next((code for place, code in enumerate(codes) if code in codes[:place]), None)
    if twin is not None:
        raise Conflict(sentence("Mã hồ sơ %(code)s ghi hai lần."), field="text", code=twin)
    there = select(LateDossier.code).where(LateDossier.report_id == report_id, LateDossier.code.in_(codes))
    known = db.session.execute(there.order_by(LateDossier.code).limit(1)).scalar()
    if known is not None:
        raise Conflict(sentence("Mã hồ sơ %(code)s đã có trong sổ của kỳ này."), field="text", code=known)
    _refuse_too_many(report_id, len(good))
    fixed = {"report_id": report_id, "version": 1, "updated_by_id": user_id, "updated_at": now}
    db.session.execute(insert(LateDossier), [asdict(entry) | fixed for entry in good])
    told = {"added": len(good), "codes": ", ".join(codes)}
    note_event("dossier.late_paste", "dossier_report", report_id, user_id, now, told)
    return len(good)


@verb
def save_late(
    report_id: int, late_id: int, version: int, entry: LateEntry, user_id: int, now: datetime
) -> None:
    """Corrects an entry that nobody else changed since ``version`` was read."""
    report = _report(report_id)
    row = _row(report_id, late_id, version)
    entry = _checked(report, entry, now)
    _refuse_twin(report_id, entry.code, late_id)
    before, after = {name: getattr(row, name) for name in asdict(entry)}, asdict(entry)
    for name, value in after.items():
        setattr(row, name, value)
    row.version = version + 1
    row.updated_by_id, row.updated_at = user_id, now
    data = {"code": entry.code, **changes(before, after)}
    note_event("dossier.late_save", "dossier_report", report_id, user_id, now, data)


@verb
def remove_late(report_id: int, late_id: int, version: int, user_id: int, now: datetime) -> str:
    """Takes an entry out; gives its code. The trail keeps what it said."""
    _report(report_id)
    row = _row(report_id, late_id, version)
    entry = LateEntry(**{name: getattr(row, name) for name in asdict(LateEntry(""))})
    db.session.delete(row)
    before = _told(entry)
    data = {"code": entry.code, "before": before, "after": dict.fromkeys(before)}
    note_event("dossier.late_remove", "dossier_report", report_id, user_id, now, data)
    return entry.code


def _row(report_id: int, late_id: int, version: int) -> LateDossier:
    row = db.session.get(LateDossier, late_id, populate_existing=True, with_for_update=True)
    if row is None or row.report_id != report_id:
        raise Missing(_MISSING)
    if row.version != version:
        raise Conflict(sentence("Dòng này đã được người khác sửa trước khi bạn lưu."), field="version")
    return row


def _told(entry: LateEntry) -> Mapping[str, Any]:
    """What the trail keeps of an entry: what it says, not what it leaves open."""
    return {name: value for name, value in asdict(entry).items() if value not in (None, "", False)}
