"""What the minutes say of tasks: how they stood on the day, and what a re-inspection found of those it took over."""

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


@dataclass(frozen=True, slots=True)
class TaskLine:
    text: str
    directive: str = ""
    lead: str = ""
    due: date | None = None
    workflow: tasks.Workflow = tasks.Workflow.NOT_STARTED
    timeliness: tasks.Timeliness | None = None
    completed_on: date | None = None
    result: str = ""


@dataclass(frozen=True)
class TaskPart:
    """``counts``: T, H and their classes; ``due``: completed among due by the inspection date."""

    counts: tasks.Counts
    due: tasks.Rate
    as_of: date
    lines: tuple[TaskLine, ...] = ()
