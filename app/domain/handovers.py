"""Bàn giao: what a unit has open when it ends, and to which unit that lives on each piece goes.

Deadlines stay as they are; nothing is lost on the way and nothing counted twice. Source: domain reference,
section 10.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .inspections import FindingState
from .refusals import Conflict, Invalid, sentence
from .tasks import OPEN, Workflow
from .units import SuccessionType

# A paused task waits for its unit too: whoever resumes it must find it at one that exists.
HANDED_OVER = OPEN | {Workflow.PAUSED}
# Chosen for what stays at a unit that gave away only a part of itself.
STAYS = 0


class Kind(StrEnum):
    TASK = "task"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit in which the old one lives on today, and how it came to that."""

    id: int
    name: str
    day: date
    type: SuccessionType


@dataclass(frozen=True, slots=True)
class OpenTask:
    id: int
    version: int
    title: str
    directive: str
    due: date | None
    workflow: Workflow
    lead: bool


@dataclass(frozen=True, slots=True)
class OpenFinding:
    id: int
    version: int
    text: str
    criterion_code: str
    inspected_on: date
    due: date | None
    state: FindingState


Piece = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class GivenTask:
    """An open task that the unit gave: somebody has to confirm it. ``unit_id``: where it is worked on."""

    id: int
    version: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class Estate:
    """What is to be handed over, and to whom it may go; ``goes_on``: the unit itself has not ended."""

    goes_on: bool
    heirs: tuple[Heir, ...]
    tasks: tuple[OpenTask, ...]
    findings: tuple[OpenFinding, ...]
    # Only of a unit that has ended: one that goes on confirms what it gave.
    given: tuple[GivenTask, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.tasks and not self.findings and not self.given

    @property
    def given_to(self) -> int:
        """How many units work on what it gave."""
        return len({task.unit_id for task in self.given})

    def given_to_itself(self, heir_id: int | None) -> int:
        """What the successor would have to confirm of its own work: that others do."""
        return sum(task.unit_id == heir_id for task in self.given)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return (
            *((Kind.TASK, task.id) for task in self.tasks),
            *((Kind.FINDING, finding.id) for finding in self.findings),
        )

    @property
    def seal(self) -> str:
        """Another one as soon as anything in it, or who may take it, is another."""
        said = [
            *(f"{heir.id}" for heir in self.heirs),
            *(f"{task.id} {task.version} {task.workflow}" for task in self.tasks),
            *(f"{finding.id} {finding.version} {finding.state}" for finding in self.findings),
            *(f"given {task.id} {task.version}" for task in self.given),
        ]
        return hashlib.sha256("\n".join([str(self.goes_on), *said]).encode()).hexdigest()


def destinations(
    estate: Estate, main: int | None, elsewhere: Mapping[Piece, int], seen: str
) -> dict[Piece, int]:
    """Where each piece goes: to ``main``, or where ``elsewhere`` says. ``seen``: the seal of the preview.

    What stays is left out. :class:`Conflict` when the preview is out of date or there is nothing to do,
    :class:`Invalid` when a destination is none.
    """
    if estate.empty:
        raise Conflict(sentence("Không còn nhiệm vụ, tồn tại nào để bàn giao."))
    if not estate.heirs:
        raise Conflict(sentence("Chưa có đơn vị kế thừa đang hoạt động để nhận bàn giao."))
    if estate.seal != seen:
        raise Conflict(sentence("Danh sách vừa thay đổi. Hãy xem lại rồi bàn giao."))
    known = {heir.id for heir in estate.heirs} | ({STAYS} if estate.goes_on else set())
    if main not in known or not set(elsewhere.values()) <= known:
        raise Invalid(sentence("Hãy chọn đơn vị nhận trong số các đơn vị kế thừa."), field="heir")
    goes = {piece: elsewhere.get(piece, main) for piece in estate.pieces}
    chosen = {piece: heir for piece, heir in goes.items() if heir != STAYS}
    if not chosen and not estate.given:
        raise Invalid(sentence("Chọn ít nhất một nhiệm vụ hoặc tồn tại để bàn giao."), field="heir")
    return chosen


def next_assigner(estate: Estate, main: int | None, assigner: int | None) -> int | None:
    """Which successor goes on as the assigner of all that was given: ``assigner``, else ``main``; none: nothing to do."""
    if not estate.given:
        return None
    chosen = main if assigner is None else assigner
    if chosen not in {heir.id for heir in estate.heirs}:
        raise Invalid(sentence("Hãy chọn đơn vị nhận trong số các đơn vị kế thừa."), field="assigner")
    return chosen
