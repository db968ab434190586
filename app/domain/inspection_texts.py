"""What is typed about an inspection, and which units can be inspected on its day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .checklists import UnitLevel
from .deadlines import written
from .inspections import InspectionKind
from .periods import Period
from .refusals import Invalid, sentence
from .units import UnitKind, Validity, level_of


@dataclass(frozen=True, slots=True)
class InspectionText:
    """What is typed about an inspection, or about several that are added together."""

    kind: InspectionKind
    period: Period
    inspected_on: date
    self_due_on: date | None = None

    def __post_init__(self) -> None:
        if self.period.start > self.inspected_on:
            raise Invalid(sentence("Thời kỳ được kiểm tra bắt đầu sau ngày kiểm tra."), field="period_from")
        if self.self_due_on is not None and self.self_due_on > self.inspected_on:
            raise Invalid(sentence("Hạn tự chấm phải trước hoặc trong ngày kiểm tra."), field="self_due_on")
        if self.self_due_on is not None and self.kind is InspectionKind.DOT_XUAT:
            raise Invalid(
                sentence("Kiểm tra đột xuất không qua tự chấm: hãy để trống hạn tự chấm."),
                field="self_due_on",
            )


@dataclass(frozen=True, slots=True)
class Inspected:
    """A unit that is to be inspected, as far as the rules need to know it."""

    name: str
    kind: UnitKind
    valid: Validity


def check_units(units: Iterable[Inspected], day: date, level: UnitLevel | None) -> None:
    """Raises :class:`Invalid` that names every unit that cannot be inspected that day, or with such a checklist.

    ``level`` is the checklist's; ``None`` when nothing is scored (giám sát). An abolished unit stays
    selectable for inspections of its own time (domain reference, 10.2).
    """
    units = tuple(units)
    gone = [unit for unit in units if day not in unit.valid]
    if gone:
        raise Invalid(
            sentence("Ngày kiểm tra %(day)s nằm ngoài thời gian hoạt động của: %(units)s."),
            field="inspected_on",
            day=written(day),
            units="; ".join(
                f"{unit.name} ({written(unit.valid.first)} – "
                f"{written(unit.valid.last) if unit.valid.last else '…'})"
                for unit in gone
            ),
        )
    unfit = [unit.name for unit in units if level is not None and level_of(unit.kind) is not level]
    if unfit:
        raise Invalid(
            sentence("Bộ tiêu chí đã chọn không dành cho cấp của: %(units)s."),
            field="version_id",
            units="; ".join(unfit),
        )
