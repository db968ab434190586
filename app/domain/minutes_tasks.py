"""What the minutes say of tasks: how they stood on the day, and what a re-inspection found of those it took over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from . import snapshots, tasks


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was first asked for: at which inspection, in which minutes and conclusion.

    ``number`` is that of the minutes, with its symbol; ``at``: the unit, where it is not the one looked at now.
    """

    inspected_on: date
    number: str = ""
    minutes_on: date | None = None
    conclusion: str = ""
    concluded_on: date | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a unit reported, with its product."""

    on: date
    text: str
    product: str = ""
    product_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of a remedy, and why; ``again``: by the re-inspection itself, not before it."""

    on: date
    workflow: tasks.Workflow
    text: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class RemedyLine:
    """What a re-inspection (phúc tra) looked at again, and what it found; ``remark``: its words at the place.

    ``origin`` and all after it minutes that were signed before 11/2026 do not tell.
    """

    text: str
    due: date | None = None
    workflow: tasks.Workflow = tasks.Workflow.NOT_STARTED
    completed_on: date | None = None
    remark: str = ""
    origin: Origin | None = snapshots.later(None)  # noqa: RUF009 – a field, and a frozen value
    # The shortcoming that the recommendation wants remedied.
    finding: str = snapshots.later("")
    report: Told | None = snapshots.later(None)  # noqa: RUF009 – a field, and a frozen value
    verdicts: tuple[Verdict, ...] = snapshots.later(())
    files: int = snapshots.later(0)

    @property
    def before(self) -> tuple[Verdict, ...]:
        """What was said before the re-inspection began."""
        return tuple(verdict for verdict in self.verdicts if not verdict.again)

    @property
    def judged_on(self) -> date | None:
        """When the re-inspection said what it found."""
        return next((verdict.on for verdict in reversed(self.verdicts) if verdict.again), None)


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
