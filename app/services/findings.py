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
from ..domain.refusals import Invalid, Missing, sentence
from ..models import Finding, Inspection, Recommendation
from ._audit import changes, note_event, on_device
from ._repeated import Sent, changed_since, met

T = TypeVar("T", Finding, Recommendation)
UNNAMED = Sent()


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
    corrected: int = 0,
    device_at: datetime | None = None,
) -> int:
    """A finding and, when given, the recommendation that goes with it; gives the finding's id.

    The same ``op_id`` again gives the same finding, with the new words when it comes ``corrected``; one of somebody
    else's is refused.
    """
    # Under the lock: the same operation twice at the same moment waits here for itself.
    state = _lock(inspection_id)
    made = _sent_before(Finding, inspection_id, op_id, user_id)
    if made is not None:
        sent = Sent(op_id, corrected, device_at)
        if met("finding", inspection_id, made, sent, made=True) is False:
            require_state(state, Action.WRITE_FINDINGS)
            _rewrite_finding(_present(Finding, inspection_id, made), written, sent, user_id, now)
            _rewrite_recommended(_present(Finding, inspection_id, made), recommended, user_id, now)
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
        _recommend(finding, f"{op_id}-kn", recommended, user_id, now)
    data: dict[str, object] = {"finding": finding.id, "after": asdict(written)}
    if recommended is not None:
        data["recommended"] = asdict(recommended)
    data |= on_device(device_at)
    note_event("finding.add", "inspection", inspection_id, user_id, now, data)
    return finding.id


@verb
def change_finding(
    inspection_id: int,
    finding_id: int,
    version: int,
    written: FindingText,
    user_id: int,
    now: datetime,
    sent: Sent = UNNAMED,
) -> None:
    """New words for a finding; :class:`Conflict` when somebody changed it since."""
    state = _lock(inspection_id)
    before = met("finding", inspection_id, finding_id, sent)
    if before:
        return
    require_state(state, Action.WRITE_FINDINGS)
    finding = _current(Finding, inspection_id, finding_id, version if before is None else None)
    _rewrite_finding(finding, written, sent, user_id, now)


def _rewrite_finding(finding: Finding, written: FindingText, sent: Sent, user_id: int, now: datetime) -> None:
    data = {"finding": finding.id, **_rewrite(finding, written, now), **sent.data}
    note_event("finding.change", "inspection", finding.inspection_id, user_id, now, data)


def _rewrite_recommended(
    finding: Finding, written: RecommendationText | None, user_id: int, now: datetime
) -> None:
    """What was asked together with a finding, corrected with it: other words, or nothing any more."""
    name = f"{finding.op_id}-kn"
    row = db.session.execute(select(Recommendation).where(Recommendation.op_id == name)).scalar_one_or_none()
    data: dict[str, object]
    if row is None:
        if written is None:
            return
        row = _recommend(finding, name, written, user_id, now)
        db.session.flush()
        action, data = "recommendation.add", {"after": asdict(written)}
    elif written is not None:
        row.removed_at = None
        action, data = "recommendation.change", _rewrite(row, written, now)
    else:
        row.removed_at = now
        action, data = "recommendation.remove", {"text": row.text}
    data = {"recommendation": row.id, **data}
    note_event(action, "inspection", finding.inspection_id, user_id, now, data)


def _recommend(
    finding: Finding, op_id: str, written: RecommendationText, user_id: int, now: datetime
) -> Recommendation:
    made = Recommendation(
        inspection_id=finding.inspection_id,
        finding_id=finding.id,
        criterion_id=finding.criterion_id,
        op_id=op_id,
        created_by_id=user_id,
        created_at=now,
        updated_at=now,
        **asdict(written),
    )
    db.session.add(made)
    return made


def _rewrite(
    row: Finding | Recommendation, written: FindingText | RecommendationText, now: datetime
) -> dict[str, object]:
    """Puts the new words in; gives what is different, for the event. A deadline is looked at when it changes."""
    if written.due_on != row.due_on:
        direction = written.direction if isinstance(written, RecommendationText) else Direction.TO_UNIT
        _require_deadline(row.inspection_id, written.due_on, now, direction)
    before = {name: getattr(row, name) for name in asdict(written)}
    for name, value in asdict(written).items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = now
    return changes(before, asdict(written))


