"""The files of one place, as its own page and the pages of criteria, findings and tasks show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask import request, url_for
from flask_babel import gettext as _

from ..domain.access import Action
from ..domain.attachments import Place
from ..domain.checklists import Area, Checklist, Criterion
from ..domain.inspections import Side, allows
from ..domain.task_steps import Side as TaskSide
from ..domain.tasks import OPEN
from ..models import Directive, Finding, Task
from ..queries.access import InspectionCard
from ..queries.attachments import (
    AttachmentLine,
    evidence_of_criterion,
    evidence_of_findings,
    evidence_of_task,
    files_of_directive,
)
from ..storage import Store
from ._login import settings
from ._score import may_bring, visible_sides

# What surrounds the file in a form: names, captions, the token.
AROUND = 2**20


@dataclass(frozen=True, slots=True)
class Evidence:
    """The files of one place. ``address`` takes new ones, ``back`` is the page they stand on.

    ``about`` says in a few words what the place is.
    """

    place: Place
    title: str
    about: str
    address: str
    back: str
    writes: bool
    files: list[AttachmentLine] = field(default_factory=list)
    # Files that the other side brought: read, not changed.
    theirs: frozenset[int] = frozenset()
    # Where a device sends files that were taken before the finding was at the server.
    also: str = ""
    # For the form post of a browser without scripts.
    op_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def key(self) -> str:
        """A word for ids on a page that shows several."""
        place = self.place
        if place.criterion_id is not None:
            return f"{place.criterion_id}-{place.side}"
        if place.finding_id is not None:
            return f"f{place.finding_id}"
        if place.directive_id is not None:
            return f"d{place.directive_id}"
        return f"t{place.task_id}-{place.task_report_id or 0}"

    @property
    def removed(self) -> int | None:
        """The file just taken out, to be brought back by one tap."""
        return request.args.get("removed_file", type=int) if self.writes else None

    @property
    def most_bytes(self) -> int:
        return most_bytes()


def store() -> Store:
    """Where the bytes are."""
    return settings().storage


def most_bytes() -> int:
    """The largest file that is taken."""
    return settings().upload_mb * 2**20


def criterion_evidence(inspection: InspectionCard, area: Area, criterion: Criterion) -> list[Evidence]:
    """The unit's files, and the delegation's for those who may see them, one's own first; one SELECT."""
    sides = visible_sides(inspection)
    files = evidence_of_criterion(inspection.id, criterion.id, sides, inspection.shown_until)
    titles = {Side.SELF: _("Minh chứng của đơn vị"), Side.VERIFIED: _("Minh chứng của Đoàn kiểm tra")}
    where: dict[str, Any] = {"inspection_id": inspection.id, "code": criterion.code}
    blocks = [
        Evidence(
            place=Place(inspection_id=inspection.id, criterion_id=criterion.id, side=side),
            title=titles[side],
            about=f"{criterion.code} {criterion.text}",
            address=url_for("attachments.of_criterion", side=side.value, **where),
            back=url_for("answers.show", side=side.value, **where),
            writes=may_bring(inspection, side, area),
            files=[line for line in files if line.side is side],
            theirs=_locked_in(inspection, side, files),
        )
        for side in sides
    ]
    return sorted(blocks, key=lambda block: not block.writes)


def _locked_in(inspection: InspectionCard, side: Side, files: list[AttachmentLine]) -> frozenset[int]:
    """While the unit explains, what it handed in with its self-score stays as the delegation saw it."""
    if side is Side.VERIFIED or not allows(inspection.state, Action.EXPLAIN):
        return frozenset()
    until = inspection.published_at
    return frozenset(line.id for line in files if until is not None and line.at <= until)


