"""What files belong to, for who asks: 404 for what they may not see, 403 for what they may not change."""

from __future__ import annotations

from ..domain.access import Action
from ..domain.attachments import Place
from ..domain.inspections import Side
from ..domain.refusals import Forbidden, Missing, sentence
from ..domain.task_steps import Side as TaskSide
from ..models import Task
from ..queries.access import InspectionCard
from ..queries.attachments import is_report_of
from ..queries.checklists import checklist_value
from ..queries.findings import get_finding
from ..queries.tasks import get_task
from ._directives import load_directive, may_write_directive
from ._evidence import (
    Evidence,
    criterion_evidence,
    directive_evidence,
    finding_evidence,
    task_evidence,
    works_on,
)
from ._load import load_inspection, load_task_standing
from ._login import account
from ._score import require_right
from ._security import mark_checked
from ._tasks import sides_of

NOT_FOUND = sentence("Không tìm thấy nội dung này.")
NOT_YOURS = sentence("Bạn không có quyền làm việc này.")
_OTHERS_AREA = sentence("Lĩnh vực này không được phân công cho bạn.")


def directive_files(directive_id: int, action: Action) -> Evidence:
    """The files of a directive: 404 for who may not see it, 403 for who may not write it."""
    directive = load_directive(directive_id, action)
    return directive_evidence(directive, may_write_directive(account().principal, directive))


def criterion_files(
    inspection_id: int, code: str, wanted: str | None
) -> tuple[Evidence, list[Evidence], InspectionCard]:
    """The files of the side asked for, by default one's own, among those this person may see."""
    inspection = load_inspection(inspection_id)
    checklist = checklist_value(inspection.version_id)
    if code not in checklist.by_code:
        raise Missing(sentence("Bộ tiêu chí không có tiêu chí này."))
    blocks = criterion_evidence(inspection, *checklist.by_code[code])
    side = wanted or (Side.SELF if inspection.standing.of_unit else Side.VERIFIED)
    mine = next((block for block in blocks if block.place.side == side), None)
    if mine is None:
        raise Missing(NOT_FOUND)
    return mine, blocks, inspection


def require_criterion(inspection: InspectionCard, place: Place) -> None:
    """403 when the side or the area is not this person's."""
    side = place.side or Side.SELF
    require_right(inspection, side)
    areas = checklist_value(inspection.version_id).areas
    area = next(area for area in areas if place.criterion_id in {c.id for c in area.criteria})
    if side is Side.VERIFIED and not inspection.standing.may_score_area(area.code):
        raise Forbidden(_OTHERS_AREA)


def finding_files(inspection_id: int, finding_id: int) -> tuple[Evidence, InspectionCard]:
    inspection = load_inspection(inspection_id)
    until = inspection.shown_until
    finding = get_finding(inspection.id, finding_id, until=until) if inspection.sees_verified else None
    if finding is None:
        raise Missing(NOT_FOUND)
    return finding_evidence(inspection, finding, checklist_value(inspection.version_id)), inspection


def require_finding(inspection: InspectionCard, place: Place) -> None:
    """403 for those who may see the finding and not write it."""
    finding = get_finding(inspection.id, place.finding_id or 0)
    areas = checklist_value(inspection.version_id).areas
    area = next((area for area in areas if finding and area.id == finding.area_id), None)
    if area is None or not inspection.standing.may(Action.WRITE_FINDINGS):
        raise Forbidden(NOT_YOURS)
    if not inspection.standing.may_write_area(area.code):
        raise Forbidden(_OTHERS_AREA)


def require_task(place: Place, sides: tuple[TaskSide, ...]) -> None:
    if not works_on(place, sides):
        raise Forbidden(NOT_YOURS)


def task_of(task_id: int) -> tuple[Task, tuple[TaskSide, ...]]:
    """The task, and what this person is to it: 404 for strangers."""
    mark_checked()
    found = get_task(task_id)
    if found is None:
        raise Missing(NOT_FOUND)
    task = found[0]
    return task, sides_of(load_task_standing(task))


def task_files(task_id: int, report_id: int | None) -> tuple[Evidence, tuple[TaskSide, ...]]:
    """The files of the task or of one of its reports, and what this person is to it."""
    task, sides = task_of(task_id)
    if report_id is not None and not is_report_of(task_id, report_id):
        raise Missing(NOT_FOUND)
    return task_evidence(task, sides, report_id)[report_id], sides
