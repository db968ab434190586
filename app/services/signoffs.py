"""Verbs about sign-offs: confirm an area's result, take it back, disagree in writing, decide a disagreement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Action, Role
from ..domain.checklists import Area, Checklist
from ..domain.inspections import require_state
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.scoring import sum_of_area
from ..domain.signoffs import Decision, require_may_decide
from ..models import Area as AreaRow
from ..models import AreaSignoff, Inspection
from ..queries.signoffs import last_changes, signoffs_of
from ._audit import note_event
from ._signoffs import verified_and_gaps
from ._steps import locked_inspection

_NAMED = 5


@verb
def sign_area(
    inspection_id: int, checklist: Checklist, area_code: str, opinion: str | None, user_id: int, now: datetime
) -> None:
    """Confirms the area's scores as they stand; ``opinion``: a divergent one, ``None`` leaves what is there.

    Raises :class:`Conflict` while a criterion of the area is not finished or the state takes no sign-off.
    """
    inspection = _open(inspection_id, Action.SIGN_AREA)
    area = checklist.areas_by_code[area_code]
    verified, lacking = verified_and_gaps(inspection, checklist, area)
    if lacking:
        raise Conflict(
            sentence("Chưa xác nhận được: lĩnh vực còn %(count)s tiêu chí chưa xong (%(codes)s)."),
            count=len(lacking),
            codes=", ".join(lacking[:_NAMED]) + (" …" if len(lacking) > _NAMED else ""),
        )
    row = _row(inspection, area, user_id)
    if opinion is not None and opinion != row.opinion:
        data = _set_opinion(row, area, opinion, now)
        note_event("area.opinion", "inspection", inspection_id, user_id, now, data)
    last = last_changes(inspection_id, row.round, checklist).get(area_code, 0)
    if row.signed_at is not None and last <= (row.last_change_id or 0):
        return  # tapped twice
    total = sum_of_area(area, {id_: answer.scored for id_, answer in verified.items()})
    row.signed_at, row.last_change_id = now, last or None
    row.points, row.max_points = total.points, total.max_points
    row.answered, row.total = total.answered, total.total
    data = {"area": area_code, "appraisal": row.round, "points": total.points}
    note_event("area.sign", "inspection", inspection_id, user_id, now, data)


@verb
def withdraw_signoff(
    inspection_id: int, checklist: Checklist, area_code: str, user_id: int, now: datetime
) -> None:
    """Takes one's own sign-off back; an opinion stays."""
    inspection = _open(inspection_id, Action.SIGN_AREA)
    row = _row(inspection, checklist.areas_by_code[area_code], user_id)
    if row.signed_at is None and not _is_kept(row, checklist, area_code):
        raise Conflict(sentence("Bạn chưa xác nhận lĩnh vực này."))
    row.signed_at = row.last_change_id = None
    row.points = row.max_points = row.answered = row.total = 0
    data = {"area": area_code, "appraisal": row.round}
    note_event("area.withdraw", "inspection", inspection_id, user_id, now, data)


@verb
def record_opinion(
    inspection_id: int, checklist: Checklist, area_code: str, opinion: str, user_id: int, now: datetime
) -> None:
    """A divergent opinion on any area, one's own or another's; an empty one takes it back."""
    inspection = _open(inspection_id, Action.SIGN_AREA)
    area = checklist.areas_by_code[area_code]
    row = _row(inspection, area, user_id)
    if not opinion and not row.opinion:
        raise Invalid(sentence("Hãy ghi ý kiến khác của bạn."), field="opinion")
    if opinion != row.opinion:
        data = _set_opinion(row, area, opinion, now)
        note_event("area.opinion", "inspection", inspection_id, user_id, now, data)


@verb
def decide_opinion(
    inspection_id: int,
    signoff_id: int,
    version: int,
    decision: Decision,
    reason: str,
    role: Role | None,
    user_id: int,
    now: datetime,
) -> None:
    """The head's decision on an opinion as it was read in ``version``, with its reason."""
    inspection = _open(inspection_id, Action.DECIDE_OPINION)
    row = db.session.get(AreaSignoff, signoff_id, populate_existing=True)
    if row is None or row.inspection_id != inspection_id or row.round != inspection.round:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    require_may_decide(role, row.user_id == user_id)
    if row.version != version or not row.opinion:
        raise Conflict(sentence("Ý kiến này vừa được sửa hoặc đã có quyết định. Hãy đọc lại rồi quyết định."))
    if not reason:
        raise Invalid(sentence("Hãy ghi lý do của quyết định."), field="reason")
    before = {"decision": row.decision, "reason": row.decision_reason}
    row.decision, row.decision_reason = decision, reason
    row.decided_by_id, row.decided_at = user_id, now
    row.version += 1
    data = {
        "area": db.session.get_one(AreaRow, row.area_id).code,
        "appraisal": row.round,
        "user_id": row.user_id,
        "divergent": row.opinion,
        "before": before,
        "after": {"decision": decision, "reason": reason},
    }
    note_event("area.decide", "inspection", inspection_id, user_id, now, data)


def _open(inspection_id: int, action: Action) -> Inspection:
    """The inspection, kept for this transaction: nobody scores it meanwhile."""
    inspection = locked_inspection(inspection_id)
    if not inspection.scoring:
        raise Conflict(sentence("Cuộc kiểm tra, giám sát này không chấm điểm."))
    require_state(inspection.state, action)
    return inspection


def _row(inspection: Inspection, area: Area, user_id: int) -> AreaSignoff:
    """This person's row of this round, a new one if there is none."""
    place = {
        "inspection_id": inspection.id,
        "area_id": area.id,
        "round": inspection.round,
        "user_id": user_id,
    }
    row = db.session.execute(
        select(AreaSignoff).filter_by(**place).execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        row = AreaSignoff(**place, opinion="", version=1)
        db.session.add(row)
    return row


def _is_kept(row: AreaSignoff, checklist: Checklist, area_code: str) -> bool:
    """Whether a row just begun has a sign-off of the first round before it; with the row that holds no longer."""
    if row.id is not None:
        return False
    with db.session.no_autoflush:
        found = signoffs_of(row.inspection_id, row.round, checklist)
    return any(said.kept and (said.area, said.user_id) == (area_code, row.user_id) for said in found.said)


def _set_opinion(row: AreaSignoff, area: Area, opinion: str, now: datetime) -> dict[str, object]:
    """Another text is another opinion: what was decided on the former one stays in the trail only. The event."""
    if not opinion and row.decision is not None:
        raise Conflict(sentence("Trưởng đoàn đã quyết định ý kiến này nên không bỏ được nữa."))
    before = {"divergent": row.opinion, "decision": row.decision, "reason": row.decision_reason}
    row.opinion, row.opinion_at = opinion, now if opinion else None
    row.decision, row.decision_reason, row.decided_by_id, row.decided_at = None, "", None, None
    row.version += 1
    after = {"divergent": opinion, "decision": None, "reason": ""}
    return {"area": area.code, "appraisal": row.round, "before": before, "after": after}
