"""The verb that begins a re-inspection (phúc tra): it takes over what the inspection before it did not settle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.inspection_texts import Inspected, InspectionText, check_units
from ..domain.inspections import InspectionKind, State
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.units import Validity
from ..models import ChecklistVersion, Delegation, Inspection, Task, Unit
from ..queries.reinspections import reinspection_at, units_to_reinspect
from ..queries.remedies import unsettled_tasks
from ._audit import note_event
from ._steps import locked_inspection, note_step

NOTHING_LEFT = sentence("Không còn kiến nghị, tồn tại nào chưa xong để phúc tra.")


@dataclass(frozen=True, slots=True)
class Reinspection:
    """What is typed; ``unit_id`` only where the inspected unit lives on in several."""

    text: InspectionText
    delegation_id: int
    unit_id: int | None = None
    scoring: bool = False


@verb
def begin_reinspection(inspection_id: int, wanted: Reinspection, user_id: int, now: datetime) -> int:
    """The id of the new inspection, which every open task of the first is handed to.

    Raises :class:`Conflict` when the first is not being followed up, nothing is left to look at, or the delegation
    has a re-inspection of this unit already.
    """
    # The delegation first, as adding inspections does: two who add the same visit wait for each other.
    delegation = db.session.get(
        Delegation, wanted.delegation_id, populate_existing=True, with_for_update=True
    )
    if delegation is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    first = locked_inspection(inspection_id)
    if first.state is not State.THEO_DOI_KHAC_PHUC:
        raise Conflict(sentence("Chỉ phúc tra khi đang theo dõi khắc phục."))
    if wanted.text.inspected_on < first.inspected_on:
        raise Invalid(sentence("Ngày phúc tra không được trước lần kiểm tra."), field="inspected_on")
    if not unsettled_tasks(inspection_id):
        raise Conflict(NOTHING_LEFT)
    unit = _unit(first, wanted)
    version = db.session.get_one(ChecklistVersion, first.version_id)
    check_units(
        [Inspected(unit.name, unit.kind, Validity(unit.valid_from, unit.valid_to))],
        wanted.text.inspected_on,
        version.level if wanted.scoring else None,
    )
    if reinspection_at(delegation.id, unit.id) is not None:
        raise Conflict(
            sentence("Đoàn này đã có một cuộc phúc tra (kể cả đã hủy) tại %(unit)s. Hãy chọn đoàn khác."),
            field="delegation",
            unit=unit.name,
        )
    state = State.DA_CO_QUYET_DINH if delegation.decision_number else State.DU_THAO
    row = Inspection(
        delegation_id=delegation.id,
        unit_id=unit.id,
        version_id=first.version_id,
        kind=InspectionKind.PHUC_TRA,
        scoring=wanted.scoring,
        period_from=wanted.text.period.start,
        period_to=wanted.text.period.end,
        period_label=wanted.text.period.label,
        inspected_on=wanted.text.inspected_on,
        state=state,
        previous_id=inspection_id,
        created_by_id=user_id,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    note_step(row.id, None, state, "", user_id, now)
    left = _locked_left(inspection_id)
    if not left:
        raise Conflict(NOTHING_LEFT)
    for task in left:
        task.reinspection_id = row.id
    added = {
        "delegation_id": delegation.id,
        "unit_id": unit.id,
        "kind": InspectionKind.PHUC_TRA,
        "inspected_on": wanted.text.inspected_on,
    }
    note_event("inspection.add", "inspection", row.id, user_id, now, {"after": added})
    said = {"reinspection": row.id, "tasks": len(left)}
    note_event("inspection.reinspect", "inspection", inspection_id, user_id, now, said)
    return row.id


def _locked_left(inspection_id: int) -> list[Task]:
    """What is left, with nobody changing it meanwhile.

    Who confirms, or hands over to another unit, at the same moment is waited for; what they left is read again.
    """
    left: list[int] = []
    tasks: list[Task] = []
    while (now_left := unsettled_tasks(inspection_id)) != left:
        left = now_left
        rows = db.session.scalars(
            select(Task).where(Task.id.in_(left)).order_by(Task.id).with_for_update(),
            execution_options={"populate_existing": True},
        )
        tasks = list(rows)
    return tasks


def _unit(first: Inspection, wanted: Reinspection) -> Unit:
    """The inspected unit, or what it lives on in on the day of the re-inspection."""
    units = dict(units_to_reinspect(first.unit_id, wanted.text.inspected_on))
    if not units:
        raise Invalid(
            sentence("Vào ngày này đơn vị đã kết thúc hoạt động và chưa ghi đơn vị kế thừa."),
            field="inspected_on",
        )
    chosen = next(iter(units)) if len(units) == 1 else wanted.unit_id
    if chosen not in units:
        raise Invalid(sentence("Chọn đơn vị kế thừa được phúc tra."), field="unit")
    return db.session.get_one(Unit, chosen)
