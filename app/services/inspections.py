"""Verbs about inspections: add some for several units, correct one, go a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Role
from ..domain.announcements import require_still_secret
from ..domain.conclusions import TO_CONCLUDE
from ..domain.inspection_texts import Inspected, InspectionText, check_units
from ..domain.inspections import (
    EDITABLE,
    CampaignKind,
    InspectionKind,
    Side,
    State,
    find_step,
    is_early,
    require_due,
)
from ..domain.locking import require_finished
from ..domain.periods import today
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.remedies import require_settled
from ..domain.units import Validity
from ..models import Campaign, ChecklistVersion, Delegation, Inspection, MinutesRevision, Unit
from ..queries.answers import answer_sheet
from ..queries.checklists import checklist_value
from ..queries.inspections import is_scored, published_versions
from ..queries.planned_area import outside, planned_area
from ..queries.remedies import unsettled_tasks
from ._audit import note_event, note_events
from ._explained import require_explained
from ._reinspected import release_tasks
from ._reopened import ask_opinion_anew
from ._signoffs import require_areas_signed
from ._steps import locked_inspection, move, note_step
from ._visits import require_order


@verb
def add_inspections(
    delegation_id: int,
    unit_ids: Sequence[int],
    version_id: int | None,
    text: InspectionText,
    user_id: int,
    now: datetime,
    *,
    scored_supervision: bool = False,
) -> list[int]:
    """One inspection per unit, all or none, each pinned to the published checklist version; the ids.

    They begin as draft, or as decided when the delegation's decision is already on file. A giám sát is scored
    only when it is asked for; else nobody chooses a version, and the newest one just divides into areas.
    """
    delegation = db.session.get(Delegation, delegation_id, populate_existing=True, with_for_update=True)
    if delegation is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    kind = db.session.execute(select(Campaign.kind).where(Campaign.id == delegation.campaign_id)).scalar_one()
    scoring = kind is CampaignKind.KIEM_TRA or scored_supervision
    if version_id is None and not scoring:
        version_id = next((choice.id for choice in published_versions()), None)
    version = db.session.get(ChecklistVersion, version_id) if version_id else None
    if version is None or version_id is None or version.published_at is None:
        raise Invalid(sentence("Chỉ dùng được phiên bản bộ tiêu chí đã công bố."), field="version_id")
    units = _units(unit_ids)
    check_units(map(_inspected, units), text.inspected_on, version.level if scoring else None)
    _require_own_area(units, user_id)
    _refuse_twins([unit.id for unit in units], delegation_id, text)
    state = State.DA_CO_QUYET_DINH if delegation.decision_number else State.DU_THAO
    rows = [
        Inspection(
            delegation_id=delegation_id,
            unit_id=unit.id,
            version_id=version_id,
            scoring=scoring,
            state=state,
            previous_id=_previous(unit.id, text),
            created_by_id=user_id,
            created_at=now,
            **_columns(text),
        )
        for unit in units
    ]
    db.session.add_all(rows)
    db.session.flush()
    ids = [row.id for row in rows]
    for inspection_id in ids:
        note_step(inspection_id, None, state, "", user_id, now)
    given = {"delegation_id": delegation_id, "version_id": version_id, "state": state, **_columns(text)}
    added = [(row.id, {"after": {"unit_id": row.unit_id, **given}}) for row in rows]
    note_events("inspection.add", "inspection", added, user_id, now)
    return ids


def _units(unit_ids: Sequence[int]) -> list[Unit]:
    if not unit_ids:
        raise Invalid(sentence("Hãy chọn ít nhất một đơn vị."), field="unit_ids")
    ids = list(dict.fromkeys(unit_ids))
    found = {unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    if len(found) != len(ids):
        raise Invalid(sentence("Không có đơn vị này."), field="unit_ids")
    return [found[unit_id] for unit_id in ids]


def _require_own_area(units: Sequence[Unit], user_id: int) -> None:
    """Nobody lets themselves into another province's units by writing down that they inspect them."""
    area = planned_area(user_id)
    elsewhere = outside(area, units)
    if area is not None and elsewhere:
        raise Invalid(
            sentence("Ngoài địa bàn của cơ quan bạn (%(area)s): %(units)s."),
            field="unit_ids",
            area=area.name,
            units="; ".join(elsewhere),
        )


def _inspected(unit: Unit) -> Inspected:
    return Inspected(unit.name, unit.kind, Validity(unit.valid_from, unit.valid_to))


def _refuse_twins(
    unit_ids: Sequence[int], delegation_id: int, text: InspectionText, own_id: int | None = None
) -> None:
    """A delegation inspects a unit once in each kind; those that were called off can be restored."""
    names = db.session.scalars(
        select(Unit.name)
        .join(Inspection, Inspection.unit_id == Unit.id)
        .where(
            Inspection.delegation_id == delegation_id,
            Inspection.unit_id.in_(unit_ids),
            Inspection.kind == text.kind,
            Inspection.id != (own_id or 0),
        )
        .order_by(Unit.name_sort)
    ).all()
    if names:
        raise Conflict(
            sentence("Đoàn đã có cuộc kiểm tra cùng hình thức (kể cả đã hủy) tại: %(units)s."),
            field="kind" if own_id else "unit_ids",
            units="; ".join(names),
        )


def _previous(unit_id: int, text: InspectionText, own_id: int | None = None) -> int | None:
    """The visit before this one, so that what was found then is seen now."""
    return db.session.execute(
        select(Inspection.id)
        .where(
            Inspection.unit_id == unit_id,
            Inspection.state != State.HUY,
            Inspection.inspected_on < text.inspected_on,
            Inspection.id != (own_id or 0),
        )
        .order_by(Inspection.inspected_on.desc(), Inspection.id.desc())
        .limit(1)
    ).scalar_one_or_none()


