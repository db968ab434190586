"""What a re-inspection was handed, inside the running transaction; used by verbs, itself no verb."""

from __future__ import annotations

from sqlalchemy import select

from ..db import db
from ..domain.inspections import InspectionKind, State
from ..domain.refusals import Conflict, sentence
from ..domain.tasks import Workflow
from ..models import Directive, Inspection, Task
from ._steps import locked_inspection


def release_tasks(inspection: Inspection) -> None:
    """A re-inspection that is called off gives back what it was handed, as long as there is somebody to take it.

    Raises :class:`Conflict` when the inspection before it has ended, trusting that this one looks after the rest.
    """
    handed = list(
        db.session.scalars(
            select(Task).where(
                Task.reinspection_id == inspection.id,
                Task.workflow.not_in([Workflow.DONE, Workflow.CANCELLED, Workflow.MOVED]),
            )
        )
    )
    if not handed or inspection.previous_id is None:
        return
    before = locked_inspection(inspection.previous_id)
    if before.state is State.KET_THUC:
        raise Conflict(
            sentence(
                "Cuộc trước đã kết thúc và chuyển %(count)s nội dung sang cuộc phúc tra này, chưa thể hủy."
            ),
            count=len(handed),
        )
    own = set(db.session.scalars(select(Directive.id).where(Directive.inspection_id == before.id)))
    for task in handed:
        again = before.kind is InspectionKind.PHUC_TRA and task.directive_id not in own
        task.reinspection_id = before.id if again else None
