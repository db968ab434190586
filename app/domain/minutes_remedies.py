"""What the minutes of a re-inspection say of each thing that was not settled before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from . import tasks


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """What a re-inspection (phúc tra) looked at again, and what it found; ``remark``: its words at the place."""

    text: str
    due: date | None = None
    workflow: tasks.Workflow = tasks.Workflow.NOT_STARTED
    completed_on: date | None = None
    remark: str = ""
