"""Bonus and deduction of an inspection: each with a reason, within the checklist's ceilings."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from ..db import db, verb
from ..domain.access import Action
from ..domain.checklists import Checklist
from ..domain.inspections import require_state
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..models import Inspection
from ..vietnamese import points
from ._audit import note_event


@dataclass(frozen=True, slots=True)
class Adjustments:
    """Whole hundredths ≥ 0, each with its reason."""

    bonus: int
    bonus_reason: str
    deduction: int
    deduction_reason: str


@verb
def adjust_score(
    inspection_id: int, checklist: Checklist, version: int, given: Adjustments, user_id: int, now: datetime
) -> None:
    """Sets both. :class:`Invalid` above a ceiling or without a reason; :class:`Conflict` when stale."""
    inspection = db.session.get(Inspection, inspection_id, populate_existing=True, with_for_update=True)
    if inspection is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if not inspection.scoring:
        raise Conflict(sentence("Cuộc kiểm tra, giám sát này không chấm điểm."))
    require_state(inspection.state, Action.ADJUST_SCORE)
    if inspection.version != version:
        raise Conflict(sentence("Người khác vừa sửa cuộc kiểm tra này. Những gì bạn gõ vẫn ở đây."))
    _check("bonus", given.bonus, given.bonus_reason, checklist.bonus_max)
    _check("deduction", given.deduction, given.deduction_reason, checklist.deduction_max)
    before = {name: getattr(inspection, name) for name in asdict(given)}
    for name, value in asdict(given).items():
        setattr(inspection, name, value)
    inspection.version += 1
    data = {"before": before, "after": asdict(given)}
    note_event("inspection.adjust", "inspection", inspection_id, user_id, now, data)


def _check(field: str, value: int, reason: str, most: int) -> None:
    if value > most:
        raise Invalid(
            sentence("Bộ tiêu chí cho phép nhiều nhất %(most)s điểm."), field=field, most=points(most)
        )
    if value and not reason:
        raise Invalid(sentence("Hãy ghi lý do và minh chứng."), field=f"{field}_reason")
