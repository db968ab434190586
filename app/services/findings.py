"""Verbs about findings and recommendations: add, change, remove and bring back.

An ``op_id`` made on the device makes adding safe to repeat. Removing is a mark, so that it can be undone
and stays in the trail.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Action
from ..domain.deadlines import require_deadline
from ..domain.inspections import Direction, FindingKind, Severity, State, require_state
from ..domain.periods import today
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..models import Finding, Inspection, Recommendation
from ._audit import changes, note_event

T = TypeVar("T", Finding, Recommendation)


@dataclass(frozen=True, slots=True)
class FindingText:
    """What a person writes of a finding."""

    kind: FindingKind
    severity: Severity | None
    text: str
    cause: str = ""
    responsibility: str = ""
    legal_basis: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecommendationText:
    """What a person writes of a recommendation."""

    direction: Direction
    text: str
    addressee: str = ""
    report_to: str = ""
    due_on: date | None = None


def _lock(inspection_id: int) -> State:
    """Nobody else writes about this inspection until the end of the verb; gives its state."""
    state = db.session.execute(
        select(Inspection.state).where(Inspection.id == inspection_id).with_for_update()
    ).scalar_one_or_none()
    if state is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return state


def _require_deadline(
    inspection_id: int, due: date | None, now: datetime, direction: Direction = Direction.TO_UNIT
) -> None:
    if due is None:
        return
    visited = db.session.scalar(select(Inspection.inspected_on).where(Inspection.id == inspection_id))
    require_deadline(due, None if direction is Direction.TO_SUPERIOR else visited, today(now))


def _sent_before(table: type[T], inspection_id: int, op_id: str, user_id: int) -> int | None:
    """The id of what this operation made already; :class:`Invalid` when it was somebody else's."""
    existing = db.session.execute(select(table).where(table.op_id == op_id)).scalar_one_or_none()
    if existing is None:
        return None
    if (existing.inspection_id, existing.created_by_id) != (inspection_id, user_id):
        raise Invalid(sentence("Mã thao tác này đã dùng cho một thao tác khác. Hãy tải lại trang."))
    return existing.id


@verb
def add_finding(
    inspection_id: int,
    area_id: int,
    criterion_id: int | None,
    op_id: str,
    written: FindingText,
    recommended: RecommendationText | None,
    user_id: int,
    now: datetime,
) -> int:
    """A finding and, when given, the recommendation that goes with it; gives the finding's id.

    The same ``op_id`` again gives the same finding; one of somebody else's is refused.
    """
    # Under the lock: the same operation twice at the same moment waits here for itself.
    state = _lock(inspection_id)
    made = _sent_before(Finding, inspection_id, op_id, user_id)
    if made is not None:
        return made
    require_state(state, Action.WRITE_FINDINGS)
    _require_deadline(inspection_id, written.due_on or (recommended.due_on if recommended else None), now)
    finding = Finding(
        inspection_id=inspection_id,
        area_id=area_id,
        criterion_id=criterion_id,
        op_id=op_id,
        created_by_id=user_id,
        created_at=now,
        updated_at=now,
        **asdict(written),
    )
    db.session.add(finding)
    db.session.flush()
    if recommended is not None:
        db.session.add(
            Recommendation(
                inspection_id=inspection_id,
                finding_id=finding.id,
                criterion_id=criterion_id,
                op_id=f"{op_id}-kn",
                created_by_id=user_id,
                created_at=now,
                updated_at=now,
                **asdict(recommended),
            )
        )
    data: dict[str, object] = {"finding": finding.id, "after": asdict(written)}
    if recommended is not None:
        data["recommended"] = asdict(recommended)
    note_event("finding.add", "inspection", inspection_id, user_id, now, data)
    return finding.id


@verb
def change_finding(
    inspection_id: int, finding_id: int, version: int, written: FindingText, user_id: int, now: datetime
) -> None:
    """New words for a finding; :class:`Conflict` when somebody changed it since."""
    require_state(_lock(inspection_id), Action.WRITE_FINDINGS)
    finding = _current(Finding, inspection_id, finding_id, version)
    if written.due_on != finding.due_on:
        _require_deadline(inspection_id, written.due_on, now)
    before = {name: getattr(finding, name) for name in asdict(written)}
    for name, value in asdict(written).items():
        setattr(finding, name, value)
    finding.version += 1
    finding.updated_at = now
    data = {"finding": finding_id, **changes(before, asdict(written))}
    note_event("finding.change", "inspection", inspection_id, user_id, now, data)


