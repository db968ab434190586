"""What a request of the matrix is made of, and what usually stands in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.world import World

SCRIPT = {"X-Requested-With": "soat"}


@dataclass(frozen=True)
class Sent:
    """``path``: values of the address that differ from the usual ones; ``session``: what the cookie holds."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    session: Mapping[str, Any] = field(default_factory=dict)


def places(world: World) -> dict[str, Any]:
    """What stands for each part of an address, by its name."""
    return {
        "inspection_id": world.visit,
        "campaign_id": world.campaign,
        "delegation_id": world.delegation,
        "checklist_id": world.checklist,
        "version_id": world.version,
        "directive_id": world.directive,
        "report_id": world.report,
        "late_id": world.late,
        "finding_id": world.finding,
        "recommendation_id": world.proposal,
        "task_id": world.task,
        "unit_id": world.ward,
        "code": "1.1.1",
        "state": "huy",
        "action": "tiep-nhan",
        "filename": "app.css",
        "signoff_id": world.signoff,
        "attachment_id": world.file,
        "finding_op": world.finding_op,
        "file_op": world.file_op,
        "session_id": world.other_session,
        "user_id": world.account,
        "identity_id": world.identity,
        "notice_id": world.notice,
        "job_id": world.sound_list,
        "token": world.letter_token,
    }