def finding_evidence(inspection: InspectionCard, finding: Finding, checklist: Checklist) -> Evidence:
    """The files of one finding, for people who may see it."""
    area = next(area for area in checklist.areas if area.id == finding.area_id)
    where: dict[str, Any] = {"inspection_id": inspection.id, "finding_id": finding.id}
    listed = url_for("findings.index", inspection_id=inspection.id)
    place = Place(inspection_id=inspection.id, finding_id=finding.id)
    writes = inspection.standing.may_write_area(area.code) and allows(
        inspection.state, place.action(inspection.state)
    )
    return Evidence(
        place=place,
        title=_("Ảnh và tài liệu của phát hiện"),
        about=finding.text,
        address=url_for("attachments.of_finding", **where),
        back=url_for("findings.edit", **where) if writes else listed,
        writes=writes,
        also=_by_op(inspection.id, UUID(finding.op_id)) if writes else "",
        files=evidence_of_findings(inspection.id, finding.id, inspection.shown_until).get(finding.id, []),
    )


def new_finding_evidence(inspection: InspectionCard) -> Evidence:
    """For photos of a finding that only a device has as yet; the device puts its operation in the address."""
    return Evidence(
        place=Place(inspection_id=inspection.id, finding_id=0),
        title=_("Ảnh và tài liệu của phát hiện"),
        about="",
        address=_by_op(inspection.id, UUID(int=0)),
        back="",
        writes=True,
    )


def new_criterion_evidence(inspection: InspectionCard, side: Side) -> Evidence:
    """For photos of a criterion whose files cannot be fetched now; the device puts its code in the address."""
    address = url_for("attachments.of_criterion", inspection_id=inspection.id, code="0", side=side.value)
    return Evidence(
        place=Place(inspection_id=inspection.id, criterion_id=0, side=side),
        title=_("Ảnh và tài liệu"),
        about="",
        address=address,
        back="",
        writes=True,
    )


def _by_op(inspection_id: int, finding_op: UUID) -> str:
    return url_for("attachments.add_to_new_finding", inspection_id=inspection_id, finding_op=finding_op)


def task_evidence(
    task: Task, sides: tuple[TaskSide, ...], report_id: int | None = None
) -> dict[int | None, Evidence]:
    """The files of a task and of its reports that have some (and of ``report_id``), by the report's id.

    One SELECT; ``sides`` is what this person is to the task.
    """
    files = evidence_of_task(task.id)
    return {id_: _of_task(task, id_, sides, files.get(id_, [])) for id_ in {None, report_id, *files}}


def works_on(place: Place, sides: tuple[TaskSide, ...]) -> bool:
    """Whose the files of a task are; a report is the unit's own, its papers come from the unit."""
    return TaskSide.UNIT in sides or (bool(sides) and place.task_report_id is None)


def is_ours(place: Place, by_unit_id: int | None, task: Task, sides: tuple[TaskSide, ...]) -> bool:
    """Whether a paper of a task came from this person's side: nobody takes out what the other side brought."""
    return place.task_report_id is not None or (by_unit_id == task.unit_id) == (TaskSide.UNIT in sides)


def _of_task(
    task: Task, report_id: int | None, sides: tuple[TaskSide, ...], files: list[AttachmentLine]
) -> Evidence:
    place = Place(task_id=task.id, task_report_id=report_id)
    return Evidence(
        place=place,
        title=_("Tài liệu kèm báo cáo") if report_id else _("Tài liệu của nhiệm vụ"),
        about=task.title,
        address=(
            url_for("attachments.of_report", task_id=task.id, report_id=report_id)
            if report_id
            else url_for("attachments.of_task", task_id=task.id)
        ),
        back=url_for("tasks.show", task_id=task.id),
        writes=works_on(place, sides) and task.workflow in OPEN,
        files=files,
        theirs=frozenset(line.id for line in files if not is_ours(place, line.by_unit_id, task, sides)),
    )


def directive_evidence(directive: Directive, writes: bool) -> Evidence:
    """The files of a directive, for people who may see it; one SELECT."""
    return Evidence(
        place=Place(directive_id=directive.id),
        title=_("Tệp của văn bản"),
        about=" – ".join(part for part in (directive.number, directive.title) if part),
        address=url_for("attachments.of_directive", directive_id=directive.id),
        back=url_for("directives.show", directive_id=directive.id),
        writes=writes,
        files=files_of_directive(directive.id),
    )