@verb
def save_inspection(
    inspection_id: int, text: InspectionText, version: int, user_id: int, now: datetime
) -> None:
    """Corrects kind, period and dates; once something is scored only the deadline of the self-score moves."""
    inspection = locked_inspection(inspection_id)
    if inspection.version != version:
        raise Conflict(
            sentence("Cuộc kiểm tra vừa được người khác sửa. Hãy mở lại trang để xem bản mới rồi sửa tiếp.")
        )
    if inspection.state not in EDITABLE:
        raise Conflict(sentence("Cuộc kiểm tra đang ở bước không cho phép việc này."))
    require_still_secret(text.kind, inspection.kind, inspection.state)
    columns = _columns(text)
    changed = {name: value for name, value in columns.items() if getattr(inspection, name) != value}
    before = {name: getattr(inspection, name) for name in changed}
    if changed.keys() - {"self_due_on"}:
        if db.session.execute(select(is_scored(inspection_id))).scalar_one():
            raise Conflict(sentence("Đã có điểm, chỉ còn đổi được hạn tự chấm."))
        unit = db.session.get_one(Unit, inspection.unit_id)
        check_units([_inspected(unit)], text.inspected_on, None)
        _refuse_twins([unit.id], inspection.delegation_id, text, inspection_id)
        # A re-inspection stays that of the inspection whose rest it took over.
        if inspection.kind is not InspectionKind.PHUC_TRA or inspection.previous_id is None:
            inspection.previous_id = _previous(unit.id, text, inspection_id)
    for name, value in changed.items():
        setattr(inspection, name, value)
    inspection.version += 1
    data = {"before": before, "after": changed}
    note_event("inspection.update", "inspection", inspection_id, user_id, now, data)


# The steps before which one side's scores must be finished.
_FINISHES = {
    State.DA_CHOT_TU_CHAM: Side.SELF,
    State.CHO_GIAI_TRINH: Side.VERIFIED,
    State.CHO_KY_BIEN_BAN: Side.VERIFIED,
}


@verb
def take_step(
    inspection_id: int,
    to: State,
    reason: str,
    role: Role | None,
    user_id: int,
    now: datetime,
    *,
    seen: State | None = None,
    due_on: date | None = None,
) -> None:
    """One step of the course, by someone who is ``role`` to this inspection; logged with its reason.

    ``seen``: the state the person had before them; the same step may lead on from a later one, and then
    says something else. Raises :class:`Conflict` when there is no such step from here (any more) or something
    must be finished first, :class:`Forbidden` for the wrong person, :class:`Invalid` without a needed reason
    or deadline.
    """
    inspection = locked_inspection(inspection_id)
    if seen is not None and inspection.state is not seen:
        raise Conflict(sentence("Cuộc kiểm tra đã chuyển sang bước khác. Hãy xem lại trang này."))
    day = today(now)
    early = is_early(inspection.explain_due_on, day)
    course = inspection.scoring, inspection.round, inspection.kind
    step = find_step(inspection.state, to, role, reason, *course, early=early)
    require_due(step, due_on, day)
    _require_ready(inspection, to, reason, user_id, now)
    require_order(inspection, to)
    ask_opinion_anew(inspection, step, user_id, now)
    move(inspection, to, reason, user_id, now, due_on if step.needs_due else None)


def _require_ready(inspection: Inspection, to: State, reason: str, user_id: int, now: datetime) -> None:
    """What must be on file before the step."""
    if inspection.state is State.DU_THAO and to is State.DA_CO_QUYET_DINH:
        delegation = db.session.get_one(Delegation, inspection.delegation_id, populate_existing=True)
        if not delegation.decision_number:
            raise Conflict(sentence("Hãy ghi số quyết định thành lập đoàn ở trang của đoàn trước."))
    if to is State.DA_KY_BIEN_BAN:
        signed = select(MinutesRevision.id).where(
            MinutesRevision.inspection_id == inspection.id, MinutesRevision.signed_at.is_not(None)
        )
        if db.session.execute(signed.limit(1)).first() is None:
            raise Conflict(sentence("Hãy ký ở trang biên bản, để nội dung đã ký được giữ nguyên."))
    if inspection.state in TO_CONCLUDE:
        raise Conflict(sentence("Hãy ban hành kết luận ở trang kết luận, để từng kiến nghị thành nhiệm vụ."))
    if to is State.KET_THUC:
        require_settled(len(unsettled_tasks(inspection.id)))
    if to is State.HUY:
        release_tasks(inspection)
    if to is State.DA_GIAI_TRINH:
        require_explained(inspection, checklist_value(inspection.version_id))
    side = _FINISHES.get(to)
    if side is not None and inspection.scoring:
        checklist = checklist_value(inspection.version_id)
        sheet = answer_sheet(inspection.id, checklist, inspection.round)
        other = Side.VERIFIED if side is Side.SELF else Side.SELF
        require_finished(checklist, side, sheet.on(side), sheet.on(other), sheet.first)
        if side is Side.VERIFIED:
            require_areas_signed(inspection, checklist, reason, user_id, now)


def _columns(text: InspectionText) -> dict[str, object]:
    return {
        "kind": text.kind,
        "period_from": text.period.start,
        "period_to": text.period.end,
        "period_label": text.period.label,
        "inspected_on": text.inspected_on,
        "self_due_on": text.self_due_on,
    }
