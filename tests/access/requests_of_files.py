"""What is sent to the addresses of attachments, for each place a file may stand in."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

from tests.access.world import World
from tests.documents.hostile import pdf


def attachments(world: World, add: Callable[..., None]) -> None:
    """Notes each row by ``add(endpoint, method, case, path=…, query=…, form=…)``."""

    def file(**rest: str) -> dict[str, Any]:
        return {"op_id": str(uuid4()), "caption": "", "file": lambda: (BytesIO(pdf()), "tep.pdf"), **rest}

    prepared, waiting = {"inspection_id": world.prepared}, {"inspection_id": world.waiting}
    verified, self_side = {"side": "verified"}, {"side": "self"}
    of = "attachments.of_criterion"
    add(of, "GET", query=verified)
    add(of, "GET", "self", query=self_side)
    add(of, "GET", "published", path=waiting, query=verified)
    to = "attachments.add_to_criterion"
    add(to, query=verified, form=file())
    add(to, case="published", path=waiting, query=verified, form=file())
    add(to, case="self", path=prepared, query=self_side, form=file())
    add(to, case="self_too_late", query=self_side, form=file())
    explaining = {"inspection_id": world.explaining}
    add(to, case="explaining", path=explaining, query=self_side, form=file())
    add("attachments.of_finding", "GET", "published", path=waiting | {"finding_id": world.public_finding})
    add("attachments.add_to_finding", form=file())
    add("attachments.add_to_new_finding", form=file())
    add("attachments.add_to_new_finding", case="not_yet", path={"finding_op": str(uuid4())}, form=file())
    add("attachments.caption_of_new", form={"caption": "Lời khác"})
    add(
        "attachments.caption_of_new",
        case="not_yet",
        path={"file_op": str(uuid4())},
        form={"caption": "Lời khác"},
    )
    add("attachments.add_to_task", form=file())
    add("attachments.add_to_directive", form=file())
    for case, id_ in (
        ("of_another_office", world.other_directive),
        ("of_the_district", world.district_directive),
    ):
        add("attachments.add_to_directive", case=case, path={"directive_id": id_}, form=file())
    other_finding = {"finding_id": world.other_finding}
    add("attachments.of_finding", "GET", "of_another_inspection", path=other_finding)
    add("attachments.add_to_finding", case="of_another_inspection", path=other_finding, form=file())
    report = {"task_id": world.running_task, "report_id": world.task_report}
    of_another = {"report_id": world.task_report}
    add("attachments.of_report", "GET", path=report)
    add("attachments.of_report", "GET", "of_another_task", path=of_another)
    add("attachments.add_to_report", path=report, form=file())
    add("attachments.add_to_report", case="of_another_task", path=of_another, form=file())
    files = {
        "": world.file,
        "self": world.self_file,
        "published": world.public_file,
        "finding": world.finding_file,
        "task": world.task_file,
        "task_of_unit": world.unit_file,
        "report": world.report_file,
        "directive": world.directive_file,
        "directive_of_another_office": world.other_directive_file,
        "directive_of_the_district": world.district_directive_file,
        "removed": world.removed_file,
    }
    for case, id_ in files.items():
        path = {"attachment_id": id_}
        add("attachments.show", "GET", case, path=path)
        add("attachments.remove", case=case, path=path)
        add("attachments.caption", case=case, path=path, form={"caption": "Lời khác"})
    add("attachments.thumbnail", "GET", "no_picture", path={"attachment_id": world.self_file})
    add("attachments.restore", path={"attachment_id": world.removed_file})
