"""Reads of the trail for people: events and changes of scores as one list, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, literal, or_, select, union_all

from ..db import db
from ..models import (
    AnswerChange,
    Attachment,
    AuditEvent,
    Campaign,
    Checklist,
    ChecklistVersion,
    Criterion,
    Delegation,
    Directive,
    DossierReport,
    Finding,
    Inspection,
    Outcome,
    Recommendation,
    Task,
    Unit,
    User,
)

PAGE_SIZE = 50
# Beyond this nobody leafs: one filters. It also bounds what a page may cost.
MOST = 10_000

SAVED, CONFLICT = "answer.save", "answer.conflict"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the list shows. ``action``: one action, or the beginning of several («finding.»).

    ``within``: only an inspection and its delegation, as ids; ``criterion``: and only what was done about the
    criterion of this code.
    """

    users: frozenset[int] | None = None
    action: str = ""
    kind: str = ""
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: tuple[int, int] | None = None
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody did. Changes of scores have the device's time and, in ``data``, their criterion."""

    at: datetime
    device_at: datetime | None
    user_id: int | None
    by: str
    action: str
    object_kind: str
    object_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trail:
    """One page; ``names``: (kind, id) → what the thing is called now."""

    lines: tuple[Line, ...]
    names: Mapping[tuple[str, int], str]
    total: int
    page: int
    page_size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.page_size))

    @property
    def full(self) -> bool:
        """Whether there is more than is counted and shown."""
        return self.total >= MOST


