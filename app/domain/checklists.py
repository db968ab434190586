"""What a checklist (bộ tiêu chí) is: areas → criterion groups → criteria, and the five scoring rules.

Points are whole hundredths (``400`` is 4 points); percentages and other parameters are exact
``Decimal`` values. A published checklist never changes, so its value may be cached and shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any


class RuleKind(StrEnum):
    """Cách chấm, as written in column E of the checklist workbook."""

    YES_NO = "co_khong"
    LEVELS = "muc"
    RATIO = "ty_le"
    PENALTY = "tru_diem"
    FREE = "tu_do"


class Between(StrEnum):
    """How a ratio between the two thresholds is turned into points."""

    OF_100 = "theo_100"
    OF_TARGET = "theo_chi_tieu"


class ZeroDen(StrEnum):
    """What a zero denominator («không phát sinh») means for the criterion."""

    NOT_APPLICABLE = "khong_ap_dung"
    FULL = "toi_da"
    ZERO = "khong_diem"


class UnitLevel(StrEnum):
    """The level of offices a checklist is made for; ``huyen`` is history since 01/7/2025."""

    XA = "xa"
    SO = "so"
    HUYEN = "huyen"


class AreaKind(StrEnum):
    LEADERSHIP = "leadership"
    REFORM = "reform"
    IMPACT = "impact"


@dataclass(frozen=True, slots=True)
class Level:
    label: str
    points: int


@dataclass(frozen=True, slots=True)
class YesNo:
    """Có = maximum, không = 0."""

    kind = RuleKind.YES_NO


@dataclass(frozen=True, slots=True)
class Levels:
    """One of the levels, best first; nothing in between."""

    levels: tuple[Level, ...]
    kind = RuleKind.LEVELS


@dataclass(frozen=True, slots=True)
class Ratio:
    """n/d against two thresholds in percent."""

    numerator: str
    denominator: str
    full_at: Decimal
    zero_below: Decimal
    between: Between
    zero_den: ZeroDen
    kind = RuleKind.RATIO


@dataclass(frozen=True, slots=True)
class Penalty:
    """``per`` points (not hundredths) are taken off for each fault, never below 0."""

    per: Decimal
    fault_unit: str
    kind = RuleKind.PENALTY


@dataclass(frozen=True, slots=True)
class Free:
    """0 … maximum, two decimals, with a mandatory reason."""

    kind = RuleKind.FREE


Rule = YesNo | Levels | Ratio | Penalty | Free


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """The rule as plain JSON; decimals become text so that nothing turns into a float."""
    match rule:
        case Levels(levels):
            return {"kind": rule.kind, "levels": [{"label": v.label, "points": v.points} for v in levels]}
        case Ratio():
            return {
                "kind": rule.kind,
                "numerator": rule.numerator,
                "denominator": rule.denominator,
                "full_at": str(rule.full_at),
                "zero_below": str(rule.zero_below),
                "between": rule.between,
                "zero_den": rule.zero_den,
            }
        case Penalty(per, fault_unit):
            return {"kind": rule.kind, "per": str(per), "fault_unit": fault_unit}
        case _:
            return {"kind": rule.kind}


def rule_from_json(data: Mapping[str, Any]) -> Rule:
    """The reverse of :func:`rule_to_json`; ``ValueError`` or ``KeyError`` if it is no rule."""
    match RuleKind(data["kind"]):
        case RuleKind.YES_NO:
            return YesNo()
        case RuleKind.LEVELS:
            return Levels(tuple(Level(v["label"], int(v["points"])) for v in data["levels"]))
        case RuleKind.RATIO:
            return Ratio(
                numerator=data["numerator"],
                denominator=data["denominator"],
                full_at=Decimal(data["full_at"]),
                zero_below=Decimal(data["zero_below"]),
                between=Between(data["between"]),
                zero_den=ZeroDen(data["zero_den"]),
            )
        case RuleKind.PENALTY:
            return Penalty(Decimal(data["per"]), data["fault_unit"])
        case RuleKind.FREE:
            return Free()


@dataclass(frozen=True, slots=True)
class Criterion:
    """Tiêu chí thành phần, the only level that is scored. ``id`` is 0 until it is stored."""

    code: str
    text: str
    max_points: int
    rule: Rule
    may_be_na: bool = False
    evidence: str = ""
    legal_basis: str = ""
    figure: str = ""
    in_charge: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class CriterionGroup:
    code: str
    text: str
    max_points: int
    criteria: tuple[Criterion, ...]
    in_charge: str = ""
    id: int = 0


@dataclass(frozen=True)
class Area:
    """Lĩnh vực: an area of reform, or leadership. ``may_be_na``: the whole area may be marked."""

    code: str
    name: str
    max_points: int
    groups: tuple[CriterionGroup, ...]
    kind: AreaKind = AreaKind.REFORM
    may_be_na: bool = False
    in_charge: str = ""
    id: int = 0

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(c for g in self.groups for c in g.criteria)


@dataclass(frozen=True, slots=True)
class Band:
    """A grade (xếp loại): from this index on, in hundredths of a percent point (9000 is 90)."""

    label: str
    from_index: int


# Common in index sets; every set may bring its own (domain reference, section 4.2).
DEFAULT_BANDS = (
    Band("Xuất sắc", 9000),
    Band("Tốt", 8000),
    Band("Khá", 6500),
    Band("Trung bình", 5000),
    Band("Yếu", 0),
)

# Keys of column R that the app can compute itself (domain reference, section 4.4).
FIGURE_KEYS = frozenset(
    {
        "task.plan_done_due_rate",
        "task.done_due_rate",
        "task.on_time_rate",
        "finding.remedied_rate",
        "dossier.on_time_rate",
        "dossier.processing_overdue_rate",
        "dossier.apology_rate",
        "dossier.reconciliation",
        "dossier.postal_rate",
        "dossier.online_rate",
        "dossier.online_procedure_rate",
        "dossier.online_payment_rate",
        "dossier.digitised_input_rate",
        "dossier.digitised_result_rate",
        "dossier.reuse_rate",
    }
)


@dataclass(frozen=True)
class Checklist:
    """One version of a criteria set; name and version identify it."""

    name: str
    version: str
    level: UnitLevel
    scale: int
    bonus_max: int
    deduction_max: int
    valid_from: date
    areas: tuple[Area, ...]
    note: str = ""
    bands: tuple[Band, ...] = field(default=DEFAULT_BANDS)

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in display order."""
        return tuple(c for area in self.areas for c in area.criteria)

    @cached_property
    def by_code(self) -> Mapping[str, tuple[Area, Criterion]]:
        """Criterion code → its area and itself."""
        return {c.code: (area, c) for area in self.areas for c in area.criteria}

    @cached_property
    def areas_by_code(self) -> Mapping[str, Area]:
        return {area.code: area for area in self.areas}

    def __iter__(self) -> Iterator[Area]:
        return iter(self.areas)