@verb
def remove_finding(
    inspection_id: int, finding_id: int, user_id: int, now: datetime, *, back: bool = False
) -> None:
    """Takes a finding out (with the recommendations that hang on it), or brings them ``back``."""
    require_state(_lock(inspection_id), Action.WRITE_FINDINGS)
    finding = db.session.get(Finding, finding_id, populate_existing=True)
    if finding is None or finding.inspection_id != inspection_id:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    mark = finding.removed_at
    finding.removed_at = None if back else (mark or now)
    attached = select(Recommendation).where(Recommendation.finding_id == finding_id)
    for recommendation in db.session.execute(attached).scalars():
        if back and recommendation.removed_at == mark:
            recommendation.removed_at = None
        elif not back and recommendation.removed_at is None:
            recommendation.removed_at = finding.removed_at
    action = "finding.restore" if back else "finding.remove"
    note_event(
        action, "inspection", inspection_id, user_id, now, {"finding": finding_id, "text": finding.text}
    )


@verb
def add_recommendation(
    inspection_id: int,
    op_id: str,
    written: RecommendationText,
    user_id: int,
    now: datetime,
    *,
    finding_id: int | None = None,
) -> int:
    """A recommendation in either direction; the same ``op_id`` again gives the same one."""
    state = _lock(inspection_id)
    made = _sent_before(Recommendation, inspection_id, op_id, user_id)
    if made is not None:
        return made
    require_state(state, _action(written.direction))
    _require_deadline(inspection_id, written.due_on, now, written.direction)
    recommendation = Recommendation(
        inspection_id=inspection_id,
        finding_id=finding_id,
        op_id=op_id,
        created_by_id=user_id,
        created_at=now,
        updated_at=now,
        **asdict(written),
    )
    db.session.add(recommendation)
    db.session.flush()
    data = {"recommendation": recommendation.id, "after": asdict(written)}
    note_event("recommendation.add", "inspection", inspection_id, user_id, now, data)
    return recommendation.id


@verb
def change_recommendation(
    inspection_id: int,
    recommendation_id: int,
    version: int,
    written: RecommendationText,
    user_id: int,
    now: datetime,
) -> None:
    """New words for a recommendation; :class:`Conflict` when somebody changed it since."""
    state = _lock(inspection_id)
    recommendation = _current(Recommendation, inspection_id, recommendation_id, version)
    for direction in (recommendation.direction, written.direction):
        require_state(state, _action(direction))
    if written.due_on != recommendation.due_on:
        _require_deadline(inspection_id, written.due_on, now, written.direction)
    before = {name: getattr(recommendation, name) for name in asdict(written)}
    for name, value in asdict(written).items():
        setattr(recommendation, name, value)
    recommendation.version += 1
    recommendation.updated_at = now
    data = {"recommendation": recommendation_id, **changes(before, asdict(written))}
    note_event("recommendation.change", "inspection", inspection_id, user_id, now, data)


@verb
def remove_recommendation(
    inspection_id: int, recommendation_id: int, user_id: int, now: datetime, *, back: bool = False
) -> None:
    state = _lock(inspection_id)
    recommendation = db.session.get(Recommendation, recommendation_id, populate_existing=True)
    if recommendation is None or recommendation.inspection_id != inspection_id:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    require_state(state, _action(recommendation.direction))
    recommendation.removed_at = None if back else now
    action = "recommendation.restore" if back else "recommendation.remove"
    data = {"recommendation": recommendation_id, "text": recommendation.text}
    note_event(action, "inspection", inspection_id, user_id, now, data)


def _action(direction: Direction) -> Action:
    return Action.WRITE_PROPOSALS if direction is Direction.TO_SUPERIOR else Action.WRITE_FINDINGS


def _current(table: type[T], inspection_id: int, id_: int, version: int) -> T:
    row = db.session.get(table, id_, populate_existing=True)
    if row is None or row.inspection_id != inspection_id or row.removed_at is not None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if row.version != version:
        raise Conflict(
            sentence("Người khác vừa sửa mục này. Những gì bạn gõ vẫn ở đây; hãy mở lại để xem bản mới.")
        )
    return row