def trail_page(wanted: TrailFilter, page: int = 1, page_size: int = PAGE_SIZE) -> Trail:
    """One page in at most fifteen SELECTs, whatever is on it."""
    events = select(
        literal("event").label("source"), AuditEvent.id.label("id"), AuditEvent.at.label("at")
    ).where(*_of_events(wanted))
    changes = select(
        literal("change").label("source"), AnswerChange.id.label("id"), AnswerChange.at.label("at")
    ).where(*_of_changes(wanted))
    both = [
        part.order_by(column.at.desc(), column.id.desc()).limit(MOST).subquery()
        for part, column in ((events, AuditEvent), (changes, AnswerChange))
    ]
    found = union_all(*(select(part) for part in both)).subquery()
    total = min(MOST, db.session.execute(select(func.count()).select_from(found)).scalar_one())
    page = min(max(page, 1), max(1, -(-total // page_size)))
    places = db.session.execute(
        select(found.c.source, found.c.id)
        .order_by(found.c.at.desc(), found.c.source.desc(), found.c.id.desc())
        .limit(min(page_size, MOST - (page - 1) * page_size))
        .offset((page - 1) * page_size)
    ).all()
    known: dict[tuple[str, int], Line] = {}
    known |= _events([id_ for source, id_ in places if source == "event"])
    known |= _changes([id_ for source, id_ in places if source == "change"])
    lines = tuple(known[source, id_] for source, id_ in places if (source, id_) in known)
    return Trail(lines, names_of(lines), total, page, page_size)


def _of_events(wanted: TrailFilter) -> list[ColumnElement[bool]]:
    conditions = _common(wanted, AuditEvent)
    if wanted.within is not None:
        inspection_id, delegation_id = wanted.within
        conditions.append(
            or_(
                and_(AuditEvent.object_kind == "inspection", AuditEvent.object_id == inspection_id),
                and_(AuditEvent.object_kind == "delegation", AuditEvent.object_id == delegation_id),
            )
        )
    if wanted.criterion:
        conditions.append(_about(wanted))
    if wanted.action:
        if wanted.action.endswith("."):
            conditions.append(AuditEvent.action.startswith(wanted.action, autoescape=True))
        else:
            conditions.append(AuditEvent.action == wanted.action)
    if wanted.kind:
        conditions.append(AuditEvent.object_kind == wanted.kind)
    if wanted.object_id is not None:
        conditions.append(AuditEvent.object_id == wanted.object_id)
    return conditions


# What an event of an inspection may be about, beside a criterion that it names itself.
_THINGS: dict[str, type[Finding] | type[Recommendation] | type[Attachment]] = {
    "finding": Finding,
    "recommendation": Recommendation,
    "attachment": Attachment,
}


def _about(wanted: TrailFilter) -> ColumnElement[bool]:
    """Events that name the criterion's code, or a finding, recommendation or file of it; one SELECT."""
    inspection_id = wanted.within[0] if wanted.within else 0
    things = union_all(
        *(
            select(literal(kind).label("kind"), table.id.label("id"))
            .join(Criterion, Criterion.id == table.criterion_id)
            .where(table.inspection_id == inspection_id, Criterion.code == wanted.criterion)
            for kind, table in _THINGS.items()
        ),
        # A file of a finding of the criterion.
        select(literal("attachment"), Attachment.id)
        .join(Finding, Finding.id == Attachment.finding_id)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.inspection_id == inspection_id, Criterion.code == wanted.criterion),
    )
    # As text, which both databases can search; a code stands in it in quotes, by itself or in a list.
    text = cast(AuditEvent.data, Text)
    named = [text.contains(f'"{wanted.criterion}"', autoescape=True)]
    for kind, id_ in sorted((row.kind, row.id) for row in db.session.execute(things)):
        named += [text.contains(f'"{kind}": {id_}{end}', autoescape=True) for end in ",}"]
    return or_(*named)


def _of_changes(wanted: TrailFilter) -> list[ColumnElement[bool]]:
    conditions = _common(wanted, AnswerChange)
    if wanted.within is not None:
        conditions.append(AnswerChange.inspection_id == wanted.within[0])
    if wanted.kind not in {"", "inspection"} or wanted.action not in {"", "answer.", SAVED, CONFLICT}:
        conditions.append(false())
    if wanted.action in {SAVED, CONFLICT}:
        outcome = Outcome.ACCEPTED if wanted.action == SAVED else Outcome.CONFLICT
        conditions.append(AnswerChange.outcome == outcome)
    if wanted.object_id is not None:
        conditions.append(AnswerChange.inspection_id == wanted.object_id)
    if wanted.criterion:
        of_code = select(Criterion.id).where(Criterion.code == wanted.criterion)
        conditions.append(AnswerChange.criterion_id.in_(of_code))
    return conditions


def _common(wanted: TrailFilter, table: type[AuditEvent] | type[AnswerChange]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.users is not None:
        conditions.append(table.user_id.in_(wanted.users))
    if wanted.since is not None:
        conditions.append(table.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(table.at < wanted.until)
    return conditions


def _events(ids: list[int]) -> dict[tuple[str, int], Line]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(AuditEvent, func.coalesce(User.title, "").label("by"))
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(AuditEvent.id.in_(ids))
    )
    lines = {}
    for event, by in rows:
        data = dict(event.data)
        # The device's own clock, where the thing was written on one.
        told = data.pop("device_at", None)
        device_at = datetime.fromisoformat(told) if told else None
        lines["event", event.id] = Line(
            event.at, device_at, event.user_id, by, event.action, event.object_kind, event.object_id, data
        )
    return lines


def _changes(ids: list[int]) -> dict[tuple[str, int], Line]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(AnswerChange, Criterion.code, User.title)
        .join(Criterion, Criterion.id == AnswerChange.criterion_id)
        .join(User, User.id == AnswerChange.user_id)
        .where(AnswerChange.id.in_(ids))
    )
    lines = {}
    for change, code, by in rows:
        refused = change.outcome is Outcome.CONFLICT
        data = {
            "criterion": code,
            "side": change.side.value,
            "round": change.round,
            "before": change.before or {},
            "after": change.sent if refused else (change.after or {}),
        }
        action = CONFLICT if refused else SAVED
        lines["change", change.id] = Line(
            change.at, change.device_at, change.user_id, by, action, "inspection", change.inspection_id, data
        )
    return lines


def people_named(folded: str, fold: Any) -> frozenset[int]:
    """Ids of the accounts whose name or title holds these folded words; one SELECT."""
    rows = db.session.execute(select(User.id, User.name, User.title))
    return frozenset(row.id for row in rows if folded in fold(f"{row.name} {row.title}"))


def names_of(lines: Iterable[Line]) -> dict[tuple[str, int], str]:
    """What the things in these lines are called; one SELECT for each kind that occurs."""
    wanted: dict[str, set[int]] = {}
    for line in lines:
        if line.object_id is not None:
            wanted.setdefault(line.object_kind, set()).add(line.object_id)
        for part in (line.data, line.data.get("before"), line.data.get("after")):
            _collect(part, wanted)
    names: dict[tuple[str, int], str] = {}
    for kind, ids in wanted.items():
        if kind in _NAMES:
            rows = db.session.execute(_NAMES[kind].where(_ID[kind].in_(ids)))
            for id_, *parts in rows:
                names[kind, int(id_)] = " – ".join(str(part) for part in parts if part)
    return names


_REFERENCES = {
    "unit_id": "unit",
    "from_unit_id": "unit",
    "to": "unit",
    "user_id": "user",
    "user": "user",
    "delegation_id": "delegation",
    "version_id": "checklist_version",
    "directive_id": "directive",
}


def _collect(part: Any, wanted: dict[str, set[int]]) -> None:
    if not isinstance(part, Mapping):
        return
    for name, value in part.items():
        if name in _REFERENCES:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, int) and not isinstance(one, bool):
                    wanted.setdefault(_REFERENCES[name], set()).add(one)
        elif name == "members" and isinstance(value, list):
            for member in value:
                _collect(member, wanted)


_ID = {
    "inspection": Inspection.id,
    "delegation": Delegation.id,
    "campaign": Campaign.id,
    "user": User.id,
    "unit": Unit.id,
    "checklist_version": ChecklistVersion.id,
    "directive": Directive.id,
    "task": Task.id,
    "dossier_report": DossierReport.id,
}
_NAMES = {
    "inspection": select(Inspection.id, Unit.name, Inspection.period_label).join(
        Unit, Unit.id == Inspection.unit_id
    ),
    "delegation": select(Delegation.id, Delegation.name),
    "campaign": select(Campaign.id, Campaign.title),
    "user": select(User.id, User.title),
    "unit": select(Unit.id, Unit.name),
    "checklist_version": select(ChecklistVersion.id, Checklist.name, ChecklistVersion.version).join(
        Checklist, Checklist.id == ChecklistVersion.checklist_id
    ),
    "directive": select(Directive.id, Directive.number, Directive.title),
    "task": select(Task.id, Task.title),
    "dossier_report": select(DossierReport.id, Unit.name, DossierReport.period_label).join(
        Unit, Unit.id == DossierReport.unit_id
    ),
}