@verb
def remove_finding(
    inspection_id: int,
    finding_id: int,
    user_id: int,
    now: datetime,
    *,
    back: bool = False,
    version: int = 0,
    sent: Sent = UNNAMED,
) -> None:
    """Takes a finding out (with the recommendations that hang on it), or brings them ``back``.

    ``version``: what the person had in view, where that is known; :class:`Conflict` when it was changed since.
    """
    state = _lock(inspection_id)
    if met("finding", inspection_id, finding_id, sent):
        return
    require_state(state, Action.WRITE_FINDINGS)
    finding = _seen(Finding, inspection_id, finding_id, version)
    mark = finding.removed_at
    finding.removed_at = None if back else (mark or now)
    attached = select(Recommendation).where(Recommendation.finding_id == finding_id)
    for recommendation in db.session.execute(attached).scalars():
        if back and recommendation.removed_at == mark:
            recommendation.removed_at = None
        elif not back and recommendation.removed_at is None:
            recommendation.removed_at = finding.removed_at
    action = "finding.restore" if back else "finding.remove"
    data = {"finding": finding_id, "text": finding.text, **sent.data}
    note_event(action, "inspection", inspection_id, user_id, now, data)


@verb
def add_recommendation(
    inspection_id: int,
    op_id: str,
    written: RecommendationText,
    user_id: int,
    now: datetime,
    *,
    finding_id: int | None = None,
    corrected: int = 0,
    device_at: datetime | None = None,
) -> int:
    """A recommendation in either direction; the same ``op_id`` again gives the same one, as :func:`add_finding`."""
    state = _lock(inspection_id)
    made = _sent_before(Recommendation, inspection_id, op_id, user_id)
    if made is not None:
        sent = Sent(op_id, corrected, device_at)
        if met("recommendation", inspection_id, made, sent, made=True) is False:
            row = _present(Recommendation, inspection_id, made)
            _rewrite_recommendation(state, row, written, sent, user_id, now)
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
    data = {"recommendation": recommendation.id, "after": asdict(written), **on_device(device_at)}
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
    sent: Sent = UNNAMED,
) -> None:
    """New words for a recommendation; :class:`Conflict` when somebody changed it since."""
    state = _lock(inspection_id)
    before = met("recommendation", inspection_id, recommendation_id, sent)
    if before:
        return
    row = _current(Recommendation, inspection_id, recommendation_id, version if before is None else None)
    _rewrite_recommendation(state, row, written, sent, user_id, now)


def _rewrite_recommendation(
    state: State, row: Recommendation, written: RecommendationText, sent: Sent, user_id: int, now: datetime
) -> None:
    for direction in (row.direction, written.direction):
        require_state(state, _action(direction))
    data = {"recommendation": row.id, **_rewrite(row, written, now), **sent.data}
    note_event("recommendation.change", "inspection", row.inspection_id, user_id, now, data)


@verb
def remove_recommendation(
    inspection_id: int,
    recommendation_id: int,
    user_id: int,
    now: datetime,
    *,
    back: bool = False,
    version: int = 0,
    sent: Sent = UNNAMED,
) -> None:
    """As :func:`remove_finding`."""
    state = _lock(inspection_id)
    if met("recommendation", inspection_id, recommendation_id, sent):
        return
    recommendation = _seen(Recommendation, inspection_id, recommendation_id, version)
    require_state(state, _action(recommendation.direction))
    recommendation.removed_at = None if back else now
    action = "recommendation.restore" if back else "recommendation.remove"
    data = {"recommendation": recommendation_id, "text": recommendation.text, **sent.data}
    note_event(action, "inspection", inspection_id, user_id, now, data)


def _action(direction: Direction) -> Action:
    return Action.WRITE_PROPOSALS if direction is Direction.TO_SUPERIOR else Action.WRITE_FINDINGS


def _current(table: type[T], inspection_id: int, id_: int, version: int | None) -> T:
    """The row as it stands; ``version``: what the person had in view, or none after the device's own change."""
    row = _present(table, inspection_id, id_)
    if version is not None and row.version != version:
        raise changed_since()
    return row


def _present(table: type[T], inspection_id: int, id_: int) -> T:
    row = _seen(table, inspection_id, id_)
    if row.removed_at is not None:
        raise Missing(sentence("Mục này đã được bỏ khỏi biên bản nên không sửa được nữa."))
    return row


def _seen(table: type[T], inspection_id: int, id_: int, version: int = 0) -> T:
    """Also one that was taken out; ``version`` 0 where nobody knows what the person had in view."""
    row = db.session.get(table, id_, populate_existing=True)
    if row is None or row.inspection_id != inspection_id:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if version and row.version != version:
        raise changed_since()
    return row
