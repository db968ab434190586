"""Minutes (biên bản kiểm tra): one frozen value with everything the minutes say.

The page, the workbook and the snapshot are all made from it, so they cannot disagree. What can be
computed from its parts is a property here and nowhere else. Outline: domain reference, section 6.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from . import dossier_checks, dossiers, scoring, snapshots
from .access import Role
from .checklists import DEFAULT_BANDS, Band
from .inspections import Direction, FindingKind, InspectionKind, Severity
from .late_dossiers import LateEntry
from .minutes_scores import Adjustment, AreaLine, CriterionLine, Sums
from .minutes_tasks import RemedyLine, TaskPart

# --- people and what they write -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Name and post as they were when the minutes were made; an empty name is filled in by hand."""

    name: str = ""
    post: str = ""
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What people write into the minutes themselves; all the rest is gathered from the inspection."""

    number: str = ""
    place: str = ""
    day: date | None = None
    venue: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    unit_people: tuple[Person, ...] = ()
    other_people: tuple[Person, ...] = ()
    scope: str = ""
    sampling: str = ""
    strengths: str = ""
    shortcomings: str = ""
    causes: str = ""
    opinion: str = ""
    dissent: str = ""
    documents: tuple[str, ...] = ()
    copies: int = 4
    copies_each: int = 2
    # Of a session of giám sát: whether what was found at its field visits is told too.
    tells_visits: bool = snapshots.later(False)
    # What the unit said before the scores were opened again; it is printed only once the unit has said it anew.
    opinion_before: str = snapshots.later("")

    def to_json(self) -> str:
        return snapshots.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Details:
        return snapshots.from_json(cls, text)


# --- findings, recommendations, tasks, dossiers -------------------------------------------------


@dataclass(frozen=True, slots=True)
class FindingLine:
    kind: FindingKind
    text: str
    area_code: str = ""
    criterion_code: str = ""
    severity: Severity | None = None
    cause: str = ""
    responsibility: str = ""
    legal_basis: str = ""
    due: date | None = None
    # Only where no area table names it: minutes without scores.
    area_name: str = snapshots.later("")
    # When signed minutes last said the same criterion had failed; ``repeated_at``: at a unit this one came from.
    repeated_on: date | None = snapshots.later(None)  # noqa: RUF009 – a field, and a frozen value
    repeated_at: str = snapshots.later("")


@dataclass(frozen=True, slots=True)
class RecommendationLine:
    direction: Direction
    text: str
    addressee: str = ""
    due: date | None = None
    report_to: str = ""


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """A picture the delegation took. ``place``: the code of its criterion, or of the area of its finding.

    ``sha256`` names the bytes of its small copy in the storage; ``attachment_id`` its address.
    """

    attachment_id: int
    place: str
    caption: str
    sha256: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A field visit of a session of giám sát; what was found there only when the minutes are to tell it."""

    unit_name: str
    day: date
    findings: tuple[FindingLine, ...] = ()
    recommendations: tuple[RecommendationLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an identity of the form does not hold; ``code`` is the check's :attr:`dossier_checks.Check.code`."""

    code: str
    text: str


@dataclass(frozen=True)
class DossierPart:
    """Form II.06 of the unit for a period, with the explanations of what does not add up.

    ``late_entries``: the ledger of late dossiers, by code.
    """

    period_from: date
    period_to: date
    report: dossiers.Report
    explanations: tuple[Explanation, ...] = ()
    late_entries: tuple[LateEntry, ...] = snapshots.later(())

    @cached_property
    def broken(self) -> tuple[tuple[dossier_checks.Check, str], ...]:
        """Every broken identity with its explanation, empty where none was given."""
        given = {one.code: one.text for one in self.explanations}
        return tuple((check, given.get(check.code, "")) for check in dossier_checks.broken(self.report))

    @property
    def late(self) -> int | None:
        """Dossiers that ever ran late, columns 10 + 13; ``None`` while one of them is not reported."""
        total = self.report.total
        if total.resolved_late is None or total.processing_overdue is None:
            return None
        return total.resolved_late + total.processing_overdue


# What the act is called when it is the council's.
SUPERVISION = "giám sát"

# --- the minutes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Minutes(Sums):
    """Everything the minutes say.

    ``act`` is «kiểm tra», or «giám sát» for the people's council; ``symbol`` follows the number
    («BB-ĐKT»). ``dossier_area``: the area whose section tells the dossier figures.
    """

    parent_agency: str
    agency: str
    symbol: str
    subject: str
    unit_name: str
    kind: InspectionKind
    period_from: date
    period_to: date
    details: Details
    document_name: str = "BIÊN BẢN"
    act: str = "kiểm tra"
    period_label: str = ""
    legal_bases: tuple[str, ...] = ()
    delegation: tuple[Person, ...] = ()
    checklist_name: str = ""
    checklist_version: str = ""
    bonus_max: int = 0
    deduction_max: int = 0
    bands: tuple[Band, ...] = DEFAULT_BANDS
    areas: tuple[AreaLine, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    recommendations: tuple[RecommendationLine, ...] = ()
    tasks: TaskPart | None = None
    dossiers: DossierPart | None = None
    dossier_area: str = ""
    revision: int = 1
    photos: tuple[PhotoLine, ...] = snapshots.later(())
    theme: str = snapshots.later("")
    is_visit: bool = snapshots.later(False)
    visits: tuple[VisitLine, ...] = snapshots.later(())
    reinspected: tuple[RemedyLine, ...] = snapshots.later(())
    # What minutes sealed before 11/2026 do not say stays unsaid in them: Nơi nhận, and at their end that
    # the unit keeps an opinion of its own.
    recipients: tuple[str, ...] = snapshots.later(())
    reserves: bool = snapshots.later(False)

    @cached_property
    def lines(self) -> tuple[CriterionLine, ...]:
        return tuple(line for area in self.areas for line in area.lines)

    @property
    def scored(self) -> bool:
        """Supervision by the council has no scores; its minutes leave the tables out."""
        return bool(self.areas)

    @cached_property
    def two_rounds(self) -> bool:
        """Whether the delegation scored a second time, after the unit had its say."""
        return any(line.first.answered for line in self.lines)

    @cached_property
    def explained(self) -> bool:
        return any(line.explanation for line in self.lines)

    @property
    def supervised(self) -> bool:
        """Giám sát: it recommends and demands nothing; other words stand on the paper."""
        return self.act == SUPERVISION

    @property
    def bonus(self) -> int:
        """What was given, cut at the set's ceiling."""
        return min(self.bonus_max, sum(a.points for a in self.adjustments if a.points > 0))

    @property
    def deduction(self) -> int:
        return min(self.deduction_max, -sum(a.points for a in self.adjustments if a.points < 0))

    @property
    def final_index(self) -> int | None:
        if not self.verified_sum.answered:
            return None
        return scoring.final_index(self.verified_sum, self.bonus, self.deduction, self)

    @property
    def grade(self) -> str | None:
        """Xếp loại dự kiến: only when every criterion has been dealt with."""
        return scoring.classify(self.final_index, self.bands) if self.verified_sum.complete else None

    @cached_property
    def strengths(self) -> tuple[FindingLine, ...]:
        return tuple(f for f in self.findings if f.kind is FindingKind.UU_DIEM)

    @cached_property
    def shortcomings(self) -> tuple[FindingLine, ...]:
        return tuple(f for f in self.findings if f.kind is FindingKind.TON_TAI)

    @cached_property
    def repeated(self) -> tuple[FindingLine, ...]:
        """Tồn tại lặp lại."""
        return tuple(f for f in self.shortcomings if f.repeated_on)

    @property
    def shortcomings_by_severity(self) -> Mapping[Severity, int]:
        """Worst first; only what occurs."""
        counted = Counter(f.severity for f in self.shortcomings)
        return {severity: counted[severity] for severity in reversed(Severity) if counted[severity]}

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes noted with the shortcomings, each once."""
        return tuple(dict.fromkeys(f.cause for f in self.shortcomings if f.cause))

    @cached_property
    def demands(self) -> tuple[RecommendationLine, ...]:
        """Delegation → unit (yêu cầu)."""
        return tuple(r for r in self.recommendations if r.direction is Direction.TO_UNIT)

    @cached_property
    def others(self) -> tuple[RecommendationLine, ...]:
        """Delegation → sở, ngành, UBND tỉnh; only giám sát has them."""
        return tuple(r for r in self.recommendations if r.direction is Direction.TO_OTHERS)

    @cached_property
    def proposals(self) -> tuple[RecommendationLine, ...]:
        """Unit → superior (đề xuất, kiến nghị)."""
        return tuple(r for r in self.recommendations if r.direction is Direction.TO_SUPERIOR)

    @property
    def head(self) -> Person:
        return self._first(Role.HEAD)

    @property
    def secretary(self) -> Person:
        return self._first(Role.SECRETARY)

    def _first(self, role: Role) -> Person:
        """The first of the delegation with this role; nobody is a blank to be filled in by hand."""
        return next((person for person in self.delegation if person.role is role), Person(role=role))

    @property
    def unit_signer(self) -> Person:
        """Who signs for the unit: the first person named on its side."""
        return self.details.unit_people[0] if self.details.unit_people else Person()

    def strengths_of(self, area: AreaLine) -> tuple[FindingLine, ...]:
        return tuple(f for f in self.strengths if f.area_code == area.code)

    def shortcomings_of(self, area: AreaLine) -> tuple[FindingLine, ...]:
        return tuple(f for f in self.shortcomings if f.area_code == area.code)

    def to_json(self) -> str:
        """Canonical: the same minutes are the same text, byte for byte."""
        return snapshots.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Minutes:
        return snapshots.from_json(cls, text)

    @cached_property
    def sha256(self) -> str:
        return snapshots.sha256(self.to_json())
